"""The days of a cron expression: its day fields as Vixie cron joins them, and the usual extensions.

A day field counts as starred if its first character is `*` or `?`. Where neither is, a day that
fits either field matches; otherwise it has to fit both (Vixie cron's `entry.c` and `cron.c`).
`L`, `LW`, `L-3`, `15W`, `5L` and `fri#2` are those of Quartz, each also within a list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from redengine.conditions.calendar.cron_fields import (
    DAY_OF_MONTH,
    DAY_OF_WEEK,
    STARS,
    CronError,
    all_values,
    parts_of,
    refusal,
    values_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Days = Callable[["Month"], int]

_YEARS: Final = 50
"""How far a matching day is looked for: 29 February falls on a weekday every 40 years at most."""
_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_WEEK: Final = 7
_SATURDAY: Final = 6
_FROM_LAST: Final = re.compile(r"l-(\d{1,3})", re.ASCII)
_NEAREST_WEEKDAY: Final = re.compile(r"(\d{1,3})w", re.ASCII)
_LAST_OF_WEEK: Final = re.compile(r"(?P<day>\d|[a-z]{3})l|l(?P<number>\d)", re.ASCII)
_NTH_OF_WEEK: Final = re.compile(r"(\d|[a-z]{3})#(\d)", re.ASCII)
_WEEKLY: Final = sum(1 << week * _WEEK for week in range(5))
"""Days of one weekday, the first of which is to be told; some may lie behind the month's end."""
_MOST_OF_A_DAY: Final = 5
"""A month has at most five of one day of the week."""


@dataclass(frozen=True, slots=True)
class Month:
    """What of a month decides which of its days match.

    Attributes:
        first: the weekday of its first day; Sunday is 0.
        length: how many days it has.
    """

    first: int
    length: int

    def weekday(self, day: int) -> int:
        """The weekday of a day of it; Sunday is 0."""
        return (self.first + day - 1) % _WEEK

    def of_weekday(self, weekday: int) -> int:
        """The first day of it that is of a weekday."""
        return (weekday - self.first) % _WEEK + 1

    def workday(self, day: int) -> int:
        """The day from Monday to Friday that is nearest to a day, within the month."""
        weekday = self.weekday(day)
        if weekday == _SATURDAY:
            return day - 1 if day > 1 else day + 2
        if weekday == 0:
            return day + 1 if day < self.length else day - 2
        return day


@dataclass(frozen=True, slots=True)
class CronDays:
    """The days that three fields of a cron expression mean.

    Days of a month are held as a number in which bit n stands for day n.

    Attributes:
        months: the months, ascending.
        of_month: what each part of the day of month adds.
        of_week: what each part of the day of week adds.
        either: whether a day that fits one of both is enough.
    """

    months: tuple[int, ...]
    of_month: tuple[Days, ...]
    of_week: tuple[Days, ...]
    either: bool
    _known: dict[int, int] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def read(cls, of_month: str, month: str, of_week: str) -> CronDays:
        """The days that the fields mean.

        Raises:
            CronError: one cannot be read.
        """
        return cls(
            months=all_values(month, 3),
            of_month=_parts(of_month, DAY_OF_MONTH, _part_of_month),
            of_week=_parts(of_week, DAY_OF_WEEK, _part_of_week),
            either=of_month[0] not in STARS and of_week[0] not in STARS,
        )

    def first_from(self, year: int, month: int, day: int) -> date | None:
        """The first matching day that is not before a day, or None if none comes in fifty years.

        Args:
            year: the day's year.
            month: its month.
            day: its number in the month; one more than the month has is the next month's first.
        """
        days = self.in_month(year, month) & (-1 << day)
        last_year = min(year + _YEARS, 9999)
        while not days:
            later = next((each for each in self.months if each > month), None)
            if later is None:
                year, later = year + 1, self.months[0]
            if year > last_year:
                return None
            month = later
            days = self.in_month(year, month)
        return date(year, month, (days & -days).bit_length() - 1)

    def in_month(self, year: int, month: int) -> int:
        """The matching days of a month."""
        if month not in self.months:
            return 0
        is_leap = month == 2 and (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))  # noqa: PLR2004 - the Gregorian rule
        first, length = date(year, month, 1).isoweekday() % _WEEK, _LENGTHS[month - 1] + is_leap
        known = self._known.get(first * 32 + length)
        if known is None:
            known = self._known[first * 32 + length] = self._matching(Month(first, length))
        return known

    def _matching(self, month: Month) -> int:
        of_month = of_week = 0
        for part in self.of_month:
            of_month |= part(month)
        for part in self.of_week:
            of_week |= part(month)
        days = of_month | of_week if self.either else of_month & of_week
        return days & ((2 << month.length) - 2)


def _parts(expression: str, number: int, read: Callable[[str], Days]) -> tuple[Days, ...]:
    if expression == "?":
        expression = "*"
    try:
        return tuple(map(read, parts_of(expression, number)))
    except CronError as error:
        raise error.of_whole(expression) from None


def _part_of_month(part: str) -> Days:
    if part == "l":
        return lambda month: 1 << month.length
    if part == "lw":
        return lambda month: 1 << month.workday(month.length)
    before = _FROM_LAST.fullmatch(part)
    if before is not None:
        (number,) = values_of(before[1], DAY_OF_MONTH)
        return lambda month: 1 << max(month.length - number, 0)
    nearest = _NEAREST_WEEKDAY.fullmatch(part)
    if nearest is not None:
        (day,) = values_of(nearest[1], DAY_OF_MONTH)
        return lambda month: 1 << month.workday(day) if day <= month.length else 0
    days = sum(1 << each for each in values_of(part, DAY_OF_MONTH))
    return lambda _: days


def _part_of_week(part: str) -> Days:
    last = _LAST_OF_WEEK.fullmatch(part)
    if last is not None:
        (weekday,) = values_of(last["day"] or last["number"], DAY_OF_WEEK)
        return lambda month: 1 << (month.length - (month.weekday(month.length) - weekday) % _WEEK)
    nth = _NTH_OF_WEEK.fullmatch(part)
    if nth is not None:
        (weekday,), number = values_of(nth[1], DAY_OF_WEEK), int(nth[2])
        if not 1 <= number <= _MOST_OF_A_DAY:
            raise refusal(part, DAY_OF_WEEK)
        return lambda month: 1 << (month.of_weekday(weekday) + _WEEK * (number - 1))
    weekdays = values_of(part, DAY_OF_WEEK)
    return lambda month: sum(_WEEKLY << month.of_weekday(weekday) for weekday in weekdays)
