"""The wall-clock times of a cron expression, on naive datetimes."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from redengine.conditions.calendar.cron_days import CronDays
from redengine.conditions.calendar.cron_fields import (
    FIELDS,
    STARS,
    CronError,
    all_values,
)
from redengine.conditions.calendar.cron_hash import has_hash, hashed

if TYPE_CHECKING:
    from datetime import date

_ALIASES: Final = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTH: Final = 3
_SECOND: Final = timedelta(seconds=1)
_INTERVAL: Final = re.compile(r"[*/-]")

Seconds = Literal["first", "last"]
"""Which of six fields is that of the seconds."""


class CronNeverError(ValueError):
    """A cron expression is well formed and never comes, such as the 30th of February."""


class CronTimes:
    """The wall-clock times of one cron expression (`wall_clock.WallTimes`).

    Args:
        text: five fields, six with the seconds last, or an alias such as "@daily".

    Raises:
        CronError: it cannot be read.
        CronNeverError: it never comes.
    """

    __slots__ = ("_days", "_hours", "_minutes", "_seconds", "repeats_in_fold")

    def __init__(self, text: str) -> None:
        minutes, hours, of_month, month, of_week, *rest = _fields(text)
        seconds = rest[0] if rest else "0"
        self._minutes, self._hours = all_values(minutes, 0), all_values(hours, 1)
        self._days: CronDays | None = CronDays.read(of_month, month, of_week)
        self._seconds = all_values(seconds, 5)
        self.repeats_in_fold = any(_INTERVAL.search(each) for each in (minutes, hours, seconds))
        if {of_month, month, of_week} <= set(STARS):
            self._days = None  # each day matches
        elif self._days.first_from(2026, 1, 1) is None:
            raise CronNeverError("there is no such day")

    @property
    def most_a_day(self) -> int:
        """How many of the times a matching day has."""
        return len(self._hours) * len(self._minutes) * len(self._seconds)

    def following(self, wall: datetime) -> datetime | None:
        """The first time after `wall`, or None if none comes within fifty years."""
        earliest = wall.replace(microsecond=0) + _SECOND
        day: date | None = earliest.date()
        if self._days is not None:
            day = self._days.first_from(earliest.year, earliest.month, earliest.day)
        if day == earliest.date():
            clock = self._clock_from(earliest.hour, earliest.minute, earliest.second)
            if clock is not None:
                return datetime.combine(day, clock)
            day = self._day_after(day)
        if day is None:
            return None
        return datetime.combine(day, time(self._hours[0], self._minutes[0], self._seconds[0]))

    def _day_after(self, day: date) -> date | None:
        """The first matching day after a day."""
        if self._days is None:
            return None if day == day.max else day + timedelta(days=1)
        return self._days.first_from(day.year, day.month, day.day + 1)

    def number_until(self, wall: datetime) -> int:
        """How many of the times of `wall`'s day are not after it."""
        days = self._days
        if days is not None and not days.in_month(wall.year, wall.month) >> wall.day & 1:
            return 0
        hours, minutes, seconds = self._hours, self._minutes, self._seconds
        total = bisect_left(hours, wall.hour) * len(minutes) * len(seconds)
        if wall.hour in hours:
            total += bisect_left(minutes, wall.minute) * len(seconds)
            if wall.minute in minutes:
                total += bisect_right(seconds, wall.second)
        return total

    def _clock_from(self, hour: int, minute: int, second: int) -> time | None:
        """The first time of a matching day that is not before the given one."""
        index = bisect_left(self._hours, hour)
        if index == len(self._hours):
            return None
        if self._hours[index] > hour:
            return time(self._hours[index], self._minutes[0], self._seconds[0])
        found = bisect_left(self._minutes, minute)
        if found < len(self._minutes):
            if self._minutes[found] > minute:
                return time(hour, self._minutes[found], self._seconds[0])
            at = bisect_left(self._seconds, second)
            if at < len(self._seconds):
                return time(hour, minute, self._seconds[at])
            if found + 1 < len(self._minutes):
                return time(hour, self._minutes[found + 1], self._seconds[0])
        if index + 1 < len(self._hours):
            return time(self._hours[index + 1], self._minutes[0], self._seconds[0])
        return None


@lru_cache(maxsize=4096)
def cron_times(text: str) -> CronTimes:
    """The times of an expression; expressions with the same text share them.

    Raises:
        CronError: it cannot be read.
        CronNeverError: it never comes.
    """
    return CronTimes(text)


def seconds_last(text: str) -> str:
    """An expression of six fields of which the first is that of the seconds, with it as the last.

    Second 0 is that of an expression of five fields, and is left out.

    Raises:
        CronError: it has not six fields.
    """
    fields = text.split()
    if len(fields) != len(FIELDS):
        message = f"with seconds first a cron expression has 6 fields, got {len(fields)}"
        raise CronError(message)
    second, *others = fields
    return " ".join(others if second == "0" else (*others, second))


def settled(text: str, seconds: Seconds | None) -> str:
    """An expression as it is kept: with the seconds last, or without them at second 0.

    Where it is not said which of six fields is that of the seconds, it is the last one; the first
    one where the fields can be read only so. Quartz counts weekdays from Sunday as 1, so that a
    `?` beside the number of a weekday says too little.

    Args:
        text: the fields, or an alias, in lower case.
        seconds: which of six fields is that of the seconds, if it is said.

    Raises:
        CronError: it cannot be read.
        CronNeverError: it never comes.
    """
    if seconds is not None:
        moved = seconds_last(text)
        text = moved if seconds == "first" else text
        _check(text)
        return text
    try:
        _check(text)
    except CronError:
        only = _read_with_seconds_first(text)
        if only is None:
            raise
        return only
    return text


def _read_with_seconds_first(text: str) -> str | None:
    """The fields with the seconds last if they can be read with the seconds first, else None."""
    if len(text.split()) != len(FIELDS) or _may_be_of_quartz(text):
        return None
    moved = seconds_last(text)
    try:
        _check(moved)
    except CronError:
        return None
    return moved


def _check(text: str) -> None:
    """Refuse an expression that cannot be read, or that never comes for some tasks."""
    if has_hash(text):
        _check_hashed(text)
    cron_times(hashed(text, ""))


def _may_be_of_quartz(text: str) -> bool:
    """Whether six fields have a `?`, and a weekday that is told by its number."""
    weekday = re.sub(r"[#/]\d+", "", text.rsplit(maxsplit=1)[-1])
    return "?" in text and re.search(r"\d", weekday) is not None


def is_ambiguous(text: str) -> bool:
    """Whether six fields are an expression with the seconds first, too, and mean something else."""
    fields = text.split()
    if len(fields) != len(FIELDS) or len(set(fields)) == 1:
        return False
    try:
        cron_times(hashed(seconds_last(text), ""))
    except ValueError:
        return False
    return True


def _check_hashed(expression: str) -> None:
    """Refuse an expression with `H` that never comes for some tasks.

    Raises:
        CronError: it cannot be read.
        CronNeverError: the month that `H` stands for may have no such day.
    """
    fields = hashed(expression, "").split()
    cron_times(" ".join(fields))
    if expression.split()[_MONTH].startswith("h"):
        for month in all_values("*", _MONTH):
            cron_times(" ".join((*fields[:_MONTH], str(month), *fields[_MONTH + 1 :])))


def _fields(text: str) -> list[str]:
    """The fields of an expression, in the order of `FIELDS`."""
    expressions = _ALIASES.get(text.lower(), text.lower()).split()
    if len(expressions) not in {len(FIELDS) - 1, len(FIELDS)}:
        message = f"a cron expression has 5 or 6 fields, got {len(expressions)}"
        raise CronError(message)
    return expressions
