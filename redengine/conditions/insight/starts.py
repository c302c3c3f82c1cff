"""Starts to come: when a new task with a condition starts, as far as time decides it.

The search goes from one instant at which the verdict may change to the next, on a history that the
starts themselves write. It is bounded by its steps, and by a deadline where the caller has one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from redengine.conditions.condition import All, Any, Combination, Condition
from redengine.conditions.context import MISSING, CheckResult, Moment
from redengine.conditions.days.calendar import WORKING_WEEK, Calendar
from redengine.conditions.days.open_days import calendars_of, topic_of
from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo

    from redengine.conditions.context import History, Missing
    from redengine.conditions.custom import CustomCondition

    Calendars = Callable[[str | None], Calendar]

MOST_STEPS: Final = 5_000
LONGEST: Final = timedelta(days=50 * 366)
"""So far ahead starts are searched."""
_RUN: Final = timedelta(milliseconds=1)
"""How long a run takes here: time has to go on."""
_ALONE: Final = frozenset(("task:", "scheduler"))
"""The topics of a task that nothing else has to do with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """Starts to come.

    Attributes:
        starts: the instants, ascending; UTC.
        searched_until: up to when all starts are among them; UTC.
        is_complete: False if the search ended at a limit before it had what was asked for.
        is_endless: whether the task starts again as soon as it has ended, so that only the first
            of such starts is told.
    """

    starts: tuple[datetime, ...]
    searched_until: datetime
    is_complete: bool = True
    is_endless: bool = False


def upcoming(
    condition: Condition,
    since: datetime,
    zone: tzinfo,
    *,
    count: int = 10,
    is_late: Callable[[], bool] = lambda: False,
    most_steps: int = MOST_STEPS,
    calendars: Calendars | None = None,
    task: str = "",
) -> Upcoming:
    """The next starts of a new task, each of whose runs succeeds at once.

    Args:
        condition: a condition that reads nothing but time and the task itself: see `timely`.
        since: the first instant looked at; aware.
        zone: the zone of its wall-clock times.
        count: how many starts are told.
        is_late: asked now and then; True ends the search.
        most_steps: how many instants are looked at.
        calendars: gives the calendar of a name; Monday to Friday stands for all if not given.
        task: the task's name, by which an `H` of cron has its value.
    """
    context = _FreshContext(since.astimezone(UTC), zone, calendars, task)
    search = _Search(condition, context)
    for step in range(most_steps):
        if step % 16 == 0 and is_late():
            break
        if len(search.starts) >= count or search.is_endless:
            return search.found()
        try:
            if not search.step():
                return search.found()
        except (InvalidInput, OverflowError):
            return search.found()  # the calendar ends there
    return search.found(is_complete=False)


@dataclass(slots=True)
class _FreshHistory:
    """The history of a task that the search starts (`conditions.History`)."""

    created: datetime | None
    last_due: datetime | None = None
    failures: int = 0
    running_since: datetime | None = None
    _moments: dict[str, list[Moment]] = field(default_factory=dict)

    def note(self, action: str, order: int, at: datetime) -> None:
        """Remember an action."""
        self._moments.setdefault(action, []).append(Moment(order, at))

    def last(self, action: str) -> Moment | None:
        known = self._moments.get(action)
        return known[-1] if known else None

    def moments(self, action: str, since: datetime, until: datetime) -> Sequence[Moment]:
        return [each for each in self._moments.get(action, ()) if since <= each.at < until]


class _FreshContext:
    """A session that has just started, with one task (`conditions.EvaluationContext`)."""

    def __init__(
        self, since: datetime, zone: tzinfo, calendars: Calendars | None, task: str
    ) -> None:
        self._calendars = calendars
        self.now = since
        self.zone = zone
        self.task = task
        self.nominal: datetime | None = None
        self.scheduler_started: datetime | None = since
        self.own = _FreshHistory(since)
        self._none = _FreshHistory(None)

    def history(self, task: str | None) -> History:
        return self.own if task is None else self._none

    def parameter(self, name: str) -> Missing:
        del name
        return MISSING

    def is_secret(self, name: str) -> bool:
        del name
        return False

    def channel(self, name: str) -> None:  # noqa: ARG002 - as the protocol has it
        """No channel: nothing was sent to it."""
        return

    def calendar(self, name: str | None) -> Calendar:
        return WORKING_WEEK if self._calendars is None else self._calendars(name)

    def check(self, condition: CustomCondition) -> CheckResult:
        del condition
        return CheckResult(holds=False)


class _Search:
    """The task's life, from start to start."""

    def __init__(self, condition: Condition, context: _FreshContext) -> None:
        self.starts: list[datetime] = []
        self.is_endless = False
        self._condition = condition
        self._context = context
        self._end = context.now + LONGEST
        self._last: datetime | None = None
        """The nominal time of the start before, or its instant."""

    def found(self, *, is_complete: bool = True) -> Upcoming:
        """What the search has found so far."""
        return Upcoming(
            starts=tuple(self.starts),
            searched_until=self._context.now,
            is_complete=is_complete,
            is_endless=self.is_endless,
        )

    def step(self) -> bool:
        """Look at the present instant, and go on to the next; False where none comes."""
        context, own = self._context, self._context.own
        if own.running_since is not None and context.now >= own.running_since + _RUN:
            own.note("success", 2 * len(self.starts), context.now)
            own.running_since = None
        if own.running_since is None and self._is_due():
            self._start()
        if self.is_endless:
            return True
        following = self._condition.until(context)
        if own.running_since is not None:
            end = own.running_since + _RUN
            following = end if following is None else min(following, end)
        if following is None or following > self._end:
            context.now = self._end
            return False
        context.now = following
        return True

    def _is_due(self) -> bool:
        if not self._condition.holds(self._context):
            return False
        occurrence = self._condition.due(self._context) or self._context.now
        return self._last is None or occurrence > self._last

    def _start(self) -> None:
        context, own = self._context, self._context.own
        self._last = self._condition.due(context) or context.now
        if self.starts and context.now == self.starts[-1] + _RUN:
            self.is_endless = True
            return
        self.starts.append(context.now)
        own.last_due = self._last
        own.running_since = context.now
        own.note("run", 2 * len(self.starts) - 1, context.now)


def foreign_topics(condition: Condition, *, knows_calendars: bool = False) -> frozenset[str]:
    """What a condition reads besides time, the scheduler and the task itself.

    Args:
        condition: the condition.
        knows_calendars: whether the days of calendars are known, and so a part of time.
    """
    found = condition.reads() - _ALONE
    if knows_calendars:
        found -= {topic_of(name) for name in calendars_of(condition)}
    return found


def timely(condition: Condition, *, knows_calendars: bool = False) -> Condition | None:
    """The part of a condition that time decides, if whatever else it reads holds.

    Args:
        condition: the condition.
        knows_calendars: whether the days of calendars are known, and so a part of time.

    Returns:
        None where time decides nothing: it starts when something else happens.
    """
    if not foreign_topics(condition, knows_calendars=knows_calendars):
        return condition
    if isinstance(condition, All | Any):
        found = (timely(each, knows_calendars=knows_calendars) for each in condition.conditions)
        parts = [part for part in found if part is not None]
        return type(condition).of(parts) if parts else None
    inner = condition.parts()
    if len(inner) != 1 or isinstance(condition, Combination):
        return None
    part = timely(inner[0], knows_calendars=knows_calendars)
    if part is None or not any(each.name == "condition" for each in fields(condition)):  # type: ignore[arg-type] # a wrapper is a dataclass
        return None
    return replace(condition, condition=part)  # type: ignore[type-var] # the same
