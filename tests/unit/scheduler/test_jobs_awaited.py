"""Jobs on an event loop: submitted and awaited without stopping it."""

import asyncio
import threading

import pytest

from redengine import Session
from redengine.exceptions import BlocksEventLoop, JobFailed, JobSkipped
from redengine.scheduler.jobs.waiting import EndEvent

WAIT_S = 60


@pytest.fixture
def app():
    """A running session."""
    with Session() as made:
        yield made


def on_loop(main):
    """What a coroutine function returns, within bounded time."""

    async def bounded():
        async with asyncio.timeout(WAIT_S):
            return await main()

    return asyncio.run(bounded())


def test_a_job_is_submitted_and_awaited(app):
    """`await app.submit_async(…)` gives the job, `await job` what its task returns."""
    app.task(name="double")(lambda x: 2 * x)

    async def main():
        job = await app.submit_async("double", x=21, job_id="mine")
        return job.id, await job, await job, job.result(), job.exception(), job.wait()

    assert on_loop(main) == ("mine", 42, 42, 42, None, True)


def test_the_loop_goes_on_while_a_job_runs(app):
    """What else is on the loop decides when the job ends."""
    free = threading.Event()
    app.task(name="waits")(lambda: free.wait(WAIT_S))

    async def main():
        job = app.submit("waits")
        waiter = asyncio.ensure_future(job)
        await asyncio.sleep(0)
        assert not waiter.done()
        free.set()
        return await waiter

    assert on_loop(main) is True


def test_many_jobs_are_awaited_at_once_without_threads(app):
    """A hundred waiting coroutines take no thread each."""
    free = threading.Event()
    app.task(name="waits", max_instances=1000)(lambda: free.wait(WAIT_S))

    async def main():
        jobs = [app.submit("waits") for _ in range(100)]
        waiters = [asyncio.ensure_future(job) for job in jobs]
        await asyncio.sleep(0)
        threads = threading.active_count()
        free.set()
        return await asyncio.gather(*waiters), threads

    results, threads = on_loop(main)
    assert results == [True] * 100
    assert threads < 100


def test_an_awaited_failure_raises(app):
    """As `result` does: JobFailed, with the task's own exception as its cause."""

    @app.task
    def broken():
        message = "my bug"
        raise ValueError(message)

    async def main():
        with pytest.raises(JobFailed, match="my bug") as failed:
            await app.submit(broken)
        return failed.value.__cause__

    assert isinstance(on_loop(main), ValueError)


def test_an_ended_job_is_awaited_at_once(app):
    """Also one that was found by its id, and one that was withdrawn."""
    app.task(name="one")(lambda: 1)
    first = app.submit("one")
    assert first.wait(WAIT_S)
    withdrawn = app.submit_task(app["one"], {}, options={"run_at": "2999-01-01"})
    withdrawn.cancel()

    async def main():
        with pytest.raises(JobSkipped):
            await withdrawn
        return await app.job(first.id)

    assert on_loop(main) == 1


@pytest.mark.parametrize("ask", ["result", "wait", "exception"])
def test_waiting_on_a_loops_thread_is_refused_with_the_form_to_write(app, ask):
    """It raises at once, also where the job has ended; with the time-out 0 it only asks."""
    app.task(name="one")(lambda: 1)

    async def main():
        job = app.submit("one")
        with pytest.raises(BlocksEventLoop, match="write `await job`"):
            getattr(job, ask)()
        with pytest.raises(BlocksEventLoop):
            getattr(job, ask)(timeout=5)
        await asyncio.to_thread(job.wait, WAIT_S)
        return getattr(job, ask)(0)

    assert on_loop(main) == {"result": 1, "wait": True, "exception": None}[ask]


def test_an_async_task_awaits_the_jobs_that_it_submits(app):
    """On the session's own loop, where `result` is refused as well."""

    @app.task(execution="async")
    async def outer():
        inner = await app.submit_async("inner")
        with pytest.raises(BlocksEventLoop):
            inner.result()
        return await inner

    app.task(name="inner", execution="async")(_later)
    assert app.submit(outer).result(WAIT_S) == 7


async def _later():
    await asyncio.sleep(0)
    return 7


def test_a_notebook_may_wait(app, monkeypatch):
    """A notebook's cells run on its kernel's loop, and wait there."""
    monkeypatch.setitem(__import__("sys").modules, "ipykernel", object())
    app.task(name="one")(lambda: 1)

    async def main():
        return app.submit("one").result(WAIT_S)

    assert on_loop(main) == 1


def test_a_waiter_that_gives_up_harms_nothing():
    """A cancelled await, or a loop that has closed, is passed over when the job ends."""
    event = EndEvent()

    async def main():
        waiter = asyncio.ensure_future(event.reached())
        await asyncio.sleep(0)
        waiter.cancel()

    on_loop(main)
    event.set()
    assert event.is_set()
