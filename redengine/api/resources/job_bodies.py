"""What a submission may say, and how a job is shown."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from redengine.api.messages import ApiRequest, ApiResponse
from redengine.exceptions import InvalidInput, NotFound, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.api.ports import SessionPort

LONGEST_JOB_ID: Final = 200
Model = TypeVar("Model", bound=BaseModel)


class Submission(BaseModel):
    """A job to be started.

    Attributes:
        task: the task's name.
        parameters: values for the task's arguments.
        job_id: an id of the caller's own; the same id again is the same job.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    task: str = Field(min_length=1)
    parameters: dict[str, Any] = Field(default_factory=dict)
    job_id: str | None = Field(default=None, min_length=1, max_length=LONGEST_JOB_ID)


class Payload(BaseModel):
    """The payload of a job document: `data` are the parameters."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: str | None = None
    data: dict[str, Any] = Field(default_factory=dict)


class JobDocument(BaseModel):
    """The job document of a worker API: `operation` is the task, `payload.data` its parameters."""

    model_config = ConfigDict(extra="forbid", strict=True)

    version: str | int | float | None = None
    job_id: str | None = Field(default=None, min_length=1, max_length=LONGEST_JOB_ID)
    kind: str | None = None
    operation: str = Field(min_length=1)
    created_at: datetime | None = Field(default=None, strict=False)
    payload: Payload = Field(default_factory=Payload)

    def submission(self) -> Submission:
        """The same in our own words."""
        return Submission(task=self.operation, parameters=self.payload.data, job_id=self.job_id)


def submission_of(data: Mapping[str, Any]) -> Submission:
    """The job that a body asks for, in either of the two forms.

    Raises:
        InvalidInput: a field is missing, unknown or of the wrong type.
    """
    if "operation" in data:
        return _validated(JobDocument, data).submission()
    return _validated(Submission, data)


def _validated(model: type[Model], data: Mapping[str, Any]) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _as_invalid_input(error, model) from None


def _as_invalid_input(error: ValidationError, model: type[BaseModel]) -> InvalidInput:
    reasons: dict[str, str] = {}
    for each in error.errors(include_url=False, include_input=False):
        field = ".".join(map(str, each["loc"])) or "body"
        if each["type"] == "extra_forbidden":
            hint = did_you_mean(str(each["loc"][-1]), model.model_fields)
            reasons[field] = f"unknown field{hint}"
        else:
            reasons[field] = each["msg"]
    return InvalidInput(reasons)


def submitted(session: SessionPort, job: Submission, request: ApiRequest) -> ApiResponse:
    """Start the job; 201 for a new one, 200 for one that the id already names."""
    known = job.job_id is not None and _exists(session, job.job_id)
    task = session.tasks[job.task]
    started = session.submit_task(task, job.parameters, job_id=job.job_id, trigger="api")
    body = shown(started.snapshot(), request)
    headers = {"Location": job_path(started.id, request)}
    return ApiResponse(body, 200 if known else 201, headers)


def _exists(session: SessionPort, job_id: str) -> bool:
    try:
        session.job(job_id)
    except NotFound:
        return False
    return True


def job_path(job_id: str, request: ApiRequest) -> str:
    """Where a job is found."""
    return f"{request.prefix}/jobs/{quote(job_id, safe='')}"


def shown(job: Mapping[str, Any], request: ApiRequest) -> dict[str, Any]:
    """A job's object with the links that lead on from it."""
    if "job_id" not in job:
        return dict(job)
    path = job_path(str(job["job_id"]), request)
    parts = ("result", "output", "logs")
    return {**job, "links": {"self": path, **{part: f"{path}/{part}" for part in parts}}}
