"""Time zones by their IANA names, and what may be meant by a text that is none."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo

from redengine.exceptions import nearest, shortened

_LONGEST: Final = 64
_OFFSET: Final = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2})(?::?([0-5]\d))?", re.ASCII)
_FURTHEST: Final = {"+": 14, "-": 12}
"""How many hours east and west the zones `Etc/GMT…` go."""
_ABBREVIATIONS: Final = {
    "aest": "Australia/Sydney", "bst": "Europe/London", "cdt": "America/Chicago",
    "cest": "Europe/Berlin", "cst": "America/Chicago", "edt": "America/New_York",
    "eest": "Europe/Helsinki", "ist": "Asia/Kolkata", "jst": "Asia/Tokyo",
    "mdt": "America/Denver", "pdt": "America/Los_Angeles", "pst": "America/Los_Angeles",
    "west": "Europe/Lisbon",
}  # fmt: skip
"""What stands for a part of the year, or for several zones, with a zone that has it."""


class ZoneError(ValueError):
    """A text names no time zone.

    Args:
        reason: what was expected.
        suggestion: the name of the zone that may be meant.
    """

    def __init__(self, reason: str, suggestion: str | None = None) -> None:
        self.reason = reason
        self.suggestion = suggestion
        super().__init__(f"{reason}; did you mean '{suggestion}'?" if suggestion else reason)


def zone_of(value: object) -> ZoneInfo:
    """The time zone that a value means: one object for each zone, however it is written.

    Args:
        value: an IANA name in any case, such as "Europe/Helsinki" or "utc", or a `ZoneInfo`.

    Raises:
        ZoneError: there is no such zone.
    """
    if isinstance(value, ZoneInfo) and value.key:
        return _named(value.key)
    if not isinstance(value, str):
        message = f"expected the IANA name of a time zone, got {shortened(value)}"
        raise ZoneError(message)
    return _named(value.strip())


@lru_cache(maxsize=1024)
def _named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(_names().get(name.lower(), name))
    except (KeyError, ValueError, OSError):
        raise _refused(name) from None


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """The IANA names by how they are written in lower case.

    They are those of the package tzdata: to list the machine's own means to open 600 files.
    """
    listed = (resources.files("tzdata") / "zones").read_text(encoding="utf-8").split()
    return {name.lower(): name for name in listed}


def _refused(name: str) -> ZoneError:
    offset = _OFFSET.fullmatch(name.lower())
    if offset is not None:
        return _refused_offset(name, offset)
    words = "_".join(name.lower().split())
    if words in _ABBREVIATIONS:
        reason = f"expected the name of a time zone, got the abbreviation {name!r}"
        return ZoneError(reason, _ABBREVIATIONS[words])
    reason = f"expected a time zone such as Europe/Helsinki, got {shortened(name)}"
    return ZoneError(reason, _meant(words) if len(words) <= _LONGEST else None)


def _refused_offset(name: str, offset: re.Match[str]) -> ZoneError:
    sign, hours = offset[1], int(offset[2])
    reason = f"{name!r} is an offset, which has no daylight saving time; "
    if int(offset[3] or 0) or hours > _FURTHEST[sign]:
        return ZoneError(f"{reason}name a zone such as Europe/Helsinki")
    same = f"Etc/GMT{'-' if sign == '+' else '+'}{hours}" if hours else "UTC"
    return ZoneError(f"{reason}name a zone such as Europe/Helsinki, or {same} for itself", same)


def _meant(words: str) -> str | None:
    """The zone of a place, or the one whose name is written most alike."""
    names = _names()
    place = words.rpartition("/")[2]
    named = [full for lower, full in names.items() if lower.rpartition("/")[2] == place]
    return next(iter(named), None) or nearest(words, names.values())
