"""What a case is: one measurement, made of several sides by turns."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.running import MeasurementFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One measurement.

    Attributes:
        name: the group and what varies in it, such as "burst-sqlite".
        run: gives the figures of the sides it is asked for; of one that fails, none.
        sides: those that are compared, in the order in which they take their turns.
        repeats: how often it is run in a full run.
        is_quick: whether a quick run has it too.
    """

    name: str
    run: Callable[[Sequence[str]], Mapping[str, Figures]]
    sides: tuple[str, ...]
    repeats: int = 3
    is_quick: bool = True


@dataclass(slots=True)
class Pace:
    """How long things are measured, and where what a run makes for itself is kept."""

    is_quick: bool = False
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="bench-")))

    def seconds(self, full: float, quick: float) -> float:
        """The span of a measurement."""
        return quick if self.is_quick else full


def apart(
    measure_one: Callable[[str], Figures],
) -> Callable[[Sequence[str]], Mapping[str, Figures]]:
    """Measure the sides one after the other."""

    def run(sides: Sequence[str]) -> dict[str, Figures]:
        found = {}
        for side in sides:
            try:
                found[side] = measure_one(side)
            except MeasurementFailed as error:
                print(f"FAILED: {error}", file=sys.stderr, flush=True)
        return found

    return run
