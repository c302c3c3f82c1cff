"""When a task starts next: what is kept of the answer is never another than the answer."""

import json
from datetime import timedelta

import pytest

from redengine.api.core.messages import ApiRequest
from redengine.api.endpoints.tasks import TasksResource
from redengine.scheduler.engine import next_runs
from redengine.testing import ManualSession


def nothing():
    """A task's function."""


def shown(session, resource=None):
    """`next_run` of every task, as each way of asking tells it; all have to agree."""
    one = {task.name: json.loads(task.json())["next_run"] for task in session.tasks}
    listed = (resource or TasksResource(session)).get(ApiRequest(path={}, request_id="1"))
    assert {item["name"]: item["next_run"] for item in json.loads(listed.content())} == one
    live = {task.name: task.snapshot()["next_run"] for task in session.tasks}
    assert {name: at and at.isoformat() for name, at in live.items()} == one
    return {name: at and at.replace("2026-", "")[:11] for name, at in one.items()}


@pytest.fixture
def lists(session):
    """The list of tasks, which keeps what it has told."""
    return TasksResource(session)


def test_the_end_of_another_task_changes_the_next_run(session, lists):
    """A task that waits for another one's end, and for a window, is told its window then."""
    session.task("daily at 01:00", name="a")(nothing)
    session.task("after task 'a' & time of day between 22:00 and 23:00", name="b")(nothing)
    session.advance("1 minute")
    assert shown(session, lists) == {"a": "01-01T01:00", "b": None}

    session.advance("2 hours")
    assert shown(session, lists) == {"a": "01-02T01:00", "b": "01-01T22:00"}

    session.advance("1 day")
    assert shown(session, lists)["b"] == "01-02T22:00"


def test_a_paused_session_starts_nothing_until_somebody_resumes_it(session, lists):
    """There is no next run while it is paused, and there is one again after it."""
    session.task("cron 0 7 * * *", name="c")(nothing)
    session.advance("1 hour")
    assert shown(session, lists) == {"c": "01-01T07:00"}

    session.pause()
    assert shown(session, lists) == {"c": None}
    session.advance("8 hours")
    assert shown(session, lists) == {"c": None}
    session.resume()
    session.advance("1 minute")
    assert shown(session, lists) == {"c": "01-02T07:00"}


def test_a_parameter_changes_the_next_run_at_once(session, lists):
    """Nobody has to look at the task in between."""
    session.parameters["env"] = "test"
    session.task("param 'env' is 'prod' & daily at 07:00", name="p")(nothing)
    session.advance("1 minute")
    assert shown(session, lists) == {"p": None}

    session.parameters["env"] = "prod"
    assert shown(session, lists) == {"p": "01-01T07:00"}


def test_the_zone_changes_the_next_run_at_once(session, lists):
    """Seven o'clock in Helsinki is five in UTC."""
    session.task("daily at 07:00", name="d")(nothing)
    session.advance("1 minute")
    assert shown(session, lists) == {"d": "01-01T07:00"}

    session.config.update({"timezone": "Europe/Helsinki"})
    assert shown(session, lists) == {"d": "01-01T05:00"}


def test_what_is_changed_of_the_task_changes_the_next_run(session, lists):
    """Its condition, whether it is disabled, and its end condition."""
    session.task("daily at 07:00", name="d")(nothing)
    session.advance("1 minute")
    task = session.tasks["d"]
    assert shown(session, lists) == {"d": "01-01T07:00"}
    task.disabled = True
    assert shown(session, lists) == {"d": None}
    task.update({"disabled": False, "start_cond": "daily at 08:00"})
    assert shown(session, lists) == {"d": "01-01T08:00"}
    task.end_cond = "time of month on 1st"
    assert shown(session, lists) == {"d": "01-02T08:00"}


def test_what_an_end_condition_reads_is_asked_each_time(session, lists):
    """A parameter that only the end condition reads changes the answer, too."""
    session.parameters["off"] = "no"
    session.task("daily at 07:00", name="d", end_cond="param 'off' is 'yes'")(nothing)
    session.advance("1 minute")
    assert shown(session, lists) == {"d": "01-01T07:00"}
    session.parameters["off"] = "yes"
    assert shown(session, lists) == {"d": None}
    session.parameters["off"] = "no"
    assert shown(session, lists) == {"d": "01-01T07:00"}


@pytest.mark.parametrize("step", [timedelta(days=40), timedelta(days=-40)])
def test_a_stepped_clock_is_seen_before_the_scheduler_looks(session, lists, step):
    """A next run never lies in the past, nor beyond the one that the new time brings."""
    session.task("cron 0 7 * * *", name="c")(nothing)
    session.advance("8 hours")
    assert shown(session, lists) == {"c": "01-02T07:00"}

    session.step_clock(step)
    at = session.tasks["c"].next_run
    assert at is not None
    assert at > session.now
    shown(session, lists)


def test_a_task_whose_slot_is_taken_does_not_start_now():
    """While a job holds the only slot the end of that job decides, not time."""
    with ManualSession(durations={"job": "1 day"}) as session:
        lists = TasksResource(session)
        session.task("every 10 minutes", name="job")(nothing)
        session.task("cron */10 * * * *", name="other", max_instances=1)(nothing)
        session.advance("5 minutes")
        assert shown(session, lists) == {"job": "01-01T00:10", "other": "01-01T00:10"}

        session.advance("10 minutes")
        assert shown(session, lists) == {"job": None, "other": "01-01T00:20"}


def test_a_task_that_is_enabled_by_itself_starts_after_that(session, lists):
    """The next run is the first one from that time on, in every answer."""
    session.task("cron 0 * * * *", name="c")(nothing)
    session.advance("1 minute")
    session.tasks["c"].disable("waiting", until="2026-01-01T05:30")
    assert shown(session, lists) == {"c": "01-01T06:00"}
    why = session.why("c")
    assert f"{why.earliest:%H:%M}" == "06:00"
    assert why.change == "wait until 2026-01-01 06:00 UTC"
    assert session.forecast("7 hours").of("c")[0] == session.tasks["c"].next_run
    session.advance("6 hours")
    assert [f"{at:%H:%M}" for at in session.runs("c")] == ["00:00", "06:00"]
    session.tasks["c"].disable("for good")
    assert shown(session, lists) == {"c": None}
    assert session.why("c").earliest is None


def test_the_end_of_a_job_changes_the_next_run():
    """Asked while the job runs and again after its end, however it ended."""
    with ManualSession(durations={"job": "10 minutes", "bad": "10 minutes"}) as session:
        lists = TasksResource(session)
        session.task("daily after 07:00 | every 5 hours", name="job")(nothing)
        session.task("time of day after 06:00 & retry 2 times | cron 0 6 * * *", name="bad")(
            lambda: 1 / 0
        )
        for _ in range(40):
            session.advance("17 minutes")
            before = shown(session, lists)
            for task in session.tasks:
                session._core.next_runs.forget(task)
            assert shown(session) == before


def test_an_answer_is_kept_while_nothing_happens(session, lists, monkeypatch):
    """Asking again costs no evaluation; what has happened to one task costs one."""
    for number in range(20):
        session.task(f"daily at {number:02d}:30 & param 'p{number}' exists", name=f"t{number}")(
            nothing
        )
    for number in range(20):
        session.parameters[f"p{number}"] = 1
    session.advance("1 minute")
    worked_out = []
    real = next_runs.first_start

    def counted(core, task, *rest):
        worked_out.append(task.name)
        return real(core, task, *rest)

    monkeypatch.setattr(next_runs, "first_start", counted)
    shown(session, lists)
    assert sorted(worked_out) == sorted(f"t{number}" for number in range(20))
    worked_out.clear()
    shown(session, lists)
    assert worked_out == []

    version = session.tasks_version
    session.parameters["p3"] = 2  # the condition is looked at, and the answer is the same
    session.advance("1 s")
    shown(session, lists)
    assert worked_out == ["t3"]
    assert session.tasks_version == version


def test_a_removed_task_is_not_kept(session):
    """What was known of its next run goes with it."""
    session.task("daily at 07:00", name="d")(nothing)
    session.advance("1 minute")
    task = session.tasks["d"]
    assert task.next_run is not None
    task.delete()
    assert task.next_run is None
    assert not session._core.next_runs._doubtful
