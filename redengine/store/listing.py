"""Listing: pages of one table's rows, filtered and sorted by the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import Integer

from redengine import jsontext
from redengine.store import damage
from redengine.store.decoding import decoder
from redengine.store.filters import about_whole_numbers, shape_of, values_of
from redengine.store.list_sql import ListSql, Outline
from redengine.store.scan import Scan, is_for_python
from redengine.store.totals import Totals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Table

    from redengine.query import Query
    from redengine.store.database import Database
    from redengine.store.list_sql import Period, Sql

_ALL: Final = 2**63 - 1


class Page(NamedTuple):
    """Some of the items that match a query.

    Attributes:
        items: the items, as dictionaries.
        total: how many match in all.
    """

    items: list[dict[str, Any]]
    total: int


class JsonPage(NamedTuple):
    """Some of the items that match a query, ready to be sent.

    Attributes:
        content: the items as a JSON array of objects; times in ISO 8601 with offset.
        total: how many match in all.
    """

    content: bytes
    total: int


class Listing:
    """The rows of a table as a list that queries can be put to.

    Args:
        database: where the table is.
        table: the table.
        fields: the kind of each field, in the order in which items hold them.
        order: the column by which the newest comes first; it numbers rows as they are added.
        lasting: the fields that never change; None for all.
        period: see `ListSql`.
    """

    def __init__(
        self,
        database: Database,
        table: Table,
        fields: Mapping[str, str],
        order: str,
        lasting: frozenset[str] | None = None,
        period: Period | None = None,
    ) -> None:
        self._database = database
        self._damaged = damage.mark(database.url, table.name)
        self._fields = fields
        self._whole = frozenset(
            name for name, kind in fields.items() if kind == "number" and _is_whole(table, name)
        )
        self._sql = ListSql(database.engine.dialect, table, fields, order, period)
        self._totals = Totals(frozenset(fields) if lasting is None else lasting)

    def forget(self) -> None:
        """Rows were deleted."""
        self._totals.forget()

    def page(self, query: Query) -> Page:
        """The page of matching items, newest first where the query does not sort.

        Raises:
            StoreError: the database cannot be read now.
        """
        query = self._with_whole_numbers(query)
        names = query.fields or tuple(self._fields)
        decode = decoder(names, self._fields, self._damaged)
        rows, total = self._scanned(query) if self._is_for_python(query) else self._found(query)
        return Page([decode(row) for row in rows], total)

    def _with_whole_numbers(self, query: Query) -> Query:
        conditions = tuple(
            about_whole_numbers(clause) if clause.field in self._whole else clause
            for clause in query.conditions
        )
        return replace(query, conditions=conditions)

    def _is_for_python(self, query: Query) -> bool:
        return not self._database.matches_in_sql and any(map(is_for_python, query.conditions))

    def _scanned(self, query: Query) -> tuple[Sequence[Sequence[Any]], int]:
        """The rows of a page, and how many match, where Python has to look at each candidate."""
        scan = Scan(query, tuple(self._fields), self._fields)
        outline, values = outline_of(scan.candidates, scan.names)
        sql = self._sql.rows(outline)
        with self._database.reading_on() as connection:
            result = connection.exec_driver_sql(sql.text, sql.order(values))
            return scan.page(result)

    def _found(self, query: Query) -> tuple[Sequence[Sequence[Any]], int]:
        """The same where the database finds them."""
        outline, values = outline_of(query, tuple(self._fields))
        with self._database.reading() as connection:
            rows = self._rows(connection, outline, values)
            return rows, self._total(connection, query, outline, values, len(rows))

    def json_page(self, query: Query) -> JsonPage:
        """The same as JSON, which SQLite makes itself, in one step.

        Raises:
            StoreError: the database cannot be read now.
        """
        if not self._sql.makes_json:
            page = self.page(query)
            return JsonPage(_as_json(page.items), page.total)
        query = self._with_whole_numbers(query)
        outline, values = outline_of(query, tuple(self._fields))
        with self._database.reading() as connection:
            text = _scalar(connection, self._sql.objects(outline), values)
            total = self._total(connection, query, outline, values, None)
        return JsonPage(text.encode(), total)

    def _rows(
        self, connection: Connection, outline: Outline, values: Sequence[Any]
    ) -> Sequence[Sequence[Any]]:
        """The rows; of SQLite in one step, as each frees and takes the interpreter's lock."""
        sql = self._sql.rows(outline)
        if self._sql.makes_json:
            rows: list[list[Any]] = jsontext.loads(_scalar(connection, sql, values))
            return rows
        return connection.exec_driver_sql(sql.text, sql.order(values)).all()

    def _total(
        self,
        connection: Connection,
        query: Query,
        outline: Outline,
        values: Sequence[Any],
        found: int | None,
    ) -> int:
        """How many match in all: known where the page is the last, else counted."""
        if found and found < (query.limit or _ALL):
            return query.offset + found
        count = self._sql.count(outline.shapes)

        def count_since(last: int) -> tuple[int, int]:
            parameters = count.order([*values[:-2], last])
            number, newest = connection.exec_driver_sql(count.text, parameters).one()
            return number, newest or 0

        return self._totals.of(outline.shapes, tuple(values[:-2]), count_since)


def outline_of(query: Query, names: tuple[str, ...]) -> tuple[Outline, list[Any]]:
    """A query without its values, and these: last the limit and the offset.

    Args:
        query: the query.
        names: the fields to give where it names none.
    """
    shapes = tuple(shape_of(clause) for clause in query.conditions)
    values = [value for clause in query.conditions for value in values_of(clause)]
    values += (_ALL if query.limit is None else query.limit, query.offset)
    return Outline(query.fields or names, shapes, query.sort), values


def _scalar(connection: Connection, sql: Sql, values: Sequence[Any]) -> str:
    text: str = connection.exec_driver_sql(sql.text, sql.order(values)).scalar_one()
    return text


def _as_json(items: list[dict[str, Any]]) -> bytes:
    """Items as SQLite would write them: each time with its microseconds."""
    return jsontext.dumps(items, _iso, jsontext.OPT_PASSTHROUGH_DATETIME)


def _iso(at: Any) -> str:
    if isinstance(at, datetime):
        return at.isoformat(timespec="microseconds")
    raise TypeError(at)


def _is_whole(table: Table, name: str) -> bool:
    return isinstance(table.c[name].type, Integer)
