"""Submitted jobs: what may be asked for, when they start, and what is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest

from redengine.exceptions import Conflict, InvalidInput, NotFound, Overloaded
from redengine.scheduler.jobs.concurrency import Limits
from redengine.testing import ManualSession


def submit(session, name="job", job_id=None, parameters=None, **options):
    return session.submit_task(
        session.tasks[name], parameters or {}, job_id=job_id, options=options
    )


@pytest.fixture
def busy():
    """A running session with one thread and a task that takes ten minutes."""
    with ManualSession(durations={"job": "10 minutes"}, config={"max_threads": 1}) as session:
        session.task(name="job", max_instances=100)(lambda: None)
        session.start(block=False)
        yield session


def test_run_at_holds_a_job_until_then(session):
    """It begins at the instant that was asked for, in the session's zone where naive."""
    session.task(name="job")(lambda: None)
    session.start(block=False)
    job = submit(session, run_at="2026-01-01T03:00")
    session.advance("1 day")

    assert f"{job.started_at:%H:%M}" == "03:00"
    assert job.snapshot()["run_at"] is None or job.status == "success"


def test_a_job_that_has_not_begun_by_its_deadline_is_not_run(busy):
    """It is recorded as inaction with the reason."""
    submit(busy)
    late = submit(busy, deadline="2026-01-01T00:05")
    busy.advance("1 hour")

    assert (late.status, late.reason) == ("inaction", "deadline")
    assert len(busy.runs("job")) == 1


def test_a_job_that_runs_at_its_deadline_is_terminated(busy):
    """The reason says so."""
    job = submit(busy, deadline="2026-01-01T00:05")
    busy.advance("1 hour")

    assert (job.status, job.reason, job.duration) == ("terminate", "deadline", 300)


def test_a_jobs_own_timeout_and_retries_come_before_the_tasks(busy):
    """Two attempts of one minute each."""
    job = submit(busy, timeout="1 minute", retries=1)
    busy.advance("1 hour")

    assert (job.status, job.reason, job.attempt) == ("terminate", "timeout", 2)


def test_a_higher_priority_begins_first(busy):
    """Among those that wait; age decides between equals."""
    first, low, high = submit(busy), submit(busy), submit(busy, priority=5)
    busy.advance("1 hour")

    assert first.started_at < low.started_at
    assert high.started_at <= low.started_at


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"deadline": "2020-01-01"}, "deadline"),
        ({"deadline": "soon"}, "deadline"),
        ({"run_at": 5}, "run_at"),
        ({"timeout": "soon"}, "timeout"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": -1}, "timeout"),
        ({"retries": -1}, "retries"),
        ({"priority": "high"}, "priority"),
        ({"runtime": "thraed"}, "runtime"),
        ({"colour": 1}, "colour"),
        ({"priority": 2**63}, "priority"),
        ({"retries": 2**63}, "retries"),
        ({"run_at": "9999-12-31T23:59:59-23:00"}, "run_at"),
        ({"deadline": "0001-01-01T00:00:00+23:00"}, "deadline"),
        ({"labels": {"team": 1}}, "labels.team"),
        ({"labels": ["team"]}, "labels"),
    ],
)
def test_what_cannot_be_granted_is_refused_by_name(busy, options, field):
    """Nothing is stored."""
    with pytest.raises(InvalidInput) as caught:
        submit(busy, **options)

    assert list(caught.value.fields) == [field]
    assert len(busy.jobs) == 0


@pytest.mark.parametrize("job_id", ["", "  ", "x" * 300, 5, "a/b", "line\nline"])
def test_a_bad_id_is_refused(busy, job_id):
    """Empty, long, not a text, not printable."""
    with pytest.raises(InvalidInput, match="job_id"):
        submit(busy, job_id=job_id)


def test_parameters_are_checked_against_the_signature(session):
    """Unknown, missing and wrong types are told at once; what can be converted is."""
    seen = []

    def work(day: date, number: int = 1, rest=None):
        seen.append((day, number, rest))

    session.task(name="job")(work)
    session.start(block=False)
    for parameters, field in (
        ({"day": "2026-01-01", "numbr": 1}, "numbr"),
        ({}, "day"),
        ({"day": "someday"}, "day"),
        ({"day": "2026-01-01", "number": "many"}, "number"),
    ):
        with pytest.raises(InvalidInput) as caught:
            submit(session, parameters=parameters)
        assert list(caught.value.fields) == [field]
    submit(session, parameters={"day": "2026-01-01", "number": "7", "rest": [1]})
    session.advance("1 s")

    assert seen == [(date(2026, 1, 1), 7, [1])]


def test_a_task_tells_its_parameters_as_a_schema(session):
    """Names, types and what is required."""

    def work(day: date, number: int = 1): ...

    session.task(name="job")(work)
    schema = session.tasks["job"].parameter_schema()

    assert schema["required"] == ["day"]
    assert schema["properties"]["day"]["format"] == "date"
    assert schema["properties"]["number"]["type"] == "integer"


def test_beyond_the_queue_size_submissions_are_refused(busy):
    """Nothing is stored, and there is room again when jobs have ended."""
    busy.config.max_queue_size = 3
    for _ in range(4):
        submit(busy)
        busy._manual_environment.settle(busy._core)
    with pytest.raises(Overloaded, match="max_queue_size"):
        submit(busy)
    assert len(busy.jobs) == 4
    busy.advance("1 hour")

    assert submit(busy).status == "queued"


def test_a_queued_job_can_be_held(busy):
    """It does not begin before it is resumed; cancelling a held one works."""
    submit(busy)
    held, other = submit(busy), submit(busy)
    assert held.pause() == "held"
    assert other.pause() == "held"
    busy.advance("1 hour")
    assert (held.status, held.started_at) == ("paused", None)

    other.cancel()
    held.resume()
    busy.advance("1 hour")
    assert (held.status, other.status) == ("success", "cancel")


def test_a_held_job_ends_at_its_deadline(session):
    """Whether it was to start before, or waits for its next attempt."""

    def fail():
        raise ValueError("again")

    session.task(name="job")(lambda: None)
    session.task(name="failing", retries=1, backoff="1 minute")(fail)
    session.start(block=False)
    waiting = submit(session, run_at="2026-01-01T00:01", deadline="2026-01-01T00:05")
    failed = submit(session, "failing", deadline="2026-01-01T00:05")
    session.advance("1 s")
    assert [waiting.pause(), failed.pause()] == ["held", "held"]
    session.advance("1 hour")

    for job in (waiting, failed):
        assert (job.status, job.reason, f"{job.ended_at:%H:%M}") == (
            "inaction",
            "deadline",
            "00:05",
        )


def test_a_running_job_can_be_paused_in_virtual_time(busy):
    """Its duration and its time-out stand still."""
    job = submit(busy, timeout="11 minutes")
    busy.advance("4 minutes")
    assert job.pause() == "suspended"
    busy.advance("1 day")
    assert job.status == "paused"
    job.resume()
    busy.advance("1 hour")

    assert (job.status, job.duration) == ("success", 24 * 3600 + 600)


def test_a_held_job_stays_held_over_a_restart(tmp_path):
    """And what was asked for with a job is kept."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    with ManualSession(store=url) as first:
        first.task(name="job")(lambda: None)
        first.start(block=False)
        job = submit(first, run_at="2026-01-01T05:00", timeout=60, retries=2)
        held = submit(first, run_at="2026-01-01T05:00")
        held.pause()
    with ManualSession(start="2026-01-01T01:00", store=url) as second:
        second.task(name="job", max_instances=9)(lambda: None)
        second.advance("1 hour")
        again = second.job(job.id)
        assert (again.status, again.retries, again.timeout) == ("queued", 2, timedelta(minutes=1))
        assert second.job(held.id).status == "paused"
        second.advance("1 day")
        assert again.status == "success"
        assert again.started_at == datetime(2026, 1, 1, 5, tzinfo=UTC)
        second.job(held.id).resume()
        second.advance("1 s")
        assert second.job(held.id).status == "success"


def test_a_forbidden_action_names_the_state_and_what_is_allowed(busy):
    """409's data: status and allowed actions."""
    job = submit(busy)
    busy.advance("1 minute")
    with pytest.raises(Conflict) as caught:
        job.resume()
    assert caught.value.facts["status"] == "run"
    assert caught.value.facts["allowed_actions"] == ["pause", "terminate"]

    busy.advance("1 hour")
    for act in (job.pause, job.resume, job.cancel, job.terminate):
        with pytest.raises(Conflict, match="'success'"):
            act()


def test_tasks_share_a_named_limit():
    """Two database tasks at a time, whichever they are."""
    durations = dict.fromkeys("abc", "10 s")
    with ManualSession(durations=durations) as session:
        for name in "abc":
            session.task("daily", name=name, limits={"db": 2})(lambda: None)
        session.task("daily", name="free")(lambda: None)
        session.advance("1 minute")

        assert sorted(f"{session.runs(name)[0]:%S}" for name in "abc") == ["00", "00", "10"]
        assert f"{session.runs('free')[0]:%S}" == "00"


def test_a_cancelled_job_gives_its_limit_back():
    """A queued job that held the last place of a limit leaves it to the one that waits."""
    with ManualSession(
        durations={"block": "1 hour", "job": "1 minute"}, config={"max_threads": 1}
    ) as session:
        session.task(name="block")(lambda: None)
        session.task(name="job", max_instances=9, limits={"db": 1})(lambda: None)
        session.start(block=False)
        submit(session, "block")
        holder, waiter = submit(session), submit(session)
        session.advance("1 minute")
        holder.cancel()
        session.advance("2 hours")

        assert (holder.status, waiter.status) == ("cancel", "success")


def test_a_place_of_a_limit_goes_to_the_most_urgent_that_waits():
    """Higher priorities first, then the one that came first."""
    with ManualSession(durations={"job": "10 s"}) as session:
        session.task(name="job", max_instances=9, limits={"db": 1})(lambda: None)
        session.start(block=False)
        jobs = {
            name: submit(session, job_id=name, priority=priority)
            for name, priority in (("first", 0), ("b", 1), ("c", 5), ("d", 1), ("e", 5))
        }
        jobs["d"].cancel()
        session.advance("1 minute")

        begun = sorted((job.started_at, name) for name, job in jobs.items() if job.started_at)
        assert [name for _, name in begun] == ["first", "c", "e", "b"]


def test_a_place_that_some_cannot_use_goes_to_those_who_can():
    """A job that waits for two limits does not hold up one that waits for the free one."""
    durations = {"both": "10 s", "slow": "1 hour", "db": "10 s"}
    with ManualSession(durations=durations) as session:
        session.task(name="slow", limits={"disk": 1})(lambda: None)
        session.task(name="both", limits={"db": 1, "disk": 1}, priority=9)(lambda: None)
        session.task(name="db", limits={"db": 1}, max_instances=9)(lambda: None)
        session.start(block=False)
        for name in ("slow", "db", "both", "db"):
            submit(session, name)
        session.advance("2 minutes")
        assert [f"{at:%H:%M:%S}" for at in session.runs("db")] == ["00:00:00", "00:00:10"]
        session.advance("2 hours")
        assert [f"{at:%H:%M:%S}" for at in session.runs("both")] == ["01:00:00"]


def test_a_limit_that_is_raised_lets_those_in_that_wait():
    """They do not wait for a job to end first."""
    with ManualSession(durations={"job": "1 hour"}) as session:
        session.task(name="job", max_instances=9, limits={"db": 1})(lambda: None)
        session.start(block=False)
        for _ in range(4):
            submit(session)
        session.advance("1 minute")
        session.tasks["job"].limits = {"db": 3}
        session.advance("1 minute")
        assert [f"{at:%H:%M}" for at in session.runs("job")] == ["00:00", "00:01", "00:01"]
        session.advance("1 day")
        assert len(session.runs("job")) == 4
        assert not session._control.limits._waiting
        assert not session._control.limits._holders


def test_jobs_behind_a_limit_try_as_often_as_they_have_to(monkeypatch):
    """Each of 300 jobs is admitted once when it comes and once when there is room for it."""
    tries = []
    admit = Limits.admit

    def counted(limits, job):
        tries.append(job)
        return admit(limits, job)

    monkeypatch.setattr(Limits, "admit", counted)
    with ManualSession(durations={"job": "1 s"}) as session:
        session.task(name="job", max_instances=1000, limits={"db": 4})(lambda: None)
        session.start(block=False)
        jobs = [submit(session) for _ in range(300)]
        session.advance("10 minutes")
        assert {job.status for job in jobs} == {"success"}
        assert len(tries) <= 2 * len(jobs)


def test_a_rate_spaces_starts_out(session):
    """Three a minute: the fourth waits for the next minute."""
    session.task(name="job", rate="3/min", max_instances=100)(lambda: None)
    session.start(block=False)
    for _ in range(5):
        submit(session)
    session.advance("2 minutes")

    assert [f"{at:%M:%S}" for at in session.runs("job")] == ["00:00"] * 3 + ["01:00"] * 2


@pytest.mark.parametrize("rate", ["often", "0/min", "3/", "x/min", 5, "3/fortnight"])
def test_a_rate_that_is_none_is_refused(session, rate):
    """The error names the option."""
    with pytest.raises(InvalidInput, match="rate"):
        session.task(name="job", rate=rate)(lambda: None)


def test_limits_are_names_and_sizes(session):
    """Everything else is refused by name."""
    for limits in (["db"], {"db": 0}, {"": 1}, {"db": "two"}):
        with pytest.raises(InvalidInput, match="limits"):
            session.task(name="job", limits=limits)(lambda: None)


def test_an_ended_job_can_be_forgotten(busy):
    """With its output; its log records stay; one that has not ended cannot."""
    job = submit(busy)
    with pytest.raises(Conflict, match="'queued'"):
        busy.delete_job(job.id)
    busy.advance("1 hour")
    busy.delete_job(job.id)

    with pytest.raises(NotFound):
        busy.job(job.id)
    assert busy.logs(job_id=job.id)


def test_a_runtime_can_be_made_resized_and_removed(busy):
    """It is refused for what is in the way: tasks, jobs, the default."""
    runtimes = busy.runtimes
    runtimes.create("gpu", "thread", 2)
    runtimes.resize("gpu", 3)
    assert runtimes.snapshot("gpu")["size"] == 3
    job = submit(busy, runtime="gpu")
    for name, reason in (("gpu", job.id), ("thread", "every session")):
        with pytest.raises(Conflict) as caught:
            runtimes.remove(name)
        assert reason in str(caught.value) or reason in str(caught.value.facts)
    runtimes.make_default("gpu")
    with pytest.raises(Conflict, match="default"):
        runtimes.remove("gpu")
    runtimes.make_default("thread")
    runtimes.remove("gpu", force=True)

    assert "gpu" not in runtimes
    assert (job.status, job.runtime) == ("queued", "thread")


def test_capabilities_tell_what_is_registered(session):
    """Tasks with schemas, runtimes with real sizes, options and versions."""

    def work(day: date): ...

    session.task(name="job", description="Works.")(work)
    found = session.capabilities()

    assert found["tasks"][0]["name"] == "job"
    assert found["tasks"][0]["parameters"]["required"] == ["day"]
    sizes = {each["runtime_id"]: each["size"] for each in found["runtimes"]}
    assert sizes["thread"] == session.config.max_threads
    assert "deadline" in found["job_options"]


def test_metrics_count_ends_durations_and_lateness(busy):
    """In the text format of Prometheus."""
    submit(busy)
    busy.advance("1 hour")
    text = busy.metrics.text().decode()

    assert 'redengine_jobs_ended_total{end="success",task="job"} 1.0' in text
    assert 'redengine_job_duration_seconds_bucket{le="600.0",task="job"} 1.0' in text
    assert "redengine_job_lateness_seconds_count 1.0" in text
    assert 'redengine_runtime_size{runtime="thread"} 1.0' in text
