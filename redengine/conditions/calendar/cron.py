"""The wall-clock times of a cron expression.

croniter reads the fields and knows which days match; the times of a day are listed here, on
naive datetimes, because croniter's own zone handling doubles daily times at a fold.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from copy import copy
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from croniter import croniter

FIELDS: Final = {
    "minute": "0-59",
    "hour": "0-23",
    "day of month": "1-31 or L",
    "month": "1-12 or jan-dec",
    "day of week": "0-7 or sun-sat",
    "second": "0-59",
}
"""The fields in the order in which they are written, with what they take."""

_ALIASES: Final = frozenset(
    ("@midnight", "@hourly", "@daily", "@weekly", "@monthly", "@yearly", "@annually")
)
_LONGEST_FIELD: Final = 200
_KNOWN_DAYS: Final = 1024
_SECOND: Final = timedelta(seconds=1)
_SIZES: Final = (60, 24, 31, 12, 7, 60)
"""How many values each field has."""
_STEP: Final = re.compile(r"/0*(\d+)$")
_INTERVAL: Final = re.compile(r"[*/-]")
_RANDOM: Final = re.compile(r"(?:^|,)[hr]")
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock


class CronError(ValueError):
    """A cron expression cannot be read.

    Args:
        reason: what is wrong.
        field: the number of the field that is wrong, if one is.
    """

    def __init__(self, reason: str, field: int | None = None) -> None:
        self.field = field
        super().__init__(reason)


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

    __slots__ = ("_days", "_hours", "_known_days", "_minutes", "_seconds", "repeats_in_fold")

    def __init__(self, text: str) -> None:
        expressions = _checked(text)
        minutes, hours, *days = expressions[:5]
        seconds = expressions[5] if len(expressions) == len(FIELDS) else "0"
        self._hours, self._minutes, self._seconds = _clock(hours, minutes, seconds)
        self.repeats_in_fold = any(_INTERVAL.search(each) for each in (minutes, hours, seconds))
        self._days: croniter | None = None
        if any(each not in {"*", "?"} for each in days):
            self._days = _reader()(f"0 0 {' '.join(days)}", _EPOCH)
        self._known_days: dict[date, date] = {}
        if self._matching_day(date(2026, 1, 1)) is None:
            raise CronNeverError("there is no such day")

    def following(self, wall: datetime) -> datetime | None:
        """The first time after `wall`, or None if none comes within fifty years."""
        earliest = wall.replace(microsecond=0) + _SECOND
        day = self._matching_day(earliest.date())
        if day == earliest.date():
            clock = self._clock_from(earliest.hour, earliest.minute, earliest.second)
            if clock is not None:
                return datetime.combine(day, clock)
            day = self._matching_day(day + timedelta(days=1))
        if day is None:
            return None
        return datetime.combine(day, time(self._hours[0], self._minutes[0], self._seconds[0]))

    def number_until(self, wall: datetime) -> int:
        """How many of the times of `wall`'s day are not after it."""
        if self._matching_day(wall.date()) != wall.date():
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

    def _matching_day(self, day: date) -> date | None:
        """The first matching day that is not before `day`."""
        if self._days is None:
            return day
        known = self._known_days.get(day)
        if known is None:
            known = self._search_day(day)
            if len(self._known_days) >= _KNOWN_DAYS:
                self._known_days.clear()
            if known is not None:
                self._known_days[day] = known
        return known

    def _search_day(self, day: date) -> date | None:
        if self._days is None:
            return day
        before = datetime.combine(day, time(), UTC).timestamp() - 1
        try:
            found = copy(self._days).get_next(datetime, start_time=before)
        except ValueError:
            return None
        return date(found.year, found.month, found.day)


@lru_cache(maxsize=4096)
def cron_times(text: str) -> CronTimes:
    """The times of an expression; expressions with the same text share them.

    Raises:
        CronError: it cannot be read.
        CronNeverError: it never comes.
    """
    return CronTimes(text)


def _reader() -> type[croniter]:
    """What reads the fields, imported with the first expression: most sessions have none."""
    from croniter import croniter

    reader: type[croniter] = croniter
    return reader


def _clock(*fields: str) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    hours, minutes, seconds = fields
    expanded = _reader().expand(f"{minutes} {hours} * * * {seconds}")[0]
    return (
        _values(expanded[1], 24),
        _values(expanded[0], 60),
        _values(expanded[5], 60),
    )


def _values(expanded: Sequence[int | str], size: int) -> tuple[int, ...]:
    if "*" in expanded:
        return tuple(range(size))
    return tuple(sorted({int(each) for each in expanded}))


def _checked(text: str) -> list[str]:
    """The fields of an expression that is well formed."""
    expressions = text.lower().split()
    if len(expressions) == 1 and expressions[0] in _ALIASES:
        return list(_reader()(expressions[0], _EPOCH).expressions)
    if len(expressions) not in {5, 6}:
        message = f"a cron expression has 5 or 6 fields, got {len(expressions)}"
        raise CronError(message)
    for number, (name, takes) in enumerate(FIELDS.items()):
        if number < len(expressions) and not _is_valid(expressions[number], number):
            message = f"the {name} takes {takes}, got {expressions[number][:40]!r}"
            raise CronError(message, number)
        if number < len(expressions):
            _refuse_long_steps(expressions[number], number, name)
    try:
        _reader().expand(" ".join(expressions))
    except ValueError as error:
        raise CronError(str(error)) from None
    return expressions


def _refuse_long_steps(expression: str, number: int, name: str) -> None:
    """Refuse a step that is longer than the field, which cron would take for the first value."""
    for part in expression.split(","):
        step = _STEP.search(part)
        if step is not None and int(step[1]) > _SIZES[number]:
            message = (
                f"a step in the {name} counts within {_SIZES[number]} values, got {part[:40]!r}, "
                f"which is {_values_of(part, number)[0]} alone"
            )
            raise CronError(message, number)


def lonely_steps(text: str) -> list[str]:
    """What of a valid expression is a step and means one value alone, each as a sentence."""
    found = []
    for number, (name, expression) in enumerate(zip(FIELDS, text.split(), strict=False)):
        for part in expression.split(","):
            values = _values_of(part, number) if _STEP.search(part) else ()
            if len(values) == 1:
                found.append(f"'{part}' in the {name} is {values[0]} alone; write {values[0]}")
    return found


def _values_of(part: str, number: int) -> list[int]:
    """The values of one part of a field, ascending."""
    return sorted(int(each) for each in _expanded(part, number) if each != "*")


def _expanded(expression: str, number: int) -> Sequence[int | str]:
    """What croniter makes of one field, where every other one is a star."""
    fields = ["*"] * len(FIELDS)
    fields[number] = expression
    found: Sequence[int | str] = _reader().expand(" ".join(fields))[0][number]
    return found


def _is_valid(expression: str, number: int) -> bool:
    if len(expression) > _LONGEST_FIELD or _RANDOM.search(expression):
        return False
    try:
        _expanded(expression, number)
    except (ValueError, KeyError, IndexError, TypeError):
        return False
    return True
