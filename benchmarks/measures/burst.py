"""Many tasks due at one instant: how fast they are run, and the CPU each costs."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.probe import Stamps, cpu_s, emit, median
from benchmarks.sides import side

_TIMEOUT_S = 30


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("side")
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--bursts", type=int, default=5)
    parser.add_argument("--sqlite", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        options = {"store": str(Path(folder) / "history.db")} if given.sqlite else {}
        scheduler = side(given.side, **options)
        emit(**measure(scheduler, given.tasks, given.bursts, counts_rows=given.sqlite))
        scheduler.stop()


def measure(scheduler: Any, tasks: int, bursts: int, *, counts_rows: bool) -> dict[str, float]:
    """The first burst warms up, where there are more."""
    stamps = Stamps()
    scheduler.add_burst(tasks, stamps.note)
    if bursts == 1:
        used = cpu_s()
        began = time.time()
        scheduler.start()
        stamps.wait_for(tasks, _TIMEOUT_S)
        return {
            "cpu_ms": (cpu_s() - used) / len(stamps.values) * 1000,
            "runs_s": len(stamps.values) / (stamps.values[-1] - began),
        }
    scheduler.start()
    stamps.wait_for(tasks, _TIMEOUT_S)
    time.sleep(0.4)
    used = cpu_s()
    stamps.wait_for(tasks * bursts, _TIMEOUT_S)
    ended = time.time()
    found = {"rows_lag_ms": rows_lag_ms(scheduler, tasks * bursts, ended)} if counts_rows else {}
    time.sleep(max(0.0, ended + 0.4 - time.time()))
    used = cpu_s() - used
    taken = sorted(stamps.values[: tasks * bursts])
    due = scheduler.nominal("burst-0", taken[::tasks])
    spans = [
        taken[(number + 1) * tasks - 1] - due[number] for number in range(1, len(taken) // tasks)
    ]
    first = [taken[number * tasks] - due[number] for number in range(1, len(taken) // tasks)]
    return {
        "cpu_ms": used / (tasks * (bursts - 1)) * 1000,
        "first_ms": median(first) * 1000,
        "runs_s": tasks / median(spans),
        **found,
    }


def rows_lag_ms(scheduler: Any, expected: int, since: float) -> float:
    """How long after the last run another connection sees all rows."""
    while time.time() - since < _TIMEOUT_S:
        if scheduler.rows() >= expected:
            return (time.time() - since) * 1000
        time.sleep(0.002)
    return float("inf")


if __name__ == "__main__":
    main()
