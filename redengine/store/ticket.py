"""Ticket: the receipt for entries on their way into the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.exceptions import RedengineError
    from redengine.store.entries import Entry


class Office(Protocol):
    """Who settles tickets."""

    def settle(self, ticket: Ticket, timeout_s: float | None) -> None:
        """Return when the ticket is done."""

    def call_when_done(self, ticket: Ticket, callback: Callable[[], None]) -> None:
        """Call when the ticket is done."""


class Ticket:
    """The receipt for what one `write` was given; all of it is kept, or none.

    Attributes:
        entries: what is to be written.
        done: whether it has been settled: kept, or refused.
        error: why it was refused; None when it was kept.
        batch: the name of a batch with these entries of which it is not known whether it was
            committed; None where nothing is in doubt.
    """

    __slots__ = ("_office", "batch", "done", "entries", "error")

    def __init__(self, office: Office, entries: tuple[Entry, ...]) -> None:
        self._office = office
        self.entries = entries
        self.done = False
        self.error: RedengineError | None = None
        self.batch: str | None = None

    def wait(self, timeout: float | None = None) -> None:
        """Return once the entries are committed; the caller may be the one who commits them.

        Args:
            timeout: seconds; None waits for as long as the database is out of reach.

        Raises:
            StoreError: they cannot be written, or are not yet in the time given.
            Conflict: another job stands for the same occurrence.
        """
        if not self.done:
            self._office.settle(self, timeout)
        if self.error is not None:
            raise self.error

    def then(self, callback: Callable[[], None]) -> None:
        """Call back once the ticket is done: on the store's own thread, or at once if it is.

        The callback reads `error`; what it raises is logged.
        """
        self._office.call_when_done(self, callback)

    def __repr__(self) -> str:
        state = "pending" if not self.done else "refused" if self.error else "committed"
        return f"Ticket({len(self.entries)} entries, {state})"
