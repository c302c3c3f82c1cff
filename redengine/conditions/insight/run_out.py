"""Calendars that have run out, or run out soon: of later days only the weekend is known.

A list of days and a file end with their last day, and from then on a holiday is an open day like
any other: nothing fails, and the task starts on it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from redengine.conditions.calendar.positions import WEEKDAYS
from redengine.conditions.days.calendar import has_run_out
from redengine.conditions.days.open_days import calendars_of
from redengine.conditions.explanation import quote, say_instant
from redengine.conditions.insight.starts import timely, upcoming

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, tzinfo

    from redengine.conditions.condition import Condition
    from redengine.conditions.days.calendar import Calendar
    from redengine.conditions.insight.starts import Calendars

NOTICE: Final = timedelta(days=31)
"""So long before its end a calendar is told of, whenever the task starts."""
_LONGEST: Final = timedelta(days=2 * 366)
"""A calendar that ends later is not told of: nobody lists days so far ahead."""
_STARTS: Final = 10
_MOST_STEPS: Final = 500
_DAY: Final = timedelta(days=1)

Found = tuple[str, "Condition", str]
"""The code of a finding, the statement that names the calendar, and what is the matter."""


def run_out(
    condition: Condition, zone: tzinfo, now: datetime, calendars: Calendars
) -> Iterator[Found]:
    """The statements whose calendars know nothing of today any more; cheap.

    Args:
        condition: the condition.
        zone: the zone of its wall-clock times.
        now: the present instant.
        calendars: gives the calendar of a name.
    """
    for leaf, calendar, today in _named(condition, zone, now, calendars):
        if has_run_out(calendar, today):
            message = (
                f"calendar {quote(calendar.name)} has run out: the last day that it knows was "
                f"{calendar.ends}, so that since then {_closed(calendar)}; {_fix(calendar)}"
            )
            yield "calendar-over", leaf, message


def running_out(
    condition: Condition, zone: tzinfo, now: datetime, calendars: Calendars, task: str | None
) -> Iterator[Found]:
    """The statements whose calendars run out within a month, or among the next ten starts.

    Args:
        condition: the condition.
        zone: the zone of its wall-clock times.
        now: the present instant.
        calendars: gives the calendar of a name.
        task: the name of the task that has it; None if it is not known.
    """
    starts: tuple[datetime, ...] | None = None
    for leaf, calendar, today in _named(condition, zone, now, calendars):
        ends = calendar.ends
        if ends is None or calendar.moves_on or not today <= ends <= today + _LONGEST:
            continue
        if starts is None:
            starts = _starts(condition, zone, now, calendars, task)
        later = next((at for at in starts if calendar.day_of(at, zone) > ends), None)
        if later is None and ends > today + NOTICE:
            continue
        of_start = "" if later is None else f", at the start of {say_instant(later, zone)} too"
        message = (
            f"calendar {quote(calendar.name)} runs out: it knows the days until {ends}, and from "
            f"{ends + _DAY} on{of_start}, {_closed(calendar)}; {_fix(calendar)}"
        )
        yield "calendar-ends", leaf, message


def _named(
    condition: Condition, zone: tzinfo, now: datetime, calendars: Calendars
) -> Iterator[tuple[Condition, Calendar, date]]:
    """The statements that name calendars with an end, and the day that it is in these."""
    for leaf, there in dict.fromkeys(condition.walk_in(zone)):
        names = () if leaf.parts() else calendars_of(leaf)
        for calendar in map(calendars, sorted(names)):
            if calendar.ends is not None:
                yield leaf, calendar, calendar.day_of(now, there)


def _starts(
    condition: Condition,
    zone: tzinfo,
    now: datetime,
    calendars: Calendars,
    task: str | None,
) -> tuple[datetime, ...]:
    """The next starts, as far as time and calendars decide them."""
    part = timely(condition, knows_calendars=True)
    if part is None:
        return ()
    found = upcoming(
        part,
        now,
        zone,
        count=_STARTS,
        most_steps=_MOST_STEPS,
        calendars=calendars,
        task=task or "",
    )
    return found.starts


def _closed(calendar: Calendar) -> str:
    """What of the days is known after a calendar's end."""
    days = [WEEKDAYS[day] for day in sorted(calendar.weekend)]
    if not days:
        return "no day counts as closed"
    return f"only {' and '.join(days)} {'count' if len(days) > 1 else 'counts'} as closed"


def _fix(calendar: Calendar) -> str:
    return f"give it later days, with app.calendar({quote(calendar.name)}, …) or over HTTP"
