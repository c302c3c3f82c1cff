"""Answers that are errors, as the package's own errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from redengine.exceptions import (
    AlreadyExists,
    ConditionSyntaxError,
    Conflict,
    Forbidden,
    InputFileError,
    InvalidInput,
    JobCrashed,
    JobError,
    JobFailed,
    JobSkipped,
    JobTerminated,
    NotFound,
    Overloaded,
    RedengineError,
    RemoteError,
    ResultNotKept,
    SessionStateError,
    StoreError,
    WaitTimeout,
)

Details = Mapping[str, Any]
_Maker = Callable[[str, Details], RedengineError]

_JOB_ERRORS: Final[tuple[type[JobError], ...]] = (
    JobError,
    JobFailed,
    JobTerminated,
    JobCrashed,
    JobSkipped,
)
_BY_STATUS: Final[Mapping[str, type[JobError]]] = {
    "fail": JobFailed,
    "terminate": JobTerminated,
    "crash": JobCrashed,
}


def failure_of(job: Details) -> JobError:
    """The error that stands for a job's end without success.

    Args:
        job: the job's object.
    """
    kind = _BY_STATUS.get(job["status"], JobSkipped)
    reason = job.get("error") or job.get("reason") or job["status"]
    return kind(job["job_id"], job.get("task", ""), str(reason))


def problem(
    status: int, envelope: Mapping[str, Any], retry_after_s: float | None = None
) -> RedengineError:
    """The error that an envelope tells of: of the class it was raised as, where that is known.

    Args:
        status: the HTTP status.
        envelope: the answer's body.
        retry_after_s: when to try again, if the API told.
    """
    code, message = str(envelope["error"]), str(envelope["message"])
    if status == HTTPStatus.UNAUTHORIZED:
        message += "; say the key with api_key=, or with REDENGINE_API_KEY"
    details = envelope.get("details")
    details = details if isinstance(details, dict) else {}
    error = _rebuilt(_MAKERS.get(code) or _MAKERS_BY_STATUS.get(status), message, details)
    if error is None:
        error = RemoteError(message, status=status, details=details, retry_after_s=retry_after_s)
    error.code = code
    error.args = (message,)
    if error.details() != details:  # the class knows less than the API told
        error.details = partial(dict, details)  # type: ignore[method-assign]
    request_id = envelope.get("request_id")
    error.request_id = request_id if isinstance(request_id, str) and request_id else None
    return error


def _rebuilt(make: _Maker | None, message: str, details: Details) -> RedengineError | None:
    try:
        return None if make is None else make(message, details)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None  # the details are those of another version: the general class keeps them


def _invalid(message: str, details: Details) -> RedengineError:
    fields = details.get("fields") or {"request": message}
    if "position" not in details:
        return InvalidInput(fields)
    text, position = details["condition"], int(details["position"])
    expected = next(iter(fields.values()))
    error = ConditionSyntaxError(text, position, expected, details.get("suggestion"))
    error.fields = dict(fields)
    return error


def _not_found(message: str, details: Details) -> RedengineError:
    del message
    if isinstance(details.get("result"), dict):
        return ResultNotKept(details["name"], details["result"])
    if "reason" in details:  # of a job's result
        kind = "job" if details["reason"] == "unknown_job" else "result"
        return NotFound(kind, details["job_id"])
    error = NotFound(details["kind"], details["name"])
    error.suggestion = details.get("suggestion")
    return error


def _input_file(message: str, details: Details) -> RedengineError:
    del message
    return InputFileError(
        details["field"], details["path"], "", details["expected"], details.get("actual")
    )


def _conflict(message: str, details: Details) -> RedengineError:
    if set(details) == {"kind", "name"}:
        return AlreadyExists(details["kind"], details["name"])
    if set(details) == {"state"}:
        return SessionStateError(details["state"], message)
    return Conflict(message, **details)


def _of_a_job(kind: type[JobError]) -> _Maker:
    def make(message: str, details: Details) -> RedengineError:
        del message
        return kind(details["job_id"], details["task"], details["reason"])

    return make


def _with_facts(kind: Callable[..., RedengineError]) -> _Maker:
    def make(message: str, details: Details) -> RedengineError:
        return kind(message, **details)

    return make


_MAKERS: Final[Mapping[str, _Maker]] = {
    "VALIDATION_ERROR": _invalid,
    "NOT_FOUND": _not_found,
    "CONFLICT": _conflict,
    "INPUT_FILE": _input_file,
    "FORBIDDEN": _with_facts(Forbidden),
    "OVERLOADED": lambda _, details: Overloaded(details["waiting"], details["limit"]),
    "TIMEOUT": lambda _, details: WaitTimeout(details["waited_for"], details["timeout"]),
    "STORE_UNAVAILABLE": lambda message, details: StoreError(
        details.get("url", ""), details.get("reason", message)
    ),
    **{kind.code: _of_a_job(kind) for kind in _JOB_ERRORS},
}
_MAKERS_BY_STATUS: Final[Mapping[int, _Maker]] = {
    HTTPStatus.FORBIDDEN: _with_facts(Forbidden),
    HTTPStatus.CONFLICT: _conflict,
}
"""For codes of other versions and of subclasses."""
