"""Totals: how many rows match, without counting the same rows again and again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.store.filters import Shape

_REMEMBERED: Final = 128


class Totals:
    """Remembers counts of rows that never change: only those added since are counted.

    Args:
        lasting: the fields that never change; a filter on another one is counted anew.
    """

    def __init__(self, lasting: frozenset[str]) -> None:
        self._lasting = lasting
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[Any, ...], tuple[int, int]] = OrderedDict()
        self._generation = 0

    def forget(self) -> None:
        """Rows were deleted: nothing is known any more."""
        with self._lock:
            self._generation += 1
            self._known.clear()

    def of(
        self,
        shapes: tuple[Shape, ...],
        values: tuple[Any, ...],
        count_since: Callable[[int], tuple[int, int]],
    ) -> int:
        """How many rows match.

        Args:
            shapes: the filter without its values.
            values: its values.
            count_since: counts matching rows above a place in the table's order; gives their
                number and the highest place of all rows.
        """
        if any(shape.field not in self._lasting for shape in shapes):
            return count_since(-1)[0]
        key = (shapes, values)
        with self._lock:
            before, last = self._known.get(key, (0, -1))
            generation = self._generation
        added, newest = count_since(last)
        total = before + added
        with self._lock:
            if generation == self._generation:
                self._known[key] = (total, max(last, newest))
                self._known.move_to_end(key)
                if len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return total
