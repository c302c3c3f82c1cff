"""How a store's database stands, and its upgrade."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redengine.exceptions import Conflict, InvalidInput, StoreError
from redengine.store.engines.schema import COPYING, bring_up_to_date, due_after, revision_of
from redengine.store.engines.sqlite_copy import copy_before, file_of
from redengine.store.engines.urls import database_of, kind_of
from redengine.store.tables import REVISION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from redengine.store.engines.database import Database, Holder


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a store's database stands.

    Attributes:
        url: where it is, without its password.
        kind: the kind of database.
        revision: the migration after which it stands; None where it has no tables yet.
        state: "current", "upgrade due", "empty", "newer" or "copy interrupted".
        due: the migrations that it has not seen, oldest first: revision and what it does.
        copy: where an SQLite file would be copied to before its upgrade.
        holder: the session that has it now.
    """

    url: str
    kind: str
    revision: str | None
    state: str
    due: list[tuple[str, str]]
    copy: Path | None
    holder: Holder | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "url": self.url,
            "kind": self.kind,
            "revision": self.revision,
            "newest": REVISION,
            "state": self.state,
            "upgrade_due": self.state == "upgrade due",
            "holder": None if self.holder is None else self.holder.facts(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgraded:
    """What an upgrade has done.

    Attributes:
        before: how the database stood.
        copy: where an SQLite file is kept as it was.
    """

    before: Standing
    copy: Path | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "url": self.before.url,
            "from": self.before.revision,
            "to": REVISION,
            "applied": [number for number, _ in self.before.due],
            "copy": None if self.copy is None else str(self.copy),
        }


def standing_of(url: str) -> Standing:
    """How a database stands; nothing of it changes, and a session may have it.

    Raises:
        InvalidInput: it is one in memory.
        StoreError: it is not there, or cannot be read.
    """
    database = durable(url, None)
    try:
        return _standing(database, kind_of(url))
    finally:
        database.engine.dispose()


def _standing(database: Database, kind: str) -> Standing:
    with database.looking() as connection:
        revision = revision_of(connection)
        file = file_of(connection) if connection.dialect.name == "sqlite" else None
    state, due = _state(revision, database.url)
    is_due = state == "upgrade due"
    return Standing(
        url=database.url,
        kind=kind,
        revision=revision,
        state=state,
        due=due,
        copy=copy_before(file, REVISION) if file is not None and is_due else None,
        holder=database.holder(),
    )


def _state(revision: str | None, url: str) -> tuple[str, list[tuple[str, str]]]:
    if revision == COPYING:
        return "copy interrupted", []
    try:
        due = due_after(revision, url)
    except StoreError:
        return "newer", []
    if revision is None:
        return "empty", due
    return ("upgrade due" if due else "current"), due


def behind(connection: Connection, url: str) -> str | None:
    """The revision of a store whose upgrade is due; None where none is.

    Raises:
        StoreError: there is no store, or it is of a newer version, half copied, or unreadable.
    """
    revision = revision_of(connection)
    if revision is None:
        raise StoreError(url, "there is no store in it; look at the URL")
    return revision if due_after(revision, url) else None


def upgrade(url: str) -> Upgraded:
    """Bring a database into the form of this version, under the lock of a session.

    Raises:
        Conflict: a session has it.
        InvalidInput: it is one in memory.
        StoreError: it is of a newer version, half copied, not there, or cannot be changed.
    """
    before = standing_of(url)
    database = durable(url, "redengine db upgrade")
    copies: list[Path | None] = []

    def prepare(connection: Any) -> None:
        copies.append(bring_up_to_date(connection, database.url, upgrades=True))

    with told_of_holder(database):
        database.open(prepare)
    database.close()
    return Upgraded(before=before, copy=copies[0])


def durable(url: str, session: str | None) -> Database:
    """The database of a URL, which outlives its process.

    Raises:
        InvalidInput: it does not.
    """
    database = database_of(url, session)
    if not database.durable:
        reason = "a store in memory ends with its process; give one such as 'sqlite:///jobs.db'"
        raise InvalidInput({"store": reason})
    return database


@contextmanager
def told_of_holder(database: Database) -> Iterator[None]:
    """Let the refusal of a database that a session has be a conflict.

    Raises:
        Conflict: a session has it.
    """
    try:
        yield
    except StoreError:
        holder = database.holder()
        if holder is None:
            raise
        reason = f"store {database.url}: {holder} uses it; stop that session first"
        raise Conflict(reason, holder=holder.facts()) from None
