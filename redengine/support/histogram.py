"""How measured values are distributed, at the cost of two additions a value."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS: Final = (0.001, 0.01, 0.1, 1.0, 10.0, 60.0, 600.0, 3600.0)
"""Bounds for what takes anything from a moment to an hour."""
SHORT_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0)
"""Bounds for what is expected to take milliseconds."""
NUMBERS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000)
"""Bounds for how many things come together."""


class Histogram:
    """Counts values by bucket; a fraction of the cost of a ready-made histogram.

    Those who note take turns (by a lock of their own); whoever reads sees a value that is being
    noted or does not.

    Args:
        bounds: the upper ends of the buckets, included; beyond the last there is one more.

    Example:
        >>> histogram = Histogram((1, 10))
        >>> for value in (1, 3, 30):
        ...     histogram.note(value)
        >>> histogram.cumulated(), histogram.total
        ([1, 2, 3], 34.0)
    """

    __slots__ = ("_counts", "bounds", "total")

    def __init__(self, bounds: Sequence[float] = SECONDS) -> None:
        self.bounds = bounds
        self.total = 0.0
        """The sum of all values."""
        self._counts = [0] * (len(bounds) + 1)

    def note(self, value: float) -> None:
        """Count one more value."""
        self._counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def cumulated(self) -> list[int]:
        """How many values are at most each bound, and at the end how many there are."""
        return list(accumulate(self._counts))

    def __repr__(self) -> str:
        return f"Histogram({self.cumulated()[-1]} values, {self.total:g} in all)"
