"""Durations as people write them, and back."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from decimal import Decimal
from typing import Final

from redengine.exceptions import InvalidInput, did_you_mean, shortened

LONGEST: Final = timedelta(days=365_250)
"""A thousand years: longer ones would leave the calendar when added to an instant."""

_LONGEST_TEXT: Final = 200
_SIZES_US: Final = {
    "day": 86_400_000_000,
    "hour": 3_600_000_000,
    "minute": 60_000_000,
    "second": 1_000_000,
    "millisecond": 1_000,
    "microsecond": 1,
}
_WEEK_US: Final = 7 * _SIZES_US["day"]
_SPELLINGS: Final = {
    **{name: size for unit, size in _SIZES_US.items() for name in (unit, f"{unit}s")},
    **dict.fromkeys(("w", "week", "weeks"), _WEEK_US),
    "d": _SIZES_US["day"],
    **dict.fromkeys(("h", "hr", "hrs"), _SIZES_US["hour"]),
    **dict.fromkeys(("m", "min", "mins"), _SIZES_US["minute"]),
    **dict.fromkeys(("s", "sec", "secs"), _SIZES_US["second"]),
    **dict.fromkeys(("ms", "msec"), _SIZES_US["millisecond"]),
    **dict.fromkeys(("us", "µs", "μs"), _SIZES_US["microsecond"]),
}
_PART: Final = re.compile(r"\s*(?:,|and\b)?\s*(\d{1,15}(?:\.\d{1,9})?|\.\d{1,9})\s*([^\W\d_]*)")
_CLOCK: Final = re.compile(
    r"(?:(\d{1,9})\s*days?,?\s*)?(\d{1,9}):([0-5]?\d):([0-5]?\d)(?:\.(\d{1,6}))?"
)


def parse_duration(value: str | float | timedelta, field: str = "duration") -> timedelta:
    """The duration that a text, a number of seconds or a timedelta means.

    Texts are numbers with units ("10 min", "1 hour 30 min", "1h30m", "500 ms", "2 days"),
    a clock ("00:10:00") or a bare number of seconds ("90").

    Args:
        value: what was given.
        field: the name of what it is for, to be found in the error.

    Raises:
        InvalidInput: it cannot be read, is negative, or is more than a thousand years.
    """
    if isinstance(value, timedelta):
        duration = value
    elif isinstance(value, str):
        duration = _from_text(value, field)
    else:
        duration = _from_number(value, field)
    if duration < timedelta(0):
        raise InvalidInput({field: f"a duration is not negative, got {shortened(value)}"})
    if duration > LONGEST:
        raise InvalidInput({field: f"a duration is at most 1000 years, got {shortened(value)}"})
    return duration


def format_duration(duration: timedelta) -> str:
    """The canonical text, such as "1 hour 30 minutes"; `parse_duration` reads it back."""
    rest = duration // timedelta(microseconds=1)
    parts = []
    for unit, size in _SIZES_US.items():
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}" if count == 1 else f"{count} {unit}s")
    return " ".join(parts) or "0 seconds"


def _from_number(value: object, field: str) -> timedelta:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidInput({field: _expected(value)})
    if abs(value) > LONGEST.total_seconds():
        raise InvalidInput({field: f"a duration is at most 1000 years, got {shortened(value)}"})
    return timedelta(seconds=value)


def _from_text(value: str, field: str) -> timedelta:
    text = value.strip().lower()
    if text.startswith("-"):
        raise InvalidInput({field: f"a duration is not negative, got {shortened(value)}"})
    if not text or len(text) > _LONGEST_TEXT:
        raise InvalidInput({field: _expected(value)})
    clock = _CLOCK.fullmatch(text)
    total_us = _clock_us(clock) if clock else _parts_us(text, value, field)
    if total_us > LONGEST // timedelta(microseconds=1):
        raise InvalidInput({field: f"a duration is at most 1000 years, got {shortened(value)}"})
    return timedelta(microseconds=total_us)


def _clock_us(clock: re.Match[str]) -> int:
    days, hours, minutes, seconds, fraction = clock.groups()
    whole_s = ((int(days or 0) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(seconds)
    return whole_s * _SIZES_US["second"] + int((fraction or "0").ljust(6, "0"))


def _parts_us(text: str, value: str, field: str) -> int:
    total = Decimal(0)
    position = 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            raise InvalidInput({field: _expected(value)})
        number, unit = part.groups()
        if not unit and part.group() != text:
            raise InvalidInput({field: f"say the unit of {number} in {shortened(value)}"})
        if unit and unit not in _SPELLINGS:
            hint = did_you_mean(unit, _SPELLINGS)
            raise InvalidInput({field: f"unknown unit {shortened(unit)}{hint}"})
        total += Decimal(number) * _SPELLINGS[unit or "second"]
        position = part.end()
    return int(total.to_integral_value())


def _expected(value: object) -> str:
    return f"expected a duration such as '10 min', '1 hour 30 min' or 90, got {shortened(value)}"
