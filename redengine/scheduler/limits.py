"""Limits: how many jobs of the tasks that share a name may run, and how often a task may start."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from redengine.scheduler.core import Core
    from redengine.scheduler.job import Job


class Limits:
    """Keeps jobs back whose shared limit is used up or whose rate is; under the lock.

    A limit that tasks name differently large is the smallest of what they say.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._holders: dict[str, set[str]] = {}
        self._waiting: deque[Job] = deque()
        self._starts: dict[str, deque[datetime]] = {}

    def admit(self, job: Job) -> bool:
        """Whether the job may be queued now; if not, it is kept back until it may."""
        task = job.definition
        if task is None or not (task.limits or task.rate):
            return True
        wait = self._wait_for_rate(task.name, task.rate)
        if wait is not None:
            job.run_at = wait
            self._core.agenda.put(job, wait)
            self._core.wake_engine()
            return False
        if not all(self._is_free(name, job, size) for name, size in task.limits.items()):
            self._waiting.append(job)
            return False
        for name in task.limits:
            self._holders.setdefault(name, set()).add(job.id)
        if task.rate is not None:
            self._starts.setdefault(task.name, deque()).append(self._core.clock.now())
        return True

    def _is_free(self, name: str, job: Job, size: int) -> bool:
        holders = self._holders.get(name, set())
        return job.id in holders or len(holders) < size

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

    def release(self, job: Job, dispatch: Callable[[Job], None]) -> None:
        """An attempt has ended: let those try again that wait for what it held."""
        task = job.definition
        if task is None or not task.limits:
            return
        for name in task.limits:
            self._holders.get(name, set()).discard(job.id)
        waiting, self._waiting = self._waiting, deque()
        for each in sorted(waiting, key=lambda other: -other.priority):
            if each.status == "queued":
                dispatch(each)

    def withdraw(self, job: Job, dispatch: Callable[[Job], None]) -> None:
        """A job has ended without, or after, running: let those try again that wait for it."""
        if job.definition is None or not job.definition.limits:
            return
        if job in self._waiting:
            self._waiting.remove(job)
        if any(job.id in self._holders.get(name, ()) for name in job.definition.limits):
            self.release(job, dispatch)
