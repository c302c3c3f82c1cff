"""Attributes of plain JSON objects, and how two values compare that only the data has types for."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

Comparison = Callable[[Any, Any], bool]

OPERATORS: Final[Mapping[str, Comparison]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
"""How two values may compare, by the sign."""
ORDERED: Final = frozenset({"number", "string", "instant"})
"""The kinds of values that are less or more than others of their kind."""
ABSENT: Final = object()
"""The value of an attribute that an object lacks."""


def value_at(data: Mapping[str, Any], path: Sequence[str]) -> Any:
    """The value of an attribute, or `ABSENT`."""
    found: Any = data
    for name in path:
        if not isinstance(found, Mapping) or name not in found:
            return ABSENT
        found = found[name]
    return found


def kind_of(value: object) -> str:
    """null, boolean, number, string, instant, object or array; nothing else is in plain data."""
    if isinstance(value, str):
        return "string"
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, datetime):
        return "instant"
    return "object" if isinstance(value, Mapping) else "array"


def compares(sign: str, value: object, other: object) -> bool:
    """Whether `value <sign> other`; values of two kinds, or without an order, do not."""
    kind = kind_of(value)
    if value is ABSENT or kind != kind_of(other):
        return False
    if kind not in ORDERED and sign not in {"==", "!="}:
        return False
    return OPERATORS[sign](value, other)


def instant_in(value: object, zone: tzinfo) -> datetime | None:
    """The instant that a value tells, in UTC; None if it tells none.

    Args:
        value: ISO 8601 as text, or a datetime.
        zone: the zone of a time without one.
    """
    found = value
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(found, date):
        return None
    at = found if isinstance(found, datetime) else datetime.combine(found, time())
    try:
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        return None
