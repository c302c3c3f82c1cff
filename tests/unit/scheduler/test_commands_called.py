"""Commands are called by name, run on threads of their own, and end in time or are given up."""

import asyncio
import logging
import threading
from datetime import date

import pytest
from pydantic import BaseModel

from redengine import Session
from redengine.exceptions import (
    AlreadyExists,
    BlocksEventLoop,
    Conflict,
    InvalidInput,
    NotFound,
    SessionStateError,
    TooManyWaiting,
    WaitTimeout,
)
from redengine.parameters import Arg
from redengine.scheduler.commands import registry

LONG_S = 60


@pytest.fixture
def app():
    """A session in real time that is closed after the test."""
    made = Session()
    yield made
    made.close(0)


@pytest.fixture
def gate():
    """An event for which commands wait; set after the test, so that none is left behind."""
    event = threading.Event()
    yield event
    event.set()


class Pool(BaseModel):
    """What a command may take as its body."""

    name: str
    size: int = 4


def test_every_session_answers_to_ping_whatever_it_is_sent(app):
    """It tells that commands are taken."""
    assert app.call("ping") == {"code": 0}
    assert app.call("ping", {"x": 1}, timeout="5 s") == {"code": 0}
    assert list(app.commands) == ["ping"]


def test_a_decorated_function_stays_as_it_is_and_is_called_by_name(app):
    """The decorator takes a name, or the function's own with or without parentheses."""

    @app.command("sum-up")
    def total(body):
        return sum(body)

    @app.command
    def bare(body):
        return body

    @app.command()
    def called(body):
        return body

    assert total([1, 2]) == 3
    assert app.call("sum-up", [1, 2, 3]) == 6
    assert app.call("bare", "x") == "x"
    assert app.call("called", None) is None
    assert list(app.commands) == ["ping", "sum-up", "bare", "called"]


def test_arguments_are_filled_by_their_names(app):
    """The session and who calls are given; the body whole or by its fields, checked."""

    @app.command
    def whole(body: Pool, principal, session):
        return body.size, principal, session is app

    @app.command
    def fields(name: str, day: date, size: int = 4):
        return name, day, size

    assert app.call("whole", {"name": "gpu"}) == (4, None, True)
    assert app.commands.call("whole", {"name": "gpu", "size": 2}, principal="ada")[:2] == (2, "ada")
    assert app.call("fields", {"name": "a", "day": "2026-01-02"}) == ("a", date(2026, 1, 2), 4)


def test_a_body_that_may_be_anything_may_be_nothing(app):
    """Without an annotation it is None then; with one it has to be there."""

    @app.command
    def anything(body):
        return body

    @app.command
    def checked(body: int):
        return body

    @app.command
    def nothing():
        return "done"

    assert app.call("anything") is None
    assert app.call("nothing", {}) == "done"
    assert app.call("nothing", None) == "done"
    with pytest.raises(InvalidInput, match="body: a JSON value is needed here, and there is none"):
        app.call("checked")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"nam": "x", "size": 1}, "nam: unknown field; did you mean 'name'?"),
        ({}, "name: is needed, and there is none"),
        ({"name": "x", "size": "many"}, "size: Input should be a valid integer"),
        ([1], r"body: expected an object {\"name\": …, \"size\": …}, got \[1\]"),
        ({"name": "x", "size": float("nan")}, "size: "),
    ],
)
def test_a_body_that_does_not_fit_is_told_with_its_field(app, body, told):
    """Nothing runs then."""
    ran = []

    @app.command
    def resize(name: str, size: int = 4):
        ran.append((name, size))

    with pytest.raises(InvalidInput, match=told):
        app.call("resize", body)
    assert ran == []


def test_a_command_without_a_body_refuses_one(app):
    """What nobody reads is not sent on purpose."""
    app.command("stop")(lambda: None)
    with pytest.raises(InvalidInput, match=r"body: command 'stop' takes none, got \{'x': 1\}"):
        app.call("stop", {"x": 1})


def test_an_unknown_command_is_told_with_the_nearest(app):
    """A name that does not exist, also one that is no name."""
    with pytest.raises(NotFound, match=r"no command .*'ping'"):
        app.call("png")
    with pytest.raises(NotFound, match=r"no command .*'ping'"):
        app.call(["ping"])


@pytest.mark.parametrize("name", ["", "a b", "a/b", "-x", "ä", "x" * 101, "<lambda>"])
def test_a_name_that_cannot_stand_in_a_path_is_refused(app, name):
    """The error says which can."""
    with pytest.raises(InvalidInput, match="name: expected 1 to 100 ASCII letters"):
        app.commands.add(lambda: None, name)


def test_a_function_without_a_name_needs_one(app):
    """A lambda is called <lambda>."""
    with pytest.raises(InvalidInput, match=r'write @app\.command\("name"\)'):
        app.command(lambda: None)


def _any(*args):
    return args


def _all(**options):
    return options


def _positional(x: int, /):
    return x


def _unannotated(bdy):
    return bdy


def _request(request):
    return request


def _of_a_task(day=Arg("day")):
    return day


def _both(body, size: int):
    return body, size


def _unknown(size: "Missing"):  # noqa: F821
    return size


def _yields():
    yield 1


@pytest.mark.parametrize(
    ("func", "told"),
    [
        (_any, "args: takes anything"),
        (_all, "options: takes anything"),
        (_positional, "x: is positional-only"),
        (_unannotated, "bdy: is none of body, principal and session.*did you mean 'body'"),
        (_request, "request: there is no request where a command is called in Python"),
        (_of_a_task, "day: arguments of tasks are not filled in here"),
        (_both, "size: is a field of the body, which `body` takes whole"),
        (_unknown, "size: its annotation 'Missing' cannot be looked up"),
        (_yields, "command: .* is a generator function"),
        (17, "command: expected a function, got 17"),
    ],
)
def test_a_function_whose_arguments_cannot_be_filled_is_refused(app, func, told):
    """The reason stands with the argument, and no command is made."""
    with pytest.raises(InvalidInput, match=told):
        app.command("x")(func)
    assert "x" not in app.commands


def test_a_name_is_taken_once_unless_replaced(app):
    """One that was built in comes back when its replacement goes."""
    app.command("ping", replace=True)(lambda: "own")
    assert app.call("ping") == "own"
    with pytest.raises(AlreadyExists, match="use replace=True"):
        app.command("ping")(lambda: "another")
    del app.commands["ping"]
    assert app.call("ping") == {"code": 0}
    with pytest.raises(Conflict, match="command 'ping' is built in"):
        app.commands.remove("ping")
    with pytest.raises(NotFound, match="no command 'pong'"):
        app.commands.remove("pong")


def test_what_a_command_raises_reaches_the_caller_as_it_is(app):
    """An exit of the program does not: it would end the caller's thread."""
    app.command("fail")(lambda: 1 / 0)

    @app.command
    def leave():
        raise SystemExit(3)

    with pytest.raises(ZeroDivisionError):
        app.call("fail")
    with pytest.raises(RuntimeError, match="command 'leave' raised SystemExit"):
        app.call("leave")


def test_commands_run_on_threads_of_their_own_and_coroutines_on_one_loop(app):
    """The engine's thread runs none of them."""
    loops = set()

    @app.command
    def where():
        return threading.current_thread().name

    @app.command
    async def on():
        loops.add(asyncio.get_running_loop())

    with app:
        assert app.call("where") == "redengine-command"
        app.call("on")
        app.call("on")
    assert len(loops) == 1


def test_a_coroutine_runs_also_before_the_session_starts(app):
    """It gets a loop of its own then."""

    @app.command
    async def answer(body):
        await asyncio.sleep(0)
        return body

    assert app.call("answer", 3) == 3


def test_a_call_that_takes_too_long_is_given_up(app, gate):
    """A function goes on; a coroutine is cancelled."""
    began, cancelled = threading.Event(), threading.Event()

    @app.command
    def hang():
        gate.wait(LONG_S)

    @app.command
    async def hang_async():
        try:
            began.set()
            await asyncio.sleep(LONG_S)
        finally:
            cancelled.set()

    with pytest.raises(WaitTimeout, match=r"command 'hang' .* has not happened in 0\.01"):
        app.call("hang", timeout="10 ms")
    call = app.commands.submit("hang_async")
    assert began.wait(LONG_S)
    call.give_up()
    assert cancelled.wait(LONG_S)
    assert call.wait(LONG_S)
    assert call.status == "cancel"


@pytest.mark.parametrize("timeout", ["soon", -1, True, "5 parsecs"])
def test_a_timeout_that_is_no_duration_is_refused(app, timeout):
    """Nothing is called then."""
    with pytest.raises(InvalidInput, match="timeout: "):
        app.call("ping", timeout=timeout)


def test_an_event_loop_awaits_a_command(app, gate):
    """Waiting on its thread would stop it."""
    app.command("hang")(lambda: gate.wait(LONG_S))

    async def main():
        assert await app.call_async("ping", {"x": 1}, timeout=LONG_S) == {"code": 0}
        with pytest.raises(WaitTimeout):
            await app.call_async("hang", timeout=0.01)
        with pytest.raises(BlocksEventLoop, match=r"await app\.call_async"):
            app.call("ping")

    asyncio.run(main())


def test_calls_wait_for_a_place_and_too_many_are_refused(app, gate, monkeypatch):
    """A call that was given up before it began never begins; its place is free."""
    monkeypatch.setattr(registry, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(registry, "MOST_WAITING", 1)
    ran = []

    @app.command
    def hang(body):
        ran.append(body)
        gate.wait(LONG_S)

    first = app.commands.submit("hang", 1)
    second = app.commands.submit("hang", 2)
    assert second.status == "queued"
    with pytest.raises(TooManyWaiting):
        app.commands.submit("hang", 3)
    second.give_up()
    assert second.status == "cancel"
    third = app.commands.submit("hang", 4)
    gate.set()
    assert first.wait(LONG_S)
    assert third.wait(LONG_S)
    assert ran == [1, 4]


def test_commands_that_hang_do_not_keep_others_from_running(app, gate, monkeypatch):
    """A thread that goes on with what nobody waits for takes no place, up to a number."""
    monkeypatch.setattr(registry, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(registry, "MOST_GIVEN_UP", 1)
    app.command("hang")(lambda: gate.wait(LONG_S))
    with pytest.raises(WaitTimeout):
        app.call("hang", timeout=0.01)
    assert app.call("ping", timeout=LONG_S) == {"code": 0}
    with pytest.raises(WaitTimeout):
        app.call("hang", timeout=0.01)
    with pytest.raises(WaitTimeout):
        app.call("ping", timeout=0.01)
    gate.set()
    assert app.call("ping", timeout=LONG_S) == {"code": 0}


def test_what_nobody_waits_for_is_logged_when_it_fails(app, caplog):
    """Its outcome can be asked for by its id, of the latest calls."""
    app.command("fail")(lambda: 1 / 0)
    with caplog.at_level(logging.ERROR, "redengine.commands"):
        call = app.commands.submit("fail", keep=True)
        assert call.wait(LONG_S)
        with pytest.raises(ZeroDivisionError):
            app.call("fail")
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "ZeroDivisionError" in caplog.text
    assert app.commands.kept("fail", call.id).status == "fail"
    with pytest.raises(NotFound, match="no call of command 'ping'"):
        app.commands.kept("ping", call.id)


def test_only_the_latest_outcomes_are_kept(app, monkeypatch):
    """Memory is bounded."""
    monkeypatch.setattr(registry, "MOST_KEPT", 2)
    calls = [app.commands.submit("ping", keep=True) for _ in range(3)]
    with pytest.raises(NotFound):
        app.commands.kept("ping", calls[0].id)
    assert app.commands.kept("ping", calls[2].id) is calls[2]


def test_a_shut_down_ends_all_calls(app, gate, monkeypatch):
    """Whoever waits goes on with an error; what waited for a place has not run."""
    monkeypatch.setattr(registry, "MOST_AT_ONCE", 1)
    app.command("hang")(lambda: gate.wait(LONG_S))
    with app:
        running = app.commands.submit("hang")
        waiting = app.commands.submit("hang")
    with pytest.raises(SessionStateError, match="whether command 'hang' was carried out is not"):
        running.result(LONG_S)
    with pytest.raises(SessionStateError, match="it was not"):
        waiting.result(LONG_S)


def test_a_hook_of_the_scheduler_does_not_wait_for_a_command(app):
    """The engine would stand still."""
    seen, done = [], threading.Event()

    @app.hook("scheduler_cycle")
    def ask(_session):
        if not done.is_set():
            try:
                app.call("ping")
            except Conflict as error:
                seen.append(str(error))
            done.set()

    app.task("every 10 ms", func=lambda: None, name="tick", execution="thread")
    with app:
        assert done.wait(LONG_S)
    assert "would stop the scheduler" in seen[0]


def test_a_virtual_session_runs_commands_in_the_calling_thread(session):
    """Coroutines too; no thread is left."""
    names = []
    session.command("where")(lambda: names.append(threading.current_thread()))

    @session.command
    async def answer(body):
        await asyncio.sleep(0)
        return body

    session.call("where")
    assert names == [threading.current_thread()]
    assert session.call("answer", 5) == 5
    assert session.commands.submit("answer", 6).status == "success"


def test_calls_are_counted(app):
    """By command and end, and how long they took; what is removed is forgotten."""
    app.command("fail")(lambda: 1 / 0)
    app.call("ping")
    with pytest.raises(ZeroDivisionError):
        app.call("fail")
    text = app.metrics.text().decode()
    assert 'redengine_commands_ended_total{command="ping",end="success"} 1.0' in text
    assert 'redengine_commands_ended_total{command="fail",end="fail"} 1.0' in text
    assert 'redengine_command_duration_seconds_count{command="ping"} 1.0' in text
    app.commands.remove("fail")
    assert 'command="fail"' not in app.metrics.text().decode()
