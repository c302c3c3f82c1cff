"""Exit codes: what the command line says to the program that called it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from redengine.exceptions import (
    Conflict,
    Forbidden,
    InvalidInput,
    JobError,
    NotFound,
    RedengineError,
    RemoteError,
)

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2
NOT_FOUND: Final = 3
REFUSED: Final = 4
TROUBLE: Final = 5
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141

MEANINGS: Final = {
    OK: "done",
    FAILED: "what was asked about failed: a job did not succeed, a check found trouble",
    USAGE: "the command cannot be read, or a value does not fit",
    NOT_FOUND: "there is no such task, job, parameter …",
    REFUSED: "refused: no or another key is needed, or the state forbids it now",
    TROUBLE: "the server cannot be reached, does not answer in time, or is in trouble",
    INTERRUPTED: "Ctrl-C",
    PIPE_CLOSED: "whoever read the output has gone, as with `| head`",
}
"""Every exit code, for the help and the reference."""

_KINDS: Final[tuple[tuple[type[RedengineError], int], ...]] = (
    (InvalidInput, USAGE),
    (NotFound, NOT_FOUND),
    (Conflict, REFUSED),
    (Forbidden, REFUSED),
    (JobError, FAILED),
)
_REFUSALS: Final = frozenset(
    (
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.CONFLICT,
        HTTPStatus.PRECONDITION_FAILED,
        HTTPStatus.PRECONDITION_REQUIRED,
    )
)
_MISSING: Final = frozenset((HTTPStatus.NOT_FOUND, HTTPStatus.GONE))


def code_of(error: RedengineError) -> int:
    """The exit code for an error."""
    for kind, code in _KINDS:
        if isinstance(error, kind):
            return code
    return _code_of_status(error.status) if isinstance(error, RemoteError) else TROUBLE


def _code_of_status(status: int) -> int:
    if status in _REFUSALS:
        return REFUSED
    if status in _MISSING:
        return NOT_FOUND
    is_of_the_caller = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    is_busy = status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT}
    return USAGE if is_of_the_caller and not is_busy else TROUBLE
