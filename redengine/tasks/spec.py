"""Tasks from data: what a JSON object says about a task, made into one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import InvalidInput, UnknownName, refuse, shortened
from redengine.tasks.command import CommandTask
from redengine.tasks.definition import STATE
from redengine.tasks.func import CodeTask, FuncTask, checked_source
from redengine.tasks.options import ALIASES, CONDITIONS, OPTIONS, convert_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from redengine.tasks.host import TaskHost
    from redengine.tasks.task import Task

CLASSES: Final[Mapping[str, type[FuncTask | CommandTask | CodeTask]]] = {
    "FuncTask": FuncTask,
    "CommandTask": CommandTask,
    "CodeTask": CodeTask,
}
STATE_FIELDS: Final = tuple(STATE)
"""Fields of a task's object that tell its state: shown, never set."""
COMMON_FIELDS: Final = ("name", "class", *CONDITIONS, *OPTIONS, *ALIASES)


def settable_fields(kind: type[Task]) -> tuple[str, ...]:
    """The fields of a kind of task that a write may set."""
    return (*COMMON_FIELDS, *kind.body_fields)


def task_class(data: Mapping[str, Any]) -> type[FuncTask | CommandTask | CodeTask]:
    """The class that `data` names, or that its fields tell.

    Raises:
        UnknownName: there is no such class.
        InvalidInput: it names none, and its fields do not tell.
    """
    name = data.get("class")
    if name is not None:
        if not isinstance(name, str):
            raise InvalidInput({"class": f"expected text, got {shortened(name)}"})
        if name not in CLASSES:
            raise UnknownName("class", name, CLASSES).under("class")
        return CLASSES[name]
    for field, kind in (
        ("command", CommandTask),
        ("code", CodeTask),
        ("func", FuncTask),
        ("func_name", FuncTask),
    ):
        if field in data:
            return kind
    reason = "give class (FuncTask, CommandTask, CodeTask), or one of func, command, code"
    raise InvalidInput({"class": reason})


def create_task(data: Mapping[str, Any], host: TaskHost, on_exists: str | None = None) -> Task:
    """Make and register the task that `data` describes.

    Args:
        data: the settable fields of a task's object, as CONTRACT names them.
        host: the session to join.
        on_exists: as for `Task`.

    Raises:
        InvalidInput: a field is missing, unknown or does not fit.
        AlreadyExists: the name is taken.
    """
    kind = task_class(data)
    fields = {name: value for name, value in data.items() if name != "class"}
    refuse([*_foreign(fields, kind), *_misfits(fields, kind, host)])
    if kind is FuncTask:
        fields = _function_fields(fields)
    required = {FuncTask: "func", CommandTask: "command", CodeTask: "code"}[kind]
    if kind is not FuncTask and required not in fields:
        raise InvalidInput({required: f"a {kind.kind} needs it"})
    return kind(session=host, on_exists=on_exists, **fields)


def _foreign(fields: Mapping[str, Any], kind: type[Task]) -> Iterator[InvalidInput]:
    """An error for each field that a kind of task has not, or that cannot be set."""
    known = settable_fields(kind)
    for name in fields:
        if name in STATE_FIELDS:
            yield InvalidInput({name: "tells the task's state and cannot be set"})
        elif name not in known:
            yield UnknownName("field", name, known)


def _misfits(fields: Mapping[str, Any], kind: type[Task], host: TaskHost) -> Iterator[InvalidInput]:
    """An error for each option, and for source code, that does not fit."""
    for given, value in fields.items():
        name = ALIASES.get(given, given)
        try:
            if name in CONDITIONS and isinstance(value, str):
                host.parse(value)
            elif name == "code" and kind is CodeTask:
                checked_source(name, value)
            elif name in OPTIONS and name not in {"disabled", "disabled_until"}:
                convert_option(name, value)
        except InvalidInput as error:
            yield error.under(name)


def _function_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """`func` with `path` names a function in a file; without, "module:function"."""
    plain = dict(fields)
    func = plain.pop("func", None) or plain.pop("func_name", None)
    path = plain.pop("path", None)
    if callable(func):
        return {**plain, "func": func}
    if not isinstance(func, str) or not func:
        raise InvalidInput({"func": "a FuncTask needs the name of a function"})
    if path is not None:
        if not isinstance(path, str):
            raise InvalidInput({"path": f"expected a file's path, got {shortened(path)}"})
        return {**plain, "func_name": func, "path": path}
    return {**plain, "func": imported_function(func)}


def imported_function(reference: str) -> Any:
    """The function that "module:function" names.

    Raises:
        InvalidInput: it cannot be imported, or is not a function.
    """
    module_name, _, qualified_name = reference.partition(":")
    if not qualified_name:
        raise InvalidInput({"func": f"give a path, or write 'module:function'; got {reference!r}"})
    try:
        import importlib

        found: Any = importlib.import_module(module_name)
        for part in qualified_name.split("."):
            found = getattr(found, part)
    except Exception as error:  # noqa: BLE001 - importing runs any code
        reason = f"cannot import {reference!r}: {type(error).__name__}: {error}"
        raise InvalidInput({"func": reason}) from None
    if not callable(found):
        raise InvalidInput({"func": f"{reference!r} is not a function"})
    return found
