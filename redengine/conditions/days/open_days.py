"""Statements about calendars: `on business days`, `calendar 'bank' is open`, and moved times."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from redengine.conditions.calendar.wall_clock import MICROSECOND, instant_of, offset_at, wall_of
from redengine.conditions.condition import NOTHING, All, Any, Combination, Condition, InZone
from redengine.conditions.context import LaterContext, ZonedContext
from redengine.conditions.explanation import Change, Event, quote, say_instant
from redengine.conditions.fire_times import (
    CalendarTimes,
    Cron,
    FireTimeCondition,
    Known,
    PeriodicAt,
)
from redengine.exceptions import InvalidInput, did_you_mean, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, tzinfo

    from redengine.conditions.context import EvaluationContext
    from redengine.conditions.days.calendar import Calendar

Shift = Literal["next", "previous"]
SHIFTS: Final = ("next", "previous")
_DAY: Final = timedelta(days=1)
_NO_TIME: Final = timedelta(0)
_END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)
_LONGEST_CLOSURE: Final = 400
"""A time finds no open day farther away than so many days."""
_MOST_A_DAY: Final = 24


def topic_of(name: str) -> str:
    """The topic of a calendar."""
    return f"calendar:{name}"


def calendars_of(condition: Condition) -> frozenset[str]:
    """The names of the calendars that a condition reads."""
    start = topic_of("")
    topics = condition.reads()
    return frozenset(each.removeprefix(start) for each in topics if each.startswith(start))


def _checked_name(name: object, field_name: str) -> None:
    if name is not None and (not isinstance(name, str) or not name):
        reason = f"expected the name of a calendar, got {shortened(name)}"
        raise InvalidInput({field_name: reason})


class _OfCalendar(Condition):
    """Base of statements about the day that it is in a calendar."""

    __slots__ = ()

    is_calendar = True

    calendar: str | None

    @property
    def wants_open(self) -> bool:
        """Whether it holds on open days, rather than on closed ones."""
        return True

    def _day(self, context: EvaluationContext) -> tuple[Calendar, date]:
        """The calendar, and the day that counts: that of the nominal time which is made up for."""
        calendar = context.calendar(self.calendar)
        nominal = context.nominal
        moment = context.now if nominal is None else min(nominal, context.now)
        return calendar, calendar.day_of(moment, context.zone)

    def holds(self, context: EvaluationContext) -> bool:
        calendar, day = self._day(context)
        return calendar.is_open(day) is self.wants_open

    def until(self, context: EvaluationContext) -> datetime | None:
        calendar = context.calendar(self.calendar)
        day = calendar.change_after(calendar.day_of(context.now, context.zone))
        return None if day is None else calendar.start_of(day, context.zone)

    def reads(self) -> frozenset[str]:
        return NOTHING if self.calendar is None else frozenset((topic_of(self.calendar),))

    def evidence(self, context: EvaluationContext) -> str:
        calendar, day = self._day(context)
        reason = calendar.reason(day)
        return f"closed: {reason}" if reason else f"open on {day}"

    def because(self, context: EvaluationContext) -> str:
        """The same as a sentence that names the calendar and the day."""
        calendar, day = self._day(context)
        name = "" if self.calendar is None else f" in calendar {quote(self.calendar)}"
        reason = calendar.reason(day)
        return f"{day} is {f'closed{name}: {reason}' if reason else f'open{name}'}"

    def change(self, context: EvaluationContext) -> Change:
        until = self.until(context)
        if until is not None:
            return Change(wait=until)
        if self.calendar is None:
            return Change(is_possible=False)
        wish = "open" if self.holds(context) is not self.wants_open else "closed"
        return Change((Event(f"calendar {quote(self.calendar)} must be {wish}"),))


@dataclass(frozen=True, slots=True, repr=False)
class BusinessDays(_OfCalendar):
    """Holds on the open days of a calendar.

    Attributes:
        calendar: its name; None for the default one, Monday to Friday without holidays.
    """

    calendar: str | None = None

    def __post_init__(self) -> None:
        _checked_name(self.calendar, "calendar")

    def __str__(self) -> str:
        of = "" if self.calendar is None else f" of {quote(self.calendar)}"
        return f"on business days{of}"


@dataclass(frozen=True, slots=True, repr=False)
class CalendarIs(_OfCalendar):
    """Holds on the open days of a calendar, or on the closed ones.

    Attributes:
        calendar: its name.
        state: open or closed.
    """

    calendar: str
    state: Literal["open", "closed"] = "open"

    def __post_init__(self) -> None:
        _checked_name(self.calendar or "", "calendar")
        if self.state not in {"open", "closed"}:
            reason = f"expected open or closed, got {shortened(self.state)}"
            raise InvalidInput({"calendar": reason})

    @property
    def wants_open(self) -> bool:
        return self.state == "open"

    def __str__(self) -> str:
        return f"calendar {quote(self.calendar)} is {self.state}"


@dataclass(frozen=True, slots=True, repr=False)
class MovedToOpenDay(FireTimeCondition):
    """Holds at the times of another statement, those of closed days moved to open ones.

    A moved time is the same time of the wall clock on the nearest open day after or before it.
    Two times that fall on one instant are one.

    Args:
        timed: a statement with at most 24 times a day.
        shift: next or previous.
        calendar: the calendar's name; None for the default one.

    Raises:
        InvalidInput: it is no such statement, or no such shift.
    """

    timed: CalendarTimes
    shift: Shift
    calendar: str | None = None
    is_calendar = True
    known: list[Known] = field(default_factory=list, init=False, repr=False, compare=False)
    _known_of: list[tuple[Calendar, str]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        _checked_name(self.calendar, "calendar")
        if self.shift not in SHIFTS:
            reason = f"expected next or previous, got {shortened(self.shift)}"
            raise InvalidInput({"shift": reason + did_you_mean(str(self.shift), SHIFTS)})
        timed: object = self.timed
        if not isinstance(timed, CalendarTimes):
            reason = f"moves fixed times such as 'daily at 07:00', got '{timed}'"
            raise InvalidInput({"shift": reason})
        if timed.most_a_day > _MOST_A_DAY:
            reason = f"moves at most {_MOST_A_DAY} times a day, and '{self.timed}' has more"
            raise InvalidInput({"shift": reason})

    def for_task(self, task: str | None) -> Condition:
        if task is None:
            return self  # what holds for any task is more than can be moved
        timed = self.timed.for_task(task)
        return self if timed is self.timed else replace(self, timed=timed)

    def _times(self, context: EvaluationContext, after: datetime) -> Iterator[datetime]:
        """The times of the other statement after an instant."""
        return self.timed.nominal_times(context, after, _END_OF_TIME)

    def _moved(self, time: datetime, context: EvaluationContext) -> list[datetime]:
        """Where a time is moved to; itself on an open day, nowhere if no open day is near.

        One that stands for several which a gap has skipped is moved to each of their places.
        """
        calendar, zone = context.calendar(self.calendar), context.zone
        if calendar.is_open(calendar.day_of(time, zone)):
            return [time]
        found = (self._moved_wall(wall, calendar, zone) for wall in self._walls(time, context))
        return sorted(each for each in found if each is not None)

    def _moved_wall(self, wall: datetime, calendar: Calendar, zone: tzinfo) -> datetime | None:
        step = _DAY if self.shift == "next" else -_DAY
        for _ in range(_LONGEST_CLOSURE):
            wall += step
            found = instant_of(wall, zone)
            if calendar.is_open(calendar.day_of(found, zone)):
                return found
        return None

    def _walls(self, time: datetime, context: EvaluationContext) -> list[datetime]:
        """The wall-clock times that an instant stands for: those of a gap that ends at it, too."""
        timed, zone = self.timed, context.zone
        wall = wall_of(time, zone)
        gap = offset_at(time, zone) - offset_at(time - MICROSECOND, zone)
        if gap <= _NO_TIME or not isinstance(timed, Cron | PeriodicAt):
            return [wall]
        times = timed.times_of(context.task) if isinstance(timed, Cron) else timed.times
        found, at = [], times.following(wall - gap - MICROSECOND)
        while at is not None and at <= wall:
            found.append(at)
            at = times.following(at)
        return found or [wall]

    def after(self, instant: datetime, context: EvaluationContext) -> datetime | None:
        """The first of the moved times after an instant.

        Those that are moved forward may come of times before it, up to the last open day; those
        that are moved back may overtake others until the next open day has begun.
        """
        best: datetime | None = None
        for time in self._times(context, self._search_from(context, instant)):
            if best is not None and self._is_beyond(time, best, context):
                break
            found = next((each for each in self._moved(time, context) if each > instant), None)
            if found is None:
                continue
            best = found if best is None else min(best, found)
            if self._is_last(time, found, context):
                break
        return best

    def _passed_over(self, context: EvaluationContext) -> int:
        """How many open days a time may be moved over.

        A time moves by days of the statement's zone. Where the days of the calendar are those of
        another zone, one of them may lie between two such days when the clocks change.
        """
        own = context.calendar(self.calendar).zone
        return 0 if own is None or own is context.zone else 1

    def _is_beyond(self, time: datetime, best: datetime, context: EvaluationContext) -> bool:
        """Whether a time, and each later one, is moved to no instant before another one."""
        if self.shift == "next":
            return time >= best
        calendar, zone = context.calendar(self.calendar), context.zone
        day, last = calendar.day_of(best, zone), calendar.day_of(time, zone)
        left = self._passed_over(context)
        while day < last:
            day += _DAY
            if calendar.is_open(day):
                if not left:
                    return True
                left -= 1
        return False

    def _is_last(self, time: datetime, found: datetime, context: EvaluationContext) -> bool:
        """Whether no later time is moved to an instant before the one that a time is moved to."""
        if self.shift == "next":
            return found == time
        if self._passed_over(context):
            return False
        calendar = context.calendar(self.calendar)
        return calendar.is_open(calendar.day_of(time, context.zone) + _DAY)

    def _search_from(self, context: EvaluationContext, after: datetime) -> datetime:
        """The instant after which the times lie that may be moved beyond another one."""
        if self.shift == "previous":
            return after
        calendar = context.calendar(self.calendar)
        day, left = calendar.day_of(after, context.zone), self._passed_over(context)
        for _ in range(_LONGEST_CLOSURE):
            day -= _DAY
            if calendar.is_open(day):
                if not left:
                    break
                left -= 1
        return calendar.start_of(day, context.zone)

    def _look(self, context: EvaluationContext) -> tuple[bool, datetime | None]:
        calendar, zone, now = context.calendar(self.calendar), context.zone, context.now
        is_hashed = isinstance(self.timed, Cron) and self.timed.is_hashed
        subject = (calendar, context.task if is_hashed else "")
        is_known = self._known_of == [subject]
        for known_zone, since, holds, upcoming in self.known if is_known else ():
            if known_zone is zone and since <= now and (upcoming is None or now < upcoming):
                return (holds and now == since), upcoming
        holds, upcoming = FireTimeCondition._look(self, context)  # noqa: SLF001 - its base
        self.known[:] = ((zone, now, holds, upcoming),)
        self._known_of[:] = (subject,)
        return holds, upcoming

    def reads(self) -> frozenset[str]:
        return NOTHING if self.calendar is None else frozenset((topic_of(self.calendar),))

    def evidence(self, context: EvaluationContext) -> str:
        if self._look(context)[0]:
            return "now is a nominal time of it, or one that was moved to this day"
        if self.holds(context) and context.nominal is not None:
            return f"missed at {say_instant(context.nominal, context.zone)}, started late"
        return "it holds at its nominal times only, on open days"

    def __str__(self) -> str:
        return f"{self.timed} {BusinessDays(self.calendar)} or the {self.shift}"


def on_business_days(
    condition: Condition, calendar: str | None = None, shift: Shift | None = None
) -> Condition:
    """A condition on the open days of a calendar alone.

    Args:
        condition: the condition.
        calendar: the calendar's name; None for the default one, Monday to Friday.
        shift: where fixed times go that fall on a closed day: to the "next" open day or to the
            "previous" one; they are skipped if not given.

    Raises:
        InvalidInput: other than fixed times are to be moved.
    """
    if isinstance(condition, InZone):
        return InZone.of(on_business_days(condition.condition, calendar, shift), condition.zone)
    if shift is None:
        return All.of((condition, BusinessDays(calendar)))
    if isinstance(condition, Any):
        return Any.of(MovedToOpenDay(each, shift, calendar) for each in condition.conditions)  # type: ignore[arg-type] # checked there
    return MovedToOpenDay(condition, shift, calendar)  # type: ignore[arg-type] # checked there


Condition.limit_to_open_days = staticmethod(on_business_days)


# -- times that a closed day has kept from being


def closed_times(
    condition: Condition, context: EvaluationContext, since: datetime, until: datetime
) -> Iterator[datetime]:
    """The instants at which a condition would hold for a fire time if their days were open.

    Whatever else it reads counts as it is now.

    Args:
        condition: the condition.
        context: what it is asked about.
        since: the instant after which they lie.
        until: the last instant at which they may lie.
    """
    latest = None
    for instant in heapq.merge(*_fire_times(condition, context, since, until)):
        then = LaterContext(context, instant)
        if instant != latest and not condition.holds(then) and _would_hold(condition, then):
            yield instant
        latest = instant


def _fire_times(
    condition: Condition, context: EvaluationContext, since: datetime, until: datetime
) -> list[Iterator[datetime]]:
    """The fire times of the parts of a condition, on open days and on closed ones."""
    if isinstance(condition, Combination):
        parts = (_fire_times(each, context, since, until) for each in condition.conditions)
        return [times for part in parts for times in part]
    if isinstance(condition, InZone):
        there = ZonedContext(context, condition.zone)
        return _fire_times(condition.condition, there, since, until)
    return [condition.nominal_times(context, since, until)]


def _would_hold(condition: Condition, context: EvaluationContext) -> bool:
    """Whether a condition would hold if its calendars said of the day what it asks for."""
    if calendar_statements(condition) and _is_gate(condition):
        return True
    if isinstance(condition, All):
        return all(_would_hold(each, context) for each in condition.conditions)
    if isinstance(condition, Any):
        return any(_would_hold(each, context) for each in condition.conditions)
    if isinstance(condition, InZone):
        return _would_hold(condition.condition, ZonedContext(context, condition.zone))
    return condition.holds(context)


def calendar_statements(condition: Condition) -> tuple[BusinessDays | CalendarIs, ...]:
    """The statements of a condition about open and closed days."""
    return tuple(each for each in condition.leaves() if isinstance(each, BusinessDays | CalendarIs))


def _is_gate(condition: Condition) -> bool:
    """Whether a condition says nothing but that days are open or closed."""
    return all(isinstance(each, BusinessDays | CalendarIs) for each in condition.leaves())


def closed_reasons(condition: Condition, context: EvaluationContext, instant: datetime) -> str:
    """Why the calendars of a condition keep it from holding at an instant, in words."""
    found = []
    for each, zone in condition.walk_in(context.zone):
        then = ZonedContext(LaterContext(context, instant), zone)
        if isinstance(each, BusinessDays | CalendarIs) and not each.holds(then):
            found.append(each.because(then))
    return "; ".join(dict.fromkeys(found))
