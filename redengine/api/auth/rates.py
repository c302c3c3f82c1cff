"""Rates: how often somebody may ask.

The notation is that of `limits`, the library under Flask-Limiter. The counting is our own: theirs
starts a thread every 10 ms while it counts, and two requests at once can both be told the higher
count, so that fewer pass than may. And Flask-Limiter takes twice as long as a whole request here.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from redengine.api.errors import TooManyRequests
from redengine.exceptions import InvalidInput, UnknownName, shortened

if TYPE_CHECKING:
    from collections.abc import Callable

READ: Final = "read"
WRITE: Final = "write"
SUBMIT: Final = "submit"
LOGIN: Final = "login"
ADDRESS: Final = "address"
GLOBAL: Final = "global"
BUCKETS: Final = (READ, WRITE, SUBMIT, LOGIN, ADDRESS, GLOBAL)
"""What is counted apart: reading, changing and submitting jobs, by each caller; wrong keys and
all requests, by each address; and all requests of everybody."""

MOST_COUNTED: Final = 50_000
"""So many callers are counted at once; of more, those who came first are forgotten."""
_WORDS: Final = {
    READ: "reads",
    WRITE: "changes",
    SUBMIT: "submissions",
    LOGIN: "requests with a wrong key",
    ADDRESS: "requests from this address",
    GLOBAL: "requests to this API",
}
_PREFIX_OF_SIX: Final = 64
"""One caller has at least so much of an IPv6 address's network (RFC 6177)."""
_EVERYBODY: Final = "everybody"


class Rate(NamedTuple):
    """How often something may be.

    Attributes:
        amount: so many times.
        seconds: in so many seconds from the first.
        text: the same in words.
    """

    amount: int
    seconds: int
    text: str


DEFAULT_LOGIN: Final = Rate(10, 60, "10 per 1 minute")


class Standing(NamedTuple):
    """How a caller stands with a limit.

    Attributes:
        limit: how often they may.
        remaining: how often they still may.
        reset_s: whole seconds until they may that often again.
    """

    limit: int
    remaining: int
    reset_s: int


class Counter:
    """Counts what each caller does in windows that begin with the first of it.

    Args:
        rate: what may be.
        now: tells monotonic seconds.
    """

    def __init__(self, rate: Rate, now: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._now = now
        self._lock = threading.Lock()
        self._windows: dict[str, list[float]] = {}
        """By caller: the end of the window, and how much was in it."""

    def take(self, who: str) -> tuple[bool, Standing]:
        """Count one more, if it still may be; whether it may, and how the caller stands."""
        now = self._now()
        with self._lock:
            window = self._windows.get(who)
            if window is None or window[0] <= now:
                window = self._opened(who, now)
            passes = window[1] < self.rate.amount
            if passes:
                window[1] += 1
            return passes, self._standing(window, now)

    def look(self, who: str) -> Standing:
        """How the caller stands."""
        now = self._now()
        with self._lock:
            window = self._windows.get(who)
            if window is None or window[0] <= now:
                return Standing(self.rate.amount, self.rate.amount, 0)
            return self._standing(window, now)

    def _opened(self, who: str, now: float) -> list[float]:
        windows = self._windows
        if len(windows) >= MOST_COUNTED:
            self._windows = windows = {key: each for key, each in windows.items() if each[0] > now}
            while len(windows) >= MOST_COUNTED:
                del windows[next(iter(windows))]
        windows.pop(who, None)  # to the end: the oldest windows stand first
        windows[who] = window = [now + self.rate.seconds, 0]
        return window

    def _standing(self, window: list[float], now: float) -> Standing:
        remaining = self.rate.amount - int(window[1])
        return Standing(self.rate.amount, remaining, max(1, math.ceil(window[0] - now)))


class Rates:
    """The limits of an API.

    Args:
        given: a text such as "60/minute" for reading, changing and submitting, each apart; or
            texts by `BUCKETS`; None: only wrong keys are limited.
        now: tells monotonic seconds.

    Raises:
        InvalidInput: a limit cannot be read.
    """

    def __init__(
        self,
        given: str | Mapping[str, str] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        rates = _rates_of(given)
        self._counters = {bucket: Counter(rate, now) for bucket, rate in rates.items()}
        self._login = self._counters.pop(LOGIN)
        self._at_door = [each for each in (GLOBAL, ADDRESS) if each in self._counters]

    @property
    def limits_requests(self) -> bool:
        """Whether more is limited than wrong keys."""
        return bool(self._counters)

    def take(self, bucket: str, who: str) -> tuple[bool, Standing] | None:
        """Count a request; whether it passes, and how the caller stands; None: without limit."""
        counter = self._counters.get(bucket)
        return None if counter is None else counter.take(who)

    def check_door(self, address: str) -> None:
        """Count a request from an address, whatever it asks for and whoever asks.

        Raises:
            TooManyRequests: the address, or everybody together, is over a limit.
        """
        for bucket in self._at_door:
            who = network_of(address) if bucket == ADDRESS else _EVERYBODY
            passes, standing = self._counters[bucket].take(who)
            if not passes:
                raise self.refusal(bucket, standing)

    def refusal(self, bucket: str, standing: Standing) -> TooManyRequests:
        """What a caller is told who is over a limit."""
        rate = self._counters[bucket].rate
        return TooManyRequests(_WORDS[bucket], rate.text, standing.reset_s)

    def check_logins(self, address: str) -> None:
        """Let an address try credentials that can be guessed, unless too many were wrong of late.

        Raises:
            TooManyRequests: they were.
        """
        standing = self._login.look(network_of(address))
        if not standing.remaining:
            raise self._too_many_logins(standing)

    def note_wrong_login(self, address: str) -> None:
        """Count wrong credentials.

        Raises:
            TooManyRequests: there were too many before them.
        """
        passes, standing = self._login.take(network_of(address))
        if not passes:
            raise self._too_many_logins(standing)

    def _too_many_logins(self, standing: Standing) -> TooManyRequests:
        return TooManyRequests(_WORDS[LOGIN], self._login.rate.text, standing.reset_s)


def network_of(address: str) -> str:
    """What is counted as one address: of IPv6 the network that one caller has."""
    if ":" not in address:
        return address
    try:
        found = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found, _PREFIX_OF_SIX), strict=False))


def _rates_of(given: object) -> dict[str, Rate]:
    rates = {LOGIN: DEFAULT_LOGIN}
    if given is None:
        return rates
    if isinstance(given, Mapping):
        for bucket, text in given.items():
            if bucket not in BUCKETS:
                raise UnknownName("limit", str(bucket), BUCKETS).under("rate_limit")
            rates[bucket] = rate_of(text, f"rate_limit.{bucket}")
        return rates
    rate = rate_of(given, "rate_limit")
    return {**rates, READ: rate, WRITE: rate, SUBMIT: rate}


def rate_of(text: object, field: str) -> Rate:
    """The rate that a text means, such as "60/minute" or "10 per 2 hours".

    Raises:
        InvalidInput: it cannot be read.
    """
    from limits import parse_many

    reason = f"expected a limit such as '60/minute' or '10 per 2 hours', got {shortened(text)}"
    if not isinstance(text, str):
        raise InvalidInput({field: reason})
    try:
        items = parse_many(text)
    except ValueError:
        raise InvalidInput({field: reason}) from None
    if len(items) != 1 or items[0].amount < 1 or items[0].get_expiry() < 1:
        raise InvalidInput({field: reason})
    return Rate(items[0].amount, items[0].get_expiry(), str(items[0]))
