"""The form of the database: made for a new one, brought up to date for an older one.

An SQLite file is upgraded when it is opened, after a copy of it. A server's database may belong
to several programs that are renewed one after another: it is upgraded when somebody says so.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, MetaData, String, Table, inspect, select
from sqlalchemy.schema import CreateIndex, CreateTable

from redengine.exceptions import StoreError
from redengine.store.engines.sqlite_copy import keep_copy
from redengine.store.tables import REVISION, VERSION_TABLE, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from alembic.config import Config
    from sqlalchemy import Connection, Dialect, Index
    from sqlalchemy.schema import DDLElement

log = logging.getLogger("redengine.store")

MIGRATIONS: Final = Path(__file__).parents[1] / "migrations"
COPYING: Final = "copying"
"""Stands in the place of the revision while a store is copied into the database."""
_COMPILED: Final[dict[tuple[str, str, tuple[Any, ...] | None], Sequence[str]]] = {}
"""By the engine's name, how its driver writes parameters, and its version."""
_version = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True))


def bring_up_to_date(connection: Connection, url: str, *, upgrades: bool = False) -> Path | None:
    """Make the tables, or migrate those of an older version; all of it or nothing.

    Args:
        connection: in a transaction in which tables can be made.
        url: the store's URL, for errors.
        upgrades: whether a server's database is upgraded too.

    Returns:
        Where the copy is that was made of an SQLite file before its upgrade.

    Raises:
        StoreError: the database was written by a newer version, is half copied, or waits for
            an upgrade.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    if not inspect(connection).has_table(VERSION_TABLE):
        _remove_remains(connection, url)
        create(connection, REVISION)
        return None
    revision = revision_of(connection)
    if revision is None:
        _remove_remains(connection, url)
    if revision == REVISION:
        return None
    return _upgrade(connection, url, revision, upgrades=upgrades)


def _upgrade(
    connection: Connection, url: str, revision: str | None, *, upgrades: bool
) -> Path | None:
    due_after(revision, url)
    copy: Path | None = None
    if revision is not None and connection.dialect.name == "sqlite":
        copy = keep_copy(connection, url, REVISION)
        log.warning(
            "store %s: upgrading from revision %s to %s; as it was, it is kept in %s",
            *(url, revision, REVISION, copy),
        )
    elif revision is not None and not upgrades:
        reason = f"its tables are of revision {revision}, and this version needs {REVISION}"
        raise StoreError(url, f"{reason}; back it up and run: redengine db upgrade '{url}'")
    migrate(connection)
    return copy


def revision_of(connection: Connection) -> str | None:
    """The migration after which a database stands; None where no table says so."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    revision: str | None = connection.execute(select(_version.c.version_num)).scalar()
    return revision


def due_after(revision: str | None, url: str) -> list[tuple[str, str]]:
    """The migrations that a database has not seen, oldest first: revision and what it does.

    Args:
        revision: the one after which it stands; None of a new one.
        url: the store's URL, for errors.

    Raises:
        StoreError: it is of a newer version, or half copied.
    """
    if revision == REVISION:
        return []
    if revision == COPYING:
        raise StoreError(
            url,
            "a copy into it was interrupted, and it is not whole; run that redengine db copy "
            "again, which begins from the start, or drop its tables",
        )
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(migration_config(None))
    found = [(each.revision, each.doc) for each in script.walk_revisions()]
    known = [number for number, _ in found]
    if revision is not None and revision not in known:
        reason = f"its revision is {revision}, and the newest one known here is {REVISION}"
        raise StoreError(
            url, f"was written by a newer version of redengine; upgrade redengine ({reason})"
        )
    return found[: None if revision is None else known.index(revision)][::-1]


def _remove_remains(connection: Connection, url: str) -> None:
    """Drop empty tables that MariaDB, which commits each by itself, was left with half way.

    Raises:
        StoreError: they are not empty.
    """
    if connection.dialect.name != "mariadb":
        return
    remains = tables_in(connection)
    for table in remains:
        if connection.execute(select(1).select_from(table).limit(1)).first():
            reason = f"table {table.name} holds rows, but {VERSION_TABLE} is missing: restore it"
            raise StoreError(url, f"{reason}, or give another database")
    metadata.drop_all(connection, remains)


def tables_in(connection: Connection) -> list[Table]:
    """The declared tables that a database has."""
    there = set(inspect(connection).get_table_names())
    return [table for table in metadata.sorted_tables if table.name in there]


def create(connection: Connection, revision: str) -> None:
    """Make the tables in their declared form, and note the revision."""
    for statement in _definitions(connection.dialect):
        connection.exec_driver_sql(statement)
    connection.execute(_version.insert().values(version_num=revision))


def mark_as_copying(connection: Connection) -> None:
    """Make the tables, in the place of empty ones, under a mark that keeps sessions away.

    The mark comes first: MariaDB commits each statement by itself.
    """
    if not inspect(connection).has_table(VERSION_TABLE):
        _version.create(connection)
    note_revision(connection, COPYING)
    metadata.drop_all(connection, tables_in(connection))
    metadata.create_all(connection, checkfirst=False)


def note_revision(connection: Connection, revision: str) -> None:
    """Say after which migration the database stands, or that it is being copied."""
    connection.execute(_version.delete())
    connection.execute(_version.insert().values(version_num=revision))


def drop_all(connection: Connection) -> None:
    """Remove all tables; the one that says the revision at last."""
    metadata.drop_all(connection, tables_in(connection))
    _version.drop(connection, checkfirst=True)


def _definitions(dialect: Dialect) -> Sequence[str]:
    """The SQL that makes all tables and indexes, compiled once for all stores on one engine."""
    kind = (dialect.name, dialect.paramstyle, dialect.server_version_info)
    if kind not in _COMPILED:
        made: list[DDLElement] = []
        for table in (*metadata.sorted_tables, _version):
            made += [CreateTable(table), *map(CreateIndex, _by_name(table.indexes))]
        _COMPILED[kind] = [str(each.compile(dialect=dialect)) for each in made]
    return _COMPILED[kind]


def _by_name(indexes: Iterable[Index]) -> list[Index]:
    return sorted(indexes, key=lambda index: str(index.name))


def migrate(connection: Connection) -> None:
    """Run the migrations that the database has not seen."""
    from alembic import command

    command.upgrade(migration_config(connection), "head")


def migration_config(connection: Connection | None) -> Config:
    """What Alembic needs to know to work on a connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    attributes: dict[str, Any] = config.attributes
    attributes["connection"] = connection
    return config
