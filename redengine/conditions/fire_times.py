"""Fire times: statements that hold at instants, `cron …` and `… at <time>`.

They hold exactly at their nominal instants. The engine asks at those that `until` names, and
finds what it could not attend to with `nominal_times`.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redengine.conditions.calendar.cron import (
    CronNeverError,
    CronTimes,
    Seconds,
    cron_times,
    is_ambiguous,
    settled,
)
from redengine.conditions.calendar.cron_fields import CronError
from redengine.conditions.calendar.cron_hash import has_hash, hashed, widest
from redengine.conditions.calendar.wall_clock import DAY, MICROSECOND, count_between, following
from redengine.conditions.condition import Condition
from redengine.conditions.explanation import Change, quote, say_instant
from redengine.exceptions import ImpossibleCondition, InvalidInput, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, tzinfo

    from redengine.conditions.calendar.positions import Position
    from redengine.conditions.calendar.wall_clock import Unit
    from redengine.conditions.context import EvaluationContext

Known = tuple["tzinfo", "datetime", bool, "datetime | None"]


class FireTimeCondition(Condition):
    """Base of statements that hold at instants."""

    __slots__ = ()

    can_negate = False

    @abstractmethod
    def after(self, instant: datetime, context: EvaluationContext) -> datetime | None:
        """The first of its instants after another one; None if none comes."""

    def holds(self, context: EvaluationContext) -> bool:
        if self._look(context)[0]:
            return True
        nominal = context.nominal
        return nominal is not None and self._is_nominal(nominal, context)

    def until(self, context: EvaluationContext) -> datetime | None:
        return self._look(context)[1]

    def due(self, context: EvaluationContext) -> datetime | None:
        if self._look(context)[0]:
            return context.now
        nominal = context.nominal
        if nominal is not None and self._is_nominal(nominal, context):
            return nominal
        return None

    def evidence(self, context: EvaluationContext) -> str:
        if self._look(context)[0]:
            return "now is a nominal time of it"
        if self.holds(context) and context.nominal is not None:
            return f"missed at {say_instant(context.nominal, context.zone)}, started late"
        return "it holds at its nominal times only"

    def change(self, context: EvaluationContext) -> Change:
        upcoming = self.until(context)
        return Change(wait=upcoming)

    def nominal_times(
        self, context: EvaluationContext, since: datetime, until: datetime
    ) -> Iterator[datetime]:
        instant = self.after(since, context)
        while instant is not None and instant <= until:
            yield instant
            instant = self.after(instant, context)

    def _is_nominal(self, instant: datetime, context: EvaluationContext) -> bool:
        return self.after(instant - MICROSECOND, context) == instant

    def _look(self, context: EvaluationContext) -> tuple[bool, datetime | None]:
        """Whether it holds now, and the next instant at which it does."""
        now = context.now
        upcoming = self.after(now - MICROSECOND, context)
        if upcoming != now:
            return False, upcoming
        return True, self.after(now, context)


class CalendarTimes(FireTimeCondition):
    """Base of statements that hold at instants which the calendar tells."""

    __slots__ = ()

    is_calendar = True

    @abstractmethod
    def following(self, after: datetime, zone: tzinfo) -> datetime | None:
        """The first of its instants after another one; None if none comes."""

    @property
    @abstractmethod
    def known(self) -> list[Known]:
        """Where the last answer is kept: zone, instant, whether it holds there, the next."""

    @property
    @abstractmethod
    def most_a_day(self) -> int:
        """How many of its instants a day has at most."""

    def for_task(self, task: str | None) -> CalendarTimes:
        del task
        return self

    def after(self, instant: datetime, context: EvaluationContext) -> datetime | None:
        return self.following(instant, context.zone)

    def _look(self, context: EvaluationContext) -> tuple[bool, datetime | None]:
        now, zone = context.now, context.zone
        is_awaited = False
        for known_zone, since, holds, upcoming in self.known:
            if known_zone is zone and since <= now:
                if upcoming is None or now < upcoming:
                    return (holds and now == since), upcoming
                is_awaited = now == upcoming
        if is_awaited:
            holds, upcoming = True, self.following(now, zone)
        else:
            holds, upcoming = FireTimeCondition._look(self, context)  # noqa: SLF001 - its base
        self.known[:] = ((zone, now, holds, upcoming),)
        return holds, upcoming


@dataclass(frozen=True, slots=True, repr=False)
class Cron(CalendarTimes):
    """Holds at the times of a cron expression, as Vixie cron reads it.

    Five fields, or six with the seconds: names (`mon-fri`, `jan`), `L`, `LW`, `L-3` and `15W` in
    the day of month, `5L` and `fri#2` in the day of week. A day field counts as starred if its
    first character is `*` or `?`; where neither is, a day that fits either matches, else it has to
    fit both. `H` is a value of the task's own, by its name. In a fold, `*`, ranges and steps in
    second, minute or hour run through both halves; whatever falls in a gap runs at the first
    instant after it.

    Args:
        expression: the fields, or an alias such as "@daily".
        seconds: which of six fields is that of the seconds, "first" or "last". If it is not said
            they are last, or first where the fields can be read only so. The expression is kept
            with the seconds last, or without them at second 0.

    Raises:
        InvalidInput: it cannot be read.
        ImpossibleCondition: it never comes.
    """

    expression: str
    seconds: Seconds | None = None
    times: CronTimes = field(init=False, repr=False, compare=False)
    known: list[Known] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        text = " ".join(self.expression.lower().split())
        try:
            if self.seconds not in {"first", "last", None}:
                message = f"expected 'first' or 'last', got {shortened(self.seconds)}"
                raise InvalidInput({"seconds": message})
            kept = settled(text, self.seconds)
        except CronError as error:
            raise InvalidInput({"cron": str(error)}) from None
        except CronNeverError as error:
            raise ImpossibleCondition(f"cron {text}", str(error)) from None
        is_known = self.seconds is not None or kept != text
        object.__setattr__(self, "expression", kept)
        object.__setattr__(self, "seconds", "last" if is_known and is_ambiguous(kept) else None)
        object.__setattr__(self, "times", cron_times(hashed(kept, "")))

    def times_of(self, task: str) -> CronTimes:
        """The times of a task: those of its own where there is an `H`."""
        return cron_times(hashed(self.expression, task)) if self.is_hashed else self.times

    def for_task(self, task: str | None) -> Cron:
        if not self.is_hashed:
            return self
        own = widest(self.expression) if task is None else hashed(self.expression, task)
        return Cron(own, None if self.seconds is None else "last")

    @property
    def most_a_day(self) -> int:
        return self.times.most_a_day

    @property
    def is_hashed(self) -> bool:
        """Whether its times are different for each task."""
        return has_hash(self.expression)

    def after(self, instant: datetime, context: EvaluationContext) -> datetime | None:
        return following(self.times_of(context.task), instant, context.zone)

    def following(self, after: datetime, zone: tzinfo) -> datetime | None:
        return following(self.times, after, zone)

    def count_nominal(self, context: EvaluationContext, since: datetime, until: datetime) -> int:
        return count_between(self.times_of(context.task), since, until, context.zone)

    def evidence(self, context: EvaluationContext) -> str:
        evidence = CalendarTimes.evidence(self, context)
        if not self.is_hashed:
            return evidence
        if not context.task:
            return "H depends on the task's name"
        own = hashed(self.expression, context.task)
        return f"for task {quote(context.task)} it is 'cron {own}'; {evidence}"

    def _look(self, context: EvaluationContext) -> tuple[bool, datetime | None]:
        if self.is_hashed:  # what is known is one task's, and tasks share conditions
            return FireTimeCondition._look(self, context)  # noqa: SLF001 - its base
        return CalendarTimes._look(self, context)  # noqa: SLF001 - its base

    def __str__(self) -> str:
        said = f" seconds {self.seconds}" if self.seconds else ""
        return f"cron {self.expression}{said}"


@dataclass(frozen=True, slots=True)
class PositionTimes:
    """The wall-clock times of a position in every period of its unit."""

    position: Position

    @property
    def repeats_in_fold(self) -> bool:
        """Units shorter than a day come twice in a fold."""
        return self.position.unit.is_short

    def following(self, wall: datetime) -> datetime | None:
        """The first of them after `wall`."""
        unit = self.position.unit
        period = unit.floor(wall)
        while True:
            candidate = self.position.wall(period)
            if candidate > wall and self.position.exists_in(period):
                return candidate
            period = unit.following(period)


@dataclass(frozen=True, slots=True, repr=False)
class PeriodicAt(CalendarTimes):
    """Holds at one time of every period: `daily at 07:00`, `weekly at Monday 07:00`.

    Attributes:
        unit: the period's unit.
        position: the time in it; months without that day are passed over.
    """

    unit: Unit
    position: Position
    times: PositionTimes = field(init=False, repr=False, compare=False)
    known: list[Known] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", PositionTimes(self.position))

    @property
    def most_a_day(self) -> int:
        return max(DAY // self.unit.length, 1)

    def following(self, after: datetime, zone: tzinfo) -> datetime | None:
        return following(self.times, after, zone)

    def __str__(self) -> str:
        return f"{self.unit.adverb} at {self.position}"
