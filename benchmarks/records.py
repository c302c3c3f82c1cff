"""Stores with many log records, for the rows that read from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from redengine.store import LogEntry, Store

if TYPE_CHECKING:
    from pathlib import Path

_BATCH = 5_000
_ACTIONS = ("run", "success", "run", "success", "run", "success", "run", "fail")


def make_store(path: Path, count: int) -> Path:
    """A SQLite file with so many log records: of 100 tasks, one run in four failed."""
    store = Store.open(f"sqlite:///{path}")
    start = datetime.now(UTC) - timedelta(seconds=count)
    for first in range(1, count + 1, _BATCH):
        numbers = range(first, min(first + _BATCH, count + 1))
        store.write(*[_record(number, start) for number in numbers]).wait()
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
