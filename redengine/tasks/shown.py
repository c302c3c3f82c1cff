"""The fields of a task's object: of which kind each is, and how it is read.

One declaration for the object itself, the filters of lists and the columns they look at: a field
that is added here is shown, filtered and sorted by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redengine.parameters import MASK, Argument, sounds_secret
from redengine.tasks.definition import rate_text
from redengine.tasks.options import plain_timeout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from redengine.conditions import Condition
    from redengine.tasks.task import Task


class Field(NamedTuple):
    """A field of a task's object.

    Attributes:
        kind: what filters compare it as: text, number, limit (a number or "never"), boolean,
            datetime or json.
        read: gives its value, as `snapshot` has it.
    """

    kind: str
    read: Callable[[Task], Any]


def _text(condition: Condition | None) -> str | None:
    return None if condition is None else str(condition)


def _last(action: str) -> Field:
    def read(task: Task) -> datetime | None:
        moment = task.history.last(action)
        return moment.at if moment else None

    return Field("datetime", read)


def shown_parameters(task: Task) -> dict[str, Any]:
    """A task's parameters as they may be shown: arguments as text, secrets masked."""
    is_secret = task.host.parameters.is_secret
    return {
        name: repr(value) if isinstance(value, Argument) else _masked(name, value, is_secret)
        for name, value in task.parameters.items()
    }


def _masked(name: str, value: Any, is_secret: Callable[[str], bool]) -> Any:
    """A value as it may be shown under a name; values within have names of their own."""
    if value is None or isinstance(value, bool):
        return value
    if is_secret(name) or (sounds_secret(name) and isinstance(value, str | int | float)):
        return MASK
    if isinstance(value, dict):
        return {key: _masked(str(key), each, is_secret) for key, each in value.items()}
    return value


DEFINITION: Final[Mapping[str, Field]] = {
    "name": Field("text", lambda task: task.name),
    "class": Field("text", lambda task: task.kind),
    "description": Field("text", lambda task: task.description),
    "tags": Field("json", lambda task: list(task.tags)),
    "start_cond": Field("text", lambda task: _text(task.start_cond)),
    "end_cond": Field("text", lambda task: _text(task.end_cond)),
    "execution": Field("text", lambda task: task.host.runtime_of(task)),
    "runtime": Field("text", lambda task: task.host.runtime_of(task)),
    "priority": Field("number", lambda task: task.priority),
    "timeout": Field("limit", lambda task: plain_timeout(task.timeout)),
    "retries": Field("number", lambda task: task.retries),
    "backoff": Field("json", lambda task: task.backoff.to_dict()),
    "max_instances": Field("number", lambda task: task.max_instances),
    "missed": Field("text", lambda task: task.missed),
    "on_crash": Field("text", lambda task: task.on_crash),
    "limits": Field("json", lambda task: task.limits),
    "rate": Field("text", lambda task: None if task.rate is None else rate_text(task.rate)),
    "disabled": Field("boolean", lambda task: task.disabled),
    "disabled_reason": Field("text", lambda task: task.disabled_reason),
    "disabled_until": Field("datetime", lambda task: task.disabled_until),
    "force_run": Field("boolean", lambda task: task.force_run),
    "on_startup": Field("boolean", lambda task: task.on_startup),
    "on_shutdown": Field("boolean", lambda task: task.on_shutdown),
    "permanent_task": Field("boolean", lambda task: task.permanent),
    "parameters": Field("json", shown_parameters),
}
"""What makes the task, but for what it does: that is `BODY`."""

BODY: Final[Mapping[str, str]] = {
    "func": "text",
    "path": "text",
    "code": "text",
    "command": "json",
    "cwd": "text",
    "env": "json",
    "shell": "boolean",
    "argform": "text",
    "options": "json",
}
"""The kinds of the fields that say what a task does; each class of tasks has some of them."""

STATE: Final[Mapping[str, Field]] = {
    "status": Field("text", lambda task: task.status),
    "is_running": Field("boolean", lambda task: task.is_running),
    "last_run": _last("run"),
    "last_success": _last("success"),
    "last_fail": _last("fail"),
    "last_terminate": _last("terminate"),
    "last_inaction": _last("inaction"),
    "last_crash": _last("crash"),
    "next_run": Field("datetime", lambda task: task.next_run),
    "jobs_running": Field("number", lambda task: task.host.jobs_running(task)),
}
"""What became of the task: shown, never set."""

_READ: Final = {name: field.read for name, field in {**DEFINITION, **STATE}.items()}

KINDS: Final[Mapping[str, str]] = {
    **{name: field.kind for name, field in DEFINITION.items()},
    **BODY,
    **{name: field.kind for name, field in STATE.items()},
}
"""The kind of every field."""


def snapshot_of(task: Task) -> dict[str, Any]:
    """Everything needed to make the task again, and its state."""
    found: dict[str, Any] = {name: field.read(task) for name, field in DEFINITION.items()}
    found.update(task.body())
    for name, field in STATE.items():
        found[name] = field.read(task)
    return found


def field_of(task: Task, name: str) -> Any:
    """One field of the object, without working out the others; None where the task has it not."""
    read = _READ.get(name)
    return task.body().get(name) if read is None else read(task)
