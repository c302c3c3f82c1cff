"""Checking a store's database: its form, its file, its rows, and what belongs to nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, inspect, select

from redengine.exceptions import StoreError
from redengine.store import errors, tables
from redengine.store.engines import schema
from redengine.store.fields import CHANGE_FIELDS, LOG_FIELDS
from redengine.store.life.standing import behind, durable
from redengine.store.queries.reader import JOB_KINDS, KEY_KINDS, OUTPUT_KINDS
from redengine.store.retention import PRUNED, PrunedMark
from redengine.store.tables import REVISION, jobs, logs, metadata, output, state
from redengine.store.writing.encoding import EPOCH
from redengine.support import jsontext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Table

    from redengine.store.engines.database import Database

_MOST_OF_A_TABLE: Final = 100
"""So many damaged values of a table are named; more are counted."""
_KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    logs.name: LOG_FIELDS,
    jobs.name: {**JOB_KINDS, "seq": "number", "occurrence": "datetime"},
    output.name: {"job_id": "text", **OUTPUT_KINDS},
    tables.tasks.name: {
        "name": "text",
        "created": "datetime",
        "last_due": "datetime",
        "misfires": "json",
    },
    tables.returns.name: {"task": "text", "at": "datetime", "kind": "text", "value": "json"},
    tables.changes.name: {**CHANGE_FIELDS, "sealed": "json"},
    state.name: {"key": "text", "value": "json"},
    tables.api_keys.name: KEY_KINDS,
}
"""The kind of each column's values; others are told by the column's type."""


@dataclass(slots=True, kw_only=True)
class Checked:
    """What a check has found.

    Attributes:
        url: where the database is, without its password.
        rows: how many rows of each table were read.
        errors: what is wrong.
        warnings: what harms nothing, and may not be meant.
    """

    url: str
    rows: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "url": self.url,
            "sound": not self.errors,
            "rows": self.rows,
            "errors": self.errors,
            "warnings": self.warnings,
        }


def check(url: str) -> Checked:
    """Look for what is wrong with a database; it stays as it is, and a session may have it.

    Raises:
        InvalidInput: it is one in memory.
        StoreError: it cannot be checked: it is not there, no store, of a newer version, half
            copied, or cannot be read at all.
    """
    database = durable(url, None)
    report = Checked(url=database.url)
    try:
        with database.looking() as connection:
            _check_revision(connection, report)
            _guarded(database, report, "the file", lambda: _check_file(connection, report))
        if not report.errors:
            _check_content(database, report)
    finally:
        database.engine.dispose()
    return report


def _check_revision(connection: Connection, report: Checked) -> None:
    revision = behind(connection, report.url)
    if revision is not None:
        words = f"its tables are of revision {revision}, and this version needs {REVISION}"
        report.errors.append(f"{words}; run: redengine db upgrade '{report.url}'")


def _check_file(connection: Connection, report: Checked) -> None:
    """Let SQLite look over its file (https://sqlite.org/pragma.html#pragma_integrity_check)."""
    if connection.dialect.name == "sqlite":
        told = connection.exec_driver_sql("PRAGMA integrity_check(100)").scalars().all()
        report.errors += [f"integrity: {line}" for line in told if line != "ok"]


def _check_content(database: Database, report: Checked) -> None:
    with database.looking() as connection:
        _guarded(database, report, "its form", lambda: _check_form(connection, report))
        there = schema.tables_in(connection)
    for table in there:
        _guarded(database, report, table.name, lambda each=table: _scan(database, each, report))
    if report.errors:
        return
    with database.looking() as connection:
        _find_orphans(connection, report)
        if connection.dialect.name == "postgresql":
            _check_sequences(connection, report)


def _guarded(database: Database, report: Checked, what: str, look: Any) -> None:
    """Look at something; that it cannot be read is a finding, too."""
    try:
        look()
    except StoreError as error:
        report.errors.append(f"{what} cannot be read: {error.reason}")
    except Exception as error:
        if not database.is_driver_error(error):
            raise
        report.errors.append(f"{what} cannot be read: {database.explain(error)}")


# -- the form


def _check_form(connection: Connection, report: Checked) -> None:
    """Compare tables, columns, types, keys and indexes with the declared ones."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def is_ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name in metadata.tables

    options = {"target_metadata": metadata, "compare_type": True, "include_name": is_ours}
    context = MigrationContext.configure(connection, opts=options)
    for difference in compare_metadata(context, metadata):
        for each in difference if isinstance(difference, list) else [difference]:
            is_error, words = _told_of_form(each)
            (report.errors if is_error else report.warnings).append(words)


def _told_of_form(difference: tuple[Any, ...]) -> tuple[bool, str]:
    """Whether a difference of Alembic's is an error, and its words."""
    kind, *facts = difference
    if kind == "add_table":
        return True, f"table {facts[0].name} is missing"
    if kind in {"add_column", "remove_column"}:
        what = f"table {facts[1]}: column '{facts[2].name}'"
    elif kind.startswith("modify_"):
        _schema, table, column, _known, found, wanted = facts
        aspect = kind.removeprefix("modify_")
        return True, f"table {table}: column '{column}' has {aspect} {found!r}, not {wanted!r}"
    else:
        noun = "index" if kind.endswith("index") else "constraint"
        what = f"table {facts[0].table.name}: {noun} '{facts[0].name}'"
    if kind.startswith("add_"):
        return True, f"{what} is missing"
    return False, f"{what} is not one of redengine's"


# -- the rows


def _scan(database: Database, table: Table, report: Checked) -> None:
    """Read every value of a table."""
    found: Counter[str] = Counter()
    with _scanning(database) as connection, database.silence_limit.at_leisure():
        there = {column["name"] for column in inspect(connection).get_columns(table.name)}
        columns = [column for column in table.columns if column.name in there]
        chosen = select(*columns).order_by(*table.primary_key.columns)
        names = [column.name for column in columns]
        kinds = [_kind_of(table, name) for name in names]
        if connection.dialect.name == "sqlite":
            _give_what_is_no_text(connection)
        for row in connection.exec_driver_sql(str(chosen.compile(dialect=connection.dialect))):
            found["rows"] += 1
            for name, what in _damaged(names, kinds, row):
                found["damaged"] += 1
                if found["damaged"] <= _MOST_OF_A_TABLE:
                    values = dict(zip(names, row, strict=True))
                    report.errors.append(errors.told(table.name, name, values, what))
    report.rows[table.name] = found["rows"]
    if found["damaged"] > _MOST_OF_A_TABLE:
        more = found["damaged"] - _MOST_OF_A_TABLE
        report.errors.append(f"table {table.name}: {more:,} more values are damaged")


def _scanning(database: Database) -> AbstractContextManager[Connection]:
    is_file = database.engine.dialect.name == "sqlite"
    return database.looking() if is_file else database.reading_on()


def _give_what_is_no_text(connection: Connection) -> None:
    """Let SQLite give bytes in the place of text that is no UTF-8, rather than no row at all."""

    def read(data: bytes) -> str | bytes:
        try:
            return data.decode()
        except UnicodeDecodeError:
            return data

    raw: Any = connection.connection.driver_connection
    raw.text_factory = read


def _kind_of(table: Table, name: str) -> str:
    known = _KINDS.get(table.name, {})
    return known.get(name) or ("text" if table.c[name].type.python_type is str else "number")


def _damaged(names: list[str], kinds: list[str], row: Any) -> Iterator[tuple[str, str]]:
    """The values of a row that cannot be read: the column, and what each is not."""
    for name, kind, value in zip(names, kinds, row, strict=True):
        if value is not None and not _READABLE[kind](value):
            yield name, _NOUNS[kind]


def _is_json(value: Any) -> bool:
    try:
        jsontext.loads(value)
    except (TypeError, ValueError):
        return False
    return isinstance(value, str)


def _is_instant(value: Any) -> bool:
    try:
        EPOCH + timedelta(0, 0, value)
    except (TypeError, OverflowError):
        return False
    return isinstance(value, int)


_READABLE: Final[Mapping[str, Callable[[Any], bool]]] = {
    "json": _is_json,
    "datetime": _is_instant,
    "text": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float),
    "boolean": lambda value: value in {0, 1},
}
_NOUNS: Final = {
    "json": "JSON",
    "datetime": "instant",
    "text": "text",
    "number": "number",
    "boolean": "truth value",
}


# -- what belongs to nothing


def _find_orphans(connection: Connection, report: Checked) -> None:
    """Rows of jobs that are not there; log records outlive jobs that were pruned."""
    known = select(jobs.c.job_id)
    lines = output.c.job_id.not_in(known)
    _count_orphans(connection, report, output, lines, "lines of output")
    text = connection.execute(select(state.c.value).where(state.c.key == PRUNED)).scalar()
    mark = PrunedMark.read(None if text is None else jsontext.loads(text))
    records = logs.c.job_id.not_in(known) & (logs.c.timestamp > mark.submitted_us)
    _count_orphans(connection, report, logs, records, "log records")


def _count_orphans(
    connection: Connection, report: Checked, table: Table, where: Any, noun: str
) -> None:
    counted = select(func.count(), func.min(table.c.job_id)).where(where)
    count, first = connection.execute(counted).one()
    if count:
        report.warnings.append(
            f"table {table.name}: {count:,} {noun} are of jobs that are not there, as of {first!r}"
        )


def _check_sequences(connection: Connection, report: Checked) -> None:
    """Whether PostgreSQL would give ids that are taken, as after a restore without sequences."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        name = connection.execute(
            select(func.pg_get_serial_sequence(table.name, column.name))
        ).scalar()
        asked = f"SELECT last_value, is_called FROM {name}"  # noqa: S608 - as the server names it
        last, is_called = connection.exec_driver_sql(asked).one()
        highest = connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one()
        if highest >= last + is_called:
            words = f"table {table.name}: the next '{column.name}' would be {last + is_called}"
            report.errors.append(f"{words}, and {highest} is taken; set its sequence: setval")
