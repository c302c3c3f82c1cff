"""Queries as SQL: the same answer as `Query.apply` gives in memory.

A clause is taken apart into its shape, of which SQL is made once, and the values to bind.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, literal_column, not_, or_, true

from redengine.store.instants import to_microseconds
from redengine.store.sqlite_functions import MATCHES_JSON, MATCHES_PATTERN, clause_as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redengine.query import Clause

    Criterion = ColumnElement[bool]
    Bind = Callable[[], ColumnElement[Any]]

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
