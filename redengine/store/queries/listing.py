"""Listing: pages of one table's rows, filtered and sorted by the database."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Integer, bindparam, case, func, literal_column, select

from redengine.store import errors
from redengine.store.queries.filters import (
    Scan,
    about_whole_numbers,
    criterion,
    is_for_python,
    shape_of,
    values_of,
)
from redengine.store.writing.encoding import decoder
from redengine.support import jsontext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Column, Connection, Dialect, Select, Table

    from redengine.query import Query
    from redengine.store.engines.database import Database
    from redengine.store.queries.filters import Shape

_REMEMBERED: Final = 256
_TRUE: Final[ColumnElement[Any]] = literal_column("1")
_NULL: Final[ColumnElement[Any]] = literal_column("NULL")
_ZERO: Final[ColumnElement[Any]] = literal_column("0")
_SECOND: Final[ColumnElement[Any]] = literal_column("1000000")
_AS_MULTIPLICATION: Final = 8
"""What SQLAlchemy takes to bind tighter than a sum."""
_TO_SECONDS: Final[ColumnElement[Any]] = literal_column("'%Y-%m-%dT%H:%M:%S'")
_BEYOND_SECONDS: Final[ColumnElement[Any]] = literal_column("'.%06d+00:00'")
_SINCE_1970: Final[ColumnElement[Any]] = literal_column("'unixepoch'")


Period = tuple[str, frozenset[str]]
"""A column of a time, and fields whose values make it matter less."""


class Outline(NamedTuple):
    """A query without its values.

    Attributes:
        names: the fields to give.
        shapes: the clauses without their values.
        sort: pairs of a field and whether it descends.
    """

    names: tuple[str, ...]
    shapes: tuple[Shape, ...]
    sort: tuple[tuple[str, bool], ...]


class Sql(NamedTuple):
    """A statement, and which of a query's values each of its parameters is."""

    text: str
    places: tuple[int, ...]

    def order(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """The parameters of the statement."""
        return tuple([values[place] for place in self.places])


class ListSql:
    """Makes the statements that list one table.

    Args:
        dialect: the database's.
        table: the table.
        fields: the kind of each field.
        order: the column by which the newest comes first; it numbers rows as they are added.
        period: the column of a time, by whose index rows between two times are found, unless
            the query gives the value of one of some other fields: those have an index of theirs.
    """

    def __init__(
        self,
        dialect: Dialect,
        table: Table,
        fields: Mapping[str, str],
        order: str,
        period: Period | None = None,
    ) -> None:
        self._dialect = dialect
        self._table = table
        self._fields = fields
        self._order = order
        self._period = period
        self.makes_json = dialect.name == "sqlite"
        remember = lru_cache(maxsize=_REMEMBERED)
        self.rows: Callable[[Outline], Sql] = remember(self._rows)
        self.objects: Callable[[Outline], Sql] = remember(self._objects)
        self.count: Callable[[tuple[Shape, ...]], Sql] = remember(self._count)

    def _rows(self, outline: Outline) -> Sql:
        """The rows of a page; on SQLite as one JSON array of arrays."""
        page = self._page(outline)
        if not self.makes_json:
            return self._compile(page)
        return self._compile(select(func.json_group_array(func.json_array(*page.subquery().c))))

    def _objects(self, outline: Outline) -> Sql:
        """The rows of a page as one JSON array of objects, on SQLite."""
        columns = self._page(outline).subquery().c
        pairs = []
        for name in outline.names:
            pairs += [literal_column(f"'{name}'"), self._json_value(columns[name], name)]
        return self._compile(select(func.json_group_array(func.json_object(*pairs))))

    def _json_value(self, column: ColumnElement[Any], name: str) -> Any:
        kind = self._fields[name]
        if kind == "datetime":
            return _iso(column)
        if kind != "json":
            return column
        told = f"'table {self._table.name}: ''{name}'' is damaged, it is no JSON'"
        return case(
            (column.is_(None), _NULL),
            (func.json_valid(column).op("=")(_TRUE), func.json(column)),
            else_=func.json_object(literal_column("'damaged'"), literal_column(told)),
        )

    def _count(self, shapes: tuple[Shape, ...]) -> Sql:
        """How many rows match above a place, and the highest place of all."""
        order = self._table.c[self._order]
        bind = _binder()
        newest = select(func.max(order)).scalar_subquery()
        where = self._criteria(shapes, bind)
        return self._compile(
            select(func.count(), newest).select_from(self._table).where(*where, order > bind())
        )

    def _page(self, outline: Outline) -> Select[Any]:
        columns = self._table.c
        bind = _binder()
        statement = select(*(columns[name] for name in outline.names))
        statement = statement.where(*self._criteria(outline.shapes, bind))
        for field, descends in outline.sort:
            statement = statement.order_by(self._sorted(columns[field], descends=descends))
        statement = statement.order_by(columns[self._order].desc()).limit(bind()).offset(bind())
        return statement if outline.sort else self._found_first(statement, outline)

    def _found_first(self, statement: Select[Any], outline: Outline) -> Select[Any]:
        """The same page, whose rows are read once it is known which they are.

        Those of a period stand together in the index by time, but not in the order of the list:
        so their numbers are sorted, which the index holds, and not the rows. Sorting by a sum keeps
        SQLite, which knows nothing of the rows, from walking through all in their order.
        """
        if not self._is_of_period(outline.shapes):
            return statement
        order = self._table.c[self._order]
        number = order + _ZERO if self._dialect.name == "sqlite" else order
        numbers = statement.with_only_columns(order).order_by(None).order_by(number.desc())
        wanted = order.in_(select(numbers.subquery("found").c[self._order]))
        page = select(*(self._table.c[name] for name in outline.names)).where(wanted)
        return page.order_by(order.desc())

    def _is_of_period(self, shapes: tuple[Shape, ...]) -> bool:
        """Whether rows are found by the index of the time."""
        if self._period is None:
            return False
        time, others = self._period
        named = {shape.field for shape in shapes if shape.operator == "eq"}
        return any(shape.field == time for shape in shapes) and named.isdisjoint(others)

    def _sorted(self, column: Column[Any], *, descends: bool) -> ColumnElement[Any]:
        """A missing value comes before all others; saying so costs PostgreSQL its index."""
        if self._dialect.name == "postgresql" and column.nullable:
            return column.desc().nulls_last() if descends else column.nulls_first()
        return column.desc() if descends else column

    def _criteria(
        self, shapes: tuple[Shape, ...], bind: Callable[[], ColumnElement[Any]]
    ) -> list[ColumnElement[bool]]:
        return [criterion(shape, self._table.c[shape.field], bind) for shape in shapes]

    def _compile(self, statement: Select[Any]) -> Sql:
        compiled = statement.compile(dialect=self._dialect)
        places = tuple(int(name.removeprefix("value_")) for name in compiled.positiontup or ())
        return Sql(str(compiled), places)


def _binder() -> Callable[[], Any]:
    """Makes the parameters for a query's values, in their order."""
    numbers = count()
    return lambda: bindparam(f"value_{next(numbers)}")


def _iso(column: ColumnElement[Any]) -> Any:
    """Microseconds since 1970 as ISO 8601 in UTC, by SQLite."""
    fraction = (column % _SECOND + _SECOND) % _SECOND
    seconds = (column - fraction).op("/", precedence=_AS_MULTIPLICATION)(_SECOND)
    start = func.strftime(_TO_SECONDS, seconds, _SINCE_1970)  # NULL makes all of it NULL
    return start.op("||")(func.printf(_BEYOND_SECONDS, fraction))


_MOST_COUNTS: Final = 128


class Totals:
    """Remembers counts of rows that never change: only those added since are counted.

    Args:
        lasting: the fields that never change; a filter on another one is counted anew.
    """

    def __init__(self, lasting: frozenset[str]) -> None:
        self._lasting = lasting
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[Any, ...], tuple[int, int]] = OrderedDict()
        self._generation = 0

    def forget(self) -> None:
        """Rows were deleted: nothing is known any more."""
        with self._lock:
            self._generation += 1
            self._known.clear()

    def of(
        self,
        shapes: tuple[Shape, ...],
        values: tuple[Any, ...],
        count_since: Callable[[int], tuple[int, int]],
    ) -> int:
        """How many rows match.

        Args:
            shapes: the filter without its values.
            values: its values.
            count_since: counts matching rows above a place in the table's order; gives their
                number and the highest place of all rows.
        """
        if any(shape.field not in self._lasting for shape in shapes):
            return count_since(-1)[0]
        key = (shapes, values)
        with self._lock:
            before, last = self._known.get(key, (0, -1))
            generation = self._generation
        added, newest = count_since(last)
        total = before + added
        with self._lock:
            if generation == self._generation:
                self._known[key] = (total, max(last, newest))
                self._known.move_to_end(key)
                if len(self._known) > _MOST_COUNTS:
                    self._known.popitem(last=False)
        return total


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
        self._damaged = errors.mark(database.url, table.name)
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
    return jsontext.dumps(items, _iso_text, jsontext.OPT_PASSTHROUGH_DATETIME)


def _iso_text(at: Any) -> str:
    if isinstance(at, datetime):
        return at.isoformat(timespec="microseconds")
    raise TypeError(at)


def _is_whole(table: Table, name: str) -> bool:
    return isinstance(table.c[name].type, Integer)
