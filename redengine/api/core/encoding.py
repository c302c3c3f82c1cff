"""Python values as JSON bytes, and request bodies as Python values."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from redengine.exceptions import InvalidInput
from redengine.support import jsontext
from redengine.support.jsontext import parse_exactly

DEEPEST_BODY: Final = 64
"""How deep the arrays and objects of a body may nest: far beyond need, far below any limit."""

_OPTIONS: Final = jsontext.OPT_NON_STR_KEYS


class NotJson(InvalidInput):
    """The body of a request is not JSON at all.

    Args:
        reason: what is wrong, and where.
    """

    def __init__(self, reason: object) -> None:
        super().__init__({"body": f"expected JSON: {reason}"})


def to_json(value: Any) -> bytes:
    """`value` as JSON: times in ISO 8601 with offset, timedeltas as seconds.

    What JSON does not know is written as its `repr`, so that a user's value in a list
    never makes the whole list unreadable.
    """
    try:
        return jsontext.dumps(value, _plain, _OPTIONS)
    except (jsontext.JSONEncodeError, RecursionError):
        return json.dumps(_tame(value, DEEPEST_BODY)).encode()


def indented(content: bytes) -> bytes:
    """JSON with a line for each value, for people to read."""
    return json.dumps(json.loads(content), indent=2, ensure_ascii=False).encode()


def _plain(value: Any) -> Any:
    """A JSON-ready stand-in for what orjson does not know."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return repr(value)


def _tame(value: Any, depth: int) -> Any:
    """A copy that any JSON writer takes: for integers over 64 bits, lone surrogates, cycles."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    if depth == 0:
        return "…"
    if isinstance(value, Mapping):
        return {str(key): _tame(each, depth - 1) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_tame(each, depth - 1) for each in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return _plain(value)


def parse_object(content: bytes) -> dict[str, Any]:
    """The JSON object in a request's body; an empty body is an empty object.

    Raises:
        InvalidInput: the body is not JSON, not an object, or nests too deep.
    """
    if not content or content.isspace():
        return {}
    value = parse_value(content)
    if not isinstance(value, dict):
        kind = type(value).__name__
        raise InvalidInput({"body": f"expected a JSON object, got {_JSON_WORDS.get(kind, kind)}"})
    return value


def parse_value(content: bytes) -> Any:
    """The JSON value in a request's body, which may be of any kind.

    Raises:
        NotJson: the body is not JSON.
        InvalidInput: the body nests too deep, or has a number that JSON cannot say exactly.
    """
    try:
        value = parse_exactly(content)
    except jsontext.JSONDecodeError as error:
        raise NotJson(error) from None
    if content.count(b"[") + content.count(b"{") > DEEPEST_BODY:
        from redengine.support.plainjson import nests_deeper

        if nests_deeper(value, DEEPEST_BODY):
            reason = f"arrays and objects nest deeper than {DEEPEST_BODY}"
            raise InvalidInput({"body": reason})
    return value


_JSON_WORDS: Final = {
    "list": "an array",
    "str": "text",
    "int": "a number",
    "float": "a number",
    "bool": "a boolean",
    "NoneType": "null",
}
