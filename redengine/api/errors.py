"""Errors as HTTP answers: the one table of statuses, and the envelope.

::

    RedengineError
    ├── Unauthorized                       the caller did not say who they are
    ├── Forbidden
    │   ├── InvalidApiKey                  the key is unknown, revoked or expired
    │   └── InsufficientScope              what the caller's key allows is not enough
    ├── BadMessage                         what came on a WebSocket says nothing that can be read
    ├── UnknownAction                      what was asked for on a WebSocket does not exist
    ├── MethodNotAllowed                   the resource does not know the method
    ├── PayloadTooLarge                    the body is over the limit
    ├── PreconditionFailed                 what the caller has seen is not how things are now
    ├── ApplyFailed                        a write of several failed; the others were taken back
    ├── NotServedHere                      the server that carries the API has no such connections
    └── TooManyRequests                    a limit is used up; try again later

Those below have a meaning only where requests are carried; the rest of the tree stands in
`redengine.exceptions`.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from werkzeug.http import HTTP_STATUS_CODES

from redengine.exceptions import Forbidden, RedengineError, did_you_mean, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CHALLENGE: Final = 'Bearer realm="redengine"'
"""What 401 tells of how to say who one is."""

STATUS_BY_CODE: Final[Mapping[str, int]] = {
    "VALIDATION_ERROR": 400,
    "BAD_MESSAGE": 400,
    "UNKNOWN_ACTION": 400,
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "INSUFFICIENT_SCOPE": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "CONFLICT": 409,
    "JOB_ERROR": 409,
    "INPUT_FILE": 409,
    "JOB_FAILED": 409,
    "JOB_TERMINATED": 409,
    "JOB_CRASHED": 409,
    "JOB_SKIPPED": 409,
    "TASK_INACTION": 409,
    "TASK_TERMINATION": 409,
    "CURSOR_TOO_OLD": 410,
    "PRECONDITION_FAILED": 412,
    "PAYLOAD_TOO_LARGE": 413,
    "TOO_MANY_REQUESTS": 429,
    "HEADERS_TOO_LARGE": 431,
    "INTERNAL_ERROR": 500,
    "BLOCKS_EVENT_LOOP": 500,
    "COMMAND_FAILED": 500,
    "APPLY_FAILED": 500,
    "UNSAFE_ADDRESS": 500,
    "PORT_IN_USE": 500,
    "UNREACHABLE": 500,
    "REMOTE_ERROR": 500,
    "UNREADABLE_ANSWER": 500,
    "NOT_IMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "STORE_UNAVAILABLE": 503,
    "OVERLOADED": 503,
    "TOO_MANY_WAITING": 503,
    "TIMEOUT": 504,
}
"""The HTTP status of each error code; the first code of a status stands for that status."""

_CODE_BY_STATUS: Final[Mapping[int, str]] = {
    status: code for code, status in reversed(list(STATUS_BY_CODE.items()))
}


class Unauthorized(RedengineError):
    """The caller did not say who they are.

    Args:
        message: what is missing, and where it belongs.
    """

    code = "UNAUTHORIZED"


class InvalidApiKey(Forbidden):
    """The key is unknown, revoked or expired.

    Args:
        reason: what of it, in words.
    """


class InsufficientScope(Forbidden):
    """The caller is known, and their scopes do not allow this.

    Args:
        needed: the scopes that it takes.
        held: the scopes that the caller has.
        subject: what they are asked for, in words.
    """

    code = "INSUFFICIENT_SCOPE"

    def __init__(self, needed: Iterable[str], held: Iterable[str], subject: str = "this") -> None:
        self.needed = tuple(needed)
        self.held = tuple(sorted(held))
        has = ", ".join(self.held) or "none"
        super().__init__(
            f"{subject} needs scope {' and '.join(self.needed)}; the key has {has}",
            needed=list(self.needed),
            held=list(self.held),
        )


class BadMessage(RedengineError):
    """What came on a WebSocket is no JSON object that says what is wanted.

    Args:
        message: what it is, and what is expected.
    """

    code = "BAD_MESSAGE"


class UnknownAction(RedengineError):
    """What was asked for on a WebSocket does not exist.

    Args:
        action: what was asked for.
        known: what may be asked for.
    """

    code = "UNKNOWN_ACTION"

    def __init__(self, action: object, known: Sequence[str]) -> None:
        self.action = action
        self.known = tuple(known)
        hint = did_you_mean(str(action), known)
        super().__init__(f"expected {', '.join(known)}, got {shortened(action)}{hint}")

    def details(self) -> dict[str, object]:
        return {"known": list(self.known)}


class MethodNotAllowed(RedengineError):
    """The resource exists and does not know the method.

    Args:
        method: what was asked for, such as "DELETE".
        allowed: the methods that it knows.
    """

    code = "METHOD_NOT_ALLOWED"

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        self.method = method
        self.allowed = tuple(allowed)
        super().__init__(f"{method} is not allowed here; allowed are {', '.join(self.allowed)}")

    def details(self) -> dict[str, object]:
        return {"method": self.method, "allowed": list(self.allowed)}


class PayloadTooLarge(RedengineError):
    """The body is over the limit, and was not read.

    Args:
        limit_bytes: the largest body that is taken.
    """

    code = "PAYLOAD_TOO_LARGE"

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        super().__init__(f"the body is over the limit of {limit_bytes} bytes")

    def details(self) -> dict[str, object]:
        return {"limit_bytes": self.limit_bytes}


class TooManyRequests(RedengineError):
    """A limit is used up; nothing was done, so try again later.

    Args:
        what: what was too much, such as "reads".
        limit: the limit as it was given, such as "60 per 1 minute".
        retry_after_s: seconds until there is room again.
    """

    code = "TOO_MANY_REQUESTS"

    def __init__(self, what: str, limit: str, retry_after_s: int) -> None:
        self.what = what
        self.limit = limit
        self.retry_after_s = retry_after_s
        super().__init__(f"too many {what}: {limit} may be; try again in {retry_after_s} s")

    def details(self) -> dict[str, object]:
        return {"limit": self.limit, "retry_after": self.retry_after_s}


class NotServedHere(RedengineError):
    """The server that carries the API cannot keep connections open; `redengine run` can.

    Args:
        what: what was asked for, in words.
    """

    code = "NOT_IMPLEMENTED"

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(
            f"{what} needs the server that comes with the package: start the script itself, or "
            "with 'redengine run'; GET /events?mode=poll works everywhere"
        )

    def details(self) -> dict[str, object]:
        return {"what": self.what}


class PreconditionFailed(RedengineError):
    """What the caller has seen is not how things are now: nothing was changed, so look again.

    Args:
        message: what was expected and what is.
        **facts: what a program needs to look again, such as the current entity tag.
    """

    code = "PRECONDITION_FAILED"

    def __init__(self, message: str, **facts: object) -> None:
        self.facts = facts
        super().__init__(message)

    def details(self) -> dict[str, object]:
        return dict(self.facts)


class ApplyFailed(RedengineError):
    """A write failed in a way that is not foreseen; what was applied before it was taken back.

    Args:
        message: what failed.
        **facts: what a program needs to know.
    """

    code = "APPLY_FAILED"

    def __init__(self, message: str, **facts: object) -> None:
        self.facts = facts
        super().__init__(message)

    def details(self) -> dict[str, object]:
        return dict(self.facts)


def status_of(error: Exception) -> int:
    """The HTTP status of an error."""
    code = error.code if isinstance(error, RedengineError) else RedengineError.code
    return int(STATUS_BY_CODE.get(code, HTTPStatus.INTERNAL_SERVER_ERROR))


def code_of(status: int) -> str:
    """The error code that stands for an HTTP status."""
    known = _CODE_BY_STATUS.get(status)
    if known is not None:
        return known
    phrase = phrase_of(status)
    if phrase is not None:
        return re.sub(r"\W+", "_", phrase.replace("'", "")).upper()
    return "INTERNAL_ERROR" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "ERROR"


def phrase_of(status: int) -> str | None:
    """The words for an HTTP status, the same on every Python: those of `http` differ since 3.13."""
    return HTTP_STATUS_CODES.get(status)


def envelope(
    code: str, message: str, details: Mapping[str, Any], request_id: str
) -> dict[str, Any]:
    """The body of every answer that is an error."""
    return {
        "error": code,
        "message": message,
        "details": dict(details),
        "request_id": request_id,
    }


def denial(error: Exception, status: int, message: str) -> dict[str, Any]:
    """What the envelope of 401 and 403 has besides, for clients that look there."""
    if isinstance(error, InvalidApiKey):
        word = "invalid_api_key"
    elif isinstance(error, InsufficientScope):
        word = "insufficient_scope"
    elif status == HTTPStatus.UNAUTHORIZED:
        word = "authentication_required"
    elif status == HTTPStatus.FORBIDDEN:
        word = "forbidden"
    else:
        return {}
    return {"detail": {"error": word, "message": message}}


def headers_of(error: RedengineError, status: int) -> dict[str, str]:
    """The headers that belong to an error (RFC 9110; RFC 6750 for keys)."""
    if isinstance(error, MethodNotAllowed):
        return {"Allow": ", ".join(error.allowed)}
    if isinstance(error, TooManyRequests):
        return {"Retry-After": str(error.retry_after_s)}
    if isinstance(error, InsufficientScope):
        scope = " ".join(error.needed)
        return {"WWW-Authenticate": f'{CHALLENGE}, error="insufficient_scope", scope="{scope}"'}
    if isinstance(error, Unauthorized):
        return {"WWW-Authenticate": CHALLENGE}
    return {"Retry-After": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
