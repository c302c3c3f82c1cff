"""Which parameters a command takes as options, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import InvalidInput, did_you_mean, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_KEYWORDS: Final = ("type", "enum", "title", "description")


def declared(name: str, value: Any) -> list[str] | dict[str, Any]:
    """The canonical value of a command's `options`: names, or a JSON schema.

    Raises:
        InvalidInput: it is neither, or a schema says what is not checked.
    """
    if isinstance(value, Mapping):
        return _schema(name, value)
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    if not is_list or not all(isinstance(each, str) and _is_name(each) for each in value):
        reason = "expected a list of names such as ['day'], or a JSON schema with properties"
        raise InvalidInput({name: f"{reason}, got {shortened(value)}"})
    return list(dict.fromkeys(value))


def _is_name(text: str) -> bool:
    return bool(text) and not text.startswith("-") and not any(each in text for each in " =\t\n")


def _schema(name: str, value: Mapping[str, Any]) -> dict[str, Any]:
    properties, required = value.get("properties"), value.get("required", [])
    if not isinstance(properties, Mapping) or not all(map(_is_name, properties)):
        raise InvalidInput({f"{name}.properties": "expected an object of names and their schemas"})
    for key, each in properties.items():
        _refuse_unchecked(f"{name}.properties.{key}", each)
    if not isinstance(required, list) or not set(required) <= set(properties):
        raise InvalidInput({f"{name}.required": "expected some of the names in properties"})
    return dict(value)


def _refuse_unchecked(place: str, schema: Any) -> None:
    if not isinstance(schema, Mapping):
        raise InvalidInput({place: f"expected a JSON schema, got {shortened(schema)}"})
    unknown = [key for key in schema if key not in _KEYWORDS]
    if unknown:
        reason = f"'{unknown[0]}' is not checked; known are {', '.join(_KEYWORDS)}"
        raise InvalidInput({place: reason})
    if schema.get("type", "string") not in _TYPES:
        raise InvalidInput({f"{place}.type": f"expected one of {', '.join(_TYPES)}"})


def schema_of(options: list[str] | dict[str, Any], own: Iterable[str]) -> dict[str, Any]:
    """The parameters that a job may give, as a JSON schema.

    Args:
        options: the command's option of that name.
        own: the names among the task's own parameters.
    """
    if isinstance(options, list):
        properties: dict[str, Any] = {name: {} for name in options}
        required = []
    else:
        properties, required = dict(options["properties"]), list(options.get("required", ()))
    properties |= {name: {} for name in own if name not in properties}
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in required if name not in set(own)],
        "additionalProperties": False,
    }


def refuse_undeclared(
    given: Mapping[str, Any], options: list[str] | dict[str, Any], own: Mapping[str, Any]
) -> None:
    """Refuse parameters of a job that the command does not declare, or that do not fit.

    Raises:
        InvalidInput: with a reason for each.
    """
    schema = schema_of(options, own)
    reasons = {}
    for name, value in given.items():
        known = schema["properties"]
        if name not in known:
            hint = did_you_mean(name, known)
            reason = f"the command declares no such option{hint}; its script has to list it"
            reasons[name] = f'{reason}: options=["{name}"]'
        elif misfit := _misfit(value, known[name]):
            reasons[name] = misfit
    for name in schema["required"]:
        if name not in given:
            reasons[name] = "is needed"
    if reasons:
        raise InvalidInput(reasons)


def written(name: str, value: Any, argform: str) -> tuple[str, ...]:
    """An option and its value as words of the command line.

    A program that sees `--day -x` may take `-x` for an option of its own; `--day=-x` it cannot.
    """
    text = str(value)
    if argform == "short":
        return f"-{name}", text
    return (f"--{name}={text}",) if text.startswith("-") else (f"--{name}", text)


def refuse_optionlike(values: Mapping[str, Any], argform: str) -> None:
    """Refuse texts that a program may take for an option, where nothing can tie them to theirs.

    Raises:
        InvalidInput: with a reason for each.
    """
    if argform == "short":
        reason = "begins with '-', so that the program may take it for an option"
        hint = 'argform="long" passes it as one word'
        told = {
            name: f"{shortened(value)} {reason}; {hint}, --{name}={shortened(value)}"
            for name, value in values.items()
            if not isinstance(value, int | float) and str(value).startswith("-")
        }
        if told:
            raise InvalidInput(told)


def _misfit(value: Any, schema: Mapping[str, Any]) -> str | None:
    kind = schema.get("type")
    is_odd = isinstance(value, bool) and kind != "boolean"
    if kind is not None and (is_odd or not isinstance(value, _TYPES[kind])):
        return f"expected {kind}, got {shortened(value)}"
    allowed = schema.get("enum")
    if allowed is not None and value not in allowed:
        return f"expected one of {', '.join(map(repr, allowed))}, got {shortened(value)}"
    return None
