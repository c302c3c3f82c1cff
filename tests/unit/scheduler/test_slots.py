"""Which jobs take an instance slot, and what becomes of fire times without one."""

from datetime import timedelta

import pytest

from redengine.testing import ManualSession


def add(session, name, start_cond=None, func=None, **options):
    session.task(start_cond, name=name, **options)(func or (lambda: None))
    return session.tasks[name]


def submit_later(session, task, **delay):
    return session.submit_task(task, {}, options={"run_at": session.now + timedelta(**delay)})


@pytest.mark.parametrize("condition", ["every 1 min", "cron * * * * *", "minutely"])
def test_a_job_for_later_leaves_the_schedule_alone(session, condition):
    """It takes a slot when its time has come, not before."""
    task = add(session, "job", condition)
    session.advance("90 s")
    job = submit_later(session, task, hours=1)
    session.advance("10 min")

    assert len(session.runs("job")) == 12
    assert session.logs(action="inaction") == []
    session.advance("1 hour")
    assert job.status == "success"


def test_a_job_for_later_takes_a_slot_when_it_begins():
    """While it runs, a fire time finds the slot taken."""
    with ManualSession(durations={"job": "90 s"}) as session:
        task = add(session, "job", "cron */10 * * * *")
        session.advance("8 min")
        job = submit_later(session, task, seconds=90)
        session.advance("4 min")

        assert job.status == "success"
        (record,) = session.logs(action="inaction")
        assert (record["reason"], record["job_id"]) == ("overlap", job.id)


def test_a_held_job_leaves_the_schedule_alone():
    """Held before it began, it frees the slot; the occurrence that waited for it starts."""
    with ManualSession(durations={"job": "1 s", "busy": "1 hour"}) as session:
        task = add(session, "job", "every 1 min")
        session.advance("30 s")
        job = session.submit("job")
        job.pause()
        session.advance("10 min")
        assert len(session.runs("job")) == 11

        job.resume()
        session.advance("5 s")
        assert job.status == "success"
        assert task.active.slots == 0


def test_a_held_job_gives_its_limit_free():
    """Another job that needs the limit goes first."""
    with ManualSession() as session:
        add(session, "a", limits={"db": 1})
        add(session, "b", limits={"db": 1})
        session.advance("1 s")
        held = session.submit("a")
        other = session.submit("b")
        held.pause()
        session.advance("1 s")
        assert other.status == "success"

        held.resume()
        session.advance("1 s")
        assert held.status == "success"


def test_a_job_for_later_leaves_the_schedule_alone_over_a_restart(tmp_path):
    """Taken up from the store, it still takes no slot, held or early."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    with ManualSession(store=url) as first:
        task = add(first, "job", "every 1 min")
        first.advance("30 s")
        submit_later(first, task, hours=5)
        submit_later(first, task, hours=5).pause()
    with ManualSession(start="2026-01-01T00:10", store=url) as second:
        task = add(second, "job", "every 1 min")
        second.advance("10 min")
        assert len(second.runs("job")) == 11
        assert (len(task.active), task.active.slots) == (2, 0)


@pytest.mark.parametrize("options", [{"limits": {"db": 1}}, {"rate": "1/hour"}])
def test_a_scheduled_job_that_waits_for_a_limit_keeps_its_slot(options):
    """Further fire times are skips with the reason `limit` and the job that waits."""
    with ManualSession(durations={"holder": "1 hour"}) as session:
        add(session, "holder", limits={"db": 1})
        session.advance("1 s")
        session.submit("holder")
        task = add(session, "job", "cron * * * * *", **options)
        session.advance("5 min")

        records = session.logs(action="inaction", task_name="job")
        assert {record["reason"] for record in records} == {"limit"}
        assert len(records) == (4 if "limits" in options else 3)
        assert {record["job_id"] for record in records} == {task.active.oldest.id}


def test_a_retry_in_its_back_off_keeps_its_slot():
    """It has begun, and goes on."""
    with ManualSession() as session:
        add(session, "job", "cron * * * * *", lambda: 1 / 0, retries=1, backoff=150)
        session.advance("2 min")

        assert [each["reason"] for each in session.logs(action="inaction")] == ["overlap"] * 2


def test_an_orderly_stop_with_a_waiting_job_is_no_crash(tmp_path, caplog):
    """The next start takes it up and raises no alarm."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    with ManualSession(store=url) as first:
        task = add(first, "job")
        first.advance("1 s")
        waiting = [submit_later(first, task, hours=1), submit_later(first, task, hours=1)]
        waiting[1].pause()
    with ManualSession(start="2026-01-01T00:10", store=url) as second:
        add(second, "job")
        second.advance("2 hours")
        assert [second.job(job.id).status for job in waiting] == ["success", "paused"]
    assert "without a shut-down" not in caplog.text
