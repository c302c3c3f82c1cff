"""Interrupts: Ctrl-C breaks into the user's code, and never into the session's own.

Python runs signal handlers on the main thread, between any two steps of whatever that is doing,
and the usual handler raises `KeyboardInterrupt` there. Raised in the midst of a submission it would
leave a job that nobody starts, a lock that nobody frees, or a transaction that nobody ends. So
while a session runs in the background a handler stands before the program's own. It looks at what
the main thread is doing: in the session's code it holds the signal back, and the program's own
handler is called as soon as the main thread has left that code, or where it waits.

The handler takes no lock and starts no thread; it costs nothing as long as no signal comes.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time
from collections import deque
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType

F = TypeVar("F", bound="Callable[..., Any]")

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
INSISTED_AFTER_S: Final = 1.0
"""The same signal again, so much later, breaks into whatever the main thread does."""
_ROOT: Final = str(Path(__file__).parents[1]) + os.sep
_OPEN: Final = tuple(
    _ROOT + name for name in ("client" + os.sep, "cli" + os.sep, "testing.py", "pytest_plugin.py")
)
"""Code of the package that holds nothing of a session, and may run for long."""


class BrokenOff(BaseException):
    """Code on the main thread is ended from outside, as its job has been."""


class Interrupts:
    """Holds signals back while the main thread is in the session's code.

    There is one in a process, as there is one handler of a signal in it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self.is_missing = False
        """Whether somebody needs it and the main thread has not set the handlers yet."""
        self.are_diverted = False
        """Whether signals go elsewhere (`signals_to`), where they interrupt nothing."""
        self._pid = 0
        self._before: dict[int, Callable[[int, FrameType | None], Any]] = {}
        self._held: dict[int, float] = {}
        """When each signal that is held back came, on the monotonic clock."""
        self._waiter: _thread.LockType | None = None
        """What the main thread waits for; released to wake it."""
        self._transparent: set[CodeType] = set()
        self._callers: set[CodeType] = set()
        self._is_to_break: Callable[[], bool] | None = None

    def transparent(self, func: F) -> F:
        """A decorator for what merely calls the user's code: it may be interrupted."""
        self._transparent.add(func.__code__)
        return func

    def caller(self, func: F) -> F:
        """A decorator for what calls tasks and hooks: their code alone can be broken off."""
        self._callers.add(func.__code__)
        return func

    def break_off(self, is_meant: Callable[[], bool]) -> bool:
        """End a task's or a hook's code on the main thread, while `signals_to` has the signals.

        Args:
            is_meant: asked on the main thread, whether the code that runs there is the one.

        Returns:
            Whether that can be tried; it fails where the code has called the session.
        """
        with self._lock:
            if not (self.are_diverted and hasattr(signal, "pthread_kill")):
                return False
            self._is_to_break = is_meant
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        return True

    def divert(self, *, are_diverted: bool) -> bool:
        """Say whether `signals_to` has the signals; whether it had them before."""
        with self._lock:  # none that is sent here comes after that
            before, self.are_diverted = self.are_diverted, are_diverted
        return before

    def take_break(self, frame: FrameType | None) -> bool:
        """On the main thread, in a handler: whether the signal was sent by `break_off`.

        Raises:
            BrokenOff: it was, and code runs that is meant.
        """
        is_meant, self._is_to_break = self._is_to_break, None
        if is_meant is None:
            return False
        inner = frame
        while inner is not None and not inner.f_code.co_filename.startswith(_ROOT):
            inner = inner.f_back
        is_tasks = inner is not None and inner is not frame and inner.f_code in self._callers
        if is_tasks and is_meant():
            raise BrokenOff
        return True

    def engage(self) -> None:
        """Stand before the program's own handlers, while somebody needs it.

        Only a handler that is Python code can break into other code, and only the main thread can
        set one: elsewhere, and where the program has none, nothing is done.
        """
        with self._lock:
            self._users += 1
        self.stand()

    def stand(self) -> None:
        """As `engage`, for users that came by another thread."""
        self.is_missing = threading.current_thread() is not threading.main_thread()
        if self.is_missing or self.are_diverted:
            return
        self._pid = os.getpid()
        for number in SIGNALS:
            handler = signal.getsignal(number)
            if callable(handler) and handler != self._on_signal:
                self._before[number] = handler
                signal.signal(number, self._on_signal)

    def disengage(self) -> None:
        """Let the program's own handlers come back once nobody needs this."""
        with self._lock:
            self._users = max(0, self._users - 1)
            self.is_missing = self.is_missing and self._users > 0
        self.restore()

    def restore(self) -> None:
        """Put the program's own handlers back if nobody needs this, on the main thread alone.

        Elsewhere it cannot be done; then this one stays and calls them.
        """
        if self._users or threading.current_thread() is not threading.main_thread():
            return
        for number, handler in self._before.items():
            if signal.getsignal(number) == self._on_signal:
                signal.signal(number, handler)

    def wait(self, waiter: _thread.LockType, timeout_s: float) -> bool:
        """Acquire a lock, on the main thread, where the program's handlers may raise.

        Args:
            waiter: the lock; it is also released to wake the main thread for a signal.
            timeout_s: as locks take it.

        Returns:
            Whether it was acquired, for whatever reason.
        """
        before, self._waiter = self._waiter, waiter
        try:
            self._deliver()
            is_acquired = waiter.acquire(timeout=timeout_s)
        finally:
            self._waiter = before
        self._deliver()
        return is_acquired

    def _deliver(self) -> None:
        """Call the program's handlers for what was held back."""
        while self._held:
            number, _ = self._held.popitem()
            self._call(number, sys._getframe())  # noqa: SLF001 # handlers take a frame

    def _call(self, number: int, frame: FrameType | None) -> None:
        if not self._held and sys.getprofile() == self._watch:
            sys.setprofile(None)
        self._before[number](number, frame)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        held_since = self._held.get(number)
        now = time.monotonic()
        is_insisted = held_since is not None and now - held_since >= INSISTED_AFTER_S
        if is_insisted or os.getpid() != self._pid or not self._is_inside(frame):
            self._held.pop(number, None)
            self._call(number, frame)
            return
        self._held.setdefault(number, now)
        if self._waiter is not None:
            with suppress(RuntimeError):  # it has been released already
                self._waiter.release()
        sys.setprofile(self._watch)

    def _watch(self, frame: FrameType, event: str, _value: object) -> None:
        """See the main thread leave the session's code; what is raised here is raised there."""
        if event == "return" and self._held and not self._is_inside(frame.f_back):
            self._deliver()

    def _is_inside(self, frame: FrameType | None) -> bool:
        """Whether a session's code is at work in a frame or in what has called it."""
        while frame is not None:
            code = frame.f_code
            name = code.co_filename
            if name.startswith(_ROOT) and not (name.startswith(_OPEN) or code in self._transparent):
                return True
            frame = frame.f_back
        return False


INTERRUPTS: Final = Interrupts()


@contextmanager
def signals_to(take: Callable[[int], None]) -> Iterator[list[int]]:
    """Have signals taken by a thread of their own, for the length of the block.

    The handler only puts the signal's number into a queue: the main thread may hold any lock when
    it comes. On other threads than the main one nothing is done.

    Args:
        take: called with the number of each signal.

    Yields:
        The numbers that have come.
    """
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield came
        return
    queue: SimpleQueue[int | None] = SimpleQueue()

    def note(number: int, frame: FrameType | None) -> None:
        if INTERRUPTS.take_break(frame):
            return
        came.append(number)
        queue.put(number)

    def serve() -> None:
        while (number := queue.get()) is not None:
            take(number)

    threading.Thread(target=serve, name="redengine-signals", daemon=True).start()
    before = {number: signal.signal(number, note) for number in SIGNALS}
    was_diverted = INTERRUPTS.divert(are_diverted=True)
    try:
        yield came
    finally:
        INTERRUPTS.divert(are_diverted=was_diverted)
        for number, handler in before.items():
            if handler is not None:  # None: it was not set by Python, which cannot set it again
                signal.signal(number, handler)
        queue.put(None)


class Latch:
    """An event that is set once.

    Waiting for it on the main thread can be interrupted without harm, and setting it takes no lock.
    """

    __slots__ = ("_is_set", "_waiters")

    def __init__(self) -> None:
        self._is_set = False
        self._waiters: deque[_thread.LockType] = deque()

    def is_set(self) -> bool:
        """Whether it has been set."""
        return self._is_set

    def set(self) -> None:
        """Let all go on that wait, now or later."""
        self._is_set = True
        while self._waiters:
            with suppress(IndexError, RuntimeError):  # another thread took it, or it is awake
                self._waiters.popleft().release()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until it is set; whether it is.

        Args:
            timeout_s: seconds; None waits for ever.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        is_main = threading.current_thread() is threading.main_thread()
        while not self._is_set:
            waiter = _thread.allocate_lock()
            waiter.acquire()
            self._waiters.append(waiter)
            if self.is_set():
                break
            span_s = -1.0
            if deadline is not None:
                span_s = min(max(0.0, deadline - time.monotonic()), threading.TIMEOUT_MAX)
            try:
                if is_main:
                    is_awake = INTERRUPTS.wait(waiter, span_s)
                else:
                    is_awake = waiter.acquire(timeout=span_s)
            finally:
                with suppress(ValueError):
                    self._waiters.remove(waiter)
            if not is_awake:
                break
        return self._is_set
