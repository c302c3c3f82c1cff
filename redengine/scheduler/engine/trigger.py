"""Starting jobs: when a condition holds, what may stand in the way, and what is recorded."""

from __future__ import annotations

from datetime import UTC, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redengine.conditions import After, ChannelTicked, Retry
from redengine.conditions.days.open_days import closed_reasons, closed_times
from redengine.conditions.explanation import say_instant
from redengine.durations import format_duration
from redengine.scheduler.jobs.control import GRACE
from redengine.scheduler.jobs.job import Job, new_job_id
from redengine.scheduler.jobs.machine import Event
from redengine.scheduler.jobs.submission import JobRequest
from redengine.scheduler.recording.recorder import Skipped
from redengine.tasks.history import ENDS
from redengine.tasks.occurrences import INSTANT, Late, Skip, Start, Wait

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from redengine.conditions import Condition
    from redengine.scheduler.core import Core
    from redengine.scheduler.engine.context import SessionContext
    from redengine.scheduler.engine.poller import Answers
    from redengine.scheduler.jobs.control import Control
    from redengine.tasks import Task
    from redengine.tasks.task import Settings

_SECOND: Final = timedelta(seconds=1)
REPEAT_AFTER: Final = timedelta(seconds=1)
"""A condition without nominal times starts a task at most once an instant; then it waits this
long, which matters on a virtual clock only."""
NOTHING_ASKED: Final = JobRequest()
_CLOSED_ROW: Final = timedelta(hours=1)
"""Fire times of closed days are recorded in rows of at least this length."""
_MOST_CLOSED: Final = 10_000
"""So many fire times stand in one row at most."""


class Block(NamedTuple):
    """What keeps a task from starting although its condition holds.

    Attributes:
        reason: disabled, overlap, limit or condition.
        message: the reason in words.
        job_id: the job that holds the slot.
    """

    reason: str
    message: str
    job_id: str | None = None


class Starts:
    """Decides on, makes and dispatches jobs; every method is called under the lock."""

    def __init__(self, core: Core, control: Control, answers: Answers) -> None:
        self._core = core
        self._control = control
        self.limits = control.limits
        self.answers = answers
        control.machine.slot_freed = answers.outdate
        self.count = 0
        """How many jobs have been started."""

    def consider(
        self, task: Task, condition: Condition, context: SessionContext
    ) -> datetime | None:
        """Start a task whose condition holds, unless something is in the way.

        Returns:
            When to look again, where the condition cannot know.
        """
        due = condition.due(context)
        occurrence = context.now if due is None else due
        block = self.block(task, context)
        verdict = task.history.occurrences.offer(
            occurrence,
            None if block is None else block.reason,
            is_due=due is not None,
            is_instant=lambda: due is not None and has_fire_times(condition, context),
            is_event=lambda: not task.active.slots and _is_new_event(task, condition, context),
            now=context.now,
            timing=task.timing,
        )
        if block is not None and self._core.note_block is not None:
            self._core.note_block(task, occurrence, block)
        match verdict:
            case Start(occurrence=chosen, begins=begins):
                given_up = task.history.occurrences.asked_for
                if not self.answers.serve(task, condition, context, due):
                    if given_up is not None and due is not None and given_up < due:
                        self._give_up(task, condition, context, given_up)
                    return None
                self._start_for(task, chosen, begins)
            case Late() if due is not None:
                self._skip_late(task, due)
            case Skip() if block is not None:
                self._skip(task, due, block)
            case Wait():
                self._wait(task, occurrence)
        return context.now + REPEAT_AFTER if due is None and not self.is_full(task) else None

    def _give_up(
        self, task: Task, condition: Condition, context: SessionContext, due: datetime
    ) -> None:
        """The answer that an occurrence waited for has not come before the next occurrence."""
        if has_fire_times(condition, context):
            message = "its custom condition was asked and has not answered before the next time"
            self.record_skip(task, due, "condition", message)

    def _start_for(self, task: Task, occurrence: datetime, begins: datetime | None) -> None:
        occurrences = task.history.occurrences
        self._settle_waiting(task, occurrence)
        occurrences.started(occurrence, self._core.recorder.order)
        self.answers.use(task)
        self.start(task, "condition", due_at=occurrence, begins=begins)

    def _skip_late(self, task: Task, due: datetime) -> None:
        """An occurrence is later than the task's grace allows."""
        occurrences = task.history.occurrences
        self.answers.settle(task)
        occurrences.waiting = None
        self.record_late(task, due)

    def record_late(self, task: Task, due: datetime) -> None:
        """Record that a nominal time was skipped as it is later than the task's grace."""
        message = late_message(task, due, self._core.clock.now())
        self.record_skip(task, due, GRACE, message)

    def make_up(self, task: Task, misfire: datetime) -> None:
        """Start the job for a missed fire time."""
        core = self._core
        now = core.clock.now()
        task.history.occurrences.made_up(misfire, core.recorder.order, now)
        self.answers.use(task)
        begins = task.timing.begins(misfire) if misfire <= now else None
        self.start(task, "condition", due_at=misfire, begins=begins)

    def block(self, task: Task, context: SessionContext | None = None) -> Block | None:
        """What keeps a task from starting now although its condition holds."""
        now = self._core.clock.now() if context is None else context.now
        if task.is_disabled_at(now):
            told = f"the task is disabled{disabled_clause(task)}"
            return Block("disabled", f"{told}; set disabled=False, or force_run")
        if self.is_full(task):
            return self._overlap(task)
        end_cond = task.end_cond
        if end_cond is not None and context is not None and end_cond.holds(context):
            return Block("condition", f"its end_cond holds: {end_cond}")
        return None

    @staticmethod
    def is_full(task: Task) -> bool:
        """Whether as many jobs of the task are active as may be."""
        most: int = task.max_instances
        return task.active.slots >= most

    def _overlap(self, task: Task) -> Block:
        holder: Job = task.active.oldest
        if self._control.is_kept_back(holder):
            message = f"job {holder.id} holds the slot and waits for a limit or the rate"
            return Block("limit", message, holder.id)
        if holder.is_delayed:
            at = say_instant(holder.run_at or self._core.clock.now(), task.zone)
            message = f"job {holder.id} holds the slot and begins at {at}, as its jitter has it"
            return Block("overlap", message, holder.id)
        began = holder.started_at
        since = f" since {say_instant(began, task.zone)}" if began else ""
        number = task.active.slots
        message = (
            f"{number} of {task.max_instances} instances active; job {holder.id} "
            f"is '{holder.status}'{since} and holds the slot"
        )
        return Block("overlap", message, holder.id)

    def _skip(self, task: Task, due: datetime | None, block: Block) -> None:
        """Record that an occurrence could not start and does not wait."""
        occurrences = task.history.occurrences
        self.answers.settle(task)
        occurrences.is_skip_noted = True
        self.record_skip(task, due, block.reason, block.message, block.job_id)

    def _wait(self, task: Task, occurrence: datetime) -> None:
        """Let an occurrence wait for a slot; an earlier one that waits is given up."""
        occurrences = task.history.occurrences
        if occurrences.waiting != occurrence:
            self._settle_waiting(task, occurrence)
            occurrences.waiting = occurrence

    def _settle_waiting(self, task: Task, newer: datetime) -> None:
        """Record the occurrence that waited for a slot, if a newer one takes its place."""
        waited = task.history.occurrences.take_waiting(newer)
        if waited is None:
            return
        if self.is_full(task):
            block = self._overlap(task)
            self.record_skip(task, waited, block.reason, block.message, block.job_id)
        else:
            self.record_skip(task, waited, "overlap", "the earlier job ran past it")

    def note_closed(
        self,
        task: Task,
        condition: Condition,
        context: SessionContext,
        since: datetime | None,
        until: datetime | None,
    ) -> datetime | None:
        """Record the fire times that closed days of a calendar have kept from being.

        Where they come more often than once an hour, those of an hour are one row.

        Args:
            task: the task.
            condition: its condition.
            context: what it was asked about.
            since: from when on nobody has looked at it, where that is long before.
            until: when to look again for its own sake.

        Returns:
            When to look again.
        """
        occurrences, now = task.history.occurrences, context.now
        times = []
        lower = _closed_since(task, now if since is None else since)
        if lower < now:
            times = list(islice(closed_times(condition, context, lower, now), _MOST_CLOSED))
        if times:
            message = closed_reasons(condition, context, times[0])
            count = len(times)
            self.record_skip(task, times[0], "calendar", message, last=times[-1], count=count)
            if count == _MOST_CLOSED:  # the rest is a row of its own, after all else that is due
                occurrences.closed_until = times[-1]
                return now + INSTANT
        occurrences.closed_until = None if until is None else now
        if until is None:
            return None
        following = next(closed_times(condition, context, now, until), until)
        return min(until, max(following, now + _CLOSED_ROW)) if times else following

    def record_skip(
        self,
        task: Task,
        due: datetime | None,
        reason: str,
        message: str,
        job_id: str | None = None,
        *,
        last: datetime | None = None,
        count: int = 1,
    ) -> None:
        """Record that a start was skipped, or a row of them.

        Args:
            task: the task.
            due: the nominal time, the first of a row; None for a start without one.
            reason: disabled, overlap, limit, condition, missed, calendar or grace.
            message: the reason in words.
            job_id: the job that was in the way.
            last: the last nominal time of a row.
            count: how many nominal times there are in the row.
        """
        core = self._core
        skipped = None if due is None else Skipped(due, last or due, count)
        if skipped is not None:
            task.history.occurrences.note_skipped(skipped.last, core.clock.now())
        core.recorder.skip(task, skipped, reason, message, job_id)
        core.show(task)
        core.publish(f"task:{task.name}")

    def start(
        self,
        task: Task,
        trigger: str,
        *,
        due_at: datetime | None = None,
        begins: datetime | None = None,
        parameters: Mapping[str, Any] | None = None,
        job_id: str | None = None,
        request: JobRequest = NOTHING_ASKED,
        content: str | None = None,
    ) -> Job:
        """Make a job and queue it in the task's runtime, at once or when it may begin."""
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
        self.count += 1
        job.content_hash = content
        if begins is not None and begins > job.submitted_at:
            job.run_at = begins
        if request is not NOTHING_ASKED:
            request.apply(job)
        machine = self._control.machine
        machine.apply(job, Event.SUBMITTED)
        if job.run_at is None or job.run_at <= job.submitted_at:
            self._control.dispatch(job)
        elif not job.is_delayed:
            machine.apply(job, Event.DEFERRED)
        if job.run_at is not None or job.deadline is not None:
            machine.set_timer(job)
        return job


def late_message(task: Task, due: datetime, now: datetime) -> str:
    """That a nominal time is late by more than a task's grace."""
    late = format_duration((now - due) // _SECOND * _SECOND)
    grace = format_duration(task.grace or _SECOND)
    return f"due {say_instant(due, task.zone)}, which is {late} ago; its grace is {grace}"


def disabled_clause(task: Task | Settings) -> str:
    """Until when and why a task is disabled, as a clause; empty where nobody said."""
    reason = f": {task.disabled_reason}" if task.disabled_reason else ""
    until = task.disabled_until
    if until is None:
        return reason
    return f" until {say_instant(until, until.tzinfo or UTC)}{reason}"


def _first(asked: int | None, otherwise: int) -> int:
    return otherwise if asked is None else asked


def _is_new_event(task: Task, condition: Condition, context: SessionContext) -> bool:
    """Whether an end or a tick makes it hold that came after the decision for its last start.

    On a virtual clock jobs may take no time; an end then falls on the due time before it.
    """
    decided = task.history.occurrences.due_order
    for leaf in condition.leaves():
        if isinstance(leaf, After | Retry) and leaf.holds(context):
            names = leaf.tasks if isinstance(leaf, After) else (None,)
            ends = [context.history(name).latest(ENDS) for name in names]
            if any(end is not None and end[1].order > decided for end in ends):
                return True
        if isinstance(leaf, ChannelTicked) and leaf.holds(context):
            facts = context.channel(leaf.channel)
            if facts is not None and facts.ticked is not None and facts.ticked.order > decided:
                return True
    return False


def _closed_since(task: Task, since: datetime) -> datetime:
    """The instant after which the fire times of closed days are not on record yet.

    After a restart it is that of the latest row, if that was shortly before: more may have followed
    it that were to be the next one.
    """
    history, occurrences = task.history, task.history.occurrences
    if occurrences.closed_until is not None:
        return occurrences.closed_until
    known = (history.created, occurrences.decided)
    latest = max((since - INSTANT, *(at for at in known if at is not None and at <= since)))
    skipped = occurrences.skipped
    is_recent = skipped is not None and since - _CLOSED_ROW <= skipped < since
    return skipped if is_recent and skipped is not None else latest


def has_fire_times(condition: Condition, context: SessionContext) -> bool:
    """Whether the condition holds for this instant alone, so that it cannot wait."""
    instant = context.nominal or context.now
    return any(True for _ in condition.nominal_times(context, instant - INSTANT, instant))
