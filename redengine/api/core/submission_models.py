"""What may be asked for with a job, as models; imported when the first one is submitted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from redengine.exceptions import InvalidInput, did_you_mean, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_JOB_ID: Final = 200
DOCUMENT_VERSIONS: Final = ("1", "1.0")
_LONGEST_LABEL: Final = 200
_CLOCKS_DIFFER: Final = timedelta(minutes=5)
_AHEAD = "lies in the future: look after the clocks"
Model = TypeVar("Model", bound=BaseModel)

_DURATION: Final = {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}]}
Duration = Annotated[Any, WithJsonSchema({**_DURATION, "examples": ["10 min"]})]
Instant = Annotated[Any, WithJsonSchema({"type": "string", "format": "date-time"})]
JobId = Annotated[str, Field(min_length=1, max_length=LONGEST_JOB_ID)]
Label = Annotated[str, Field(min_length=1, max_length=_LONGEST_LABEL)]
Version = Annotated[Any, WithJsonSchema({"enum": ["1", "1.0", 1, 1.0]})]


class Asked(BaseModel):
    """What can be asked for with a job; the task's own option holds where it is not said."""

    model_config = ConfigDict(extra="forbid", strict=True)

    priority: int | None = Field(
        default=None, description="Its place in the queue: higher comes first."
    )
    timeout: Duration | None = Field(default=None, description="How long an attempt may run.")
    deadline: Instant | None = Field(default=None, description="When it has to have ended.")


class TaskSubmission(Asked):
    """A job of a task that the path names."""

    parameters: dict[str, Any] = Field(
        default_factory=dict, description="Values for the task's arguments, by name."
    )
    job_id: JobId | None = Field(
        default=None, description="An id of the caller's own; the same id again is the same job."
    )
    runtime: str | None = Field(default=None, description="The runtime to run in.")
    retries: int | None = Field(default=None, ge=0, description="How often it is tried again.")
    run_at: Instant | None = Field(default=None, description="When it may begin.")
    labels: dict[str, str] | None = Field(
        default=None, description="Texts that are kept and shown with it, and change nothing else."
    )

    def options(self) -> dict[str, Any]:
        """What is asked for beside task, parameters and id."""
        names = ("priority", "runtime", "timeout", "retries", "deadline", "run_at", "labels")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


class Submission(TaskSubmission):
    """A job to be started."""

    task: str = Field(min_length=1, description="The task's name.")


class Payload(BaseModel):
    """The payload of a job document: `data` are the parameters."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Label | None = Field(default=None, description="Kept as the label `payload_type`.")
    data: dict[str, Any] = Field(default_factory=dict, description="The parameters.")


class JobDocument(Asked):
    """The job document of a worker API: `operation` is the task, `payload.data` its parameters."""

    version: Version | None = Field(default=None, description="The document's own version.")
    job_id: JobId | None = None
    kind: Label | None = Field(default=None, description="Kept as the label `kind`.")
    operation: str = Field(min_length=1, description="The task's name.")
    created_at: Instant | None = Field(default=None, description="Kept as the label `created_at`.")
    payload: Payload = Field(default_factory=Payload)
    max_attempts: int | None = Field(default=None, ge=1, description="One more than the retries.")
    idempotency_key: JobId | None = Field(
        default=None, description="The job's id, where `job_id` does not give one."
    )

    def submission(self) -> Submission:
        """The same in our own words.

        Raises:
            InvalidInput: a value does not fit, or two fields contradict each other.
        """
        return Submission(
            task=self.operation,
            parameters=self.payload.data,
            job_id=self._id(),
            priority=self.priority,
            timeout=self.timeout,
            deadline=self.deadline,
            retries=None if self.max_attempts is None else self.max_attempts - 1,
            labels=self._labels() or None,
        )

    def _id(self) -> str | None:
        key = self.idempotency_key
        if key is not None and self.job_id not in {None, key}:
            reason = f"says {shortened(key)}, and job_id {shortened(self.job_id)}; give one of them"
            raise InvalidInput({"idempotency_key": reason})
        return self.job_id or key

    def _labels(self) -> dict[str, str]:
        labels = {
            "version": self._version(),
            "kind": self.kind,
            "payload_type": self.payload.type,
            "created_at": self._created_at(),
        }
        return {name: text for name, text in labels.items() if text is not None}

    def _version(self) -> str | None:
        version = self.version
        if version is None:
            return None
        if isinstance(version, bool) or str(version) not in DOCUMENT_VERSIONS:
            reason = f"expected {' or '.join(DOCUMENT_VERSIONS)}, got {shortened(version)}"
            raise InvalidInput({"version": reason})
        return str(version)

    def _created_at(self) -> str | None:
        text = self.created_at
        if text is None:
            return None
        try:
            at = datetime.fromisoformat(text)
        except (TypeError, ValueError):
            reason = (
                f"expected an ISO 8601 time such as 2026-01-31T07:00:00Z, got {shortened(text)}"
            )
            raise InvalidInput({"created_at": reason}) from None
        if at.tzinfo is not None and at > datetime.now(UTC) + _CLOCKS_DIFFER:
            raise InvalidInput({"created_at": f"{_AHEAD}; got {shortened(text)}"})
        return str(text)


def validated(model: type[Model], data: Mapping[str, Any]) -> Model:
    """The model of a body.

    Raises:
        InvalidInput: a field is missing, unknown or does not fit.
    """
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
