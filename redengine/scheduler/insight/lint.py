"""The linter of a session: findings of its tasks' conditions, with what only a session knows.

That is: which names exist, which tasks wait for each other, how long tasks usually take, and which
of them start together.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, Final

from redengine.conditions import Any as AnyOf
from redengine.conditions import Finding, Not, Periodic, TimeOf
from redengine.conditions.context import CalendarContext
from redengine.conditions.explanation import quote, say_instant
from redengine.conditions.fire_times import Cron
from redengine.conditions.insight.explained import (
    ConditionExplanation,
    deadline_of_this_thread,
    explained,
)
from redengine.conditions.insight.lint import Remark, findings, remarks_of, unknown_names
from redengine.conditions.insight.starts import Upcoming, timely, upcoming
from redengine.durations import format_duration
from redengine.exceptions import counted
from redengine.scheduler.checks import calendars_in, doubts_of
from redengine.scheduler.engine.context import SessionContext

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from datetime import datetime, tzinfo

    from redengine.conditions import Condition
    from redengine.conditions.language.places import Places
    from redengine.scheduler.core import Core
    from redengine.tasks import Task

CROWD: Final = 10
"""So many tasks at one instant are told of."""
_DAY: Final = timedelta(days=1)
_MOST_TIMES: Final = 24
_STARTS: Final = 5
_MOST_NAMED: Final = 3
_FIELDS: Final = ("start_cond", "end_cond")
_WHOLE: Final = frozenset(("whole", "starting"))
"""The kinds of windows that are a whole period."""
_NEAR: Final = timedelta(seconds=1)
_MOST_REACHED: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFinding:
    """A finding of a task's condition.

    Attributes:
        task: the task's name.
        field: "start_cond" or "end_cond".
        text: the condition, in which the finding has its place.
        finding: what is the matter.
    """

    task: str
    field: str
    text: str
    finding: Finding

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON values."""
        return {
            "task": self.task,
            "field": self.field,
            "text": self.text,
            **self.finding.to_dict(),
        }

    def __str__(self) -> str:
        return f"task '{self.task}', {self.field}: {self.finding.message}"


def lint_session(core: Core, sees: Callable[[str], bool] | None = None) -> list[TaskFinding]:
    """The findings of all tasks' conditions, in the order of the tasks.

    Args:
        core: the session's state.
        sees: whether a task of this name exists for the caller; None for all.
    """
    linter = SessionLinter(core, sees)
    crowds = linter.crowds()
    durations = core.recorder.usual_durations(
        task.name for task in linter.tasks.values() if task.history.last("success") is not None
    )
    stuck = stuck_tasks(core, linter.tasks, _waiting(linter.tasks.values()))
    found = []
    for task in linter.tasks.values():
        for field in _FIELDS:
            condition: Condition | None = getattr(task, field)
            if condition is None or (task.permanent and field == "start_cond"):
                continue
            remarks = linter.remarks(condition, task.zone, task.name)
            if field == "start_cond":
                remarks += [crowds[task.name]] if task.name in crowds else []
                remarks += deadlock_of(task.name, condition, stuck)
                usual = durations.get(task.name)
                remarks += linter.of_duration(condition, task.zone, usual, task.name)
            found += [
                TaskFinding(task=task.name, field=field, text=str(condition), finding=each)
                for each in findings(condition, remarks)
                if field == "start_cond" or each.code not in _OF_STARTS
            ]
    return found


_OF_STARTS: Final = frozenset(("no-pause", "always-true"))
"""What is the matter with a start condition alone: an end condition may well go on holding."""


class SessionLinter:
    """What is asked of a session for findings.

    Args:
        core: the session's state.
        sees: whether a task of this name exists for the caller; None for all.
    """

    def __init__(self, core: Core, sees: Callable[[str], bool] | None = None) -> None:
        self._core = core
        with core.lock:
            self.now: datetime = core.clock.now()
            self.zone: tzinfo = core.config.timezone
            tasks = list(core.tasks.values())
            self.known: Mapping[str, Collection[str]] = {
                "task": {each.name for each in tasks if sees is None or sees(each.name)},
                "parameter": set(core.parameters),
                "calendar": set(core.calendars),
                "channel": set(core.channels),
            }
            self._calendar = calendars_in(dict(core.calendars))
        self.tasks = {each.name: each for each in tasks if each.name in self.known["task"]}

    def lint(self, condition: Condition, places: Places, task: str | None) -> tuple[Finding, ...]:
        """The findings of a condition that is no task's yet.

        Args:
            condition: the condition.
            places: where its parts stand in its text.
            task: the name of the task that would have it, which may not exist.
        """
        known = None if task is None else self.tasks.get(task)
        zone = self.zone if known is None else known.zone
        remarks = self.remarks(condition, zone, task)
        if task is not None:
            durations = self._core.recorder.usual_durations([task])
            stuck = stuck_tasks(self._core, self.tasks, _reached(self.tasks, task, condition))
            remarks += deadlock_of(task, condition, stuck)
            remarks += self.of_duration(condition, zone, durations.get(task), task)
        return findings(condition, remarks, places)

    def explain(
        self, condition: Condition, places: Places, zone: tzinfo, task: str | None
    ) -> ConditionExplanation:
        """A condition in plain words, with the next starts of a new task and the findings.

        Args:
            condition: the condition.
            places: where its parts stand in its text.
            zone: the zone of its wall-clock times.
            task: the name of the task that would have it, which may not exist; None for any.
        """
        return explained(
            condition,
            zone,
            self.now,
            places=places,
            known=self.known,
            is_late=deadline_of_this_thread(),
            calendars=self._calendar,
            task=task,
        )

    def remarks(self, condition: Condition, zone: tzinfo, task: str | None) -> list[Remark]:
        """What the condition itself says, and the names in it."""
        return remarks_of(
            condition,
            zone,
            now=self.now,
            known=self.known,
            task=task,
            calendars=self._calendar,
        )

    # -- how long tasks take

    def of_duration(
        self, condition: Condition, zone: tzinfo, usual: timedelta | None, task: str
    ) -> Iterator[Remark]:
        """Windows and periods that are shorter than a task usually takes."""
        if usual is None or usual < _NEAR:
            return
        told = format_duration(timedelta(seconds=round(usual.total_seconds())))
        for leaf, there in condition.walk_in(zone):
            if isinstance(leaf, Periodic | TimeOf) and leaf.window.kind not in {
                "whole",
                "starting",
            }:
                start, end = leaf.window.occurrence(self.now, there)
                if end - start < usual:
                    message = f"'{leaf}' is open for less than the task usually takes, {told}"
                    yield Remark("window-too-short", (leaf,), message)
        gap = self._shortest_gap(condition.for_task(task), zone)
        if gap is not None and gap < usual:
            message = (
                f"'{condition}' starts the task every {format_duration(gap)}, and it usually takes "
                f"{told}: a start that comes while it runs is left out"
            )
            yield Remark("period-too-short", (condition,), message)

    def _shortest_gap(self, condition: Condition, zone: tzinfo) -> timedelta | None:
        """The shortest time between two of the starts to come, the first one left out."""
        part = timely(condition, knows_calendars=True)
        found = None if part is None else self._upcoming(part, zone)
        if found is None or found.is_endless:
            return None
        return min((after - before for before, after in pairwise(found.starts[1:])), default=None)

    def _upcoming(self, condition: Condition, zone: tzinfo) -> Upcoming | None:
        with suppress(Exception):  # a user's own condition may raise anything
            return upcoming(
                condition,
                self.now,
                zone,
                count=_STARTS,
                most_steps=500,
                calendars=self._calendar,
            )
        return None

    # -- tasks that start together

    def crowds(self) -> dict[str, Remark]:
        """What is to be told of many tasks at one instant within a day, by the first of them."""
        crowds: dict[datetime, list[str]] = defaultdict(list)
        for name, task in self.tasks.items():
            for at in self._nominal_times(task):
                crowds[at].append(name)
        found: dict[str, Remark] = {}
        told: set[tuple[str, ...]] = set()
        for at, names in sorted(crowds.items()):
            if len(names) >= CROWD and names[0] not in found and tuple(names) not in told:
                told.add(tuple(names))
                found[names[0]] = _crowded(self.tasks[names[0]], at, names)
        return found

    def _nominal_times(self, task: Task) -> set[datetime]:
        condition = task.start_cond
        found: set[datetime] = set()
        if condition is None or task.permanent or task.disabled or task.jitter is not None:
            return found
        with suppress(Exception):  # a user's own condition may raise anything
            context = CalendarContext(self.now, task.zone, task.name, self._calendar)
            times = condition.nominal_times(context, self.now, self.now + _DAY)
            found |= set(islice(times, _MOST_TIMES))
            for leaf, zone in condition.walk_in(task.zone):
                if isinstance(leaf, Periodic):
                    found.add(leaf.window.occurrence(self._next_opening(leaf, zone), zone).start)
        return found

    def _next_opening(self, leaf: Periodic, zone: tzinfo) -> datetime:
        """An instant in the next occurrence of a window, which has not opened yet."""
        start, end = leaf.window.occurrence(self.now, zone)
        return start if start > self.now else end


def _crowded(task: Task, at: datetime, names: list[str]) -> Remark:
    condition: Condition = task.start_cond
    named = ", ".join(quote(each) for each in names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    message = (
        f"{counted(len(names), 'task')} start at {say_instant(at, task.zone)}: {named}{more}; "
        "a jitter spreads them"
    )
    cron = next((each for each in condition.leaves() if isinstance(each, Cron)), None)
    fields = [] if cron is None else cron.expression.split()
    if cron is None or not fields[0].isdigit():
        return Remark("crowded", (condition,), message)
    fix = f"cron {' '.join(('h', *fields[1:]))}"
    return Remark("crowded", (cron,), f"{message}, or H for the minute", fix)


# -- tasks that wait for each other


def _awaited(condition: Condition) -> set[str]:
    """The other tasks that a condition reads."""
    topics = (topic.partition(":") for topic in condition.reads())
    return {name for kind, _, name in topics if kind == "task" and name}


def _waiting(tasks: Iterable[Task]) -> dict[str, Condition]:
    """The start conditions of the tasks that wait for others; those started by hand do not."""
    return {
        task.name: task.start_cond
        for task in tasks
        if task.start_cond is not None and not task.permanent and _awaited(task.start_cond)
    }


def _reached(tasks: Mapping[str, Task], name: str, condition: Condition) -> dict[str, Condition]:
    """The same for those that a task waits for, and the tasks that these wait for; and for it.

    Empty where they are very many.
    """
    found, trail = {name: condition}, [condition]
    while trail and len(found) < _MOST_REACHED:
        names = _awaited(trail.pop()) - found.keys()
        more = _waiting(tasks[each] for each in names if each in tasks)
        found |= more
        trail += more.values()
    return {} if trail else found


def stuck_tasks(
    core: Core, tasks: Mapping[str, Task], conditions: Mapping[str, Condition]
) -> dict[str, list[str]]:
    """The tasks that can never start by themselves, with those of them that each waits for.

    All that can start are found step by step: first those that wait for none, then those that wait
    for these. What is left waits for itself.

    Args:
        core: the session's state.
        tasks: the tasks that exist for the caller.
        conditions: the start conditions of the tasks that wait for others.
    """
    stuck = dict(conditions)
    waiting: dict[str, list[str]] = defaultdict(list)
    for name, condition in conditions.items():
        for other in _awaited(condition):
            waiting[other].append(name)
    trail = list(conditions)
    while trail:
        name = trail.pop()
        if name in stuck and _can_hold(core, tasks.get(name), stuck[name], stuck):
            del stuck[name]
            trail += waiting[name]
    return {name: sorted(_awaited(condition) & stuck.keys()) for name, condition in stuck.items()}


def _can_hold(
    core: Core, task: Task | None, condition: Condition, stuck: Mapping[str, Condition]
) -> bool:
    """Whether a condition can hold while some tasks do not start."""
    parts = [_can_hold(core, task, each, stuck) for each in condition.parts()]
    if isinstance(condition, AnyOf):
        return any(parts)
    if isinstance(condition, Not) or not (parts or _awaited(condition) & stuck.keys()):
        return True
    if parts:
        return all(parts)
    links = condition.dependencies()
    is_any = len(links) > 1 and all(each.type == "Any" for each in links)
    if is_any and not {each.task for each in links} <= stuck.keys():
        return True
    return _holds_already(core, task, condition)


def _holds_already(core: Core, task: Task | None, leaf: Condition) -> bool:
    """Whether a statement about other tasks holds by what they did before."""
    with core.lock, suppress(Exception):  # a user's own condition may raise anything
        context = SessionContext(core)
        context.ask_for(task, core.clock.now())
        return leaf.holds(context)
    return True


def deadlock_of(
    name: str, condition: Condition, stuck: Mapping[str, list[str]]
) -> Iterator[Remark]:
    """That a task can never start, as each task of a circle waits for another one of it.

    Args:
        name: the task's name.
        condition: its start condition.
        stuck: the tasks that can never start; see `stuck_tasks`.
    """
    if not stuck.get(name):
        return
    way = [name]
    while way[-1] not in way[:-1]:
        way.append(stuck[way[-1]][0])
    circle = " → ".join(f"'{each}'" for each in reversed(way[way.index(way[-1]) :]))
    before = f"it waits for '{way[1]}', and " if way[-1] != name else ""
    message = f"{before}each of these tasks waits for the one before it: {circle}"
    leaf = next(each for each in condition.leaves() if f"task:{way[1]}" in each.reads())
    yield Remark("deadlock", (leaf,), message)


# -- what a write is answered with


def warnings_of(
    core: Core, task: Task, sees: Callable[[str], bool] | None = None
) -> tuple[str, ...]:
    """What of a task's condition may not be meant: what costs little to find, in sentences.

    Args:
        core: the session's state.
        task: the task.
        sees: whether a task of this name exists for the caller; None for all.
    """
    condition: Condition | None = task.start_cond
    found = [*doubts_of(task, core)]
    if condition is None or task.permanent:
        return tuple(found)
    with core.lock:
        parameters, calendars = set(core.parameters), set(core.calendars)
        tasks: Mapping[str, Task] = core.tasks
        if sees is not None:
            tasks = {name: each for name, each in core.tasks.items() if sees(name)}
    remarks = [
        *unknown_names(
            condition,
            {
                "task": tasks,
                "parameter": parameters,
                "calendar": calendars,
                "channel": set(core.channels),
            },
        )
    ]
    if _awaited(condition):
        stuck = stuck_tasks(core, tasks, _reached(tasks, task.name, condition))
        remarks += deadlock_of(task.name, condition, stuck)
    return tuple(dict.fromkeys((*found, *(each.message for each in remarks))))
