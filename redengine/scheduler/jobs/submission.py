"""Submission: jobs that people and programs ask for."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import (
    AlreadyExists,
    Conflict,
    InvalidInput,
    NotFound,
    Overloaded,
    RedengineError,
    SessionStateError,
    StoreError,
    UnknownName,
    did_you_mean,
    refuse,
    shortened,
)
from redengine.parameters import input_files
from redengine.scheduler.core import PAUSED, RUNNING
from redengine.store import Commit
from redengine.support import jsontext
from redengine.support.interrupts import INTERRUPTS
from redengine.support.jsontext import json_trouble, refuse_inexact
from redengine.tasks.options import convert_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.scheduler.core import Core
    from redengine.scheduler.engine.trigger import Starts
    from redengine.scheduler.jobs.control import Control
    from redengine.scheduler.jobs.job import Job
    from redengine.scheduler.recording.recorder import LostCommit
    from redengine.tasks import Task

LONGEST_ID: Final = 200
OPTIONS: Final = ("priority", "runtime", "timeout", "retries", "deadline", "run_at", "labels")
_LONGEST_LABEL: Final = 200
_MOST_LABELS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """What is asked for with one job; None where the task's own option holds.

    Attributes:
        priority: its place in the queue.
        runtime: the name of the runtime to run in.
        timeout: how long an attempt may run; "never" for as long as it likes.
        retries: how often it is tried again.
        deadline: when it has to have ended: it does not begin after, and is terminated at it.
        run_at: when it may begin.
        labels: texts by name that are kept and shown with it, and change nothing else.
    """

    priority: int | None = None
    runtime: str | None = None
    timeout: timedelta | str | None = None
    retries: int | None = None
    deadline: datetime | None = None
    run_at: datetime | None = None
    labels: Mapping[str, str] | None = None

    @classmethod
    def read(cls, options: Mapping[str, Any], core: Core, *, is_repeat: bool = False) -> JobRequest:
        """The request that `options` spell.

        Args:
            options: values by name, in any accepted spelling.
            core: what runtimes there are, and what time it is.
            is_repeat: whether the job exists already, so that its deadline may have passed.

        Raises:
            UnknownName: an option does not exist.
            InvalidInput: values do not fit; `fields` has the reason of each.
        """
        values: dict[str, Any] = {}
        errors: list[InvalidInput] = []
        for name, value in options.items():
            if name not in OPTIONS:
                errors.append(UnknownName("job option", name, OPTIONS))
            if name not in OPTIONS or value is None:
                continue
            try:
                values[name] = _converted(name, value, core, is_repeat=is_repeat)
            except InvalidInput as error:
                errors.append(error)
            except NotFound as error:
                errors.append(InvalidInput({name: str(error)}))
        refuse(errors)
        return cls(**values)

    def apply(self, job: Job) -> None:
        """Put what was asked for on the job."""
        job.timeout = self.timeout
        job.deadline = self.deadline
        job.run_at = self.run_at
        job.labels = self.labels


def _converted(name: str, value: Any, core: Core, *, is_repeat: bool) -> Any:
    if name in {"priority", "retries", "timeout"}:
        return convert_option(name, value)
    if name == "runtime":
        return _runtime(value, core)
    if name == "labels":
        return _labels(value)
    at = _instant(name, value, core)
    if name == "deadline" and at <= core.clock.now() and not is_repeat:
        raise InvalidInput({name: f"lies in the past: {shortened(value)}"})
    return at


def _labels(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > _MOST_LABELS:
        reason = f"expected at most {_MOST_LABELS} names and texts, got {shortened(value)}"
        raise InvalidInput({"labels": reason})
    for key, text in value.items():
        if not (isinstance(key, str) and isinstance(text, str)) or len(text) > _LONGEST_LABEL:
            reason = f"expected a text of at most {_LONGEST_LABEL} characters"
            raise InvalidInput({f"labels.{key}": f"{reason}, got {shortened(text)}"})
    return dict(value)


def _runtime(value: Any, core: Core) -> str:
    if not isinstance(value, str) or not core.takes_jobs(value):
        known = list(core.runtimes)
        hint = did_you_mean(value, known) if isinstance(value, str) else ""
        raise InvalidInput({"runtime": f"there is no runtime {shortened(value)}{hint}"})
    return value


def _instant(name: str, value: Any, core: Core) -> datetime:
    """A time: aware, in UTC; a naive one is in the session's zone."""
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        reason = f"expected an ISO 8601 time such as 2026-01-31T07:00:00Z, got {shortened(value)}"
        raise InvalidInput({name: reason}) from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=core.config.timezone)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise InvalidInput({name: f"is no time of the calendar: {shortened(value)}"}) from None


def same_content(job: Job, task: str, parameters: Mapping[str, Any]) -> bool:
    """Whether a submission asks for what the job was made for."""

    def text(values: Mapping[str, Any]) -> bytes:
        return jsontext.dumps(dict(values), default=repr, option=jsontext.OPT_SORT_KEYS)

    return job.task == task and text(job.parameters) == text(parameters)


def content_hash(task: str, parameters: Mapping[str, Any], request: JobRequest) -> str:
    """Tells one submission from another: the same for the same task, parameters and options.

    Labels do not count: a client that tries again may stamp its document anew.
    """
    asked = {
        name: value
        for name in OPTIONS
        if name != "labels" and (value := getattr(request, name)) is not None
    }
    content = [task, dict(parameters), asked]
    text = jsontext.dumps(
        content, default=repr, option=jsontext.OPT_SORT_KEYS | jsontext.OPT_NON_STR_KEYS
    )
    return sha256(text).hexdigest()


def refuse_without_json(parameters: Mapping[str, Any]) -> None:
    """Complain of values that a durable store could only describe, not give back.

    Raises:
        InvalidInput: with a reason for each parameter.
    """
    if json_trouble(dict(parameters)) is None:
        return
    troubles = {name: json_trouble(value) for name, value in parameters.items()}
    raise InvalidInput(
        {
            f"parameters.{name}": (
                f"has no JSON form ({trouble}), and the session's store keeps jobs over a "
                f"restart; give JSON, got {shortened(parameters[name])}"
            )
            for name, trouble in troubles.items()
            if trouble is not None
        }
    )


def refuse_bad_id(job_id: Any) -> None:
    """Complain of an id that cannot be one.

    Raises:
        InvalidInput: it is empty, too long, has a slash or cannot be printed.
    """
    if job_id is None:
        return
    if not isinstance(job_id, str) or not job_id.strip():
        raise InvalidInput({"job_id": f"expected a non-empty text, got {shortened(job_id)}"})
    if len(job_id) > LONGEST_ID or not job_id.isprintable() or "/" in job_id:
        reason = f"expected at most {LONGEST_ID} printable characters without '/'"
        raise InvalidInput({"job_id": f"{reason}, got {shortened(job_id)}"})


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
        if core.store.durable:
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
        if core.store.durable and not job.has_ended:
            commit = job.commit
            if commit is not None:
                commit.wait(self._patience_s())

    # -- a new job

    def _made(
        self,
        task: Task,
        trigger: str,
        parameters: Mapping[str, Any],
        job_id: str | None,
        request: JobRequest,
    ) -> tuple[Job, Commit | LostCommit | None, bool]:
        """A job, the receipt for its row, and whether it was begun with it."""
        core = self._core
        content = None if job_id is None else content_hash(task.name, parameters, request)
        if core.store.durable:
            self._patience_s()
        with core.lock:
            self._refuse_unless_ready()
            outer = core.outbox  # the engine's, where a condition on its thread submits
            if core.store.durable:
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
            dispatched = made or () if core.store.durable else ()
            is_begun = any(self._control.begin_early(each) for each in dispatched)
            return job, job.commit, is_begun

    def _acknowledged(self, job: Job, commit: Commit | LostCommit | None, is_begun: bool) -> Job:
        """The job, once it is stored; it is taken back if it cannot be."""
        if commit is None:
            self._core.recorder.relieve()
            return job
        try:
            self._wait(job, commit)
        except RedengineError:
            raise
        except BaseException:
            # Ctrl-C, above all: the job is settled all the same, once the store has answered.
            if isinstance(commit, Commit):
                commit.then(lambda: self._settle(job, commit, is_begun))
            raise
        if is_begun:
            self._control.hand_over(job)
        return job

    def _settle(self, job: Job, commit: Commit, is_begun: bool) -> None:
        """Go on with a job whose caller was interrupted while it waited for the store."""
        if commit.error is not None:
            self._core.handling.take_back(job, commit, str(commit.error))
        elif is_begun:
            self._control.hand_over(job)

    def _wait(self, job: Job, commit: Commit | LostCommit) -> None:
        store = self._core.store
        try:
            commit.wait(self._core.config.store_timeout.total_seconds() - store.outage_s)
        except (StoreError, Conflict) as error:
            told = error.reason if isinstance(error, StoreError) else str(error)
            reason = f"{told}; the job was taken back: {_TRY_AGAIN}"
            if self._core.handling.take_back(job, commit, reason):
                raise StoreError(store.url, reason) from None

    def _patience_s(self) -> float:
        """How long a submission may wait for the store: less the longer that is away.

        Raises:
            StoreError: the store has been away for longer.
        """
        store = self._core.store
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
