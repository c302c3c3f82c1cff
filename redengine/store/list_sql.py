"""The SQL of lists, made once for each outline of a query."""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import ColumnElement, bindparam, case, func, literal_column, select

from redengine.store.filters import criterion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Column, Dialect, Select, Table

    from redengine.store.filters import Shape

_REMEMBERED: Final = 256
_TRUE: Final[ColumnElement[Any]] = literal_column("1")
_NULL: Final[ColumnElement[Any]] = literal_column("NULL")
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
        period: the column of a time, by which rows between two times are ordered first, unless
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
        order = (self._order,) if outline.sort else self._order_of(outline.shapes)
        statement = statement.order_by(*(columns[name].desc() for name in order))
        return statement.limit(bind()).offset(bind())

    def _order_of(self, shapes: tuple[Shape, ...]) -> tuple[str, ...]:
        """The columns by which the newest of a list comes first."""
        if self._period is None:
            return (self._order,)
        time, others = self._period
        named = {shape.field for shape in shapes if shape.operator == "eq"}
        is_period = any(shape.field == time for shape in shapes) and named.isdisjoint(others)
        return (time, self._order) if is_period else (self._order,)

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
