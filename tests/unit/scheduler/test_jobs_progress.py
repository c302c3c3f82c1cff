"""A job's progress as others see it: estimate, log, snapshot, store."""

import asyncio
import logging
import threading
from datetime import datetime

import pytest

from redengine import Session, current_job
from redengine.runtimes import Progress
from redengine.runtimes.context import running_job
from redengine.scheduler.jobs.progress import LOG_EVERY_S, Estimate, spoken
from redengine.testing import ManualSession

WAIT_S = 30


def left(*told, estimate=None):
    """The estimates after pairs of progress and time."""
    estimate = estimate or Estimate(0.0)
    return [estimate.seconds_left(Progress(*progress), now) for *progress, now in told]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([(10, 40, 5.0)], [15.0]),
        ([(10, 40, 5.0), (30, 40, 30.0)], [15.0, 10.0]),
        ([(40, 40, 5.0)], [0.0]),
        ([(0, 40, 5.0)], [None]),
        ([(10, None, 5.0)], [None]),
        ([(10, 0, 5.0)], [None]),
        ([(10, 40, 0.0)], [None]),
        ([(5e-324, 1e18, 5.0)], [None]),
        # It goes back to 10 at 20 s: from there on 5 a second.
        ([(30, 40, 15.0), (10, 40, 20.0), (20, 40, 22.0)], [5.0, None, 4.0]),
        ([(30, 40, 15.0), (0, 40, 15.0), (0, 40, 16.0), (10, 40, 17.0)], [5.0, None, None, 6.0]),
    ],
)
def test_the_seconds_left_follow_from_the_rate_since_the_start(told, expected):
    """Unknown where there is no total, nothing done or no time; a step back starts anew."""
    assert left(*told) == expected


def test_progress_is_in_the_jobs_object_with_an_estimate():
    """done, total, text, eta and updated_at, after the end as well, and a retry starts anew."""
    seen = []

    with ManualSession() as session:

        def work():
            job = current_job()
            mine = next(iter(session.jobs))
            seen.append(mine.progress)
            session._clock.move_to(session._clock.now().replace(second=10))
            job.progress(5, 20, "reading")
            seen.append(mine.progress)
            if job.attempt == 1:
                raise ValueError("again")
            job.progress(20, 20)

        session.task(name="job", retries=1)(work)
        session.start(block=False)
        job = session.submit("job")
        session.advance("1 minute")

        assert seen[0] is None
        assert seen[1] == {
            "done": 5,
            "total": 20,
            "text": "reading",
            "eta": 30.0,
            "updated_at": "2026-01-01T00:00:10+00:00",
        }
        assert seen[2] is None
        for shown in (job.progress, job.snapshot()["progress"], session.job(job.id).progress):
            assert (shown["done"], shown["total"], shown["text"]) == (20, 20, None)
            assert shown["eta"] == 0.0


def test_a_secret_in_the_text_is_masked():
    """As in output and log records."""
    with ManualSession() as session:
        session.parameters["token"] = "sesame-open"
        session.parameters.mark_secret("token")
        session.task(name="job")(lambda: current_job().progress(1, 2, "with sesame-open"))
        session.start(block=False)
        job = session.submit("job")
        session.advance("1 s")

        assert job.progress["text"] == "with *****"


def test_progress_is_kept_by_a_durable_store(tmp_path):
    """A later session shows what an ended job told last."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    with ManualSession(store=url) as first:
        first.task(name="job")(lambda: current_job().progress(3, 4, "nearly"))
        first.start(block=False)
        job = first.submit("job")
        first.advance("1 s")
        told = job.progress
    with ManualSession(store=url) as second:
        assert second.job(job.id).progress == told
        assert told["text"] == "nearly"


def test_progress_is_logged_now_and_then_and_at_the_end(caplog):
    """One structured line at first, then at most one in ten seconds, and the last one."""
    caplog.set_level(logging.INFO, "redengine.progress")
    with ManualSession() as session:

        def work():
            for number in range(1, 26):
                current_job().progress(number, 25, "counting")
                session._clock.move_to(session._clock.now().replace(second=number))

        session.task(name="job")(work)
        session.start(block=False)
        job = session.submit("job")
        session.advance("1 hour")
        records = [record for record in caplog.records if record.name == "redengine.progress"]

        assert [record.done for record in records] == [1, 11, 21, 25]
        assert LOG_EVERY_S == 10
        last = records[-1]
        assert last.getMessage() == f"job {job.id} of task 'job': 25 of 25 (100%), counting"
        assert (last.action, last.job_id, last.task_name) == ("progress", job.id, "job")
        assert (last.total, last.text, last.eta) == (25, "counting", 0.0)
        assert job.output() == []


def test_progress_in_words():
    """Without a total there is no share."""
    assert spoken(3, None, None) == "3"
    assert spoken(0.5, 1.0, "half") == "0.5 of 1 (50%), half"
    assert spoken(999, 1000, None) == "999 of 1000 (99%)"
    assert spoken(3, 0, "odd") == "3 of 0, odd"


def tell_a_lot():
    for number in range(20_000):
        current_job().progress(number + 1, 20_000, "counting")
    return running_job() is not None


async def tell_a_lot_on_the_loop():
    await asyncio.sleep(0)
    return tell_a_lot()


@pytest.mark.parametrize(
    ("execution", "func"),
    [
        ("thread", tell_a_lot),
        ("process", tell_a_lot),
        ("main", tell_a_lot),
        ("async", tell_a_lot_on_the_loop),
    ],
)
def test_the_last_progress_is_there_when_the_job_has_ended(execution, func):
    """In every runtime, also when much is told in no time; few updates are published."""
    with Session() as app:
        app.task(name="job", execution=execution)(func)
        before = app.events.position
        job = app.submit("job")
        assert job.result(WAIT_S)

        assert job.progress["done"] == 20_000
        assert job.progress["eta"] == 0.0
        assert datetime.fromisoformat(job.progress["updated_at"]) <= job.ended_at
        told = app.events.follow(["progress"], after=before, timeout=0)
        updates = [event.data["progress"]["done"] for event in told]
        assert updates[-1] == 20_000
        assert len(updates) < 1_000


def test_progress_before_a_failure_stays():
    """A job that fails, or is abandoned, shows how far it had come; later words are ignored."""
    begun, release, ended = threading.Event(), threading.Event(), threading.Event()

    def stubborn():
        current_job().progress(7, 10)
        begun.set()
        release.wait()
        current_job().progress(9, 10)
        ended.set()

    with Session(config={"termination_grace": "0 s"}) as app:
        app.task(name="stubborn")(stubborn)
        job = app.submit("stubborn")
        assert begun.wait(WAIT_S)
        job.terminate()
        assert job.wait(WAIT_S)
        release.set()
        assert ended.wait(WAIT_S)

        assert (job.abandoned, job.progress["done"]) == (True, 7)


def test_wrong_progress_fails_the_job_by_name():
    """The error is raised in the task's own code."""
    with ManualSession() as session:
        session.task(name="job")(lambda: current_job().progress(-1, 10))
        session.start(block=False)
        job = session.submit("job")
        session.advance("1 s")

        assert job.status == "fail"
        assert "done: expected a finite number of at least 0, got -1" in job.error
