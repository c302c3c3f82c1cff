"""Log handlers are a program's own code: none is called under the session's lock."""

import logging
import threading
import warnings
from datetime import timedelta

import pytest

from redengine import Session
from redengine.conditions import Condition, FuncCond
from redengine.exceptions import StoreError
from redengine.testing import ManualSession

WAIT_S = 30.0


class Broken(Condition):
    """A condition whose code fails."""

    def holds(self, _context):
        """Never."""
        raise ValueError("no such thing")

    def until(self, _context):
        """Nothing changes that."""


class Handler(logging.Handler):
    """Notes what it is given, and whether its thread had the lock."""

    def __init__(self, session):
        super().__init__()
        self.session = session
        self.seen = []
        self.came = threading.Condition()

    def emit(self, record):
        """Take a record."""
        with self.came:
            self.seen.append((record.getMessage(), self.session._core.has_lock))
            self.came.notify_all()

    def wait_for(self, part):
        """Return the lock's state when a line came that has this part."""
        with self.came:
            assert self.came.wait_for(lambda: self._found(part), WAIT_S), self.seen
        return self._found(part)[0][1]

    def _found(self, part):
        return [each for each in self.seen if part in each[0]]


@pytest.fixture(params=["threads", "virtual"])
def app(request):
    """A session, and what hears all that the package says."""
    session = Session() if request.param == "threads" else ManualSession()
    logger = logging.getLogger("redengine")
    level = logger.level
    handler = session.heard = Handler(session)
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    session.is_threaded = request.param == "threads"
    yield session
    session.shut_down()
    logger.removeHandler(handler)
    logger.setLevel(level)
    assert not [text for text, had_lock in handler.seen if had_lock]


def go_on(app):
    """Let the session run, or its time pass."""
    if app.is_threaded and app.state == "initialised":
        app.start(block=False)
    with app._core.lock:
        app._core.touch_all()
    if not app.is_threaded:
        app.advance("2 s")


def test_what_the_scheduler_says_of_itself(app, monkeypatch):
    """A jump of the clock, broken conditions and hooks, a failed look, a lost record, shut_cond."""
    app.task(Broken(), name="broken")(lambda: None)
    app.task(FuncCond(lambda: 1 / 0), name="custom")(lambda: None)
    app.hook("job_end")(lambda _job: 1 / 0)
    app.task(name="quick")(lambda: None)
    go_on(app)
    assert app.heard.wait_for("'broken' raised ValueError") is False
    assert app.heard.wait_for("ZeroDivisionError") is False
    app._engine._last_now -= timedelta(hours=1)
    go_on(app)
    assert app.heard.wait_for("the clock went forward") is False

    def fail(*_args, **_options):
        raise StoreError("memory:", "it is full")

    job = app.submit("quick")
    go_on(app)
    assert app.heard.wait_for("hook") is False
    job.wait(WAIT_S)
    monkeypatch.setattr(app.store, "write", fail)
    with app._core.lock:
        app._core.recorder.returned("quick", ("json", "1"))
    go_on(app)
    assert app.heard.wait_for("records are being lost") is False
    monkeypatch.undo()
    monkeypatch.setattr(app._engine, "look_at_task", fail)
    go_on(app)
    assert app.heard.wait_for("the scheduler goes on") is False
    monkeypatch.undo()
    with app._core.lock:
        app.pause()
        app.resume()
    app.config["shut_cond"] = "always true"
    go_on(app)
    assert app.heard.wait_for("shut_cond holds") is False


def test_a_thread_that_cannot_be_started(app, monkeypatch):
    """The runtime's line comes by the scheduler, not in the midst of its decision."""
    if not app.is_threaded:
        pytest.skip("there are no threads")
    app.task(name="quick")(lambda: None)
    app.start(block=False)
    start = threading.Thread.start

    def refuse(thread):
        if thread.name.startswith("redengine-thread"):
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    app.submit("quick")
    go_on(app)
    assert app.heard.wait_for("cannot start another thread") is False
    monkeypatch.undo()


def test_a_warning_comes_without_the_lock(app, monkeypatch):
    """A condition that is hardly meant is warned of when the change is made, not in it."""
    app.task(name="quick")(lambda: None)
    held = []
    monkeypatch.setattr(
        warnings, "warn", lambda *_args, **_options: held.append(app._core.has_lock)
    )
    app.tasks["quick"].start_cond = "always true"
    assert held == [False]
    app.tasks["quick"].start_cond = "daily"
