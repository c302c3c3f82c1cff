"""Signals and the session's own code: held back there, delivered where it waits or is left."""

import os
import signal
import threading
import time

import pytest

from redengine import Session
from redengine.support import interrupts
from redengine.support.interrupts import INTERRUPTS, Latch, signals_to
from redengine.tasks import FuncTask

WAIT_S = 30


@pytest.fixture
def engaged():
    """Signals are held back, as while a session runs in the background."""
    INTERRUPTS.engage()
    yield
    INTERRUPTS.disengage()


@pytest.fixture
def app():
    with Session(config={"shutdown_timeout": "5 s"}) as app:
        yield app


def ctrl_c():
    signal.raise_signal(signal.SIGINT)


def test_the_users_code_is_interrupted_at_once(engaged):
    """Outside the session's code Ctrl-C raises where it comes."""
    with pytest.raises(KeyboardInterrupt):
        ctrl_c()


def test_the_sessions_code_runs_to_its_end(engaged):
    """A signal that comes in it raises when it has returned."""
    done = []

    def act(values):
        ctrl_c()
        done.append(sorted(values))

    act.__code__ = act.__code__.replace(co_filename=interrupts.__file__)
    with pytest.raises(KeyboardInterrupt):
        act([2, 1])
    assert done == [[1, 2]]


def test_code_that_is_called_by_the_sessions_code_runs_to_its_end(engaged):
    """A `task_init` hook is not broken off, and the task is there before Ctrl-C raises."""
    app = Session()
    steps = []

    @app.hook("task_init")
    def note(task):
        ctrl_c()
        steps.append(task.name)

    with pytest.raises(KeyboardInterrupt):
        app.task(name="work")(lambda: None)
    assert (steps, app.tasks.names()) == (["work"], ["work"])
    app.close()


def test_a_second_signal_after_a_while_breaks_in(engaged, monkeypatch):
    """What hangs in code that the session calls can be left by Ctrl-C again."""
    app = Session()
    monkeypatch.setattr(interrupts, "INSISTED_AFTER_S", 0.0)
    steps = []

    @app.hook("task_init")
    def hang(task):
        ctrl_c()
        steps.append("once")
        ctrl_c()
        steps.append("twice")

    with pytest.raises(KeyboardInterrupt):
        app.task(name="work")(lambda: None)
    assert steps == ["once"]
    app.close()


def test_a_function_that_is_called_by_its_task_is_the_users_code(engaged):
    """Calling a FuncTask runs the function where it can be interrupted."""
    app = Session()
    steps = []

    def work():
        ctrl_c()
        steps.append("on")

    task = FuncTask(work, session=app)
    with pytest.raises(KeyboardInterrupt):
        task()
    assert steps == []
    app.close()


def test_a_wait_is_interrupted(app):
    """`Job.result` raises KeyboardInterrupt soon, and the job goes on."""
    released = threading.Event()
    app.task(name="work")(lambda: released.wait(WAIT_S))
    job = app.submit("work")
    main = threading.main_thread().ident
    threading.Timer(0.1, lambda: signal.pthread_kill(main, signal.SIGINT)).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        job.result(WAIT_S)
    assert time.monotonic() - began < WAIT_S / 2
    assert job.status == "run"
    released.set()
    assert job.result(WAIT_S) is True


def test_a_handler_that_does_not_raise_lets_the_wait_go_on():
    """A program's own handler is called while the session waits."""
    came = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: came.append(number))
    try:
        latch = Latch()
        INTERRUPTS.engage()
        main = threading.main_thread().ident
        timers = [
            threading.Timer(0.1, lambda: signal.pthread_kill(main, signal.SIGINT)),
            threading.Timer(0.3, latch.set),
        ]
        for timer in timers:
            timer.start()
        assert latch.wait(WAIT_S)
        assert came == [signal.SIGINT]
    finally:
        INTERRUPTS.disengage()
        signal.signal(signal.SIGINT, before)


def test_the_programs_handlers_come_back():
    """After the last session has stopped they are what they were."""
    before = [signal.getsignal(number) for number in interrupts.SIGNALS]
    with Session():
        assert signal.getsignal(signal.SIGINT) != before[0]
        assert signal.getsignal(signal.SIGTERM) == before[1]  # the system's own cannot break in
        with Session():
            pass
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert [signal.getsignal(number) for number in interrupts.SIGNALS] == before


def test_a_session_that_another_thread_started_is_guarded_too():
    """The main thread sets the handler with its next submission."""
    before = signal.getsignal(signal.SIGINT)
    app = Session()
    app.task(name="work")(lambda: 1)
    starting = threading.Thread(target=app.start, kwargs={"block": False})
    starting.start()
    starting.join(WAIT_S)
    assert signal.getsignal(signal.SIGINT) == before
    assert app.submit("work").result(WAIT_S) == 1
    assert signal.getsignal(signal.SIGINT) != before
    app.shut_down()
    assert signal.getsignal(signal.SIGINT) == before


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_is_interrupted_as_ever(app):
    """Where no session runs, nothing is held back."""
    read, write = os.pipe()
    other = Session()
    child = os.fork()
    if child == 0:
        try:
            other.hook("task_init")(lambda _task: ctrl_c())
            other.task(name="work")(lambda: None)
            os.write(write, b"went on to the end, ")
        except KeyboardInterrupt:
            os.write(write, b"interrupted")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        assert pipe.read() == b"interrupted"
    other.close()


def test_signals_can_be_taken_by_a_thread():
    """Their numbers come in order, the handler is put back, and nothing is raised."""
    before = signal.getsignal(signal.SIGINT)
    taken, all_taken = [], threading.Event()

    def take(number):
        taken.append((number, threading.current_thread() is threading.main_thread()))
        if len(taken) == 2:
            all_taken.set()

    with signals_to(take) as came:
        ctrl_c()
        signal.raise_signal(signal.SIGTERM)
        assert all_taken.wait(WAIT_S)
    assert came == [signal.SIGINT, signal.SIGTERM]
    assert taken == [(signal.SIGINT, False), (signal.SIGTERM, False)]
    assert signal.getsignal(signal.SIGINT) == before


def test_a_latch_lets_all_go_on():
    """Those who wait, those who come later, and not those whose time is over."""
    latch = Latch()
    assert not latch.wait(0)
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(latch.wait(WAIT_S))) for _ in range(5)]
    for thread in threads:
        thread.start()
    latch.set()
    for thread in threads:
        thread.join(WAIT_S)
    assert seen == [True] * 5
    assert latch.wait()
    assert latch.is_set()
