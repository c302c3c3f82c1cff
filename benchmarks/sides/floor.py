"""The floor: a heap, one threading.Condition and a ThreadPoolExecutor. No names, no history."""

from __future__ import annotations

import heapq
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def nothing() -> None:
    """What waiting functions would do."""


class Side:
    """The least that starts functions on time."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, float, Callable[[], object]]] = []
        self._numbers = count()
        self._changed = threading.Condition()
        self._pool = ThreadPoolExecutor(10)
        self._is_open = True
        self._first: dict[str, tuple[float, float]] = {}

    def _put(self, at: float, period_s: float, func: Callable[[], object]) -> None:
        with self._changed:
            heapq.heappush(self._heap, (at, next(self._numbers), period_s, func))
            self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while self._is_open:
                now = time.time()
                while self._heap and self._heap[0][0] <= now:
                    at, number, period_s, func = self._heap[0]
                    heapq.heapreplace(self._heap, (at + period_s, number, period_s, func))
                    self._pool.submit(func)
                self._changed.wait(self._heap[0][0] - time.time() if self._heap else None)

    def add_waiting(self, count: int) -> None:
        for number in range(count):
            self._put(time.time() + 21_600 + number, 86_400, nothing)

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def add_periodic(self, name: str, period_s: float, func: Callable[[], None]) -> None:
        at = time.time() + 0.2
        self._first[name] = (at, period_s)
        self._put(at, period_s, func)

    def add_burst(self, count: int, func: Callable[[], None]) -> None:
        at = time.time() + 1
        self._first["burst-0"] = (at, 1.0)
        for _ in range(count):
            self._put(at, 1.0, func)

    def add_chain(
        self, period_s: float, first: Callable[[], None], second: Callable[[], None]
    ) -> None:
        def both() -> None:
            first()
            self._pool.submit(second)

        self.add_periodic("first", period_s, both)

    def nominal(self, name: str, stamps: list[float]) -> list[float]:
        first, period_s = self._first[name]
        return [first + number * period_s for number in range(len(stamps))]

    def stop(self) -> None:
        self._is_open = False
        with self._changed:
            self._changed.notify()
        self._pool.shutdown(wait=False, cancel_futures=True)
