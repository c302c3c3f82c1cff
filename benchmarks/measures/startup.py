"""How long after the call of start a task that is due at once runs, beside tasks that wait."""

from __future__ import annotations

import argparse
import time

from benchmarks.probe import Stamps, emit
from benchmarks.sides import side

_TIMEOUT_S = 120


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("side")
    parser.add_argument("--tasks", type=int, default=100_000)
    given = parser.parse_args()
    scheduler, stamps = side(given.side), Stamps()
    scheduler.add_waiting(given.tasks)
    scheduler.add_at_once("now", stamps.note)
    began = time.time()
    scheduler.begin()
    stamps.wait_for(1, _TIMEOUT_S)
    emit(first_s=stamps.values[0] - began)
    scheduler.stop()


if __name__ == "__main__":
    main()
