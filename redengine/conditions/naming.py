"""Names in conditions: how they are quoted, and how a task is named."""

from __future__ import annotations

import re
from typing import Any, Final

from redengine.exceptions import InvalidInput, shortened

_ESCAPED: Final = re.compile(r"\\([\\'\"])")


def quote(text: str) -> str:
    r"""The text in quotes, as the string language reads it back.

    Single quotes, or double ones if the text has a single one and no double one; a
    backslash and the quote itself are escaped by a backslash.
    """
    mark = '"' if "'" in text and '"' not in text else "'"
    escaped = text.replace("\\", "\\\\").replace(mark, f"\\{mark}")
    return f"{mark}{escaped}{mark}"


def unquote(literal: str) -> str:
    """The text that a quoted literal means."""
    return _ESCAPED.sub(r"\1", literal[1:-1])


def literal(value: object) -> str | None:
    """A value as the string language writes it, or None if it has no form there."""
    if isinstance(value, str):
        return quote(value)
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and value == value and abs(value) != float("inf"):  # noqa: PLR0124 - not NaN
        return repr(value)
    return None


def task_name(task: Any) -> str:
    """The name of a task given as its name, as a task, or as the function it was made of.

    Raises:
        InvalidInput: it is none of these.
    """
    name = task if isinstance(task, str) else _attribute(task)
    if isinstance(name, str) and name:
        return name
    raise InvalidInput(
        {"task": f"expected a task, its function or its name, got {shortened(task)}"}
    )


def _attribute(task: Any) -> Any:
    made = getattr(task, "__redengine_task__", None)
    named = getattr(task, "name", None) or getattr(made, "name", made)
    return named or getattr(task, "__name__", None)


def say_task(task: str | None) -> str:
    """How evidence names a task; None is the asked one."""
    return "the task" if task is None else f"task {quote(task)}"
