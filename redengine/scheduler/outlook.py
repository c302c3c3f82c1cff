"""Outlook: the next starts of some tasks, seen on a double of the session."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from redengine.scheduler.forecast import LONGEST, custom_conditions, why_not

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from redengine.conditions import Condition
    from redengine.scheduler.twin import Twin
    from redengine.tasks import Task

MOST_STARTS: Final = 5_000
"""After so many starts nobody looks any further ahead."""
TASK: Final = "task:"
"""How topics of tasks begin."""
WITH_THE_ZONE: Final = "config:timezone"
"""The topic of everything that is told by wall clocks."""
_FIRST_STEP: Final = timedelta(hours=1)


def following(tasks: Iterable[Task], topics: set[str]) -> list[str]:
    """The tasks whose conditions read one of the topics, or a task that does."""
    readers: defaultdict[str, list[str]] = defaultdict(list)
    for task in tasks:
        if task.start_cond is not None and not task.permanent:
            for topic in (*task.start_cond.reads(), WITH_THE_ZONE):
                readers[topic].append(task.name)
    found: dict[str, None] = {}
    todo = sorted(topics)
    while todo:
        for name in readers[todo.pop(0)]:
            if name not in found:
                found[name] = None
                todo.append(f"{TASK}{name}")
    return list(found)


def _needed(tasks: Mapping[str, Task], names: Iterable[str]) -> set[str]:
    """Tasks and those without which their starts cannot be foretold."""
    needed: set[str] = set()
    todo = [name for name in names if name in tasks]
    while todo:
        name = todo.pop()
        if name in needed:
            continue
        needed.add(name)
        todo += [other for other in _read_by(tasks[name].start_cond) if other in tasks]
    return needed


def _read_by(condition: Condition | None) -> list[str]:
    topics = condition.reads() if condition is not None else ()
    return [topic.removeprefix(TASK) for topic in topics if topic.startswith(TASK)]


def next_starts(
    twin: Twin, watched: Sequence[str], number: int
) -> tuple[dict[str, tuple[datetime, ...]], dict[str, str]]:
    """The next starts of tasks on a double, and why there are fewer."""
    tasks = twin.core.tasks
    there = [name for name in watched if name in tasks]
    opaque = {name: reason for name in there if (reason := _opaque(twin, tasks[name]))}
    watch = _Watch(twin, [name for name in there if name not in opaque], number)
    watch.run()
    found = {name: tuple(sorted(watch.starts[name])[:number]) for name in there}
    reasons = {
        name: opaque.get(name) or watch.reason(tasks[name])
        for name in there
        if len(found[name]) < number
    }
    return found, reasons


def _opaque(twin: Twin, task: Task) -> str | None:
    """Why nothing can be foretold of a task."""
    for name in _needed(twin.core.tasks, [task.name]):
        if custom_conditions(twin.core.tasks[name]):
            return why_not(twin.core.tasks[name], twin.now + LONGEST)
    if task.start_cond is None or (task.disabled and task.disabled_until is None):
        return why_not(task, twin.now + LONGEST)
    return None


class _Watch:
    """Lets a double's time pass until each task has started often enough.

    Tasks that nobody looks at any more stop starting, so that one which starts every second does
    not hide another which starts once a week.
    """

    def __init__(self, twin: Twin, names: Sequence[str], number: int) -> None:
        self._twin = twin
        self._number = number
        self._awaited = set(names)
        self._total = 0
        self._conditions = {name: twin.core.tasks[name].start_cond for name in names}
        self.starts: defaultdict[str, list[datetime]] = defaultdict(list)
        self._silence()
        twin.core.hooks.add("job_end", self._note)

    def run(self) -> None:
        """Look ahead as far as it takes, and as it may."""
        if not self._awaited:
            return
        self._twin.begin()
        step, at = _FIRST_STEP, self._twin.now
        end = at + LONGEST
        while at < end and not self._is_enough():
            at = min(at + step, end)
            step *= 2
            self._twin.advance(at, self._is_enough)
        for job in self._twin.core.jobs.values():
            if job.started_at is not None:
                self._note(job)

    def reason(self, task: Task) -> str:
        """Why fewer starts of a task were seen than asked for."""
        at = self._twin.places.clock.now()
        if self._total >= MOST_STARTS:
            return f"looked ahead only until {at:%Y-%m-%d %H:%M} UTC, for {MOST_STARTS} starts"
        return why_not(task, at)

    def _note(self, job: Any) -> None:
        self._total += 1
        starts = self.starts[job.task]
        if job.trigger == "condition" and len(starts) < self._number:
            starts.append(job.started_at)
        if len(starts) >= self._number and job.task in self._awaited:
            self._awaited.discard(job.task)
            self._silence()

    def _silence(self) -> None:
        """Take the conditions away of tasks that nobody waits for."""
        tasks = self._twin.core.tasks
        needed = _needed(tasks, self._awaited)
        for name, task in tasks.items():
            if name not in needed and task.start_cond is not None:
                task.update({"start_cond": None})

    def _is_enough(self) -> bool:
        return not self._awaited or self._total >= MOST_STARTS
