"""Control: a job's way from the queue to its end, as runtimes and the engine drive it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from redengine.conditions import DONE
from redengine.exceptions import Conflict, StoreError
from redengine.runtimes import Outcome
from redengine.scheduler.core import RUNNING, STOPPED, STOPPING
from redengine.scheduler.hooks import Watch
from redengine.scheduler.jobs.attempt import Attempt
from redengine.scheduler.jobs.concurrency import Limits
from redengine.scheduler.jobs.results import encoded_result, why_not_stored
from redengine.tasks import CommandFailed, CommandTask

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from redengine.scheduler.core import Core
    from redengine.scheduler.jobs.job import Job
    from redengine.scheduler.recording.recorder import LostCommit
    from redengine.store import Commit
    from redengine.tasks import Task

TIMEOUT: Final = "timeout"
DEADLINE: Final = "deadline"
NOT_STORED: Final = "store"
_RETRIED: Final = frozenset({"fail", "crash", "terminate"})


def _is_command(job: Job) -> bool:
    return job.definition is not None and job.definition.kind == CommandTask.kind


def _exit_code(job: Job, outcome: Outcome) -> int | None:
    """How a job's command ended by itself; None where there was none, or something stopped it."""
    if not _is_command(job):
        return None
    if outcome.action == "fail" and isinstance(outcome.exception, CommandFailed):
        return outcome.exception.exit_code
    return 0 if outcome.action == "success" else None


class Control:
    """Queues, begins, ends, retries and stops jobs."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._order = 0
        self.limits = Limits(core)
        self.slot_freed: Callable[[Task], None] = lambda _task: None
        """Told when a job ends without which its task had no free slot; under the lock."""

    def dispatch(self, job: Job) -> None:
        """Queue the next attempt of a job in its runtime; under the lock.

        A job whose task shares a limit that is used up waits until another one ends; one that could
        begin while the session stops waits for the next start.
        """
        if self._core.state == STOPPING and job.trigger != "shutdown":
            return
        if job.definition is not None:
            job.definition.active.wake(job)
        if not self.limits.admit(job):
            return
        if not self._core.takes_jobs(job.runtime):  # it was removed since the last attempt
            job.runtime = self._place_of(job)
        self._queue(job)

    def limits_changed(self, task: Task) -> None:
        """Let jobs try again whose task has other limits now; under the lock."""
        self.limits.reconsider(task.active, self.dispatch)

    def is_kept_back(self, job: Job) -> bool:
        """Whether a job waits for a named limit or for the rate of its task."""
        return self.limits.keeps(job)

    def rest(self, job: Job) -> None:
        """A job that has not begun is held: it takes neither a slot nor a limit; under the lock."""
        self.limits.withdraw(job, self.dispatch)
        task = job.definition
        if task is not None:
            task.active.rest(job)
            if self._core.tasks.get(task.name) is task:
                self._core.touch(task)

    def _queue(self, job: Job) -> None:
        self._order += 1
        job.execution = Attempt(self._core, self, job, self._order)
        outbox = self._core.outbox
        if outbox is None:
            self._core.runtimes[job.runtime].submit(job.execution)
        else:
            outbox.append(job)

    def _place_of(self, job: Job) -> str:
        core, task = self._core, job.definition
        place: str = core.config.execution if task is None else core.session.runtime_of(task)
        return place

    def move(self, job: Job) -> None:
        """Let a waiting job begin where its task's jobs run now; under the lock."""
        waits_there = job.execution is not None
        if waits_there:
            self._core.runtimes[job.runtime].withdraw(job.execution)
        job.runtime = self._place_of(job)
        self._core.recorder.changed(job)
        if waits_there:
            self._queue(job)

    # -- called by runtimes, in their threads

    def begin(self, attempt: Attempt) -> bool:
        """A runtime is about to run a job's code; whether it may.

        Where the store is durable this returns after the job's `run` record is committed;
        meanwhile the job may be taken back.
        """
        core, job = self._core, attempt.job
        with core.lock:
            if job.status != "queued" or job.execution is not attempt:
                return False
            commit = self._begun(job)
            attempt.is_being_stored = commit is not None
        if commit is None:
            return True
        try:
            commit.wait()
        except (StoreError, Conflict) as error:
            self._refuse(job, str(error))
            return False
        with core.lock:
            attempt.is_being_stored = False
            return job.execution is attempt and not job.has_ended

    def begin_early(self, job: Job) -> bool:
        """Begin a job at once if its runtime has a place for it, else queue it; under the lock.

        So that its row and its start are committed together. `hand_over` has to follow once they
        are; if they cannot be, the job is taken back.

        Returns:
            Whether it has begun.
        """
        runtime = self._core.runtimes[job.runtime]
        if not runtime.reserve(job.execution):
            runtime.submit(job.execution)
            return False
        job.execution.is_begun = True
        self._begun(job)
        return True

    def hand_over(self, job: Job) -> None:
        """Let a job that was begun early run."""
        runtime = self._core.runtimes.get(job.runtime)
        reason = f"runtime '{job.runtime}' was removed"
        if runtime is not None:
            try:
                runtime.submit(job.execution)
                return
            except Conflict as error:  # closed meanwhile: the session shuts down
                reason = str(error)
        self.end(job, Outcome("terminate", reason=reason))

    def _begun(self, job: Job) -> Commit | LostCommit | None:
        """Record that a job's code is about to run; under the lock."""
        core, task = self._core, job.definition
        if core.note_begin is not None:
            core.note_begin(job, core.clock.monotonic() - job.execution.queued_at)
        at = core.clock.now()
        job.status = "run"
        job.started_at = at
        job.began_at_s = core.clock.monotonic()
        moment, commit = core.recorder.begun(job, at)
        if task is not None:
            self._note_start(task, job, at)
            task.history.note("run", moment)
            self._settle_misfire(task, job)
        core.publish(f"task:{job.task}")
        return commit

    def _settle_misfire(self, task: Task, job: Job) -> None:
        """The job's row is stored from now on: the fire time need not be kept any more."""
        if job.trigger == "condition" and task.history.occurrences.settle(job.due_at):
            self._core.recorder.misfires(task)

    def _note_start(self, task: Task, job: Job, at: datetime) -> None:
        core = self._core
        task.active.begin(job)
        if task.history.running_since is None:
            task.history.running_since = at
        timeout = job.timeout or task.timeout or core.config.timeout
        if isinstance(timeout, timedelta) and not task.permanent:
            job.timeout_at = at + timeout
        self.set_timer(job)
        end_cond = task.end_cond
        if end_cond is not None:
            job.watch = Watch(end_cond, lambda: self._end_condition_holds(job), task)
            job.watch.subscribe(core)
        core.show(task)

    def set_timer(self, job: Job) -> None:
        """Put a job on the agenda for its next instant, if it has one; under the lock."""
        instant = job.next_instant()
        if instant is not None or job.wake is not None:
            self._core.agenda.put(job, instant)
            self._core.wake_engine()

    def move_timers(self, by: timedelta) -> None:
        """The clock was stepped: what runs out after a span runs out as long after; under the lock.

        What was asked for at an instant stays there.
        """
        self.limits.move_clock(by)
        for job in self._core.jobs.values():
            if job.timeout_at is not None:
                job.timeout_at += by
            if job.run_at is not None and (job.attempt > 1 or self.limits.keeps(job)):
                job.run_at += by
            self.set_timer(job)

    def leave_limits(self, job: Job) -> None:
        """A job neither holds nor waits for a shared limit any more; under the lock."""
        self.limits.withdraw(job, self.dispatch)

    def _end_condition_holds(self, job: Job) -> None:
        if job.status == "run":
            self.stop(job, "end_cond")

    def _refuse(self, job: Job, reason: str) -> None:
        """The store would not take the start: the job has not run."""
        with self._core.lock:
            if job.has_ended or job.status == "queued":  # it was set aside
                return
            self.disown(job, reason)
        self.tell(job)

    def disown(self, job: Job, reason: str) -> None:
        """End a job that the store did not take, before its code runs; under the lock."""
        job.reason, job.error = NOT_STORED, reason
        job.is_refused = True
        self.limits.release(job, self.dispatch)
        self.finish(job, "inaction", self._core.clock.now())

    def end(self, job: Job, outcome: Outcome) -> None:
        """A runtime has finished with an attempt."""
        core = self._core
        if isinstance(outcome.value, str) and _is_command(job):
            # What it printed is masked as its output is.
            outcome = outcome._replace(value=core.parameters.scrub(outcome.value))
        encoded = encoded_result(outcome.value) if outcome.action == "success" else None
        with core.lock:
            if job.has_ended or job.status == "queued":
                return
            self.limits.release(job, self.dispatch)
            at = core.clock.now()
            job.encoded_result = encoded
            self._take_outcome(job, outcome)
            is_over = job.definition is None or not self._is_retried(job, outcome)
            if job.definition is None or is_over:
                self.finish(job, outcome.action, at, is_done=True)
            else:
                self._retry(job, job.definition, outcome, at)
        core.job_log.flush()
        if is_over:
            self.tell(job)
        core.recorder.relieve()

    def _take_outcome(self, job: Job, outcome: Outcome) -> None:
        scrub = self._core.parameters.scrub
        job.abandoned = outcome.abandoned
        if outcome.abandoned:
            self._core.abandoned[job.id] = job
        told = outcome.reason and scrub(outcome.reason)
        job.exception_object = outcome.exception
        job.exc_text = outcome.exc_text and scrub(outcome.exc_text)
        job.error = None
        job.exit_code = _exit_code(job, outcome)
        if outcome.action == "success":
            job.reason = why_not_stored(job.encoded_result)
            job.result_value = outcome.value
        elif outcome.action == "fail":
            job.reason = None
            job.error = told
        else:
            job.reason = job.error = job.reason or told

    def _is_retried(self, job: Job, outcome: Outcome) -> bool:
        task = job.definition
        if task is None or self._is_last_chance(task):
            return False
        if task.permanent:
            return outcome.action in {"fail", "crash"} and not task.disabled
        if outcome.action not in _RETRIED or job.attempt > job.retries:
            return False
        if outcome.action == "crash":
            return bool(task.on_crash == "retry")
        return outcome.action == "fail" or job.reason == TIMEOUT

    def _is_last_chance(self, task: Task) -> bool:
        """Whether there is no later attempt, as the session stops and will not remember it."""
        core = self._core
        is_kept = core.store.durable and not task.permanent and not task.on_shutdown
        return core.state in {STOPPING, STOPPED} and not is_kept

    def _retry(self, job: Job, task: Task, outcome: Outcome, at: datetime) -> None:
        """Record the failed attempt, and queue the next one after its back-off."""
        core = self._core
        delay = task.backoff.delay(job.attempt)
        message = (
            f"attempt {job.attempt} of {job.retries + 1}, next in {delay.total_seconds():.1f} s"
        )
        core.recorder.retried(job, outcome.action, at, message)
        core.job_log.will_retry(job, outcome.action, message)
        self.put_down(job)
        job.attempt += 1
        job.status = "queued"
        job.reason = None
        job.run_at = at + delay
        job.execution = None
        core.recorder.changed(job)
        if core.state in {STOPPING, STOPPED}:
            core.handling.set_aside(job, "shutdown")
            return
        self.set_timer(job)
        core.show(task)

    def put_down(self, job: Job) -> None:
        """Forget what belongs to the attempt that has ended."""
        core = self._core
        core.agenda.forget(job)
        job.timeout_at = None
        if job.watch is not None:
            job.watch.unsubscribe(core)
            job.watch = None
        task = job.definition
        if task is not None:
            task.active.pause(job)
            oldest = task.active.longest_running
            task.history.running_since = None if oldest is None else oldest.started_at

    def finish(self, job: Job, status: str, at: datetime, *, is_done: bool = False) -> None:
        """The job's end, under the lock.

        Args:
            job: the job.
            status: its last one.
            at: when it ended.
            is_done: whether its own run ended it, so that the work of its period is done.
        """
        core, task = self._core, job.definition
        self.limits.withdraw(job, self.dispatch)
        self.put_down(job)
        job.status = status
        job.ended_at = at
        moment = core.recorder.ended(job, at)
        if task is not None:
            task.history.note("inaction" if status == "cancel" else status, moment)
            if is_done and status in {"crash", "inaction"}:
                task.history.note(DONE, moment)
        core.jobs.pop(job.id, None)
        if core.note_end is not None:
            core.note_end(job)
        if job.has_listener:
            core.listeners.notify_all()
        if task is not None:
            self._leave(task, job, status)
        core.publish(f"task:{job.task}")
        if core.startup_jobs:
            self._finish_startup(job)
        if core.state != RUNNING:
            core.wake_engine()  # a shut-down waits for this end

    def _leave(self, task: Task, job: Job, status: str) -> None:
        """An ended job gives its slot free, which may let its task start again."""
        core = self._core
        if task.active.slots >= task.max_instances:
            self.slot_freed(task)
        task.active.remove(job)
        self._settle_misfire(task, job)
        if status == "success":
            core.returns.take(task.name, job.result_value, job.encoded_result)
        core.show(task)
        if self._has_to_look(task, status) and core.tasks.get(task.name) is task:
            core.touch(task)

    def _has_to_look(self, task: Task, status: str) -> bool:
        """Whether the end of a job can let its task start anew."""
        return (
            task.hears_own_end
            or task.history.occurrences.waiting is not None
            or status == "inaction"
            or task.history.occurrences.has_misfires
        )

    def _finish_startup(self, job: Job) -> None:
        core = self._core
        core.startup_jobs.discard(job.id)
        if not core.startup_jobs:
            core.wake_engine()

    def tell(self, job: Job) -> None:
        """Tell those who wait for the job's end, outside the lock."""
        self._core.job_log.ended(job)
        if self._core.hooks.has("job_end"):
            self._core.hooks.call("job_end", job)
        if job.event is not None:
            job.event.set()

    # -- called at start, for jobs of an earlier session, under the lock

    def crash(self, job: Job, reason: str) -> None:
        """A job's place went away while it ran: settle it, or try it again.

        One of a permanent task ended with its session: it did not crash, and is started anyway.
        """
        task, at = job.definition, self._core.clock.now()
        is_service = task is not None and task.permanent
        outcome = Outcome("terminate" if is_service else "crash", reason=reason)
        self._take_outcome(job, outcome)
        if is_service:
            self.finish(job, "terminate", at)
        elif task is not None and self._is_retried(job, outcome):
            self._retry(job, task, outcome, at)
        else:
            self.finish(job, "crash", at)
            self._core.job_log.will_end(job)

    def drop(self, job: Job, reason: str) -> None:
        """A job cannot be run any more."""
        job.reason = job.error = reason
        self.finish(job, "inaction", self._core.clock.now())
        self._core.job_log.will_end(job)

    # -- called by the engine, under the lock

    def attend(self, job: Job) -> None:
        """A job's instant has come: its time is over, or its next attempt is due."""
        now = self._core.clock.now()
        if job.deadline is not None and now >= job.deadline:
            self._miss_deadline(job)
        elif job.status == "queued" and job.execution is None:
            job.run_at = None
            self.dispatch(job)
            self.set_timer(job)
        elif job.status == "run" and job.timeout_at is not None and now >= job.timeout_at:
            self.stop(job, TIMEOUT)

    def _miss_deadline(self, job: Job) -> None:
        if not job.is_waiting:
            self.stop(job, DEADLINE)
            return
        if job.execution is not None:
            self._core.runtimes[job.runtime].withdraw(job.execution)
        job.execution = None
        job.reason = DEADLINE
        job.error = f"it had not begun by its deadline, {job.deadline}"
        self.finish(job, "inaction", self._core.clock.now())
        self._core.job_log.will_end(job)
        if job.event is not None:
            job.event.set()

    def stop(self, job: Job, reason: str, grace: timedelta | None = None) -> None:
        """Ask a running job to end, by the ladder; under the lock."""
        core = self._core
        job.reason = reason
        grace = core.config.termination_grace if grace is None else grace
        runtime = core.runtimes.get(job.runtime)
        if runtime is not None:
            runtime.terminate(job.execution, grace.total_seconds(), reason)
