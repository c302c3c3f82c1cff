"""Statements about the record of a task: `has succeeded today`, `has failed past 2 hours >= 3`."""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from redengine.conditions.calendar.positions import Position, position_of, read_position
from redengine.conditions.calendar.wall_clock import (
    DAILY,
    HOUR,
    MICROSECOND,
    MINUTE,
    MONTH,
    QUARTER,
    WEEK,
    YEAR,
    Unit,
)
from redengine.conditions.calendar.windows import Kind, Occurrence, Window
from redengine.conditions.condition import OWN, Condition
from redengine.conditions.context import SET_BACK
from redengine.conditions.dependencies import MUST, OUTCOMES
from redengine.conditions.explanation import (
    IMPOSSIBLE,
    Change,
    Effect,
    Event,
    quote,
    say_instant,
    say_task,
)
from redengine.durations import format_duration, parse_duration
from redengine.exceptions import InvalidInput, did_you_mean, shortened

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.conditions.context import EvaluationContext, Moment

ACTIONS: Final = {**OUTCOMES, "started": ("run",), "inacted": ("inaction",)}
"""The actions that are counted, by the word of the statement."""

OPERATORS: Final[dict[str, Callable[[int, int], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}

_MOST_COUNTED: Final = 1_000
_EVER: Final = Occurrence(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
_NEVER: Final = Occurrence(_EVER.start, _EVER.start)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Has(Condition):
    """Holds if a task has done something, ever or in a span; or so many times.

    `this week between Monday and Wednesday` looks at the latest occurrence of the window that
    has begun and that reaches into the current week.

    Attributes:
        word: succeeded, failed, finished, started, terminated, inacted or crashed.
        task: the task's name; None for the asked one.
        window: the part of the current period; None for ever, or for `past_span`.
        past_span: how far back to look; None for ever, or for `window`.
        count: an operator and a number that the count of moments has to fit; None: any.
    """

    word: str
    task: str | None = None
    window: Window | None = None
    past_span: timedelta | None = None
    count: tuple[str, int] | None = None

    def __post_init__(self) -> None:
        if self.word not in ACTIONS:
            hint = did_you_mean(self.word, ACTIONS)
            expected = f"expected one of {', '.join(ACTIONS)}, got {shortened(self.word)}"
            raise InvalidInput({"has": expected + hint})

    # -- the verdict

    def _span(self, context: EvaluationContext) -> Occurrence:
        """The span in which moments count."""
        if self.past_span is not None:
            start = context.now - self.past_span + MICROSECOND
            return Occurrence(start, context.now + SET_BACK)
        if self.window is None:
            return _EVER
        if self.window.kind == "whole":
            return self.window.occurrence(context.now, context.zone)
        return self._begun(context)[0]

    def _begun(self, context: EvaluationContext) -> tuple[Occurrence, datetime]:
        """The latest occurrence that has begun in this period, and when that may change."""
        assert self.window is not None
        period = Window(self.window.unit).occurrence(context.now, context.zone)
        latest = _NEVER
        upcoming = self.window.occurrence(period.start, context.zone)
        while upcoming.start <= context.now:
            latest = upcoming
            upcoming = self.window.occurrence(latest.end, context.zone)
        return latest, min(period.end, upcoming.start)

    def _moments(self, context: EvaluationContext) -> list[Moment]:
        start, end = self._span(context)
        history = context.history(self.task)
        return [
            each for action in ACTIONS[self.word] for each in history.moments(action, start, end)
        ]

    def _latest_at(self, context: EvaluationContext) -> datetime | None:
        last = context.history(self.task).last
        moments = [last(action) for action in ACTIONS[self.word]]
        latest = max((each for each in moments if each is not None), default=None)
        return None if latest is None else latest.at  # the latest by its order, not by its time

    @property
    def _needs_all(self) -> bool:
        """Whether the last moment is not enough to tell."""
        return self.count is not None or (self.window is not None and self.window.kind != "whole")

    def holds(self, context: EvaluationContext) -> bool:
        if self.count is not None:
            sign, number = self.count
            return OPERATORS[sign](len(self._moments(context)), number)
        if self._needs_all:
            return bool(self._moments(context))
        latest = self._latest_at(context)
        if latest is None or latest < self._span(context).start:
            return False
        is_ever = self.window is None and self.past_span is None
        return is_ever or latest <= context.now + SET_BACK

    def until(self, context: EvaluationContext) -> datetime | None:
        if self.past_span is not None:
            return self._falls_out(context, self.past_span)
        if self.window is None:
            return None
        if self.window.kind == "whole":
            return self.window.occurrence(context.now, context.zone).end
        return self._begun(context)[1]

    def _falls_out(self, context: EvaluationContext, span: timedelta) -> datetime | None:
        """When the first of the moments that decide falls out of a span that ends now."""
        if self._needs_all:
            moments = self._moments(context)
            return min(each.at for each in moments) + span if moments else None
        latest = self._latest_at(context)
        return None if latest is None or latest + span <= context.now else latest + span

    def reads(self) -> frozenset[str]:
        return OWN if self.task is None else frozenset((f"task:{self.task}",))

    def remembered(self) -> frozenset[tuple[str | None, str]]:
        if not self._needs_all:
            return frozenset()
        return frozenset((self.task, action) for action in ACTIONS[self.word])

    # -- words

    def evidence(self, context: EvaluationContext) -> str:
        latest = self._latest_at(context)
        when = f"last at {say_instant(latest, context.zone)}" if latest else "never"
        return f"{len(self._moments(context))} times, {when}" if self._needs_all else when

    def change(self, context: EvaluationContext) -> Change:
        if self.count is not None:
            return self._counted_change(context, *self.count)
        until = self.until(context)
        if self.holds(context):
            return Change(wait=until) if until else IMPOSSIBLE
        wait = None
        if self.window is not None and self.window.kind != "whole":
            upcoming = self.window.occurrence(context.now, context.zone).start
            wait = upcoming if upcoming > context.now else None
        return Change(
            (Event.of(f"{say_task(self.task)} must {MUST[self.word]}", self._effect()),), wait
        )

    def _effect(self) -> Effect:
        return Effect(f"task:{self.task or ''}", ACTIONS[self.word][0])

    def _counted_change(self, context: EvaluationContext, sign: str, number: int) -> Change:
        """How often it has to happen until the count is another; or until when the span goes on."""
        has = len(self._moments(context))
        holds = OPERATORS[sign](has, number)
        more = (
            count
            for count in range(has + 1, max(has, number) + 2)
            if OPERATORS[sign](count, number) is not holds
        )
        needed = next(more, None)
        if needed is None:
            until = self.until(context)
            return IMPOSSIBLE if until is None else Change(wait=until)
        wish = f"{say_task(self.task)} must have {self.word} "
        wish += f"{needed} times" if holds else f"{sign} {number} times"
        effects = [self._effect()] * min(needed - has, _MOST_COUNTED)
        return Change((Event.of(f"{wish}{self._where()}, it has {has}", *effects),))

    def _where(self) -> str:
        if self.past_span is not None:
            return f" past {format_duration(self.past_span)}"
        if self.window is None:
            return ""
        unit = self.window.unit
        return f" {'today' if unit is DAILY else f'this {unit.name}'} {self.window}".rstrip()

    def __str__(self) -> str:
        subject = "" if self.task is None else f"task {quote(self.task)} "
        count = f" {self.count[0]} {self.count[1]}" if self.count else ""
        return f"{subject}has {self.word}{self._where()}{count}"

    # -- the spans, in Python

    @property
    def today(self) -> Has:
        """Only what happened today."""
        return self._in(DAILY)

    @property
    def this_minute(self) -> Has:
        """Only what happened this minute."""
        return self._in(MINUTE)

    @property
    def this_hour(self) -> Has:
        """Only what happened this hour."""
        return self._in(HOUR)

    @property
    def this_week(self) -> Has:
        """Only what happened this week, from Monday on."""
        return self._in(WEEK)

    @property
    def this_month(self) -> Has:
        """Only what happened this month."""
        return self._in(MONTH)

    @property
    def this_quarter(self) -> Has:
        """Only what happened this quarter of the year."""
        return self._in(QUARTER)

    @property
    def this_year(self) -> Has:
        """Only what happened this year."""
        return self._in(YEAR)

    def past(self, span: timedelta | str | float) -> Has:
        """Only what happened in a span that ends now."""
        return replace(self, window=None, past_span=parse_duration(span, field="past"))

    def between(self, start: str | int, end: str | int) -> Has:
        """Only what happened in a window; the unit is told by a span or by the times."""
        unit = self._unit(start)
        return self._with("between", unit, position_of(unit, start, "between"), end)

    def before(self, end: str | int) -> Has:
        """Only what happened before a time."""
        return self._with("before", self._unit(end), None, end)

    def after(self, start: str | int) -> Has:
        """Only what happened from a time on."""
        unit = self._unit(start)
        return self._with("after", unit, position_of(unit, start, "after"), None)

    def on(self, name: str | int) -> Has:
        """Only what happened in a named day, minute …."""
        unit = self._unit(name)
        return self._with("on", unit, position_of(unit, name, "on"), None)

    def _in(self, unit: Unit) -> Has:
        return replace(self, window=Window(unit), past_span=None)

    def _unit(self, text: str | int) -> Unit:
        return infer_unit(str(text)) if self.window is None else self.window.unit

    def _with(self, kind: Kind, unit: Unit, first: Position | None, end: str | int | None) -> Has:
        last = None if end is None else position_of(unit, end, kind)
        return replace(self, window=Window(unit, kind, first, last), past_span=None)

    # -- comparisons make statements

    def _counted(self, sign: str, number: object) -> Has:
        if isinstance(number, bool) or not isinstance(number, int) or self.count is not None:
            raise InvalidInput({"count": f"compare with one whole number, got {shortened(number)}"})
        return replace(self, count=(sign, number))

    def __ge__(self, number: int) -> Has:
        return self._counted(">=", number)

    def __gt__(self, number: int) -> Has:
        return self._counted(">", number)

    def __le__(self, number: int) -> Has:
        return self._counted("<=", number)

    def __lt__(self, number: int) -> Has:
        return self._counted("<", number)

    def _key(self) -> tuple[object, ...]:
        return (self.word, self.task, self.window, self.past_span, self.count)

    def __hash__(self) -> int:
        return hash(self._key())

    def __eq__(self, other: object) -> bool | Has:  # type: ignore[override]  # a statement for ints
        if isinstance(other, int):
            return self._counted("==", other)
        return isinstance(other, Has) and self._key() == other._key()

    def __ne__(self, other: object) -> bool | Has:  # type: ignore[override]  # a statement for ints
        if isinstance(other, int):
            return self._counted("!=", other)
        return not isinstance(other, Has) or self._key() != other._key()


def infer_unit(text: str) -> Unit:
    """The unit in which a text is a time: a day, week, month or year; a day if in none."""
    for unit in (DAILY, WEEK, MONTH, YEAR):
        try:
            read_position(unit, text)
        except ValueError:
            continue
        return unit
    return DAILY
