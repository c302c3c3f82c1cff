"""The form of the database: made for a new one, brought up to date for an older one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, MetaData, String, Table, inspect, select
from sqlalchemy.schema import CreateIndex, CreateTable

from redengine.exceptions import StoreError
from redengine.store.tables import REVISION, VERSION_TABLE, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from alembic.config import Config
    from sqlalchemy import Connection, Dialect, Index
    from sqlalchemy.schema import DDLElement

MIGRATIONS: Final = Path(__file__).with_name("migrations")
_COMPILED: Final[dict[tuple[str, str, tuple[Any, ...] | None], Sequence[str]]] = {}
"""By the engine's name, how its driver writes parameters, and its version."""
_version = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True))


def bring_up_to_date(connection: Connection, url: str) -> None:
    """Make the tables, or migrate those of an older version; all of it or nothing.

    Raises:
        StoreError: the database was written by a newer version.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    if not inspect(connection).has_table(VERSION_TABLE):
        _remove_remains(connection, url)
        _create(connection)
        return
    revision = connection.execute(select(_version.c.version_num)).scalar()
    if revision is None:
        _remove_remains(connection, url)
    if revision != REVISION:
        migrate(connection, url)


def _remove_remains(connection: Connection, url: str) -> None:
    """Drop empty tables that MariaDB, which commits each by itself, was left with half way.

    Raises:
        StoreError: they are not empty.
    """
    if connection.dialect.name != "mariadb":
        return
    there = set(inspect(connection).get_table_names())
    remains = [table for table in metadata.sorted_tables if table.name in there]
    for table in remains:
        if connection.execute(select(1).select_from(table).limit(1)).first():
            reason = f"table {table.name} holds rows, but {VERSION_TABLE} is missing: restore it"
            raise StoreError(url, f"{reason}, or give another database")
    metadata.drop_all(connection, remains)


def _create(connection: Connection) -> None:
    for statement in _definitions(connection.dialect):
        connection.exec_driver_sql(statement)
    connection.execute(_version.insert().values(version_num=REVISION))


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


def migrate(connection: Connection, url: str) -> None:
    """Run the migrations that the database has not seen.

    Raises:
        StoreError: it has seen one that this version does not know.
    """
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(migration_config(connection), "head")
    except CommandError as error:
        raise StoreError(
            url, f"was written by a newer version of redengine; upgrade redengine ({error})"
        ) from None


def migration_config(connection: Connection) -> Config:
    """What Alembic needs to know to work on a connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
