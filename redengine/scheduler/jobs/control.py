"""Control: a job's way from the queue to its end, as runtimes and the engine drive it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redengine.exceptions import Conflict, StoreError
from redengine.runtimes import Outcome
from redengine.scheduler.core import STOPPED, STOPPING
from redengine.scheduler.jobs.attempt import Attempt
from redengine.scheduler.jobs.concurrency import Limits
from redengine.scheduler.jobs.machine import END_EVENTS, Event, Machine, RetryNote
from redengine.scheduler.jobs.results import encoded_result, why_not_stored

if TYPE_CHECKING:
    from datetime import timedelta

    from redengine.scheduler.core import Core
    from redengine.scheduler.jobs.job import Job
    from redengine.tasks import Task

TIMEOUT: Final = "timeout"
DEADLINE: Final = "deadline"
GRACE: Final = "grace"
NOT_STORED: Final = "store"
_RETRIED: Final = frozenset({"fail", "crash", "terminate"})


def _prints_its_result(job: Job) -> bool:
    return job.definition is not None and job.definition.prints_result


class Control:
    """Queues, begins, ends, retries and stops jobs."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._order = 0
        self.limits = Limits(core)
        self.machine = Machine(core, self.limits, dispatch=self.dispatch, stop=self.stop)

    def dispatch(self, job: Job) -> None:
        """Queue the next attempt of a job in its runtime; under the lock.

        A job whose task shares a limit that is used up waits until another one ends; one that could
        begin while the session stops waits for the next start.
        """
        if self._core.state == STOPPING and job.trigger != "shutdown":
            return
        self.machine.apply(job, Event.ADMITTED)
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
            is_late = self._is_too_late(job)
            if is_late:
                self._skip_late(job)
            else:
                self.machine.apply(job, Event.BEGAN)
                commit = job.commit
                attempt.is_being_stored = commit is not None
        if is_late:
            self.tell(job)
            return False
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

    def _is_too_late(self, job: Job) -> bool:
        """Whether a job has waited for longer than its task's grace for a nominal time lets it."""
        task, due = job.definition, job.due_at
        if task is None or due is None or task.grace is None or job.trigger != "condition":
            return False
        timing = task.timing
        return job.attempt == 1 and timing.is_late(timing.begins(due), self._core.clock.now())

    def _skip_late(self, job: Job) -> None:
        job.execution = None
        job.reason = GRACE
        job.error = f"it had not begun within the grace of its task after it was due, {job.due_at}"
        self.machine.apply(job, Event.EXPIRED)
        self._core.job_log.will_end(job)

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
        self.machine.apply(job, Event.BEGAN)
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

    def _refuse(self, job: Job, reason: str) -> None:
        """The store would not take the start: the job has not run."""
        with self._core.lock:
            if job.has_ended or job.is_waiting:  # it was parked
                return
            self.reject(job, reason)
        self.tell(job)

    def reject(self, job: Job, reason: str) -> None:
        """End a job that the store did not take, before its code runs; under the lock."""
        job.reason, job.error = NOT_STORED, reason
        job.is_refused = True
        self.machine.apply(job, Event.STORE_REJECTED)

    def end(self, job: Job, outcome: Outcome) -> None:
        """A runtime has finished with an attempt."""
        core = self._core
        if isinstance(outcome.value, str) and _prints_its_result(job):
            # What it printed is masked as its output is.
            outcome = outcome._replace(value=core.parameters.scrub(outcome.value))
        encoded = encoded_result(outcome.value) if outcome.action == "success" else None
        with core.lock:
            if job.has_ended or job.is_waiting:
                return
            job.encoded_result = encoded
            self._take_outcome(job, outcome)
            is_over = not self._retry(job, outcome)
            if is_over:
                self.machine.apply(job, END_EVENTS[outcome.action])
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
        job.exit_code = None if job.context is None else job.context.exit_code
        if outcome.action == "success":
            job.reason = why_not_stored(job.encoded_result)
            job.result_value = outcome.value
        elif outcome.action == "fail":
            job.reason = None
            job.error = told
        else:
            job.reason = job.error = job.reason or told

    def _is_retried(self, job: Job, task: Task, outcome: Outcome) -> bool:
        if self._is_last_chance(task):
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

    def _retry(self, job: Job, outcome: Outcome) -> bool:
        """Record the failed attempt and queue the next one after its back-off, if there is one."""
        core, task = self._core, job.definition
        if task is None or not self._is_retried(job, task, outcome):
            return False
        at, delay = core.clock.now(), task.backoff.delay(job.attempt)
        message = (
            f"attempt {job.attempt} of {job.retries + 1}, next in {delay.total_seconds():.1f} s"
        )
        core.job_log.will_retry(job, outcome.action, message)
        job.run_at = at + delay
        self.machine.apply(job, Event.RETRIED, at, RetryNote(outcome.action, message))
        if core.state in {STOPPING, STOPPED}:
            core.handling.park(job, "shutdown")
        return True

    def tell(self, job: Job) -> None:
        """Tell those who wait for the job's end, outside the lock."""
        self._core.job_log.ended(job)
        if job.definition is not None and job.definition in self._core.deleted_tasks:
            self._let_go(job.definition)
        if self._core.hooks.has("job_end"):
            self._core.hooks.call("job_end", job)
        if job.event is not None:
            job.event.set()

    def _let_go(self, task: Task) -> None:
        """Tear down a task that was deleted while jobs of it were active, once all have ended."""
        core = self._core
        with core.lock:
            if task not in core.deleted_tasks or any(not each.has_ended for each in task.active):
                return
            core.deleted_tasks.discard(task)
        core.tear_down(task)

    # -- called at start, for jobs of an earlier session, under the lock

    def crash(self, job: Job, reason: str) -> None:
        """A job's place went away while it ran: settle it, or try it again.

        One of a permanent task ended with its session: it did not crash, and is started anyway.
        """
        is_service = job.definition is not None and job.definition.permanent
        outcome = Outcome("terminate" if is_service else "crash", reason=reason)
        self._take_outcome(job, outcome)
        if is_service:
            self.machine.apply(job, Event.TERMINATED)
        elif not self._retry(job, outcome):
            self.machine.apply(job, Event.LOST)
            self._core.job_log.will_end(job)

    def drop(self, job: Job, reason: str) -> None:
        """A job cannot be run any more."""
        job.reason = job.error = reason
        self.machine.apply(job, Event.DROPPED)
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
            self.machine.set_timer(job)
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
        self.machine.apply(job, Event.EXPIRED)
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
