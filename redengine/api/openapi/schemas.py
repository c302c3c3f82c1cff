"""JSON Schemas of types, with the models that they share under one name."""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter

_REFERENCE: Final = "#/components/schemas/{model}"


class Schemas:
    """Makes schemas, and keeps what they refer to."""

    def __init__(self) -> None:
        self.components: dict[str, Any] = {}

    def of(self, kind: Any) -> dict[str, Any]:
        """The schema of a type, or a reference to it."""
        made = TypeAdapter(kind).json_schema(ref_template=_REFERENCE)
        schema: dict[str, Any] = _without_empty_defaults(made)
        self.components |= schema.pop("$defs", {})
        if schema.get("type") == "object" and isinstance(kind, type):
            self.components[kind.__name__] = schema
            return {"$ref": _REFERENCE.format(model=kind.__name__)}
        return schema


def _without_empty_defaults(schema: Any) -> Any:
    """What may be left out and has no default of its own says nothing of one."""
    if isinstance(schema, dict):
        return {
            key: _without_empty_defaults(value)
            for key, value in schema.items()
            if not (key == "default" and value is None)
        }
    if isinstance(schema, list):
        return [_without_empty_defaults(each) for each in schema]
    return schema
