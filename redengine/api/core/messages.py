"""What goes into a resource and what comes out, whatever carries it."""

from __future__ import annotations

import itertools
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from redengine.api import errors
from redengine.api.core.encoding import to_json
from redengine.api.core.waiting import LongPollLimit
from redengine.exceptions import CommandFailed, InvalidInput, RedengineError, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redengine.api.auth.principal import Principal


logger = logging.getLogger("redengine.api")


def flag(request: ApiRequest, key: str) -> bool:
    """Whether a query key says so: `?force=true`, `?force=1` or `?force`.

    Raises:
        InvalidInput: it says neither true nor false.
    """
    value = request.query_value(key)
    if value is None:
        return False
    if value.lower() in {"true", "1", ""}:
        return True
    if value.lower() in {"false", "0"}:
        return False
    raise InvalidInput({key: f"expected true or false, got {shortened(value)}"})


def take_flag(request: ApiRequest, key: str) -> bool:
    """What a query key says, as `flag`; it is taken out of the query."""
    said = flag(request, key)
    request.query = [(name, value) for name, value in request.query if name != key]
    return said


Wait = Callable[[Callable[[float], bool], float], bool]
JSON: Final = "application/json"
TEXT: Final = "text/plain; charset=utf-8"
LONGEST_REQUEST_ID: Final = 128

_lifetime: Final = secrets.token_hex(4)
_numbers: Final = itertools.count(1)


def request_id_from(given: str | None) -> str:
    """The id that the client gave if it may stand in a log and a header; else a new one."""
    if given and len(given) <= LONGEST_REQUEST_ID and given.isascii() and given.isprintable():
        return given
    return f"{_lifetime}-{next(_numbers):x}"


@dataclass(slots=True, kw_only=True)
class ApiRequest:
    """A call of one resource.

    Attributes:
        path: the values that stand in the path, such as the task's name.
        query: the query's keys and values in order; a key may come several times.
        data: the body, which is a JSON object.
        accept: what the caller wants to read, as an HTTP `Accept` header says it.
        if_none_match: the entity tags that the caller already has.
        if_match: the entity tags of which one has to hold for a write to be made.
        content: the body as it came, where the resource reads text.
        request_id: finds the request in the log.
        actor: who asks, for the journal: the name of a key, or an address.
        address: where the request came from.
        principal: who asks, and what they may do; None: somebody who may do everything.
        revives: whether a task is made again as it was: where it is at hand, it itself comes back.
        prefix: what stands before every path in links, such as "/api/v1".
        url_path: the path as the caller wrote it, for links to other pages of a list.
        door: leads to the live layer, a `Door` of it, where the transport has one.
        wait: waits for something (a function that waits so many seconds for it, and says
            whether it is there) for so many seconds, as the transport can bear it.
    """

    path: Mapping[str, str] = field(default_factory=dict)
    query: Sequence[tuple[str, str]] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    accept: str = ""
    if_none_match: str = ""
    if_match: str = ""
    content: bytes = b""
    request_id: str = ""
    actor: str | None = None
    address: str = ""
    principal: Principal | None = None
    revives: bool = False
    prefix: str = ""
    url_path: str = ""
    door: Any = None
    wait: Wait = LongPollLimit().wait

    def query_value(self, key: str) -> str | None:
        """The last value of a query key; None when it is not there."""
        found = None
        for name, value in self.query:
            if name == key:
                found = value
        return found


@dataclass(slots=True)
class ApiResponse:
    """An answer.

    Attributes:
        body: a value to be written as JSON, or bytes that are ready; None: no body.
        status: the HTTP status, which other transports may read as well.
        headers: further HTTP headers.
        content_type: what `body` is when it is bytes.
    """

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON

    def content(self) -> bytes:
        """The body as bytes."""
        body = self.body
        if isinstance(body, bytes):
            return body
        return b"" if body is None else to_json(body)

    @classmethod
    def text(cls, text: str) -> ApiResponse:
        """An answer in plain text."""
        return cls(text.encode(), content_type=TEXT)


def error_response(error: Exception, request_id: str) -> ApiResponse:
    """The answer that tells of an error.

    What is not one of the package's own errors is a defect: it goes to the log with its
    traceback, and the caller gets the request id to find it by.
    """
    if not isinstance(error, RedengineError):
        logger.error(
            "request %s failed: %s", request_id, error, exc_info=error, extra={"action": "error"}
        )
        told = f"something went wrong on this side; the log tells more under request {request_id}"
        return ApiResponse(errors.envelope("INTERNAL_ERROR", told, {}, request_id), 500)
    status = errors.status_of(error)
    headers = errors.headers_of(error, status)
    # Whoever is not available has said so once; clients may ask by thousands, and wait briefly.
    is_told = status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and not is_told:
        cause = error.__cause__ if isinstance(error, CommandFailed) else None
        logger.error(
            "request %s failed: %s", request_id, error, exc_info=cause, extra={"action": "error"}
        )
    else:  # without the message: it may quote what was sent
        logger.info("request %s refused: %s", request_id, error.code, extra={"action": "refuse"})
    body = errors.envelope(error.code, str(error), error.details(), request_id)
    return ApiResponse({**body, **errors.denial(error, status, str(error))}, status, headers)


def prefers_text(accept: str) -> bool:
    """Whether an `Accept` header (RFC 9110, 12.5.1) ranks plain text above JSON."""
    if "text/plain" not in accept:
        return False
    weights = {"text/plain": 0.0, "application/json": 0.0}
    for part in accept.split(","):
        kind, _, parameters = part.strip().partition(";")
        if kind.strip() in weights:
            weights[kind.strip()] = _weight(parameters)
    return weights["text/plain"] > weights["application/json"]


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        key, _, value = parameter.strip().partition("=")
        if key == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
