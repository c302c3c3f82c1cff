"""Housekeeping: what a store does with a database beside reading it."""

from __future__ import annotations

import contextlib
import logging
import threading
from typing import TYPE_CHECKING, Final, Protocol

from redengine.exceptions import StoreError
from redengine.store.errors import Outage
from redengine.store.records import DeleteEntry
from redengine.store.retention import prune, prune_trail
from redengine.store.writing.transaction import write_batch
from redengine.store.writing.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redengine.clock import Clock
    from redengine.store.engines.database import Database
    from redengine.store.retention import Retention
    from redengine.store.writing.writer import Commit

log = logging.getLogger("redengine.store")

_CLOSING_S: Final = 0.5
"""How long a server may take to give a connection back."""
_LEAST_SLACK: Final = 1_000
"""Pruning waits until this many entries were written, or a tenth of what is kept."""
_MOST_SLACKS: Final = 4
"""More than so many times that, and those who write wait for the pruning."""
_TRAIL_SLACK: Final = 10_000
"""The same where only the audit trail has a bound."""
_TENDED_AFTER: Final = 100
"""The database is tended after so many batches."""


class Remembering(Protocol):
    """What remembers something of rows."""

    def forget(self) -> None:
        """Rows were deleted."""


class Housekeeper:
    """Writes batches, and forgets what need not be kept.

    It outlives the store that nobody closed: the writer's thread holds it, not the store.

    Args:
        database: where to write.
        retention: what is kept.
        clock: what ages are reckoned by.
        remembering: those who remember rows, and have to forget them when rows are deleted.
        trail: the same of the audit trail.
        synchronous: whether to do without a thread.
    """

    def __init__(
        self,
        database: Database,
        retention: Retention,
        clock: Clock,
        remembering: Sequence[Remembering],
        trail: Remembering,
        *,
        synchronous: bool,
    ) -> None:
        self._database = database
        self.retention = retention
        self._clock = clock
        self._remembering = remembering
        self._trail = trail
        self._written = 0
        self._untended = 0
        self._spared = 0
        """How many rows the last pruning has looked at in vain: the latest ones of each task."""
        self._pruning = threading.Lock()
        self.writer = Writer(
            database.url,
            self._write_batch,
            linger_s=database.linger_s,
            commits_apart=database.may_be_silent,
            background=not synchronous,
            after_commit=self.keep_house,
        )

    def prune(self) -> int:
        """Forget now what need not be kept; how many log records and jobs that was.

        Raises:
            StoreError: the database cannot be used now.
        """
        with self._pruning, self._database.silence_limit.at_leisure():
            return self._prune()

    def _prune(self) -> int:
        self._written = 0
        now = self._clock.now()
        try:
            if prune_trail(self._database, self.retention, now, self._turn):
                self._trail.forget()
            if self.retention.keeps_all:
                return 0
            pruned = prune(self._database, self.retention, now, self._turn)
            self._spared = pruned.spared
            return pruned.removed
        except Outage as error:
            raise StoreError(self._database.url, error.reason) from None
        finally:
            self._forget()

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """Keep batches away for the length of the block, and not for that of the pruning."""
        with self.writer.exclusive():
            yield
        self.writer.give_way()

    def close(self, timeout_s: float = 5.0) -> None:
        """Write what is queued, and close the database, or let the last try do it at its end."""
        with self._database.silence_limit.call(timeout_s):
            has_ended = self.writer.close(timeout_s)
        if has_ended:
            self._close_database()
        else:
            self._database.abandon()
            self.writer.call_at_end(self._close_database)

    def _close_database(self) -> None:
        with self._database.silence_limit.call(_CLOSING_S):
            self._database.close()

    def _write_batch(self, commits: Sequence[Commit]) -> None:
        write_batch(self._database, commits)
        self._untended += 1
        for commit in commits:
            self._written += len(commit.entries)
            if DeleteEntry in map(type, commit.entries):
                self._forget()

    def _forget(self) -> None:
        for each in self._remembering:
            each.forget()

    def keep_house(self) -> None:
        """Tend and prune the database where that is due."""
        if self._untended >= _TENDED_AFTER:
            self._untended = 0
            self._database.tend()
        if self._written < self._slack or (self._pruning.locked() and not self.lags):
            return
        at_leisure = self._database.silence_limit.at_leisure()
        with self._pruning, at_leisure, contextlib.suppress(StoreError):  # the writer tells
            if self._written >= self._slack:  # nobody else has done it meanwhile
                removed = self._prune()
                log.debug("store %s: %d rows pruned", self._database.url, removed)

    @property
    def lags(self) -> bool:
        """Whether entries come faster than they are pruned."""
        return self._written >= _MOST_SLACKS * self._slack

    @property
    def _slack(self) -> int:
        """After so many entries pruning is worth its while.

        No fewer than it looks at in vain, so that an entry costs the same with very many tasks.
        """
        if self.retention.keeps_all:
            return _TRAIL_SLACK
        return max(_LEAST_SLACK, self.retention.slack, self._spared)
