"""Parsing of query items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redengine.exceptions import QueryError, did_you_mean, shortened
from redengine.query.operands import TEXTUAL, has_utf8_form, parse_operand
from redengine.query.query import Clause, Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

OPERATORS: Final = ("min", "max", "not", "regex")
CONTROLS: Final = ("$sort", "$limit", "$offset", "$fields")
MOST_ITEMS: Final = 200
LARGEST_OFFSET: Final = 2**63 - 1


def parse_query(
    items: Iterable[tuple[str, str]],
    fields: Mapping[str, str],
    *,
    zone: tzinfo,
    default_limit: int | None = None,
    max_limit: int | None = None,
    nested: frozenset[str] | None = None,
) -> Query:
    """The query that a URL's items spell.

    Args:
        items: keys and values in their order.
        fields: the kind of each field that may be named.
        zone: the zone of times without an offset.
        default_limit: the size of a page where `$limit` does not say.
        max_limit: the largest `$limit`.
        nested: the fields into which dots may lead; None for all of kind "json".

    Raises:
        QueryError: naming the key that cannot be applied.
    """
    if nested is None:
        nested = frozenset(name for name, kind in fields.items() if kind == "json")
    controls: dict[str, list[str]] = {}
    filters: dict[str, list[str]] = {}
    for number, (key, value) in enumerate(items):
        if number == MOST_ITEMS:
            raise QueryError("query", f"has more than {MOST_ITEMS} items")
        (controls if key.startswith("$") else filters).setdefault(key, []).append(value)
    unknown = next((key for key in controls if key not in CONTROLS), None)
    if unknown is not None:
        raise QueryError(unknown, f"unknown control key{did_you_mean(unknown, CONTROLS)}")
    return Query(
        conditions=tuple(_clause(key, filters[key], fields, nested, zone) for key in filters),
        sort=_parse_sort(controls.get("$sort", []), fields),
        limit=_parse_count("$limit", controls, default_limit, max_limit),
        offset=_parse_count("$offset", controls, 0, LARGEST_OFFSET) or 0,
        fields=_parse_fields(controls.get("$fields", []), fields),
    )


def _clause(
    key: str,
    texts: list[str],
    fields: Mapping[str, str],
    nested: frozenset[str],
    zone: tzinfo,
) -> Clause:
    name, mark, operator = key.rpartition("$")
    if not mark:
        name, operator = key, "eq"
    elif operator not in OPERATORS:
        hint = did_you_mean(operator, OPERATORS) or f"; known are ${', $'.join(OPERATORS)}"
        raise QueryError(key, f"unknown operator '${shortened(operator)[1:-1]}'{hint}")
    field, *path = name.split(".")
    if field not in fields:
        raise QueryError(key, f"unknown field{did_you_mean(field, fields)}")
    if path and not has_utf8_form(key):
        raise QueryError(ascii(key), "holds half of a surrogate pair, which no text has")
    if path and field not in nested:
        raise QueryError(key, f"'{field}' has no parts that a dot could lead to")
    kind = fields[field]
    if operator == "regex" and kind not in TEXTUAL:
        raise QueryError(key, f"$regex is for text, and '{field}' is a {kind}")
    try:
        values = tuple(parse_operand(kind, operator, text, zone) for text in texts)
    except ValueError as error:
        raise QueryError(key, str(error)) from None
    return Clause(field, kind, tuple(path), operator, values)


def _parse_sort(texts: list[str], fields: Mapping[str, str]) -> tuple[tuple[str, bool], ...]:
    names = _names("$sort", texts)
    for name in names:
        field = name.removeprefix("-")
        if field not in fields:
            raise QueryError("$sort", f"unknown field '{field}'{did_you_mean(field, fields)}")
        if fields[field] == "json":
            raise QueryError("$sort", f"'{field}' has no order: it is not one plain value")
    return tuple((name.removeprefix("-"), name.startswith("-")) for name in names)


def _parse_fields(texts: list[str], fields: Mapping[str, str]) -> tuple[str, ...]:
    names = _names("$fields", texts)
    for name in names:
        if name not in fields:
            raise QueryError("$fields", f"unknown field '{name}'{did_you_mean(name, fields)}")
    return tuple(dict.fromkeys(names))


def _names(key: str, texts: list[str]) -> list[str]:
    """The names in comma-separated lists."""
    names = [name.strip() for text in texts for name in text.split(",")]
    if not all(names):
        raise QueryError(key, "expected names with commas between them")
    if len(names) > MOST_ITEMS:
        raise QueryError(key, f"has more than {MOST_ITEMS} names")
    return names


def _parse_count(
    key: str, controls: Mapping[str, list[str]], default: int | None, largest: int | None
) -> int | None:
    texts = controls.get(key)
    if texts is None:
        return default
    if len(texts) > 1:
        raise QueryError(key, "is given more than once")
    text = texts[0]
    most = LARGEST_OFFSET if largest is None else largest
    if not (text.isascii() and text.isdigit()):
        raise QueryError(key, f"expected a whole number from 0, got {shortened(text)}")
    if len(text) > 19 or int(text) > most:  # noqa: PLR2004 - digits of 64 bits
        raise QueryError(key, f"expected at most {most}, got {shortened(text)}")
    return int(text)
