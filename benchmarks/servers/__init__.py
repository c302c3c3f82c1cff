"""HTTP servers that are measured, each a process of its own.

A server prints one JSON line with its port when it answers, serves until its standard input
is closed, then prints one JSON line with what it has found.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from benchmarks.measures.lateness import figures
from benchmarks.probe import Stamps, emit

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS = 8
TICKER = "every-0.1s"


def serve(port: int, ticker: Stamps | None, nominal: Callable[[str, list[float]], Any]) -> None:
    """Say that it serves, wait for the word to stop, and tell of the ticker's lateness."""
    emit(port=port)
    sys.stdin.readline()
    if ticker is None:
        emit(stopped=True)
        return
    before = len(ticker.values)
    sys.stdin.readline()
    taken = list(ticker.values)
    due = nominal(TICKER, taken)
    late = [(at - planned) * 1000 for at, planned in zip(taken, due, strict=False)][before:]
    emit(worst_ms=max(late, default=float("inf")), **figures("ticker", 0.1, taken, due))
