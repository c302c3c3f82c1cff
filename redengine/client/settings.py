"""Settings: where the API is, how it is asked, and with which key."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import httpx

from redengine._version import __version__
from redengine.durations import parse_duration
from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION_PREFIX: Final = "/api/v1"
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


DEFAULT_URL: Final = "http://127.0.0.1:5000"
URL_VARIABLE: Final = "REDENGINE_URL"
KEY_VARIABLE: Final = "REDENGINE_API_KEY"

Duration = float | str | timedelta
"""Seconds, a text such as "10 min", or a timedelta."""


def seconds(duration: Duration | None, name: str = "timeout") -> float | None:
    """A duration in seconds; None is no limit.

    Raises:
        InvalidInput: it cannot be read.
    """
    return None if duration is None else parse_duration(duration, field=name).total_seconds()


def duration_text(value: date | Duration) -> str:
    """A time, or a duration, as a query has it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    return str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the requests of a client have in common.

    Attributes:
        url: where the API is, without user and password: it may be shown.
        full_url: the same as it was given.
        api_key: shown to nobody but the API.
        timeout_s: how long an answer may take; None for ever.
        headers: further headers of every request.
        policy: when a request is sent again.
    """

    url: str
    full_url: str = field(repr=False)
    api_key: str | None = field(default=None, repr=False)
    timeout_s: float | None = 10.0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    policy: RetryPolicy = field(default_factory=RetryPolicy)

    @classmethod
    def read(
        cls,
        *,
        url: str | None,
        api_key: str | None,
        timeout: Duration | None,
        headers: Mapping[str, str] | None,
        retries: int,
    ) -> Self:
        """Settings as a client's arguments, the environment and `.env` say them.

        Raises:
            InvalidInput: an argument does not fit.
        """
        found = _found()
        parsed = parsed_url(url or found.get(URL_VARIABLE) or DEFAULT_URL)
        if isinstance(retries, bool) or not isinstance(retries, int) or retries < 0:
            raise InvalidInput({"retries": f"expected a number from 0, got {shortened(retries)}"})
        key = api_key if api_key is not None else found.get(KEY_VARIABLE)
        return cls(
            url=str(parsed.copy_with(userinfo=b"")).rstrip("/"),
            full_url=str(parsed),
            api_key=_checked_key(key),
            timeout_s=seconds(timeout),
            headers=dict(headers or {}),
            policy=RetryPolicy(retries=retries),
        )

    def all_headers(self) -> dict[str, str]:
        """The headers of every request; those that were given come first."""
        own = {"User-Agent": f"redengine/{__version__}"}
        if self.api_key:
            own["Authorization"] = f"Bearer {self.api_key}"
        given = {name.lower() for name in self.headers}
        kept = {name: value for name, value in own.items() if name.lower() not in given}
        return {**kept, **self.headers}


def parsed_url(url: str) -> httpx.URL:
    """The base of all paths, without a slash or the version at its end.

    Raises:
        InvalidInput: it is not the URL of an HTTP server.
    """
    hint = f"expected a URL such as {DEFAULT_URL}"
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        raise InvalidInput({"url": f"{hint}; it cannot be read"}) from None
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise InvalidInput({"url": f"{hint}, with http:// or https:// before the host"})
    path = parsed.path.rstrip("/").removesuffix(VERSION_PREFIX)
    return parsed.copy_with(path=path or "/", query=None, fragment=None)


def _checked_key(key: str | None) -> str | None:
    if not key:
        return None
    if not isinstance(key, str) or not key.isascii() or not key.isprintable() or " " in key:
        raise InvalidInput({"api_key": "expected ASCII text without spaces or line ends"})
    return key


def _found() -> dict[str, str]:
    """The two variables from the environment; else from `.env` in the working directory.

    A URL from the file never goes with a key from the environment: whoever may write a file
    there would otherwise learn the key.
    """
    names = (URL_VARIABLE, KEY_VARIABLE)
    from_environment = {name: os.environ[name] for name in names if os.environ.get(name)}
    from_file = {name: value for name, value in dotenv(Path(".env")).items() if name in names}
    if URL_VARIABLE in from_file and URL_VARIABLE not in from_environment:
        return from_file
    return from_file | from_environment


def dotenv(path: Path) -> dict[str, str]:
    """The variables in a file of lines `NAME=value`; none if it cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    found = {}
    for line in lines:
        name, is_set, value = line.strip().removeprefix("export ").partition("=")
        if is_set and not name.startswith("#"):
            found[name.strip()] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    for quote in ("'", '"'):
        if value.startswith(quote) and quote in value[1:]:
            return value[1 : value.index(quote, 1)]
    return value.partition(" #")[0].rstrip()
