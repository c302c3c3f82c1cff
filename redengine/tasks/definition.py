"""Tasks as data: what makes one what it is, and the fields of its object."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from redengine.conditions import Condition
from redengine.parameters import MASK, Argument, sounds_secret
from redengine.support import jsontext
from redengine.tasks.options import CONDITIONS, OPTIONS, Backoff, plain_timeout

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.tasks.task import Task

_SHOWN_AS: Final = {"permanent": "permanent_task"}
"""Options that a task's object has under another name."""
_PASSING: Final = frozenset(("force_run",))
"""Options that tell of a moment, not of the task."""
_FIELDS: Final = tuple(
    (name, _SHOWN_AS.get(name, name)) for name in (*CONDITIONS, *OPTIONS) if name not in _PASSING
)
"""The options of a definition, each with the name under which it stands there."""
_SIMPLE: Final = frozenset((bool, int, float, str))

_KEY: Final = secrets.token_bytes(16)
"""A tag tells nothing of a secret environment to those who guess, as each process has its own."""


def definition_of(task: Task) -> dict[str, Any]:
    """What `create_task` takes to make the task again, but for its name.

    Values are JSON-ready but for arguments (`Arg("day")`) among the parameters; the
    environment of a command is in clear.
    """
    settings = task.settings
    options = {shown: _plain(name, getattr(settings, name)) for name, shown in _FIELDS}
    return {"class": task.kind, **options, **task.body(secret=True)}


def default_definition() -> dict[str, Any]:
    """What holds of a definition where nothing is said, but for what a task does."""
    options = {name: option.default for name, option in OPTIONS.items()}
    return {shown: _plain(name, options.get(name)) for name, shown in _FIELDS}


def _plain(name: str, value: Any) -> Any:
    if value is None or type(value) in _SIMPLE:
        return value
    if isinstance(value, Condition):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Backoff):
        return value.to_dict()
    if isinstance(value, ZoneInfo):
        return value.key
    if name == "rate" and value is not None:
        return rate_text(value)
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def tag_of(definition: Mapping[str, Any]) -> str:
    """A text that is the same for equal definitions, and for no others.

    It is the same in every process unless the definition holds an environment.
    """
    key = _KEY if definition.get("env") else b""
    content = jsontext.dumps(
        definition, _described, jsontext.OPT_NON_STR_KEYS | jsontext.OPT_SORT_KEYS
    )
    return hashlib.blake2b(content, digest_size=10, key=key).hexdigest()


def _described(value: Any) -> str:
    return f"{type(value).__qualname__} {value!r}"


def rate_text(rate: Any) -> str:
    """A rate as the option takes it back."""
    number, span = rate
    return f"{number}/{span.total_seconds():g} s"


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


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


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
    "timezone": Field("text", lambda task: None if task.timezone is None else task.timezone.key),
    "missed": Field("text", lambda task: task.missed),
    "jitter": Field("number", lambda task: _seconds(task.jitter)),
    "grace": Field("number", lambda task: _seconds(task.grace)),
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
    "publish": Field("text", lambda task: task.publish),
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
