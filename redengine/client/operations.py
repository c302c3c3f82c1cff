"""Operations: every call that the API knows, described once for both clients.

The paths are written as the API's routing table has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from redengine.client.encoding import to_json
from redengine.exceptions import InvalidInput, shortened

VERSION_PREFIX: Final = "/api/v1"
"""Stands before every path: the form of the API that this client was written for."""

REPEATABLE: Final = frozenset(("GET", "HEAD", "PUT", "DELETE"))
"""The methods that may be sent a second time (RFC 9110, 9.2.2)."""

Query = Sequence[tuple[str, str]]
_PLACE: Final = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, ready to be sent.

    Attributes:
        method: the HTTP method.
        path: the path, encoded.
        query: the query's keys and values.
        content: the body, as JSON; None for none.
        accept: what the answer should be.
        repeatable: whether it may be sent again when its answer is lost.
        answers: the error statuses that are answers here, not errors.
        patience_s: how much longer than others it may take to be answered.
    """

    method: str
    path: str
    query: Query = ()
    content: bytes | None = None
    accept: str = "application/json"
    repeatable: bool = False
    answers: frozenset[int] = frozenset()
    patience_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a path.

    Attributes:
        method: the HTTP method.
        path: the path, with names in angle brackets.
        repeatable: whether it may be sent again when its answer is lost.
        answers: the error statuses that are answers here, not errors.
    """

    method: str
    path: str
    repeatable: bool = field(default=False, kw_only=True)
    answers: frozenset[int] = field(default=frozenset(), kw_only=True)

    def call(
        self,
        *names: str,
        query: Iterable[tuple[str, str]] = (),
        body: Any = None,
        accept: str = "application/json",
        patience_s: float = 0.0,
    ) -> Call:
        """The request for it.

        Args:
            names: the values for the path, in order.
            query: the query's keys and values.
            body: what to send as JSON; None for nothing.
            accept: what the answer should be.
            patience_s: how much longer than others it may take to be answered.

        Raises:
            InvalidInput: a name is empty, or a value of the body has no JSON form.
        """
        return Call(
            method=self.method,
            path=VERSION_PREFIX + filled(self.path, names),
            query=tuple(query),
            content=None if body is None else to_json(body),
            accept=accept,
            repeatable=self.repeatable or self.method in REPEATABLE,
            answers=self.answers,
            patience_s=patience_s,
        )


def filled(path: str, names: Sequence[str]) -> str:
    """The path with encoded names in the places for them.

    Raises:
        InvalidInput: a name is empty: the path would be another one.
    """
    values = iter(names)

    def value(place: re.Match[str]) -> str:
        name = next(values)
        if not isinstance(name, str) or not name:
            raise InvalidInput({place[1]: f"expected a non-empty text, got {shortened(name)}"})
        return encoded(name)

    return _PLACE.sub(value, path)


def encoded(name: str) -> str:
    """A name as one part of a path; "." and ".." would be taken for steps."""
    return quote(name, safe="") if name.strip(".") else name.replace(".", "%2E")


LIST_TASKS: Final = Operation("GET", "/tasks")
GET_TASK: Final = Operation("GET", "/tasks/<name>")
CREATE_TASK: Final = Operation("POST", "/tasks/<name>")
REPLACE_TASK: Final = Operation("PUT", "/tasks/<name>")
UPDATE_TASK: Final = Operation("PATCH", "/tasks/<name>")
DELETE_TASK: Final = Operation("DELETE", "/tasks/<name>")
LIST_TASK_JOBS: Final = Operation("GET", "/tasks/<name>/jobs")
RUN_TASK: Final = Operation("POST", "/tasks/<name>/jobs", repeatable=True)
EXPLAIN_TASK: Final = Operation("GET", "/tasks/<name>/why")
TERMINATE_TASK: Final = Operation("POST", "/tasks/<name>/terminate")

LIST_JOBS: Final = Operation("GET", "/jobs")
SUBMIT_JOB: Final = Operation("POST", "/jobs", repeatable=True)
"""Repeatable, because the client gives every job an id: the same id again is the same job."""

GET_JOB: Final = Operation("GET", "/jobs/<job_id>")
DELETE_JOB: Final = Operation("DELETE", "/jobs/<job_id>")
WAIT_FOR_JOB: Final = Operation("POST", "/jobs/<job_id>/wait", repeatable=True)
GET_RESULT: Final = Operation("GET", "/jobs/<job_id>/result")
READ_OUTPUT: Final = Operation("GET", "/jobs/<job_id>/output")
LIST_JOB_LOGS: Final = Operation("GET", "/jobs/<job_id>/logs")
READ_STACK: Final = Operation("GET", "/jobs/<job_id>/stack")
CANCEL_JOB: Final = Operation("POST", "/jobs/<job_id>/cancel")
PAUSE_JOB: Final = Operation("POST", "/jobs/<job_id>/pause")
RESUME_JOB: Final = Operation("POST", "/jobs/<job_id>/resume")
TERMINATE_JOB: Final = Operation("POST", "/jobs/<job_id>/terminate")

READ_PARAMETERS: Final = Operation("GET", "/parameters")
UPDATE_PARAMETERS: Final = Operation("PATCH", "/parameters")
READ_PARAMETER: Final = Operation("GET", "/parameters/<name>")
SET_PARAMETER: Final = Operation("PATCH", "/parameters/<name>")
DELETE_PARAMETER: Final = Operation("DELETE", "/parameters/<name>")
READ_CONFIG: Final = Operation("GET", "/config")
UPDATE_CONFIG: Final = Operation("PATCH", "/config")
READ_RETURNS: Final = Operation("GET", "/returns")
UPDATE_RETURNS: Final = Operation("PATCH", "/returns")

GET_SESSION: Final = Operation("GET", "/session")
PAUSE_SESSION: Final = Operation("POST", "/session/pause")
RESUME_SESSION: Final = Operation("POST", "/session/resume")
SHUT_DOWN_SESSION: Final = Operation("POST", "/session/shutdown")
RESTART_SESSION: Final = Operation("POST", "/session/restart")

LIST_LOGS: Final = Operation("GET", "/logs")
LIST_DEPENDENCIES: Final = Operation("GET", "/dependencies")
FORECAST: Final = Operation("GET", "/forecast")
LIST_CHANGES: Final = Operation("GET", "/changes")
GET_CHANGE: Final = Operation("GET", "/changes/<id>")
REVERT_CHANGE: Final = Operation("POST", "/changes/<id>/revert")

LIST_RUNTIMES: Final = Operation("GET", "/runtimes")
CREATE_RUNTIME: Final = Operation("POST", "/runtimes")
GET_RUNTIME: Final = Operation("GET", "/runtimes/<name>")
UPDATE_RUNTIME: Final = Operation("PATCH", "/runtimes/<name>")
DELETE_RUNTIME: Final = Operation("DELETE", "/runtimes/<name>")

LIST_KEYS: Final = Operation("GET", "/keys")
CREATE_KEY: Final = Operation("POST", "/keys")
GET_KEY: Final = Operation("GET", "/keys/<name>")
REVOKE_KEY: Final = Operation("DELETE", "/keys/<name>")

_UNWELL: Final = frozenset((503,))
READ_HEALTH: Final = Operation("GET", "/health", answers=_UNWELL)
READ_LIVE: Final = Operation("GET", "/health/live", answers=_UNWELL)
READ_READY: Final = Operation("GET", "/health/ready", answers=_UNWELL)
READ_METRICS: Final = Operation("GET", "/metrics")
READ_CAPABILITIES: Final = Operation("GET", "/capabilities")
EXPORT: Final = Operation("GET", "/export")
PLAN: Final = Operation("POST", "/plan", repeatable=True)
APPLY: Final = Operation("POST", "/apply")
READ_OPENAPI: Final = Operation("GET", "/openapi.json")

OPERATIONS: Final = tuple(each for each in list(globals().values()) if isinstance(each, Operation))
"""All of them."""
