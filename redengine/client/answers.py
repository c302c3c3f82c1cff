"""Answer: what the API said, read as what it has to be."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from redengine.exceptions import (
    AlreadyExists,
    CommandFailed,
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
    NotKept,
    Overloaded,
    PositionGone,
    RedengineError,
    RemoteError,
    ResultNotKept,
    SessionStateError,
    StoreError,
    TooManyWaiting,
    UnreadableAnswer,
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
    answers = {name: details.get(name) for name in ("suggestion", "option", "form")}
    error = ConditionSyntaxError(text, position, expected, **answers)
    error.fields = dict(fields)
    return error


def _not_found(message: str, details: Details) -> RedengineError:
    if isinstance(details.get("result"), dict):
        return ResultNotKept(details["name"], details["result"])
    if "reason" in details and "kind" in details:  # of a channel
        return NotKept(details["kind"], details["name"], details["reason"], message)
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


_TIMEOUT_NAMES: Final = {"waited_for": "what", "timeout": "timeout_s"}
_MAKERS: Final[Mapping[str, _Maker]] = {
    "VALIDATION_ERROR": _invalid,
    "NOT_FOUND": _not_found,
    "CONFLICT": _conflict,
    "INPUT_FILE": _input_file,
    "FORBIDDEN": _with_facts(Forbidden),
    "CURSOR_TOO_OLD": lambda _, details: PositionGone(
        details["position"], details["reason"], details["latest"], details["oldest"]
    ),
    "TOO_MANY_WAITING": lambda _, details: TooManyWaiting(details["most"]),
    "OVERLOADED": lambda _, details: Overloaded(details["waiting"], details["limit"]),
    "COMMAND_FAILED": lambda _, details: CommandFailed(details["command"], details["error"]),
    "TIMEOUT": lambda _, details: WaitTimeout(
        **{_TIMEOUT_NAMES.get(name, name): value for name, value in details.items()}
    ),
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


_EXCERPT: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Answer:
    """An HTTP answer.

    Attributes:
        url: what was asked for, as it may be shown.
        status: the HTTP status.
        headers: the headers; names in small letters.
        content: the body.
        next_page: the query of the next page of a list; None if this is the last.
        secret: what must not be shown, should the body have it.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    next_page: tuple[tuple[str, str], ...] | None = None
    secret: str | None = None

    @property
    def is_success(self) -> bool:
        """Whether its status says that all is well."""
        return self.status < HTTPStatus.MULTIPLE_CHOICES

    def value(self) -> Any:
        """The body, which is JSON; None if there is none.

        Raises:
            UnreadableAnswer: it is not JSON.
        """
        if not self.content:
            return None
        try:
            return json.loads(self.content)
        except ValueError:
            raise self.unreadable("something that is not JSON") from None

    def object(self) -> dict[str, Any]:
        """The body, which is a JSON object.

        Raises:
            UnreadableAnswer: it is not.
        """
        value = self.value()
        if not isinstance(value, dict):
            raise self.unreadable("something that is not a JSON object")
        return value

    def array(self) -> list[dict[str, Any]]:
        """The body, which is a JSON array of objects.

        Raises:
            UnreadableAnswer: it is not.
        """
        value = self.value()
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.unreadable("something that is not a JSON array of objects")
        return value

    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")

    def document(self) -> Any:
        """The body as JSON where it says that it is; else as text."""
        is_json = "json" in self.headers.get("content-type", "")
        return self.value() if is_json or not self.content else self.text()

    def error(self, retry_after_s: float | None = None) -> RedengineError:
        """The error that the answer tells of."""
        if self.status < HTTPStatus.BAD_REQUEST:
            return self.unreadable("a redirection, which is not followed")
        try:
            envelope = json.loads(self.content)
        except ValueError:
            return self.unreadable("something that is not JSON")
        if not isinstance(envelope, dict) or not {"error", "message"} <= set(envelope):
            return self.unreadable("something that is not one of its errors")
        return problem(self.status, envelope, retry_after_s)

    def unreadable(self, reason: str) -> UnreadableAnswer:
        """The error for an answer that does not come from the API."""
        excerpt = self.text()
        if self.secret:
            excerpt = excerpt.replace(self.secret, "***")
        return UnreadableAnswer(self.url, self.status, reason, excerpt[:_EXCERPT])

    def __repr__(self) -> str:
        return f"<Answer {self.status} of {self.url}>"


def next_page_of(
    links: Mapping[str | None, Mapping[str, str]],
) -> tuple[tuple[str, str], ...] | None:
    """The query of the next page, by the links of an answer (RFC 8288)."""
    url = links.get("next", {}).get("url")
    return None if url is None else tuple(parse_qsl(urlsplit(url).query, keep_blank_values=True))
