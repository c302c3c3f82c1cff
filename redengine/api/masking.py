"""Masking: what was asked for, as it may be shown; and as it may be kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from redengine.api.encoding import DEEPEST_BODY, to_json
from redengine.parameters import MASK, Argument

if TYPE_CHECKING:
    from redengine.api.ports import ParametersPort

LOST: Final = "$lost"
"""The one key of what stands for a value that is not written down; its value says why."""
MOST_SHOWN: Final = 4_000
"""So many bytes of JSON are kept of an action or a refused request."""
_LONGEST_EXCERPT: Final = 500
_SECRET_NAME: Final = re.compile(
    r"(^|[_\-. ])(pass(word|wd|phrase)?|pwd|secrets?|tokens?|api[_\-]?keys?|private[_\-]?key"
    r"|access[_\-]?key|credentials?|authorization)($|[_\-. ])",
    re.IGNORECASE,
)
_URL_PASSWORD: Final = re.compile(r"([a-zA-Z][\w+.\-]*://[^\s:/@\"']*:)[^\s/@\"']+(?=@)")
_PLAIN: Final = (bool, int, float, str)


def shown(value: Any, parameters: ParametersPort) -> Any:
    """A copy of a value without its secrets: what may stand in the audit trail.

    Masked are the values of secret parameters, of an `env`, of keys that sound like a secret,
    and the passwords in URLs.
    """
    return _shown(value, parameters, DEEPEST_BODY)


def _shown(value: Any, parameters: ParametersPort, depth: int) -> Any:
    if isinstance(value, str):
        return _URL_PASSWORD.sub(rf"\g<1>{MASK}", value) if "://" in value else value
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


def _masked_as(key: str, value: Any, parameters: ParametersPort, depth: int) -> Any:
    if key == "env" and isinstance(value, Mapping):
        return dict.fromkeys(map(str, value), MASK)
    if isinstance(value, _PLAIN) and not isinstance(value, bool) and is_secret(key, parameters):
        return MASK
    if parameters.is_secret(key) and value is not None:
        return MASK
    return _shown(value, parameters, depth - 1)


def is_secret(key: str, parameters: ParametersPort) -> bool:
    """Whether what stands under a key is likely not to be shown."""
    return parameters.is_secret(key) or _SECRET_NAME.search(key) is not None


def excerpt(value: Any, parameters: ParametersPort) -> Any:
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
