"""The paths of each channel that has a schema, described with it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PATHS: Final = {
    "/channels/{name}/last": "last",
    "/channels/{name}/last/{key}": "last",
    "/channels/{name}/next": "next",
    "/channels/{name}/next/{key}": "next",
    "/channels/{name}/state": "state",
    "/channels/{name}/state/{key}": "state",
    "/channels/{name}/send": "send",
    "/channels/{name}/lookup/{id}": "lookup",
}
"""The paths of any channel, and which of its verbs each is for."""
_SCHEMAS: Final = "#/components/schemas/"


def add_channels(
    document: dict[str, Any], channels: Iterable[tuple[str, Mapping[str, Any]]]
) -> None:
    """Describe the paths of channels in a document that has those of any channel.

    Args:
        document: the OpenAPI document.
        channels: names and options, as `ChannelOptions.to_dict` has them.
    """
    for name, options in channels:
        if options["schema"] is None or not options["api"]:
            continue
        sent, record = _components(document, name, options["schema"])
        for path, verb in _PATHS.items():
            is_offered = options["api"] is True or verb in options["api"]
            needs_key = verb == "state" or path.endswith("{key}")
            is_closed = options["readonly"] and verb == "send"
            if is_offered and not is_closed and (options["keyby"] or not needs_key):
                own = _described(document["paths"][path], name, sent, record)
                document["paths"][path.replace("{name}", name)] = own


def _components(document: dict[str, Any], name: str, schema: Mapping[str, Any]) -> tuple[Any, Any]:
    """The references to what is sent and what is read, of which the schemas are put in."""
    schemas = document["components"]["schemas"]
    prefix = f"Channel.{name}"
    inner = {key: schema[key] for key in ("$defs", "definitions") if key in schema}
    for each in inner.values():
        for part, found in each.items():
            schemas[f"{prefix}.{part}"] = _placed(found, prefix)
    whole = {key: value for key, value in schema.items() if key not in inner}
    schemas[prefix] = _placed(whole, prefix)
    sent = {"$ref": f"{_SCHEMAS}{prefix}"}
    schemas[f"{prefix}.Record"] = {"allOf": [sent, {"$ref": f"{_SCHEMAS}RecordView"}]}
    return sent, {"$ref": f"{_SCHEMAS}{prefix}.Record"}


def _placed(schema: Any, prefix: str) -> Any:
    """A schema whose references lead to where its parts stand in the document."""
    if isinstance(schema, list):
        return [_placed(each, prefix) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _placed(value, prefix) for key, value in schema.items() if key != "$id"}
    reference = schema.get("$ref")
    if isinstance(reference, str):
        steps = reference.split("/")
        is_part = len(steps) == 3 and steps[1] in {"$defs", "definitions"}  # noqa: PLR2004 - "#/$defs/Bid"
        tail = f".{steps[2]}" if is_part else ""
        if is_part or reference == "#":
            found["$ref"] = f"{_SCHEMAS}{prefix}{tail}"
        else:
            del found["$ref"]  # what it leads to has no place of its own here
    return found


def _described(generic: Mapping[str, Any], name: str, sent: Any, record: Any) -> dict[str, Any]:
    """What is said of a path of any channel, said of one."""
    found: dict[str, Any] = copy.deepcopy(dict(generic))
    for operation in found.values():
        operation["operationId"] += f":{name}"
        given = operation["parameters"]
        operation["parameters"] = [each for each in given if each["name"] != "name"]
        content = operation["responses"]["200"]["content"]["application/json"]
        content["schema"] = {"type": "array", "items": record}
        if "requestBody" in operation:
            body = operation["requestBody"]["content"]["application/json"]
            body["schema"] = {"anyOf": [sent, {"type": "array", "items": sent, "minItems": 1}]}
            body.pop("examples", None)
    return found
