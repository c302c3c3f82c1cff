"""What the API keeps in the session's store: the audit trail, and the keys."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

from redengine.exceptions import NotFound, StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from redengine.query import Query
    from redengine.scheduler.core import Core
    from redengine.scheduler.recording.recorder import LostCommit
    from redengine.store import ChangeEntry, Commit, KeyEntry, Page


class Changes:
    """Records write requests, and lists them."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def __repr__(self) -> str:
        return "Changes()"

    def record(self, *entries: ChangeEntry) -> Commit | LostCommit:
        """Write entries, all of them or none; the answer tells when they are durable.

        Args:
            *entries: what happened, by the clock of the session.
        """
        return self._core.recorder.changed_by_request(entries)

    def query(self, query: Query) -> Page:
        """The entries that match, newest first."""
        return self._core.store.changes(query)

    def get(self, change_id: int) -> dict[str, Any]:
        """One entry.

        Raises:
            NotFound: there is none of that number.
        """
        entry = self._core.store.change(change_id)
        if entry is None:
            raise NotFound("change", str(change_id))
        return entry

    def whole(self, after: int = 0, limit: int = 1_000, **fields: Any) -> list[dict[str, Any]]:
        """Changes with what may not be shown, oldest first.

        Args:
            after: only those with a higher number.
            limit: no more than so many.
            **fields: fields that have to equal a value, such as `resource`.
        """
        return self._core.store.whole_changes(after, limit, **fields)


_WAIT_S = 10.0
"""How long a change waits for the store."""


class ApiKeys:
    """The session's keys by name; read from the store once, and kept there.

    All APIs of the session share them, so that a key that was revoked over one of them is
    revoked for the others.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._changing = threading.Lock()
        self._entries: dict[str, KeyEntry] | None = None
        self.version = 0
        """Grows when a key was added or revoked."""

    def all(self) -> Mapping[str, KeyEntry]:
        """All of them by name, the revoked ones too; not to be changed.

        Raises:
            StoreError: the store cannot be read now.
        """
        if self._entries is None:
            with self._changing:
                self._load()
        return self._entries or {}

    def __repr__(self) -> str:
        return (
            "<ApiKeys, not read yet>" if self._entries is None else f"ApiKeys({[*self._entries]})"
        )

    def add(self, entry: KeyEntry) -> None:
        """Keep a key; it counts once it is durable.

        Raises:
            StoreError: it cannot be kept now, and does not count.
        """
        self._core.refuse_fork()
        with self._changing:
            entries = self._load()
            try:
                self._write(entry)
            except StoreError:
                self._withdraw(entry)
                raise
            self._publish({**entries, entry.name: entry})

    def revoke(self, name: str, at: datetime) -> None:
        """Make a key invalid, at once.

        Raises:
            NotFound: there is none of that name.
            StoreError: it is invalid now, but that could not be stored.
        """
        self._core.refuse_fork()
        with self._changing:
            entries = self._load()
            if name not in entries:
                raise NotFound("key", name, entries)
            revoked = entries[name]._replace(revoked_at=at)
            self._publish({**entries, name: revoked})
            self._write(revoked)

    def _load(self) -> dict[str, KeyEntry]:
        if self._entries is None:
            self._entries = {key.name: key for key in self._core.store.api_keys()}
        return self._entries

    def _publish(self, entries: dict[str, KeyEntry]) -> None:
        self._entries = entries
        self.version += 1

    def _withdraw(self, entry: KeyEntry) -> None:
        """See to it that a key which waits for the store does not count when it gets there."""
        with contextlib.suppress(StoreError):
            self._core.store.write(entry._replace(revoked_at=entry.created_at))

    def _write(self, entry: KeyEntry) -> None:
        store = self._core.store
        if not store.healthy:
            reason = f"cannot be written now: {store.last_error}; try again"
            raise StoreError(store.url, reason)
        store.write(entry).wait(_WAIT_S)
