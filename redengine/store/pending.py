"""Pending: tickets on their way into the database, and who wants to be told of them."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.exceptions import RedengineError
    from redengine.store.ticket import Ticket

log = logging.getLogger("redengine.store")

_MOST_IN_BATCH: Final = 5_000


class Pending:
    """Tickets in their order; whoever uses it holds the writer's lock on its queue.

    Attributes:
        entries: how many entries the tickets hold.
    """

    __slots__ = ("_tickets", "entries")

    def __init__(self) -> None:
        self._tickets: deque[Ticket] = deque()
        self.entries = 0

    def __bool__(self) -> bool:
        return bool(self._tickets)

    @property
    def last(self) -> Ticket | None:
        """The ticket that came last, or None."""
        return self._tickets[-1] if self._tickets else None

    def add(self, ticket: Ticket) -> None:
        """Put a ticket at the end."""
        self._tickets.append(ticket)
        self.entries += len(ticket.entries)

    def take(self) -> list[Ticket]:
        """Take the first tickets away, as many as make a batch."""
        batch: list[Ticket] = []
        size = 0
        while self._tickets and size < _MOST_IN_BATCH:
            ticket = self._tickets.popleft()
            size += len(ticket.entries)
            batch.append(ticket)
        self.entries -= size
        return batch

    def put_back(self, batch: list[Ticket]) -> None:
        """Put what is not done back where it was."""
        tickets = [ticket for ticket in batch if not ticket.done]
        self._tickets.extendleft(reversed(tickets))
        self.entries += sum(len(ticket.entries) for ticket in tickets)

    def refuse(self, error: RedengineError) -> None:
        """Settle all tickets with an error."""
        for ticket in self._tickets:
            ticket.error = error
            ticket.done = True
        self._tickets.clear()
        self.entries = 0


class Callbacks:
    """What is to be called when tickets are done."""

    __slots__ = ("_due", "_waiting")

    def __init__(self) -> None:
        self._waiting: list[tuple[Ticket, Callable[[], Any]]] = []
        self._due: deque[Callable[[], Any]] = deque()

    def __bool__(self) -> bool:
        """Whether some are due."""
        return bool(self._due)

    def add(self, ticket: Ticket, callback: Callable[[], Any]) -> None:
        """Call later; under the lock of the queue."""
        self._waiting.append((ticket, callback))

    def review(self) -> bool:
        """Find those whose ticket is done, under the lock of the queue; whether some are due."""
        if self._waiting:
            waiting = self._waiting
            self._waiting = [pair for pair in waiting if not pair[0].done]
            self._due.extend(callback for ticket, callback in waiting if ticket.done)
        return bool(self._due)

    def run(self) -> None:
        """Call those that are due, without the lock."""
        while self._due:
            try:
                callback = self._due.popleft()
            except IndexError:  # another thread has taken the last one
                return
            call(callback)


def call(callback: Callable[[], Any]) -> None:
    """Call back; what it raises is logged."""
    try:
        callback()
    except Exception:
        log.exception("a callback of the store raised")
