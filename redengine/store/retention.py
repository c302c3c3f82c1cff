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
        jobs: how many jobs are kept; None for all.
        logs: how many log records are kept; None for all.
        age: how long both are kept; None for ever.
    """

    jobs: int | None = None
    logs: int | None = None
    age: timedelta | None = None

    @property
    def keeps_all(self) -> bool:
        """Whether nothing is ever forgotten."""
        return self.jobs is None and self.logs is None and self.age is None

    @property
    def slack(self) -> int:
        """How many entries over what is kept are not worth pruning yet."""
        return (
            min((bound for bound in (self.jobs, self.logs) if bound is not None), default=0) // 10
        )
