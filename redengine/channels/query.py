"""Queries of a channel's state: filters, each of which compares one attribute of a record.

`{"filters": [{"attr": "x", "by": {"value": 10, "where": "<"}}]}`; a record is taken that passes all
of them. Their cost is the number of filters times that of records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from redengine.channels.records import STAMPS
from redengine.channels.schema import Shape, refuse_unknown
from redengine.exceptions import InvalidInput, UnknownName, shortened
from redengine.query.attributes import (
    ABSENT,
    OPERATORS,
    ORDERED,
    compares,
    instant_in,
    kind_of,
    value_at,
)
from redengine.support import jsontext

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import tzinfo

MOST_FILTERS: Final = 100
LONGEST_ATTRIBUTE: Final = 256
"""Characters of an attribute's name, dots included."""
_DEEPEST: Final = 16
_SOURCES: Final = ("value", "when", "attr")
_STAMPED: Final[Mapping[str, frozenset[str]]] = {
    "id": frozenset({"string"}),
    "timestamp": frozenset({"instant"}),
    "seq": frozenset({"number"}),
    "event_time": frozenset({"string", "number"}),
}
"""The kinds of what a channel puts on each record."""
_FORM: Final = '{"filters": [{"attr": "x", "by": {"value": 10, "where": "<"}}]}'


@dataclass(frozen=True, slots=True)
class _Filter:
    """One comparison of a record's attribute.

    Attributes:
        path: the attribute's parts.
        sign: how it compares.
        other: the value, the instant, or the parts of another attribute.
        source: value, when or attr: which of these it is.
    """

    path: tuple[str, ...]
    sign: str
    other: Any
    source: str

    def takes(self, record: Mapping[str, Any], zone: tzinfo) -> bool:
        value = value_at(record, self.path)
        if value is ABSENT:
            return False
        if self.source == "attr":
            other = value_at(record, self.other)
            if "instant" in {kind_of(value), kind_of(other)}:
                value, other = instant_in(value, zone), instant_in(other, zone)
                if value is None or other is None:
                    return False
            return other is not ABSENT and compares(self.sign, value, other)
        if kind_of(self.other) == "instant":
            value = instant_in(value, zone)
            if value is None:
                return False
        return compares(self.sign, value, self.other)


class Query:
    """What records a reader wants.

    Args:
        given: an object, or its JSON text; None for all records.
        document: the JSON Schema of the records, or None.
        zone: the zone of times that have none.

    Raises:
        InvalidInput: naming the place in the query and what is wrong with it.
    """

    def __init__(self, given: Any, document: Mapping[str, Any] | None, zone: tzinfo) -> None:
        self._zone = zone
        self._document = document
        self._filters = [] if given is None else self._read(_parsed(given))

    def takes(self, record: Mapping[str, Any]) -> bool:
        """Whether a record passes all filters."""
        return all(each.takes(record, self._zone) for each in self._filters)

    def _read(self, query: Mapping[str, Any]) -> list[_Filter]:
        _refuse_others(query, ("filters",), "query")
        filters = query.get("filters", [])
        if not isinstance(filters, list) or len(filters) > MOST_FILTERS:
            reason = f"expected a list of at most {MOST_FILTERS} filters, as in {_FORM}"
            raise InvalidInput({"query.filters": reason})
        return [self._filter(each, f"query.filters[{at}]") for at, each in enumerate(filters)]

    def _filter(self, given: Any, place: str) -> _Filter:
        if not isinstance(given, Mapping) or not isinstance(given.get("by"), Mapping):
            raise InvalidInput({place: f"expected a filter as in {_FORM}, got {shortened(given)}"})
        _refuse_others(given, ("attr", "by"), place)
        path, kinds = self._attribute(given.get("attr"), f"{place}.attr")
        by, place = given["by"], f"{place}.by"
        _refuse_others(by, (*_SOURCES, "where"), place)
        sign = by.get("where")
        if not isinstance(sign, str) or sign not in OPERATORS:
            reason = f"expected one of {' '.join(OPERATORS)}, got {shortened(sign)}"
            raise InvalidInput({f"{place}.where": reason})
        sources = [name for name in _SOURCES if name in by]
        if len(sources) != 1:
            got = " and ".join(sources) or "none"
            raise InvalidInput({place: f"expected one of value, when and attr, got {got}"})
        [source] = sources
        other = self._other(source, by[source], path, kinds, sign, f"{place}.{source}")
        return _Filter(path, sign, other, source)

    def _attribute(self, given: Any, place: str) -> tuple[tuple[str, ...], frozenset[str]]:
        """The parts of an attribute, and the kinds that its values may have."""
        path = attribute_path(given, place)
        shape = Shape(self._document)
        first = path[0]
        if first in STAMPS or (first == "event_time" and first not in shape.names):
            if len(path) > 1:
                raise InvalidInput({place: f"{first} has no attributes, got {shortened(given)}"})
            return path, _STAMPED[first]
        refuse_unknown(self._document, path, place)
        return path, shape.types(path)

    def _other(
        self,
        source: str,
        given: Any,
        path: tuple[str, ...],
        kinds: frozenset[str],
        sign: str,
        place: str,
    ) -> Any:
        name = ".".join(path)
        if source == "attr":
            other, others = self._attribute(given, place)
            if not _texts(kinds) & _texts(others):
                reason = f"is {_said(others)}, and {name} is {_said(kinds)}; they do not compare"
                raise InvalidInput({place: reason})
            return other
        if source == "when" or (kinds == {"instant"} and isinstance(given, str)):
            at = instant_in(given, self._zone) if isinstance(given, str) else None
            if at is None:
                reason = f"expected a time such as '2026-03-30T14:45:26', got {shortened(given)}"
                raise InvalidInput({place: reason})
            if not kinds & {"instant", "string"}:
                raise InvalidInput({place: f"{name} is {_said(kinds)}, and no time"})
            return at
        kind = kind_of(given)
        if kind in {"object", "array"}:
            reason = f"expected a text, number, boolean or null, got {shortened(given)}"
            raise InvalidInput({place: reason})
        if kind not in ORDERED and sign not in {"==", "!="}:
            raise InvalidInput({place: f"{sign} needs a number or a text, got {shortened(given)}"})
        if kind not in kinds and kind != "null":
            raise InvalidInput({place: f"{name} is {_said(kinds)}, got {shortened(given)}"})
        return given


def attribute_path(given: object, place: str) -> tuple[str, ...]:
    """The parts of a dotted attribute.

    Args:
        given: what the user wrote.
        place: what the error calls it.

    Raises:
        InvalidInput: it is none.
    """
    path = tuple(given.split(".")) if isinstance(given, str) else ()
    if not path or not all(path) or len(path) > _DEEPEST or len(str(given)) > LONGEST_ATTRIBUTE:
        form = f"expected an attribute such as 'x' or 'bid.price', of at most {_DEEPEST} parts"
        raise InvalidInput({place: f"{form}, got {shortened(given)}"})
    return path


def _parsed(given: Any) -> Mapping[str, Any]:
    query = given
    if isinstance(given, str):
        try:
            query = jsontext.parse_exactly(given.encode(errors="surrogateescape"))
        except InvalidInput as error:
            raise error.under("query") from None
        except ValueError:
            reason = f"expected JSON such as {_FORM}, got {shortened(given)}"
            raise InvalidInput({"query": reason}) from None
    if not isinstance(query, Mapping):
        raise InvalidInput({"query": f"expected an object such as {_FORM}, got {shortened(query)}"})
    return query


def _refuse_others(given: Mapping[str, Any], known: Collection[str], place: str) -> None:
    for name in given:
        if name not in known:
            raise UnknownName("key", str(name), known).under(f"{place}.{name}"[:LONGEST_ATTRIBUTE])


def _texts(kinds: Collection[str]) -> frozenset[str]:
    """The kinds, where an instant compares with the text of one."""
    return frozenset("string" if kind == "instant" else kind for kind in kinds)


def _said(kinds: Collection[str]) -> str:
    words = {
        "string": "a text",
        "instant": "a time",
        "number": "a number",
        "boolean": "a boolean",
        "null": "null",
        "object": "an object",
        "array": "an array",
    }
    return " or ".join(words.get(kind, kind) for kind in sorted(kinds))
