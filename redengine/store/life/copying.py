"""Copies of a store: a file beside a session that writes, or all rows into another database."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select

from redengine.exceptions import AlreadyExists, Conflict, InvalidInput, StoreError
from redengine.store.engines import schema
from redengine.store.engines.server import HOLDER, LATEST
from redengine.store.engines.sqlite import FileDatabase
from redengine.store.engines.sqlite_copy import copy_file
from redengine.store.errors import Outage
from redengine.store.life.standing import behind, durable, told_of_holder
from redengine.store.tables import REVISION, metadata, state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Connection, Select, Table

    from redengine.store.engines.database import Database

_NAME: Final = "redengine db copy"
_ROWS_AT_ONCE: Final = 500
_CHARACTERS_AT_ONCE: Final = 4_000_000
"""More than so many are not gathered, whatever the number of rows."""
_OWN: Final = (HOLDER, LATEST)
"""Keys of `state` that are of one database, and not of what it remembers."""
_DUMPS: Final = {
    "postgresql": "pg_dump --table='redengine_*' --file=FILE URL",
    "mariadb": "mariadb-dump --single-transaction DATABASE > FILE",
}


def back_up(url: str, file: str, *, force: bool = False) -> Path:
    """Copy an SQLite store into a file, as it is at one moment; a session may go on meanwhile.

    Args:
        url: the store.
        file: the path of the copy, which is its owner's alone.
        force: whether it may take the place of a file.

    Returns:
        Where the copy is.

    Raises:
        AlreadyExists: there is such a file.
        InvalidInput: the store is on a server or in memory, or the file is the store's own.
        StoreError: the store cannot be read, or the copy cannot be written.
    """
    database = durable(url, None)
    if not isinstance(database, FileDatabase):
        words = _DUMPS[database.engine.dialect.name]
        raise InvalidInput({"store": f"a server's database is backed up by its own tool: {words}"})
    if "://" in file:
        raise InvalidInput({"file": "is the path of a file, not a URL"})
    with database.looking() as connection:
        schema.revision_of(connection)  # words for what is no database
    source, target = Path(database.place), Path(file).absolute()
    if target.exists() and target.samefile(source):
        raise InvalidInput({"file": "is the store itself; give another path"})
    try:
        copy_file(source, target, replaces=force)
    except FileExistsError:
        raise AlreadyExists("file", str(target), "give another path, or say force") from None
    except (OSError, sqlite3.Error) as error:
        raise StoreError(database.url, f"cannot be backed up to {target}: {error}") from None
    return target


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a copy has brought from one database into another.

    Attributes:
        source: the URL of the first.
        target: the URL of the second.
        rows: how many rows each table has in both.
    """

    source: str
    target: str
    rows: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {"from": self.source, "to": self.target, "rows": self.rows}


def copy(source_url: str, target_url: str, tell: Callable[[str], object] = str) -> Copied:
    """Copy all that a store remembers into another database, which is empty or new.

    Both are locked. Until all of it is there and counted, the target is marked: no session opens
    it. A copy that fails leaves the target empty, and one that was killed begins from the start.

    Args:
        source_url: the store; it stays as it is.
        target_url: the database that is to have it.
        tell: called with a line when a table was copied.

    Raises:
        Conflict: a session has one of them, or the target is not empty.
        InvalidInput: one is in memory, or both are the same.
        StoreError: one cannot be used, or the copy failed.
    """
    source, target = durable(source_url, _NAME), durable(target_url, _NAME)
    if source.place == target.place:
        raise InvalidInput({"to": "is the same database; give another one"})
    _refuse_unready(source)
    with ExitStack() as stack:
        with told_of_holder(source):
            source.acquire()
        stack.callback(source.close)
        stack.enter_context(_claimed(target))
        copied = Copier(source, target)
        for table in metadata.sorted_tables:
            tell(f"{table.name}: {copied.copy(table):,} rows")
        return Copied(source=source.url, target=target.url, rows=copied.finish())


def _refuse_unready(source: Database) -> None:
    with source.looking() as connection:
        revision = behind(connection, source.url)
    if revision is not None:
        words = f"its tables are of revision {revision}, not {REVISION}"
        raise StoreError(source.url, f"{words}; run: redengine db upgrade '{source.url}'")


# -- the target


@contextmanager
def _claimed(target: Database) -> Iterator[None]:
    """The database under its lock, with empty tables and the mark; emptied if the block fails."""
    file = Path(target.place) if isinstance(target, FileDatabase) else None
    is_new = file is not None and not file.exists()
    is_claimed = False

    def claim(connection: Connection) -> None:
        nonlocal is_claimed
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        if not is_claimed:  # it is asked again where a connection was lost
            _refuse_used(connection, target.url)
            _mark(connection)
        is_claimed = True

    try:
        with told_of_holder(target):
            target.open(claim)
        try:
            yield
        except BaseException:
            _empty(target)
            raise
        finally:
            target.close()
    except BaseException:
        if file is not None and is_new:
            for suffix in ("", "-wal", "-shm"):
                file.with_name(file.name + suffix).unlink(missing_ok=True)
        raise


def _refuse_used(connection: Connection, url: str) -> None:
    revision = schema.revision_of(connection)
    if revision == schema.COPYING:
        return
    schema.due_after(revision, url)
    for table in schema.tables_in(connection):
        if connection.execute(_chosen(table).limit(1)).first():
            reason = f"{table.name} holds rows; give an empty database, or drop its tables"
            raise Conflict(f"store {url}: {reason}", table=table.name)


def _mark(connection: Connection) -> None:
    """Make the tables under the mark, or leave none: MariaDB commits each by itself."""
    try:
        schema.mark_as_copying(connection)
    except BaseException:
        with suppress(Exception):
            schema.drop_all(connection)
        raise


def _empty(target: Database) -> None:
    """Leave no table; where that fails, the mark stays, which keeps sessions away."""
    with suppress(Exception), target.silence_limit.at_leisure(), target._changing() as connection:  # noqa: SLF001
        schema.drop_all(connection)


# -- the rows


class Copier:
    """Copies tables in batches, each of which is a transaction of the target.

    Args:
        source: is read.
        target: is written; its tables are empty.
    """

    def __init__(self, source: Database, target: Database) -> None:
        self._source = source
        self._target = target

    def copy(self, table: Table) -> int:
        """Copy a table; how many rows that were.

        Raises:
            StoreError: a row cannot be read or written.
        """
        names = [column.name for column in table.columns]
        made = insert(table).inline()
        sql = str(made.compile(dialect=self._target.engine.dialect, column_keys=names))
        count = 0
        with self._source.reading_on() as connection, self._source.silence_limit.at_leisure():
            rows = connection.execute(_chosen(table).order_by(*table.primary_key.columns))
            for batch in _batches(rows):
                self._write(table, sql, batch)
                count += len(batch)
        return count

    def _write(self, table: Table, sql: str, batch: list[tuple[Any, ...]]) -> None:
        target = self._target
        try:
            with target.silence_limit.at_leisure(), target.transaction() as cursor:
                cursor.executemany(sql, batch)
        except Outage as outage:
            raise StoreError(target.url, f"the copy failed: {outage.reason}") from outage
        except Exception as error:
            keys = [column.name for column in table.primary_key.columns]
            first, last = (row[: len(keys)] for row in (batch[0], batch[-1]))
            place = f"table {table.name}, rows with {', '.join(keys)} from {first} to {last}"
            reason = f"the copy failed: {place}: {target.explain(error)}"
            raise StoreError(target.url, reason) from error

    def finish(self) -> dict[str, int]:
        """Compare the numbers of rows, let new ids follow those there, and take the mark off.

        Raises:
            StoreError: a table has another number of rows.
        """
        with self._target.silence_limit.at_leisure(), self._target.reading() as connection:
            there = _counts(connection)
        with self._source.silence_limit.at_leisure(), self._source.reading() as connection:
            wanted = _counts(connection)
        wrong = [name for name, count in wanted.items() if there[name] != count]
        if wrong:
            told = ", ".join(f"{name} {there[name]} of {wanted[name]}" for name in wrong)
            raise StoreError(self._target.url, f"the copy failed: rows are missing: {told}")
        with self._target._changing() as connection:  # noqa: SLF001
            if connection.dialect.name == "postgresql":
                _set_sequences(connection)
            schema.note_revision(connection, REVISION)
        return there


def _chosen(table: Table) -> Select[Any]:
    """What is copied of a table."""
    chosen = select(table)
    return chosen.where(state.c.key.not_in(_OWN)) if table is state else chosen


def _batches(rows: Iterable[Any]) -> Iterator[list[tuple[Any, ...]]]:
    batch: list[tuple[Any, ...]] = []
    characters = 0
    for row in rows:
        values = tuple(row)
        batch.append(values)
        characters += sum(len(value) for value in values if isinstance(value, str))
        if len(batch) >= _ROWS_AT_ONCE or characters >= _CHARACTERS_AT_ONCE:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _counts(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.execute(
            select(func.count()).select_from(_chosen(table).subquery())
        ).scalar_one()
        for table in metadata.sorted_tables
    }


def _set_sequences(connection: Connection) -> None:
    """Let PostgreSQL's next ids be higher than those that were written beside its sequences."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            highest = select(func.max(column)).scalar_subquery()
            name = func.pg_get_serial_sequence(table.name, column.name)
            last = func.coalesce(highest, 1)
            connection.execute(select(func.setval(name, last, highest.is_not(None))))
