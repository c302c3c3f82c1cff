"""Filters as SQL, and as Python where the database cannot apply them."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, literal_column, not_, or_, true

from redengine.query import Clause
from redengine.store.engines.database import READ_AT_ONCE
from redengine.store.engines.sqlite import MATCHES_JSON, MATCHES_PATTERN, clause_as_json
from redengine.store.writing.encoding import to_microseconds
from redengine.support import jsontext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import CursorResult

    from redengine.query import Query

    Criterion = ColumnElement[bool]

    Bind = Callable[[], ColumnElement[Any]]

    Test = tuple[int, bool, Callable[[Any], bool]]

_TRUE: Final[ColumnElement[Any]] = literal_column("1")
_ROUNDED: Final[Mapping[str, Callable[[float], int]]] = {"min": math.ceil, "max": math.floor}
Operand = Literal["value", "day", "null", "null or value"]


class Shape(NamedTuple):
    """A clause without its values."""

    field: str
    kind: str
    operator: str
    operands: tuple[Operand, ...]


def about_whole_numbers(clause: Clause) -> Clause:
    """The same clause about a field of whole numbers, with operands that are whole too.

    So no database has to compare an integer with a fraction, which some do by rounding.
    """
    if clause.operator in _ROUNDED:
        rounded = _ROUNDED[clause.operator]
        return replace(clause, values=tuple(rounded(value) for value in clause.values))
    values = (value for value in clause.values if value is None or value == math.floor(value))
    return replace(clause, values=tuple(None if value is None else int(value) for value in values))


def shape_of(clause: Clause) -> Shape:
    """What SQL must be made of the clause."""
    if clause.kind == "json":
        return Shape(clause.field, clause.kind, clause.operator, ("value",))
    operands = tuple(_operand(clause, value) for value in clause.values)
    return Shape(clause.field, clause.kind, clause.operator, operands)


def values_of(clause: Clause) -> list[Any]:
    """The values that the clause's SQL asks for, in the order in which it asks."""
    if clause.kind == "json":
        return [clause_as_json(clause)]
    if clause.kind != "datetime":
        return [value for value in clause.values if value is not None]
    instants = (at for span in clause.values if span is not None for at in span)
    return [to_microseconds(at) for at in instants if at is not None]


def _operand(clause: Clause, value: Any) -> Operand:
    if value is None:
        return "null"
    if clause.kind == "datetime" and value.end is not None:
        return "day"
    if clause.kind == "text" and value == "null" and clause.operator in {"eq", "not"}:
        return "null or value"
    return "value"


def criterion(shape: Shape, column: ColumnElement[Any], bind: Bind) -> Criterion:
    """A shape as an expression that holds for the rows that match.

    Args:
        shape: the clause's shape.
        column: the column of its field.
        bind: makes the parameter for the next of the clause's values.
    """
    if shape.kind == "json":
        return func.__getattr__(MATCHES_JSON)(bind(), column) == _TRUE
    if shape.operator == "regex":
        matches = func.__getattr__(MATCHES_PATTERN)
        return or_(*(matches(bind(), column) == _TRUE for _ in shape.operands))
    if shape.operator == "min":
        return and_(*(_from(operand, column, bind) for operand in shape.operands))
    if shape.operator == "max":
        return and_(*(_until(operand, column, bind) for operand in shape.operands))
    if shape.operator == "not":
        return _is_none_of(shape, column, bind)
    parts = [_equals(operand, column, bind) for operand in shape.operands]
    if "null" in shape.operands or "null or value" in shape.operands:
        parts.append(column.is_(None))
    return or_(false(), *parts)


def _is_none_of(shape: Shape, column: ColumnElement[Any], bind: Bind) -> Criterion:
    parts = [not_(_equals(operand, column, bind)) for operand in shape.operands]
    if "null" in shape.operands or "null or value" in shape.operands:
        return and_(column.is_not(None), *parts)
    return or_(column.is_(None), and_(true(), *parts))


def _equals(operand: Operand, column: ColumnElement[Any], bind: Bind) -> Criterion:
    if operand == "null":
        return false()
    if operand == "day":
        return and_(column >= bind(), column < bind())
    return column == bind()


def _from(operand: Operand, column: ColumnElement[Any], bind: Bind) -> Criterion:
    start = column >= bind()
    if operand == "day":
        bind()  # the end of the day makes no difference
    return start


def _until(operand: Operand, column: ColumnElement[Any], bind: Bind) -> Criterion:
    start = bind()
    return column < bind() if operand == "day" else column <= start


_ENDLESS: Final = float("inf")


def is_for_python(clause: Clause) -> bool:
    """Whether no database but SQLite, which is taught to, can apply the clause."""
    return clause.kind == "json" or clause.operator == "regex"


class Scan:
    """One walk over candidates.

    Args:
        query: what is asked for.
        names: the fields to give where the query names none.
        kinds: the kind of each field.

    Attributes:
        candidates: the query for the rows to look at.
        names: the fields that those rows need to have; those to give come first.
    """

    def __init__(self, query: Query, names: tuple[str, ...], kinds: Mapping[str, str]) -> None:
        self._query = query
        self._given = query.fields or names
        clauses = [clause for clause in query.conditions if is_for_python(clause)]
        self.names = tuple(dict.fromkeys((*self._given, *(each.field for each in clauses))))
        self._tests: list[Test] = [
            (self.names.index(clause.field), kinds[clause.field] == "json", clause.matcher())
            for clause in clauses
        ]
        conditions = tuple(chain.from_iterable(map(_left_to_database, query.conditions)))
        self.candidates = replace(
            query, conditions=conditions, fields=self.names, limit=None, offset=0
        )

    def page(self, candidates: CursorResult[Any]) -> tuple[list[Sequence[Any]], int]:
        """The rows of the page, and how many match in all."""
        query = self._query
        end = _ENDLESS if query.limit is None else query.offset + query.limit
        width = len(self._given)
        found = 0
        page: list[Sequence[Any]] = []
        for rows in candidates.partitions(READ_AT_ONCE):
            for row in filter(self._matches, rows):
                if query.offset <= found < end:
                    page.append(row[:width])
                found += 1
        return page, found

    def _matches(self, row: Sequence[Any]) -> bool:
        for place, is_json, test in self._tests:
            value = row[place]
            if not test(jsontext.loads(value) if is_json and value is not None else value):
                return False
        return True


def _left_to_database(clause: Clause) -> tuple[Clause, ...]:
    """What of a clause the database can answer: no pattern matches a missing value."""
    if not is_for_python(clause):
        return (clause,)
    if clause.kind == "text":
        return (Clause(clause.field, clause.kind, (), "not", (None,)),)
    return ()
