"""Retention: how much history is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What may be forgotten: ended jobs with their output, log records, and the audit trail.

    The latest record of each action of each task stays, as does each task's latest occurrence:
    what a task did last is never forgotten.

    Attributes:
        records: how many log records, and how many jobs, are kept; None for all.
        age: how long they are kept; None for ever.
    """

    records: int | None = None
    age: timedelta | None = None

    @property
    def keeps_all(self) -> bool:
        """Whether nothing is ever forgotten."""
        return self.records is None and self.age is None
