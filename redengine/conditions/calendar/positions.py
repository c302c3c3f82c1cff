"""Positions in a period, as people write them: "07:00", "Monday 10 PM", "last", "30:00"."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Final

from redengine.conditions.calendar.wall_clock import (
    DAY,
    HOUR,
    MINUTE,
    MONTH,
    QUARTER,
    SECOND,
    WEEK,
    YEAR,
    Unit,
)
from redengine.exceptions import InvalidInput, nearest, shortened

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
LAST: Final = 32
"""The day number of a month's last day."""
WHOLE_MONTH: Final = MONTH.length
"""The span of a position that names a month; it is as long as the month is."""

FORMS: Final = {
    "second": "a fraction of a second such as .25",
    "minute": "seconds such as 30",
    "hour": "minutes and seconds such as 30:00",
    "day": "a time such as 07:00 or 10 PM",
    "week": "a weekday such as Monday or Mon 07:00",
    "month": "a day of the month such as 3rd, 3rd 07:00 or last",
    "quarter": "a day of the quarter such as 1st, 1st 07:00, 15th of 2nd month or last",
    "year": "a day of the year such as 24 December, 12-24 18:00, last of February or March",
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
_DAY_TEXT: Final = r"(?P<day>\d{1,2}(?:st|nd|rd|th|\.)?|last)"
_CLOCK_TEXT: Final = r"(?: (?P<clock>.+))?"
_IN_QUARTER: Final = re.compile(
    rf"(?:{_DAY_TEXT} of )?(?P<month>1st|2nd|3rd|first|second|third|last) month{_CLOCK_TEXT}",
    re.ASCII,
)
_IN_YEAR: Final = tuple(
    re.compile(form + _CLOCK_TEXT, re.ASCII)
    for form in (
        r"(?P<number>\d\d?)-(?P<day>\d\d?)",
        rf"{_DAY_TEXT}(?: of)? (?P<month>[a-z]{{3,9}})",
        rf"(?P<month>[a-z]{{3,9}}) {_DAY_TEXT}",
        r"(?P<month>[a-z]{3,9})",
    )
)
_MONTH_NUMBERS: Final = {
    "sept": 9,
    **{name.lower(): number for number, name in enumerate(MONTHS, 1)},
    **{name[:3].lower(): number for number, name in enumerate(MONTHS, 1)},
}
_LONGEST_MONTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in every period of a unit.

    Attributes:
        unit: the unit.
        day: the weekday from 0, or the day of the month from 1 (`LAST` for the last);
            0 in units up to a day.
        offset: from the start of that day, or of the period.
        span: the length of what is named: a day, a minute, a second …; `WHOLE_MONTH`, a month.
        month: the month of the quarter or the year, from 1; 0 in other units.
    """

    unit: Unit
    day: int
    offset: timedelta
    span: timedelta
    month: int = 0

    @property
    def order(self) -> tuple[int, int, timedelta]:
        """What positions of one unit are compared by."""
        return (self.month, self.day, self.offset)

    @property
    def is_start(self) -> bool:
        """Whether it is the very start of the period."""
        months = self.unit.months
        return self.order == (int(months > 1), int(months > 0), _MIDNIGHT)

    def is_before(self, other: Position) -> bool:
        """Whether the day, or the month, that it names is before that of another position."""
        if WHOLE_MONTH in {self.span, other.span}:
            return self.month < other.month
        return (self.month, self.day) < (other.month, other.day)

    def exists_in(self, start: datetime) -> bool:
        """Whether the period that begins at `start` has this place: not every month has a 31st."""
        return not self.unit.months or self.day == LAST or self.day <= _days_in(self._month(start))

    def wall(self, start: datetime) -> datetime:
        """The place in the period that begins at `start`; the end of a month without that day."""
        if self.unit is WEEK:
            return start + self.day * DAY + self.offset
        if not self.unit.months:
            return start + self.offset
        month = self._month(start)
        if not self.exists_in(start):
            return MONTH.following(month)
        return month + (min(self.day, _days_in(month)) - 1) * DAY + self.offset

    def end(self, start: datetime) -> datetime:
        """The end of what is named in the period that begins at `start`."""
        if self.span == WHOLE_MONTH:
            return MONTH.following(self._month(start))
        wall = self.wall(start)
        return wall + self.span if self.exists_in(start) else wall

    def _month(self, start: datetime) -> datetime:
        """The start of the month that it is in."""
        return start if self.month <= 1 else start.replace(month=start.month + self.month - 1)

    def __str__(self) -> str:
        clock = _clock_text(self.offset, self.span)
        if self.unit is SECOND:
            return f".{_fraction(self.offset, self.span)}"
        if self.unit is MINUTE:
            return clock[6:]
        if self.unit is HOUR:
            return clock[3:]
        named_day = _day_text(self)
        return named_day if self.span >= DAY else f"{named_day} {clock}".lstrip()


def _days_in(month: datetime) -> int:
    return monthrange(month.year, month.month)[1]


def _day_text(position: Position) -> str:
    if position.unit is WEEK:
        return WEEKDAYS[position.day]
    if not position.unit.months:
        return ""
    if position.unit is YEAR:
        name = MONTHS[position.month - 1]
        if position.span == WHOLE_MONTH:
            return name
        return f"last of {name}" if position.day == LAST else f"{position.day} {name}"
    day = "last" if position.day == LAST else _ordinal(position.day)
    month = f"{_ordinal(position.month)} month"
    if position.span == WHOLE_MONTH:
        return month
    is_plain = position.month in {0, QUARTER.months if position.day == LAST else 1}
    return day if is_plain else f"{day} of {month}"


def _ordinal(number: int) -> str:
    teens = range(11, 14)
    last_digit = 0 if number in teens else number % 10
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last_digit, 'th') }"


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
    day = _day_of_month(name)
    return None if day is None else _on_day(unit, day, clock)


def _day_of_month(name: str) -> int | None:
    found = _DAY_OF_MONTH.fullmatch(name)
    day = LAST if name == "last" else int(found[1]) if found else 0
    return day if 1 <= day <= 31 or name == "last" else None  # noqa: PLR2004 - days of a month


def _in_quarter(unit: Unit, text: str) -> Position | None:
    found = _IN_QUARTER.fullmatch(text)
    if found is None:
        position = _in_month(unit, text)
        month = QUARTER.months if position is not None and position.day == LAST else 1
        return position and replace(position, month=month)
    month = {"1": 1, "2": 2, "f": 1, "s": 2}.get(found["month"][0], QUARTER.months)
    return _in_named_month(unit, month, found["day"], found["clock"])


def _in_year(unit: Unit, text: str) -> Position | None:
    for pattern in _IN_YEAR:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        parts = found.groupdict()
        number = parts.get("number")
        month = int(number) if number else _MONTH_NUMBERS.get(parts["month"], 0)
        if not 1 <= month <= YEAR.months:
            continue
        position = _in_named_month(unit, month, parts.get("day"), parts["clock"])
        if position is not None and position.day in {LAST, *range(_LONGEST_MONTHS[month - 1] + 1)}:
            return position
    return None


def _in_named_month(unit: Unit, month: int, day: str | None, clock: str | None) -> Position | None:
    """A position in a month of a quarter or a year; the month itself if no day is given."""
    if day is None:
        return None if clock else Position(unit, 1, _MIDNIGHT, WHOLE_MONTH, month)
    number = _day_of_month(day)
    position = None if number is None else _on_day(unit, number, clock or "")
    return position and replace(position, month=month)


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
    "quarter": _in_quarter,
    "year": _in_year,
}
