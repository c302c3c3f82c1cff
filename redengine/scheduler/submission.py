"""Submission: jobs that people and programs ask for."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import AlreadyExists, Overloaded, SessionStateError
from redengine.parameters import input_files
from redengine.scheduler.core import PAUSED, RUNNING
from redengine.scheduler.requests import (
    JobRequest,
    refuse_bad_id,
    refuse_without_json,
    same_content,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.scheduler.core import Core
    from redengine.scheduler.job import Job
    from redengine.scheduler.starts import Starts
    from redengine.tasks import Task


_TURNS: Final = 64
"""So many ids can be submitted at once without one waiting for another."""


class Submission:
    """Accepts jobs: what it has answered with is stored."""

    def __init__(self, core: Core, starts: Starts) -> None:
        self._core = core
        self._starts = starts
        self._turns = [threading.Lock() for _ in range(_TURNS)]

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
        input_files(parameters)
        is_durable = core.journal.store.durable
        if is_durable:
            refuse_without_json(parameters)
        request = JobRequest.read(options or {}, core)
        with self._turn(job_id):
            job = None if job_id is None else self._known(job_id, task, parameters)
            with core.lock:
                if job is None:
                    self._refuse_unless_ready()
                    job = self._starts.start(
                        task, trigger, parameters=parameters, job_id=job_id, request=request
                    )
                ticket = core.journal.latest
        if is_durable:
            ticket.wait()
        return job

    def _turn(self, job_id: str | None) -> AbstractContextManager[object]:
        """One at a time for each id, so that the same id twice at once is one job."""
        return nullcontext() if job_id is None else self._turns[hash(job_id) % len(self._turns)]

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
