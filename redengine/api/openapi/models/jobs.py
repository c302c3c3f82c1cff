"""Jobs: as they are shown and submitted."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from redengine.api.openapi.models.base import LEFT_OUT, Body, Instant, View

JobStatus = Literal[
    "queued", "run", "paused", "success", "fail", "terminate", "crash", "inaction", "cancel"
]
JobId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        description="An id of the caller's own; the same id again is the same job.",
        json_schema_extra={"format": "job-id"},
    ),
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
    links: dict[str, str]


class TaskJobBody(Body):
    """What is asked for with a job."""

    parameters: dict[str, Any] = Field(LEFT_OUT, description="Values for the task's arguments.")
    job_id: JobId = Field(LEFT_OUT)


class ResultView(View):
    """What a job returned."""

    job_id: str
    status: JobStatus
    result: Any


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
    after: int
