"""Housekeeping: what a store does with a database beside reading it."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Final

from redengine.exceptions import StoreError
from redengine.store.batch import write_batch
from redengine.store.entries import DeleteEntry
from redengine.store.outage import Outage
from redengine.store.pruning import prune, prune_trail
from redengine.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from redengine.clock import Clock
    from redengine.store.database import Database
    from redengine.store.listing import Listing
    from redengine.store.retention import Retention
    from redengine.store.ticket import Ticket

log = logging.getLogger("redengine.store")

_LEAST_SLACK: Final = 1_000
"""Pruning waits until this many entries were written, or a tenth of what is kept."""
_TENDED_AFTER: Final = 100
"""The database is tended after so many batches."""


class Housekeeper:
    """Writes batches, and forgets what need not be kept.

    It outlives the store that nobody closed: the writer's thread holds it, not the store.

    Args:
        database: where to write.
        retention: what is kept.
        clock: what ages are reckoned by.
        pruned: the lists that pruning and deletions change.
        trail: the list of the audit trail.
        synchronous: whether to do without a thread.
    """

    def __init__(
        self,
        database: Database,
        retention: Retention,
        clock: Clock,
        pruned: Sequence[Listing],
        trail: Listing,
        *,
        synchronous: bool,
    ) -> None:
        self._database = database
        self._retention = retention
        self._clock = clock
        self._pruned = pruned
        self._trail = trail
        self._written = 0
        self._untended = 0
        self.writer = Writer(
            database.url,
            self._write_batch,
            linger_s=database.linger_s,
            background=not synchronous,
            after_commit=self._keep_house,
        )

    def prune(self) -> int:
        """Forget now what need not be kept; how many log records and jobs that was.

        Raises:
            StoreError: the database cannot be used now.
        """
        self._written = 0
        now = self._clock.now()
        try:
            self._prune_trail(now)
            return 0 if self._retention.keeps_all else self._prune_history(now)
        except Outage as error:
            raise StoreError(self._database.url, error.reason) from None

    def _prune_history(self, now: datetime) -> int:
        try:
            return prune(self._database, self._retention, now, self.writer.exclusive)
        finally:
            self._forget_totals()

    def _prune_trail(self, now: datetime) -> None:
        if prune_trail(self._database, self._retention, now, self.writer.exclusive):
            self._trail.forget_totals()

    def close(self, timeout_s: float = 5.0) -> None:
        """Write what is queued, and close the database."""
        self.writer.close(timeout_s)
        self._database.close()

    def _write_batch(self, tickets: Sequence[Ticket]) -> None:
        write_batch(self._database, tickets)
        self._untended += 1
        for ticket in tickets:
            self._written += len(ticket.entries)
            if DeleteEntry in map(type, ticket.entries):
                self._forget_totals()

    def _forget_totals(self) -> None:
        for listing in self._pruned:
            listing.forget_totals()

    def _keep_house(self) -> None:
        if self._untended >= _TENDED_AFTER:
            self._untended = 0
            self._database.tend()
        slack = max(_LEAST_SLACK, (self._retention.records or 0) // 10)
        if self._written >= slack:
            with contextlib.suppress(StoreError):  # the writer tells of an outage
                removed = self.prune()
                log.debug("store %s: %d rows pruned", self._database.url, removed)
