"""Limits: how many jobs of the tasks that share a name may run, and how often a task may start."""

from __future__ import annotations

from collections import deque
from heapq import heapify, heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime, timedelta

    from redengine.scheduler.core import Core
    from redengine.scheduler.jobs.job import Job
    from redengine.tasks import Task

    Needs = tuple[tuple[str, int], ...]

    """The limits of a task: names and sizes."""

_SPARE_PLACES: Final = 64


class Limits:
    """Keeps jobs back whose shared limit is used up or whose rate is; under the lock.

    A limit that tasks name differently large is the smallest of what they say. Jobs that need
    the same limits wait in one line: a place that is given free costs a look at the heads of the
    lines that want it, however many jobs wait.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._order = count()
        self._holders: dict[str, set[str]] = {}
        self._held: dict[str, Needs] = {}
        """By job, the limits it holds, whatever has become of the task's option since."""
        self._lines: dict[str, dict[Needs, _Line]] = {}
        """By limit, the lines of those that need it, among others."""
        self._waiting: dict[str, _Line] = {}
        """By job, where it waits."""
        self._starts: dict[str, deque[datetime]] = {}
        self._early: set[str] = set()
        """The jobs that wait until they fit the rate of their task."""

    def keeps(self, job: Job) -> bool:
        """Whether a job is kept back."""
        return job.id in self._waiting or job.id in self._early

    def used_up(self, task: Task) -> list[tuple[str, str]]:
        """The limits of a task that have no room, each with a job that holds it."""
        return [
            (name, min(holders))
            for name, size in task.limits.items()
            if len(holders := self._holders.get(name, ())) >= size
        ]

    def holders_of_used_up(self, task: Task) -> list[set[str]]:
        """By each limit of a task that has no room, the jobs that hold it."""
        return [
            holders
            for name, size in task.limits.items()
            if len(holders := self._holders.get(name, set())) >= size
        ]

    def next_chance(self, task: Task) -> datetime | None:
        """When another start fits the rate of a task; None if it does now."""
        return self._wait_for_rate(task.name, task.rate)

    def admit(self, job: Job) -> bool:
        """Whether the job may be queued now; if not, it is kept back until it may."""
        task = job.definition
        if task is None or not (task.limits or task.rate):
            return True
        wait = self._wait_for_rate(task.name, task.rate)
        if wait is not None:
            self._early.add(job.id)
            job.run_at = wait
            self._core.agenda.put(job, wait)
            self._core.wake_engine()
            return False
        self._early.discard(job.id)
        needs: Needs = tuple(sorted(task.limits.items()))
        if not self._are_free(needs, job.id):
            self._wait(needs, job)
            return False
        self._take(needs, job)
        if task.rate is not None:
            self._starts.setdefault(task.name, deque()).append(self._core.clock.now())
        return True

    def _are_free(self, needs: Needs, job_id: str) -> bool:
        for name, size in needs:
            holders = self._holders.get(name)
            if holders is not None and len(holders) >= size and job_id not in holders:
                return False
        return True

    def _take(self, needs: Needs, job: Job) -> None:
        if not needs:
            return
        self._held[job.id] = needs
        for name, _ in needs:
            self._holders.setdefault(name, set()).add(job.id)

    def _wait_for_rate(self, task: str, rate: tuple[int, timedelta] | None) -> datetime | None:
        """When a start fits the rate; None if it does now."""
        if rate is None:
            return None
        number, span = rate
        now = self._core.clock.now()
        starts = self._starts.setdefault(task, deque())
        while starts and starts[0] <= now - span:
            starts.popleft()
        return starts[0] + span if len(starts) >= number else None

    def move_clock(self, by: timedelta) -> None:
        """The clock was stepped: rates go on as if it had not been."""
        for starts in self._starts.values():
            for place, at in enumerate(starts):
                starts[place] = at + by

    def _wait(self, needs: Needs, job: Job) -> None:
        if job.id in self._waiting:
            return
        line = self._lines.get(needs[0][0], {}).get(needs)
        if line is None:
            line = _Line(needs)
            for name, _ in needs:
                self._lines.setdefault(name, {})[needs] = line
        line.add(job, next(self._order))
        self._waiting[job.id] = line

    def release(self, job: Job, dispatch: Callable[[Job], None]) -> None:
        """An attempt has ended: let those try again that wait for what it held."""
        needs = self._held.pop(job.id, ())
        for name, _ in needs:
            self._holders[name].discard(job.id)
        for name, _ in needs:
            self._call_up(name, dispatch)
            if not self._holders.get(name, True):
                del self._holders[name]

    def _call_up(self, name: str, dispatch: Callable[[Job], None]) -> None:
        """Let those try that wait for a limit, the most urgent first, while there is room."""
        while True:
            heads = [
                head
                for needs, line in self._lines.get(name, {}).items()
                if self._are_free(needs, "") and (head := line.head()) is not None
            ]
            if not heads:
                return
            job = min(heads)[2]
            self._leave(job)
            if job.status == "queued":
                dispatch(job)

    def _leave(self, job: Job) -> None:
        """A job waits no longer."""
        line = self._waiting.pop(job.id, None)
        if line is None:
            return
        line.remove(job)
        if not line:
            for name, _ in line.needs:
                lines = self._lines[name]
                del lines[line.needs]
                if not lines:
                    del self._lines[name]

    def withdraw(self, job: Job, dispatch: Callable[[Job], None]) -> None:
        """A job has ended without, or after, running: let those try again that wait for it."""
        self._leave(job)
        self._early.discard(job.id)
        self.release(job, dispatch)

    def reconsider(self, jobs: Iterable[Job], dispatch: Callable[[Job], None]) -> None:
        """The limits of these jobs' task have changed: let those try that wait."""
        for job in jobs:
            if job.id in self._waiting:
                self._leave(job)
                dispatch(job)


class _Line:
    """Jobs that need the same limits, the most urgent first, then the one that came first."""

    def __init__(self, needs: Needs) -> None:
        self.needs = needs
        self._heap: list[tuple[int, int, Job]] = []
        self._environment: dict[str, int] = {}

    def add(self, job: Job, order: int) -> None:
        """A job joins."""
        self._environment[job.id] = order
        heappush(self._heap, (-job.priority, order, job))

    def remove(self, job: Job) -> None:
        """A job leaves; what is left of it in the heap goes when there is much of it."""
        self._environment.pop(job.id, None)
        if len(self._heap) > 2 * len(self._environment) + _SPARE_PLACES:
            self._heap = [entry for entry in self._heap if self._is_there(entry)]
            heapify(self._heap)

    def head(self) -> tuple[int, int, Job] | None:
        """The first of those that wait, or None."""
        while self._heap and not self._is_there(self._heap[0]):
            heappop(self._heap)
        return self._heap[0] if self._heap else None

    def _is_there(self, entry: tuple[int, int, Job]) -> bool:
        return self._environment.get(entry[2].id) == entry[1]

    def __len__(self) -> int:
        return len(self._environment)
