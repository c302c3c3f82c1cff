"""Masking: what was asked for, as it may be shown; and as it may be kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from redengine.api.core.encoding import DEEPEST_BODY, parse_value, to_json
from redengine.exceptions import InvalidInput
from redengine.parameters import MASK, Argument, sounds_secret

if TYPE_CHECKING:
    from redengine.api.core.messages import ApiResponse
    from redengine.parameters import Parameters
    from redengine.query import Query

LOST: Final = "$lost"
"""The one key of what stands for a value that is not written down; its value says why."""
JSON: Final = "application/json"
MOST_SHOWN: Final = 4_000
"""So many bytes of JSON are kept of an action or a refused request."""
_LONGEST_EXCERPT: Final = 500
_URL_PASSWORD: Final = re.compile(r"([a-zA-Z][\w+.\-]*://[^\s:/@\"']*:)[^\s/@\"']+(?=@)")
_PLAIN: Final = (bool, int, float, str)


def shown(value: Any, parameters: Parameters) -> Any:
    """A copy of a value without its secrets: what may stand in the audit trail.

    Masked are the values of secret parameters, wherever they stand, of an `env`, of keys that
    sound like a secret, and the passwords in URLs.
    """
    return _shown(value, parameters, DEEPEST_BODY)


def _shown(value: Any, parameters: Parameters, depth: int) -> Any:
    if isinstance(value, str):
        text = _URL_PASSWORD.sub(rf"\g<1>{MASK}", value) if "://" in value else value
        return parameters.scrub(text)
    if depth == 0:
        return "…"
    if isinstance(value, Mapping):
        if LOST in value:
            return value[LOST]
        return {
            str(key): _masked_as(str(key), each, parameters, depth) for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [_shown(each, parameters, depth - 1) for each in value]
    return value


def _masked_as(key: str, value: Any, parameters: Parameters, depth: int) -> Any:
    if key == "env" and isinstance(value, Mapping):
        return dict.fromkeys(map(str, value), MASK)
    if isinstance(value, _PLAIN) and not isinstance(value, bool) and is_secret(key, parameters):
        return MASK
    if parameters.is_secret(key) and value is not None:
        return MASK
    return _shown(value, parameters, depth - 1)


def is_secret(key: str, parameters: Parameters) -> bool:
    """Whether what stands under a key is likely not to be shown."""
    return parameters.is_secret(key) or sounds_secret(key)


def shown_write(resource: str, data: Any, parameters: Parameters) -> Any:
    """The same of what a write has set; one parameter stands under `value` there."""
    told = shown(data, parameters)
    if resource == "Parameter" and isinstance(data, Mapping) and "value" in data:
        name = str(data.get("name"))
        told["value"] = shown({name: data["value"]}, parameters)[name]
    return told


def hidden(response: ApiResponse, parameters: Parameters) -> ApiResponse:
    """An answer without the values of secrets, wherever in its texts they stand."""
    if not parameters.has_secrets:
        return response
    text = response.content().decode("utf-8", "replace")
    scrubbed = parameters.scrub(text)
    if scrubbed == text:
        return response
    if response.content_type != JSON:
        response.body = scrubbed.encode()
    elif isinstance(response.body, bytes):
        response.body = to_json(_scrubbed(parse_value(response.body), parameters))
    else:
        response.body = _scrubbed(response.body, parameters)
    return response


def hidden_json(value: Any, parameters: Parameters) -> bytes:
    """A value as JSON, without the values of secrets in its texts."""
    content = to_json(value)
    if not parameters.has_secrets:
        return content
    text = content.decode("utf-8", "replace")
    if parameters.scrub(text) == text:
        return content
    return to_json(_scrubbed(parse_value(content), parameters))


def refuse_guessing(query: Query, field: str, parameters: Parameters) -> None:
    """Refuse a filter by the value of a secret: its matches would tell the value.

    Args:
        query: what is asked for.
        field: the field that holds values by name.
        parameters: know what is secret.

    Raises:
        InvalidInput: it filters by a secret, or by all values together while there are secrets.
    """
    for clause in query.conditions:
        if clause.field != field:
            continue
        if any(is_secret(part, parameters) for part in clause.path):
            where = ".".join((field, *clause.path))
            raise InvalidInput({where: "a secret cannot be filtered by"})
        if not clause.path and parameters.has_secrets:
            raise InvalidInput({field: "there are secrets among them; name one, with a dot"})
    if parameters.has_secrets and any(name == field for name, _ in query.sort):
        raise InvalidInput({"$sort": f"there are secrets among the {field}"})


def _scrubbed(value: Any, parameters: Parameters) -> Any:
    """The value with secrets masked in its texts; its keys and its form stay."""
    if isinstance(value, str):
        return parameters.scrub(value)
    if isinstance(value, Mapping):
        return {key: _scrubbed(each, parameters) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(each, parameters) for each in value]
    return value


def restored(given: Any, current: Any, parameters: Parameters) -> Any:
    """What a write means that has masks in it: they were read here, and leave what is there.

    Args:
        given: names and values that are to be set.
        current: the names and values that there are.
        parameters: know what is secret.
    """
    if not (isinstance(given, Mapping) and isinstance(current, Mapping)):
        return given
    masked = shown(current, parameters)
    return {
        key: current[key]
        if key in current and value == masked[key] and value != current[key]
        else restored(value, current.get(key), parameters)
        for key, value in given.items()
    }


def excerpt(value: Any, parameters: Parameters) -> Any:
    """The same, cut where it is long: for what is never read back."""
    masked = shown(value, parameters)
    content = to_json(masked)
    if len(content) <= MOST_SHOWN:
        return masked
    return {"bytes": len(content), "begins": content[:_LONGEST_EXCERPT].decode("utf-8", "ignore")}


def lost(reason: str) -> dict[str, str]:
    """What stands for a value that is not written down."""
    return {LOST: reason}


def kept(value: Any) -> Any:
    """A copy of a value as JSON can hold it; what it cannot is said to be lost."""
    if isinstance(value, Argument):
        return lost(repr(value))
    if value is None or isinstance(value, _PLAIN):
        return value
    if isinstance(value, Mapping):
        return {str(key): kept(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [kept(each) for each in value]
    return lost(f"a {type(value).__qualname__}")


def lost_parts(value: Any, path: str = "") -> dict[str, str]:
    """Where in a kept value something is lost, and what it was."""
    found: dict[str, str] = {}
    if isinstance(value, Mapping):
        if LOST in value:
            return {path: str(value[LOST])}
        for key, each in value.items():
            found |= lost_parts(each, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            found |= lost_parts(each, f"{path}.{place}" if path else str(place))
    return found
