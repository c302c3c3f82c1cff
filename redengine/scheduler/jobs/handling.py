"""Handling: what people, programs and the shut-down do to jobs; the states allow or forbid it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import Conflict
from redengine.scheduler.jobs.machine import Event
from redengine.scheduler.jobs.waiting import EndEvent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager
    from datetime import timedelta

    from redengine.scheduler.core import Core
    from redengine.scheduler.jobs.control import Control
    from redengine.scheduler.jobs.job import Job
    from redengine.scheduler.jobs.waiting import Nesting
    from redengine.scheduler.recording.recorder import LostCommit
    from redengine.store import Commit
    from redengine.tasks import Task

SHUT_DOWN: Final = "shutdown"
HELD: Final = "held"
"""The kind of pause of a job that had not begun: it does not begin before it is resumed."""


class Handling:
    """Cancels, terminates, pauses and resumes jobs (`job.JobControl`)."""

    def __init__(self, core: Core, control: Control, nesting: Nesting) -> None:
        self._core = core
        self._control = control
        self._machine = control.machine
        self._nesting = nesting

    # -- asking

    def event_for(self, job: Job) -> EndEvent:
        """An event that is set when the job ends."""
        if not job.has_ended:
            self._core.refuse_fork()  # it ends in the parent, and nothing here would tell
        with self._core.lock:
            if job.event is None:
                job.event = EndEvent()
                if job.has_ended:
                    job.event.set()
            return job.event

    def waiting_for(self, job: Job, *, blocks: bool = True) -> AbstractContextManager[None]:
        """Lend the place of the job whose code waits here for another one's end."""
        return self._nesting.waiting_for(job, blocks=blocks)

    def output_of(self, job_id: str) -> list[dict[str, Any]]:
        """The lines that a job has written."""
        return self._core.store.output(job_id, limit=1_000_000)

    def stack_of(self, job: Job) -> str | None:
        """The live stack of a job's code, where there is one to see."""
        job = self._core.abandoned.get(job.id, job)
        runtime = self._core.runtimes.get(job.runtime)
        return None if runtime is None or job.execution is None else runtime.stack(job.execution)

    # -- ending

    def cancel_job(self, job: Job) -> None:
        """Withdraw a job that has not begun."""
        self._core.refuse_fork()
        with self._core.lock:
            if not job.is_waiting:
                job.refuse_unless("cancel", "queued")
            self._withdraw(job, "cancelled by hand")
        self._control.tell(job)

    def terminate_job(self, job: Job, reason: str) -> None:
        """End a job: a running one by the ladder, a waiting one by withdrawing it."""
        self._core.refuse_fork()
        with self._core.lock:
            job.refuse_unless("terminate", "queued", "run", "paused")
            is_waiting = job.is_waiting
            if is_waiting:
                self._withdraw(job, reason)
            else:
                self._control.stop(job, reason)
        if is_waiting:
            self._control.tell(job)

    def _withdraw(self, job: Job, reason: str) -> None:
        self._take_from_queue(job)
        job.reason = reason
        self._machine.apply(job, Event.WITHDRAWN)

    def take_back(self, job: Job, commit: Commit | LostCommit, reason: str) -> bool:
        """Withdraw a job whose submission could not be stored, unless it is by now.

        Args:
            job: the job.
            commit: the receipt for its row.
            reason: recorded with it.

        Returns:
            Whether it was withdrawn: its code has not run, and its row will not stay.
        """
        with self._core.lock:
            if commit.done and commit.error is None:
                return False
            if not job.has_ended:
                self._take_from_queue(job)
                self._control.reject(job, reason)
            self._core.recorder.forget(job)
        self._control.tell(job)
        return True

    def _take_from_queue(self, job: Job) -> None:
        runtime = self._core.runtimes.get(job.runtime)
        if runtime is not None and job.execution is not None:
            runtime.withdraw(job.execution)
        job.execution = None

    def limits_changed(self, task: Task) -> None:
        """Let jobs try again whose task has other limits now; under the lock."""
        self._control.limits_changed(task)

    # -- pausing

    def pause_job(self, job: Job) -> str:
        """Hold a job; suspending a process may take a moment, so not under the lock."""
        self._core.refuse_fork()
        with self._core.lock:
            job.refuse_unless("pause", "queued", "run")
            if job.status == "queued":
                return self._hold(job)
            runtime = self._core.runtimes[job.runtime]
        how = runtime.pause(job.execution)
        with self._core.lock:
            if how is None or job.status != "run":
                message = f"job {job.id} is '{job.status}' and cannot be held at this point"
                raise Conflict(
                    message,
                    job_id=job.id,
                    status=job.status,
                    allowed_actions=job.allowed_actions,
                )
            self._machine.apply(job, Event.PAUSED)
            return how

    def _hold(self, job: Job) -> str:
        self._take_from_queue(job)
        self._machine.apply(job, Event.PAUSED)
        return HELD

    def resume_job(self, job: Job) -> None:
        """Let a paused job go on."""
        self._core.refuse_fork()
        with self._core.lock:
            job.refuse_unless("resume", "paused")
            is_held = job.is_held
            self._machine.apply(job, Event.RESUMED)
            if is_held:
                self._release(job)
                return
            runtime = self._core.runtimes[job.runtime]
        runtime.resume(job.execution)

    def _release(self, job: Job) -> None:
        """Let a job begin that was held, at once if its time has come."""
        if job.run_at is None or job.run_at <= self._core.clock.now():
            self._control.dispatch(job)
        self._machine.set_timer(job)

    def terminate_jobs(self, jobs: Iterable[Job], reason: str) -> int:
        """End jobs, of which some may just have ended by themselves; how many were asked to.

        Those that wait come first: they do not begin in the places of those that end.
        """
        asked = 0
        active = [job for job in jobs if not job.has_ended]
        for job in sorted(active, key=lambda each: not each.is_waiting):
            with suppress(Conflict):
                self.terminate_job(job, reason)
                asked += 1
        return asked

    # -- shutting down, under the lock

    def stop_all(self, reason: str, grace: timedelta, *, permanent: bool) -> list[Job]:
        """Set aside what waits and stop what runs.

        Args:
            reason: recorded with each.
            grace: how long each may take to end.
            permanent: the jobs of permanent tasks, or all the others.
        """
        jobs = self._active(permanent=permanent)
        for job in jobs:
            if self._has_not_begun(job):
                self.park(job, reason)
            else:
                self._control.stop(job, reason, grace)
        return jobs

    def withdraw_waiting(self, reason: str, *, permanent: bool) -> None:
        """Set aside what waits."""
        for job in self._active(permanent=permanent):
            if job.is_waiting:
                self.park(job, reason)

    def park_all(self, reason: str) -> None:
        """Set aside what has not begun to the end: nothing will begin any more."""
        for job in list(self._core.jobs.values()):
            if self._has_not_begun(job):
                self.park(job, reason)

    @staticmethod
    def _has_not_begun(job: Job) -> bool:
        """Whether no code of the job's attempt has run, nor will before the store is written."""
        return job.is_waiting or (job.execution is not None and job.execution.is_being_stored)

    def _active(self, *, permanent: bool) -> list[Job]:
        return [
            job
            for job in list(self._core.jobs.values())
            if (job.definition is not None and job.definition.permanent) is permanent
        ]

    def park(self, job: Job, reason: str) -> None:
        """A waiting job at shut-down: a durable store keeps it for the next start."""
        core = self._core
        if not core.store.durable or (job.definition and job.definition.permanent):
            self._withdraw(job, reason)
            return
        self._take_from_queue(job)
        job.reason = "the session shut down before it began; it waits for the next start"
        self._machine.apply(job, Event.PARKED)
        if job.event is not None:
            job.event.set()
