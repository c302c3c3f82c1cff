"""What a session remembers over a restart."""

import pytest

from redengine.exceptions import StoreError
from redengine.testing import ManualSession


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/jobs.db"


def begin(url, start="2026-01-01T00:00", **options):
    return ManualSession(start=start, store=url, **options)


def test_a_daily_task_does_not_run_twice_over_a_restart(url):
    """The store tells when it last succeeded."""
    with begin(url) as first:
        first.task("daily", name="job")(lambda: 7)
        first.advance("1 hour")
    with begin(url, "2026-01-01T02:00") as second:
        second.task("daily", name="job")(lambda: 7)
        second.advance("1 hour")
        assert second.runs("job") == []
        assert second.tasks["job"].status == "success"
        assert f"{second.tasks['job'].last_success:%H:%M}" == "00:00"
        assert second.returns["job"] == 7
        second.advance("1 day")
        assert len(second.runs("job")) == 1


def test_after_holds_over_a_restart(url):
    """What has not been started since the other's end is started after the restart."""
    with begin(url) as first:
        first.task("daily", name="fetch")(lambda: None)
        first.advance("1 hour")
    with begin(url, "2026-01-01T02:00") as second:
        second.task("daily", name="fetch")(lambda: None)
        second.task("after task 'fetch'", name="report")(lambda: None)
        second.advance("1 minute")
        assert len(second.runs("report")) == 1
        assert second.runs("fetch") == []


def test_an_interval_keeps_its_phase_over_a_restart(url):
    """The next start is due one interval after the last due time, missed ones are one start."""
    with begin(url) as first:
        first.task("every 1 hour", name="job")(lambda: None)
        first.advance("90 minutes")
    with begin(url, "2026-01-01T03:30") as second:
        second.task("every 1 hour", name="job")(lambda: None)
        second.advance("1 hour")
        assert [f"{at:%H:%M}" for at in second.runs("job")] == ["03:30", "04:00"]


@pytest.mark.parametrize(("policy", "dues"), [("once", [4]), ("all", [2, 3, 4]), ("skip", [])])
def test_cron_times_missed_while_down_follow_the_policy(url, policy, dues):
    """Those between the last sign of life and the new start."""
    with begin(url) as first:
        first.task("cron 0 * * * *", name="job", missed=policy)(lambda: None)
        first.advance("90 minutes")
    with begin(url, "2026-01-01T04:30") as second:
        second.task("cron 0 * * * *", name="job", missed=policy)(lambda: None)
        second.advance("1 minute")
        assert [job.due_at.hour for job in second.tasks["job"].jobs()][::-1][2:] == dues


def test_a_new_tasks_past_cron_times_are_not_missed(url):
    """A fire time counts only if the task existed then."""
    with begin(url) as first:
        first.task("daily", name="other")(lambda: None)
        first.advance("1 hour")
    with begin(url, "2026-01-01T04:30") as second:
        second.task("cron 0 * * * *", name="job")(lambda: None)
        second.advance("1 minute")
        assert second.runs("job") == []


def test_failures_are_counted_over_a_restart(url):
    """`retry 2 times` does not begin anew."""

    def broken():
        raise ValueError("no")

    condition = "daily | retry 2 times"
    with begin(url, "2026-01-01T00:00") as first:
        first.task(condition, name="job")(broken)
        first.advance("1 s")
        assert len(first.runs("job")) == 3
    with begin(url, "2026-01-01T01:00") as second:
        second.task(condition, name="job")(broken)
        second.advance("1 hour")
        assert second.runs("job") == []


def test_counting_conditions_see_earlier_records(url):
    """`has failed today >= 3` counts what happened before the restart."""

    def broken():
        raise ValueError("no")

    with begin(url) as first:
        first.task("every 10 minutes", name="fetch")(broken)
        first.advance("25 minutes")
    with begin(url, "2026-01-01T01:00") as second:
        second.task(name="fetch")(broken)
        second.task("task 'fetch' has failed today >= 3 & daily", name="alarm")(lambda: None)
        second.advance("1 s")
        assert len(second.runs("alarm")) == 1


def test_logs_are_filtered_by_keywords(session):
    """A value, a list of values, and a span of times."""
    session.task("every 1 minute", name="good")(lambda: None)
    session.task("every 1 minute", name="bad")(lambda: 1 / 0)
    session.advance("10 minutes")

    assert {each["task_name"] for each in session.logs(action=["fail", "crash"])} == {"bad"}
    late = session.logs(action="success", timestamp=("2026-01-01T00:08", None))
    assert len(late) == 3
    assert len(session.logs(limit=5)) == 5
    with pytest.raises(ValueError, match="did you mean 'action'"):
        session.logs(acton="fail")


def test_a_stopped_session_can_be_read_and_started_again(url):
    """Its logs are there after the shut-down, and it goes on where it was."""
    session = begin(url)
    session.task("every 1 minute", name="job")(lambda: None)
    session.advance("90 s")
    session.shut_down()
    assert len(session.logs(action="success")) == 2

    session.advance("60 s")
    assert len(session.runs("job")) == 3
    session.shut_down()


def test_a_store_that_cannot_be_opened_says_what_to_do(tmp_path):
    """The folder is named."""
    with pytest.raises(StoreError, match="missing"):
        ManualSession(store=f"sqlite:///{tmp_path}/missing/jobs.db")


def test_jobs_keep_their_results_in_the_store(url):
    """An ended job read anew has its result, or its error."""
    with begin(url) as first:
        first.task("daily", name="good")(lambda: {"rows": 42})
        first.task("daily", name="bad")(lambda: 1 / 0)
        first.advance("1 s")
        ids = [first.tasks[name].jobs()[0].id for name in ("good", "bad")]
    with begin(url) as second:
        assert second.job(ids[0]).result() == {"rows": 42}
        with pytest.raises(Exception, match="ZeroDivisionError"):
            second.job(ids[1]).result()


def test_a_second_start_for_one_occurrence_is_refused_by_the_store(url):
    """The last defence: the job is recorded as inaction and its code does not run."""
    with begin(url) as session:
        session.task("cron 0 * * * *", name="job")(lambda: None)
        session.advance("1 minute")
        task = session.tasks["job"]
        due = task.jobs()[0].due_at
        session._starts.start(task, "condition", due_at=due)
        session.advance("1 minute")

        assert len(session.runs("job")) == 1
        assert [job.status for job in task.jobs()] == ["inaction", "success"]
        assert session.logs(action="inaction")[0]["job_id"] == task.jobs()[0].id


def test_a_permanent_task_comes_back_at_once_after_a_kill(url):
    """Its job ended with its session; the new one starts another without a back-off."""
    with begin(url) as first:
        first.task(name="service", permanent=True)(lambda: None)
        first.start(block=False)
        job = next(iter(first.tasks["service"].active))
        job.status = "run"
        job.started_at = first.now
        first._core.recorder.changed(job)
        first.store.close()
    with begin(url, "2026-01-01T01:00") as second:
        second.task(name="service", permanent=True)(lambda: None)
        second.start(block=False)
        assert second.job(job.id).status == "terminate"
        assert [each.status for each in second.tasks["service"].active] == ["queued"]
        second.advance("1 s")
        assert len(second.runs("service")) == 1


@pytest.mark.parametrize("is_durable", [True, False])
def test_a_forgotten_job_is_expired(url, is_durable):
    """The session tells a job that was pruned from one that never was, and from one that is."""
    config = {"history_jobs": 2}
    with ManualSession(store=url if is_durable else None, config=config) as session:
        session.task(name="job")(lambda: None)
        session.advance("1 s")
        jobs = [session.submit("job") for _ in range(5)]
        mine = session.submit("job", job_id="mine")
        session.advance("1 s")
        assert not any(session.is_expired(job.id) for job in (*jobs, mine))
        jobs += [session.submit("job") for _ in range(2)]
        session.advance("1 s")
        session.store.prune()
        assert [session.is_expired(job.id) for job in jobs] == [True] * 5 + [False] * 2
        assert session.is_expired("mine")
        assert not session.is_expired("never-was")


def test_how_much_is_kept_is_changed_while_it_runs(url):
    """The config keys of the history take effect at once."""
    with begin(url) as session:
        session.task("every 1 minute", name="job")(lambda: None)
        session.advance("10 minutes")
        assert session.store.prune() == 0
        session.config.history_jobs = 3
        session.config.history_logs = "all"
        session.store.prune()
        assert len(session.tasks["job"].jobs()) == 3
        assert len(session.logs()) == 22
        session.config.history_age = "90 s"
        session.store.prune()
        assert len(session.logs()) == 4
