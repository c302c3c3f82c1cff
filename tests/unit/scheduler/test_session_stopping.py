"""Stopping a session: what the next start finds, what still runs, and by when it has stopped."""

import logging
import threading
import time

import pytest

from redengine import Session, current_job
from redengine.exceptions import SessionStateError
from redengine.testing import ManualSession

WAIT_S = 30
SLOW_S = 15
"""What a busy machine may add to a limit."""
NO_TIME = {"shutdown_timeout": "0 s", "termination_grace": "100 ms"}


def session_on(path, **config):
    return Session(store=f"sqlite:///{path}/jobs.db", config=config)


def stop(app):
    """Stop a session; how many seconds that took."""
    began = time.monotonic()
    app.shut_down()
    return time.monotonic() - began


# -- kept for the next start


def test_a_job_that_waits_for_a_limit_is_kept(tmp_path):
    """It is not started in the place of the one that ends meanwhile, but at the next start."""
    ran, begun, released = [], threading.Event(), threading.Event()

    def make():
        app = session_on(tmp_path)

        @app.task(name="work", limits={"gpu": 1}, max_instances=9)
        def work(number):
            begun.set()
            released.wait(WAIT_S)
            ran.append(number)

        return app

    app = make().start(block=False)
    first = app.submit("work", number=1)
    assert begun.wait(WAIT_S)
    second = app.submit("work", number=2)
    app.shut_down(wait=False)
    released.set()
    app.shut_down()
    assert (first.status, second.status, ran) == ("success", "queued", [1])

    with make() as app:
        assert app.job(second.id).wait(WAIT_S)
    assert ran == [1, 2]


def test_a_job_that_is_killed_gives_its_limit_to_no_other(tmp_path):
    """Nor does one begin where there is no time to wait for jobs."""
    begun = threading.Event()
    app = session_on(tmp_path, **NO_TIME)

    @app.task(name="work", limits={"gpu": 1}, max_instances=9)
    def work():
        begun.set()
        while True:
            current_job().checkpoint()
            time.sleep(0.01)

    app.start(block=False)
    first, second = app.submit("work"), app.submit("work")
    assert begun.wait(WAIT_S)
    app.shut_down()
    assert (first.status, second.status) == ("terminate", "queued")


@pytest.mark.parametrize("attempts", [1, 3])
def test_a_job_that_fails_while_the_session_stops_is_tried_again(tmp_path, attempts):
    """It keeps its next attempt for the next start; without a further one it has failed."""
    begun, released = threading.Event(), threading.Event()

    def make():
        app = session_on(tmp_path)

        @app.task(name="pay", retries=attempts - 1, backoff="1 ms")
        def pay():
            begun.set()
            released.wait(WAIT_S)
            if current_job().attempt == 1:
                raise RuntimeError("try later")
            return "paid"

        return app

    app = make().start(block=False)
    job = app.submit("pay", job_id="P")
    assert begun.wait(WAIT_S)
    app.shut_down(wait=False)
    released.set()
    app.shut_down()
    assert (job.status, job.attempt) == (("fail", 1) if attempts == 1 else ("queued", 2))

    with make() as app:
        job = app.job("P")
        assert job.wait(WAIT_S)
        assert (job.status, job.attempt) == (("fail", 1) if attempts == 1 else ("success", 2))


def test_without_a_durable_store_a_failure_is_final():
    """There is no next start that could remember it."""
    begun, released = threading.Event(), threading.Event()
    app = Session()

    @app.task(name="pay", retries=3)
    def pay():
        begun.set()
        released.wait(WAIT_S)
        raise RuntimeError("try later")

    app.start(block=False)
    job = app.submit("pay")
    assert begun.wait(WAIT_S)
    app.shut_down(wait=False)
    released.set()
    app.shut_down()
    assert (job.status, job.attempt) == ("fail", 1)


# -- tasks that run at a shut-down


def ways_to_stop():
    def by_condition(app):
        app.config.shut_cond = "true"

    def at_once(app):
        app.shut_down(0, wait=False)

    return [
        pytest.param(lambda app: app.shut_down(wait=False), id="shut_down"),
        pytest.param(at_once, id="at once"),
        pytest.param(by_condition, id="shut_cond"),
    ]


@pytest.mark.parametrize("execution", ["thread", "process", "async", "main"])
@pytest.mark.parametrize("way", ways_to_stop())
def test_on_shutdown_tasks_run(way, execution):
    """At every orderly stop, in every runtime, beside tasks that wait for a place there."""
    app = Session(config={"max_threads": 1, "shutdown_timeout": "20 s"})
    app.task(name="last", on_shutdown=True, execution=execution)(_say_goodbye)
    if execution == "thread":
        app.task(name="very last", on_shutdown=True, priority=-1)(_say_goodbye)
    app.start(block=False)
    way(app)
    assert app._lifecycle._stopped.wait(WAIT_S)
    if execution == "process" and way.__name__ == "at_once":
        return  # a process may take longer to start than there is time
    ended = {record["task_name"]: record["action"] for record in app.logs(action="success")}
    assert ended == dict.fromkeys([task.name for task in app.tasks], "success")


def _say_goodbye():
    return "goodbye"


def test_on_shutdown_tasks_run_beside_a_job_that_does_not_end():
    """A part of the time is theirs."""
    app = Session(config={"shutdown_timeout": "4 s", "termination_grace": "1 s"})
    begun, released = threading.Event(), threading.Event()
    ran = []

    @app.task(name="hangs")
    def hang():
        begun.set()
        released.wait(WAIT_S)

    app.task(name="last", on_shutdown=True)(lambda: ran.append("last"))
    app.start(block=False)
    job = app.submit("hangs")
    assert begun.wait(WAIT_S)
    app.shut_down()
    released.set()
    assert (job.status, ran) == ("terminate", ["last"])


def test_on_shutdown_tasks_do_not_run_for_tasks_run_by_hand():
    """`app.run("work")` runs that task alone."""
    app = Session()
    ran = []
    app.task(name="work")(lambda: ran.append("work"))
    app.task(name="first", on_startup=True)(lambda: ran.append("first"))
    app.task(name="last", on_shutdown=True)(lambda: ran.append("last"))
    app.run("work")
    assert ran == ["work"]


def test_virtual_time_stops_as_real_time_does():
    """Running jobs have their time to end, then on_shutdown tasks theirs; the clock goes on."""
    app = ManualSession(
        durations={"short": "10 s", "long": "1 hour", "last": "2 s"},
        config={"shutdown_timeout": "40 s", "termination_grace": "1 s"},
    )
    app.task(name="short")(lambda: None)
    app.task(name="long")(lambda: None)
    app.task(name="last", on_shutdown=True)(lambda: None)
    app.advance("1 s")
    began = app.now
    short, long = app.submit("short"), app.submit("long")
    app.shut_down()
    (last,) = app.tasks["last"].jobs()
    assert (short.status, long.status, last.status) == ("success", "terminate", "success")
    assert [(job.ended_at - began).total_seconds() for job in (short, long, last)] == [10, 35, 37]


# -- by when


def hanging(release):
    """What does not end by itself."""
    release.wait(WAIT_S)


def _sleep_on():
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        try:
            time.sleep(deadline - time.monotonic())
        except BaseException:
            continue


async def _block_the_loop():
    time.sleep(5)  # noqa: ASYNC251 - as a user's code may


@pytest.mark.parametrize("execution", ["thread", "process", "async", "main"])
def test_a_session_stops_in_time_whatever_its_jobs_do(execution):
    """With a job that ignores everything in each runtime: `shutdown_timeout` and two seconds."""
    app = Session(config={"shutdown_timeout": "500 ms", "termination_grace": "20 s"})
    app.task(name="hangs", execution=execution)(
        _block_the_loop if execution == "async" else _sleep_on
    )
    app.task(name="other")(lambda: 1)
    app.start(block=False)
    job = app.submit("hangs")
    while job.status == "queued":
        app.submit("other").result(WAIT_S)
    took_s = stop(app)
    assert took_s < 0.5 + 2 + SLOW_S
    assert app.state == "stopped"


@pytest.mark.parametrize("hook", ["scheduler_shutdown", "scheduler_cycle", "job_end"])
def test_a_session_stops_in_time_whatever_its_hooks_do(hook, tmp_path):
    """A hook that does not return is left alone, and the store is closed nevertheless."""
    app = session_on(tmp_path, shutdown_timeout="300 ms", termination_grace="100 ms")
    reached, release = threading.Event(), threading.Event()

    def hang(_what):
        reached.set()
        release.wait(WAIT_S)

    app.hook(hook)(hang)
    app.task("every 1 hour", name="work")(lambda: None)
    app.start(block=False)
    if hook != "scheduler_shutdown":
        assert reached.wait(WAIT_S)
    took_s = stop(app)
    release.set()
    assert took_s < 0.3 + 2 + SLOW_S
    session_on(tmp_path).store.close()  # it can be opened: nobody has it


def test_a_session_stops_in_time_whatever_its_log_handlers_do():
    """A handler that does not return holds up nobody but its own lines."""
    app = Session(config={"shutdown_timeout": "300 ms"})
    release = threading.Event()

    class Hanging(logging.Handler):
        def handle(self, record):
            release.wait(WAIT_S)
            return True

    logger, handler = logging.getLogger("redengine"), Hanging()
    app.task("every 10 ms", name="work")(lambda: None)
    app.start(block=False)
    logger.addHandler(handler)
    try:
        took_s = stop(app)
    finally:
        logger.removeHandler(handler)
        release.set()
    assert took_s < 0.3 + 2 + SLOW_S
    assert app.state == "stopped"


# -- starting, and starting again


def test_the_first_main_thread_jobs_run_in_the_thread_that_starts():
    """A blocking start runs on_startup tasks of the main runtime where it was called."""
    app, threads = Session(), []

    @app.task(name="first", on_startup=True, execution="main")
    def first():
        threads.append(threading.current_thread())
        app.shut_down(wait=False)

    blocking = threading.Thread(target=app.start)
    blocking.start()
    blocking.join(WAIT_S)
    assert threads == [blocking]


def test_after_a_start_that_was_refused_main_thread_jobs_run():
    """A thread of the runtime's own serves where none came."""
    app = Session()
    app.task(name="work", execution="main")(lambda: 1)
    with app:
        with pytest.raises(SessionStateError):
            app.start()
        assert app.submit("work").result(WAIT_S) == 1


def test_recall_keeps_a_blocking_start():
    """`restart` with "recall" starts the same session again, and start() goes on with it."""
    app = Session(config={"restarting": "recall"})
    starts = threading.Semaphore(0)
    threads = []

    @app.hook("scheduler_startup")
    def note(_session):
        starts.release()

    @app.task(name="here", execution="main")
    def here():
        threads.append(threading.current_thread())

    blocking = threading.Thread(target=app.start)
    blocking.start()
    for _ in range(3):
        assert starts.acquire(timeout=WAIT_S)
        while not (app.state == "running" and app._core.runtimes["main"].is_served):
            time.sleep(0.001)
        app.submit("here").result(WAIT_S)
        app.restart()
    assert starts.acquire(timeout=WAIT_S)
    app.shut_down()
    blocking.join(WAIT_S)
    assert not blocking.is_alive()
    assert app.state == "stopped"
    assert threads == [blocking] * 3


def test_a_shut_down_while_it_restarts_wins():
    """Whoever asks for a stop then gets it."""
    app = Session(config={"restarting": "recall"})
    starts, stopping, release = [], threading.Event(), threading.Event()
    app.hook("scheduler_startup")(lambda _session: starts.append(None))

    @app.hook("scheduler_shutdown")
    def hold(_session):
        stopping.set()
        release.wait(WAIT_S)

    app.start(block=False)
    app.restart()
    assert stopping.wait(WAIT_S)
    app.shut_down(wait=False)
    release.set()
    assert app._lifecycle._stopped.wait(WAIT_S)
    assert app.state == "stopped"
