"""Values that JSON says exactly: what has none is refused, never rounded and never null.

NaN and infinities are no JSON (RFC 8259 §6); integers outside the range of 64-bit ones, signed or
unsigned, are read as rounded floats by most readers.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Mapping
from datetime import time
from enum import Enum
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    from orjson import (
        OPT_NON_STR_KEYS,
        OPT_PASSTHROUGH_DATETIME,
        OPT_SERIALIZE_NUMPY,
        OPT_SORT_KEYS,
        JSONDecodeError,
        JSONEncodeError,
        dumps,
        loads,
    )
except ImportError:
    from redengine.support.plainjson import (  # type: ignore[assignment] # the same by other means
        OPT_NON_STR_KEYS,
        OPT_PASSTHROUGH_DATETIME,
        OPT_SERIALIZE_NUMPY,
        OPT_SORT_KEYS,
        JSONDecodeError,
        JSONEncodeError,
        dumps,
        loads,
    )

_UNPADDED: Final = re.compile(rb':[0-9]{2}\.[0-9]{5}"')
"""How orjson 3.13.0 ends a `datetime.time` with 10 to 99.999 ms: 0.012345 s as `.12345`."""


def _repaired(write: Any) -> Any:
    """The `dumps` of orjson, but that Python writes what holds a time that orjson gets wrong."""

    @wraps(write)
    def dumps(value: Any, default: Any = None, option: int | None = None) -> bytes:
        text: bytes = write(value, default, option)
        if _UNPADDED.search(text) is None:
            return text
        from redengine.support import plainjson

        return plainjson.dumps(value, default, option)

    return dumps


if _UNPADDED.search(dumps(time(0, 0, 0, 10_000))):
    dumps = _repaired(dumps)

__all__ = [
    "OPT_NON_STR_KEYS",
    "OPT_PASSTHROUGH_DATETIME",
    "OPT_SERIALIZE_NUMPY",
    "OPT_SORT_KEYS",
    "JSONDecodeError",
    "JSONEncodeError",
    "dumps",
    "loads",
]


LOWEST: Final = -(2**63)
HIGHEST: Final = 2**64 - 1
_RANGE: Final = "integers go from -2**63 to 2**64-1; write it as a text"
_LONG_NUMBER: Final = re.compile(rb"[0-9]{19}")
_LONGEST_NUMBER: Final = 20


def refuse_inexact(value: Any, field: str) -> None:
    """Refuse a value with a number in it that JSON cannot say exactly.

    Objects other than numbers, lists, tuples and mappings are left alone.

    Args:
        value: the value.
        field: its name, to which the place within it is added: `parameters.rows[2].mean`.

    Raises:
        InvalidInput: it has one.
    """
    found = _inexact(value, field)
    if found is not None:
        raise InvalidInput({found[0]: found[1]})


def json_trouble(value: Any) -> str | None:
    """Why a value has no JSON form; None where it has one."""
    return encoded(value, OPT_NON_STR_KEYS)[1]


def encoded(value: Any, options: int = 0) -> tuple[bytes, str | None]:
    """A value as JSON, and why it has no JSON form; None where it has one."""
    try:
        data = dumps(value, option=options | OPT_SERIALIZE_NUMPY)
    except (TypeError, ValueError, RecursionError) as error:
        return b"", str(error)
    # NaN becomes null without a word: only then the value has to be looked through.
    found = _inexact(value, "") if b"null" in data else None
    if found is None:
        return data, None
    place, reason = found
    return b"", f"{reason} at {place.removeprefix('.')}" if place else reason


def parse_exactly(content: bytes) -> Any:
    """The value of a JSON text, none of whose numbers is changed by reading it.

    Raises:
        ValueError: the text is not JSON.
        InvalidInput: it has a number that JSON readers change, and the field is its place; or
            one that JSON has no word for, and the reason names its place.
    """
    try:
        value = loads(content)
    except JSONDecodeError:
        found = _inexact_in(content)
        if found is None:
            raise
        raise InvalidInput({"body": f"expected JSON: {': '.join(filter(None, found))}"}) from None
    if _LONG_NUMBER.search(content):
        found = _inexact_in(content)
        if found is not None:
            raise InvalidInput({found[0] or "body": found[1]})
    return value


def _inexact_in(content: bytes) -> tuple[str, str] | None:
    """As `_inexact`, for a text: Python's own reader knows NaN and numbers of any length."""
    try:
        value = json.loads(content, parse_int=_whole)
    except (ValueError, RecursionError):
        return None
    found = _inexact(value, "")
    return None if found is None else (found[0].removeprefix("."), found[1])


def _whole(text: str) -> int:
    return int(text) if len(text) <= _LONGEST_NUMBER else HIGHEST + 1


def _inexact(value: Any, place: str) -> tuple[str, str] | None:
    """The first number that JSON cannot say exactly: its place, and why."""
    left = [(value, place)]
    seen: set[int] = set()
    while left:
        each, at = left.pop()
        if isinstance(each, float):
            if not math.isfinite(each):
                return at, f"{each} is no number that JSON knows; write null or a text"
        elif isinstance(each, int):
            if not LOWEST <= each <= HIGHEST:
                return at, _RANGE
        elif not isinstance(each, str | bytes | None) and id(each) not in seen:
            seen.add(id(each))
            left.extend(_parts(each, at))
    return None


def _parts(value: Any, place: str) -> Iterator[tuple[Any, str]]:
    if isinstance(value, Mapping):
        yield from ((key, f"{place} (a key)") for key in value if isinstance(key, int | float))
        yield from ((each, f"{place}.{key}") for key, each in value.items())
    elif isinstance(value, list | tuple):
        yield from ((each, f"{place}[{index}]") for index, each in enumerate(value))
    elif isinstance(value, Enum):
        yield value.value, place
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield getattr(value, field.name), f"{place}.{field.name}"
    elif hasattr(value, "dtype") and hasattr(value, "tolist"):
        yield value.tolist(), place  # an array or a number of numpy
