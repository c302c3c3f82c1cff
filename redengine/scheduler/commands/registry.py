"""The commands of a session by name, and the threads that run them."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
import threading
from collections import Counter, OrderedDict, deque
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import (
    AlreadyExists,
    Conflict,
    NotFound,
    RedengineError,
    SessionStateError,
    TooManyWaiting,
)
from redengine.runtimes.handlers import HandlerLoop
from redengine.scheduler.commands.call import FAIL, SUCCESS, CommandCall
from redengine.scheduler.commands.definition import Command
from redengine.scheduler.core import INITIALISED, STOPPED, STOPPING
from redengine.scheduler.jobs.waiting import refuse_on_loop
from redengine.support.annotations import NOT_GIVEN
from redengine.support.histogram import SHORT_SECONDS, Histogram

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from redengine.scheduler.core import Core

log = logging.getLogger("redengine.commands")

USUAL_TIMEOUT_S: Final = 30.0
"""So long a call is waited for where nobody says how long."""
MOST_AT_ONCE: Final = 16
"""So many commands run at once; further calls wait."""
MOST_WAITING: Final = 256
"""So many calls may wait for a place."""
MOST_GIVEN_UP: Final = 48
"""So many threads may go on with commands that nobody waits for, beside those above."""
MOST_KEPT: Final = 200
"""Of so many calls the outcome can be asked for."""


def ping(body: Any = None) -> dict[str, int]:
    """Tell that the session takes commands."""
    del body
    return {"code": 0}


class Commands:
    """Functions of a session that are called by name: in Python, over HTTP and WebSocket.

    They run in threads of their own, and coroutines on an event loop of their own; over virtual
    time in the thread that calls.

    Args:
        core: the session's state.

    Example:
        >>> @app.command("resize")
        ... def resize(pool: str, size: int = 4):
        ...     return {"pool": pool, "size": size}
        >>> app.call("resize", {"pool": "gpu"})
        {'pool': 'gpu', 'size': 4}
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._built_in = {"ping": Command.of(ping, is_built_in=True)}
        self._commands = dict(self._built_in)
        self._lock = threading.Lock()
        self._queue: deque[CommandCall] = deque()
        self._running: set[CommandCall] = set()
        self._kept: OrderedDict[str, CommandCall] = OrderedDict()
        self._loop = HandlerLoop("redengine-commands")
        self._ends: Counter[tuple[str, str]] = Counter()
        self._durations: dict[str, Histogram] = {}
        if core.state not in {INITIALISED, STOPPED}:
            self.open()

    # -- the commands

    def add(
        self,
        func: Callable[..., Any],
        name: str | None = None,
        *,
        description: str | None = None,
        replace: bool = False,
    ) -> Command:
        """Make a function a command, before the session starts or while it runs.

        Args:
            func: the function; its arguments are filled by their names.
            name: the command's name; the function's own if not given.
            description: what it does; the first line of the docstring if not given.
            replace: take the place of a command that has the name.

        Raises:
            InvalidInput: the name cannot be one, or an argument cannot be filled.
            AlreadyExists: another command has the name.
        """
        self._core.refuse_fork()
        command = Command.of(func, name, description)
        with self._lock:
            if command.name in self._commands and not replace:
                raise AlreadyExists("command", command.name, "use replace=True, or another name")
            self._commands = {**self._commands, command.name: command}
        return command

    def remove(self, name: str) -> None:
        """Forget a command; one that was built in before comes back.

        Raises:
            NotFound: there is none.
            Conflict: it is built in.
        """
        self._core.refuse_fork()
        with self._lock:
            command = self[name]
            if command.is_built_in:
                raise Conflict(f"command '{name}' is built in; replace it if it has to differ")
            rest = {key: each for key, each in self._commands.items() if key != name}
            self._commands = rest | {k: v for k, v in self._built_in.items() if k == name}
            self._durations.pop(name, None)
            for key in [key for key in self._ends if key[0] == name]:
                del self._ends[key]

    __delitem__ = remove

    def __getitem__(self, name: str) -> Command:
        """The command of a name.

        Raises:
            NotFound: there is none; the message names the nearest.
        """
        try:
            return self._commands[name]
        except (KeyError, TypeError):
            raise NotFound("command", str(name), self._commands) from None

    def __contains__(self, name: object) -> bool:
        return name in self._commands

    def __iter__(self) -> Iterator[str]:
        """The names, in the order in which they were made."""
        return iter(self._commands)

    def __len__(self) -> int:
        return len(self._commands)

    def __repr__(self) -> str:
        return f"Commands({', '.join(self._commands)})"

    # -- calling them

    def call(
        self,
        name: str,
        body: Any = NOT_GIVEN,
        *,
        timeout: float | None = USUAL_TIMEOUT_S,
        principal: Any = None,
    ) -> Any:
        """What a command returns.

        Args:
            name: the command's name.
            body: what it is given; nothing if left out.
            timeout: seconds to wait for it; None waits as long as it takes.
            principal: who calls; None for the program itself, which may do everything.

        Raises:
            NotFound: there is no such command.
            InvalidInput: it does not take this body.
            TooManyWaiting: too many calls wait already.
            WaitTimeout: it has not ended in time. A coroutine is cancelled then, and a call that
                has not begun does not begin; a function goes on, and nobody sees what it returns.
            BlocksEventLoop: this is the thread of a running event loop; `await call_async` there.
            Exception: whatever the command raises.
        """
        if not self._core.session.is_virtual:
            refuse_on_loop("waiting for a command", "`await app.call_async(…)`")
        if self._core.deciding == threading.get_ident():
            raise Conflict(
                "waiting for a command in a hook or a condition that the scheduler itself calls "
                "would stop the scheduler; call it in a task, or in a thread of your own"
            )
        return self.submit(name, body, principal=principal).result(timeout)

    async def call_async(
        self,
        name: str,
        body: Any = NOT_GIVEN,
        *,
        timeout: float | None = USUAL_TIMEOUT_S,  # noqa: ASYNC109 - the name that `call` has
        principal: Any = None,
    ) -> Any:
        """As `call`, on an event loop, which goes on meanwhile."""
        return await self.submit(name, body, principal=principal).result_async(timeout)

    def submit(
        self, name: str, body: Any = NOT_GIVEN, *, principal: Any = None, keep: bool = False
    ) -> CommandCall:
        """Call a command without waiting for it.

        Args:
            name: the command's name.
            body: what it is given; nothing if left out.
            principal: who calls; None for the program itself.
            keep: whether its outcome can be asked for by its id; then what it raises is logged.

        Returns:
            The call; over virtual time it has ended.

        Raises:
            NotFound: there is no such command.
            InvalidInput: it does not take this body.
            TooManyWaiting: too many calls wait already.
            SessionStateError: this is a forked child of the process that runs the session.
        """
        core = self._core
        core.refuse_fork()
        command = self[name]
        values = command.filled(body, principal, core.session)
        call = CommandCall(command, values, core.clock, is_kept=keep)
        call.free, call.note = self._fill, self._note
        if keep:
            self.keep(call)
        if core.session.is_virtual:
            self._run(call)
        else:
            self._enqueue(call)
        return call

    def keep(self, call: CommandCall) -> None:
        """Let the outcome of a call be asked for by its id; of the latest `MOST_KEPT` it can."""
        with self._lock:
            self._kept[call.id] = call
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def kept(self, name: str, call_id: str) -> CommandCall:
        """A call of a command whose outcome can be asked for.

        Raises:
            NotFound: there is none of that id, or not any more.
        """
        with self._lock:
            call = self._kept.get(call_id)
        if call is None or call.command.name != name:
            raise NotFound(f"call of command '{name}'", call_id)
        return call

    # -- running them

    def _enqueue(self, call: CommandCall) -> None:
        with self._lock:
            if self._core.state == STOPPING:
                raise SessionStateError(STOPPING, "the session stops, and takes no more commands")
            self._queue = deque(each for each in self._queue if each.ended_at is None)
            if len(self._queue) >= MOST_WAITING:
                self._kept.pop(call.id, None)
                raise TooManyWaiting(MOST_WAITING)
            self._queue.append(call)
        self._fill()

    def _fill(self) -> None:
        """Begin with calls that wait, as long as there are places."""
        while True:
            with self._lock:
                given_up = sum(each.is_given_up for each in self._running)
                busy = len(self._running) - min(given_up, MOST_GIVEN_UP)
                if not self._queue or busy >= MOST_AT_ONCE:
                    return
                call = self._queue.popleft()
                self._running.add(call)
            thread = threading.Thread(
                target=self._carry_out, args=(call,), name="redengine-command", daemon=True
            )
            thread.start()

    def _carry_out(self, call: CommandCall) -> None:
        try:
            self._run(call)
        finally:
            with self._lock:
                self._running.discard(call)
            self._fill()

    def _run(self, call: CommandCall) -> None:
        """Run the code of a call, whatever it raises."""
        values = call.values
        if not call.begin():
            return
        try:
            result = call.command.func(**values)
            if inspect.isawaitable(result):
                result = self._awaited(call, result)
        except CancelledError:
            call.end_cancelled()
        except BaseException as error:  # noqa: BLE001 - whoever waits for it gets it
            self._failed(call, error)
        else:
            call.end(SUCCESS, result)

    def _awaited(self, call: CommandCall, awaitable: Awaitable[Any]) -> Any:
        """The result of a coroutine, on the loop that all of them share while the session runs."""
        try:
            return self._loop.run(_cancellable(call, awaitable))
        finally:
            is_unbegun = (
                inspect.iscoroutine(awaitable)
                and inspect.getcoroutinestate(awaitable) == inspect.CORO_CREATED
            )
            if is_unbegun:
                awaitable.close()  # type: ignore[attr-defined]

    def _failed(self, call: CommandCall, error: BaseException) -> None:
        if isinstance(error, KeyboardInterrupt) and self._core.session.is_virtual:
            call.end(FAIL, error=error)
            raise error
        if not isinstance(error, Exception):  # whoever waits is not to end by it
            name = call.command.name
            wrapped = RuntimeError(f"command '{name}' raised {error!r}")
            wrapped.__cause__ = error
            error = wrapped
        if call.is_alone and not isinstance(error, RedengineError):
            log.error(
                "command '%s' (call %s) failed: %r",
                call.command.name,
                call.id,
                error,
                exc_info=error,
                extra={"action": "command"},
            )
        call.end(FAIL, error=error)

    def _note(self, call: CommandCall) -> None:
        """Count an ended call, for the metrics."""
        if call.started_at is None or call.ended_at is None:
            return
        name = call.command.name
        with self._lock:
            self._ends[name, call.status] += 1
            histogram = self._durations.setdefault(name, Histogram(SHORT_SECONDS))
            histogram.note((call.ended_at - call.started_at).total_seconds())

    def figures(self) -> tuple[dict[tuple[str, str], int], dict[str, Histogram]]:
        """How many calls have ended, by command and status; and how long they ran, by command."""
        with self._lock:
            return dict(self._ends), dict(self._durations)

    # -- the session

    def open(self) -> None:
        """The session starts."""
        self._loop.open()

    def close(self) -> None:
        """The session stops: nobody waits any longer, and coroutines are cancelled."""
        with self._lock:
            calls = [*self._queue, *self._running]
            self._queue.clear()
        for call in calls:
            call.break_off(self._core.state)
        self._loop.close()


async def _cancellable(call: CommandCall, awaitable: Awaitable[Any]) -> Any:
    """Await the code of a call, which can be cancelled from other threads."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def cancel() -> None:
        if task is not None:
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(task.cancel)

    if not call.let_cancel(cancel):
        raise asyncio.CancelledError
    return await awaitable
