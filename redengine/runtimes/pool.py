"""Threads that carry out executions from a queue: the body of several runtimes."""

from __future__ import annotations

import logging
import sys
import threading
from abc import ABC, abstractmethod
from collections import deque
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar

from redengine.exceptions import Conflict
from redengine.runtimes.base import checked_size
from redengine.runtimes.outcome import abandoned, begin, finish, stopped
from redengine.runtimes.output.lines import UNSAID
from redengine.runtimes.process.guarding import GUARDIAN
from redengine.support.forks import HeldLocks, Order, watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.runtimes.base import Execution, Outcome

    _Entry = tuple[int, int, int, Execution]


class ReadyQueue:
    """A priority queue from which an entry can also be taken out by itself.

    What is taken out stays in the heap until it comes up, or until half of the
    heap is such entries; both ways of leaving cost O(log n) on average.
    Not thread-safe: its owner has a lock.
    """

    __slots__ = ("_commit", "_heap", "_serials")

    def __init__(self) -> None:
        self._heap: list[_Entry] = []
        self._serials: dict[int, int] = {}
        self._commit = count()

    def __len__(self) -> int:
        return len(self._serials)

    def push(self, execution: Execution) -> None:
        """Queue an execution."""
        serial = next(self._commit)
        self._serials[id(execution)] = serial
        heappush(self._heap, (-execution.priority, execution.order, serial, execution))

    def pop(self) -> Execution | None:
        """The next execution, or None when nothing waits."""
        while self._heap:
            _, _, serial, execution = heappop(self._heap)
            if self._serials.get(id(execution)) == serial:
                del self._serials[id(execution)]
                return execution
        return None

    def remove(self, execution: Execution) -> bool:
        """Take an execution out; False when it does not wait here."""
        if self._serials.pop(id(execution), None) is None:
            return False
        if len(self._heap) > 2 * len(self._serials) + 8:
            self._heap = [e for e in self._heap if self._serials.get(id(e[3])) == e[2]]
            self._heap.sort()
        return True

    def clear(self) -> list[Execution]:
        """Take everything out, in order."""
        left = []
        while (execution := self.pop()) is not None:
            left.append(execution)
        return left


class Slot:
    """One thread of a pool.

    Attributes:
        resource: what the thread keeps between executions, such as a worker process.
        is_lost: its execution was abandoned: it leaves as soon as that comes back.
    """

    __slots__ = ("is_lost", "resource", "thread", "wake")

    def __init__(self, thread: threading.Thread) -> None:
        self.is_lost = False
        self.resource: Any = None
        self.wake = threading.Lock()
        self.wake.acquire()
        self.thread = thread


class Run:
    """One execution that has left the queue.

    Attributes:
        is_begun: `begin` said True, the code runs or is about to.
        is_killed: what its code waits for was ended by force.
        is_lent: its code waits for another one, which may have its place.
        has_place: set when it has a place again, where it waits for one.
        is_ended: its end was reported, or is being reported.
        timer: ends it when its grace is over.
        handle: what the runtime needs to reach it: a worker process, an asyncio task.
    """

    __slots__ = (
        "execution",
        "handle",
        "has_place",
        "is_begun",
        "is_ended",
        "is_killed",
        "is_lent",
        "slot",
        "timer",
    )

    def __init__(self, execution: Execution, slot: Slot) -> None:
        self.execution = execution
        self.slot = slot
        self.is_begun = False
        self.is_ended = False
        self.is_killed = False
        self.is_lent = False
        self.has_place: threading.Event | None = None
        self.timer: threading.Timer | None = None
        self.handle: Any = None


_LOGGER = logging.getLogger("redengine.runtimes")
KILLED_ENDS_S = 1.0
"""So long code may take to come back whose process was killed; then it is abandoned."""
LAST_WAIT_S = 5.0
"""How long `close` waits for what it has just killed."""


class Pool(ABC):
    """A runtime of up to `size` threads, started when needed and then kept.

    An idle thread sleeps on a lock of its own, so waking one costs a single
    release; the one that came last is woken first, which leaves the others cold.

    Args:
        name: the runtime's name.
        size: how many executions run at the same time.
    """

    kind: ClassVar[str]
    can_lend: ClassVar[bool] = True
    """Whether another execution can run while the thread of one waits."""

    def __init__(self, name: str, size: int) -> None:
        self._name = name
        self._size = checked_size(size)
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)  # notified once the pool is closed
        self._queue = ReadyQueue()
        self._reserved: dict[int, Execution] = {}
        self._ready: deque[Execution] = deque()  # begun in reserved places, which are still theirs
        self._urgent: deque[Callable[[], None]] = deque()
        self._runs: dict[int, Run] = {}
        self._lost: dict[int, Run] = {}
        self._slots: set[Slot] = set()
        self._idle: list[Slot] = []
        self._lent = 0
        self._returning: deque[Run] = deque()
        self._is_open = True
        self._numbers = count(1)
        self._held = HeldLocks(self._lock)
        watch(self, Order.RUNTIME)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} '{self._name}', {self.running} of {self._size} running>"

    @property
    def name(self) -> str:
        return self._name

    @property
    def size(self) -> int:
        return self._size

    @property
    def running(self) -> int:
        return len(self._runs)

    @property
    def queued(self) -> int:
        return len(self._queue)

    def open(self) -> None:
        self._is_open = True

    def submit(self, execution: Execution) -> None:
        with self._lock:
            if not self._is_open:
                raise Conflict(f"runtime '{self._name}' is closed", runtime=self._name)
            if self._reserved.pop(id(execution), None) is None:
                self._queue.push(execution)
            else:
                self._ready.append(execution)
            fresh = self._rouse()
        if fresh is not None:
            self._start(fresh)

    def reserve(self, execution: Execution) -> bool:
        with self._lock:
            is_full = self._queue or self._returning or self._taken >= self._size
            if not self._is_open or is_full:
                return False
            self._reserved[id(execution)] = execution
        return True

    @property
    def _taken(self) -> int:
        """How many places are not free."""
        return len(self._runs) - self._lent + len(self._reserved) + len(self._ready)

    def _is_coming(self, execution: Execution) -> bool:
        """Whether an execution has a place and no thread yet."""
        return id(execution) in self._reserved or execution in self._ready

    def withdraw(self, execution: Execution) -> bool:
        with self._lock:
            if self._reserved.pop(id(execution), None) is None:
                return self._queue.remove(execution)
            fresh = self._rouse() if self._queue else None
        self._start(fresh)
        return True

    def terminate(self, execution: Execution, grace_s: float, reason: str | None = None) -> None:
        with self._lock:
            run = self._runs.get(id(execution))
            if run is None:
                if self._is_coming(execution):
                    execution.context.request_stop(reason, grace_s)
                return
            if run.timer is not None:
                run.timer.cancel()
            run.timer = timer = threading.Timer(max(0.0, grace_s), self._expire, (run,))
            timer.name = f"redengine-grace-{execution.id}"
            timer.daemon = True
        execution.context.request_stop(reason, grace_s)
        self._interrupt(run)
        timer.start()

    def pause(self, execution: Execution) -> str | None:
        if id(execution) not in self._runs:
            return None
        execution.context.pause()
        return "checkpoint"

    def resume(self, execution: Execution) -> bool:
        execution.context.resume()
        return id(execution) in self._runs

    def lend(self, execution: Execution) -> bool:
        with self._lock:
            run = self._runs.get(id(execution))
            if run is None or run.is_lent or not self.can_lend:
                return False
            run.is_lent = True
            self._lent += 1
            self._give_places_back()
            fresh = self._rouse() if self._queue else None
        self._start(fresh)
        return True

    def take_back(self, execution: Execution, *, waits: bool) -> None:
        with self._lock:
            run = self._runs.get(id(execution))
            if run is None or not run.is_lent:
                return
            run.has_place = threading.Event()
            self._returning.append(run)
            self._give_places_back()
            if not waits:
                self._give_back(run)
        run.has_place.wait()

    def _give_places_back(self) -> None:
        """Let those go on that wait for the place they lent, as far as there are some."""
        while self._returning and self._taken < self._size:
            self._give_back(self._returning[0])

    def _give_back(self, run: Run) -> None:
        if run.is_lent:
            run.is_lent = False
            self._lent -= 1
        if run.has_place is not None and run in self._returning:
            self._returning.remove(run)
            run.has_place.set()

    def stack(self, execution: Execution) -> str | None:
        run = self._runs.get(id(execution)) or self._lost.get(id(execution))
        return None if run is None else self._stack(run)

    def resize(self, size: int) -> None:
        with self._lock:
            self._size = checked_size(size)
            self._give_places_back()
            wanted = min(len(self._queue), size + self._lent - len(self._slots))
            fresh = [self._add_slot() for _ in range(wanted)]
            self._wake_all()
        self._start(*fresh)

    def close(self, timeout_s: float) -> list[Execution]:
        with self._lock:
            self._is_open = False
            left = self._queue.clear()
            self._wake_all()
        if not self._wait_until_idle(timeout_s):
            for run in list(self._runs.values()):
                run.execution.context.request_stop(f"runtime '{self._name}' was closed", 0.0)
                self._interrupt(run)
                self._expire(run)
            self._wait_until_idle(LAST_WAIT_S)
        GUARDIAN.rest()
        return left

    def load(self) -> dict[str, object]:
        return {
            "name": self._name,
            "kind": self.kind,
            "size": self._size,
            "running": self.running,
            "queued": self.queued,
            "abandoned": len(self._lost),
            "threads": len(self._slots),
        }

    def before_fork(self) -> None:
        """Keep what stands here whole."""
        self._held.take()

    def after_fork(self, *, is_child: bool) -> None:
        """Go on; in a child there is no thread, and what the threads had is the parent's."""
        if is_child:
            self._is_open = False
            for slot in {*self._slots, *(run.slot for run in self._runs.values())}:
                slot.resource = None
            self._slots.clear()
            self._idle.clear()
            self._queue.clear()
        self._held.give_back(is_child=is_child)

    # What the runtimes differ in.

    @abstractmethod
    def _carry_out(self, run: Run) -> Outcome | None:
        """Run the code of a begun execution; None: its end will be reported by other means."""

    @abstractmethod
    def _stack(self, run: Run) -> str | None:
        """The live stack of an execution that runs or was abandoned."""

    def _interrupt(self, run: Run) -> None:
        """Do more than setting the flag to have an execution stop."""

    def _expire(self, run: Run) -> None:
        """End an execution whose grace is over.

        One that has not begun needs nothing: the flag is set, so its code will not run.
        """
        if not run.is_begun:
            return
        if not run.is_killed and run.execution.context.kill():
            run.is_killed = True
            self._expire_later(run, KILLED_ENDS_S)
        else:
            self._abandon(run)

    def _expire_later(self, run: Run, delay_s: float) -> None:
        with self._lock:
            if not run.is_ended:
                run.timer = threading.Timer(delay_s, self._expire, (run,))
                run.timer.name = f"redengine-grace-{run.execution.id}"
                run.timer.daemon = True
                run.timer.start()

    def _must_leave(self, slot: Slot) -> bool:  # noqa: ARG002 # overriders look at the slot
        """Whether a thread that has nothing in hand is to go; called under the lock."""
        return len(self._slots) > self._size + self._lent or not self._is_open

    def _sleep(self, slot: Slot) -> None:
        slot.wake.acquire()

    def _leave(self, slot: Slot) -> None:
        """Let go of what a leaving thread has kept."""

    # The life of a thread.

    def _work(self, slot: Slot) -> None:
        try:
            while not slot.is_lost and (work := self._next(slot)) is not None:
                work()
                del work  # an idle thread keeps nothing of the job it ran last
        finally:
            self._leave(slot)
            with self._lock:
                self._slots.discard(slot)
                fresh = self._rouse() if self._queue and self._is_open else None
                self._note_change()
            self._start(fresh)

    def _next(self, slot: Slot) -> Callable[[], None] | None:
        """What the thread does next, waiting for it; None: it leaves."""
        while True:
            with self._lock:
                if self._urgent:
                    return self._urgent.popleft()
                if self._must_leave(slot) and not self._ready:
                    return None
                if len(self._runs) - self._lent < self._size:
                    execution = self._pick()
                    if execution is not None:
                        run = self._runs[id(execution)] = Run(execution, slot)
                        return partial(self._process, run)
                self._idle.append(slot)
            self._sleep(slot)

    def _pick(self) -> Execution | None:
        """The execution that is carried out next, if there is one and a place for it."""
        if self._ready:
            return self._ready.popleft()
        is_free = self._taken < self._size and not self._returning
        return self._queue.pop() if is_free else None

    def _process(self, run: Run) -> None:
        begun = begin(run.execution)
        if begun is False:
            with self._lock:
                self._release(run)
            return
        run.is_begun = True
        if begun is not True:
            outcome: Outcome | None = begun
        elif run.execution.context.is_stop_asked:
            outcome = stopped(run.execution.context)
        else:
            outcome = self._carry_out(run)
        if outcome is not None:
            self._end(run, outcome)

    # The end of a run; all of these settle under the lock who reports it.

    def _end(self, run: Run, outcome: Outcome) -> None:
        """Report the end of a run; the late one of an abandoned run is ignored."""
        with self._lock:
            if not self._release(run):
                self._lost.pop(id(run.execution), None)
                return
        finish(run.execution, outcome)

    def _abandon(self, run: Run) -> None:
        """Report the end of a run whose code goes on; its place is free from now on."""
        with self._lock:
            if not self._release(run):
                return
            self._lost[id(run.execution)] = run
            self._lose(run)
            fresh = self._rouse() if self._queue else None
        self._start(fresh)
        finish(run.execution, abandoned(run.execution.context))

    def _lose(self, run: Run) -> None:
        """Write off the thread that a run does not give back; called under the lock."""
        run.slot.is_lost = True
        self._slots.discard(run.slot)

    def _release(self, run: Run) -> bool:
        """Take a run off the books; False when it was taken off before. Under the lock."""
        if run.is_ended:
            return False
        run.is_ended = True
        self._give_back(run)
        del self._runs[id(run.execution)]
        self._give_places_back()
        if run.timer is not None:
            run.timer.cancel()
        self._note_change()
        return True

    # Waking and starting threads; the first four are called under the lock.

    def _rouse(self, *, is_urgent: bool = False) -> Slot | None:
        """Wake an idle thread, or make a new one, which the caller must start."""
        if self._idle:
            self._idle.pop().wake.release()
            return None
        if is_urgent or len(self._slots) < self._size + self._lent:
            return self._add_slot()
        return None

    def _add_slot(self) -> Slot:
        name = f"redengine-{self._name}-{next(self._numbers)}"
        slot = Slot(threading.Thread(target=lambda: self._work(slot), name=name, daemon=True))
        self._slots.add(slot)
        return slot

    def _wake_all(self) -> None:
        while self._idle:
            self._idle.pop().wake.release()

    def _note_change(self) -> None:
        if not self._is_open:
            self._changed.notify_all()

    def _start(self, *slots: Slot | None) -> None:
        for slot in slots:
            if slot is None:
                continue
            try:
                slot.thread.start()
            except RuntimeError:  # the system has no thread left, or the interpreter is ending
                text = f"runtime '{self._name}' cannot start another thread"
                found = (_LOGGER.name, logging.ERROR, __file__, 0, text, (), sys.exc_info())
                UNSAID.append(_LOGGER.makeRecord(*found))
                with self._lock:
                    self._slots.discard(slot)

    def _wait_until_idle(self, timeout_s: float) -> bool:
        """Wait until no run and no thread but the caller's is left; False: not in time."""
        caller = threading.current_thread()

        def is_idle() -> bool:
            slots = {*self._slots, *(run.slot for run in self._runs.values())}
            return all(slot.thread is caller for slot in slots)

        with self._changed:
            return self._changed.wait_for(is_idle, max(0.0, timeout_s))
