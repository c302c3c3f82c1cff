"""Submission: jobs that people and programs ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine.exceptions import AlreadyExists, Overloaded, SessionStateError
from redengine.scheduler.core import PAUSED, RUNNING
from redengine.scheduler.requests import JobRequest, refuse_bad_id, same_content

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.scheduler.core import Core
    from redengine.scheduler.job import Job
    from redengine.scheduler.starts import Starts
    from redengine.tasks import Task


class Submission:
    """Accepts jobs: what it has answered with is stored."""

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
        with core.lock:
            self._refuse_unless_ready()
            job = self._starts.start(
                task, trigger, parameters=parameters, job_id=job_id, request=request
            )
            ticket = core.journal.latest
        if core.journal.store.durable:
            ticket.wait()
        return job

    def _refuse_unless_ready(self) -> None:
        core = self._core
        if core.state not in {RUNNING, PAUSED}:
            message = f"the session is {core.state}; start it before submitting jobs"
            raise SessionStateError(core.state, message)
        limit: int = core.config.max_queue_size
        if len(core.jobs) >= limit and core.waiting >= limit:
            raise Overloaded(core.waiting, limit)

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
