"""What if: how changes would alter the starts of the coming week.

The changes are made on a simulator, by the same code that makes them on a session, so that what a
session would refuse is refused here with the same error. The starts of the tasks that are changed,
and of those that follow them, are then simulated as things are and as they would be.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from redengine.conditions.days.open_days import topic_of
from redengine.durations import format_duration
from redengine.scheduler.core import PAUSED
from redengine.scheduler.environment import SIZES
from redengine.simulation.changes import AffectedStart, Collision, WhatIf
from redengine.simulation.dry_run import TASK, WITH_THE_ZONE, following, needed_tasks
from redengine.simulation.forecast import PAUSED_REASON, custom_conditions
from redengine.simulation.simulator import Simulator
from redengine.tasks.occurrences import SLOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from redengine.scheduler.engine.trigger import Block
    from redengine.scheduler.jobs.job import Job
    from redengine.simulation.spec import SessionSpec
    from redengine.tasks import Task
    from redengine.tasks.task import Settings

AHEAD: Final = timedelta(days=7)
"""So far ahead is looked."""
MOST_STARTS: Final = 10_000
"""No answer names more starts."""
MOST_STEPS: Final = 2_100
"""So many looks at conditions each of the two simulations may take, beside the first at each task:
enough for a week of starts every five minutes."""
_RULING_KEYS: Final = ("execution", "shut_cond", *SIZES.values())
"""The configuration on which the starts of all tasks may depend."""
_TRIGGERS: Final = frozenset(("condition", "force_run"))


def what_if(spec: SessionSpec, change: Callable[[Any], object]) -> WhatIf:
    """How a change would alter the starts of the coming week; see `Session.what_if`."""
    after = Simulator(spec)
    after.begin()
    configured = {key: after.config[key] for key in _RULING_KEYS}
    change(after)
    after.drop_services()
    changes = _Changes(spec, after, configured)
    until = spec.now + AHEAD
    if not changes.watched or spec.state == PAUSED:
        idle = dict.fromkeys(changes.watched, PAUSED_REASON)
        return WhatIf(until=until, unpredictable=idle)
    before = Simulator(spec.only(changes.needed))
    before.begin()
    after.keep_only(changes.needed)
    first = _Week(before, changes.watched)
    second = _Week(after, changes.watched)
    end = second.run(first.run(until))
    return _compared(changes, first, second, end, until)


class _Changes:
    """What a change has changed.

    Attributes:
        watched: the tasks whose starts it may alter: those that it names, and those that follow.
        needed: these, the tasks that they wait for, and those with which they share a limit.
        opaque: why the starts of some of the watched cannot be foretold.
    """

    def __init__(
        self, spec: SessionSpec, after: Simulator, configured: Mapping[str, object]
    ) -> None:
        known = {each.name: each.settings for each in spec.tasks}
        now = {name: task.settings for name, task in after.core.tasks.items()}
        services = {name for name, each in known.items() if each.permanent}
        changed = [
            name
            for name in {**known, **now}
            if name not in services and known.get(name) is not now.get(name)
        ]
        topics = {f"{TASK}{name}" for name in changed} | _topics(spec, after)
        settings = {**known, **now}
        if any(configured[key] != after.config[key] for key in _RULING_KEYS):
            followers = [name for name in now if name not in changed]
        else:
            followers = following(settings, topics)
        self.watched = list(dict.fromkeys([*changed, *followers]))
        both = [known, now]
        self.needed = {name for each in both for name in _company(each, self.watched)}
        self.opaque = {
            name: f"it depends on code of the user: {', '.join(custom)}"
            for name in self.watched
            if name in now and (custom := _custom(now, name))
        }


def _topics(spec: SessionSpec, after: Simulator) -> set[str]:
    """The topics of parameters, calendars and configuration that have changed."""
    topics = {f"parameter:{name}" for name in _changed(spec.parameters, after.parameters)}
    topics |= {topic_of(name) for name in _changed(spec.calendars, after.calendars)}
    if after.config["timezone"] != spec.config["timezone"]:
        topics.add(WITH_THE_ZONE)
    return topics


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names under which there is another value."""
    missing = object()
    return [
        name
        for name in {*before, *after}
        if _differ(before.get(name, missing), after.get(name, missing))
    ]


def _differ(before: object, after: object) -> bool:
    if before is after:
        return False
    try:
        return type(before) is not type(after) or bool(before != after)
    except Exception:  # noqa: BLE001 - a user's own comparison may raise anything
        return True


def _company(settings: Mapping[str, Settings], names: Iterable[str]) -> set[str]:
    """Tasks, those that they wait for, and those with which one of them shares a named limit."""
    needed = needed_tasks(settings, names)
    limits = {limit for name in needed for limit in settings[name].limits}
    if limits:
        sharing = [name for name, each in settings.items() if limits & {*each.limits}]
        needed |= needed_tasks(settings, sharing)
    return needed


def _custom(settings: Mapping[str, Settings], name: str) -> list[str]:
    """The conditions with code of the user on which the starts of a task depend."""
    return [
        text
        for each in needed_tasks(settings, [name])
        for text in custom_conditions(settings[each])
    ]


class _Week:
    """What happens in one simulation.

    Attributes:
        starts: by task, when it starts.
        collisions: what is in the way of starts, in the order of time.
    """

    def __init__(self, simulator: Simulator, watched: Iterable[str]) -> None:
        self._simulator = simulator
        self._watched = frozenset(watched)
        self._total = 0
        self.starts: defaultdict[str, set[datetime]] = defaultdict(set)
        self.collisions: dict[tuple[str, datetime], Collision] = {}
        self._awaited: dict[str, datetime] = {}
        """By job that has not begun: when it is to begin if nothing is in the way."""
        core = simulator.core
        core.note_submit, core.note_begin = self._note_submit, self._note_begin
        core.note_block = self._note_block
        self._most = simulator.looks + len(core.tasks) + MOST_STEPS

    def run(self, until: datetime) -> datetime:
        """Let virtual time pass; up to where it has."""
        simulator = self._simulator
        simulator.advance(until, self._is_enough)
        if not self._is_enough():
            self._note_waiting(until)
            return until
        return simulator.environment.clock.now()

    def _is_enough(self) -> bool:
        return self._simulator.looks >= self._most or 2 * self._total >= MOST_STARTS

    def _note_submit(self, job: Job) -> None:
        """A job is made."""
        if job.task in self._watched and job.trigger in _TRIGGERS:
            self._awaited[job.id] = job.run_at or job.submitted_at

    def _note_begin(self, job: Job, _waited_s: float) -> None:
        """A job begins."""
        at = self._awaited.pop(job.id, None)
        if at is None:
            return
        now = self._simulator.core.clock.now()
        self._total += 1
        self.starts[job.task].add(now)
        if at < now:
            message = f"it waits {format_duration(now - at)} for {_held_by(job)}"
            self._collide(job.task, at, "limit", message)

    def _note_block(self, task: Task, occurrence: datetime, block: Block) -> None:
        """An occurrence cannot start at its time."""
        if task.name in self._watched and block.reason in SLOT:
            now = self._simulator.core.clock.now()
            at = max(occurrence, self._simulator.spec.now)
            if at <= now:
                self._collide(task.name, at, block.reason, block.message)

    def _note_waiting(self, until: datetime) -> None:
        """The time is over; some jobs have not begun."""
        for job_id, at in self._awaited.items():
            job = self._simulator.core.jobs.get(job_id)
            if job is not None and at < until:
                message = f"it still waits after {format_duration(until - at)} for {_held_by(job)}"
                self._collide(job.task, at, "limit", message)

    def _collide(self, task: str, at: datetime, reason: str, message: str) -> None:
        if (task, at) not in self.collisions:
            self._total += 1
            self.collisions[task, at] = Collision(task, at, reason, message)


def _held_by(job: Job) -> str:
    """What may hold up a job that has its task's slot."""
    task = job.definition
    limits = ", ".join(f"'{name}'" for name in task.limits) if task is not None else ""
    found = [f"its limits {limits}"] if limits else []
    if task is not None and task.rate is not None:
        found.append("its rate")
    return " or ".join(found) or f"a place in runtime '{job.runtime}'"


def _compared(
    changes: _Changes, first: _Week, second: _Week, end: datetime, until: datetime
) -> WhatIf:
    """The difference between two weeks up to an instant."""
    added, moved, removed = [], [], []
    for task in changes.watched:
        if task in changes.opaque:
            continue
        before = {at for at in first.starts[task] if at <= end}
        after = {at for at in second.starts[task] if at <= end}
        pairs = _moves(before, after)
        gone, new = {was for was, _ in pairs}, {at for _, at in pairs}
        moved += [AffectedStart(task, at, was) for was, at in pairs]
        added += [AffectedStart(task, at) for at in after - before - new]
        removed += [AffectedStart(task, at) for at in before - after - gone]
    collisions = [
        each
        for each in second.collisions.values()
        if each.at <= end and each.task not in changes.opaque
    ]
    return WhatIf(
        until=until,
        added=_ordered(added),
        moved=_ordered(moved),
        removed=_ordered(removed),
        colliding=tuple(sorted(collisions, key=lambda each: (each.at, each.task))),
        cut=end if end < until else None,
        unpredictable=changes.opaque,
    )


def _ordered(starts: Iterable[AffectedStart]) -> tuple[AffectedStart, ...]:
    return tuple(sorted(starts, key=lambda each: (each.at, each.task)))


def _moves(before: set[datetime], after: set[datetime]) -> list[tuple[datetime, datetime]]:
    """The starts of a task that have moved: from when, and to when.

    A start that is gone and one that is new are one that has moved where no other start of the
    task lies between them, before the change or after it. The nearest two are paired first.
    """
    neighbours = [
        (later - earlier, earlier, later)
        for earlier, later in pairwise(sorted(before | after))
        if (earlier in before) is not (earlier in after)
        and (later in before) is not (later in after)
        and (earlier in before) is not (later in before)
    ]
    paired: dict[datetime, datetime] = {}
    taken: set[datetime] = set()
    for _, earlier, later in sorted(neighbours):
        if earlier not in taken and later not in taken:
            taken |= {earlier, later}
            was, at = (earlier, later) if earlier in before else (later, earlier)
            paired[was] = at
    return sorted(paired.items())
