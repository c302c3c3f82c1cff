"""Jobs that wait for other jobs: the place is lent, and no wait is for ever."""

import asyncio
import threading

import pytest

from redengine import Session
from redengine.exceptions import Conflict
from redengine.runtimes import RecordedExecution, ThreadRuntime, current_job
from redengine.testing import ManualSession

WAIT_S = 60


@pytest.fixture
def app():
    """A session whose runtimes have one place each."""
    with Session(config={"max_threads": 1, "max_async": 1}) as app:
        app.task(name="inner")(lambda n=0: n + 1)
        yield app


def test_a_pool_of_one_lends_its_place(app):
    """The inner job runs where the outer one waits, as deep as it goes."""

    @app.task(max_instances=10)
    def outer(depth=3):
        if depth == 0:
            return 1
        return 1 + app.submit(outer, depth=depth - 1).result()

    assert app.submit(outer).result(timeout=WAIT_S) == 4


def test_several_inner_jobs_run_beside_each_other_where_there_is_room():
    """A waiting job takes no place from those that it waits for."""
    with Session(config={"max_threads": 2}) as app:
        together = threading.Barrier(2)
        app.task(name="inner", max_instances=2)(lambda: together.wait(WAIT_S) >= 0)

        @app.task()
        def outer():
            return [job.result() for job in [app.submit("inner") for _ in range(2)]]

        assert app.submit(outer).result(timeout=WAIT_S) == [True, True]


def test_a_coroutine_lends_its_place(app):
    """`await job` works on a runtime of one place, too."""
    app.task(name="ainner", execution="async")(async_inner)

    @app.task(execution="async")
    async def outer():
        return await (await app.submit_async("ainner"))

    assert app.submit(outer).result(timeout=WAIT_S) == 42


async def async_inner():
    await asyncio.sleep(0)
    return 42


def test_a_runtime_never_runs_more_than_its_size():
    """The outer job goes on when there is a place again, before those that are queued."""
    with Session() as app:
        app.runtime("device", size=1)
        using, most = [], []

        def use(name):
            using.append(name)
            most.append(len(using))
            using.remove(name)

        @app.task(execution="device", max_instances=10)
        def inner(n=0):
            use(n)

        @app.task(execution="device")
        def outer():
            use("outer")
            jobs = [app.submit(inner, n=n) for n in range(20)]
            jobs[0].result()
            use("outer")
            for job in jobs[1:]:
                job.result()
            use("outer")

        app.submit(outer).result(timeout=WAIT_S)
        assert most == [1] * 23


def test_a_lent_place_is_taken_back_before_others_begin():
    """Who lent a place waits for the next free one, and is not passed by the queue."""
    runtime = ThreadRuntime("thread", 1)
    lent, order = threading.Event(), []

    def lends():
        runtime.lend(outer)
        lent.set()
        first.wait()
        runtime.take_back(outer, waits=True)
        order.append("outer")

    outer = RecordedExecution(lends)
    first = RecordedExecution(lambda: lent.wait(WAIT_S) and order.append("first"))
    later = RecordedExecution(lambda: order.append("later"))
    for execution in (outer, first):
        runtime.submit(execution)
    assert lent.wait(WAIT_S)
    runtime.submit(later)
    for execution in (outer, first, later):
        assert execution.wait(WAIT_S).action == "success"
    assert sorted(order) == ["first", "later", "outer"]
    assert runtime.load()["running"] == 0
    runtime.close(WAIT_S)


def test_a_job_that_waits_can_be_terminated(app):
    """Its place is not lost with it."""
    begun, free = threading.Event(), threading.Event()
    app.task(name="long")(lambda: begun.set() or free.wait(WAIT_S))

    @app.task()
    def outer():
        app.submit("long").result()

    job = app.submit(outer)
    assert begun.wait(WAIT_S)
    job.terminate()
    free.set()
    assert job.wait(WAIT_S)
    assert app.submit("inner", n=1).result(timeout=WAIT_S) == 2


def test_a_job_does_not_wait_for_itself(app):
    """Its own result is refused at once."""

    @app.task()
    def itself():
        return app.job(current_job().job_id).result()

    with pytest.raises(Exception, match="would wait for ever for job"):
        app.submit(itself).result(timeout=WAIT_S)


def test_two_jobs_do_not_wait_for_each_other():
    """The one that would close the circle is refused; the other gets its failure."""
    with Session() as app:
        made = threading.Event()
        jobs = {}

        @app.task(max_instances=2)
        def waits(other="b"):
            made.wait(WAIT_S)
            return jobs[other].result()

        jobs["a"] = app.submit(waits, other="b")
        jobs["b"] = app.submit(waits, other="a")
        made.set()
        errors = [job.exception(WAIT_S) for job in jobs.values()]
        assert any("would wait for ever" in str(error) for error in errors)


def test_main_cannot_be_lent(app):
    """A job in the main thread that waits for another there is told what to do."""
    app.task(name="there", execution="main")(lambda: 1)

    @app.task(execution="main")
    def outer():
        return app.submit("there").result()

    job = app.submit(outer)
    error = job.exception(WAIT_S)
    assert isinstance(error, Conflict)
    assert "the place in 'main'; give one of the tasks another execution" in str(error)


def test_main_is_needed_further_on(app):
    """The circle is found when it closes, through a job in a thread."""
    app.task(name="there", execution="main")(lambda: 1)
    app.task(name="between")(lambda: app.submit("there").result())

    @app.task(execution="main")
    def outer():
        return app.submit("between").result()

    assert "would wait for ever" in str(app.submit(outer).exception(WAIT_S))


def test_a_shared_limit_is_not_lent(app):
    """A job does not wait for one that needs the limit which it holds itself."""
    app.task(name="limited", limits={"db": 1})(lambda: 1)

    @app.task(limits={"db": 1})
    def outer():
        return app.submit("limited").result()

    assert "would wait for ever" in str(app.submit(outer).exception(WAIT_S))


def test_main_may_wait_for_threads(app):
    """What needs nothing of the waiting job is waited for as anywhere."""

    @app.task(execution="main")
    def outer():
        return app.submit("inner", n=41).result()

    assert app.submit(outer).result(timeout=WAIT_S) == 42


class TestVirtualTime:
    """The same over virtual time."""

    def test_an_inner_job_runs_in_the_midst_of_the_outer_one(self):
        """`result` gives what it returned."""
        with ManualSession() as session:
            session.task(name="inner")(lambda: 41)
            session.task(name="outer")(lambda: session.submit("inner").result() + 1)
            session.start(block=False)
            job = session.submit("outer")
            session.advance("1 s")
            assert job.result() == 42

    def test_one_that_takes_time_is_refused(self):
        """Virtual time stands still while code runs, so the inner job would not end."""
        with ManualSession(durations={"inner": "1 min"}) as session:
            session.task(name="inner")(lambda: 41)
            session.task(name="outer")(lambda: session.submit("inner").result())
            session.start(block=False)
            job = session.submit("outer")
            session.advance("1 hour")
            assert "virtual time stands still" in str(job.exception())


def waits_at_once(job):
    """The errors of each way to wait for a job."""
    errors = []
    for wait in (job.result, job.wait, job.exception, lambda: asyncio.run(awaited(job))):
        with pytest.raises(Conflict) as caught:
            wait()
        errors.append(str(caught.value))
    return errors


async def awaited(job):
    return await job


@pytest.mark.parametrize("make", [Session, ManualSession])
def test_a_hook_that_the_scheduler_calls_may_not_wait(make):
    """It is told at once, the job that it has submitted runs, and the scheduler goes on."""
    with make() as session:
        jobs, errors, free = [], [], threading.Event()

        @session.hook("scheduler_cycle")
        def submit_and_wait(_session):
            if not jobs:
                jobs.append(session.submit("inner"))
                assert not jobs[0].wait(0)
                errors.extend(waits_at_once(jobs[0]))
                free.set()

        session.task(name="inner")(lambda: free.wait(WAIT_S))
        session.task("every 1 hour", name="work")(lambda: None)
        session.task("after task 'inner'", name="last")(free.is_set)
        if make is ManualSession:
            session.advance("1 s")
        assert free.wait(WAIT_S)
        assert len(errors) == 4
        assert all("would stop the scheduler" in error for error in errors)
        assert jobs[0].result(WAIT_S)


def test_a_condition_that_submits_may_wait_only_where_the_scheduler_does_not():
    """On a virtual clock the scheduler itself asks it; in real time a thread of its own does."""
    with ManualSession() as session:
        session.task(name="inner")(lambda: 1)
        errors = []

        @session.condition(every="1 min")
        def ready():
            errors.extend(waits_at_once(session.submit("inner")))
            return True

        session.task(ready(), name="work")(lambda: None)
        session.advance("1 s")
        assert len(errors) == 4
        assert (len(session.runs("inner")), len(session.runs("work"))) == (1, 1)

    results = []
    with Session() as session:
        session.task(name="inner")(lambda: 1)
        worked = threading.Event()

        @session.condition(every="1 min")
        def ready():
            results.append(session.submit("inner").result(WAIT_S))
            return True

        session.task(ready(), name="work")(worked.set)
        assert worked.wait(WAIT_S)
    assert results[0] == 1
