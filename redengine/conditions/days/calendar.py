"""Calendars: which days are open and why the others are not, as immutable values.

A calendar knows its days beforehand: nothing is computed, read or asked while a condition is
evaluated.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from redengine.conditions.calendar.positions import WEEKDAYS
from redengine.conditions.calendar.wall_clock import instant_of
from redengine.exceptions import counted, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import tzinfo

_DAY: Final = timedelta(days=1)
_LONGEST_RUN: Final = 400
"""A change of open and closed is looked for so many days ahead in one go."""
SATURDAY_AND_SUNDAY: Final = frozenset((5, 6))


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Calendar:
    """Which days are open.

    Attributes:
        name: its name; empty for the default one.
        closed: the closed days by date, each with its name, which may be empty.
        opened: days that are open although they are days of the weekend.
        weekend: the weekdays that are closed, from Monday as 0.
        zone: the zone that tells which day it is; None: that of the condition.
        ends: the last day of which more than the weekend is known; None: there is none.
        moves_on: whether its end moves on with each day, as it is made again.
    """

    name: str = ""
    closed: Mapping[date, str] = field(default_factory=dict)
    opened: frozenset[date] = frozenset()
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY
    zone: tzinfo | None = None
    ends: date | None = None
    moves_on: bool = False

    def is_open(self, day: date) -> bool:
        """Whether a day is open."""
        if day in self.closed:
            return False
        return day.weekday() not in self.weekend or day in self.opened

    def reason(self, day: date) -> str:
        """Why a day is closed, such as "Midsummer Eve" or "Saturday"; empty for an open day."""
        if self.is_open(day):
            return ""
        if day in self.closed:
            return self.closed[day] or "closed"
        return WEEKDAYS[day.weekday()]

    def change_after(self, day: date) -> date | None:
        """The first day after another one that is open where that is closed, or the reverse.

        None if there is none; a day on which nothing changes if the search ends before.
        """
        if not self.weekend and not self.closed:
            return None
        is_open = self.is_open(day)
        try:
            for _ in range(_LONGEST_RUN):
                day += _DAY
                if self.is_open(day) is not is_open:
                    break
        except OverflowError:
            return None
        return day

    def day_of(self, instant: datetime, zone: tzinfo) -> date:
        """The day that an instant belongs to.

        A day lasts from its first instant to that of the next one, also where the clock goes back
        over midnight.

        Args:
            instant: the instant.
            zone: the zone of a calendar without one.
        """
        wall = instant.astimezone(self.zone or zone)
        day = wall.date()
        if wall.fold and instant >= self.start_of(day + _DAY, zone):
            return day + _DAY  # it has begun, and the clock has gone back over midnight
        return day

    def start_of(self, day: date, zone: tzinfo) -> datetime:
        """The first instant of a day, in UTC; after midnight where the clock skips that."""
        return instant_of(datetime.combine(day, time()), self.zone or zone)

    def __repr__(self) -> str:
        return f"<Calendar {self.name!r} with {counted(len(self.closed), 'closed day')}>"


WORKING_WEEK: Final = Calendar()
"""The default calendar: Monday to Friday, without holidays."""


def days_between(calendar: Calendar, first: date, last: date) -> list[tuple[date, str]]:
    """The closed days from one day to another, both included, with the reason of each."""
    days = (first + number * _DAY for number in range((last - first).days + 1))
    return [(day, calendar.reason(day)) for day in days if not calendar.is_open(day)]


def has_run_out(calendar: Calendar, today: date) -> bool:
    """Whether nothing but the weekend is known of today and later days, although more was once."""
    return calendar.ends is not None and calendar.ends < today


def unknown_calendar(name: str, known: Collection[str]) -> str:
    """Why a calendar cannot be named, with the nearest that can."""
    hint = did_you_mean(name, known)
    return f"no calendar '{name}'{hint or '; make it first: app.calendar(…)'}"
