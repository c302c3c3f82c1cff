"""Queries as SQL: the same answer as `Query.apply` gives in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, false, func, not_, or_

from redengine.store.instants import to_microseconds
from redengine.store.sqlite_functions import MATCHES_JSON, MATCHES_PATTERN, clause_as_json

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from redengine.query import Clause, Span


def criterion(clause: Clause, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """A clause as an expression that is true or false, never NULL."""
    if clause.kind == "json":
        matches = func.__getattr__(MATCHES_JSON)
        return matches(clause_as_json(clause), column) == 1
    if clause.operator == "regex":
        matches = func.__getattr__(MATCHES_PATTERN)
        return or_(*(matches(pattern, column) == 1 for pattern in clause.values))
    if clause.operator in {"min", "max"}:
        return and_(*(_bound(clause, value, column) for value in clause.values))
    if clause.operator == "not":
        return _is_none_of(clause, column)
    return _is_any_of(clause, column)


def _is_any_of(clause: Clause, column: ColumnElement[Any]) -> ColumnElement[bool]:
    plain, others = _operands(clause)
    parts = [_within(value, column) for value in others]
    if plain:
        parts.append(column == plain[0] if len(plain) == 1 else column.in_(plain))
    if _means_null(clause):
        parts.append(column.is_(None))
    return or_(false(), *parts)


def _is_none_of(clause: Clause, column: ColumnElement[Any]) -> ColumnElement[bool]:
    plain, others = _operands(clause)
    parts = [not_(_within(value, column)) for value in others]
    if plain:
        parts.append(column.not_in(plain))
    if _means_null(clause):
        return and_(column.is_not(None), *parts)
    return or_(column.is_(None), and_(*parts))


def _operands(clause: Clause) -> tuple[list[Any], list[Span]]:
    """The operands that are plain values, and those that are whole days."""
    plain: list[Any] = []
    days: list[Span] = []
    for value in clause.values:
        if value is None:
            continue
        if clause.kind != "datetime":
            plain.append(value)
        elif value.end is None:
            plain.append(to_microseconds(value.start))
        else:
            days.append(value)
    return plain, days


def _means_null(clause: Clause) -> bool:
    return (None if clause.kind != "text" else "null") in clause.values


def _within(span: Span, column: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(column >= to_microseconds(span.start), column < to_microseconds(span.end))


def _bound(clause: Clause, value: Any, column: ColumnElement[Any]) -> ColumnElement[bool]:
    if clause.kind != "datetime":
        holds: ColumnElement[bool] = (
            column >= value if clause.operator == "min" else column <= value
        )
        return holds
    if clause.operator == "min":
        return column >= to_microseconds(value.start)
    if value.end is None:
        return column <= to_microseconds(value.start)
    return column < to_microseconds(value.end)
