"""Checks of conditions at registration: which task starts after which, and what can never start."""

from __future__ import annotations

import typing
import warnings
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final

from redengine.conditions import (
    All,
    Any,
    CalendarContext,
    Every,
    FireTimeCondition,
    InZone,
    Periodic,
    contradiction,
)
from redengine.conditions.channels import CHANNEL
from redengine.conditions.days.calendar import WORKING_WEEK
from redengine.conditions.facts import FALSE
from redengine.conditions.insight.lint import calendars_over, doubts
from redengine.durations import format_duration
from redengine.exceptions import ImpossibleCondition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import tzinfo

    from redengine.conditions import Calendar, Condition
    from redengine.scheduler.core import Core
    from redengine.tasks import Task


def dependencies(tasks: Iterable[Task]) -> list[dict[str, typing.Any]]:
    """Every link between two tasks, or a task and a channel: parent, child, relation and type."""
    return [link for task in tasks for link in _links_of(task)]


def _links_of(task: Task) -> Iterator[dict[str, typing.Any]]:
    if task.start_cond is not None:
        for each in task.start_cond.dependencies():
            yield _link(each.task, task.name, each.relation, each.type)
        for topic in sorted(task.start_cond.reads()):
            if topic.startswith(CHANNEL):
                yield _link(topic, task.name, "DependChannel")
    if task.publish is not None:
        yield _link(task.name, f"{CHANNEL}{task.publish}", "Publish")


def _link(parent: str, child: str, relation: str, mode: str | None = None) -> dict[str, typing.Any]:
    return {"parent": parent, "child": child, "relation": relation, "type": mode}


def refuse_cycle(tasks: Mapping[str, Task], added: Task, *, is_awaited: bool) -> None:
    """Refuse a task that could only start after itself.

    A cycle through required links alone can never get going: every task in it waits for
    another one of it. Links inside an "or" may be entered from elsewhere and are allowed.

    Args:
        tasks: the registered tasks by name.
        added: the task, which is registered or about to be.
        is_awaited: whether the condition of another task reads this one. Only then can a link
            lead back to it: the end of a long chain is registered without a walk along it.

    Raises:
        ImpossibleCondition: naming the cycle.
    """
    required = _required(added)
    if not required or not (is_awaited or added.name in required):
        return
    path = _path_back(tasks, added)
    if path is not None:
        arrows = " → ".join(f"'{name}'" for name in path)
        raise ImpossibleCondition(
            str(added.start_cond), f"each of these tasks waits for the next: {arrows}"
        )


def required_tasks(condition: Condition) -> set[str]:
    """The tasks without whose end a condition never holds."""
    condition = condition.unzoned
    parts = [required_tasks(part) for part in condition.parts()]
    if isinstance(condition, All):
        return set().union(*parts)
    if isinstance(condition, Any):
        return set.intersection(*parts)
    if parts:
        return set()
    links = condition.dependencies()
    return {link.task for link in links if link.type != "Any" or len(links) == 1}


def _required(task: Task) -> set[str]:
    return set() if task.start_cond is None else required_tasks(task.start_cond)


def _path_back(tasks: Mapping[str, Task], start: Task) -> list[str] | None:
    """A way along required links from a task back to itself, or None."""
    child_of: dict[str, str] = {}
    trail = [start.name]
    while trail:
        name = trail.pop()
        task = start if name == start.name else tasks.get(name)
        for parent in _required(task) if task is not None else ():
            if parent == start.name:
                return _way(child_of, start.name, name)
            if parent not in child_of:
                child_of[parent] = name
                trail.append(parent)
    return None


def _way(child_of: Mapping[str, str], start: str, last: str) -> list[str]:
    """The names from a task along its ancestors to the one that waits for it, and its own."""
    names = [start, last]
    while last != start:
        last = child_of[last]
        names.append(last)
    return names[::-1]


_LOOKED_AT_FROM: Final = datetime(2026, 1, 1, tzinfo=UTC)
_LOOKED_AT_FOR: Final = timedelta(days=2 * 366)
_MOST_TIMES: Final = 100


class SuspiciousCondition(UserWarning):
    """A condition that is possible, but hardly what was meant."""


_IS_TOLD: Final = ContextVar("told otherwise", default=False)


@contextmanager
def told_otherwise() -> Iterator[None]:
    """Leave out the warnings in this context: an answer over HTTP has them in it."""
    token = _IS_TOLD.set(True)
    try:
        yield
    finally:
        _IS_TOLD.reset(token)


def doubts_of(task: Task, core: Core, *, tells_past: bool = True) -> tuple[str, ...]:
    """What of a task's condition may not be meant; a service is meant to go on.

    Args:
        task: whose condition it is.
        core: the session's state: the present instant and the calendars.
        tells_past: whether it matters that all times are past.
    """
    condition = task.start_cond
    if condition is None or condition == FALSE or task.permanent:
        return ()
    now = core.clock.now()
    remarks = [
        *doubts(condition, task.zone, now if tells_past else None),
        *calendars_over(condition, task.zone, now, calendars_in(core.calendars)),
    ]
    found = [each.message for each in remarks if each.is_doubt]
    return tuple(dict.fromkeys((*found, *_long_jitter(task, condition))))


def calendars_in(known: Mapping[str, Calendar]) -> Callable[[str | None], Calendar]:
    """What gives the calendar of a name; Monday to Friday for one that does not exist."""
    return lambda name: known.get(name or "", WORKING_WEEK)


def _long_jitter(task: Task, condition: Condition) -> Iterator[str]:
    """That a start may be delayed beyond the next one."""
    jitter = task.jitter
    interval = None if jitter is None else shortest_interval(condition, task.zone)
    if interval is not None and jitter > interval:
        yield (
            f"its jitter of {format_duration(jitter)} is longer than the "
            f"{format_duration(interval)} between two of its nominal times, so that a start may "
            "be delayed past the next one; make it shorter"
        )


def shortest_interval(condition: Condition, zone: tzinfo) -> timedelta | None:
    """The shortest time between two starts that a condition's intervals and fire times tell.

    Where a window beside fire times picks some of them, they tell nothing.
    """
    return min(_intervals(condition, zone), default=None)


def _intervals(condition: Condition, zone: tzinfo) -> Iterator[timedelta]:
    match condition:
        case Every(interval=interval):
            yield interval
        case Periodic(window=window):
            yield window.unit.length
        case InZone(condition=inner):
            yield from _intervals(inner, condition.zone)
        case All() if any(each.is_calendar and each.can_negate for each in condition.conditions):
            for part in condition.conditions:
                yield from () if part.is_calendar else _intervals(part, zone)
        case Any() if all(isinstance(each, FireTimeCondition) for each in condition.conditions):
            yield from _gaps(condition, zone)
        case FireTimeCondition():
            yield from _gaps(condition, zone)
        case _:
            for part in condition.parts():
                yield from _intervals(part, zone)


def _gaps(condition: Condition, zone: tzinfo) -> Iterator[timedelta]:
    """The times between the first fire times of two years, up to a hundred of them."""
    context = CalendarContext(_LOOKED_AT_FROM, zone)
    times = condition.nominal_times(context, context.now, context.now + _LOOKED_AT_FOR)
    return (later - earlier for earlier, later in pairwise(islice(times, _MOST_TIMES)))


def refuse_impossible(task: Task) -> None:
    """Refuse a condition that can never hold.

    Args:
        task: whose condition it is.

    Raises:
        ImpossibleCondition: with the reason.
    """
    condition = task.start_cond
    if condition is None or condition == FALSE:
        return
    found = contradiction(condition, task.zone, task.name)
    if found is not None:
        raise ImpossibleCondition(str(condition), found.reason).under("start_cond")


def warn_of_doubts(task: Task, core: Core) -> None:
    """Warn of a condition that hardly means what it says.

    A script is not wrong because its times pass; the days of a calendar have to be looked after.
    Not under the scheduler's lock: what becomes of a warning is the user's code.

    Args:
        task: whose condition it is.
        core: the session's state.
    """
    for doubt in () if _IS_TOLD.get() else doubts_of(task, core, tells_past=False):
        warnings.warn(f"task '{task.name}': {doubt}", SuspiciousCondition, stacklevel=4)
