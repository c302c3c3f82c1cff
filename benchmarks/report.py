"""The table: medians, ratios and verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.probe import median
from benchmarks.rows import ROWS, Row, Target

Results = Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]
"""By case and side, the figures of each repeat."""

HEADER = ("metric", "ours", "floor", "APS 3", "Rocketry", "ratio", "must", "ahead", "verdict")
_HELLO = "hello_s"


def value_of(results: Results, case: str, side: str, figure: str) -> float | None:
    """The median of a figure over the repeats, or None where it was not measured."""
    found = [each[figure] for each in results.get(case, {}).get(side, ()) if figure in each]
    return median(found) if found else None


def reference_of(results: Results, row: Row, target: Target) -> float | None:
    """What a target's ratio is held against; 1 where the bound is absolute."""
    figure = target.figure or row.figure
    if target.against is None:
        return 1.0
    if target.against.startswith("own "):
        return value_of(results, target.against.removeprefix("own "), "ours", figure)
    side, _, case = target.against.partition(" of ")
    return value_of(results, case or row.case, side, figure)


def ratio_of(results: Results, row: Row, target: Target | None) -> float | None:
    """Our figure by what the target is held against."""
    ours = value_of(results, row.case, "ours", row.figure)
    reference = reference_of(results, row, target) if target else None
    if ours is None or not reference:
        return None
    return ours / reference


def reaches(row: Row, ratio: float | None, target: Target | None, noise: float = 0) -> bool:
    """Whether a ratio is within the target's bound, give or take the noise."""
    if ratio is None or target is None:
        return False
    if row.is_more_better:
        return ratio >= target.bound * (1 - noise)
    return ratio <= target.bound * (1 + noise)


def verdict_of(results: Results, row: Row) -> str:
    """ahead, must, within noise (of the must), or MISSED; empty where nothing is to be reached."""
    ratio = ratio_of(results, row, row.must)
    if row.must is None or ratio is None:
        return ""
    if reaches(row, ratio_of(results, row, row.ahead), row.ahead):
        return "ahead"
    if reaches(row, ratio, row.must):
        return "must"
    return "within noise" if reaches(row, ratio, row.must, row.noise) else "MISSED"


def line_of(results: Results, row: Row) -> tuple[str, ...]:
    """One line of the table."""

    def shown(side: str) -> str:
        figure = row.figure
        if side == "floor" and row.must and row.must.figure == _HELLO:
            figure = _HELLO
        return number(value_of(results, row.case, side, figure))

    is_relative = row.must is not None and row.must.against is not None
    ratio = ratio_of(results, row, row.must) if is_relative else None
    return (
        row.title,
        shown("ours"),
        shown("floor"),
        shown("apscheduler"),
        shown("rocketry"),
        number(ratio),
        bound(row, row.must),
        bound(row, row.ahead),
        verdict_of(results, row),
    )


def bound(row: Row, target: Target | None) -> str:
    """A target as text."""
    if target is None:
        return ""
    against = target.against or ""
    floor = " hello" if target.figure == _HELLO else " floor"
    words = {"apscheduler": " APS", "floor": floor, "": ""}
    suffix = words.get(against.partition(" of ")[0], " own")
    return f"{'≥' if row.is_more_better else '≤'} {number(target.bound)}{suffix}"


def number(value: float | None) -> str:
    """A figure with three digits that count."""
    if value is None:
        return ""
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.6f}".rstrip("0")


def table(results: Results) -> str:
    """The table of all rows that were measured."""
    lines = [HEADER, *(line_of(results, row) for row in ROWS if row.case in results)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEADER))]
    return "\n".join(_aligned(line, widths) for line in lines)


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(line, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(text.rjust(width) for text, width in rest)]
    return "  ".join(cells).rstrip()
