"""Submission: jobs that people and programs ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from redengine.exceptions import AlreadyExists, InvalidInput, SessionStateError, shortened
from redengine.scheduler.core import PAUSED, RUNNING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.scheduler.core import Core
    from redengine.scheduler.job import Job
    from redengine.scheduler.starts import Starts
    from redengine.tasks import Task

LONGEST_ID: Final = 200


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
    ) -> Job:
        """Make a job; see `Session.submit`."""
        core = self._core
        _refuse_bad_id(job_id)
        task.refuse_unknown_parameters(parameters)
        core.session.refuse_fork()
        if job_id is not None:
            known = self._known(job_id, task, parameters)
            if known is not None:
                return known
        with core.lock:
            if core.state not in {RUNNING, PAUSED}:
                message = f"the session is {core.state}; start it before submitting jobs"
                raise SessionStateError(core.state, message)
            job = self._starts.start(task, trigger, parameters=parameters, job_id=job_id)
            ticket = core.journal.latest
        if core.journal.store.durable:
            ticket.wait()
        return job

    def _known(self, job_id: str, task: Task, parameters: Mapping[str, Any]) -> Job | None:
        """The job of that id, if it was submitted before with the same content."""
        jobs = self._core.session.jobs
        if job_id not in jobs:
            return None
        job: Job = jobs[job_id]
        if job.task == task.name and _same(job.parameters, parameters):
            return job
        raise AlreadyExists("job", job_id, "it has another task or other parameters")


def _same(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    def text(values: Mapping[str, Any]) -> bytes:
        return orjson.dumps(dict(values), default=repr, option=orjson.OPT_SORT_KEYS)

    return text(first) == text(second)


def _refuse_bad_id(job_id: Any) -> None:
    if job_id is None:
        return
    if not isinstance(job_id, str) or not job_id.strip():
        raise InvalidInput({"job_id": f"expected a non-empty text, got {shortened(job_id)}"})
    if len(job_id) > LONGEST_ID or not job_id.isprintable() or "/" in job_id:
        reason = f"expected at most {LONGEST_ID} printable characters without '/'"
        raise InvalidInput({"job_id": f"{reason}, got {shortened(job_id)}"})
