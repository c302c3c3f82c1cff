"""Parsing: the items of a query as clauses, with operands of each field's kind."""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from redengine.durations import parse_duration
from redengine.exceptions import InvalidInput, QueryError, did_you_mean, shortened
from redengine.query.match import (
    JsonOperand,
    Span,
    compile_pattern,
    number_in,
    orderly,
    sort_key,
    value_matcher,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import tzinfo


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement about one field.

    Attributes:
        field: the field's name.
        kind: "text", "number", "limit", "boolean", "datetime", "date" or "json".
        path: the keys to follow inside a JSON value.
        operator: "eq", "not", "min", "max" or "regex".
        values: parsed operands; None stands for `null`; patterns stay text.
    """

    field: str
    kind: str
    path: tuple[str, ...]
    operator: str
    values: tuple[Any, ...]

    def matcher(self) -> Callable[[Any], bool]:
        """A function that tells whether a value of the field matches."""
        return value_matcher(self.kind, self.path, self.operator, self.values)


@dataclass(frozen=True, slots=True)
class Query:
    """What of a list is asked for.

    Attributes:
        conditions: the clauses, all of which must match.
        sort: pairs of a field and whether it descends.
        limit: the size of the page; None for all.
        offset: how many items to pass over.
        fields: the only fields to give; empty for all.
    """

    conditions: tuple[Clause, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None
    offset: int = 0
    fields: tuple[str, ...] = ()

    def predicate(self) -> Callable[[Mapping[str, Any]], bool]:
        """A function that tells whether an item matches all clauses."""
        tests = [(clause.field, clause.matcher()) for clause in self.conditions]
        return lambda item: all(matches(item.get(field)) for field, matches in tests)

    def apply(self, items: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], int]:
        """The page of matching items, and how many match in all."""
        found = list(filter(self.predicate(), items)) if self.conditions else list(items)
        for field, descends in reversed(self.sort):
            found.sort(key=sort_key(field), reverse=descends)
        end = None if self.limit is None else self.offset + self.limit
        return [self.project(item) for item in found[self.offset : end]], len(found)

    def select(
        self,
        count: int,
        column: Callable[[str], Sequence[Any]],
        among: Sequence[int] | None = None,
    ) -> tuple[Sequence[int], int]:
        """The places of the page's items, and how many match in all.

        Args:
            count: how many items there are.
            column: gives the values of a field, one for each item; asked only for the fields that
                are filtered or sorted by.
            among: the ascending places of all that may match, where that is known.
        """
        places: Sequence[int] = range(count) if among is None else among
        for clause in self.conditions:
            matches, values = clause.matcher(), column(clause.field)
            places = [place for place in places if matches(values[place])]
        for field, descends in reversed(self.sort):
            values = column(field)
            keys = {place: orderly(values[place]) for place in places}
            places = sorted(places, key=keys.__getitem__, reverse=descends)
        end = None if self.limit is None else self.offset + self.limit
        return places[self.offset : end], len(places)

    def project(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """Of an item, only the fields that were asked for."""
        if not self.fields:
            return item
        return {name: item[name] for name in self.fields if name in item}


TEXTUAL: Final = ("text", "json")
_LARGEST_INTEGER: Final = 2**63 - 1
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}


def parse_operand(kind: str, operator: str, text: str, zone: tzinfo) -> Any:
    """The operand that `text` spells; None for `null`, which a text field takes as a word.

    Raises:
        ValueError: it spells none; the message says what was expected.
    """
    if not has_utf8_form(text):
        raise ValueError("holds half of a surrogate pair, which no text has")
    if operator == "regex":
        return _pattern(text)
    if text == "null" and operator in {"eq", "not"} and kind not in TEXTUAL:
        return None
    return _PARSERS[kind](text, zone)


def has_utf8_form(text: str) -> bool:
    """Whether the text can be written as UTF-8: half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _parse_text(text: str, _zone: tzinfo) -> str:
    return text


def _parse_json(text: str, _zone: tzinfo) -> JsonOperand:
    return JsonOperand.of(text)


def _parse_number(text: str, _zone: tzinfo) -> float:
    number = number_in(text)
    if number is None:
        raise ValueError(f"expected a number, got {shortened(text)}")
    if not math.isfinite(number) or abs(number) > _LARGEST_INTEGER:
        raise ValueError(f"expected a number of at most 64 bits, got {shortened(text)}")
    return number


def _parse_boolean(text: str, _zone: tzinfo) -> bool:
    try:
        return _BOOLEANS[text.lower()]
    except KeyError:
        raise ValueError(f"expected true or false, got {shortened(text)}") from None


def _parse_date(text: str, _zone: tzinfo) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"expected a date such as 2026-01-31, got {shortened(text)}") from None


def _parse_datetime(text: str, zone: tzinfo) -> Span:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Span(_parse_instant(text, zone), None)
    try:
        return Span(_midnight(day, zone), _midnight(day + timedelta(days=1), zone))
    except OverflowError:
        raise ValueError(f"the date {shortened(text)} is out of range") from None


def _parse_instant(text: str, zone: tzinfo) -> datetime:
    for spelling in (text, "+".join(text.rsplit(" ", 1))):  # a bare + in a URL means a space
        try:
            at = datetime.fromisoformat(spelling)
            return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
        except ValueError:
            continue
        except OverflowError:
            raise ValueError(f"the time {shortened(text)} is out of range") from None
    raise ValueError(
        f"expected a date or time such as 2026-01-31 or 2026-01-31T07:00:00+02:00, "
        f"got {shortened(text)}"
    )


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _pattern(text: str) -> str:
    compile_pattern(text)
    return text


def _parse_limit(text: str, zone: tzinfo) -> float:
    """Seconds, as a number or a text such as "10 min"; "never" is more than any."""
    if text.casefold() == "never":
        return math.inf
    with contextlib.suppress(ValueError):
        return _parse_number(text, zone)
    try:
        return parse_duration(text).total_seconds()
    except InvalidInput as error:
        raise ValueError("; ".join(error.fields.values())) from None


_PARSERS: Final[Mapping[str, Callable[[str, tzinfo], Any]]] = {
    "text": _parse_text,
    "number": _parse_number,
    "limit": _parse_limit,
    "boolean": _parse_boolean,
    "datetime": _parse_datetime,
    "date": _parse_date,
    "json": _parse_json,
}


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
