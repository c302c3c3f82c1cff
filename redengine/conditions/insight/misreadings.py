"""Misreadings: statements that say something else than most who write them mean."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from redengine.conditions.calendar.cron import is_ambiguous
from redengine.conditions.calendar.positions import LAST
from redengine.conditions.calendar.wall_clock import HOUR, MONTH
from redengine.conditions.fire_times import Cron, PeriodicAt
from redengine.conditions.intervals import Every, Periodic, TimeOf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redengine.conditions.calendar.positions import Position
    from redengine.conditions.calendar.windows import Window
    from redengine.conditions.condition import Condition

_MEANT: Final = {
    timedelta(days=1): ("daily", "daily at 07:00"),
    timedelta(days=7): ("weekly", "weekly at Monday 07:00"),
}
"""Intervals of which a time of day is often meant, with the statement and an example of it."""
_QUARTER: Final = timedelta(minutes=15)
_SECOND: Final = timedelta(seconds=1)
_HOURS_OF_DAY: Final = 24
_SHORTEST_MONTH: Final = 28
_LEAP_DAY: Final = (2, 29)
_READ: Final = frozenset((Every, Periodic, TimeOf, PeriodicAt, Cron))
_STARS: Final = ("*", "?")
_NUMBER: Final = re.compile(r"\d{1,2}")


class Misreading(NamedTuple):
    """What of a statement is easily misread.

    Attributes:
        code: the code of the finding.
        message: what the statement says, and what may be meant.
        fix: a condition that says what may be meant; None if none is known.
    """

    code: str
    message: str
    fix: str | None = None


def misreadings(leaf: Condition) -> Iterator[Misreading]:
    """What of a statement is easily misread.

    Args:
        leaf: the statement.
    """
    if type(leaf) not in _READ:
        return
    match leaf:
        case Every(interval=interval) if interval in _MEANT:
            yield _interval_of_days(leaf, *_MEANT[interval])
        case Periodic(window=window) if window.unit is HOUR:
            yield from _minutes_as_hours(leaf, window)
        case Periodic(window=window) | TimeOf(window=window):
            yield from _missing_day(leaf, window.unit is MONTH, (window.first, window.last))
            yield from _missing_date(leaf, (window.first, window.last))
        case PeriodicAt(unit=unit, position=position):
            yield from _missing_day(leaf, unit is MONTH, (position,))
            yield from _missing_date(leaf, (position,))
        case Cron(expression=expression) if not expression.startswith("@"):
            yield from _cron(expression)
            yield from _six_fields(leaf)


def _interval_of_days(leaf: Every, adverb: str, example: str) -> Misreading:
    return Misreading(
        "interval-of-days",
        f"'{leaf}' is counted from the start before, at once on a new task, whatever the clock "
        f"shows; for a time of day write '{example}' or the like",
        adverb,
    )


def _minutes_as_hours(leaf: Condition, window: Window) -> Iterator[Misreading]:
    """`hourly between 09:00 and 17:00` is from minute 9 to minute 17 of each hour."""
    named = [each for each in (window.first, window.last) if each is not None]
    if window.kind not in {"between", "before", "after"} or not all(map(_is_like_hours, named)):
        return
    if len(named) == 1 and named[0].offset == _QUARTER:
        return  # a quarter past, as likely as three in the afternoon
    limit = str(window)
    minutes = " to ".join(f"minute {each.offset // timedelta(minutes=1)}" for each in named)
    said = f"{window.kind} {minutes}" if len(named) == 1 else f"from {minutes}"
    yield Misreading(
        "minutes-as-hours",
        f"'{leaf}' counts minutes and seconds, {said} of each hour; for hours write "
        f"'time of day {limit}'",
        f"every 1 hour & time of day {limit}",
    )


def _is_like_hours(position: Position) -> bool:
    """Whether minutes and seconds are written as hours and minutes are: `09:00`."""
    minutes, seconds = divmod(position.offset // _SECOND, 60)
    return position.span == _SECOND and seconds == 0 and minutes < _HOURS_OF_DAY


def _missing_date(leaf: Condition, named: tuple[Position | None, ...]) -> Iterator[Misreading]:
    """The 29th of February, which three of four years have not."""
    if any(each is not None and (each.month, each.day) == _LEAP_DAY for each in named):
        yield Misreading(
            "missing-day",
            f"'{leaf}' passes over the years that have no 29 February; 'last of February' is in "
            "each",
            str(leaf).replace("29 February", "last of February"),
        )


def _missing_day(
    leaf: Condition, is_of_month: bool, named: tuple[Position | None, ...]
) -> Iterator[Misreading]:
    days = [each.day for each in named if each is not None and _SHORTEST_MONTH < each.day < LAST]
    if is_of_month and days:
        ordinal = re.escape(f"{days[0]}") + "(?:st|th)"
        yield Misreading(
            "missing-day",
            f"'{leaf}' passes over the months that have no day {days[0]}; 'last' is in each",
            re.sub(ordinal, "last", str(leaf)),
        )


def _cron(expression: str) -> Iterator[Misreading]:
    minute, hour, day, month, weekday, *seconds = expression.split()
    if minute == "*" and _NUMBER.fullmatch(hour) and (not seconds or seconds == ["0"]):
        yield Misreading(
            "every-minute-of-the-hour",
            f"'cron {expression}' starts at each minute from {int(hour):02}:00 to "
            f"{int(hour):02}:59; for one start write 0 for the minute",
            f"cron {' '.join(('0', hour, day, month, weekday, *seconds))}",
        )
    if not (day.startswith(_STARS) or weekday.startswith(_STARS)):
        yield Misreading(
            "either-day",
            f"'cron {expression}' starts on day {day} of the month and also on each {weekday}: "
            "either of them is enough; for days that are both, combine two statements with &",
        )
    if _NUMBER.fullmatch(day) and month == "*" and weekday.startswith(_STARS):
        yield from _day_of_cron(expression, int(day))


def _six_fields(leaf: Cron) -> Iterator[Misreading]:
    """Six fields that can be read with the seconds first, as some schedulers write them."""
    if leaf.seconds is None and is_ambiguous(leaf.expression):
        yield Misreading(
            "six-fields",
            f"'{leaf}' is read with the seconds last, and can be read with the seconds first; "
            "say 'seconds last' or 'seconds first' behind it",
            f"{leaf} seconds last",
        )


def _day_of_cron(expression: str, day: int) -> Iterator[Misreading]:
    if day > _SHORTEST_MONTH:
        fields = expression.split()
        fields[2] = "l"
        yield Misreading(
            "missing-day",
            f"'cron {expression}' passes over the months that have no day {day}; L is the last "
            "of each",
            f"cron {' '.join(fields)}",
        )
