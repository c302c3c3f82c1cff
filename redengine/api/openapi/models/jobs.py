"""Jobs: as they are shown and submitted."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from redengine.api.openapi.models.base import Instant, View

JobStatus = Literal[
    "queued", "run", "paused", "success", "fail", "terminate", "crash", "inaction", "cancel"
]


class JobView(View):
    """One execution of a task, from its submission to its end."""

    job_id: str
    task: str
    status: JobStatus = Field(description="The word of its latest action.")
    trigger: str = Field(description="Who asked for it.")
    attempt: int
    priority: int
    runtime: str | None
    parameters: dict[str, Any]
    due_at: Instant | None = Field(
        description="Its nominal time, where its task's condition has one."
    )
    submitted_at: Instant
    started_at: Instant | None
    ended_at: Instant | None
    duration: float | None
    progress: dict[str, Any] | None
    error: str | None
    reason: str | None
    exit_code: int | None = Field(
        description="Of a command: 0 where it succeeded, negative for the signal that ended it; "
        "null where it is not known, and for jobs of other tasks."
    )
    links: dict[str, str]


class JobWithActions(JobView):
    """A job, all that was asked for with it, and what its state allows."""

    max_attempts: int
    run_at: Instant | None
    deadline: Instant | None
    timeout: float | Literal["never"] | None
    abandoned: bool = Field(description="Whether its thread was given up and may still run.")
    labels: dict[str, str]
    allowed_actions: list[str]


class PauseView(View):
    """A pause."""

    kind: Literal["held", "suspended", "checkpoint"]
    takes_hold: str = Field(description="When it does.")


class PausedJob(JobWithActions):
    """A job that was paused."""

    pause: PauseView


class AwaitedJob(JobWithActions):
    """A job that was waited for."""

    ended: bool


class StackView(View):
    """The live stack of a job's code."""

    job_id: str
    status: JobStatus
    stack: str


class ResultView(View):
    """What a job returned."""

    job_id: str
    status: JobStatus
    result: Any


class LogView(View):
    """One action of a job, or starts that were not made."""

    id: int
    timestamp: Instant
    created: Instant
    action: str = Field(description="run, success, fail, terminate, crash or inaction.")
    task_name: str
    job_id: str | None = Field(description="Null for starts that were not made.")
    start: Instant | None
    end: Instant | None
    duration: float | None = Field(description="Seconds that the attempt took.")
    message: str | None
    exc_text: str | None = Field(description="The traceback.")
    reason: str | None
    skipped: dict[str, Any] | None = Field(
        description="The fire times that were skipped: `first`, `last` and `count`."
    )


class OutputLine(View):
    """A line that a job printed or logged."""

    seq: int
    at: Instant
    stream: str
    text: str


class OutputView(View):
    """Lines of a job's output, and the cursor to ask on with."""

    job_id: str
    lines: list[OutputLine]
    after: int = Field(description="The number of the last line that is known.")
    ended: bool = Field(description="Whether nothing more will come.")
