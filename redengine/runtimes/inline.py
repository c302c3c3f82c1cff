"""The runtime of virtual time: executions are carried out when `drain` is called."""

from __future__ import annotations

from datetime import timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from redengine.exceptions import Conflict
from redengine.runtimes.base import checked_size
from redengine.runtimes.outcome import begin, finish, perform, stopped
from redengine.runtimes.pool import ReadyQueue

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from redengine.clock import Clock
    from redengine.runtimes.base import Execution, Outcome

_NOTHING = timedelta(0)


class _Pending(NamedTuple):
    """An execution whose code has run and whose end is still to come, in virtual time.

    Attributes:
        ends_at: when it ends; None while it is paused, and where only a stop ends it.
        left: how much longer it takes, while it is paused; None where only a stop ends it.
    """

    execution: Execution
    outcome: Outcome
    ends_at: datetime | None
    left: timedelta | None = None


class InlineRuntime:
    """Carries out executions in the thread that calls `drain`; for one thread alone.

    Args:
        name: the runtime's name.
        size: how many executions run at the same (virtual) time.
        kind: the kind it stands in for.
        clock: tells the virtual time; needed for durations.
        duration_of: how long an execution takes in virtual time, None for one that only a stop
            ends; without it no time at all.
        is_service: whether what runs here is to run as long as the session.
        perform: runs the code; a forecast gives one that only pretends to.

    Example:
        >>> runtime = InlineRuntime("thread", size=4)
        >>> runtime.drain()
        0
    """

    def __init__(
        self,
        name: str,
        size: int = 1,
        *,
        kind: str = "thread",
        clock: Clock | None = None,
        duration_of: Callable[[Execution], timedelta | None] | None = None,
        is_service: bool = False,
        perform: Callable[[Execution], Outcome] = perform,
    ) -> None:
        self.name = name
        self.kind = kind
        self.size = checked_size(size)
        self._clock = clock
        self._duration_of = duration_of
        self._is_service = is_service
        self._perform = perform
        self._queue = ReadyQueue()
        self._pending: dict[int, _Pending] = {}
        self._current: Execution | None = None
        self._is_open = True

    def __repr__(self) -> str:
        return f"<InlineRuntime '{self.name}', {self.running} of {self.size} running>"

    @property
    def running(self) -> int:
        return len(self._pending) + (self._current is not None)

    @property
    def queued(self) -> int:
        return len(self._queue)

    @property
    def next_end(self) -> datetime | None:
        """The earliest virtual instant at which an execution that runs will end."""
        if not self._pending:
            return None
        return min((at for at, _ in self._ends()), default=None)

    def drain(self) -> int:
        """Report what has ended by now and carry out what waits, as far as the size allows.

        What an end makes the scheduler submit is carried out in the same call.
        A task's code that comes here again is not taken further.

        Returns:
            How many executions were begun or ended.
        """
        done = 0
        if not self._pending and not self._queue:
            return done
        while self._current is None and (self._end_one() or self._begin_one()):
            done += 1
        return done

    def step_clock(self, by: timedelta) -> None:
        """The wall clock was stepped: what runs takes as long as it would have."""
        for key, pending in self._pending.items():
            if pending.ends_at is not None:
                self._pending[key] = pending._replace(ends_at=pending.ends_at + by)

    def open(self) -> None:
        self._is_open = True

    def submit(self, execution: Execution) -> None:
        if not self._is_open:
            raise Conflict(f"runtime '{self.name}' is closed", runtime=self.name)
        self._queue.push(execution)

    def reserve(self, execution: Execution) -> bool:
        """No: nothing is carried out before `drain`."""
        del execution
        return False

    def withdraw(self, execution: Execution) -> bool:
        return self._queue.remove(execution)

    def terminate(self, execution: Execution, grace_s: float, reason: str | None = None) -> None:
        pending = self._pending.pop(id(execution), None)
        if pending is not None or execution is self._current:
            execution.context.request_stop(reason, grace_s)
        if pending is not None:
            finish(execution, stopped(execution.context))

    def pause(self, execution: Execution) -> str | None:
        pending = self._pending.get(id(execution))
        if pending is None or self._clock is None:
            return None
        if pending.ends_at is not None:
            left = pending.ends_at - self._clock.now()
            self._pending[id(execution)] = pending._replace(ends_at=None, left=left)
        return "suspended"

    def resume(self, execution: Execution) -> bool:
        pending = self._pending.get(id(execution))
        if pending is None or self._clock is None:
            return False
        if pending.left is not None:
            ends_at = self._clock.now() + pending.left
            self._pending[id(execution)] = pending._replace(ends_at=ends_at, left=None)
        return True

    def lend(self, execution: Execution) -> bool:
        if execution is not self._current:
            return False
        self._current = None
        return True

    def take_back(self, execution: Execution, *, waits: bool) -> None:
        del waits
        self._current = execution

    def stack(self, execution: Execution) -> str | None:  # noqa: ARG002 # its thread is asking
        return None

    def resize(self, size: int) -> None:
        self.size = checked_size(size)

    def close(self, timeout_s: float) -> list[Execution]:  # noqa: ARG002 # virtual time stands still
        self._is_open = False
        left = self._queue.clear()
        for pending in list(self._pending.values()):
            self.terminate(pending.execution, 0.0, f"runtime '{self.name}' was closed")
        return left

    def load(self) -> dict[str, object]:
        return {
            "name": self.name,
            "kind": self.kind,
            "size": self.size,
            "running": self.running,
            "queued": self.queued,
            "abandoned": 0,
            "threads": 0,
        }

    def _end_one(self) -> bool:
        if not self._pending or self._clock is None:
            return False
        ends_at, first = min(self._ends(), key=itemgetter(0), default=(None, None))
        if ends_at is None or first is None or ends_at > self._clock.now():
            return False
        del self._pending[id(first.execution)]
        finish(first.execution, first.outcome)
        return True

    def _ends(self) -> list[tuple[datetime, _Pending]]:
        """When those end that are not paused."""
        return [(each.ends_at, each) for each in self._pending.values() if each.ends_at is not None]

    def _begin_one(self) -> bool:
        if len(self._pending) >= self.size:
            return False
        execution = self._queue.pop()
        if execution is None:
            return False
        begun = begin(execution)
        if begun is True:
            self._run(execution)
        elif begun is not False:
            finish(execution, begun)
        return True

    def _run(self, execution: Execution) -> None:
        self._current = execution
        execution.context.refuse_waits(only_endless=not self._is_service)
        try:
            is_stopped = execution.context.is_stop_asked
            outcome = stopped(execution.context) if is_stopped else self._perform(execution)
        finally:
            self._current = None
        duration = self._duration_of(execution) if self._duration_of else _NOTHING
        is_over = outcome.action != "success" if duration is None else duration <= _NOTHING
        if self._clock is None or is_over:
            finish(execution, outcome)
        else:
            ends_at = None if duration is None else self._clock.now() + duration
            self._pending[id(execution)] = _Pending(execution, outcome, ends_at)
