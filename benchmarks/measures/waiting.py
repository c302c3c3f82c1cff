"""Registering tasks that wait, their memory, and the CPU they cost while they wait."""

from __future__ import annotations

import argparse
import gc
import time

from benchmarks.probe import cpu_s, emit, resident_kib
from benchmarks.sides import side


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("side")
    parser.add_argument("--tasks", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    scheduler = side(given.side)
    gc.collect()
    kib = resident_kib()
    began, used = time.perf_counter(), cpu_s()
    scheduler.add_waiting(given.tasks)
    scheduler.start()
    registered_s, registered_cpu_s = time.perf_counter() - began, cpu_s() - used
    gc.collect()
    kib = resident_kib() - kib
    time.sleep(0.5)
    began, used = time.perf_counter(), cpu_s()
    time.sleep(given.seconds)
    idle = (cpu_s() - used) / (time.perf_counter() - began)
    emit(
        idle_cpu=idle,
        register_us=registered_s / given.tasks * 1e6,
        register_cpu_us=registered_cpu_s / given.tasks * 1e6,
        memory_kib=kib / given.tasks,
    )
    scheduler.stop()


if __name__ == "__main__":
    main()
