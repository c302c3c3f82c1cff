"""Very many tiny jobs: how much memory a session has at its start, on the way, and at the end."""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from pathlib import Path

from benchmarks.probe import emit, resident_kib
from benchmarks.sides.ours import Side
from redengine.tasks import FuncTask

_AT_ONCE = 500


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("side", choices=["ours"])
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--sqlite", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scheduler = Side(**({"store": str(Path(folder) / "history.db")} if given.sqlite else {}))
        if given.sqlite:
            scheduler.app.config.update({"history_jobs": 20_000, "history_logs": 20_000})
        emit(**measure(scheduler, given.jobs))
        scheduler.stop()


def measure(scheduler: Side, jobs: int) -> dict[str, float]:
    """Ten readings: the first after a tenth of the jobs, when the history is full."""
    FuncTask(int, name="tiny", max_instances=_AT_ONCE, session=scheduler.app)
    scheduler.app.start(block=False)
    began = time.time()
    start = resident_kib()
    readings = []
    for _ in range(10):
        run_jobs(scheduler, jobs // 10)
        gc.collect()
        readings.append(resident_kib())
    return {
        "start_mib": start / 1024,
        "tenth_mib": readings[0] / 1024,
        "end_mib": readings[-1] / 1024,
        "most_mib": max(readings) / 1024,
        "growth": readings[-1] / readings[0],
        "jobs_s": jobs / (time.time() - began),
    }


def run_jobs(scheduler: Side, count: int) -> None:
    """Submit some at a time, and wait for these."""
    for first in range(0, count, _AT_ONCE):
        submitted = [
            scheduler.app.submit("tiny") for _ in range(first, min(first + _AT_ONCE, count))
        ]
        for job in submitted:
            if not job.wait(60):
                raise TimeoutError(job)


if __name__ == "__main__":
    main()
