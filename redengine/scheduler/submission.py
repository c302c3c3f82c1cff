"""Submission: jobs that people and programs ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import (
    AlreadyExists,
    Conflict,
    Overloaded,
    SessionStateError,
    StoreError,
)
from redengine.scheduler.core import PAUSED, RUNNING
from redengine.scheduler.requests import JobRequest, refuse_bad_id, same_content

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.scheduler.core import Core
    from redengine.scheduler.job import Job
    from redengine.scheduler.journal import LostTicket
    from redengine.scheduler.starts import Starts
    from redengine.store import Ticket
    from redengine.tasks import Task

_TRY_AGAIN: Final = "submit it again when /health says that the store is well"


class Submission:
    """Accepts jobs: what it has answered with is stored, and what it has refused does not run."""

    def __init__(self, core: Core, starts: Starts) -> None:
        self._core = core
        self._starts = starts

    def submit(
        self,
        task: Task,
        parameters: Mapping[str, Any],
        *,
        job_id: str | None = None,
        trigger: str = "run",
        options: Mapping[str, Any] | None = None,
    ) -> Job:
        """Make a job; see `Session.submit_task`."""
        core = self._core
        core.session.refuse_fork()
        refuse_bad_id(job_id)
        parameters = task.checked_parameters(parameters, core.parameters)
        request = JobRequest.read(options or {}, core)
        if job_id is not None:
            known = self._known(job_id, task, parameters)
            if known is not None:
                return known
        patience_s = self._patience_s()
        with core.lock:
            self._refuse_unless_ready()
            job = self._starts.start(
                task, trigger, parameters=parameters, job_id=job_id, request=request
            )
            ticket = core.journal.latest
        if core.journal.store.durable:
            self._acknowledge(job, ticket, patience_s)
        else:
            core.journal.relieve()
        return job

    def _patience_s(self) -> float:
        """How long this submission may wait for the store: less the longer that is away."""
        store = self._core.journal.store
        patience_s: float = self._core.config.store_timeout.total_seconds() - store.outage_s
        if store.durable and patience_s <= 0:
            raise StoreError(store.url, f"cannot be written now: {store.last_error}; {_TRY_AGAIN}")
        return patience_s

    def _acknowledge(self, job: Job, ticket: Ticket | LostTicket, patience_s: float) -> None:
        """Return when the job is stored; take it back if it cannot be."""
        try:
            ticket.wait(patience_s)
        except (StoreError, Conflict) as error:
            told = error.reason if isinstance(error, StoreError) else str(error)
            reason = f"{told}; the job was taken back: {_TRY_AGAIN}"
            if self._core.handling.take_back(job, ticket, reason):
                raise StoreError(self._core.journal.store.url, reason) from None

    def _refuse_unless_ready(self) -> None:
        core = self._core
        if core.state not in {RUNNING, PAUSED}:
            message = f"the session is {core.state}; start it before submitting jobs"
            raise SessionStateError(core.state, message)
        limit: int = core.config.max_queue_size
        if len(core.jobs) >= limit:
            waiting = len(core.jobs) - sum(each.running for each in core.runtimes.values())
            if waiting >= limit:
                raise Overloaded(waiting, limit)

    def _known(self, job_id: str, task: Task, parameters: Mapping[str, Any]) -> Job | None:
        """The job of that id, if it was submitted before with the same content."""
        jobs = self._core.session.jobs
        if job_id not in jobs:
            return None
        job: Job = jobs[job_id]
        if same_content(job, task.name, parameters):
            job.is_new = False
            return job
        raise AlreadyExists("job", job_id, "it has another task or other parameters")
