"""Statements about periods: `every`, `daily` and its kin, and `time of day` and its kin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from redengine.conditions.calendar.positions import position_of
from redengine.conditions.calendar.windows import Narrowing, Time
from redengine.conditions.condition import OWN, Condition
from redengine.conditions.context import DONE, SET_BACK
from redengine.conditions.dates import first_instant, keep_date, say_date
from redengine.conditions.explanation import Change, Effect, Event, say_instant
from redengine.conditions.fire_times import PeriodicAt
from redengine.durations import format_duration, parse_duration
from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from datetime import date, datetime

    from redengine.conditions.calendar.windows import Window
    from redengine.conditions.context import EvaluationContext, Moment

ENDS: Final = ("success", "fail", "terminate", DONE)
"""The actions that finish a task's work in a period."""

_WORDS: Final = {
    "success": "succeeded",
    "fail": "failed",
    "terminate": "was terminated",
    DONE: "ended",
}


@dataclass(frozen=True, slots=True, repr=False)
class Every(Condition):
    """Holds one interval after the task's latest due time, and at once on a fresh task.

    The phase is kept: a start that comes late does not shift the later ones, and missed
    intervals are one start.

    Args:
        interval: a duration, or what `parse_duration` reads.
    """

    interval: timedelta
    can_negate = False

    def __init__(self, interval: timedelta | str | float) -> None:
        duration = parse_duration(interval, field="every")
        if duration <= timedelta(0):
            raise InvalidInput({"every": "the interval is longer than nothing"})
        object.__setattr__(self, "interval", duration)

    def _latest(self, context: EvaluationContext) -> datetime | None:
        """The latest due time; one in the future, after the clock was set back, is now."""
        latest = context.history(None).last_due
        return latest if latest is None or latest <= context.now else context.now

    def holds(self, context: EvaluationContext) -> bool:
        latest = context.history(None).last_due
        return latest is None or context.now - latest >= self.interval

    def due(self, context: EvaluationContext) -> datetime | None:
        latest = self._latest(context)
        if latest is None:
            return context.now
        count = (context.now - latest) // self.interval
        return latest + count * self.interval if count else None

    def until(self, context: EvaluationContext) -> datetime | None:
        latest = self._latest(context)
        if latest is None:
            return None
        return latest + ((context.now - latest) // self.interval + 1) * self.interval

    def reads(self) -> frozenset[str]:
        return OWN

    def evidence(self, context: EvaluationContext) -> str:
        latest = self._latest(context)
        if latest is None:
            return "it has not been due yet"
        return f"last due {say_instant(latest, context.zone)}"

    def change(self, context: EvaluationContext) -> Change:
        until = self.until(context)
        return Change(wait=until)

    def starting(self, moment: date | datetime | str) -> EveryStarting:
        """At an instant and every whole interval after it."""
        return EveryStarting(self.interval, moment)

    def __str__(self) -> str:
        return f"every {format_duration(self.interval)}"


@dataclass(frozen=True, slots=True, repr=False)
class EveryStarting(Every):
    """Holds at an instant and every whole interval after it, each until a start is made for it.

    Nothing is due before that instant, nor before the task was made; missed intervals are one
    start. Intervals are spans of time, which no clock changes.

    Args:
        interval: a duration, or what `parse_duration` reads.
        moment: a time, or a day for its first instant; in the session's zone if it has no offset.

    Raises:
        InvalidInput: the interval or the date is none.
    """

    moment: date | datetime

    def __init__(self, interval: timedelta | str | float, moment: date | datetime | str) -> None:
        Every.__init__(self, interval)
        keep_date(self, moment)

    def _times(self, context: EvaluationContext) -> tuple[datetime | None, datetime]:
        """The latest instant of the grid, None before the first one, and the next."""
        start = first_instant(self.moment, context.zone)
        if context.now < start:
            return None, start
        latest = start + (context.now - start) // self.interval * self.interval
        return latest, latest + self.interval

    def due(self, context: EvaluationContext) -> datetime | None:
        latest, _ = self._times(context)
        history = context.history(None)
        if latest is None:
            return None
        if history.last_due is not None:
            return latest if min(history.last_due, context.now) < latest else None
        return latest if history.created is None or history.created <= latest else None

    def holds(self, context: EvaluationContext) -> bool:
        return self.due(context) is not None

    def until(self, context: EvaluationContext) -> datetime | None:
        return self._times(context)[1]

    def evidence(self, context: EvaluationContext) -> str:
        latest, upcoming = self._times(context)
        if latest is None:
            return f"it begins at {say_instant(upcoming, context.zone)}"
        return f"its latest time was {say_instant(latest, context.zone)}"

    def __str__(self) -> str:
        return f"{Every.__str__(self)} starting {say_date(self.moment)}"


@dataclass(frozen=True, slots=True, repr=False)
class Periodic(Condition, Narrowing["Periodic"]):
    """Holds in a window of every period until the task has finished its work in it.

    That is: since the window opened it has neither succeeded, nor failed past its retries, nor
    been terminated, nor crashed, nor ended its run as `inaction`. The crash of a job whose
    session died does not count.

    Attributes:
        window: the part of the period.
    """

    window: Window

    def holds(self, context: EvaluationContext) -> bool:
        now = context.now
        start = self.window.occurrence(now, context.zone).start
        if now < start:
            return False
        last, latest = context.history(None).last, now + SET_BACK
        for action in ENDS:
            moment = last(action)
            if moment is not None and start <= moment.at <= latest:
                return False
        return True

    def until(self, context: EvaluationContext) -> datetime | None:
        start, end = self.window.occurrence(context.now, context.zone)
        return start if context.now < start else end

    def due(self, context: EvaluationContext) -> datetime | None:
        return (
            self.window.occurrence(context.now, context.zone).start if self.holds(context) else None
        )

    def reads(self) -> frozenset[str]:
        return OWN

    def _finished(self, context: EvaluationContext, start: datetime) -> tuple[str, Moment] | None:
        """The latest end of the task since `start`, if there was one."""
        history, latest = context.history(None), context.now + SET_BACK
        ends = [(action, history.last(action)) for action in ENDS]
        since = [
            (action, moment)
            for action, moment in ends
            if moment is not None and start <= moment.at <= latest
        ]
        return max(since, key=lambda each: each[1].order, default=None)

    def evidence(self, context: EvaluationContext) -> str:
        start, end = self.window.occurrence(context.now, context.zone)
        if context.now < start:
            return f"it opens at {say_instant(start, context.zone)}"
        finished = self._finished(context, start)
        if finished is None:
            span = f"{say_instant(start, context.zone)} to {say_instant(end, context.zone)}"
            return f"not finished yet in the current one, {span}"
        action, moment = finished
        return f"it {_WORDS[action]} at {say_instant(moment.at, context.zone)}"

    def change(self, context: EvaluationContext) -> Change:
        start, end = self.window.occurrence(context.now, context.zone)
        if self.holds(context):
            return Change((Event.of("the task must finish", Effect("task:", "success")),))
        upcoming = start if context.now < start else self.window.occurrence(end, context.zone).start
        return Change(wait=upcoming)

    def _narrowed(self, window: Window) -> Periodic:
        return Periodic(window)

    def starting(self, start: Time) -> Periodic:
        """In whole periods that begin at a time."""
        return self._made("starting", start)

    def at(self, name: Time) -> PeriodicAt:
        """At one time of every period: a nominal time, which may be missed."""
        if self.window.kind != "whole":
            raise InvalidInput({"at": f"'{self}' is narrowed already"})
        return PeriodicAt(self.window.unit, position_of(self.window.unit, name, "at"))

    def __str__(self) -> str:
        return f"{self.window.unit.adverb} {self.window}".rstrip()


@dataclass(frozen=True, slots=True, repr=False)
class TimeOf(Condition, Narrowing["TimeOf"]):
    """Holds in a window of every period, whatever the task did.

    Attributes:
        window: the part of the period.
    """

    window: Window
    is_calendar = True

    def holds(self, context: EvaluationContext) -> bool:
        return self.window.occurrence(context.now, context.zone).start <= context.now

    def until(self, context: EvaluationContext) -> datetime | None:
        start, end = self.window.occurrence(context.now, context.zone)
        return start if context.now < start else end

    def evidence(self, context: EvaluationContext) -> str:
        start, end = self.window.occurrence(context.now, context.zone)
        verb = "opens" if context.now < start else "closes"
        return f"it {verb} at {say_instant(start if context.now < start else end, context.zone)}"

    def change(self, context: EvaluationContext) -> Change:
        if self.window.kind == "whole":
            return Change(is_possible=False)
        until = self.until(context)
        return Change(wait=until)

    def _narrowed(self, window: Window) -> TimeOf:
        return TimeOf(window)

    def at(self, name: Time) -> TimeOf:
        """In a named day, minute or second, anywhere in it: the same as `on`."""
        return self._made("on", name)

    def __str__(self) -> str:
        return f"time of {self.window.unit.name} {self.window}".rstrip()
