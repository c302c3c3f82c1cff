"""Store: the durable memory of a session."""

from __future__ import annotations

import contextlib
import weakref
from typing import TYPE_CHECKING, Final, Self

from redengine.clock import SystemClock
from redengine.exceptions import StoreError
from redengine.store.engines.schema import bring_up_to_date
from redengine.store.engines.urls import database_of
from redengine.store.housekeeping import Housekeeper
from redengine.store.queries.reader import Reader
from redengine.store.retention import Retention
from redengine.support.forks import HeldLocks, Order, watch

if TYPE_CHECKING:
    from datetime import timedelta

    from redengine.clock import Clock
    from redengine.store.engines.database import Database
    from redengine.store.records import Entry
    from redengine.store.writing.writer import Commit
    from redengine.support.histogram import Histogram

RECORDS_IN_MEMORY: Final = 20_000
MUCH_PENDING: Final = 10_000
"""More than a burst of a thousand jobs; who brings more than these helps to write them."""
MOST_PENDING_SYNCHRONOUS: Final = 1000
"""Without a thread so many entries gather before a write commits them."""
_FORK_WAITS_S: Final = 1.0
"""How long a fork waits for what is to be written, where no session runs."""
_READ_WAITS_S: Final = 5.0
"""How long a reader waits for what was written before; then it reads what is there."""


class Store(Reader):
    """Log records, jobs, output lines, tasks, return values, changes and state of a session.

    Writing joins a queue and never waits for the database. Reading sees all that was written
    before. In an outage of the database nothing that was taken is lost: it is written when the
    database can be reached again, and reading gives what was written until then.
    """

    def __init__(
        self,
        database: Database,
        *,
        name: str | None = None,
        clock: Clock | None = None,
        synchronous: bool = False,
    ) -> None:
        super().__init__(database)
        self.name = name
        self._synchronous = synchronous
        self._housekeeper = Housekeeper(
            database,
            Retention(),
            clock or SystemClock(),
            (self._logs, self._jobs, self._ended),
            self._changes,
            synchronous=synchronous,
        )
        self._writer = self._housekeeper.writer
        self._finalizer: weakref.finalize[..., Store] | None = None
        self._held = HeldLocks(*self._writer.locks, *database.locks)
        self.serves = False
        """Whether a session runs on it. A process that is forked meanwhile does not get it."""
        watch(self, Order.STORE)

    @classmethod
    def open(
        cls,
        url: str | None = None,
        *,
        records: int | None = None,
        jobs: int | None = None,
        logs: int | None = None,
        age: timedelta | None = None,
        name: str | None = None,
        clock: Clock | None = None,
        synchronous: bool = False,
        silence_limit: timedelta | None = None,
    ) -> Self:
        """A store that can be read and written.

        Args:
            url: None for a bounded one in memory; "sqlite:///jobs.db" for a file;
                "postgresql://user@host/name" or "mariadb://user@host/name" for a server's.
            records: see `keep`, as for the next three.
            jobs: how many jobs.
            logs: how many log records.
            age: how long.
            name: the session's name.
            clock: what ages are reckoned by.
            synchronous: whether all is done where the store is called, without a thread.
            silence_limit: how long a call waits for a server that does not answer; 5 seconds if not
                given.

        Raises:
            StoreError: it cannot be opened; the message says what to do.
        """
        database = database_of(url, name)
        store = cls(database, name=name, clock=clock, synchronous=synchronous)
        store.keep(records=records, jobs=jobs, logs=logs, age=age)
        if silence_limit is not None:
            store.wait_at_most(silence_limit)
        store.reopen()
        return store

    def reopen(self) -> None:
        """Take the database up again after `close`.

        Raises:
            StoreError: it cannot be opened.
        """
        if self.is_open:
            return
        database = self._database
        database.open(lambda connection: bring_up_to_date(connection, database.url))
        self._writer.reopen()
        self._finalizer = weakref.finalize(self, self._housekeeper.close)

    @property
    def is_open(self) -> bool:
        """Whether it has its database; reading works when it is closed, too."""
        return self._finalizer is not None and self._finalizer.alive

    @property
    def durable(self) -> bool:
        """Whether it outlives the process."""
        return self._database.durable

    @property
    def url(self) -> str:
        """Where it is, without its password."""
        return self._database.url

    @property
    def place(self) -> str:
        """The same of two stores on one database, and of no others on this machine."""
        return self._database.place

    @property
    def healthy(self) -> bool:
        """Whether the latest try to write succeeded, and its database is where it was."""
        return self.last_error is None

    @property
    def last_error(self) -> str | None:
        """Why it cannot be written now; None while it can."""
        return self._writer.last_error or self._silence() or self._database.trouble()

    def _silence(self) -> str | None:
        """What is wrong if a commit has not been answered for as long as a call would wait."""
        stalled_s = self._writer.stalled_s
        if stalled_s < self._database.silence_limit.call_s:
            return None
        return f"the server has not answered for {stalled_s:.1f} s"

    @property
    def pending(self) -> int:
        """How many entries are not yet committed."""
        return self._writer.pending

    @property
    def batch_sizes(self) -> Histogram:
        """How many entries were committed together."""
        return self._writer.batch_sizes

    @property
    def commit_times(self) -> Histogram:
        """How many seconds commits took."""
        return self._writer.commit_times

    @property
    def outage_s(self) -> float:
        """For how many seconds it could not be written; 0 while it can."""
        return self._writer.outage_s

    @property
    def has_room(self) -> bool:
        """Whether it is far from refusing entries because too many wait."""
        return self._writer.has_room

    def write(self, *entries: Entry, owed: bool = False) -> Commit:
        """Take entries, all of which will be kept, or none; does not wait for the database.

        Args:
            *entries: what is to be written.
            owed: they end what was acknowledged, and are taken however many wait.

        Raises:
            StoreError: the store is closed, or too many entries wait in an outage.
        """
        commit = self._writer.put(entries, owed=owed)
        if self._synchronous and self._writer.pending >= MOST_PENDING_SYNCHRONOUS:
            self._catch_up()
        return commit

    def flush(self, timeout: float | None = None) -> None:
        """Return when all that was written before is committed.

        Args:
            timeout: seconds; None waits for as long as the database is out of reach.

        Raises:
            StoreError: it is not in the time given.
        """
        self._writer.flush(timeout)

    def close(self, timeout: float = 5.0) -> None:
        """Commit what was written, and give the database back; it can still be read.

        Args:
            timeout: seconds for the database to take what is left.
        """
        self.serves = False
        if self._finalizer is not None and self._finalizer.detach():
            self._housekeeper.close(timeout)

    # -- forks

    def before_fork(self) -> None:
        """Be whole, and without connections where no session runs that needs them again."""
        if not self.serves and self.is_open and self.healthy:
            with contextlib.suppress(StoreError):
                self._writer.flush(_FORK_WAITS_S)
        if self._held.take() and not self.serves:
            self._database.rest()

    def after_fork(self, *, is_child: bool) -> None:
        """Go on; a child does not have the database, and can open it where it is free."""
        self._held.give_back(is_child=is_child)
        if not is_child:
            return
        if self.durable and self._finalizer is not None:
            self._finalizer.detach()
            self._database.leave_to_parent()
        self._writer.leave_to_parent(durable=self.durable, in_use=self.serves)

    def relieve(self) -> None:
        """Help to write where entries come faster than they are written.

        Whoever produces them calls this now and then, where waiting is no harm: so no more
        wait, and no more are kept, than a store can bear.
        """
        is_behind = self._writer.pending >= MUCH_PENDING or self._housekeeper.lags
        if is_behind and self.is_open and self._writer.healthy:
            with contextlib.suppress(StoreError):
                self._writer.flush(_READ_WAITS_S)
            self._housekeeper.keep_house()

    def wait_at_most(self, silence_limit: timedelta) -> None:
        """Set how long a call waits for a server that does not answer."""
        self._database.silence_limit.call_s = silence_limit.total_seconds()

    def keep(
        self,
        *,
        records: int | None = None,
        jobs: int | None = None,
        logs: int | None = None,
        age: timedelta | None = None,
    ) -> None:
        """Set how much is kept; the next pruning goes by it.

        Args:
            records: how many log records, and how many jobs, one in memory keeps where that is
                not said of them; 20,000 if not given.
            jobs: how many jobs are kept; if not given, all in a durable one.
            logs: how many log records are kept; if not given, all in a durable one.
            age: how long log records and ended jobs are kept; for ever if not given.
        """
        otherwise = None if self.durable else records or RECORDS_IN_MEMORY
        self._housekeeper.retention = Retention(
            jobs=otherwise if jobs is None else jobs,
            logs=otherwise if logs is None else logs,
            age=age,
        )

    def prune(self) -> int:
        """Forget now what need not be kept; how many log records and jobs that was.

        Raises:
            StoreError: the database cannot be written now.
        """
        self._catch_up()
        return self._housekeeper.prune()

    def _catch_up(self) -> None:
        silence_limit = self._database.silence_limit
        silence_limit.begin()
        if self._writer.healthy and self._writer.stalled_s < silence_limit.call_s / 2:
            with contextlib.suppress(StoreError):
                self._writer.flush(min(_READ_WAITS_S, silence_limit.call_s / 2))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Store({self.url!r})"
