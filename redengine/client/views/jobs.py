"""Jobs as the API shows them: what they are, what they wrote, what happened to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from redengine.client.views.base import Field, View, instant, some_instant

ENDED: Final = frozenset(("success", "fail", "terminate", "crash", "inaction", "cancel"))
"""The statuses that a job never leaves."""


class JobFields(View):
    """A job's object.

    Attributes:
        id: the job's id; the field `job_id`.
        task: the task's name.
        status: queued, run, paused, success, fail, terminate, crash, inaction or cancel.
        trigger: who asked for it.
        attempt: the number of the current attempt, from 1.
        max_attempts: how many there may be.
        priority: its place in the queue.
        runtime: where it runs.
        parameters: its parameters.
        due_at: the nominal time of the occurrence.
        run_at: when it may begin.
        deadline: when it has to have ended.
        timeout: how long an attempt may run, in seconds; "never" ends none.
        submitted_at: when it was asked for.
        started_at: when its latest attempt began.
        ended_at: when it ended.
        duration: seconds from the start of the latest attempt to its end.
        progress: what the task's code last told: done, total, text.
        error: the message of the exception that ended it.
        reason: why it ended as it did, where the status alone does not say.
        exit_code: of a command; negative for a signal, None where there is none or it is not known.
        abandoned: whether its thread could not be ended and was left behind.
    """

    __slots__ = ()
    shown = ("job_id", "task", "status")
    remedy = "it was not read yet; `.get()` reads the job"

    id = Field[str](key="job_id")
    task = Field[str]()
    status = Field[str]()
    trigger = Field[str]()
    attempt = Field[int]()
    max_attempts = Field[int]()
    priority = Field[int]()
    runtime = Field[str]()
    parameters = Field[Mapping[str, Any]]()
    due_at = Field(instant)
    run_at = Field(instant)
    deadline = Field(instant)
    timeout = Field[float | str | None]()
    submitted_at = Field(some_instant)
    started_at = Field(instant)
    ended_at = Field(instant)
    duration = Field[float | None]()
    progress = Field[Mapping[str, Any] | None]()
    error = Field[str | None]()
    reason = Field[str | None]()
    exit_code = Field[int | None]()
    abandoned = Field[bool]()

    @property
    def has_ended(self) -> bool:
        """Whether the job had come to its end when it was read."""
        return self.data.get("status") in ENDED


class LogRecord(View):
    """One action of a job, or one start that was not made.

    Attributes:
        id: its place in the log.
        timestamp: when it happened.
        created: when the record was made.
        action: run, success, fail, terminate, crash or inaction.
        task_name: the task.
        job_id: the job; None for a start that was not made.
        start: when the attempt began.
        end: when it ended.
        duration: seconds between the two.
        message: what happened, in words.
        exc_text: the traceback.
        reason: why, where the action alone does not say.
        skipped: the fire times that were skipped: `first`, `last` and `count`; None if none was.
    """

    __slots__ = ()
    shown = ("id", "action", "task_name")

    id = Field[int]()
    timestamp = Field(some_instant)
    created = Field(instant)
    action = Field[str]()
    task_name = Field[str]()
    job_id = Field[str | None]()
    start = Field(instant)
    end = Field(instant)
    duration = Field[float | None]()
    message = Field[str | None]()
    exc_text = Field[str | None]()
    reason = Field[str | None]()
    skipped = Field[Mapping[str, Any] | None]()


class OutputLine(View):
    """A line that a job has written; `str(line)` is its text.

    Attributes:
        seq: its number within the job, from 1.
        at: when it was written.
        stream: where to.
        text: the line, without its end.
    """

    __slots__ = ()
    shown = ("seq", "stream", "text")

    seq = Field[int]()
    at = Field(some_instant)
    stream = Field[str]()
    text = Field[str]()

    def __str__(self) -> str:
        return self.text
