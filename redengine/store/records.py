"""Entries: what can be written to a store. Instants are aware datetimes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

CRASH_REASON: Final = "the session that ran it ended without a shut-down"
"""The reason of a crash that took the whole session: the task has one more chance in its period."""
RETRIED: Final = "retry"
"""The reason of a record that ends an attempt, not the job: histories pass it over."""


class LogEntry(NamedTuple):
    """One action of a job, or one start that was not made.

    Attributes:
        id: its place in the log; higher than that of every earlier record.
        timestamp: when it happened.
        reason: "retry" marks the end of an attempt that another one follows: histories pass
            it over.
        created: when the record was made; None for `timestamp`.
        skipped: the fire times that a skip stands for: `first`, `last` and `count`, as JSON text.
    """

    id: int
    timestamp: datetime
    action: str
    task_name: str
    job_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    duration: float | None = None
    message: str | None = None
    exc_text: str | None = None
    reason: str | None = None
    created: datetime | None = None
    skipped: str | None = None


class JobEntry(NamedTuple):
    """A job as it now is: inserted, or put in the place of what was known of it.

    Its task, trigger, parameters, `submitted_at`, `occurrence` and `content_hash` stay as they
    were first written.

    Attributes:
        occurrence: the nominal time for which only one job of the task may ever exist:
            `due_at` of a job that the task's condition started, None for all others.
        parameters: JSON-ready values by name, or JSON text; not to be changed any more.
        progress: a JSON-ready object, or JSON text.
        result: JSON text.
        result_kind: "json", "none", or "preview" where `result` describes a value that has no
            JSON form.
        content_hash: tells whether a second submission of the id asks for the same.
        options: what else was asked for, as a JSON-ready object.
        exit_code: of the command that the job ran; negative for a signal, None where there was
            none or it is not known.
    """

    job_id: str
    task: str
    status: str
    trigger: str
    submitted_at: datetime
    attempt: int = 1
    priority: int = 0
    runtime: str = "thread"
    parameters: Mapping[str, Any] | str | None = None
    due_at: datetime | None = None
    occurrence: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duration: float | None = None
    progress: Mapping[str, Any] | str | None = None
    error: str | None = None
    reason: str | None = None
    result: str | None = None
    result_kind: str = "none"
    abandoned: bool = False
    content_hash: str | None = None
    run_at: datetime | None = None
    options: Mapping[str, Any] | None = None
    exit_code: int | None = None


class OutputEntry(NamedTuple):
    """One line that a job has written; `seq` counts from 1 within the job."""

    job_id: str
    seq: int
    at: datetime
    stream: str
    text: str


class TaskEntry(NamedTuple):
    """A task is known; the first `created` and the latest given of the others are kept.

    Attributes:
        misfires: its fire times that still wait to be made up for, as a JSON array.
    """

    name: str
    created: datetime
    last_due: datetime | None = None
    misfires: str | None = None


class ReturnEntry(NamedTuple):
    """The latest return value of a task; `kind` and `value` as in `JobEntry`."""

    task: str
    at: datetime
    kind: str
    value: str | None


class ChangeEntry(NamedTuple):
    """One write request that was made through the API; the store gives it its number.

    Attributes:
        created: when it took effect, or was refused; a session fills it in.
        resource: what it was put to, such as "Task".
        name: which one, where there are several.
        method: post, put, patch or delete.
        data: what was asked for, as it may be shown.
        kind: "change" is applied again when the session starts anew; "action" happened once;
            "refusal" did not happen.
        before: what was touched as it was, as it may be shown.
        after: the same as it then was.
        actor: who asked.
        address: from where.
        status: how it was answered, as HTTP says it.
        result: the code of the error, where it was answered with one.
        request_id: finds the request in the log.
        reverts: the number of the change that it undoes.
        sealed: `data`, `before` and `after` whole, where they may not be shown so: they are in
            no list, and no filter reads them.
    """

    created: datetime | None
    resource: str
    name: str | None
    method: str
    data: Any = None
    kind: str = "change"
    before: Any = None
    after: Any = None
    actor: str | None = None
    address: str | None = None
    status: int | None = None
    result: str | None = None
    request_id: str | None = None
    reverts: int | None = None
    sealed: Any = None


class RevertedEntry(NamedTuple):
    """A change has been undone by the latest one that says so, in the same write."""

    change_id: int


class StateEntry(NamedTuple):
    """A JSON-ready value under a key of the session's own."""

    key: str
    value: Any


class KeyEntry(NamedTuple):
    """A key of the API: what tells it again, and what it allows; never the key itself.

    Attributes:
        name: what it is called; the key that had the name before is replaced.
        salt: what its digest was made with, in hexadecimal.
        digest: tells the key again, in hexadecimal.
        scopes: what it allows.
        tasks: a pattern of the names of the tasks that it is for; None: all.
        created_at: when it was made.
        created_by: who made it, if that is known.
        expires_at: when it ends to be valid; None: never.
        revoked_at: when it was made invalid; None: it was not.
        commands: a pattern of the names of the commands that it is for; None: as `Principal` says.
        channels: the same of channels.
    """

    name: str
    salt: str
    digest: str
    scopes: tuple[str, ...]
    tasks: str | None
    created_at: datetime
    created_by: str | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    commands: str | None = None
    channels: str | None = None


class DeleteEntry(NamedTuple):
    """Something is no more: a job with its output, a task, a return value, a state value.

    Log records and changes are left alone.
    """

    what: Literal["job", "task", "return", "state"]
    key: str


Entry = (
    LogEntry
    | JobEntry
    | OutputEntry
    | TaskEntry
    | ReturnEntry
    | ChangeEntry
    | RevertedEntry
    | StateEntry
    | KeyEntry
    | DeleteEntry
)
