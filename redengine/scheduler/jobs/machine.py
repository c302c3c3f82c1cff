"""The job machine: the one owner of a job's status, and of what goes with each change of it.

`TABLE` says which event is allowed in which state, to which state it leads, and which effects it
has in which order. `Machine.apply` is the one place that changes a job's status: it takes the next
state from the table and lets the effects happen, all of them under the session's lock. No effect
runs a user's code, does I/O or waits.

The states are the statuses that users see, but for one: a job that was paused before it began is
`held`, and shown as `paused`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from redengine.conditions import DONE, Moment
from redengine.scheduler.core import RUNNING
from redengine.scheduler.events import (
    JOB_ENDED,
    JOB_PARKED,
    JOB_PAUSED,
    JOB_RESUMED,
    JOB_RETRIED,
    JOB_STARTED,
    JOB_SUBMITTED,
)
from redengine.scheduler.hooks import Watch
from redengine.scheduler.jobs.job import ENDED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from redengine.scheduler.core import Core
    from redengine.scheduler.events import Kind
    from redengine.scheduler.jobs.concurrency import Limits
    from redengine.scheduler.jobs.job import Job
    from redengine.tasks import Task

QUEUED, HELD, RUN, PAUSED = "queued", "held", "run", "paused"
SUCCESS, FAIL, TERMINATE, CRASH = "success", "fail", "terminate", "crash"
INACTION, CANCEL = "inaction", "cancel"


class Event(StrEnum):
    """What happens to a job."""

    __hash__ = str.__hash__  # that of an Enum is written in Python, and slow

    SUBMITTED = "submitted"
    """It has been made, by a condition, a person or a program."""
    RECOVERED = "recovered"
    """It was read from the store: an earlier session left it behind."""
    ADMITTED = "admitted"
    """It may begin as far as its time goes: it takes an instance slot of its task."""
    DEFERRED = "deferred"
    """It may not begin yet, and takes no slot meanwhile."""
    BEGAN = "began"
    """Its code is about to run."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TERMINATED = "terminated"
    CRASHED = "crashed"
    DID_NOTHING = "did_nothing"
    """An attempt has ended by itself or by force, and no other one follows."""
    LOST = "lost"
    """It ran in an earlier session that died, and is not tried again."""
    RETRIED = "retried"
    """An attempt has ended, and another one follows."""
    PAUSED = "paused"
    """It is held back, or its code is."""
    RESUMED = "resumed"
    WITHDRAWN = "withdrawn"
    """Somebody took it back before its code ran."""
    PARKED = "parked"
    """The session stops; the store keeps it for the next start."""
    EXPIRED = "expired"
    """Its deadline, or the grace of its task, has passed before it began."""
    STORE_REJECTED = "store_rejected"
    """The store did not take its row or its start."""
    DROPPED = "dropped"
    """It cannot be run any more: its task or its runtime is gone."""


class Effect(StrEnum):
    """What goes with a change."""

    LIMITS = "limits"
    """It neither holds nor waits for a shared limit or a rate any more."""
    TIMERS = "timers"
    """Its time-out, its end condition and its place on the agenda."""
    RECORD = "record"
    """Its row and the log record, on their way to the store."""
    HISTORY = "history"
    """The moment that conditions read."""
    ACTIVE = "active"
    """The active jobs of the session and of its task, and the instance slots."""
    RESULTS = "results"
    """The return value of its task."""
    EVENT = "event"
    """Conditions, metrics and everybody else who listens are told."""


class Row(NamedTuple):
    """What an event leads to: the next state, and the effects in their order."""

    state: str
    effects: tuple[Effect, ...]


_E = Effect
_ENDS: Final = (_E.LIMITS, _E.TIMERS, _E.RECORD, _E.HISTORY, _E.ACTIVE, _E.EVENT)
_RETURNS: Final = (*_ENDS[:-1], _E.RESULTS, _E.EVENT)
_PARKS: Final = (_E.LIMITS, _E.RECORD, _E.TIMERS, _E.ACTIVE, _E.EVENT)
_ATTEMPT_ENDS: Final = {
    Event.SUCCEEDED: Row(SUCCESS, _RETURNS),
    Event.FAILED: Row(FAIL, _ENDS),
    Event.TERMINATED: Row(TERMINATE, _ENDS),
    Event.CRASHED: Row(CRASH, _ENDS),
    Event.DID_NOTHING: Row(INACTION, _ENDS),
    Event.LOST: Row(CRASH, _ENDS),
    Event.RETRIED: Row(QUEUED, (_E.LIMITS, _E.TIMERS, _E.ACTIVE, _E.RECORD, _E.EVENT)),
}
_BEFORE_CODE: Final = {
    Event.WITHDRAWN: Row(CANCEL, _ENDS),
    Event.STORE_REJECTED: Row(INACTION, _ENDS),
}
"""Allowed while a job waits, and while the store is told of a start whose code has not run."""


def _rows() -> Iterator[tuple[tuple[str, Event], Row]]:
    for state in (QUEUED, HELD, RUN, PAUSED):
        yield (state, Event.RECOVERED), Row(state, (_E.ACTIVE,))
        for event, row in _BEFORE_CODE.items():
            yield (state, event), row
    for state in (QUEUED, HELD):
        yield (state, Event.DEFERRED), Row(state, (_E.ACTIVE,))
        yield (state, Event.PARKED), Row(state, _PARKS)
        yield (state, Event.EXPIRED), Row(INACTION, _ENDS)
        yield (state, Event.DROPPED), Row(INACTION, _ENDS)
    for state in (RUN, PAUSED):
        yield (state, Event.PARKED), Row(QUEUED, _PARKS)
        for event, row in _ATTEMPT_ENDS.items():
            yield (state, event), row


TABLE: Final[Mapping[tuple[str, Event], Row]] = {
    (QUEUED, Event.SUBMITTED): Row(QUEUED, (_E.ACTIVE, _E.RECORD, _E.EVENT)),
    (QUEUED, Event.ADMITTED): Row(QUEUED, (_E.ACTIVE,)),
    (QUEUED, Event.BEGAN): Row(RUN, (_E.RECORD, _E.ACTIVE, _E.TIMERS, _E.HISTORY, _E.EVENT)),
    (QUEUED, Event.PAUSED): Row(HELD, (_E.LIMITS, _E.ACTIVE, _E.TIMERS, _E.RECORD, _E.EVENT)),
    (HELD, Event.RESUMED): Row(QUEUED, (_E.RECORD, _E.EVENT)),
    (RUN, Event.PAUSED): Row(PAUSED, (_E.TIMERS, _E.RECORD, _E.EVENT)),
    (PAUSED, Event.RESUMED): Row(RUN, (_E.TIMERS, _E.RECORD, _E.EVENT)),
    **dict(_rows()),
}
"""By state and event, what follows; a pair that is not here cannot happen."""

END_EVENTS: Final[Mapping[str, Event]] = {
    SUCCESS: Event.SUCCEEDED,
    FAIL: Event.FAILED,
    TERMINATE: Event.TERMINATED,
    CRASH: Event.CRASHED,
    INACTION: Event.DID_NOTHING,
}
"""By how an attempt ended, the event that ends its job."""


class IllegalTransition(RuntimeError):
    """A job was told what cannot happen in its state: a fault of the scheduler, not of its user."""

    def __init__(self, job: Job, event: Event) -> None:
        super().__init__(f"job {job.id} of task '{job.task}' is '{state_of(job)}': {event}")


def state_of(job: Job) -> str:
    """The state in the table: the status, but `held` for a job that was paused before it began."""
    return HELD if job.is_held else job.status


class RetryNote(NamedTuple):
    """What is told of an attempt that is followed by another one.

    Attributes:
        action: how it ended.
        message: what comes next, in words.
    """

    action: str
    message: str


_Step = Callable[..., None]
_Compiled = tuple[str, bool, bool, tuple[_Step, ...]]
_END: Final = "end"
_OTHER: Final = "other"
"""Stand for every event that ends a job, and for every other one, where nothing else is said."""


class Machine:
    """Takes jobs from state to state; every method is called under the session's lock.

    Args:
        core: the session's state.
        limits: the shared limits that jobs hold or wait for.
        dispatch: lets a job begin that a limit kept back.
        stop: asks a running job to end, for a reason.
    """

    def __init__(
        self,
        core: Core,
        limits: Limits,
        *,
        dispatch: Callable[[Job], None],
        stop: Callable[[Job, str], None],
    ) -> None:
        self._core = core
        self._limits = limits
        self._dispatch = dispatch
        self._stop = stop
        self._note = RetryNote("", "")
        """What is told of the attempt that is followed by another one just now."""
        self.slot_freed: Callable[[Task], None] = lambda _task: None
        """Told when a job ends without which its task had no free slot."""
        self._steps = {pair: self._compiled(*pair, row) for pair, row in TABLE.items()}

    def apply(
        self, job: Job, event: Event, at: datetime | None = None, note: RetryNote | None = None
    ) -> None:
        """Take a job to the state that an event leads to, with all that goes with it.

        Args:
            job: the job.
            event: what happened to it.
            at: when it began or ended; now if not given.
            note: of a retry, what is told of it.

        Raises:
            IllegalTransition: it cannot happen in the job's state; nothing is changed.
        """
        found = self._steps.get((HELD if job.is_held else job.status, event))
        if found is None:
            raise IllegalTransition(job, event)
        job.status, job.is_held, is_dated, steps = found
        if is_dated and at is None:
            at = self._core.clock.now()
        if note is not None:
            self._note = note
        for step in steps:
            step(job, at)

    def _compiled(self, state: str, event: Event, row: Row) -> _Compiled:
        """A row as it is applied: status, whether held, whether it is dated, and what is done."""
        is_held = row.state == HELD
        is_dated = row.state in ENDED or event in {Event.BEGAN, Event.RETRIED}
        steps = tuple(self._steps_of(state, event, row))
        return PAUSED if is_held else row.state, is_held, is_dated, steps

    def _steps_of(self, state: str, event: Event, row: Row) -> Iterator[_Step]:
        """What is done for a row: the job's own times first, then the effects in their order."""
        is_end = row.state in ENDED
        if event is Event.BEGAN:
            yield self._mark_begin
        if state in {RUN, PAUSED} and (is_end or event is Event.RETRIED):
            yield self._measure
        if event is Event.RETRIED:
            yield self._mark_retry
        if is_end:
            yield self._mark_end
        for effect in row.effects:
            ways = self._ways(effect)
            yield ways.get(event) or ways[_END if is_end else _OTHER]

    def _ways(self, effect: Effect) -> dict[str, _Step]:
        """How an effect is brought about, by event."""
        recorder = self._core.recorder
        ways: dict[Effect, dict[str, _Step]] = {
            Effect.LIMITS: {_END: self._leave_limits, _OTHER: self._leave_limits},
            Effect.TIMERS: {
                Event.BEGAN: self._start_timers,
                Event.RETRIED: self._restart_timers,
                Event.PAUSED: self._hold_timers,
                Event.RESUMED: self._resume_timers,
                Event.PARKED: self._stop_timers,
                _END: self._stop_timers,
            },
            Effect.RECORD: {
                Event.SUBMITTED: self._record_submission,
                Event.BEGAN: recorder.begun,
                Event.RETRIED: self._record_retry,
                _OTHER: self._record_change,
                _END: recorder.ended,
            },
            Effect.HISTORY: {
                Event.BEGAN: self._note_begin,
                Event.CRASHED: self._note_work_done,
                Event.DID_NOTHING: self._note_work_done,
                _END: self._note_end,
            },
            Effect.ACTIVE: {
                Event.SUBMITTED: self._enter,
                Event.RECOVERED: self._enter,
                Event.ADMITTED: self._take_slot,
                Event.DEFERRED: self._give_slot,
                Event.PAUSED: self._rest,
                Event.BEGAN: self._set_running,
                Event.RETRIED: self._unset_running,
                Event.PARKED: self._park,
                _END: self._leave,
            },
            Effect.RESULTS: {_END: self._return},
            Effect.EVENT: {
                Event.SUBMITTED: self._tell_submission,
                Event.BEGAN: self._tell_begin,
                Event.RETRIED: self._tell_retry,
                Event.PAUSED: self._tell_pause,
                Event.RESUMED: self._tell_resumption,
                Event.PARKED: self._tell_parking,
                _END: self._tell_end,
            },
        }
        return ways[effect]

    # -- the job's own times

    def _mark_begin(self, job: Job, at: datetime) -> None:
        job.started_at = at
        job.began_at_s = self._core.clock.monotonic()

    def _mark_end(self, job: Job, at: datetime) -> None:
        job.ended_at = at

    def _mark_retry(self, job: Job, _at: object = None) -> None:
        job.attempt += 1
        job.reason = None
        job.execution = None

    def _measure(self, job: Job, at: datetime) -> None:
        """Note how long the attempt took that ends now; None where nobody knows.

        A step of the wall clock is no part of it. Of an attempt of an earlier session the wall
        clock alone tells, unless that went back since.
        """
        if job.began_at_s is not None:
            job.ran_s = round(self._core.clock.monotonic() - job.began_at_s, 6)
        elif job.started_at is None or at < job.started_at:
            job.ran_s = None
        else:
            job.ran_s = (at - job.started_at).total_seconds()

    # -- limits

    def _leave_limits(self, job: Job, _at: object = None) -> None:
        self._limits.withdraw(job, self._dispatch)

    # -- timers

    def set_timer(self, job: Job) -> None:
        """Put a job on the agenda for its next instant, if it has one."""
        instant = job.next_instant()
        if instant is not None or job.wake is not None:
            self._core.agenda.put(job, instant)
            self._core.wake_engine()

    def move_timers(self, by: timedelta) -> None:
        """The clock was stepped: what runs out after a span runs out as long after.

        What was asked for at an instant stays there.
        """
        self._limits.move_clock(by)
        for job in self._core.jobs.values():
            if job.timeout_at is not None:
                job.timeout_at += by
            is_span = job.attempt > 1 or job.is_delayed or self._limits.keeps(job)
            if job.run_at is not None and is_span:
                latest = self._latest_start(job)
                job.run_at = min(job.run_at + by, latest or job.run_at + by)
            self.set_timer(job)

    def _latest_start(self, job: Job) -> datetime | None:
        """By when a job begins that its jitter delays; it may be younger than the step."""
        due, task = job.due_at, job.definition
        if not job.is_delayed or due is None or task is None:
            return None
        delay: timedelta = task.timing.begins(due) - due
        return self._core.clock.now() + delay

    def _start_timers(self, job: Job, at: datetime) -> None:
        core, task = self._core, job.definition
        if task is None:
            return
        timeout = job.timeout or task.timeout or core.config.timeout
        if isinstance(timeout, timedelta) and not task.permanent:
            job.timeout_at = at + timeout
        self.set_timer(job)
        end_cond = task.end_cond
        if end_cond is not None:
            job.watch = Watch(end_cond, lambda: self._end_condition_holds(job), task)
            job.watch.subscribe(core)

    def _end_condition_holds(self, job: Job) -> None:
        if job.status == RUN:
            self._stop(job, "end_cond")

    def _stop_timers(self, job: Job, _at: object = None) -> None:
        core = self._core
        core.agenda.forget(job)
        job.timeout_at = None
        if job.watch is not None:
            job.watch.unsubscribe(core)
            job.watch = None

    def _restart_timers(self, job: Job, _at: object = None) -> None:
        self._stop_timers(job)
        self.set_timer(job)

    def _hold_timers(self, job: Job, _at: object = None) -> None:
        """The time of a paused job does not run out; of a held one the start does not come."""
        if job.timeout_at is not None:
            job.timeout_left = job.timeout_at - self._core.clock.now()
            job.timeout_at = None
        self.set_timer(job)

    def _resume_timers(self, job: Job, _at: object = None) -> None:
        if job.timeout_left is not None:
            job.timeout_at = self._core.clock.now() + job.timeout_left
            job.timeout_left = None
            self.set_timer(job)

    # -- the record

    def _record_submission(self, job: Job, _at: object = None) -> None:
        self._core.recorder.queued(job)

    def _record_change(self, job: Job, _at: object = None) -> None:
        self._core.recorder.changed(job)

    def _record_retry(self, job: Job, at: datetime) -> None:
        self._core.recorder.retried(job, self._note.action, at, self._note.message)
        self._core.recorder.changed(job)

    # -- the task's history: the moment of the record that was made just before

    def _note_begin(self, job: Job, at: datetime) -> None:
        if job.definition is not None:
            job.definition.history.note(RUN, Moment(self._core.recorder.order, at))

    def _note_end(self, job: Job, at: datetime) -> None:
        if job.definition is None:
            return
        history, moment = job.definition.history, Moment(self._core.recorder.order, at)
        history.note(INACTION if job.status == CANCEL else job.status, moment)

    def _note_work_done(self, job: Job, at: datetime) -> None:
        self._note_end(job, at)
        if job.definition is not None:
            moment = Moment(self._core.recorder.order, at)
            job.definition.history.note(DONE, moment)

    # -- the active jobs and the slots

    def _enter(self, job: Job, _at: object = None) -> None:
        if job.definition is not None:
            job.definition.take_job(job)
        self._core.jobs[job.id] = job

    def _take_slot(self, job: Job, _at: object = None) -> None:
        if job.definition is not None:
            job.definition.active.wake(job)

    def _give_slot(self, job: Job, _at: object = None) -> None:
        if job.definition is not None:
            job.definition.active.rest(job)

    def _rest(self, job: Job, _at: object = None) -> None:
        """A job that is held takes no slot, so that its task may start again."""
        task = job.definition
        if task is not None and job.is_held:
            task.active.rest(job)
            if self._core.tasks.get(task.name) is task:
                self._core.touch(task)

    def _set_running(self, job: Job, at: datetime) -> None:
        task = job.definition
        if task is None:
            return
        task.active.begin(job)
        if task.history.running_since is None:
            task.history.running_since = at
        if job.trigger == "condition":
            self._settle_misfire(task, job)

    def _unset_running(self, job: Job, _at: object = None) -> None:
        task = job.definition
        if task is not None:
            task.active.pause(job)
            oldest = task.active.longest_running
            task.history.running_since = None if oldest is None else oldest.started_at

    def _park(self, job: Job, _at: object = None) -> None:
        self._unset_running(job)
        self._core.jobs.pop(job.id, None)
        if job.definition is not None:
            job.definition.active.remove(job)

    def _leave(self, job: Job, _at: object = None) -> None:
        """An ended job gives its slot free, which may let its task start again."""
        self._unset_running(job)
        self._core.jobs.pop(job.id, None)
        task = job.definition
        if task is not None:
            if task.active.slots >= task.max_instances:
                self.slot_freed(task)
            task.active.remove(job)
            if job.trigger == "condition":
                self._settle_misfire(task, job)

    def _settle_misfire(self, task: Task, job: Job) -> None:
        """The job's row is stored from now on: the fire time need not be kept any more."""
        if task.history.occurrences.settle(job.due_at):
            self._core.recorder.misfires(task)

    # -- the return value

    def _return(self, job: Job, _at: object = None) -> None:
        if job.definition is not None:
            self._core.returns.take(job.task, job.result_value, job.encoded_result)

    # -- who listens

    def _tell_submission(self, job: Job, _at: object = None) -> None:
        core = self._core
        if core.note_submit is not None:
            core.note_submit(job)
        if job.definition is not None:
            core.show(job.definition)
        core.events.publish(
            JOB_SUBMITTED,
            job.submitted_at,
            job.id,
            job.task,
            job.trigger,
            job.runtime,
            job.priority,
            job.due_at,
            job.run_at,
        )

    def _tell_begin(self, job: Job, at: datetime) -> None:
        core = self._core
        if core.note_begin is not None and job.began_at_s is not None:
            core.note_begin(job, job.began_at_s - job.execution.queued_at)
        if job.definition is not None:
            core.show(job.definition)
        core.events.publish(JOB_STARTED, at, job.id, job.task, job.attempt, job.runtime)
        core.publish(f"task:{job.task}")

    def _tell_retry(self, job: Job, at: datetime) -> None:
        core = self._core
        if job.definition is not None:
            core.show(job.definition)
        ended = (job.attempt - 1, self._note.action)
        core.events.publish(JOB_RETRIED, at, job.id, job.task, *ended, job.error, job.run_at)

    def _tell_pause(self, job: Job, _at: object = None) -> None:
        self._tell(job, JOB_PAUSED, not job.is_waiting)

    def _tell_resumption(self, job: Job, _at: object = None) -> None:
        self._tell(job, JOB_RESUMED, not job.is_waiting)

    def _tell_parking(self, job: Job, _at: object = None) -> None:
        self._tell(job, JOB_PARKED)
        self._core.wake_engine()

    def _tell(self, job: Job, kind: Kind, *values: object) -> None:
        core = self._core
        if job.definition is not None:
            core.show(job.definition)
        core.events.publish(kind, core.clock.now(), job.id, job.task, *values)

    def _tell_end(self, job: Job, at: datetime) -> None:
        core, task = self._core, job.definition
        core.events.publish(
            JOB_ENDED,
            at,
            job.id,
            job.task,
            job.status,
            job.attempt,
            job.ran_s,
            job.error,
            job.reason,
            job.exit_code,
        )
        if core.note_end is not None:
            core.note_end(job)
        if job.has_listener:
            core.listeners.notify_all()
        if task is not None:
            core.show(task)
            if _has_to_look(task, job.status) and core.tasks.get(task.name) is task:
                core.touch(task)
        core.publish(f"task:{job.task}")
        if core.startup_jobs:
            core.startup_jobs.discard(job.id)
            if not core.startup_jobs:
                core.wake_engine()
        if core.state != RUNNING:
            core.wake_engine()  # a shut-down waits for this end


def _has_to_look(task: Task, status: str) -> bool:
    """Whether the end of a job can let its task start again."""
    return (
        task.hears_own_end
        or task.history.occurrences.waiting is not None
        or status == INACTION
        or task.history.occurrences.has_misfires
    )
