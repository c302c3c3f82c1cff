"""What it costs to register one more task at the end of a chain of `after` links."""

from __future__ import annotations

import argparse
import time

from benchmarks.probe import emit, median
from benchmarks.sides.ours import Side, nothing
from redengine.tasks import FuncTask

_LAST = 200


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("side", choices=["ours"])
    parser.add_argument("--tasks", type=int, default=3000)
    given = parser.parse_args()
    scheduler = Side()
    FuncTask(nothing, name="0", start_cond="daily at 03:00", session=scheduler.app)
    spans = []
    for number in range(1, given.tasks + _LAST):
        began = time.perf_counter()
        condition = f"after task '{number - 1}'"
        FuncTask(nothing, name=str(number), start_cond=condition, session=scheduler.app)
        spans.append((time.perf_counter() - began) * 1e6)
    emit(last_us=median(spans[-_LAST:]), first_us=median(spans[:_LAST]))
    scheduler.stop()


if __name__ == "__main__":
    main()
