"""Submission: jobs that people and programs ask for."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import (
    AlreadyExists,
    Conflict,
    Overloaded,
    RedengineError,
    SessionStateError,
    StoreError,
)
from redengine.interrupts import INTERRUPTS
from redengine.jsonable import refuse_inexact
from redengine.parameters import input_files
from redengine.scheduler.core import PAUSED, RUNNING
from redengine.scheduler.requests import (
    JobRequest,
    content_hash,
    refuse_bad_id,
    refuse_without_json,
    same_content,
)
from redengine.store import Ticket

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.scheduler.control import Control
    from redengine.scheduler.core import Core
    from redengine.scheduler.job import Job
    from redengine.scheduler.journal import LostTicket
    from redengine.scheduler.starts import Starts
    from redengine.tasks import Task

_TRY_AGAIN: Final = "submit it again when /health says that the store is well"
_TURNS: Final = 64
"""So many ids can be submitted at once without one waiting for another."""


class Submission:
    """Accepts jobs: what it has answered with is stored, and what it has refused does not run."""

    def __init__(self, core: Core, starts: Starts, control: Control) -> None:
        self._core = core
        self._starts = starts
        self._control = control
        self._turns = [threading.Lock() for _ in range(_TURNS)]

    def submit(
        self,
        task: Task,
        parameters: Mapping[str, Any],
        *,
        job_id: str | None = None,
        trigger: str = "run",
        options: Mapping[str, Any] | None = None,
    ) -> tuple[Job, bool]:
        """Make a job, or find the one that the id names; see `Session.accept_job`."""
        core = self._core
        if INTERRUPTS.is_missing:
            INTERRUPTS.stand()
        core.session.refuse_fork()
        refuse_bad_id(job_id)
        parameters = task.checked_parameters(parameters, core.parameters)
        refuse_inexact(parameters, "parameters")
        input_files(parameters)
        core.parameters.remember_secrets(parameters)
        if core.journal.store.durable:
            refuse_without_json(parameters)
        with self._turn(job_id):
            known = None if job_id is None else core.session.jobs.find(job_id)
            request = JobRequest.read(options or {}, core, is_repeat=known is not None)
            if known is None:
                made = self._made(task, trigger, parameters, job_id, request)
            else:
                self._refuse_other(known, task, parameters, request)
        if known is None:
            return self._acknowledged(*made), True
        self._wait_for_row(known)
        return known, False

    def _turn(self, job_id: str | None) -> AbstractContextManager[object]:
        """One at a time for each id, so that the same id twice at once is one job."""
        return nullcontext() if job_id is None else self._turns[hash(job_id) % len(self._turns)]

    @staticmethod
    def _refuse_other(
        known: Job, task: Task, parameters: Mapping[str, Any], request: JobRequest
    ) -> None:
        """Complain where an id is given again for another job."""
        if known.content_hash is None:
            is_same = same_content(known, task.name, parameters)
        else:
            is_same = known.content_hash == content_hash(task.name, parameters, request)
        if not is_same:
            reason = "it has another task, other parameters or other options"
            raise AlreadyExists("job", known.id, reason)

    def _wait_for_row(self, job: Job) -> None:
        """Return when a job that another caller has just submitted is stored."""
        core = self._core
        if core.journal.store.durable and not job.has_ended:
            ticket = job.ticket
            if ticket is not None:
                ticket.wait(self._patience_s())

    # -- a new job

    def _made(
        self,
        task: Task,
        trigger: str,
        parameters: Mapping[str, Any],
        job_id: str | None,
        request: JobRequest,
    ) -> tuple[Job, Ticket | LostTicket | None, bool]:
        """A job, the receipt for its row, and whether it was begun with it."""
        core = self._core
        content = None if job_id is None else content_hash(task.name, parameters, request)
        if core.journal.store.durable:
            self._patience_s()
        with core.lock:
            self._refuse_unless_ready()
            outer = core.outbox  # the engine's, where a condition on its thread submits
            if core.journal.store.durable:
                core.outbox = []
            try:
                job = self._starts.start(
                    task,
                    trigger,
                    parameters=parameters,
                    job_id=job_id,
                    request=request,
                    content=content,
                )
            finally:
                made, core.outbox = core.outbox, outer
            dispatched = made or () if core.journal.store.durable else ()
            is_begun = any(self._control.begin_early(each) for each in dispatched)
            return job, job.ticket, is_begun

    def _acknowledged(self, job: Job, ticket: Ticket | LostTicket | None, is_begun: bool) -> Job:
        """The job, once it is stored; it is taken back if it cannot be."""
        if ticket is None:
            self._core.journal.relieve()
            return job
        try:
            self._wait(job, ticket)
        except RedengineError:
            raise
        except BaseException:
            # Ctrl-C, above all: the job is settled all the same, once the store has answered.
            if isinstance(ticket, Ticket):
                ticket.then(lambda: self._settle(job, ticket, is_begun))
            raise
        if is_begun:
            self._control.hand_over(job)
        return job

    def _settle(self, job: Job, ticket: Ticket, is_begun: bool) -> None:
        """Go on with a job whose caller was interrupted while it waited for the store."""
        if ticket.error is not None:
            self._core.handling.take_back(job, ticket, str(ticket.error))
        elif is_begun:
            self._control.hand_over(job)

    def _wait(self, job: Job, ticket: Ticket | LostTicket) -> None:
        store = self._core.journal.store
        try:
            ticket.wait(self._core.config.store_timeout.total_seconds() - store.outage_s)
        except (StoreError, Conflict) as error:
            told = error.reason if isinstance(error, StoreError) else str(error)
            reason = f"{told}; the job was taken back: {_TRY_AGAIN}"
            if self._core.handling.take_back(job, ticket, reason):
                raise StoreError(store.url, reason) from None

    def _patience_s(self) -> float:
        """How long a submission may wait for the store: less the longer that is away.

        Raises:
            StoreError: the store has been away for longer.
        """
        store = self._core.journal.store
        patience_s: float = self._core.config.store_timeout.total_seconds() - store.outage_s
        if patience_s <= 0:
            raise StoreError(store.url, f"cannot be written now: {store.last_error}; {_TRY_AGAIN}")
        return patience_s

    def _refuse_unless_ready(self) -> None:
        core = self._core
        if core.state not in {RUNNING, PAUSED}:
            message = f"the session is {core.state}; start it before submitting jobs"
            raise SessionStateError(core.state, message)
        limit: int = core.config.max_queue_size
        if len(core.jobs) >= limit and core.waiting >= limit:
            raise Overloaded(core.waiting, limit)
