"""When a request is sent again, and after how long."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

RETRIED: Final = frozenset(
    (
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    )
)
"""The statuses after which the same request may succeed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and after how long a request is sent again.

    Attributes:
        retries: how often at most.
        first_s: the first wait; each further one is twice as long.
        longest_s: the longest wait of its own choice.
        longest_asked_s: the longest wait that a `Retry-After` may ask for.
    """

    retries: int = 3
    first_s: float = 0.1
    longest_s: float = 5.0
    longest_asked_s: float = 30.0

    def wait_s(self, attempt: int, asked_s: float | None) -> float | None:
        """Seconds to wait after an attempt that did not succeed; None: that was the last.

        Args:
            attempt: the number of the attempt, from 0.
            asked_s: what the API asked for.
        """
        if attempt >= self.retries or (asked_s or 0.0) > self.longest_asked_s:
            return None
        chosen_s = min(self.longest_s, self.first_s * 2.0**attempt)
        # A random part keeps callers that failed together from coming back together.
        chosen_s *= random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing
        return max(chosen_s, asked_s or 0.0)


def retry_after_s(text: str | None) -> float | None:
    """The seconds that a `Retry-After` header asks for (RFC 9110, 10.2.3), if it can be read."""
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
