"""The one source of the current time, so that tests and forecasts can bring their own."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the scheduler asks for the time."""

    def now(self) -> datetime:
        """The wall clock: an aware datetime in UTC."""

    def monotonic(self) -> float:
        """Seconds on a clock that never steps; only differences have a meaning."""


class SystemClock:
    """The clock of the machine."""

    __slots__ = ()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class ManualClock:
    """A clock that stands still until it is told to move.

    Args:
        start: an aware datetime.
    """

    __slots__ = ("_elapsed_s", "_now")

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            message = f"a ManualClock starts at an aware datetime, got {start!r}"
            raise ValueError(message)
        self._now = start.astimezone(UTC)
        self._elapsed_s = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed_s

    def advance(self, by: timedelta) -> None:
        """Move forward; time and the monotonic clock move alike."""
        self.move_to(self._now + by)

    def move_to(self, instant: datetime) -> None:
        """Move forward to an aware instant; an earlier one leaves the clock where it is."""
        ahead_s = (instant - self._now).total_seconds()
        if ahead_s > 0:
            self._now = instant.astimezone(UTC)
            self._elapsed_s += ahead_s

    def step(self, by: timedelta) -> None:
        """Step the wall clock alone, as an operator or NTP would; it may go back."""
        self._now += by
