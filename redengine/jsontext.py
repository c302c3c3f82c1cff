"""JSON texts: by orjson, or by Python's own json where orjson has no build for the interpreter.

Both read and write the same, byte for byte; orjson is many times faster.
"""

from __future__ import annotations

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
