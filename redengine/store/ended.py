"""Ended: the rows of jobs that have ended and were asked for lately; they change no more."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

MOST: Final = 1_000
LONGEST: Final = 10_000
"""A result, or parameters, of more characters are read anew each time."""


class EndedJobs:
    """Keeps some rows, so that those who ask for one again and again do not read it each time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, dict[str, Any]] = {}
        self._deletions = 0

    def find(self, job_id: str, read: Callable[[], dict[str, Any] | None]) -> dict[str, Any] | None:
        """The row of a job, read if it is not at hand.

        Args:
            job_id: the job.
            read: reads it; None if there is none.
        """
        row = self._rows.get(job_id)
        if row is not None:
            return row
        deletions = self._deletions
        row = read()
        if row is not None and row["ended_at"] is not None and _is_short(row):
            with self._lock:
                if deletions == self._deletions:  # else it may have been read before it was deleted
                    self._keep(job_id, row)
        return row

    def _keep(self, job_id: str, row: dict[str, Any]) -> None:
        if len(self._rows) >= MOST:
            del self._rows[next(iter(self._rows))]
        self._rows[job_id] = row

    def forget(self) -> None:
        """Rows were deleted."""
        with self._lock:
            self._deletions += 1
            self._rows = {}


def _is_short(row: dict[str, Any]) -> bool:
    return all(len(str(row[name] or "")) <= LONGEST for name in ("result", "parameters", "error"))
