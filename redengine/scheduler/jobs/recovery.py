"""Recovery: what a session does with the jobs that an earlier one on its store left behind."""

from __future__ import annotations

import contextlib
import hashlib
import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import InvalidInput
from redengine.runtimes.process.guardian import kill_leftovers
from redengine.scheduler.jobs.job import Job
from redengine.scheduler.jobs.machine import Event
from redengine.store import CRASH_REASON
from redengine.store.errors import is_marked
from redengine.tasks.options import convert_option

if TYPE_CHECKING:
    from redengine.scheduler.core import Core
    from redengine.scheduler.jobs.control import Control

log = logging.getLogger("redengine")

_AS_STORED: Final = (
    *("attempt", "started_at", "ended_at"),
    *("error", "reason", "exit_code", "run_at"),
)


class Recovery:
    """Settles jobs that were running, and takes up those that were waiting."""

    def __init__(self, core: Core, control: Control) -> None:
        self._core = core
        self._control = control

    def recover(self) -> None:
        """Settle what an earlier session left; called once at start, before anything runs."""
        store = self._core.store
        if not store.durable:
            return
        interrupted = store.jobs_in_state("run", "paused")
        waiting = store.jobs_in_state("queued")
        crashed = waited = 0
        if interrupted:
            self._end_leftovers([row["job_id"] for row in interrupted])
        with self._core.lock:
            for row in (*interrupted, *waiting):
                if row["job_id"] in self._core.jobs:
                    continue
                damaged = [name for name, value in row.items() if is_marked(value)]
                job = self._restored(row | dict.fromkeys(damaged))
                if {"parameters", "options"} & {*damaged}:
                    waited += job.is_waiting
                    self._give_up(job, damaged)
                elif job.is_waiting:
                    waited += 1
                    self._take_up(job)
                else:
                    crashed += job.task not in self._core.services
                    self._give_second_chance(job)
                    self._control.crash(job, CRASH_REASON)
        self._core.job_log.flush()
        if crashed:
            log.warning("an earlier session ended without a shut-down: %d jobs crashed", crashed)
        if waited:
            log.info("%d jobs of an earlier session have waited and are taken up", waited)

    def _give_up(self, job: Job, damaged: list[str]) -> None:
        """Nobody knows any more what was asked for: the job is not run, nor tried again."""
        reason = f"what the store holds of its {' and '.join(damaged)} is damaged"
        text = "job %s of task '%s' is given up: %s"
        self._core.job_log.say(log, logging.ERROR, text, job.id, job.task, reason)
        if job.is_waiting:
            self._control.drop(job, reason)
        else:
            job.retries = 0
            self._control.crash(job, f"{CRASH_REASON}; {reason}")

    @staticmethod
    def _give_second_chance(job: Job) -> None:
        """The session died, not the job: its task may start once more in the same period."""
        if job.definition is not None and job.trigger == "condition" and job.due_at is not None:
            job.definition.history.occurrences.second_chance = job.due_at

    def _end_leftovers(self, jobs: list[str]) -> None:
        """Kill what interrupted jobs have started, before another attempt starts the same."""
        killed = kill_leftovers(self._core.mark, jobs)
        if killed:
            numbers = ", ".join(str(each.pid) for each in sorted(killed))
            log.warning("killed what an earlier session left running: processes %s", numbers)

    def _restored(self, row: dict[str, Any]) -> Job:
        core = self._core
        job = restored_job(row, core)
        if job.started_at is not None:  # another attempt goes on where the last one stopped
            job.output_size = core.store.last_line(job.id)
        if job.definition is not None:
            with contextlib.suppress(InvalidInput):  # it does not fit any more: the job will fail
                job.parameters = job.definition.checked_parameters(job.parameters, core.parameters)
        self._control.machine.apply(job, Event.RECOVERED)
        return job

    def _take_up(self, job: Job) -> None:
        """A job that was accepted and had not begun."""
        now = self._core.clock.now()
        if job.definition is None:
            self._control.drop(job, f"there is no task '{job.task}' any more")
            return
        if job.definition.permanent:
            self._control.drop(job, "its task is started with the session")
            return
        if job.runtime not in self._core.runtimes:
            self._control.drop(job, f"there is no runtime '{job.runtime}' any more")
            return
        if job.status == "queued" and (job.run_at is None or job.run_at <= now):
            self._control.dispatch(job)
        elif job.is_held or (job.attempt == 1 and not job.is_delayed):
            self._control.machine.apply(job, Event.DEFERRED)
        self._control.machine.set_timer(job)


def mark_of(place: str) -> str:
    """The mark of the sessions on a store: short, and of nothing that may not be shown."""
    return hashlib.sha256(place.encode()).hexdigest()[:16]


def restored_job(row: dict[str, Any], core: Core) -> Job:
    """A job from its row in the store."""
    definition = core.tasks.get(row["task"])
    asked = row.get("options") or {}
    job = Job(
        id=row["job_id"],
        definition=definition,
        task=row["task"],
        control=core.handling,
        trigger=row["trigger"],
        runtime=row["runtime"],
        submitted_at=row["submitted_at"],
        priority=row["priority"],
        retries=asked.get("retries", definition.retries if definition is not None else 0),
        due_at=row["due_at"],
        parameters=row["parameters"] or {},
        status=row["status"],
        is_held=row["status"] == "paused" and bool(asked.get("held")),
    )
    for name in _AS_STORED:
        setattr(job, name, row.get(name))
    job.ran_s = row.get("duration")
    job.abandoned = bool(row.get("abandoned"))
    job.progress_value = row["progress"]
    if row.get("result_kind") == "preview":
        job.unkept = row.get("result")
    else:
        job.result_value = row.get("result")
    job.labels = asked.get("labels")
    job.content_hash = row.get("content_hash")
    if "timeout" in asked:
        job.timeout = convert_option("timeout", asked["timeout"])
    if "deadline" in asked:
        job.deadline = datetime.fromisoformat(asked["deadline"])
    return job
