"""Executions that wait for a place to run, by priority and then by order."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redengine.runtimes.base import Execution

    _Entry = tuple[int, int, int, Execution]


class ReadyQueue:
    """A priority queue from which an entry can also be taken out by itself.

    What is taken out stays in the heap until it comes up, or until half of the
    heap is such entries; both ways of leaving cost O(log n) on average.
    Not thread-safe: its owner has a lock.
    """

    __slots__ = ("_heap", "_serials", "_ticket")

    def __init__(self) -> None:
        self._heap: list[_Entry] = []
        self._serials: dict[int, int] = {}
        self._ticket = count()

    def __len__(self) -> int:
        return len(self._serials)

    def push(self, execution: Execution) -> None:
        """Queue an execution."""
        serial = next(self._ticket)
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
