"""Job: one execution of a task, from submission to its end."""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol

from redengine.exceptions import (
    Conflict,
    JobCrashed,
    JobError,
    JobFailed,
    JobSkipped,
    JobTerminated,
    ResultNotKept,
    WaitTimeout,
)
from redengine.scheduler.jobs.waiting import refuse_on_loop
from redengine.support.html import facts
from redengine.tasks.options import plain_timeout

_random = random.Random(os.urandom(32))  # noqa: S311 - unique, not secret; os.urandom would give up the interpreter lock
os.register_at_fork(after_in_child=lambda: _random.seed(os.urandom(32)))


def new_job_id() -> str:
    """A UUIDv7 as text (RFC 9562 §5.7): 48 bits of milliseconds, then 74 random bits."""
    stamp = time.time_ns() // 1_000_000
    noise = _random.getrandbits(80)
    bits = (stamp << 80) | noise
    bits = bits & ~(0xF << 76) | (0x7 << 76)
    bits = bits & ~(0x3 << 62) | (0x2 << 62)
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime, timedelta

    from typing_extensions import TypeVar

    from redengine.runtimes import JobContext
    from redengine.scheduler.jobs.waiting import EndEvent
    from redengine.scheduler.recording.recorder import LostCommit
    from redengine.store import Commit
    from redengine.tasks import Task

    T_co = TypeVar("T_co", default=Any, covariant=True)
else:
    from typing import TypeVar

    T_co = TypeVar("T_co", covariant=True)

ENDED: Final = frozenset({"success", "fail", "terminate", "crash", "inaction", "cancel"})
"""The statuses that a job never leaves."""
_ERRORS: Final[Mapping[str, type[JobError]]] = {
    "fail": JobFailed,
    "terminate": JobTerminated,
    "crash": JobCrashed,
    "inaction": JobSkipped,
    "cancel": JobSkipped,
}


class JobControl(Protocol):
    """What a job asks of its session."""

    def waiting_for(self, job: Job, *, blocks: bool = True) -> AbstractContextManager[None]:
        """Wait for a job within the block, from wherever that is."""

    def cancel_job(self, job: Job) -> None:
        """Take a queued job out of the queue."""

    def terminate_job(self, job: Job, reason: str) -> None:
        """Ask a running job to end."""

    def pause_job(self, job: Job) -> str:
        """Hold a job; the answer says when it takes hold."""

    def resume_job(self, job: Job) -> None:
        """Let a held job go on."""

    def stack_of(self, job: Job) -> str | None:
        """The live stack of a job's code."""

    def output_of(self, job_id: str) -> list[dict[str, Any]]:
        """The lines that a job has written."""

    def event_for(self, job: Job) -> EndEvent:
        """An event that is set when the job ends."""


class Job(Generic[T_co]):
    """One execution of a task, whoever asked for it.

    Attributes:
        id: sorts by the time of submission.
        task: the task's name.
        status: queued, run, paused, success, fail, terminate, crash, inaction or cancel.
        trigger: who asked: condition, run, api, force_run, startup, shutdown.
        attempt: the number of the current attempt, from 1.
        due_at: the nominal time of the occurrence; None for a job started by hand.
        submitted_at: when it was asked for.
        started_at: when its latest attempt began.
        ended_at: when it ended.
        error: the message of the exception that ended it.
        reason: why it ended as it did, where the status alone does not say.
        exit_code: of the command that the latest attempt that has ended ran; negative for a
            signal, None where there was none or it is not known.
    """

    __slots__ = (
        "__weakref__",
        "abandoned",
        "attempt",
        "began_at_s",
        "commit",
        "content_hash",
        "context",
        "control",
        "deadline",
        "definition",
        "due_at",
        "encoded_result",
        "ended_at",
        "error",
        "event",
        "exc_text",
        "exception_object",
        "execution",
        "exit_code",
        "has_listener",
        "id",
        "is_awaited",
        "is_held",
        "is_refused",
        "labels",
        "output_size",
        "parameters",
        "priority",
        "progress_value",
        "ran_s",
        "reason",
        "result_value",
        "retries",
        "run_at",
        "runtime",
        "started_at",
        "status",
        "stored",
        "submitted_at",
        "task",
        "timeout",
        "timeout_at",
        "timeout_left",
        "trigger",
        "unkept",
        "wake",
        "watch",
    )

    def __init__(  # noqa: PLR0915 - one line for each field
        self,
        *,
        id: str,  # noqa: A002 - the contract's name
        definition: Task | None,
        task: str,
        control: JobControl,
        trigger: str,
        runtime: str,
        submitted_at: datetime,
        priority: int = 0,
        retries: int = 0,
        due_at: datetime | None = None,
        parameters: Mapping[str, Any] | None = None,
        status: str = "queued",
        is_held: bool = False,
    ) -> None:
        self.id = id
        self.definition = definition
        self.task = task
        self.control = control
        self.trigger = trigger
        self.runtime = runtime
        self.submitted_at = submitted_at
        self.priority = priority
        self.retries = retries
        self.due_at = due_at
        self.parameters = parameters or {}
        self.status = status
        self.attempt = 1
        self.started_at: datetime | None = None
        self.began_at_s: float | None = None
        """When the latest attempt began, on the monotonic clock of this session."""
        self.ran_s: float | None = None
        """How many seconds the latest attempt that has ended took."""
        self.ended_at: datetime | None = None
        self.timeout: timedelta | str | None = None
        self.timeout_at: datetime | None = None
        self.timeout_left: timedelta | None = None
        self.deadline: datetime | None = None
        self.is_held = is_held
        self.has_listener = False
        """Whether somebody waits for the next line of the job's output."""
        self.content_hash: str | None = None
        """Tells whether a second submission of the id asks for the same."""
        self.labels: Mapping[str, str] | None = None
        self.stored: tuple[str, int] | None = None
        """The status and attempt that the store was told of last."""
        self.run_at: datetime | None = None
        self.error: str | None = None
        self.exc_text: str | None = None
        self.reason: str | None = None
        self.exit_code: int | None = None
        self.abandoned = False
        self.is_refused = False
        self.progress_value: dict[str, Any] | None = None
        self.result_value: Any = None
        self.encoded_result: tuple[str, str | None] | None = None
        self.unkept: dict[str, Any] | None = None
        """What is known of a result that was not stored, once that is all there is."""
        self.exception_object: BaseException | None = None
        self.event: EndEvent | None = None
        self.commit: Commit | LostCommit | None = None
        """The receipt for the latest form of the job's row; None while no durable store has it."""
        self.is_awaited = False
        """Whether somebody has awaited the end on an event loop, so that asking cannot block."""
        self.context: JobContext | None = None
        self.execution: Any = None
        self.output_size = 0
        self.wake: datetime | None = None
        self.watch: Any = None

    @property
    def has_ended(self) -> bool:
        """Whether the job has come to its end."""
        return self.status in ENDED

    @property
    def is_waiting(self) -> bool:
        """Whether no attempt of the job runs: it is queued, or held in the queue."""
        return self.status == "queued" or (self.status == "paused" and self.is_held)

    @property
    def is_delayed(self) -> bool:
        """Whether its task's condition has made it, and its jitter keeps it from beginning yet."""
        has_begun = self.execution is not None or self.attempt > 1 or self.status != "queued"
        return self.trigger == "condition" and self.run_at is not None and not has_begun

    def next_instant(self) -> datetime | None:
        """When the job has to be looked at next: its start, its time-out or its deadline."""
        start = self.run_at if self.status == "queued" and self.execution is None else None
        instants = [at for at in (start, self.timeout_at, self.deadline) if at is not None]
        return min(instants, default=None)

    @property
    def duration(self) -> float | None:
        """Seconds from the start of the latest attempt to its end, or None before."""
        return None if self.ended_at is None else self.ran_s

    @property
    def progress(self) -> dict[str, Any] | None:
        """What the task's code last told of its progress; None while it has told nothing.

        `done`, `total` and `text` are as they were told, `eta` is the estimated number of
        seconds left or None, and `updated_at` is the time in ISO 8601.
        """
        return self.progress_value

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the job's end; whether it has come.

        Args:
            timeout: seconds; None waits for ever, 0 only asks.

        Raises:
            BlocksEventLoop: this is the thread of a running event loop; `await job` there.
            Conflict: this is the code of a job that the other one waits for, or whose place or
                limit it needs: the wait would never end. Or it is a hook or a condition that
                the scheduler itself calls, and nothing would start meanwhile.
        """
        if timeout != 0 and not self.is_awaited:
            refuse_on_loop("waiting for a job")
        # Asking for the event takes the session's lock: an end that is seen has been recorded.
        ended = self.control.event_for(self)
        if timeout == 0:
            return ended.wait(0)
        with self.control.waiting_for(self):
            return ended.wait(timeout)

    def result(self, timeout: float | None = None) -> T_co:
        """Wait for the job's end and give what the task returned.

        Args:
            timeout: seconds; None waits for ever.

        Raises:
            WaitTimeout: it has not ended in the time given.
            JobFailed: the task raised; its exception is the `__cause__`.
            JobTerminated: it was ended from outside.
            JobCrashed: the place in which it ran went away.
            JobSkipped: it was withdrawn before it began, or had nothing to do.
            ResultNotKept: what it returned was too large to be stored, or no JSON, and the
                job object that had it is gone.
        """
        if not self.wait(timeout):
            raise WaitTimeout(f"the end of job {self.id}", timeout or 0)
        return self._outcome()

    def __await__(self) -> Generator[Any, None, T_co]:
        """Wait for the job's end on an event loop, which goes on; gives what `result` gives."""
        return self._awaited().__await__()

    async def _awaited(self) -> T_co:
        with self.control.waiting_for(self, blocks=False):
            await self.control.event_for(self).reached()
        self.is_awaited = True
        return self._outcome()

    def _outcome(self) -> T_co:
        if self.status != "success":
            raise self._failure() from self.exception_object
        if self.unkept is not None:
            raise ResultNotKept(self.id, self.unkept)
        value: T_co = self.result_value
        return value

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Wait for the job's end and give the exception that ended it, or None.

        Raises:
            WaitTimeout: it has not ended in the time given.
        """
        if not self.wait(timeout):
            raise WaitTimeout(f"the end of job {self.id}", timeout or 0)
        if self.status == "success":
            return None
        return self.exception_object or self._failure()

    def _failure(self) -> JobError:
        return _ERRORS.get(self.status, JobSkipped)(
            self.id, self.task, self.error or self.reason or self.status
        )

    def output(self) -> list[str]:
        """The lines that the job has written so far: prints, error stream and logging."""
        return [line["text"] for line in self.control.output_of(self.id)]

    def cancel(self) -> None:
        """Withdraw the job before it starts.

        Raises:
            Conflict: it runs or has ended.
        """
        self.control.cancel_job(self)

    def terminate(self, reason: str = "terminated by hand") -> None:
        """Ask the job to end; a queued one is cancelled.

        Raises:
            Conflict: it has ended.
        """
        self.control.terminate_job(self, reason)

    def pause(self) -> str:
        """Hold the job; the answer says which kind of pause it is and when it takes hold.

        Raises:
            Conflict: it has ended, or is paused.
        """
        return self.control.pause_job(self)

    def resume(self) -> None:
        """Let a paused job go on.

        Raises:
            Conflict: it is not paused.
        """
        self.control.resume_job(self)

    def stack(self) -> str | None:
        """The live stack of the job's code; None where there is none to see."""
        return self.control.stack_of(self)

    def refuse_unless(self, action: str, *allowed: str) -> None:
        """Complain where the job's state forbids an action.

        Raises:
            Conflict: naming the state and what it would have to be.
        """
        if self.status not in allowed:
            wanted = " or ".join(allowed)
            message = f"job {self.id} is '{self.status}'; to {action} it, it has to be {wanted}"
            raise Conflict(
                message,
                job_id=self.id,
                status=self.status,
                needed=list(allowed),
                allowed_actions=self.allowed_actions,
            )

    @property
    def allowed_actions(self) -> list[str]:
        """What can be done to the job in its state."""
        if self.is_waiting:
            hold = "resume" if self.is_held else "pause"
            return ["cancel", "terminate", hold]
        return {"run": ["pause", "terminate"], "paused": ["resume", "terminate"]}.get(
            self.status, ["delete"]
        )

    def snapshot(self) -> dict[str, Any]:
        """The job's object as the API shows it."""
        return {
            "job_id": self.id,
            "task": self.task,
            "status": self.status,
            "trigger": self.trigger,
            "attempt": self.attempt,
            "max_attempts": self.retries + 1,
            "priority": self.priority,
            "runtime": self.runtime,
            "parameters": dict(self.parameters),
            "due_at": self.due_at,
            "run_at": self.run_at,
            "deadline": self.deadline,
            "timeout": plain_timeout(self.timeout),
            "submitted_at": self.submitted_at,
            "started_at": self.started_at,
            "ended_at": self.ended_at,
            "duration": self.duration,
            "progress": self.progress_value,
            "error": self.error,
            "reason": self.reason,
            "exit_code": self.exit_code,
            "abandoned": self.abandoned,
            "labels": dict(self.labels or {}),
        }

    def __repr__(self) -> str:
        return f"Job({self.id!r}, task={self.task!r}, status={self.status!r})"

    def _repr_html_(self) -> str:
        """For notebooks: what became of it, without its parameters, which may be secret."""
        names = ("task", "status", "trigger", "attempt", "runtime", "due_at", "submitted_at")
        ends = ("started_at", "ended_at", "duration", "progress", "error", "reason")
        pairs = [(name.replace("_", " "), getattr(self, name)) for name in (*names, *ends)]
        return facts(f"Job {self.id}", pairs)
