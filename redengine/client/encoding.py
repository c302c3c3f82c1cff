"""Python values as the API reads them: JSON bodies, and ids for jobs."""

from __future__ import annotations

import json
import secrets
import time
import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from datetime import time as clock_time
from typing import Any

from redengine.exceptions import InvalidInput, shortened


def to_json(value: Any) -> bytes:
    """`value` as JSON: times in ISO 8601, timedeltas as seconds, sets as arrays.

    Raises:
        InvalidInput: a part of it has no JSON form.
    """
    try:
        return json.dumps(value, default=_plain, allow_nan=False).encode()
    except (ValueError, TypeError, RecursionError) as error:
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput({"body": f"cannot be sent as JSON: {error}"}) from None


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, date | clock_time):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if isinstance(value, Mapping):
        return dict(value)
    kind = type(value).__name__
    raise InvalidInput({"body": f"a {kind} has no JSON form: {shortened(value)}"})


def new_job_id() -> str:
    """A UUIDv7 (RFC 9562 §5.7) as text, which sorts by the time it was made."""
    stamp = time.time_ns() // 1_000_000
    bits = (stamp << 80) | secrets.randbits(80)
    bits = bits & ~(0xF << 76) | (0x7 << 76)
    bits = bits & ~(0x3 << 62) | (0x2 << 62)
    return str(uuid.UUID(int=bits))
