"""Definitions: all that makes a task what it is, and nothing of what happened to it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from redengine import jsontext
from redengine.conditions import Condition
from redengine.tasks.options import CONDITIONS, OPTIONS, Backoff

if TYPE_CHECKING:
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
