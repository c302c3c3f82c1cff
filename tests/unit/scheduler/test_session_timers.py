"""Timers call functions after a while, or again and again, beside the tasks."""

import asyncio
import logging
import threading
from datetime import timedelta
from functools import partial

import pytest

from redengine import Session
from redengine.exceptions import Conflict, InvalidInput, SessionStateError
from redengine.scheduler import timers
from redengine.testing import ManualSession

WAIT_S = 60


@pytest.fixture
def app():
    """A session in real time that is closed after the test."""
    made = Session()
    yield made
    made.close(0)


def seconds(session, called):
    """A function that notes how many seconds of virtual time have passed."""
    began = session.now
    return lambda: called.append((session.now - began).total_seconds())


def test_a_function_is_called_once_or_again_and_again(session):
    """First after one interval, each at its instant; the earlier made comes first at one."""
    called = []
    note = seconds(session, called)
    session.after("5 s", lambda: called.append("once") or note())
    session.every("2 s", note)
    session.every(timedelta(seconds=2), lambda: called.append("also"))
    session.advance("6 s")
    assert called == [2.0, "also", 4.0, "also", "once", 5.0, 6.0, "also"]


def test_instants_of_odd_intervals_are_met_exactly(session):
    """A thousand intervals of a third of a second are no step off."""
    called = []
    session.every(1 / 3, seconds(session, called))
    session.advance(334)
    assert len(called) == 1_002
    assert called[-1] == pytest.approx(334, abs=0.001)


def test_a_timer_and_a_task_happen_in_the_order_of_time(session):
    """Jobs and timers share the session's clock."""
    happened = []
    session.task("every 2 s", func=lambda: happened.append("task"), name="tick")
    session.every("3 s", lambda: happened.append("timer"))
    session.advance("7 s")
    assert happened == ["task", "task", "timer", "task", "timer", "task"]


def test_a_cancelled_timer_is_not_called_any_more(session):
    """Also by itself, and twice."""
    called = []
    first = session.every("1 s", lambda: called.append("first"))

    def second():
        called.append("second")
        itself.cancel()

    itself = session.every("1 s", second)
    session.advance("1 s")
    first.cancel()
    first.cancel()
    session.advance("5 s")
    assert called == ["first", "second"]
    assert first.is_cancelled


def test_a_timer_may_make_another_one(session):
    """It counts from the instant at which it is made."""
    called = []
    note = seconds(session, called)
    session.after("1 s", lambda: session.after("1 s", note))
    session.advance("3 s")
    assert called == [2.0]


def test_a_timer_goes_on_while_the_session_is_paused(session):
    """A pause holds starts of tasks, and timers are none."""
    called = []
    session.every("1 s", seconds(session, called))
    session.advance("1 s")
    session.pause()
    session.advance("1 s")
    session.resume()
    assert called == [1.0, 2.0]


def test_a_step_of_the_wall_clock_moves_no_timer(session):
    """They count on a clock that never steps."""
    called = []
    session.every("10 s", lambda: called.append(session._core.clock.monotonic()))
    session.advance("5 s")
    session.step_clock("1 hour")
    session.advance("20 s")
    session.step_clock(timedelta(hours=-2))
    session.advance("10 s")
    assert called == [pytest.approx(10), pytest.approx(20), pytest.approx(30)]


def test_a_shut_down_ends_timers_and_a_start_begins_those_made_before_it():
    """What was made while the session ran ends with that run."""
    session = ManualSession()
    called = []
    before = session.every("2 s", lambda: called.append("before"))
    session.advance("1 s")
    during = session.every("1 s", lambda: called.append("during"))
    session.advance("1 s")
    session.shut_down()
    assert (before.is_cancelled, during.is_cancelled) == (False, True)
    session.advance("1 s")
    assert called == ["before", "during"]
    session.advance("1 s")
    assert called == ["before", "during", "before"]
    session.shut_down()


def test_a_timer_makes_no_jobs_and_no_records(session):
    """Nothing of it is stored."""
    session.every("1 s", lambda: None)
    session.advance("5 s")
    assert session.logs() == []
    assert list(session.jobs) == []


def test_an_error_is_logged_once_for_each_message(session, caplog):
    """The timer goes on."""
    texts = iter(["a", "a", "b", "a"])

    def fail():
        raise ValueError(next(texts))

    session.every("1 s", fail)
    with caplog.at_level(logging.ERROR, "redengine.timers"):
        session.advance("4 s")
    told = [record.getMessage() for record in caplog.records]
    assert [text.rpartition(": ")[2] for text in told] == ["a", "b"]
    assert "fail" in told[0]
    assert "every 1 second" in told[0]
    assert caplog.records[0].exc_info[0] is ValueError


def test_a_coroutine_may_be_a_timer(session):
    """It is awaited."""
    called = []

    async def note():
        await asyncio.sleep(0)
        called.append(1)

    session.every("1 s", note)
    session.advance("2 s")
    assert called == [1, 1]


@pytest.mark.parametrize(
    ("duration", "told"),
    [
        ("soon", "expected a duration such as '10 min'"),
        ("5 parsecs", "unknown unit 'parsecs'"),
        ("-1 s", "a duration is not negative"),
        (0, "expected a duration of at least 1 ms, got 0"),
        ("0.1 ms", "expected a duration of at least 1 ms, got '0.1 ms'"),
        (True, "expected a duration"),
        (None, "expected a duration"),
        (float("nan"), "expected a duration"),
        ("2000 years", "unknown unit"),
        (1e12, "at most 1000 years"),
    ],
)
@pytest.mark.parametrize("method", ["after", "every"])
def test_a_bad_duration_is_refused(session, method, duration, told):
    """In words, and no timer is made."""
    with pytest.raises(InvalidInput, match=told) as error:
        getattr(session, method)(duration, lambda: None)
    assert list(error.value.fields) == ["interval" if method == "every" else "delay"]


def _yields():
    yield 1


@pytest.mark.parametrize(
    ("func", "told"),
    [
        (None, "expected a function, got None"),
        ("tick", "expected a function, got 'tick'"),
        (_yields, "is a generator function"),
        (lambda x: x, "is called without arguments, and missing a required argument: 'x'"),
        (partial(max), None),
    ],
)
def test_a_function_that_cannot_be_called_is_refused(session, func, told):
    """With the form to write."""
    if told is None:
        assert session.every("1 s", func).repeats
        return
    with pytest.raises(InvalidInput, match=told):
        session.every("1 s", func)


def test_there_are_so_many_timers_and_no_more(session, monkeypatch):
    """A cancelled one makes room, and so does one that was called once."""
    monkeypatch.setattr(timers, "MOST_TIMERS", 2)
    first = session.every("1 s", lambda: None)
    session.after("1 s", lambda: None)
    with pytest.raises(Conflict, match="2 timers are as many as may be"):
        session.every("1 s", lambda: None)
    first.cancel()
    session.every("1 s", lambda: None)
    session.advance("1 s")
    assert session.every("1 s", lambda: None)


def _nothing():
    return None


def test_a_timer_says_what_it_is(session):
    """Without an address."""
    timer = session.every("500 ms", _nothing)
    assert repr(timer) == "<Timer of _nothing, every 500 milliseconds>"
    timer.cancel()
    assert repr(timer).endswith("500 milliseconds, cancelled>")


def test_in_real_time_timers_run_on_threads_of_their_own(app):
    """Neither the engine's, nor that of another one that hangs."""
    gate, seen = threading.Event(), threading.Event()
    names = []

    def note():
        names.append(threading.current_thread().name)
        if len(names) == 3:
            seen.set()

    app.after("1 ms", lambda: gate.wait(WAIT_S))
    app.every("5 ms", note)
    with app:
        assert seen.wait(WAIT_S)
        gate.set()
    assert set(names) == {"redengine-timer"}


def test_a_timer_does_not_overlap_with_itself(app):
    """A call that would is left out, and the phase is kept."""
    gate, again = threading.Event(), threading.Event()
    running, most = [], []

    def hang():
        running.append(1)
        most.append(len(running))
        if len(most) == 1:
            gate.wait(WAIT_S)
        else:
            again.set()
        running.pop()

    app.every("1 ms", hang)
    others = threading.Event()
    app.after("50 ms", others.set)
    with app:
        assert others.wait(WAIT_S)
        assert most == [1]
        gate.set()
        assert again.wait(WAIT_S)
    assert set(most) == {1}


def test_so_many_run_at_once_and_others_wait(app, monkeypatch):
    """None is lost: what is called once is called late."""
    monkeypatch.setattr(timers, "MOST_AT_ONCE", 1)
    gate, begun, called = threading.Event(), threading.Event(), threading.Event()
    app.after("1 ms", lambda: begun.set() or gate.wait(WAIT_S))
    app.after("2 ms", called.set)
    with app:
        assert begun.wait(WAIT_S)
        assert not called.is_set()
        gate.set()
        assert called.wait(WAIT_S)


def test_a_stopped_session_calls_nothing_and_leaves_no_thread(app):
    """A coroutine that runs is cancelled."""
    begun, cancelled = threading.Event(), threading.Event()

    async def hang():
        begun.set()
        try:
            await asyncio.sleep(WAIT_S)
        finally:
            cancelled.set()

    app.after("1 ms", hang)
    with app:
        assert begun.wait(WAIT_S)
    assert cancelled.wait(WAIT_S)
    assert "redengine-timers" not in {each.name for each in threading.enumerate()}


def test_a_session_that_stops_takes_no_timers(app):
    """It would never be called."""
    errors = []

    @app.hook("scheduler_shutdown")
    def late(_session):
        try:
            app.after("1 s", lambda: None)
        except SessionStateError as error:
            errors.append(str(error))

    with app:
        app.after("1 hour", lambda: None).cancel()
    assert errors == ["the session stops, and takes no more timers"]
