"""Missed times: nominal times that passed while nobody could attend to them."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from redengine.conditions import Condition
    from redengine.scheduler.core import Core
    from redengine.scheduler.starts import Starts
    from redengine.scheduler.world import SessionWorld
    from redengine.tasks import Task

MOST: Final = 1000
"""No more missed times of one task are made up for, or counted."""
_INSTANT: Final = timedelta(microseconds=1)


class Missed:
    """Gives missed nominal times their chance, as each task's `missed` policy says."""

    def __init__(self, core: Core, starts: Starts) -> None:
        self._core = core
        self._starts = starts
        self._backlog: dict[str, deque[datetime]] = {}

    def review(self, world: SessionWorld, since: datetime, until: datetime) -> None:
        """Look for what was missed in (since, until], for every task; under the lock."""
        for task in list(self._core.tasks.values()):
            condition = task.start_cond
            if condition is not None:
                self._review_task(task, condition, world, since, until)

    def _review_task(
        self,
        task: Task,
        condition: Condition,
        world: SessionWorld,
        since: datetime,
        until: datetime,
    ) -> None:
        history = task.history
        known_since = [at for at in (since, history.created, history.last_due) if at is not None]
        first = max(known_since)
        if first >= until:
            return
        world.ask_for(task, until)
        if task.missed == "all":
            times = list(islice(condition.nominal_times(world, first, until), MOST))
            self._give_chance(task, condition, world, times, until)
            return
        latest = condition.latest_nominal(world, first, until)
        if latest is None:
            return
        if task.missed == "skip":
            message = "due while the scheduler was away, and missed='skip'"
            self._starts.record_skip(task, latest, "missed", message, None)
            return
        self._give_chance(task, condition, world, [latest], until)
        earlier = condition.latest_nominal(world, first, latest - _INSTANT)
        if earlier is not None:
            message = f"due while the scheduler was away; made up for by the start due {latest}"
            self._starts.record_skip(task, earlier, "missed", message, None)

    def _give_chance(
        self,
        task: Task,
        condition: Condition,
        world: SessionWorld,
        times: list[datetime],
        now: datetime,
    ) -> None:
        """Start a job for each time, one after the other where slots are taken."""
        for time in times:
            world.ask_for(task, now, nominal=time)
            block = self._starts.block(task, world)
            if not condition.holds(world):
                message = f"due while the scheduler was away; '{condition}' does not hold any more"
                self._starts.record_skip(task, time, "missed", message, None)
            elif block is not None and block.reason == "overlap" and task.missed == "all":
                self._backlog.setdefault(task.name, deque()).append(time)
            elif block is not None:
                self._starts.record_skip(task, time, block.reason, block.message, block.job_id)
            else:
                task.history.last_due = time
                self._starts.start(task, "condition", due_at=time)
        world.ask_for(task, now)

    def has_backlog(self, task: Task) -> bool:
        """Whether missed times of the task still wait for a free slot."""
        return task.name in self._backlog

    def work_off(self, task: Task) -> None:
        """Start a job for the oldest waiting time, if a slot is free; under the lock."""
        waiting = self._backlog.get(task.name)
        while waiting and not self._starts.is_full(task) and not task.disabled:
            time = waiting.popleft()
            task.history.last_due = max(time, task.history.last_due or time)
            self._starts.start(task, "condition", due_at=time)
        if not waiting:
            self._backlog.pop(task.name, None)
