"""JSON texts: by orjson, or by Python's own json where orjson has no build for the interpreter.

Both read and write the same, byte for byte; orjson is many times faster.
"""

from __future__ import annotations

import re
from datetime import time
from functools import wraps
from typing import Any, Final

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
    from redengine.plainjson import (  # type: ignore[assignment] # the same by other means
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
        from redengine import plainjson  # cold starts do without it

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
