"""The query parameters of lists: one for each field and operator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.api.lists import LARGEST_LIMIT
from redengine.api.openapi.operation import Parameter
from redengine.query.parsing import LARGEST_OFFSET

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NUMBER: Final = {"type": "number", "exclusiveMinimum": -(2**63), "exclusiveMaximum": 2**63}
_DURATION: Final = {"type": "string", "pattern": "^([0-9]{1,6} ?(d|h|min|s|ms)|never)$"}
_SCHEMAS: Final[Mapping[str, dict[str, Any]]] = {
    "number": _NUMBER,
    "limit": {"anyOf": [_NUMBER, _DURATION]},
    "boolean": {"type": "boolean"},
    "datetime": {"type": "string", "format": "date-time"},
    "text": {"type": "string"},
    "json": {"type": "string"},
}
_ORDERED: Final = frozenset(("number", "limit", "datetime", "text"))


def filter_parameters(fields: Mapping[str, str], *, is_paged: bool) -> Iterator[Parameter]:
    """All that may stand in the query of a list.

    Args:
        fields: the fields of its items, and the kind of each.
        is_paged: whether `$limit` has a bound.
    """
    for field, kind in fields.items():
        yield from _of_field(field, kind)
    yield from _controls(fields, is_paged=is_paged)


def _of_field(field: str, kind: str) -> Iterator[Parameter]:
    schema = _SCHEMAS[kind]
    yield _filter(field, schema, f"`{field}` is this, or any of these.")
    yield _filter(f"{field}$not", schema, f"`{field}` is none of these.")
    if kind in _ORDERED:
        yield _filter(f"{field}$min", schema, f"`{field}` is at least this.")
        yield _filter(f"{field}$max", schema, f"`{field}` is at most this.")
    if kind == "text":
        pattern = {"type": "string", "format": "re2"}
        yield _filter(f"{field}$regex", pattern, f"`{field}` matches this from its start (RE2).")


def _filter(name: str, schema: Mapping[str, Any], description: str) -> Parameter:
    return Parameter(name=name, schema=schema, description=description, is_list=True)


def _controls(fields: Mapping[str, str], *, is_paged: bool) -> Iterator[Parameter]:
    known = "|".join(fields)
    yield Parameter(
        name="$sort",
        schema={"type": "string", "pattern": f"^-?({known})(,-?({known}))*$"},
        description="Fields to sort by; a minus sign turns the order round.",
    )
    most = {"maximum": LARGEST_LIMIT} if is_paged else {}
    yield Parameter(
        name="$limit",
        schema={"type": "integer", "minimum": 0, **most},
        description="How many to answer with at most.",
    )
    yield Parameter(
        name="$offset",
        schema={"type": "integer", "minimum": 0, "maximum": LARGEST_OFFSET},
        description="How many to pass over.",
    )
    yield Parameter(
        name="$fields",
        schema={"type": "string", "pattern": f"^({known})(,({known}))*$"},
        description="The fields to answer with.",
    )
