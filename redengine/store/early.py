"""The memory of a session without a file: entries in a list, until a database is needed.

Most short programs never ask for what they have recorded. To them neither SQLAlchemy nor SQLite
is worth the time that it takes to import and to set up.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final, Self, cast
from uuid import uuid4

from redengine.exceptions import StoreError
from redengine.store.errors import OF_PARENT
from redengine.store.records import (
    ChangeEntry,
    JobEntry,
    KeyEntry,
    LogEntry,
    OutputEntry,
    ReturnEntry,
    StateEntry,
    TaskEntry,
)
from redengine.store.writing.writer import Commit
from redengine.support.forks import HeldLocks, Order, watch
from redengine.support.histogram import NUMBERS, SHORT_SECONDS, Histogram

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redengine.store.records import Entry
    from redengine.store.store import Store

IN_MEMORY: Final = "sqlite://"
MOST_EARLY: Final = 5_000
"""With so many entries the database is opened, beside the session."""
_MOST_MEANWHILE: Final = 20_000
"""With so many, whoever can wait does until it is open."""
_WITHOUT: Final[Mapping[str, tuple[frozenset[type], Callable[[], Any]]]] = {
    "api_keys": (frozenset((KeyEntry,)), list),
    "durations": (frozenset((JobEntry,)), dict),
    "histories": (frozenset((JobEntry, LogEntry, TaskEntry)), dict),
    "job": (frozenset((JobEntry,)), lambda: None),
    "jobs_in_state": (frozenset((JobEntry,)), list),
    "last_line": (frozenset((OutputEntry,)), int),
    "last_order": (frozenset((LogEntry,)), int),
    "moments": (frozenset((LogEntry,)), list),
    "output": (frozenset((OutputEntry,)), list),
    "returns": (frozenset((ReturnEntry,)), dict),
    "state": (frozenset((StateEntry,)), lambda: None),
    "was_pruned": (frozenset((JobEntry,)), lambda: False),
    "whole_changes": (frozenset((ChangeEntry,)), list),
}
"""What is answered while no entry of some kinds has been written."""


def open_store(url: str | None, **options: Any) -> Store:
    """The store of a session; see `Store.open`. One in memory gets its database when it needs it.

    Raises:
        StoreError: it cannot be opened; the message says what to do.
    """
    if url in {None, IN_MEMORY}:
        return cast("Store", EarlyStore(options))
    from redengine.store.store import Store

    return Store.open(url, **options)


class EarlyStore:
    """A `Store` in memory that keeps its entries in a list until it is asked for them.

    What is written is taken at once, and nothing has to be awaited. The database is opened for
    the first question that entries have a part in, and once there are many.

    Args:
        options: as `Store.open` takes them.
    """

    url: Final = IN_MEMORY
    durable: Final = False

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self.name: str | None = options.get("name")
        self.place = f"memory of {uuid4()}"
        self._entries: list[tuple[Entry, ...]] = []
        self._number = 0
        self._kinds: set[type] = set()
        self._is_closed = False
        self._is_parents = False
        self._serves = False
        self._opener: threading.Thread | None = None
        self._store: Store | None = None
        self._opening = threading.Lock()
        """Held while the database is opened; taken before the other lock, never after."""
        self._lock = threading.Lock()
        self._held = HeldLocks(self._opening, self._lock)
        watch(self, Order.STORE)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        known = _WITHOUT.get(name)
        if known is not None and self._store is None and known[0].isdisjoint(self._kinds):
            make = known[1]
            return lambda *_, **__: make()
        return getattr(self._database_store(), name)

    def _database_store(self) -> Store:
        """The store with a database, which has all entries."""
        if self._store is None:
            with self._opening:
                if self._store is None:
                    self._open()
        return cast("Store", self._store)

    def _open(self) -> None:
        from redengine.store.store import Store

        store = Store.open(None, **self._options)
        store.serves = self._serves
        with self._lock:
            entries, self._entries = self._entries, []
        _hand_over(entries, store)  # most of them, while others can still write
        with self._lock:
            _hand_over(self._entries, store)
            self._entries.clear()
            if self._is_closed:
                store.close()
            self._store = store

    # -- writing

    def write(self, *entries: Entry, owed: bool = False) -> Commit:
        """Take entries, all of which are kept; see `Store.write`.

        Raises:
            StoreError: the store is closed.
        """
        commit = self._keep(entries) if self._store is None else None
        if commit is None:
            return self._database_store().write(*entries, owed=owed)
        if self._number >= MOST_EARLY and self._opener is None:
            self._open_soon()
        return commit

    def _keep(self, entries: tuple[Entry, ...]) -> Commit | None:
        """Take entries into the list; None where the database has been opened meanwhile."""
        with self._lock:
            if self._store is not None:
                return None
            if self._is_closed:
                raise StoreError(self.url, "is closed; reopen it, or start the session again")
            commit = Commit(self, entries)
            commit.done = True
            if self._is_parents:
                commit.error = StoreError(self.url, OF_PARENT)
            elif entries:
                self._entries.append(entries)
                self._number += len(entries)
                self._kinds.update(map(type, entries))
            return commit

    def _open_soon(self) -> None:
        """Open the database in a thread, as that takes long; in place where there are none."""
        self._opener = opener = threading.Thread(
            target=self._database_store, name="redengine-store-open", daemon=True
        )
        if self._options.get("synchronous"):
            opener.run()
        else:
            opener.start()

    def settle(self, commit: Commit, timeout_s: float | None) -> None:
        """Do nothing: commits are done when they are given out (`writer.Office`)."""

    def call_when_done(self, commit: Commit, callback: Callable[[], None]) -> None:
        """Call back at once (`writer.Office`)."""
        del commit
        callback()

    def flush(self, timeout: float | None = None) -> None:
        """Return when all that was written before is kept."""
        if self._store is not None:
            self._store.flush(timeout)

    def relieve(self) -> None:
        """Help where entries come faster than they are taken; see `Store.relieve`."""
        if self._store is None and self._number < _MOST_MEANWHILE:
            return
        self._database_store().relieve()

    # -- what is known of it

    @property
    def is_open(self) -> bool:
        """Whether it can be written; reading works when it is closed, too."""
        return not self._is_closed

    @property
    def healthy(self) -> bool:
        """Whether the latest try to write succeeded."""
        return self._store is None or self._store.healthy

    @property
    def last_error(self) -> str | None:
        """Why it cannot be written now; None while it can."""
        return None if self._store is None else self._store.last_error

    @property
    def has_room(self) -> bool:
        """Whether it is far from refusing entries."""
        return self._store is None or self._store.has_room

    @property
    def pending(self) -> int:
        """How many entries are not yet committed; those in the list are kept."""
        return 0 if self._store is None else self._store.pending

    @property
    def outage_s(self) -> float:
        """For how many seconds it could not be written; 0 while it can."""
        return 0.0 if self._store is None else self._store.outage_s

    @property
    def batch_sizes(self) -> Histogram:
        """How many entries were committed together; those in the list need no commit."""
        return Histogram(NUMBERS) if self._store is None else self._store.batch_sizes

    @property
    def commit_times(self) -> Histogram:
        """How many seconds commits took."""
        return Histogram(SHORT_SECONDS) if self._store is None else self._store.commit_times

    # -- settings

    @property
    def serves(self) -> bool:
        """Whether a session runs on it. A process that is forked meanwhile does not get it."""
        return self._serves

    @serves.setter
    def serves(self, serves: bool) -> None:
        self._serves = serves
        if self._store is not None:
            self._store.serves = serves

    def keep(self, **kept: Any) -> None:
        """Set how much is kept; see `Store.keep`."""
        with self._lock:
            self._options |= kept
            if self._store is not None:
                self._store.keep(**kept)

    def wait_at_most(self, silence_limit: Any) -> None:
        """Set how long a call waits for a server: there is none."""

    # -- opening and closing

    def reopen(self) -> None:
        """Take entries again after `close`."""
        with self._lock:
            self._is_closed = self._is_parents = False
            if self._store is not None:
                self._store.reopen()

    def close(self, timeout: float = 5.0) -> None:
        """Take no more entries; those that are there can still be read."""
        self.serves = False
        with self._lock:
            self._is_closed = True
        if self._store is not None:
            self._store.close(timeout)

    def before_fork(self) -> None:
        """Be whole."""
        self._held.take()

    def after_fork(self, *, is_child: bool) -> None:
        """Go on; what a copy of a running session does in a child is lost."""
        self._held.give_back(is_child=is_child)
        if is_child:
            self._opener = None
            self._is_parents = self._serves

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Store({self.url!r})"


def _hand_over(entries: list[tuple[Entry, ...]], store: Store) -> None:
    """Commit entries that were kept in memory, as `flush` has promised their writers."""
    for each in entries:
        store.write(*each, owed=True)
    store.flush()
