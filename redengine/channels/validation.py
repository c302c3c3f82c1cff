"""Validation of records, by pydantic and by jsonschema-rs; imported when a channel has a schema.

Pydantic (https://docs.pydantic.dev) checks the records of a type: a model, a dataclass or a
TypedDict. A JSON Schema of draft 2020-12, or of the draft that it names, is checked by
jsonschema-rs (https://docs.rs/jsonschema), with patterns that are matched in linear time; it refers
to nothing outside itself.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NotRequired, Required, get_type_hints

import jsonschema_rs
from pydantic import BaseModel, PydanticUserError, TypeAdapter, ValidationError
from typing_extensions import TypedDict, is_typeddict

from redengine.channels.schema import FORM, WHOLE, Shape, encoded, object_of, plain
from redengine.exceptions import InvalidInput, shortened
from redengine.support import jsontext

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from redengine.channels.schema import Schema

LONGEST: Final = 64 * 1024
"""Characters of a JSON Schema, as JSON."""
_MOST_TOLD: Final = 10
"""So many troubles of one record are told at most."""


def schema_of(given: Any) -> Schema:
    """The schema that a user means.

    Raises:
        InvalidInput: it is none.
    """
    if isinstance(given, Mapping):
        schema: Schema = JsonSchema(given)
    elif isinstance(given, type) and (
        issubclass(given, BaseModel) or dataclasses.is_dataclass(given) or is_typeddict(given)
    ):
        schema = TypeSchema(given)
    else:
        raise InvalidInput({"schema": f"{FORM}, got {shortened(given)}"})
    if "seq" in Shape(schema.document).names:
        raise InvalidInput({"schema": "declares 'seq', which is the channel's number of a record"})
    return schema


def _readable(kind: Any) -> Any:
    """A TypedDict as pydantic reads it: before Python 3.12 that of typing lacks what it needs."""
    if sys.version_info >= (3, 12) or not is_typeddict(kind) or kind.__module__ == "typing":
        return kind
    hints = get_type_hints(kind)
    needed = kind.__required_keys__
    fields = {
        name: Required[hint] if name in needed else NotRequired[hint]
        for name, hint in hints.items()
    }
    return TypedDict(kind.__name__, fields)  # type: ignore[operator]


class TypeSchema:
    """Takes what a Python type takes, and its instances.

    Args:
        kind: a pydantic model, a dataclass or a TypedDict.

    Raises:
        InvalidInput: pydantic cannot check it, or its values are no JSON objects.
    """

    def __init__(self, kind: type) -> None:
        try:
            self._adapter: TypeAdapter[Any] = TypeAdapter(_readable(kind))
            self.document: dict[str, Any] | None = self._adapter.json_schema()
        except PydanticUserError as error:
            raise InvalidInput({"schema": f"{kind.__name__}: {error.message}"}) from None
        if "object" not in Shape(self.document).types(()):
            reason = f"values of {kind.__name__} are no objects; {FORM}"
            raise InvalidInput({"schema": reason})
        self._kind = kind if not is_typeddict(kind) else None

    def checked(self, data: Any) -> dict[str, Any]:
        """The data as the type has it, as plain JSON."""
        try:
            if self._kind is not None and isinstance(data, self._kind):
                value = self._adapter.validate_python(data)
            else:
                value = self._adapter.validate_json(encoded(data))
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            raise _refusal((_place(each["loc"]), each["msg"]) for each in found) from None
        made = self._adapter.dump_python(value, mode="json", by_alias=True)
        encoded(made)
        return object_of(made)


def _nothing_outside(uri: str) -> Any:
    raise ValueError(f"{uri} is outside the schema; put what it refers to into `$defs`")


class JsonSchema:
    """Takes what a JSON Schema takes.

    Args:
        document: the schema.

    Raises:
        InvalidInput: it is none.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        text = _encoded_schema(document)
        self.document: dict[str, Any] | None = (made := jsontext.loads(text))
        try:
            self._validator = jsonschema_rs.validator_for(
                made, retriever=_nothing_outside, pattern_options=jsonschema_rs.RegexOptions()
            )
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            reason = getattr(error, "message", None) or str(error)
            raise InvalidInput({"schema": f"is no JSON Schema: {reason}"}) from None
        if "object" not in Shape(made).types(()):
            raise InvalidInput({"schema": f"takes no object; {FORM}"})

    def checked(self, data: Any) -> dict[str, Any]:
        """The data, if it is as the schema has it."""
        made = plain(data)
        if not self._validator.is_valid(made):
            errors = self._validator.iter_errors(made)
            raise _refusal((_place(_path_of(each)), each.message) for each in errors)
        return made


def _encoded_schema(document: Mapping[str, Any]) -> bytes:
    text, trouble = jsontext.encoded(dict(document))
    if trouble is not None:
        raise InvalidInput({"schema": f"has no JSON form: {trouble}"})
    if len(text) > LONGEST:
        raise InvalidInput({"schema": f"expected at most {LONGEST} characters, got {len(text)}"})
    return text


def _refusal(troubles: Iterable[tuple[str, str]]) -> InvalidInput:
    """The error of one record: by field, what does not fit."""
    fields: dict[str, str] = {}
    for place, reason in troubles:
        fields.setdefault(place, shortened_text(reason))
        if len(fields) >= _MOST_TOLD:
            break
    return InvalidInput(fields)


def shortened_text(text: str, limit: int = 200) -> str:
    """A text that is not too long to be told."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _place(path: Sequence[str | int]) -> str:
    """A place within a record: `rows[2].mean`."""
    text = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path)
    return text.removeprefix(".") or WHOLE


def _path_of(error: jsonschema_rs.ValidationError) -> list[str | int]:
    """The place that an error is about: that of the field where one is missing."""
    kind, path = error.kind, list(error.instance_path)
    missing = getattr(kind, "property", None)
    return [*path, missing] if isinstance(missing, str) else path
