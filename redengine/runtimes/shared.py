"""A runtime without places of its own: its executions use those of another one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar

from redengine.exceptions import Conflict, InvalidInput
from redengine.support.forks import HeldLocks, Order, watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.runtimes.base import Execution, Outcome, Runtime
    from redengine.runtimes.context import JobContext


class SharedRuntime:
    """A name under which jobs run in the places of another runtime, and are counted.

    Args:
        name: the runtime's name.
        pool: the runtime that has the places.
    """

    kind: ClassVar[str] = "thread"
    size: ClassVar[int] = 0
    """It has no places of its own."""

    def __init__(self, name: str, pool: Runtime) -> None:
        self.name = name
        self._pool = pool
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._waiting: dict[int, _Shared] = {}
        self._running: dict[int, _Shared] = {}
        self._is_open = True
        self._held = HeldLocks(self._lock)
        watch(self, Order.RUNTIME)

    def __repr__(self) -> str:
        return f"<SharedRuntime '{self.name}', {self.running} running in '{self._pool.name}'>"

    @property
    def running(self) -> int:
        return len(self._running)

    @property
    def queued(self) -> int:
        return len(self._waiting)

    @property
    def available(self) -> int:
        """How many places are free where its executions run."""
        return max(0, self._pool.size - self._pool.running)

    def open(self) -> None:
        self._is_open = True

    def submit(self, execution: Execution) -> None:
        with self._lock:
            if not self._is_open:
                raise Conflict(f"runtime '{self.name}' is closed", runtime=self.name)
            shared = self._waiting.setdefault(id(execution), _Shared(self, execution))
        try:
            self._pool.submit(shared)
        except Conflict:
            with self._lock:
                self._waiting.pop(id(execution), None)
            raise

    def reserve(self, execution: Execution) -> bool:
        with self._lock:
            if not self._is_open:
                return False
            shared = self._waiting[id(execution)] = _Shared(self, execution)
        if self._pool.reserve(shared):
            return True
        with self._lock:
            self._waiting.pop(id(execution), None)
        return False

    def withdraw(self, execution: Execution) -> bool:
        shared = self._waiting.get(id(execution))
        if shared is None or not self._pool.withdraw(shared):
            return False
        with self._lock:
            self._waiting.pop(id(execution), None)
            self._changed.notify_all()
        return True

    def terminate(self, execution: Execution, grace_s: float, reason: str | None = None) -> None:
        shared = self._running.get(id(execution))
        if shared is not None:
            self._pool.terminate(shared, grace_s, reason)

    def pause(self, execution: Execution) -> str | None:
        shared = self._running.get(id(execution))
        return None if shared is None else self._pool.pause(shared)

    def resume(self, execution: Execution) -> bool:
        shared = self._running.get(id(execution))
        return shared is not None and self._pool.resume(shared)

    def lend(self, execution: Execution) -> bool:
        shared = self._running.get(id(execution))
        return shared is not None and self._pool.lend(shared)

    def take_back(self, execution: Execution, *, waits: bool) -> None:
        shared = self._running.get(id(execution))
        if shared is not None:
            self._pool.take_back(shared, waits=waits)

    def stack(self, execution: Execution) -> str | None:
        shared = self._running.get(id(execution)) or execution
        return self._pool.stack(shared)

    def resize(self, size: int) -> None:
        """Refuse any size but 0.

        Raises:
            InvalidInput: the size is another one.
        """
        if size != 0:
            reason = (
                f"runtime '{self.name}' shares the places of '{self._pool.name}', whose size is "
                "configuration; make another runtime with a size of its own"
            )
            raise InvalidInput({"size": reason})

    def close(self, timeout_s: float) -> list[Execution]:
        with self._lock:
            self._is_open = False
            waiting = list(self._waiting.values())
        left = [each.execution for each in waiting if self.withdraw(each.execution)]
        with self._changed:
            self._changed.wait_for(lambda: not self._running, timeout_s)
            running = list(self._running.values())
        for each in running:
            self._pool.terminate(each, 0.0, f"runtime '{self.name}' was closed")
        return left

    def load(self) -> dict[str, object]:
        return {
            "name": self.name,
            "kind": self.kind,
            "size": 0,
            "shared": True,
            "running": self.running,
            "queued": self.queued,
            "abandoned": 0,
            "threads": 0,
        }

    def before_fork(self) -> None:
        """Keep what stands here whole."""
        self._held.take()

    def after_fork(self, *, is_child: bool) -> None:
        """Go on; in a child there is no thread, and what they had is the parent's."""
        if is_child:
            self._is_open = False
            self._waiting.clear()
            self._running.clear()
        self._held.give_back(is_child=is_child)

    def begun(self, shared: _Shared) -> None:
        """An execution has left the queue."""
        with self._lock:
            self._waiting.pop(id(shared.execution), None)
            self._running[id(shared.execution)] = shared

    def ended(self, shared: _Shared) -> None:
        """An execution has ended, or was not to be run."""
        with self._lock:
            self._waiting.pop(id(shared.execution), None)
            self._running.pop(id(shared.execution), None)
            self._changed.notify_all()


class _Shared:
    """An execution on its way through the other runtime."""

    __slots__ = ("_runtime", "execution")

    def __init__(self, runtime: SharedRuntime, execution: Execution) -> None:
        self._runtime = runtime
        self.execution = execution

    @property
    def id(self) -> str:
        return self.execution.id

    @property
    def priority(self) -> int:
        return self.execution.priority

    @property
    def order(self) -> int:
        return self.execution.order

    @property
    def context(self) -> JobContext:
        return self.execution.context

    def begin(self) -> bool:
        self._runtime.begun(self)
        is_to_run = False
        try:
            is_to_run = self.execution.begin()
        finally:
            if not is_to_run:
                self._runtime.ended(self)
        return is_to_run

    def call(self) -> Any:
        return self.execution.call()

    def payload(self) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
        return self.execution.payload()

    def end(self, outcome: Outcome) -> None:
        self._runtime.ended(self)
        self.execution.end(outcome)
