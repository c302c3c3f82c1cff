"""Pruned: up to where jobs were forgotten, and what can be said of those that are not there."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from redengine.store.entries import StateEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

PRUNED: Final = "store.pruned"
"""The key under which the mark stands; it is committed with the deletions."""
_VERSION: Final = 7


class PrunedMark(NamedTuple):
    """The newest of all jobs that were pruned.

    Attributes:
        submitted_us: when it was submitted, in microseconds since 1970.
        made_ms: the newest time in an id of such a job, in milliseconds since 1970.
    """

    submitted_us: int = -1
    made_ms: int = -1

    @classmethod
    def read(cls, value: Mapping[str, Any] | None) -> PrunedMark:
        """The mark that stands in the store; one before all jobs where there is none."""
        return cls(**value) if value else cls()

    def with_job(self, job_id: str, submitted_us: int) -> PrunedMark:
        """The mark after one more job was pruned.

        A time in an id that lies ahead was not put there by a session, and tells nothing.
        """
        made_ms = made_at(job_id)
        if made_ms > time.time() * 1000:
            made_ms = -1
        return PrunedMark(max(self.submitted_us, submitted_us), max(self.made_ms, made_ms))

    def to_entry(self) -> StateEntry:
        """As it is stored."""
        return StateEntry(PRUNED, self._asdict())


def made_at(job_id: str) -> int:
    """The milliseconds since 1970 in a UUIDv7 (RFC 9562 §5.7); -1 in any other id."""
    with suppress(ValueError):
        number = UUID(job_id)
        if number.version == _VERSION and str(number) == job_id:
            return number.int >> 80
    return -1
