"""Dates: statements about one instant, `at …`, `from …`, `until …` and `in …`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from redengine.conditions.calendar.wall_clock import MICROSECOND, instant_of
from redengine.conditions.condition import Condition
from redengine.conditions.explanation import Change, say_instant
from redengine.conditions.fire_times import CalendarTimes, FireTimeCondition, Known
from redengine.durations import format_duration, parse_duration
from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from redengine.conditions.context import EvaluationContext

_YEARS: Final = range(1970, 9999)
_DAY: Final = timedelta(days=1)
_FORM: Final = "expected a date such as 2026-12-24, '2026-12-24 18:00' or '2026-12-24T18:00+02:00'"


def date_of(value: date | datetime | str) -> date | datetime:
    """A date as it was meant: a day, a wall-clock time, or a time with its offset.

    Args:
        value: a date, a time, or ISO 8601 text.

    Raises:
        ValueError: it is none, or its year is not between 1970 and 9998.
    """
    found: object = value
    if isinstance(value, str):
        found = _read(value)
    if not isinstance(found, date):
        message = f"{_FORM}, got {shortened(value)}"
        raise ValueError(message)
    if found.year not in _YEARS:
        message = f"expected a year from {_YEARS[0]} to {_YEARS[-1]}, got {found.year}"
        raise ValueError(message)
    if isinstance(found, datetime) and found.tzinfo is not None:
        return found.astimezone(UTC)
    return found


def _read(text: str) -> date | datetime | None:
    """What ISO 8601 text means; None if it cannot be read."""
    written = " ".join(text.upper().split())
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            found = read(written)
        except ValueError:
            continue
        return found if "-" in written[:5] else None  # without hyphens it may be anything
    return None


def first_instant(moment: date | datetime, zone: tzinfo) -> datetime:
    """The first instant of a date, in UTC."""
    if not isinstance(moment, datetime):
        return instant_of(datetime.combine(moment, time()), zone)
    return moment if moment.tzinfo is not None else instant_of(moment, zone)


def say_date(moment: date | datetime) -> str:
    """A date as it can be read again."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    unit = "auto" if moment.second or moment.microsecond else "minutes"
    separator = " " if moment.tzinfo is None else "T"
    return moment.isoformat(separator, unit).replace("+00:00", "Z")


def keep_date(condition: Condition, moment: date | datetime | str) -> None:
    """Keep the date of a condition in the form in which it is compared and said.

    Raises:
        InvalidInput: it is none.
    """
    try:
        found = date_of(moment)
    except ValueError as error:
        raise InvalidInput({"date": str(error)}) from None
    object.__setattr__(condition, "moment", found)


@dataclass(frozen=True, slots=True, repr=False)
class At(CalendarTimes):
    """Holds at one instant: a nominal time, which may be missed.

    Args:
        moment: a time, or a day for its first instant; in the session's zone if it has no offset.

    Raises:
        InvalidInput: it is no date.
    """

    moment: date | datetime
    known: list[Known] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        keep_date(self, self.moment)

    @property
    def most_a_day(self) -> int:
        return 1

    def following(self, after: datetime, zone: tzinfo) -> datetime | None:
        instant = first_instant(self.moment, zone)
        return instant if instant > after else None

    def evidence(self, context: EvaluationContext) -> str:
        if self.until(context) is None and not self.holds(context):
            return _say_past(first_instant(self.moment, context.zone), context)
        return FireTimeCondition.evidence(self, context)

    def change(self, context: EvaluationContext) -> Change:
        return _wait_for(self.until(context))

    def __str__(self) -> str:
        return f"at {say_date(self.moment)}"


def _say_past(instant: datetime, context: EvaluationContext) -> str:
    return f"it was at {say_instant(instant, context.zone)}"


def _wait_for(instant: datetime | None) -> Change:
    return Change(is_possible=False) if instant is None else Change(wait=instant)


@dataclass(frozen=True, slots=True, repr=False)
class In(FireTimeCondition):
    """Holds once, so long after the task was made: a nominal time, which may be missed.

    A task is made when its name is first known; a durable store remembers that over restarts.

    Args:
        delay: a duration, or what `parse_duration` reads.

    Raises:
        InvalidInput: it is none, or not longer than nothing.
    """

    delay: timedelta

    def __init__(self, delay: timedelta | str | float) -> None:
        duration = parse_duration(delay, field="in")
        if duration <= timedelta(0):
            raise InvalidInput({"in": "the delay is longer than nothing"})
        object.__setattr__(self, "delay", duration)

    def _instant(self, context: EvaluationContext) -> datetime | None:
        """Its only instant; None for a task that is not known yet, or if it is beyond all dates."""
        created = context.history(None).created
        try:
            return None if created is None else created + self.delay
        except OverflowError:
            return None

    def after(self, instant: datetime, context: EvaluationContext) -> datetime | None:
        only = self._instant(context)
        return only if only is not None and only > instant else None

    def evidence(self, context: EvaluationContext) -> str:
        only = self._instant(context)
        if only is not None and only < context.now and not self.holds(context):
            return _say_past(only, context)
        return FireTimeCondition.evidence(self, context)

    def change(self, context: EvaluationContext) -> Change:
        return _wait_for(self.until(context))

    def __str__(self) -> str:
        return f"in {format_duration(self.delay)}"


@dataclass(frozen=True, slots=True, repr=False)
class Since(Condition):
    """Holds from an instant on.

    Args:
        moment: a time, or a day for its first instant; in the session's zone if it has no offset.

    Raises:
        InvalidInput: it is no date.
    """

    moment: date | datetime
    is_calendar = True

    def __post_init__(self) -> None:
        keep_date(self, self.moment)

    def holds(self, context: EvaluationContext) -> bool:
        return first_instant(self.moment, context.zone) <= context.now

    def until(self, context: EvaluationContext) -> datetime | None:
        start = first_instant(self.moment, context.zone)
        return start if context.now < start else None

    def evidence(self, context: EvaluationContext) -> str:
        verb = "began" if self.holds(context) else "begins"
        return f"it {verb} at {say_instant(first_instant(self.moment, context.zone), context.zone)}"

    def change(self, context: EvaluationContext) -> Change:
        start = self.until(context)
        return Change(is_possible=False) if start is None else Change(wait=start)

    def __str__(self) -> str:
        return f"from {say_date(self.moment)}"


@dataclass(frozen=True, slots=True, repr=False)
class Until(Condition):
    """Holds up to an instant, and at it.

    A start that is due by then counts, however late it is looked at.

    Args:
        moment: a time, or a day, which is included; in the session's zone if it has no offset.

    Raises:
        InvalidInput: it is no date.
    """

    moment: date | datetime
    is_calendar = True

    def __post_init__(self) -> None:
        keep_date(self, self.moment)

    def _end(self, zone: tzinfo) -> datetime:
        """The first instant at which it does not hold."""
        if isinstance(self.moment, datetime):
            return first_instant(self.moment, zone) + MICROSECOND
        return first_instant(self.moment + _DAY, zone)

    def holds(self, context: EvaluationContext) -> bool:
        nominal = context.nominal
        moment = context.now if nominal is None else min(nominal, context.now)
        return moment < self._end(context.zone)

    def until(self, context: EvaluationContext) -> datetime | None:
        end = self._end(context.zone)
        return end if context.now < end else None

    def evidence(self, context: EvaluationContext) -> str:
        verb = "ends" if self.holds(context) else "ended"
        return f"it {verb} at {say_instant(self._end(context.zone), context.zone)}"

    def change(self, context: EvaluationContext) -> Change:
        end = self.until(context)
        return Change(is_possible=False) if end is None else Change(wait=end)

    def __str__(self) -> str:
        return f"until {say_date(self.moment)}"
