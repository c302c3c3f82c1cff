"""Checking a script: its tasks, and what is wrong with them, with the place."""

from __future__ import annotations

import inspect
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import redengine
from redengine.cli.scripts.running import Loaded, load
from redengine.parameters.binding import Signature
from redengine.sessions import SuspiciousCondition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import CodeType
    from warnings import WarningMessage

    from redengine.sessions import Session
    from redengine.tasks import Task

_PACKAGE: Final = str(Path(redengine.__file__).parent)
_OF_LIBRARIES: Final = (
    DeprecationWarning,
    PendingDeprecationWarning,
    ImportWarning,
    ResourceWarning,
)
"""Warnings that tell of the code they stand in; elsewhere they are not the script's matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something that is wrong, or may be.

    Attributes:
        place: the file and line.
        message: what it is.
        severity: "error", "warning" or "info".
        code: of a finding of the linter, which one; None for another.
        task: of such a finding, the task.
        fix: what may be meant, where it is known.
    """

    place: str
    message: str
    severity: str = "warning"
    code: str | None = None
    task: str | None = None
    fix: str | None = None

    def to_dict(self) -> dict[str, str | None]:
        """As JSON values."""
        return asdict(self)


@dataclass(slots=True)
class Report:
    """What a check has found.

    Attributes:
        script: the script.
        tasks: its tasks, as JSON objects.
        found: what is wrong with it, or may be.
    """

    script: str
    tasks: list[dict[str, Any]] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)

    def of(self, severity: str) -> list[Found]:
        """What was found of one severity."""
        return [each for each in self.found if each.severity == severity]

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "script": self.script,
            "tasks": self.tasks,
            "errors": [each.to_dict() for each in self.of("error")],
            "warnings": [each.to_dict() for each in self.of("warning")],
            "infos": [each.to_dict() for each in self.of("info")],
        }


def check_script(script: str, arguments: Sequence[str] = ()) -> Report:
    """Load a script up to its start, and look at what it made."""
    loaded = load(script, arguments)
    report = Report(script)
    for session in loaded.sessions:
        for task in session.tasks:
            report.tasks.append(_described(task))
        report.found += _findings(session, script)
        report.found += _not_given(session, script)
    report.found += [
        Found(place=_place_of_warning(each, script), message=str(each.message))
        for each in loaded.warnings
        if _concerns(each, script) and not issubclass(each.category, SuspiciousCondition)
    ]
    report.found += _errors(loaded, script)
    return report


def _described(task: Task) -> dict[str, Any]:
    conditions = {name: getattr(task, name) for name in ("start_cond", "end_cond")}
    return {
        "name": task.name,
        "class": task.kind,
        **{name: None if each is None else str(each) for name, each in conditions.items()},
        "place": _place_of(task),
    }


def _place_of(task: Task) -> str | None:
    """Where a task's function stands; None for one of a library, or without a function."""
    func = getattr(task, "func", None)
    code: CodeType | None = getattr(inspect.unwrap(func) if func else None, "__code__", None)
    if code is None or code.co_filename.startswith(_PACKAGE):
        return None
    return f"{code.co_filename}:{code.co_firstlineno}"


# -- what may not be meant


def _findings(session: Session, script: str) -> Iterator[Found]:
    """What the linter has against the conditions of a session's tasks."""
    for each in session.lint():
        yield Found(
            place=_place_of(session.tasks[each.task]) or script,
            message=str(each),
            severity=each.finding.severity,
            code=each.finding.code,
            task=each.task,
            fix=each.finding.fix,
        )


def _not_given(session: Session, script: str) -> Iterator[Found]:
    """What a function takes that nobody gives it."""
    for task in session.tasks:
        for name in _nobody_gives(session, task):
            message = f"task '{task.name}': nobody gives '{name}', which its function takes"
            hint = "make it a session parameter, or give it a default"
            yield Found(place=_place_of(task) or script, message=f"{message}; {hint}")


def _nobody_gives(session: Session, task: Task) -> Iterable[str]:
    """What a function takes that starts by itself, and that nothing has a value for."""
    func = getattr(task, "func", None)
    if func is None or task.start_cond is None or task.permanent:
        return []
    given = {*session.parameters, *task.parameters}
    return [name for name in Signature(func).required if name not in given]


def _concerns(warning: WarningMessage, script: str) -> bool:
    return _is_same(warning.filename, script) or not issubclass(warning.category, _OF_LIBRARIES)


def _place_of_warning(warning: WarningMessage, script: str) -> str:
    is_inside = warning.filename.startswith(_PACKAGE)
    return script if is_inside else f"{warning.filename}:{warning.lineno}"


# -- what keeps it from starting


def _errors(loaded: Loaded, script: str) -> Iterator[Found]:
    error = loaded.error
    place, message = script, ""
    if isinstance(error, SystemExit):
        told = "" if error.code in {None, 0} else f" ({error.code})"
        place = _place_of_error(error, script)
        message = f"the script ended{told} before it started its session"
    elif error is not None:
        place, message = _place_of_error(error, script), f"{type(error).__name__}: {error}"
    elif not loaded.sessions:
        message = "the script makes no session"
    elif not loaded.has_started:
        message = "the script never starts its session: session.start() is missing"
    if message:
        yield Found(place=place, message=message, severity="error")


def _place_of_error(error: BaseException, script: str) -> str:
    """The script's line, else the last one that is not of this package."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [each for each in frames if _is_same(each.filename, script)]
    others = [each for each in frames if "runpy" not in each.filename]
    others = [each for each in others if not each.filename.startswith(_PACKAGE)]
    for found in (own, others):
        if found:
            return f"{found[-1].filename}:{found[-1].lineno}"
    return script


def _is_same(filename: str, script: str) -> bool:
    return filename == script or Path(filename).resolve() == Path(script).resolve()
