"""Tickets: let clients in that cannot send headers, such as a browser's EventSource."""

from __future__ import annotations

import hashlib
import secrets
import threading
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from redengine.api.errors import InvalidApiKey
from redengine.exceptions import TooManyWaiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.api.auth.principal import Principal

FIRST_USE_S: Final = 30.0
"""How long a ticket waits to be used."""
COMES_BACK_S: Final = 60.0
"""How long after its stream a ticket lets the same stream in again."""
MOST_TICKETS: Final = 10_000
KEY: Final = "ticket"
"""The query key."""


class Ticket:
    """Lets one stream in: again and again as long as it lives, and a little longer.

    Args:
        principal: who asked for it; None: somebody who may do everything.
        check: raises once the key with which it was asked for is no longer valid.
        topics: what it is for; None: all.
    """

    def __init__(
        self,
        principal: Principal | None,
        check: Callable[[], None],
        topics: tuple[str, ...] | None,
    ) -> None:
        self.principal = principal
        self.check = check
        self.topics = topics
        self._streams = 0
        self._good_until = monotonic() + FIRST_USE_S

    @property
    def is_good(self) -> bool:
        """Whether it lets in now."""
        return self._streams > 0 or monotonic() < self._good_until

    def open(self) -> None:
        """A stream has begun with it."""
        self._streams += 1

    def close(self) -> None:
        """A stream has ended."""
        self._streams -= 1
        self._good_until = monotonic() + COMES_BACK_S


class Tickets:
    """The tickets of one API. What is kept tells nobody what they are."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tickets: dict[bytes, Ticket] = {}

    def issue(self, ticket: Ticket) -> tuple[str, datetime]:
        """The text of a ticket, and until when it has to be used first.

        Raises:
            TooManyWaiting: too many have been asked for.
        """
        text = secrets.token_urlsafe(32)
        with self._lock:
            if len(self._tickets) >= MOST_TICKETS:
                good = {mark: each for mark, each in self._tickets.items() if each.is_good}
                self._tickets = good
            if len(self._tickets) >= MOST_TICKETS:
                raise TooManyWaiting(MOST_TICKETS)
            self._tickets[_mark_of(text)] = ticket
        return text, datetime.now(UTC) + timedelta(seconds=FIRST_USE_S)

    def shown_in(self, query: str) -> Ticket | None:
        """The ticket in a query; None where there is none in it.

        Raises:
            InvalidApiKey: it lets nobody in, or no longer.
            Forbidden: the key with which it was asked for is no longer valid.
        """
        if KEY not in query:
            return None
        shown = [value for name, value in parse_qsl(query) if name == KEY]
        if not shown:
            return None
        mark = _mark_of(shown[-1])
        with self._lock:
            ticket = self._tickets.get(mark)
            if ticket is not None and not ticket.is_good:
                del self._tickets[mark]
                ticket = None
        if ticket is None:
            raise InvalidApiKey("the ticket is unknown, or its time is over; ask for another one")
        ticket.check()
        return ticket


def _mark_of(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=32).digest()
