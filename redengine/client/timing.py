"""Waiting: until when, and in which steps."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from redengine.client.settings import Duration, seconds

sleep = time.sleep
async_sleep = asyncio.sleep

LONGEST_POLL_S: Final = 20.0
"""How long one request may be held until there is something to tell."""


class Deadline:
    """When a wait is over.

    Args:
        timeout: how long it may take; None for ever.
    """

    def __init__(self, timeout: Duration | None) -> None:
        self.timeout_s = seconds(timeout)
        self._began_s = time.monotonic()

    @property
    def left_s(self) -> float:
        """Seconds that are left; 0 when it is over."""
        if self.timeout_s is None:
            return float("inf")
        return max(0.0, self.timeout_s - (time.monotonic() - self._began_s))

    @property
    def is_over(self) -> bool:
        """Whether the time has passed."""
        return self.left_s <= 0


class Pace:
    """The waits between polls: short at first, then longer."""

    def __init__(self) -> None:
        self._next_s = 0.05

    def wait_s(self, left_s: float = float("inf")) -> float:
        """Seconds until the next poll."""
        wait_s = min(self._next_s, left_s)
        self._next_s = min(self._next_s * 1.5, 2.0)
        return wait_s

    def reset(self) -> None:
        """Begin with short waits again: something has happened."""
        self._next_s = 0.05
