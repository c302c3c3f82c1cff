"""Job ids: UUIDs of version 7, which sort by the time they were made."""

from __future__ import annotations

import os
import random
import time

_random = random.Random(os.urandom(32))  # noqa: S311 - unique, not secret; os.urandom would give up the interpreter lock
os.register_at_fork(after_in_child=lambda: _random.seed(os.urandom(32)))


def new_job_id() -> str:
    """A UUIDv7 as text (RFC 9562 §5.7): 48 bits of milliseconds, then 74 random bits."""
    stamp = time.time_ns() // 1_000_000
    noise = _random.getrandbits(80)
    bits = (stamp << 80) | noise
    bits = bits & ~(0xF << 76) | (0x7 << 76)
    bits = bits & ~(0x3 << 62) | (0x2 << 62)
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
