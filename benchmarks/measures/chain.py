"""From the end of one task to the start of the task that comes after it."""

from __future__ import annotations

import argparse
import bisect
import tempfile
import time
from pathlib import Path

from benchmarks.probe import Stamps, emit, median, percentile
from benchmarks.sides import side

_SKIPPED = 3


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("side")
    parser.add_argument("--period", type=float, default=0.05)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--records", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        options = {}
        if given.records:
            from benchmarks.records import make_store

            options["store"] = str(make_store(Path(folder) / "history.db", given.records))
        scheduler = side(given.side, **options)
        first, second = Stamps(), Stamps()
        scheduler.add_chain(given.period, first.note, second.note)
        scheduler.start()
        second.wait_for(given.runs, timeout_s=given.period * given.runs * 1.5 + 5)
        time.sleep(given.period / 2)
        emit(**figures(list(first.values), list(second.values)))
        scheduler.stop()


def figures(ends: list[float], starts: list[float]) -> dict[str, float]:
    """Each start belongs to the last end before it."""
    spans = [
        (start - ends[place - 1]) * 1000
        for start in starts[_SKIPPED:]
        if (place := bisect.bisect_right(ends, start))
    ]
    return {"p50_ms": median(spans), "p99_ms": percentile(spans, 0.99), "runs": len(starts)}


if __name__ == "__main__":
    main()
