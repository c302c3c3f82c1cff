"""Filters as Python says them, and as the query of a list has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Final

from redengine.exceptions import InvalidInput, shortened

Scalar = str | int | float | date | timedelta | None
"""A value to compare with; None is the missing value. A datetime is a date."""


LARGEST_PAGE: Final = 1_000
"""How many entries are asked for at a time."""


class _Unset(Enum):
    UNSET = "not given"


UNSET: Final = _Unset.UNSET
"""Stands where None is a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What a field has to be; made by `where`.

    Attributes:
        regex: patterns (RE2), of which one has to match at the start.
        not_: values that it must not be.
        min: the least that it may be.
        max: the most that it may be.
    """

    regex: tuple[str, ...] = ()
    not_: tuple[Scalar, ...] = ()
    min: Scalar = None
    max: Scalar = None


Filter = Scalar | Sequence[Scalar] | Where
"""A value; a list of values, of which one has to match; a pair (least, most); or `where(…)`."""

Names = str | Sequence[str]


def where(
    *,
    regex: Names = (),
    not_: Scalar | list[Scalar] | _Unset = UNSET,
    min: Scalar = None,  # noqa: A002 - the operator's name
    max: Scalar = None,  # noqa: A002 - the operator's name
) -> Where:
    """A filter by other operators than equality; all that are given have to match.

    Args:
        regex: a pattern (RE2), or several of which one has to match, at the start of the text.
        not_: a value, or several, that the field must not be; None: it must not be missing.
        min: the least that it may be.
        max: the most that it may be.

    Example:
        >>> client.tasks.list(name=where(regex="scraper"), status=where(not_="fail"))
    """
    unwanted = () if not_ is UNSET else tuple(not_) if isinstance(not_, list) else (not_,)
    return Where(regex=_names(regex), not_=unwanted, min=min, max=max)


def list_query(
    filters: Mapping[str, Filter] | None,
    more: Mapping[str, Filter],
    *,
    sort: Names = (),
    limit: int | None = None,
    offset: int = 0,
    fields: Names = (),
) -> list[tuple[str, str]]:
    """The query of a list.

    Args:
        filters: what fields have to be, by their names; dots lead into JSON fields.
        more: the same.
        sort: fields to sort by; a minus sign turns the order round.
        limit: how many entries to give.
        offset: how many to pass over.
        fields: the fields to give.

    Raises:
        InvalidInput: a filter or a number does not fit.
    """
    query = [pair for each in (filters or {}, more) for pair in _pairs(each)]
    for key, names in (("$sort", _names(sort)), ("$fields", _names(fields))):
        if names:
            query.append((key, ",".join(names)))
    for key, number in (("limit", limit), ("offset", offset)):
        if number is not None and (isinstance(number, bool) or number < 0):
            raise InvalidInput({key: f"expected a number from 0, got {shortened(number)}"})
    if limit is not None:
        query.append(("$limit", str(min(limit, LARGEST_PAGE))))
    if offset:
        query.append(("$offset", str(offset)))
    return query


def _names(names: Names) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _pairs(filters: Mapping[str, Filter]) -> Iterable[tuple[str, str]]:
    for field, wanted in filters.items():
        if isinstance(wanted, Where):
            yield from ((f"{field}$regex", pattern) for pattern in wanted.regex)
            yield from ((f"{field}$not", text_of(field, value)) for value in wanted.not_)
            yield from _bounds(field, wanted.min, wanted.max)
        elif isinstance(wanted, tuple):
            if len(wanted) != 2:  # noqa: PLR2004 - a pair
                reason = f"expected a pair (least, most), got {shortened(wanted)}"
                raise InvalidInput({field: f"{reason}; a list is any of its values"})
            yield from _bounds(field, *wanted)
        elif isinstance(wanted, str) or not isinstance(wanted, Iterable):
            yield field, text_of(field, wanted)
        else:
            yield from _any_of(field, wanted)


def _any_of(field: str, values: Iterable[Scalar]) -> Iterable[tuple[str, str]]:
    pairs = [(field, text_of(field, value)) for value in values]
    if not pairs:
        raise InvalidInput({field: "expected at least one value; an empty list matches nothing"})
    return pairs


def _bounds(field: str, least: Scalar, most: Scalar) -> Iterable[tuple[str, str]]:
    for operator, value in (("min", least), ("max", most)):
        if value is not None:
            yield f"{field}${operator}", text_of(field, value)


def text_of(field: str, value: object) -> str:
    """A value as a query has it.

    Raises:
        InvalidInput: nothing can be compared with such a value.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int | float):
        return str(value)
    kind = type(value).__name__
    raise InvalidInput({field: f"expected text, a number or a time, got a {kind}"})
