"""Stores with many log records or jobs, for the rows that read from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from redengine.store import JobEntry, LogEntry, Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_BATCH = 5_000
_ACTIONS = ("run", "success", "run", "success", "run", "success", "run", "fail")


def make_store(path: Path, count: int) -> Path:
    """A SQLite file with so many log records: of 100 tasks, one run in four failed."""
    return _filled(path, count, _record)


def make_jobs_store(path: Path, count: int) -> Path:
    """A SQLite file with so many ended jobs of 100 tasks."""
    return _filled(path, count, _job)


def _filled(path: Path, count: int, made: Callable[[int, datetime], LogEntry | JobEntry]) -> Path:
    store = Store.open(f"sqlite:///{path}")
    start = datetime.now(UTC) - timedelta(seconds=count)
    for first in range(1, count + 1, _BATCH):
        numbers = range(first, min(first + _BATCH, count + 1))
        store.write(*[made(number, start) for number in numbers]).wait()
    store.close()
    return path


def _record(number: int, start: datetime) -> LogEntry:
    at = start + timedelta(seconds=number)
    job = number // 2
    action = _ACTIONS[number % len(_ACTIONS)]
    ended = at if action != "run" else None
    return LogEntry(
        number, at, action, f"task-{job % 100}", f"job-{job}", at, ended, 0.5 if ended else None
    )


def _job(number: int, start: datetime) -> JobEntry:
    at = start + timedelta(seconds=number)
    return JobEntry(
        f"job-{number}",
        f"task-{number % 100}",
        "success",
        "api",
        at,
        parameters={"day": "2026-01-01"},
        started_at=at,
        ended_at=at + timedelta(milliseconds=500),
        duration=0.5,
        result='{"rows":1}',
        result_kind="json",
    )
