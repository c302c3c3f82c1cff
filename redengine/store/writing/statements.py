"""The SQL that writes entries, made once for each database engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, case, delete, func, select, update
from sqlalchemy.dialects import mysql, postgresql, sqlite

from redengine.store import tables
from redengine.store.records import (
    ChangeEntry,
    JobEntry,
    KeyEntry,
    LogEntry,
    OutputEntry,
    ReturnEntry,
    RevertedEntry,
    StateEntry,
    TaskEntry,
)
from redengine.store.writing import encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Dialect, Table
    from sqlalchemy.sql.dml import Insert


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How entries of one kind are written.

    Attributes:
        sql: the statement, with positional parameters.
        encode: makes the parameters of an entry.
        key: the place in the entry of what names the thing it replaces; None where each entry
            is a new thing.
    """

    sql: str
    encode: Callable[[Any], tuple[Any, ...]]
    key: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """All that is written, by the class of the entry, and all that is deleted, by its word."""

    writing: Mapping[type, Writing]
    deleting: Mapping[str, Sequence[str]]


def statements_for(dialect: Dialect) -> Statements:
    """The statements in the SQL of one database engine, compiled once for all its stores."""
    kind = (dialect.name, dialect.paramstyle)
    if kind not in _COMPILED:
        _COMPILED[kind] = _compiled(dialect)
    return _COMPILED[kind]


def _compiled(dialect: Dialect) -> Statements:
    return Statements(
        writing={
            LogEntry: _adding(dialect, tables.logs, encoding.encode_log),
            JobEntry: _replacing(dialect, tables.jobs, encoding.encode_job, "job_id"),
            OutputEntry: _adding(dialect, tables.output, encoding.encode_output),
            TaskEntry: _replacing(dialect, tables.tasks, encoding.encode_task, "name"),
            ReturnEntry: _replacing(dialect, tables.returns, encoding.encode_return, "task"),
            ChangeEntry: _adding(dialect, tables.changes, encoding.encode_change),
            RevertedEntry: _marking(dialect),
            StateEntry: _replacing(dialect, tables.state, encoding.encode_state, "key"),
            KeyEntry: _replacing(dialect, tables.api_keys, encoding.encode_key, "name"),
        },
        deleting={
            "job": (
                _removing(dialect, tables.output, "job_id"),
                _removing(dialect, tables.jobs, "job_id"),
            ),
            "log": (_removing(dialect, tables.logs, "id"),),
            "change": (_removing(dialect, tables.changes, "id"),),
            "task": (_removing(dialect, tables.tasks, "name"),),
            "return": (_removing(dialect, tables.returns, "task"),),
            "state": (_removing(dialect, tables.state, "key"),),
        },
    )


def _adding(
    dialect: Dialect,
    table: Table,
    encode: Callable[[Any], tuple[Any, ...]],
) -> Writing:
    return Writing(sql=_sql(_insert(dialect, table), dialect), encode=encode)


def _marking(dialect: Dialect) -> Writing:
    """An update of the change that was undone: it names the latest one that says so.

    The subquery stands in another one because MariaDB does not read a table that it updates.
    """
    changes = tables.changes
    undone_by = select(changes.c.id).where(changes.c.reverts == bindparam("undone")).subquery()
    statement = (
        update(changes)
        .where(changes.c.id == bindparam("change"))
        .values(reverted_by=select(func.max(undone_by.c.id)).scalar_subquery())
    )
    return Writing(sql=str(statement.compile(dialect=dialect)), encode=encoding.encode_reverted)


def _replacing(
    dialect: Dialect,
    table: Table,
    encode: Callable[[Any], tuple[Any, ...]],
    key: str,
) -> Writing:
    """An insert that puts the new values in the place of those with the same key."""
    columns = [column.name for column in table.columns if column not in _GENERATED]
    changed = [name for name in columns if name != key and name not in _FIXED]
    make = _replacement_in_mariadb if dialect.name == "mariadb" else _replacement
    statement = make(dialect, table, key, changed)
    return Writing(sql=_sql(statement, dialect), encode=encode, key=columns.index(key))


def _replacement(dialect: Dialect, table: Table, key: str, changed: Sequence[str]) -> Insert:
    insert = _insert(dialect, table)
    values = {name: _kept(table, name, insert.excluded[name]) for name in changed}
    statement: Insert = insert.on_conflict_do_update(index_elements=[key], set_=values)
    return statement


def _replacement_in_mariadb(
    dialect: Dialect, table: Table, key: str, changed: Sequence[str]
) -> Insert:
    """The same where no key can be named whose clash means replacement.

    `ON DUPLICATE KEY UPDATE` would change another job that stands for the same occurrence.
    There the key differs, which asks for NULL where none may be: an integrity error, as it is
    elsewhere.
    """
    insert = _insert(dialect, table)
    given = insert.inserted
    same = (key, case((table.c[key] == given[key], table.c[key])))
    values = [(name, _kept(table, name, given[name])) for name in changed]
    statement: Insert = insert.on_duplicate_key_update([same, *values])
    return statement


def _kept(table: Table, name: str, given: Any) -> Any:
    """The value to keep of a row that is replaced: a task stays as old as it was."""
    if table is tables.tasks:
        first = (table.c[name], given) if name == "created" else (given, table.c[name])
        return func.coalesce(*first)
    return given


def _insert(dialect: Dialect, table: Table) -> Any:
    return _INSERTS[dialect.name](table).inline()


def _sql(statement: Insert, dialect: Dialect) -> str:
    names = [column.name for column in statement.table.c if column not in _GENERATED]
    return str(statement.compile(dialect=dialect, column_keys=names))


def _removing(dialect: Dialect, table: Table, column: str) -> str:
    statement = delete(table).where(table.c[column] == bindparam("key"))
    return str(statement.compile(dialect=dialect))


_GENERATED: Final = frozenset((tables.jobs.c.seq, tables.changes.c.id))
"""Columns to which the database gives values."""
_FIXED: Final = frozenset(
    ("task", "trigger", "submitted_at", "parameters", "occurrence", "content_hash")
)
"""Columns of a job that never change; leaving them out spares their indexes."""
_INSERTS: Final[Mapping[str, Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
    "mariadb": mysql.insert,
}
_COMPILED: Final[dict[tuple[str, str], Statements]] = {}
"""By the engine's name, and how its driver writes parameters."""
