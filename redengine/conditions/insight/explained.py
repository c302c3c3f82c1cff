"""A condition explained: plain words, what else must hold, the next starts, the findings."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from typing import Any as Anything

from redengine.conditions.condition import Not
from redengine.conditions.explanation import quote, say_instant
from redengine.conditions.facts import FALSE
from redengine.conditions.insight.lint import lint
from redengine.conditions.insight.speaking import sentence, spoken
from redengine.conditions.insight.starts import Upcoming, foreign_topics, timely, upcoming

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime, tzinfo

    from redengine.conditions.condition import Condition
    from redengine.conditions.insight.lint import Finding
    from redengine.conditions.insight.starts import Calendars
    from redengine.conditions.language.places import Places

COUNT: Final = 10
"""So many starts are told unless another number is asked for."""
DEADLINE: Final = timedelta(milliseconds=60)
"""How long the search for starts may work where somebody waits for it."""


def deadline_of_this_thread() -> Callable[[], bool]:
    """Whether the calling thread has worked for `DEADLINE` since now, whenever it is asked.

    What other threads and programs take meanwhile does not count: an answer says the same on a
    machine that is busy.
    """
    end = time.thread_time() + DEADLINE.total_seconds()
    return lambda: time.thread_time() > end


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionExplanation:
    """A condition, explained.

    Attributes:
        condition: the condition.
        zone: the zone of its times.
        upcoming: when a new task with it would start, if what it waits for holds.
        count: how many starts were asked for.
        waits_for: the statements that time does not decide: those of tasks, parameters and such.
        findings: what may not be meant, and what the changes of clocks do.
        knows_calendars: whether the days of calendars were known.
        task: the name of the task that would have it; None for any.
    """

    condition: Condition
    zone: tzinfo
    upcoming: Upcoming
    count: int
    waits_for: tuple[str, ...]
    findings: tuple[Finding, ...]
    knows_calendars: bool = False
    task: str | None = None

    @property
    def is_hashed(self) -> bool:
        """Whether the times are other ones for each task: there is an `H` of cron in it."""
        return self.condition.for_task("") != self.condition

    @property
    def own(self) -> Condition:
        """The condition as it is for the task, each `H` of cron with its value."""
        return self.condition if self.task is None else self.condition.for_task(self.task)

    def to_dict(self) -> dict[str, Anything]:
        """The explanation as JSON-ready values; times are in its zone."""
        return {
            "text": str(self.condition),
            "task": self.task,
            "plain": sentence(self.own),
            "timezone": str(self.zone),
            "waits_for": list(self.waits_for),
            "next": [each.astimezone(self.zone).isoformat() for each in self.upcoming.starts],
            "searched_until": self.upcoming.searched_until.astimezone(self.zone).isoformat(),
            "complete": self.upcoming.is_complete,
            "findings": [each.to_dict() for each in self.findings],
        }

    def lines(self) -> Iterator[str]:
        """The explanation as lines of text."""
        yield str(self.condition)
        yield ""
        name = "A task" if self.task is None else f"Task {quote(self.task)}"
        yield f"{name} with this condition starts"
        yield from (f"  {line}" for line in spoken(self.own))
        for each in self.findings:
            yield f"{_BEFORE[each.severity]}: {each.message}"
            if each.fix is not None:
                yield f"  perhaps: {each.fix}"
        if self.count:
            yield ""
            yield from self._starts()

    def _starts(self) -> Iterator[str]:
        found = self.upcoming
        others = ", ".join(self.waits_for)
        also = f", provided that this also holds: {others}" if others else ""
        if found.starts:
            yield f"The next starts of {self._subject}{also}:"
        for at in found.starts:
            yield f"  {at.astimezone(self.zone):%a} {say_instant(at, self.zone)}"
        if found.is_endless:
            yield "From then on it starts again as soon as it has ended."
        elif self.condition == FALSE:
            yield "It starts by hand only."
        elif timely(self.condition, knows_calendars=self.knows_calendars) is None:
            yield f"Time alone does not start it; what has to happen: {others}"
        elif not found.starts or not found.is_complete:
            more = "No other start" if found.starts else "No start"
            until = say_instant(found.searched_until, self.zone)
            yield f"{more} was found; searched until {until}."

    @property
    def _subject(self) -> str:
        if self.task is not None:
            return f"a new task {quote(self.task)}"
        if self.is_hashed:
            return "a task without a name (H is another value for each name)"
        return "a new task"

    def __str__(self) -> str:
        return "\n".join(self.lines())


_BEFORE: Final = {"error": "Never", "warning": "Beware", "info": "Note"}


def explained(
    condition: Condition,
    zone: tzinfo,
    now: datetime,
    *,
    count: int = COUNT,
    places: Places | None = None,
    known: Mapping[str, Collection[str]] | None = None,
    is_late: Callable[[], bool] = lambda: False,
    calendars: Calendars | None = None,
    task: str | None = None,
) -> ConditionExplanation:
    """A condition in plain words, with its next starts and what may not be meant.

    What it reads besides time and the task itself is taken to hold: the starts are those that time
    then decides. The task is a new one.

    Args:
        condition: the condition.
        zone: the zone of its wall-clock times.
        now: from when starts are told.
        count: how many of them.
        places: where its parts stand in its text.
        known: the names that exist, by their kind; see `lint`.
        is_late: asked now and then; True ends the search for starts.
        calendars: gives the calendar of a name; None if they are not known, and so what else the
            task waits for.
        task: the name of the task that would have it, by which an `H` of cron has its value.
    """
    findings = lint(
        condition, zone, now=now, places=places, known=known, task=task, calendars=calendars
    )
    knows = calendars is not None
    part = timely(condition, knows_calendars=knows)
    if part is None or count == 0 or any(each.code == "never-true" for each in findings):
        found = Upcoming(starts=(), searched_until=now)
    else:
        found = upcoming(
            part, now, zone, count=count, is_late=is_late, calendars=calendars, task=task or ""
        )
    return ConditionExplanation(
        condition=condition,
        zone=zone,
        upcoming=found,
        count=count,
        waits_for=tuple(dict.fromkeys(_waits_for(condition, knows_calendars=knows))),
        findings=findings,
        knows_calendars=knows,
        task=task,
    )


def _waits_for(condition: Condition, *, knows_calendars: bool) -> Iterator[str]:
    """The statements that read something besides time and the task itself."""
    if isinstance(condition, Not) or not condition.parts():
        if foreign_topics(condition, knows_calendars=knows_calendars):
            yield str(condition)
        return
    for part in condition.parts():
        yield from _waits_for(part, knows_calendars=knows_calendars)
