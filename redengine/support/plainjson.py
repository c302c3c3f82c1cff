"""JSON as orjson reads and writes it (https://github.com/ijl/orjson), in Python alone."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from datetime import date, datetime, time
from enum import Enum
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

OPT_NON_STR_KEYS: Final = 1 << 2
OPT_PASSTHROUGH_DATETIME: Final = 1 << 9
OPT_SERIALIZE_NUMPY: Final = 1 << 4
OPT_SORT_KEYS: Final = 1 << 5

_DEEPEST_WRITTEN: Final = 254
_DEEPEST_READ: Final = 1024
_INTEGERS: Final = range(-(2**63), 2**64)
_DECIMAL_FROM: Final = 1e-5
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")

JSONEncodeError = TypeError


class JSONDecodeError(json.JSONDecodeError):
    """The text is not JSON."""


# -- writing


def dumps(value: Any, default: Callable[[Any], Any] | None = None, option: int | None = 0) -> bytes:
    """`value` as JSON in UTF-8, without spaces.

    Args:
        value: what is written.
        default: gives something that can be written for what cannot.
        option: the OPT_ numbers, or-ed together.

    Raises:
        JSONEncodeError: it cannot be written.
    """
    text = "".join(_Writer(default, option or 0).pieces(value, 0))
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise JSONEncodeError("str is not valid UTF-8: surrogates not allowed") from None


class _Writer:
    def __init__(self, default: Callable[[Any], Any] | None, option: int) -> None:
        self._default = default
        self._option = option

    def pieces(self, value: Any, depth: int) -> Iterator[str]:
        """The text of a value, in pieces."""
        if isinstance(value, Enum):
            yield from self.pieces(value.value, depth)
        elif (text := self._scalar(value)) is not None:
            yield text
        elif depth >= _DEEPEST_WRITTEN:
            raise JSONEncodeError("Recursion limit reached")
        elif isinstance(value, list) or type(value) is tuple:
            yield from self._array(value, depth)
        elif isinstance(value, dict):
            yield from self._object(self._named(value), depth)
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = (each.name for each in dataclasses.fields(value))
            shown = ((name, getattr(value, name)) for name in fields if not name.startswith("_"))
            yield from self._object(shown, depth)
        else:
            yield from self.pieces(self._replaced(value), depth + 1)

    def _scalar(self, value: Any) -> str | None:
        if value is None or isinstance(value, bool):
            return "null" if value is None else str(value).lower()
        if isinstance(value, str):
            return encode_basestring(str(value))
        if isinstance(value, int):
            return _integer(value, "Integer exceeds 64-bit range")
        if type(value) is float:
            return _number(value)
        if isinstance(value, UUID):
            return f'"{value}"'
        if isinstance(value, date | time) and not self._option & OPT_PASSTHROUGH_DATETIME:
            return f'"{_moment(value)}"'
        return None

    def _array(self, values: Iterable[Any], depth: int) -> Iterator[str]:
        before = "["
        for value in values:
            yield before
            yield from self.pieces(value, depth + 1)
            before = ","
        yield "[]" if before == "[" else "]"

    def _object(self, items: Iterable[tuple[str, Any]], depth: int) -> Iterator[str]:
        before = "{"
        for name, value in items:
            yield f"{before}{encode_basestring(name)}:"
            yield from self.pieces(value, depth + 1)
            before = ","
        yield "{}" if before == "{" else "}"

    def _named(self, value: dict[Any, Any]) -> Iterable[tuple[str, Any]]:
        items = ((self._name(key), each) for key, each in value.items())
        if not self._option & OPT_SORT_KEYS:
            return items
        return sorted(items, key=lambda item: item[0])

    def _name(self, key: Any) -> str:
        if type(key) is str:
            return key
        if not self._option & OPT_NON_STR_KEYS:
            raise JSONEncodeError("Dict key must be str")
        if isinstance(key, Enum):
            return self._name(key.value)
        if isinstance(key, str):
            return str(key)
        if isinstance(key, int) and not isinstance(key, bool):
            return _integer(key, "Dict integer key must be within 64-bit range")
        if isinstance(key, date | time):
            return _moment(key)
        text = self._scalar(key)
        if text is None:
            raise JSONEncodeError("Dict key must a type serializable with OPT_NON_STR_KEYS")
        return text.strip('"')

    def _replaced(self, value: Any) -> Any:
        """What is written for something that JSON does not know."""
        if self._option & OPT_SERIALIZE_NUMPY and type(value).__module__ == "numpy":
            return value.tolist()
        refusal = JSONEncodeError(f"Type is not JSON serializable: {type(value).__qualname__}")
        if self._default is None:
            raise refusal
        try:
            return self._default(value)
        except Exception as error:
            raise refusal from error


def _integer(value: int, refusal: str) -> str:
    if int(value) not in _INTEGERS:
        raise JSONEncodeError(refusal)
    return int.__repr__(value)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "null"
    text = repr(value)
    if "e-0" not in text:
        return text
    digits, _, exponent = text.partition("e")
    if abs(value) < _DECIMAL_FROM:
        return f"{digits}e{int(exponent)}"
    after_point = len(digits.replace("-", "").replace(".", "")) - 1 - int(exponent)
    return f"{value:.{after_point}f}"


def _moment(value: date | time) -> str:
    """ISO 8601; an offset in whole minutes."""
    if isinstance(value, datetime):
        text = value.isoformat()
        offset = value.utcoffset()
        return text[:-3] if offset is not None and offset.seconds % 60 else text
    if isinstance(value, time) and value.tzinfo is not None:
        raise JSONEncodeError("datetime.time must not have tzinfo set")
    return value.isoformat()


# -- reading


def loads(text: bytes | bytearray | memoryview | str) -> Any:
    """The value that a JSON text stands for; integers beyond 64 bits become floats.

    What nests deeper than 1,024, or than Python's recursion limit allows, is refused.

    Raises:
        JSONDecodeError: it is not JSON.
    """
    try:
        plain = (text.encode() if isinstance(text, str) else bytes(text)).decode()
        value = _DECODER.decode(plain)
        if _SURROGATE.search(plain):  # a lone one stands for no text
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise JSONDecodeError(error.msg, error.doc, error.pos) from None
    except UnicodeError:
        raise JSONDecodeError("str is not valid UTF-8: surrogates not allowed", "", 0) from None
    except (RecursionError, TypeError, ValueError) as error:
        raise JSONDecodeError(str(error), "", 0) from None
    is_suspect = plain.count("[") + plain.count("{") > _DEEPEST_READ
    if is_suspect and nests_deeper(value, _DEEPEST_READ):
        raise JSONDecodeError("depth limit exceeded", "", 0)
    return value


def _read_integer(digits: str) -> int | float:
    value = int(digits) if len(digits) <= len(str(_INTEGERS.start)) else None
    return value if value is not None and value in _INTEGERS else _read_float(digits)


def _read_float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError("number is infinity when parsed as double")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_DECODER: Final = json.JSONDecoder(
    parse_int=_read_integer, parse_float=_read_float, parse_constant=_refuse_constant
)


def nests_deeper(value: Any, most: int) -> bool:
    """Whether arrays and objects in a value nest deeper than `most`."""
    level: list[Any] = [value]
    for _ in range(most):
        inside = (each.values() if isinstance(each, dict) else each for each in level)
        level = [child for each in inside for child in each if isinstance(child, dict | list)]
        if not level:
            return False
    return True
