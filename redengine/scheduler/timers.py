"""Timers: functions that are called after a while, or again and again, while the session runs.

They make no jobs and no records. They are for what a program does beside its tasks, such as
publishing a value each second; what has to be remembered, retried or explained is a task.
"""

from __future__ import annotations

import heapq
import inspect
import itertools
import logging
import threading
from concurrent.futures import CancelledError
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from redengine.durations import format_duration, parse_duration
from redengine.exceptions import Conflict, InvalidInput, SessionStateError, shortened
from redengine.runtimes.handlers import HandlerLoop
from redengine.scheduler.core import PAUSED, RUNNING, STOPPING
from redengine.support.functions import refuse_no_function

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from redengine.scheduler.core import Core

log = logging.getLogger("redengine.timers")

MOST_TIMERS: Final = 1_000
"""So many timers a session has at most."""
MOST_AT_ONCE: Final = 16
"""So many of their functions run at once; others wait."""
SHORTEST: Final = timedelta(milliseconds=1)
"""No timer is called sooner, or more often."""
_MOST_MESSAGES: Final = 100
"""So many different errors of a timer are logged."""
_LONGEST_WAIT_S: Final = 3_600.0
_SAME_S: Final = 5e-7
"""Half of the least step of a wall clock."""


class Timer:
    """A function that is called after a while, or again and again.

    Attributes:
        interval: after how long, or how often.
        repeats: whether it is called again and again.
        is_lasting: whether it was made while the session did not run, and begins at each start.
        is_cancelled: whether it is not called any more.
    """

    def __init__(
        self, timers: Timers, func: Callable[[], Any], interval: timedelta, *, repeats: bool
    ) -> None:
        self.interval = interval
        self.repeats = repeats
        self.is_lasting = False
        self.is_cancelled = False
        self.func = func
        self.is_running = False
        """Whether its function runs now."""
        self.armed_s = 0.0
        """When it began to count, on the session's monotonic clock."""
        self.count = 1
        """Of how many intervals the next call is away from that."""
        self.messages: set[str] = set()
        """The errors that are logged already."""
        self._timers = timers

    @property
    def due_s(self) -> float:
        """When it is called next, on the session's monotonic clock."""
        return self.armed_s + self.count * self.interval.total_seconds()

    def arm(self, now_s: float) -> None:
        """Let it count from now."""
        self.armed_s, self.count = now_s, 1

    def move_on(self, now_s: float) -> None:
        """Go on to the next call behind now; its phase stays, and what was missed is left out."""
        passed = int((now_s - self.armed_s + _SAME_S) / self.interval.total_seconds())
        self.count = max(self.count, passed) + 1

    def cancel(self) -> None:
        """Do not call it any more; a call that runs goes on. It may be cancelled twice."""
        self._timers.cancel(self)

    def __repr__(self) -> str:
        word = "every" if self.repeats else "after"
        name = getattr(self.func, "__qualname__", type(self.func).__name__)
        state = ", cancelled" if self.is_cancelled else ""
        return f"<Timer of {name}, {word} {format_duration(self.interval)}{state}>"


class Timers:
    """The timers of a session: one thread knows when, others call the functions.

    Over virtual time they are called where time is advanced, each at its instant.

    Args:
        core: the session's state.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._changed = threading.Condition()
        self._numbers = itertools.count()
        self._timers: dict[Timer, None] = {}
        """In the order in which they were made."""
        self._agenda: list[tuple[float, int, Timer]] = []
        self._running = 0
        self._thread: threading.Thread | None = None
        self._loop = HandlerLoop("redengine-timers-loop")
        self._is_open = False
        if core.state in {RUNNING, PAUSED}:
            self.open()

    def add(self, interval: Any, func: Callable[[], Any], *, repeats: bool) -> Timer:
        """Have a function called.

        Args:
            interval: after how long, or how often: a duration.
            func: the function, which takes no arguments; it may be an `async def`.
            repeats: whether it is called again and again.

        Raises:
            InvalidInput: the duration or the function does not fit.
            Conflict: there are as many timers as may be.
            SessionStateError: the session stops.
        """
        core = self._core
        core.refuse_fork()
        field = "interval" if repeats else "delay"
        duration = parse_duration(interval, field=field)
        if duration < SHORTEST:
            reason = f"expected a duration of at least 1 ms, got {shortened(interval)}"
            raise InvalidInput({field: reason})
        _refuse_arguments(func, "every" if repeats else "after")
        timer = Timer(self, func, duration, repeats=repeats)
        with self._changed:
            if core.state == STOPPING:
                raise SessionStateError(STOPPING, "the session stops, and takes no more timers")
            if len(self._timers) >= MOST_TIMERS:
                message = f"{MOST_TIMERS} timers are as many as may be; cancel some of them first"
                raise Conflict(message, timers=MOST_TIMERS)
            self._timers[timer] = None
            timer.is_lasting = not self._is_open
            if self._is_open:
                self._arm(timer)
        return timer

    def cancel(self, timer: Timer) -> None:
        """Do not call a timer any more."""
        with self._changed:
            timer.is_cancelled = True
            self._timers.pop(timer, None)
            self._agenda = [each for each in self._agenda if each[2] is not timer]
            heapq.heapify(self._agenda)
            self._changed.notify_all()

    # -- the session

    def open(self) -> None:
        """The session runs: all timers count from now."""
        with self._changed:
            if self._is_open:
                return
            self._is_open = True
            self._loop.open()
            for timer in self._timers:
                self._arm(timer)

    def close(self) -> None:
        """The session stops: nothing is called any more, and what was made while it ran ends."""
        with self._changed:
            self._is_open = False
            self._agenda.clear()
            for timer in [each for each in self._timers if not each.is_lasting]:
                timer.is_cancelled = True
                self._timers.pop(timer, None)
            thread, self._thread = self._thread, None
            self._changed.notify_all()
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        self._loop.close()

    # -- virtual time

    def next_instant(self) -> datetime | None:
        """When a timer is due next, on the session's wall clock."""
        with self._changed:
            if not self._agenda:
                return None
            left_s = self._agenda[0][0] - self._core.clock.monotonic()
        return self._core.clock.now() + timedelta(seconds=max(0.0, left_s))

    def fire(self) -> bool:
        """Call what is due, in order, in this thread; whether there was anything."""
        has_fired = False
        while True:
            with self._changed:
                timer = self._take_due()
            if timer is None:
                return has_fired
            has_fired = True
            self._call(timer)

    # -- real time; with the lock

    def _arm(self, timer: Timer) -> None:
        timer.arm(self._core.clock.monotonic())
        self._schedule(timer)
        if self._thread is None and not self._core.session.is_virtual:
            self._thread = threading.Thread(target=self._run, name="redengine-timers", daemon=True)
            self._thread.start()

    def _schedule(self, timer: Timer) -> None:
        heapq.heappush(self._agenda, (timer.due_s, next(self._numbers), timer))
        self._changed.notify_all()

    def _take_due(self) -> Timer | None:
        """The next timer that is due and whose function may be called; it stands for its next."""
        now_s = self._core.clock.monotonic()
        while self._agenda and self._agenda[0][0] - now_s < _SAME_S:
            timer = heapq.heappop(self._agenda)[2]
            if timer.repeats:
                timer.move_on(now_s)
                self._schedule(timer)
            else:
                self._timers.pop(timer, None)
            if not timer.is_running:
                timer.is_running = True
                return timer
        return None

    # -- threads

    def _run(self) -> None:
        """Wait for what is due, and have it called, until the session stops."""
        me = threading.current_thread()
        with self._changed:
            while self._thread is me:
                timer = self._take_due() if self._running < MOST_AT_ONCE else None
                if timer is None:
                    self._changed.wait(self._wait_s())
                    continue
                self._running += 1
                threading.Thread(
                    target=self._carry_out, args=(timer,), name="redengine-timer", daemon=True
                ).start()

    def _wait_s(self) -> float:
        if not self._agenda or self._running >= MOST_AT_ONCE:
            return _LONGEST_WAIT_S
        left_s = self._agenda[0][0] - self._core.clock.monotonic()
        return min(max(0.0, left_s), _LONGEST_WAIT_S)

    def _carry_out(self, timer: Timer) -> None:
        try:
            self._call(timer)
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _call(self, timer: Timer) -> None:
        """Call a timer's function, whatever it raises."""
        try:
            result = timer.func()
            if inspect.isawaitable(result):
                self._loop.run(result)
        except CancelledError:
            log.info("%r was cancelled, as the session stops", timer, extra={"action": "timer"})
        except BaseException as error:
            _tell(timer, error)
            if isinstance(error, KeyboardInterrupt) and self._core.session.is_virtual:
                raise
        finally:
            with self._changed:
                timer.is_running = False


def _tell(timer: Timer, error: BaseException) -> None:
    """Log an error of a timer, unless the same was logged before."""
    message = f"{type(error).__name__}: {error}"
    if message in timer.messages or len(timer.messages) >= _MOST_MESSAGES:
        return
    timer.messages.add(message)
    log.error(
        "%r failed, and will not be told of this error again: %s",
        timer,
        message,
        exc_info=error,
        extra={"action": "timer"},
    )


def _refuse_arguments(func: object, method: str) -> None:
    """Refuse what cannot be called without arguments.

    Raises:
        InvalidInput: it cannot.
    """
    form = f'app.{method}("500 ms", func)'
    refuse_no_function(func, form, takes_async=True)
    if not callable(func):
        return
    try:
        inspect.signature(func).bind()
    except TypeError as error:
        reason = f"is called without arguments, and {error}; write lambda: func(…)"
        raise InvalidInput({"func": reason}) from None
    except ValueError:
        return  # written in C, and does not tell
