"""Wording: what an error says to a Python program, said to somebody at a command line."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import click

from redengine.exceptions import (
    Conflict,
    Forbidden,
    InvalidInput,
    JobError,
    NotFound,
    RedengineError,
    RemoteError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

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


_REPLACED: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"say on_exists='replace', 'ignore' or 'rename', or", "say --replace, or"),
        (r"Client\(url\)", "--url"),
        (r"\bapi_key=(?!\w)", "--api-key"),
        (r"\bwith force\b", "with --force"),
        (r"\bforce=True\b|\?force=true\b|\buse force\b|\bsay force\b", "--force"),
        (r"^runtime_id:", "NAME:"),
        (r"^start:", "--from:"),
        (r"\bprune=True\b|\?prune=true\b", "--prune"),
    )
)
"""Python's words, and the command line's in their place."""


def in_options(error: Exception, params: Iterable[click.Parameter] = ()) -> str:
    """The message of an error, with options in place of Python's parameters.

    Args:
        error: the error.
        params: those of the command that met it.
    """
    text = str(error)
    for pattern, words in _REPLACED:
        text = pattern.sub(words, text)
    if isinstance(error, InvalidInput):
        options = _options_by_field(params)
        for field in error.fields:
            if field in options:
                text = re.sub(rf"(^|; ){re.escape(field)}:", rf"\1{options[field]}:", text, count=1)
    return text


def _options_by_field(params: Iterable[click.Parameter]) -> dict[str, str]:
    """How each option is written, by its parameter's name and by its own."""
    found = {"url": "--url", "api_key": "--api-key"}
    for each in params:
        if isinstance(each, click.Option):
            written = max(each.opts, key=len)
            found[str(each.name)] = written
            own = written.lstrip("-").replace("-", "_")
            found |= {own: written, f"${own}": written}
    return found
