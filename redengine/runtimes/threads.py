"""The runtimes of this process's threads: a pool of them, and the main thread."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, ClassVar

from redengine.exceptions import Conflict, InvalidInput
from redengine.runtimes.base import checked_size
from redengine.runtimes.context import running_job
from redengine.runtimes.outcome import format_stack, perform
from redengine.runtimes.pool import Pool, Slot
from redengine.support.interrupts import INTERRUPTS

if TYPE_CHECKING:
    from redengine.runtimes.base import Execution, Outcome
    from redengine.runtimes.pool import Run


class ThreadRuntime(Pool):
    """Up to `size` daemon threads named "redengine-<name>-<n>".

    A thread cannot be killed: code that does not stop within its grace is
    abandoned. Its execution ends, its place goes to a new thread, and what it
    returns later is ignored.
    """

    kind: ClassVar[str] = "thread"

    def _carry_out(self, run: Run) -> Outcome | None:
        return perform(run.execution)

    def _stack(self, run: Run) -> str | None:
        return thread_stack(run.slot.thread.ident)


def thread_stack(ident: int | None) -> str | None:
    """What a thread of this process is doing, or None when it is gone."""
    frame = sys._current_frames().get(ident or 0)  # noqa: SLF001 # documented, and the only way to see another thread
    return None if frame is None else format_stack(frame)


_INTERRUPTIBLE_S = 0.5 if sys.platform == "win32" else 2.0
"""Windows does not interrupt a wait for Ctrl-C; elsewhere a signal that comes right before the wait
is seen after it."""
_TRIES = 40
_TRY_EVERY_S = 0.05


class MainRuntime(ThreadRuntime):
    """One execution at a time, in the thread that has called `run_until`.

    While nobody serves it, a thread of its own does, so that a task with
    `execution="main"` also runs in a session that was started in the background.
    """

    kind: ClassVar[str] = "main"
    can_lend: ClassVar[bool] = False

    def __init__(self, name: str = "main") -> None:
        super().__init__(name, 1)
        self._host: Slot | None = None
        self.is_expected = False
        """Whether a thread is about to serve, for which executions wait."""
        self._stop = threading.Event()

    @property
    def is_served(self) -> bool:
        """Whether a thread is inside `run_until`."""
        return self._host is not None

    def resize(self, size: int) -> None:
        if checked_size(size) != 1:
            raise InvalidInput({"size": f"there is one main thread; got {size!r}"})

    def reserve(self, execution: Execution) -> bool:
        """No: whoever serves may not come for long."""
        del execution
        return False

    def open(self) -> None:
        with self._lock:
            self._is_open = True
            self._changed.notify_all()

    def wait_until_open(self, stop: threading.Event) -> None:
        """Return when the runtime is open, or `stop` is set while `run_until` served it."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_open or stop.is_set())

    def run_until(self, stop: threading.Event) -> None:
        """Carry out executions in the calling thread until `stop` is set or the runtime closed.

        Raises:
            Conflict: another thread does so already.
        """
        threading.Thread(
            target=self._watch, args=(stop,), name=f"redengine-{self._name}-stop", daemon=True
        ).start()
        while self._is_open and not stop.is_set():
            self._work(self._take_place(stop))

    def _watch(self, stop: threading.Event) -> None:
        stop.wait()
        with self._lock:
            self._wake_all()
            self._changed.notify_all()

    def _take_place(self, stop: threading.Event) -> Slot:
        """Make the calling thread the one that serves, and retire the other one."""
        with self._lock:
            if self._host is not None:
                raise Conflict(f"runtime '{self._name}' is served by another thread already")
            self._stop = stop
            self.is_expected = False
            self._host = host = Slot(threading.current_thread())
            self._slots.add(host)
            self._wake_all()
        return host

    def _rouse(self, *, is_urgent: bool = False) -> Slot | None:
        return None if self.is_expected else super()._rouse(is_urgent=is_urgent)

    def _must_leave(self, slot: Slot) -> bool:
        if not self._is_open:
            return True
        if slot is self._host:
            return self._stop.is_set()
        return self._host is not None

    def _leave(self, slot: Slot) -> None:
        with self._lock:
            if slot is self._host:
                self._host = None
            if slot in self._idle:  # an interrupt, such as Ctrl-C, ended its sleep
                self._idle.remove(slot)

    def _lose(self, run: Run) -> None:
        super()._lose(run)
        if run.slot is self._host:
            self._host = None

    def _abandon(self, run: Run) -> None:
        super()._abandon(run)
        if run.slot.thread is threading.main_thread():
            threading.Thread(
                target=self._break_off, args=(run,), name=f"redengine-{self._name}-end", daemon=True
            ).start()

    def _break_off(self, run: Run) -> None:
        """Give the program its main thread back, where the code of an ended job still has it."""
        execution, pause = run.execution, threading.Event()

        def is_meant() -> bool:
            return running_job() is execution.context

        for _ in range(_TRIES):
            if id(execution) not in self._lost or not INTERRUPTS.break_off(is_meant):
                return
            pause.wait(_TRY_EVERY_S)

    def _sleep(self, slot: Slot) -> None:
        while not slot.wake.acquire(timeout=_INTERRUPTIBLE_S):
            pass
