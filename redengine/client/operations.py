"""Operations: every call that the API knows, described once for both clients.

The paths are written as the API's routing table has them.
"""

from __future__ import annotations

import json
import re
import secrets
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from datetime import time as clock_time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from redengine.client.settings import VERSION_PREFIX
from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from datetime import datetime

    from redengine.client.settings import Duration


def to_json(value: Any) -> bytes:
    """`value` as JSON: times in ISO 8601, timedeltas as seconds, sets as arrays.

    Raises:
        InvalidInput: a part of it has no JSON form.
    """
    try:
        return json.dumps(value, default=_plain, allow_nan=False).encode()
    except (ValueError, TypeError, RecursionError) as error:
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput({"body": f"cannot be sent as JSON: {error}"}) from None


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, date | clock_time):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if isinstance(value, Mapping):
        return dict(value)
    kind = type(value).__name__
    raise InvalidInput({"body": f"a {kind} has no JSON form: {shortened(value)}"})


def tried(*, dry_run: bool) -> list[tuple[str, str]]:
    """The query of a write that may be tried only."""
    return [("dry_run", "true")] if dry_run else []


def new_job_id() -> str:
    """A UUIDv7 (RFC 9562 §5.7) as text, which sorts by the time it was made."""
    stamp = time.time_ns() // 1_000_000
    bits = (stamp << 80) | secrets.randbits(80)
    bits = bits & ~(0xF << 76) | (0x7 << 76)
    bits = bits & ~(0x3 << 62) | (0x2 << 62)
    return str(uuid.UUID(int=bits))


def submission(
    parameters: Mapping[str, Any] | None,
    *,
    job_id: str | None = None,
    priority: int | None = None,
    runtime: str | None = None,
    timeout: Duration | None = None,
    retries: int | None = None,
    deadline: datetime | str | None = None,
    run_at: datetime | str | None = None,
) -> dict[str, Any]:
    """The body that asks for a job; what is None is left to the task.

    Args:
        parameters: values for the task's arguments.
        job_id: an id of the caller's own; a new UUIDv7 if not given.
        priority: its place in the queue.
        runtime: the name of the runtime to run in.
        timeout: how long an attempt may run.
        retries: how often it is tried again.
        deadline: when it has to have ended.
        run_at: when it may begin.
    """
    asked = {
        "priority": priority,
        "runtime": runtime,
        "timeout": timeout,
        "retries": retries,
        "deadline": deadline,
        "run_at": run_at,
    }
    return {
        "job_id": new_job_id() if job_id is None else job_id,
        "parameters": dict(parameters or {}),
        **{name: value for name, value in asked.items() if value is not None},
    }


def document_with_id(document: Mapping[str, Any]) -> dict[str, Any]:
    """The job document, with an id if it has none."""
    job_id = document.get("job_id")
    return {**document, "job_id": new_job_id() if job_id is None else job_id}


def task_object(options: Mapping[str, Any]) -> dict[str, Any]:
    """A task's object from keyword arguments: `kind` is `class`, `permanent` `permanent_task`.

    Conditions may be given as objects of `redengine.conditions`; they are sent as text.
    """
    names = {"kind": "class", "permanent": "permanent_task"}
    return {names.get(name, name): _option(name, value) for name, value in options.items()}


def _option(name: str, value: Any) -> Any:
    is_condition = name in {"start_cond", "end_cond"} and value is not None
    return str(value) if is_condition else value


def document_call(
    operation: Operation,
    document: str | Mapping[str, Any],
    *,
    prune: bool,
    expect: str | None = None,
) -> Call:
    """The call that sends a document of the session's state; the API reads YAML and JSON."""
    query = [("prune", "true")] if prune else []
    query += [] if expect is None else [("expect", expect)]
    content = document.encode() if isinstance(document, str) else to_json(dict(document))
    return replace(operation.call(query=query), content=content)


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
        key: str | None = None,
    ) -> Call:
        """The request for it.

        Args:
            names: the values for the path, in order.
            query: the query's keys and values.
            body: what to send as JSON; None for nothing.
            accept: what the answer should be.
            patience_s: how much longer than others it may take to be answered.
            key: the last value of the path, encoded already.

        Raises:
            InvalidInput: a name is empty, or a value of the body has no JSON form.
        """
        parent, _, _ = self.path.rpartition("/")
        keyed = "" if key is None else f"{filled(parent, names)}/{key}"
        return Call(
            method=self.method,
            path=VERSION_PREFIX + (filled(self.path, names) if key is None else keyed),
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


def parts_of(key: Any) -> list[Any]:
    """The parts of a channel's key; a value alone is one."""
    return [key] if isinstance(key, str | int | float) else list(key)


def encoded_key(key: Any) -> str:
    """The value of a channel's key as one part of a path; several are joined by commas.

    Raises:
        InvalidInput: it is none.
    """
    parts = parts_of(key)
    for each in parts:
        if not isinstance(each, str | int | float):
            expected = "expected a text, a number or a boolean, or several of these"
            raise InvalidInput({"key": f"{expected}, got {shortened(each)}"})
    texts = [each if isinstance(each, str) else json.dumps(each) for each in parts]
    return ",".join(encoded(each) for each in texts)


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
LINT_CONDITION: Final = Operation("POST", "/conditions/lint", repeatable=True)
EXPLAIN_CONDITION: Final = Operation("GET", "/conditions/explain")
LIST_CHANGES: Final = Operation("GET", "/changes")
GET_CHANGE: Final = Operation("GET", "/changes/<id>")
REVERT_CHANGE: Final = Operation("POST", "/changes/<id>/revert")

LIST_COMMANDS: Final = Operation("GET", "/commands")
GET_COMMAND: Final = Operation("GET", "/commands/<name>")
CALL_COMMAND: Final = Operation("POST", "/commands/<name>")
GET_COMMAND_CALL: Final = Operation("GET", "/commands/<name>/<command_id>")
LIST_WORKERS: Final = Operation("GET", "/workers")
LIST_CALENDARS: Final = Operation("GET", "/calendars")
GET_CALENDAR: Final = Operation("GET", "/calendars/<name>")
SET_CALENDAR: Final = Operation("PUT", "/calendars/<name>")
DELETE_CALENDAR: Final = Operation("DELETE", "/calendars/<name>")
LIST_RUNTIMES: Final = Operation("GET", "/runtimes")
CREATE_RUNTIME: Final = Operation("POST", "/runtimes")
GET_RUNTIME: Final = Operation("GET", "/runtimes/<name>")
UPDATE_RUNTIME: Final = Operation("PATCH", "/runtimes/<name>")
DELETE_RUNTIME: Final = Operation("DELETE", "/runtimes/<name>")

LIST_CHANNELS: Final = Operation("GET", "/channels")
CREATE_CHANNEL: Final = Operation("POST", "/channels")
GET_CHANNEL: Final = Operation("GET", "/channels/<name>")
UPDATE_CHANNEL: Final = Operation("PATCH", "/channels/<name>")
DELETE_CHANNEL: Final = Operation("DELETE", "/channels/<name>")
LAST_RECORD: Final = Operation("GET", "/channels/<name>/last")
LAST_RECORD_OF_KEY: Final = Operation("GET", "/channels/<name>/last/<key>")
NEXT_RECORDS: Final = Operation("GET", "/channels/<name>/next")
NEXT_RECORDS_OF_KEY: Final = Operation("GET", "/channels/<name>/next/<key>")
READ_STATE: Final = Operation("GET", "/channels/<name>/state")
SEND_RECORDS: Final = Operation("POST", "/channels/<name>/send")
LOOK_UP_RECORD: Final = Operation("GET", "/channels/<name>/lookup/<id>")

FOLLOW_EVENTS: Final = Operation("GET", "/events")
POSITION: Final = FOLLOW_EVENTS.call(query=[("mode", "poll"), ("timeout", "0")])
"""Asks where the stream of events stands now."""

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
