"""Changes of the clocks: which times of a statement they skip or double, and on which days."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from redengine.conditions.calendar.wall_clock import offset_at, transition, wall_of
from redengine.conditions.context import CalendarContext
from redengine.conditions.explanation import say_instant
from redengine.conditions.intervals import Periodic, TimeOf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from redengine.conditions.condition import Condition

LOOKED_AHEAD: Final = timedelta(days=731)
"""So far ahead the changes of clocks are told: two years."""
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_MOST_TIMES: Final = 100


class ClockChange(NamedTuple):
    """An instant at which a zone's offset changes.

    Attributes:
        at: the first instant of the new offset; UTC.
        before: the offset before it.
        after: the offset from it on.
    """

    at: datetime
    before: timedelta
    after: timedelta


class ChangedTimes(NamedTuple):
    """What the changes of clocks do to the times of a statement.

    Attributes:
        code: "skipped-time" or "doubled-time".
        message: the days, and when it starts on them.
    """

    code: str
    message: str


def changed_times(
    condition: Condition, zone: tzinfo, since: datetime, until: datetime
) -> Iterator[ChangedTimes]:
    """What the changes of clocks between two instants do to the times of a statement.

    What starts in each hour around a change is left out: nobody counts on one time of it.

    Args:
        condition: a statement.
        zone: the zone of its wall-clock times.
        since: the first instant.
        until: the last instant.
    """
    if condition.parts() or not (condition.is_calendar or isinstance(condition, Periodic)):
        return
    skipped, doubled = [], []
    for change in clock_changes(zone, since, until):
        times = _times_near(condition, change)
        if times and change.after > change.before:
            first = _first_from(condition, zone, change.at)
            skipped.append(f"{_days(times, change)} (it is {say_instant(first, zone)})")
        elif times:
            doubled.append(f"{_days(times, change)} ({_in_fold(condition, zone, change)})")
    if skipped:
        yield ChangedTimes(
            "skipped-time",
            f"'{condition}' names a time that the clocks of {zone} skip on {', '.join(skipped)}",
        )
    if doubled:
        yield ChangedTimes(
            "doubled-time",
            f"'{condition}' names a time that the clocks of {zone} show twice on "
            f"{', '.join(doubled)}",
        )


def clock_changes(zone: tzinfo, since: datetime, until: datetime) -> tuple[ClockChange, ...]:
    """The changes of a zone's offset after one instant and up to another, ascending."""
    day = datetime.combine(since.date(), datetime.min.time(), since.tzinfo)
    return tuple(
        each for each in _changes_from(zone, day, until - since) if since < each.at <= until
    )


@lru_cache(maxsize=64)
def _changes_from(zone: tzinfo, day: datetime, span: timedelta) -> tuple[ClockChange, ...]:
    """The changes from a day on, found by asking for the offset of each day."""
    found = []
    low, before = day, offset_at(day, zone)
    while low < day + span + _DAY:
        high = low + _DAY
        after = offset_at(high, zone)
        if after != before:
            found.append(ClockChange(transition(low, high, zone), before, after))
        low, before = high, after
    return tuple(found)


def _times_near(condition: Condition, change: ClockChange) -> list[datetime]:
    """The times within a change, as if the old offset went on; none if it starts in each hour."""
    length = abs(change.after - change.before)
    first = change.at if change.after > change.before else change.at - length
    around = (first - 2 * _HOUR, first - _HOUR, first + length, first + length + _HOUR)
    old = timezone(change.before)
    times = list(_times(condition, old, first, first + length))
    if times and all(next(_times(condition, old, at, at + _HOUR), None) for at in around):
        return []
    return times


def _times(
    condition: Condition, zone: tzinfo, since: datetime, before: datetime
) -> Iterator[datetime]:
    """The nominal times and the openings of windows from an instant on and before another."""
    moment = timedelta(microseconds=1)
    context = CalendarContext(since, zone)
    if not isinstance(condition, Periodic | TimeOf):
        times = condition.nominal_times(context, since - moment, before - moment)
        yield from islice(times, _MOST_TIMES)
        return
    window = condition.window
    if window.first is None or window.unit.is_short:
        return
    opening = window.occurrence(since, zone).start
    if since <= opening < before:
        yield opening


def _first_from(condition: Condition, zone: tzinfo, instant: datetime) -> datetime:
    """The first of its times from an instant on, by the clocks as they are."""
    return next(_times(condition, zone, instant, instant + _DAY), instant)


def _in_fold(condition: Condition, zone: tzinfo, change: ClockChange) -> str:
    """How often it starts in an hour that comes twice."""
    length = change.before - change.after
    first = next(_times(condition, zone, change.at - length, change.at), change.at)
    second = next(_times(condition, zone, change.at, change.at + length), None)
    if second is None:
        return f"it is the first, {say_instant(first, zone)}"
    return f"it is both, {say_instant(first, zone)} and {say_instant(second, zone)}"


def _days(times: list[datetime], change: ClockChange) -> str:
    """The day on which wall clocks show, or would show, the first of some times."""
    return f"{wall_of(times[0], timezone(change.before)):%Y-%m-%d at %H:%M}"
