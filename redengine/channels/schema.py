"""Schemas: what the records of a channel have to be, and what a JSON Schema tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol

from redengine.exceptions import InvalidInput, did_you_mean, shortened
from redengine.query.attributes import kind_of
from redengine.support import jsontext

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DEEPEST: Final = 32
FORM: Final = (
    "expected a pydantic model, a dataclass, a TypedDict or a JSON Schema of objects, such as "
    '{"type": "object", "properties": {"x": {"type": "number"}}}'
)
_STAMPED: Final = ("id", "timestamp", "seq")
ANYTHING: Final = frozenset({"null", "boolean", "number", "string", "object", "array"})
"""The types of JSON values; integers are numbers."""


WHOLE: Final = "record"
"""What errors call a record as a whole."""


class Schema(Protocol):
    """Checks the data of records."""

    document: dict[str, Any] | None
    """The JSON Schema of what may be sent; None where anything may."""

    def checked(self, data: Any) -> dict[str, Any]:
        """The data of one record as plain JSON, and as the schema has it.

        Raises:
            InvalidInput: it does not fit; nothing says so but the fields' names.
        """


def plain(data: Any) -> dict[str, Any]:
    """The data of one record as plain JSON that nobody else holds.

    Raises:
        InvalidInput: it is no object, or has no JSON form.
    """
    return object_of(jsontext.loads(encoded(data)))


def encoded(data: Any) -> bytes:
    """The data of one record as JSON.

    Raises:
        InvalidInput: it has none.
    """
    text, trouble = jsontext.encoded(data)
    if trouble is not None and type(data) is not dict and isinstance(data, Mapping):
        text, trouble = jsontext.encoded(dict(data))
    if trouble is not None:
        raise InvalidInput({WHOLE: f"has no JSON form: {trouble}"})
    return text


def object_of(value: Any) -> dict[str, Any]:
    """A value that is an object.

    Raises:
        InvalidInput: it is none.
    """
    if not isinstance(value, dict):
        raise InvalidInput({WHOLE: f"expected an object, got {shortened(value)}"})
    return value


class AnySchema:
    """Takes every object."""

    document: dict[str, Any] | None = None

    def checked(self, data: Any) -> dict[str, Any]:
        """The data as plain JSON."""
        return plain(data)


def schema_of(given: Any) -> Schema:
    """The schema that a user means: a Python type or a JSON Schema; None takes every object.

    Raises:
        InvalidInput: it is none.
    """
    if given is None:
        return AnySchema()
    from redengine.channels import validation  # pydantic takes a while to import

    return validation.schema_of(given)


class Shape:
    """What is known of the values of objects that a JSON Schema takes.

    Args:
        document: the schema; None for that of anything.
    """

    def __init__(self, document: Mapping[str, Any] | None) -> None:
        self._document: Mapping[str, Any] = document or {}

    @property
    def names(self) -> dict[str, Any]:
        """The schemas of the declared fields by name."""
        found: dict[str, Any] = {}
        for part in self._parts(self._document, 0):
            if isinstance(part.get("properties"), Mapping):
                found.update(part["properties"])
        return found

    def types(self, path: Sequence[str]) -> frozenset[str]:
        """The JSON types that the value at a path may have; none if there is no such path."""
        parts = list(self._parts(self._document, 0))
        for name in path:
            inner = [each for part in parts for each in _children(part, name)]
            if not inner:
                return frozenset()
            parts = [found for each in inner for found in self._parts(each, 0)]
        return frozenset().union(*(_types_of(part) for part in parts))

    def names_at(self, path: Sequence[str]) -> list[str]:
        """The names of the fields that are declared at a path."""
        parts = list(self._parts(self._document, 0))
        for name in path:
            inner = [each for part in parts for each in _children(part, name)]
            parts = [found for each in inner for found in self._parts(each, 0)]
        found = (part.get("properties") for part in parts)
        return [name for each in found if isinstance(each, Mapping) for name in each]

    def _parts(self, schema: Any, depth: int) -> Iterator[Mapping[str, Any]]:
        """A schema and those of its alternatives and references."""
        if schema is True:
            yield {}
        if not isinstance(schema, Mapping) or depth > _DEEPEST:
            return
        reference = schema.get("$ref")
        if isinstance(reference, str):
            yield from self._parts(self._at(reference), depth + 1)
            return
        found = [
            each
            for key in ("anyOf", "oneOf", "allOf")
            if isinstance(schema.get(key), list)
            for each in schema[key]
        ]
        for each in found:
            yield from self._parts(each, depth + 1)
        if not found or "properties" in schema:
            yield schema

    def _at(self, reference: str) -> Any:
        """What a reference within the schema refers to; anything where it is not of that kind."""
        found: Any = self._document
        for name in reference.removeprefix("#").split("/")[1:]:
            key = name.replace("~1", "/").replace("~0", "~")
            found = found.get(key) if isinstance(found, Mapping) else None
        return True if found is None else found


def _children(part: Mapping[str, Any], name: str) -> Iterator[Any]:
    """The schemas of the value of a field; of anything where the object is an open one."""
    properties = part.get("properties")
    declared = properties if isinstance(properties, Mapping) else {}
    if name in declared:
        yield declared[name]
    elif "object" in _types_of(part):
        more = part.get("additionalProperties", not declared)
        if more is not False:
            yield more


def _types_of(part: Mapping[str, Any]) -> frozenset[str]:
    if "const" in part:
        return frozenset({kind_of(part["const"])})
    if isinstance(part.get("enum"), list):
        return frozenset(map(kind_of, part["enum"]))
    said = part.get("type")
    names = [said] if isinstance(said, str) else said if isinstance(said, list) else ANYTHING
    return frozenset("number" if name == "integer" else str(name) for name in names)


def refuse_unknown(document: Mapping[str, Any] | None, path: Sequence[str], field: str) -> None:
    """Refuse an attribute that no record has.

    Args:
        document: the schema.
        path: the attribute's parts.
        field: what the error calls it.

    Raises:
        InvalidInput: naming the nearest attribute.
    """
    shape = Shape(document)
    for length in range(1, len(path) + 1):
        if not shape.types(path[:length]):
            known = {*shape.names_at(path[: length - 1]), *(_STAMPED if length == 1 else ())}
            told = f"; known are {', '.join(sorted(known))}" if known else ""
            hint = did_you_mean(path[length - 1], known) or told
            raise InvalidInput({field: f"there is no attribute {shortened('.'.join(path))}{hint}"})
