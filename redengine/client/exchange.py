"""Exchange: one call from its first request to its answer, without sending anything itself."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import httpx

from redengine.client.answers import Answer, next_page_of
from redengine.client.settings import RETRIED, Duration, retry_after_s, seconds
from redengine.client.streams import NOT_HERE, Lost, Unusable
from redengine.exceptions import (
    NotFound,
    PositionGone,
    RedengineError,
    Unreachable,
    WaitTimeout,
)

if TYPE_CHECKING:
    from redengine.client.operations import Call
    from redengine.client.settings import Settings

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


_BROKEN: Final = (httpx.NetworkError, httpx.RemoteProtocolError)
"""What may go well the next time."""

_NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_OF_GATEWAYS: Final = frozenset((HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT))
"""After these, as after a broken connection, the request may have been carried out."""

_HINT: Final = "is the session running, and is this where its FlaskAPI listens?"
_UNKNOWN: Final = "whether the request was carried out is not known"


class Exchange:
    """Decides after each attempt whether there is another one, and what the answer is.

    Args:
        call: the call.
        settings: the client's.
    """

    def __init__(self, call: Call, settings: Settings) -> None:
        self._call = call
        self._settings = settings
        self._attempt = 0
        self._answer: Answer | None = None
        self._error: RedengineError | None = None
        self._lost_one = False
        self._asked_s: float | None = None

    def request(self) -> dict[str, Any]:
        """What to send, as the arguments of httpx's `request`."""
        call, timeout_s = self._call, self._settings.timeout_s
        headers = {"Accept": call.accept}
        if call.content is not None:
            headers["Content-Type"] = "application/json"
        return {
            "method": call.method,
            "url": call.path,
            "params": list(call.query) or None,
            "content": call.content,
            "headers": headers,
            "timeout": None if timeout_s is None else timeout_s + call.patience_s,
        }

    def after_error(self, error: httpx.TransportError) -> float | None:
        """Seconds to wait before the next attempt, after one that got no answer; None: no more."""
        self._error = self._no_answer(error)
        self._error.__cause__ = error
        self._lost_one |= not isinstance(error, _NEVER_SENT)
        is_worth_it = self._call.repeatable and isinstance(error, _BROKEN)
        return self._next(None) if is_worth_it else None

    def after_response(self, response: httpx.Response) -> float | None:
        """The same after one that was answered."""
        status = response.status_code
        self._answer = Answer(
            url=f"{self._settings.url}{self._call.path}",
            status=status,
            headers=response.headers,
            content=response.content,
            next_page=next_page_of(response.links),
            secret=self._settings.api_key,
        )
        self._error = None
        if status < HTTPStatus.MULTIPLE_CHOICES or status in self._call.answers:
            return None
        if status == HTTPStatus.NOT_FOUND and self._call.method == "DELETE" and self._lost_one:
            return None  # an attempt whose answer was lost has removed it
        self._lost_one |= status in _OF_GATEWAYS
        asked_s = self._asked_s = retry_after_s(response.headers.get("Retry-After"))
        self._error = self._answer.error(asked_s)
        # Whoever asked for an answer to be held back asks in another way if that cannot be.
        is_worth_it = self._call.repeatable and not self._call.patience_s
        return self._next(asked_s) if is_worth_it and status in RETRIED else None

    def answer(self) -> Answer:
        """The answer, after the last attempt.

        Raises:
            RedengineError: there is none, or it is an error.
        """
        if self._error is not None:
            raise self._error
        if self._answer is None:
            message = "the exchange has not taken place"
            raise RuntimeError(message)
        return self._answer

    def refusal(self, *, is_usable: bool = True) -> Exception:
        """What it means to a follower that there is no stream.

        Args:
            is_usable: whether another attempt may bring one.
        """
        try:
            answer = self.answer()
        except PositionGone as gone:
            return gone
        except RedengineError as error:
            status = 0 if self._answer is None else self._answer.status
            is_other_path = not isinstance(error, NotFound) or error.kind == "path"
            if not is_usable or (status in NOT_HERE and is_other_path):
                return Unusable(error)
            if not status:
                return Lost(error)
            return Lost(error, self._asked_s) if status in RETRIED else error
        return Unusable(answer.unreadable("something that is no stream of events"))

    def _next(self, asked_s: float | None) -> float | None:
        wait_s = self._settings.policy.wait_s(self._attempt, asked_s)
        self._attempt += 1
        return wait_s

    def _no_answer(self, error: httpx.TransportError) -> RedengineError:
        url, what = self._settings.url, f"{self._call.method} {self._call.path}"
        if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError):
            reason = str(error) or "it cannot be connected to in time"
            return Unreachable(url, reason, f"{_HINT} Say it with Client(url) or REDENGINE_URL")
        if isinstance(error, httpx.TimeoutException):
            limit_s = (self._settings.timeout_s or 0.0) + self._call.patience_s
            return WaitTimeout(f"the answer of {url} to {what}", limit_s)
        return Unreachable(url, f"{what}: {str(error) or type(error).__name__}", _UNKNOWN)
