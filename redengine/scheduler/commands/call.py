"""A call of a command: it waits for a place, runs, and has an outcome."""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import Conflict, SessionStateError, WaitTimeout
from redengine.scheduler.jobs.waiting import EndEvent

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from redengine.clock import Clock
    from redengine.scheduler.commands.definition import Command

QUEUED: Final = "queued"
RUNNING: Final = "running"
SUCCESS: Final = "success"
FAIL: Final = "fail"
CANCEL: Final = "cancel"


class CommandCall:
    """A command that was called.

    Args:
        command: the command.
        values: the arguments of its function.
        clock: tells when it begins and ends.
        is_kept: whether its outcome may be asked for later, so that nobody waits for it.

    Attributes:
        id: names it where its outcome is asked for.
        status: queued, running, success, fail; or cancel where it did not begin, or was stopped.
        ended: is set when it has ended; `ended.then` calls a function then.
        is_given_up: whether who waited for it does so no longer.
    """

    def __init__(
        self, command: Command, values: dict[str, Any], clock: Clock, *, is_kept: bool = False
    ) -> None:
        self.id = secrets.token_hex(8)
        self.command = command
        self.values = values
        self.status = QUEUED
        self.ended = EndEvent()
        self.submitted_at = clock.now()
        self.started_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.is_given_up = False
        self.free: Callable[[], object] = lambda: None
        """Called when it is given up: its place may be given to another one."""
        self.note: Callable[[CommandCall], object] = lambda _call: None
        """Counts it when it has ended, before anybody knows."""
        self._is_kept = is_kept
        self._clock = clock
        self._changing = threading.Lock()
        self._cancel_code: Callable[[], object] | None = None
        self._result: Any = None
        self._error: BaseException | None = None

    @property
    def is_alone(self) -> bool:
        """Whether nobody waits for it, who would see what it raises."""
        return self._is_kept or self.is_given_up

    # -- what happens to it

    def begin(self) -> bool:
        """Let it run; False where it has ended before, as it was given up."""
        with self._changing:
            if self.ended_at is not None:
                return False
            self.status, self.started_at = RUNNING, self._clock.now()
            return True

    def let_cancel(self, cancel: Callable[[], object]) -> bool:
        """Say how its code is cancelled; False where that has to be done at once."""
        with self._changing:
            self._cancel_code = cancel
            return not (self.is_given_up or self.ended_at is not None)

    def end(self, status: str, result: Any = None, error: BaseException | None = None) -> bool:
        """Give it an outcome; whether it had none before."""
        with self._changing:
            if self.ended_at is not None:
                return False
            self.status, self.ended_at = status, self._clock.now()
            self._result, self._error, self.values = result, error, {}
        self.note(self)
        self.ended.set()
        return True

    def give_up(self) -> None:
        """Nobody waits for it any more: it does not begin, and its coroutine is cancelled.

        The code of a plain function goes on to its end: a thread cannot be stopped.
        """
        with self._changing:
            self.is_given_up = True
            cancel, has_begun = self._cancel_code, self.started_at is not None
        if not has_begun:
            self.end(CANCEL, error=self._cancelled())
        elif cancel is not None:
            cancel()
        self.free()

    def break_off(self, state: str) -> None:
        """The session stops: whoever waits for it goes on, and its coroutine is cancelled."""
        what = f"the session is {state}; whether command '{self.command.name}' was carried out"
        reason = f"{what} is not known" if self.started_at else f"{what} is: it was not"
        self.end(CANCEL, error=SessionStateError(state, reason))
        cancel = self._cancel_code
        if cancel is not None:
            cancel()

    def _cancelled(self) -> Conflict:
        return Conflict(f"command '{self.command.name}' was cancelled before its end")

    def end_cancelled(self) -> bool:
        """Its coroutine was cancelled."""
        return self.end(CANCEL, error=self._cancelled())

    # -- its outcome

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for its end; whether it has come."""
        return self.ended.wait(timeout_s)

    def result(self, timeout_s: float | None = None) -> Any:
        """What the command returns.

        Args:
            timeout_s: seconds to wait for it; None waits as long as it takes.

        Raises:
            WaitTimeout: it has not ended in time, and is given up.
            Exception: whatever the command raises.
        """
        if not self.wait(timeout_s):
            raise self.late(timeout_s or 0.0)
        return self.outcome()

    async def result_async(self, timeout_s: float | None = None) -> Any:
        """As `result`, on an event loop, which goes on meanwhile."""
        import asyncio

        try:
            await asyncio.wait_for(self.ended.reached(), timeout_s)
        except TimeoutError:
            raise self.late(timeout_s or 0.0) from None
        except asyncio.CancelledError:
            self.give_up()
            raise
        return self.outcome()

    def late(self, timeout_s: float) -> WaitTimeout:
        """The error that it has not ended in time; it is given up by that."""
        self.give_up()
        what = f"the end of command '{self.command.name}' (call {self.id})"
        return WaitTimeout(what, timeout_s, command_id=self.id)

    def outcome(self) -> Any:
        """What an ended call has returned.

        Raises:
            Exception: whatever the command has raised.
        """
        if self._error is not None:
            raise self._error
        return self._result

    @property
    def error(self) -> BaseException | None:
        """What the command has raised; None for nothing so far."""
        return self._error

    def __repr__(self) -> str:
        return f"<CommandCall {self.id} of '{self.command.name}', {self.status}>"
