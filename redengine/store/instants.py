"""Instants as the store keeps them: whole microseconds since 1970-01-01 UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def to_microseconds(at: datetime | None) -> int | None:
    """An aware datetime as the store keeps it."""
    return None if at is None else (at - EPOCH) // _MICROSECOND


def to_datetime(microseconds: int | None) -> datetime | None:
    """An aware datetime in UTC from what the store keeps."""
    return None if microseconds is None else EPOCH + timedelta(0, 0, microseconds)
