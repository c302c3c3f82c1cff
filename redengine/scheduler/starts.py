"""Starting jobs: when a condition holds, what may stand in the way, and what is recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redengine.conditions import After, Retry
from redengine.scheduler.ids import new_job_id
from redengine.scheduler.job import Job
from redengine.scheduler.requests import JobRequest
from redengine.tasks.history import ENDS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from redengine.conditions import Condition
    from redengine.scheduler.control import Control
    from redengine.scheduler.core import Core
    from redengine.scheduler.world import SessionWorld
    from redengine.tasks import Task

REPEAT_AFTER: Final = timedelta(seconds=1)
"""A condition without nominal times starts a task at most once an instant; then it waits this
long, which matters on a virtual clock only."""
NOTHING_ASKED: Final = JobRequest()
_INSTANT: Final = timedelta(microseconds=1)


class Block(NamedTuple):
    """What keeps a task from starting although its condition holds.

    Attributes:
        reason: disabled, overlap or condition.
        message: the reason in words.
        job_id: the job that holds the slot.
    """

    reason: str
    message: str
    job_id: str | None = None


class Starts:
    """Decides on, makes and dispatches jobs; every method is called under the lock."""

    def __init__(self, core: Core, control: Control) -> None:
        self._core = core
        self._control = control
        self.count = 0
        """How many jobs have been started."""

    def consider(self, task: Task, condition: Condition, world: SessionWorld) -> datetime | None:
        """Start a task whose condition holds, unless something is in the way.

        Returns:
            When to look again, where the condition cannot know.
        """
        due = condition.due(world)
        occurrence = world.now if due is None else due
        history = task.history
        if history.last_due is not None and occurrence <= history.last_due:
            if task.active or not _is_new_event(task, condition, world):
                return world.now + REPEAT_AFTER if due is None and not task.active else None
            occurrence = history.last_due + _INSTANT
        if history.fired is not None and occurrence <= history.fired and is_pulse(condition, world):
            return None  # it was started before the clock was set back
        block = self.block(task, world)
        if block is not None:
            self._hold_back(task, condition, world, due, block)
            return None
        if history.blocked_due is not None:
            self._settle_blocked(task, occurrence)
        history.last_due = occurrence
        history.due_order = self._core.journal.order
        history.skip_noted = False
        self.start(task, "condition", due_at=occurrence)
        return world.now + REPEAT_AFTER if due is None and not self.is_full(task) else None

    def block(self, task: Task, world: SessionWorld | None = None) -> Block | None:
        """What keeps a task from starting now although its condition holds."""
        if task.disabled:
            return Block("disabled", "the task is disabled; set disabled=False, or force_run")
        if self.is_full(task):
            return self._overlap(task)
        end_cond = task.end_cond
        if end_cond is not None and world is not None and end_cond.holds(world):
            return Block("condition", f"its end_cond holds: {end_cond}")
        return None

    @staticmethod
    def is_full(task: Task) -> bool:
        """Whether as many jobs of the task are active as may be."""
        most: int = task.max_instances
        return len(task.active) >= most

    @staticmethod
    def _overlap(task: Task) -> Block:
        holder: Job = task.active.oldest
        since = f" since {holder.started_at:%Y-%m-%d %H:%M:%S} UTC" if holder.started_at else ""
        number = len(task.active)
        message = (
            f"{number} of {task.max_instances} instances active; job {holder.id} "
            f"is '{holder.status}'{since} and holds the slot"
        )
        return Block("overlap", message, holder.id)

    def _hold_back(
        self,
        task: Task,
        condition: Condition,
        world: SessionWorld,
        due: datetime | None,
        block: Block,
    ) -> None:
        """Remember, or record, that an occurrence could not start."""
        history = task.history
        if block.reason != "overlap":
            if not history.skip_noted:
                history.skip_noted = True
                self.record_skip(task, due, block.reason, block.message, block.job_id)
            return
        if due is None:
            return
        if due == history.skipped_due:
            return
        if is_pulse(condition, world):
            history.skipped_due = due
            self.record_skip(task, due, block.reason, block.message, block.job_id)
        elif history.blocked_due != due:
            self._settle_blocked(task, due)
            history.blocked_due = due

    def _settle_blocked(self, task: Task, newer: datetime) -> None:
        """Record the occurrence that waited for a slot, if a newer one takes its place."""
        waited = task.history.blocked_due
        task.history.blocked_due = None
        last_due = task.history.last_due
        if waited is None or waited >= newer or (last_due is not None and waited <= last_due):
            return
        if task.active:
            block = self._overlap(task)
            self.record_skip(task, waited, block.reason, block.message, block.job_id)
        else:
            self.record_skip(task, waited, "overlap", "the earlier job ran past it", None)

    def record_skip(
        self, task: Task, due: datetime | None, reason: str, message: str, job_id: str | None
    ) -> None:
        """Record that a start was skipped."""
        core = self._core
        at = core.clock.now()
        moment = core.journal.inaction(task, at, due, reason, message, job_id)
        core.job_log.skipped(task, due, reason, message, job_id)
        task.history.note("inaction", moment)
        core.show(task)
        core.publish(f"task:{task.name}")

    def start(
        self,
        task: Task,
        trigger: str,
        *,
        due_at: datetime | None = None,
        parameters: Mapping[str, Any] | None = None,
        job_id: str | None = None,
        request: JobRequest = NOTHING_ASKED,
        content: str | None = None,
    ) -> Job:
        """Make a job and queue it in the task's runtime."""
        core = self._core
        config = core.config
        job = Job(
            id=job_id or new_job_id(),
            definition=task,
            task=task.name,
            control=core.handling,
            trigger=trigger,
            runtime=request.runtime or core.session.runtime_of(task),
            submitted_at=core.clock.now(),
            priority=_first(request.priority, task.priority or config.task_priority),
            retries=_first(request.retries, task.retries),
            due_at=due_at,
            parameters=parameters,
        )
        task.take_job(job)
        core.jobs[job.id] = job
        self.count += 1
        job.content_hash = content
        if request is not NOTHING_ASKED:
            request.apply(job)
        core.journal.queued(job)
        core.show(task)
        if job.run_at is None or job.run_at <= job.submitted_at:
            self._control.dispatch(job)
        if job.run_at is not None or job.deadline is not None:
            self._control.set_timer(job)
        return job


def _first(asked: int | None, otherwise: int) -> int:
    return otherwise if asked is None else asked


def _is_new_event(task: Task, condition: Condition, world: SessionWorld) -> bool:
    """Whether a job's end makes it hold that came after the decision for its last start.

    On a virtual clock jobs may take no time; an end then falls on the due time before it.
    """
    decided = task.history.due_order
    for leaf in condition.leaves():
        if isinstance(leaf, After | Retry) and leaf.holds(world):
            names = leaf.tasks if isinstance(leaf, After) else (None,)
            ends = [world.history(name).latest(ENDS) for name in names]
            if any(end is not None and end[1].order > decided for end in ends):
                return True
    return False


def is_pulse(condition: Condition, world: SessionWorld) -> bool:
    """Whether the condition holds for this instant alone, so that it cannot wait."""
    instant = world.nominal or world.now
    return any(True for _ in condition.nominal_times(world, instant - _INSTANT, instant))
