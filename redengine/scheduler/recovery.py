"""Recovery: what a session does with the jobs that an earlier one on its store left behind."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from redengine.scheduler.job import Job

if TYPE_CHECKING:
    from redengine.scheduler.control import Control
    from redengine.scheduler.core import Core

log = logging.getLogger("redengine")

CRASH_REASON = "the session that ran it ended without a shut-down"


class Recovery:
    """Settles jobs that were running, and takes up those that were waiting."""

    def __init__(self, core: Core, control: Control) -> None:
        self._core = core
        self._control = control

    def recover(self) -> None:
        """Settle what an earlier session left; called once at start, before anything runs."""
        store = self._core.journal.store
        if not store.durable:
            return
        interrupted = store.jobs_in_state("run", "paused")
        waiting = store.jobs_in_state("queued")
        with self._core.lock:
            for row in interrupted:
                if row["job_id"] not in self._core.jobs:
                    self._settle(self._restored(row))
            for row in waiting:
                if row["job_id"] not in self._core.jobs:
                    self._take_up(self._restored(row))
        if interrupted or waiting:
            log.warning(
                "an earlier session ended without a shut-down: %d jobs crashed, %d were waiting",
                len(interrupted),
                len(waiting),
            )

    def _restored(self, row: dict[str, Any]) -> Job:
        core = self._core
        job = restored_job(row, core, self._control)
        core.jobs[job.id] = job
        if job.definition is not None:
            job.definition.active = (*job.definition.active, job)
        return job

    def _settle(self, job: Job) -> None:
        """A job that ran when the session ended: it crashed, and is tried again if it may be."""
        self._control.crash(job, CRASH_REASON)

    def _take_up(self, job: Job) -> None:
        """A job that was accepted and had not begun."""
        if job.definition is None:
            self._control.drop(job, f"there is no task '{job.task}' any more")
        elif job.runtime not in self._core.runtimes:
            self._control.drop(job, f"there is no runtime '{job.runtime}' any more")
        elif job.run_at is not None and job.run_at > self._core.clock.now():
            self._core.agenda.put(job, job.run_at)
        else:
            self._control.dispatch(job)


def restored_job(row: dict[str, Any], core: Core, control: Control) -> Job:
    """A job from its row in the store."""
    definition = core.tasks.get(row["task"])
    job = Job(
        id=row["job_id"],
        definition=definition,
        task=row["task"],
        control=control,
        trigger=row["trigger"],
        runtime=row["runtime"],
        submitted_at=row["submitted_at"],
        priority=row["priority"],
        retries=definition.retries if definition is not None else 0,
        due_at=row["due_at"],
        parameters=row["parameters"] or {},
    )
    for name in ("status", "attempt", "started_at", "ended_at", "error", "reason", "run_at"):
        setattr(job, name, row.get(name))
    job.progress_value = row["progress"]
    job.result_value = row.get("result")
    return job
