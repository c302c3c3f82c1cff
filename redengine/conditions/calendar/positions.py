"""Positions in a period, as people write them: "07:00", "Monday 10 PM", "last", "30:00"."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Final

from redengine.conditions.calendar.wall_clock import DAY, HOUR, MINUTE, MONTH, SECOND, WEEK, Unit
from redengine.exceptions import InvalidInput, nearest, shortened

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LAST: Final = 32
"""The day number of a month's last day."""

FORMS: Final = {
    "second": "a fraction of a second such as .25",
    "minute": "seconds such as 30",
    "hour": "minutes and seconds such as 30:00",
    "day": "a time such as 07:00 or 10 PM",
    "week": "a weekday such as Monday or Mon 07:00",
    "month": "a day of the month such as 3rd, 3rd 07:00 or last",
}
"""What a position looks like, by the name of the unit."""

_US: Final = timedelta(microseconds=1)
_SECOND: Final = timedelta(seconds=1)
_MINUTE: Final = timedelta(minutes=1)
_MIDNIGHT: Final = timedelta(0)
_ABBREVIATIONS: Final = {
    "tues": 1, "thur": 3, "thurs": 3,
    **{name[:3].lower(): number for number, name in enumerate(WEEKDAYS)},
    **{name.lower(): number for number, name in enumerate(WEEKDAYS)},
}  # fmt: skip
_FRACTION: Final = r"(?:\.(\d{1,6}))?"
_CLOCK: Final = re.compile(
    rf"(\d{{1,2}})(?::([0-5]\d)(?::([0-5]\d){_FRACTION})?)?\s*(am|pm)?", re.ASCII
)
_IN_HOUR: Final = re.compile(rf"([0-5]?\d)(?::([0-5]\d){_FRACTION})?", re.ASCII)
_IN_MINUTE: Final = re.compile(rf"(?:00)?:?([0-5]?\d){_FRACTION}(?:\s*s)?", re.ASCII)
_IN_SECOND: Final = re.compile(r"0?\.(\d{1,6})", re.ASCII)
_DAY_OF_MONTH: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in every period of a unit.

    Attributes:
        unit: the unit.
        day: the weekday from 0, or the day of the month from 1 (`LAST` for the last);
            0 in units up to a day.
        offset: from the start of that day, or of the period.
        span: the length of what is named: a day, a minute, a second …
    """

    unit: Unit
    day: int
    offset: timedelta
    span: timedelta

    @property
    def order(self) -> tuple[int, timedelta]:
        """What positions of one unit are compared by."""
        return (self.day, self.offset)

    @property
    def is_start(self) -> bool:
        """Whether it is the very start of the period."""
        return self.order == ((1 if self.unit is MONTH else 0), _MIDNIGHT)

    def exists_in(self, start: datetime) -> bool:
        """Whether the period that begins at `start` has this place: not every month has a 31st."""
        return self.unit is not MONTH or self.day in {LAST, min(self.day, _days_in(start))}

    def wall(self, start: datetime) -> datetime:
        """The place in the period that begins at `start`; its end where there is no such day."""
        if self.unit is WEEK:
            return start + self.day * DAY + self.offset
        if self.unit is not MONTH:
            return start + self.offset
        if not self.exists_in(start):
            return MONTH.following(start)
        return start + (min(self.day, _days_in(start)) - 1) * DAY + self.offset

    def __str__(self) -> str:
        clock = _clock_text(self.offset, self.span)
        if self.unit is SECOND:
            return f".{_fraction(self.offset, self.span)}"
        if self.unit is MINUTE:
            return clock[6:]
        if self.unit is HOUR:
            return clock[3:]
        named_day = _day_text(self)
        return named_day if self.span == DAY else f"{named_day} {clock}".lstrip()


def _days_in(month: datetime) -> int:
    return monthrange(month.year, month.month)[1]


def _day_text(position: Position) -> str:
    if position.unit is WEEK:
        return WEEKDAYS[position.day]
    if position.unit is not MONTH:
        return ""
    if position.day == LAST:
        return "last"
    teens = range(11, 14)
    last_digit = 0 if position.day in teens else position.day % 10
    return f"{position.day}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last_digit, 'th') }"


def _clock_text(offset: timedelta, span: timedelta) -> str:
    minutes, seconds = divmod(offset // _SECOND, 60)
    text = f"{minutes // 60:02}:{minutes % 60:02}"
    if span >= _MINUTE:
        return text
    text = f"{text}:{seconds:02}"
    return text if span >= _SECOND else f"{text}.{_fraction(offset, span)}"


def _fraction(offset: timedelta, span: timedelta) -> str:
    digits = 7 - len(str(span // _US))
    return f"{offset % _SECOND // _US:06}"[:digits]


@lru_cache(maxsize=1024)
def read_position(unit: Unit, text: str) -> Position:
    """The position that a text names.

    Raises:
        ValueError: it names none; the message says what was expected.
    """
    words = text.strip().lower()
    position = _READERS.get(unit.name, _in_day)(unit, words)
    if position is None:
        reason = f"expected {FORMS[unit.name]}, got {shortened(text)}"
        if unit is SECOND and re.fullmatch("[0-9]{1,3}", words):
            reason += f"; {words} milliseconds are .{int(words):03}"
        raise ValueError(reason)
    return position


def position_of(unit: Unit, value: str | int | time | Position, field: str) -> Position:
    """The position that a value given in Python means.

    Raises:
        InvalidInput: it means none.
    """
    if isinstance(value, Position) and value.unit is unit:
        return value
    text = value.isoformat() if isinstance(value, time) else str(value)
    try:
        return read_position(unit, text)
    except ValueError as error:
        day = nearest(text, WEEKDAYS) if unit is WEEK else None
        hint = f"; did you mean '{day}'?" if day else ""
        raise InvalidInput({field: f"{error}{hint}"}) from None


def _part(unit: Unit, fields: tuple[str | None, ...], day: int = 0) -> Position:
    """A position from texts of hours, minutes, seconds and a fraction, any of them None."""
    hours, minutes, seconds, fraction = fields
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0))
    span = _MINUTE if seconds is None else _SECOND
    if fraction:
        offset += int(fraction.ljust(6, "0")) * _US
        span = 10 ** (6 - len(fraction)) * _US
    return Position(unit, day, offset, span)


def _in_second(unit: Unit, text: str) -> Position | None:
    found = _IN_SECOND.fullmatch(text)
    return _part(unit, (None, None, "0", found[1])) if found else None


def _in_minute(unit: Unit, text: str) -> Position | None:
    found = _IN_MINUTE.fullmatch(text)
    return _part(unit, (None, None, found[1], found[2])) if found else None


def _in_hour(unit: Unit, text: str) -> Position | None:
    found = _IN_HOUR.fullmatch(text)
    return _part(unit, (None, *found.groups())) if found else None


def _in_day(unit: Unit, text: str, day: int = 0) -> Position | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hours, half = int(found[1]), found[5]
    if half:
        if not 1 <= hours <= 12:  # noqa: PLR2004 - a clock face
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    if hours > 23:  # noqa: PLR2004 - hours of a day
        return None
    return _part(unit, (str(hours), *found.groups()[1:4]), day)


def _in_week(unit: Unit, text: str) -> Position | None:
    name, _, clock = text.partition(" ")
    day = _ABBREVIATIONS.get(name)
    return None if day is None else _on_day(unit, day, clock)


def _in_month(unit: Unit, text: str) -> Position | None:
    name, _, clock = text.partition(" ")
    found = _DAY_OF_MONTH.fullmatch(name)
    day = LAST if name == "last" else int(found[1]) if found else 0
    if not 1 <= day <= 31 and name != "last":  # noqa: PLR2004 - days of a month
        return None
    return _on_day(unit, day, clock)


def _on_day(unit: Unit, day: int, clock: str) -> Position | None:
    if not clock:
        return Position(unit, day, _MIDNIGHT, DAY)
    return _in_day(unit, clock.strip(), day)


_READERS: Final = {
    "second": _in_second,
    "minute": _in_minute,
    "hour": _in_hour,
    "day": _in_day,
    "week": _in_week,
    "month": _in_month,
}
