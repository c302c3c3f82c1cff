"""Speaking: conditions in plain words."""

from __future__ import annotations

from redengine.cli.scripts.cronwords import cron_words
from redengine.conditions import (
    After,
    All,
    Any,
    Condition,
    Constant,
    Cron,
    CustomCondition,
    Env,
    Every,
    Has,
    IsRunning,
    Not,
    ParamExists,
    ParamIs,
    Periodic,
    PeriodicAt,
    Retry,
    SchedulerRun,
    TimeOf,
)
from redengine.conditions.naming import quote
from redengine.durations import format_duration

_ENDS = {
    "succeeded": "has succeeded",
    "failed": "has failed",
    "finished": "has ended, however it did",
    "terminated": "was terminated",
}


def spoken(condition: Condition) -> list[str]:
    """What a condition says, as lines; parts of a combination are indented.

    The lines go on from "a task with this condition starts".
    """
    match condition:
        case All():
            return ["when all of this holds:", *_listed(condition.conditions)]
        case Any():
            return ["when any of this holds:", *_listed(condition.conditions)]
        case Not():
            return ["when this does not hold:", *_listed((condition.condition,))]
    return [_statement(condition)]


def _listed(parts: tuple[Condition, ...]) -> list[str]:
    lines = []
    for part in parts:
        first, *rest = spoken(part)
        lines += [f"- {first}", *(f"  {line}" for line in rest)]
    return lines


def _statement(condition: Condition) -> str:
    """One statement."""
    match condition:
        case Every(interval=interval):
            return f"every {format_duration(interval)}, the first time at once"
        case Periodic(window=window):
            part = f", {window}" if str(window) else ""
            return f"once every {window.unit.name}{part}, at the first chance"
        case PeriodicAt(unit=unit, position=position):
            return f"every {unit.name} at {position}"
        case TimeOf(window=window):
            part = str(window)
            return f"while the time of {window.unit.name} is {part or 'any'}"
        case Cron(expression=expression):
            return cron_words(expression)
        case Constant(value=value):
            return "always, again and again" if value else "never by itself, only by hand"
    return _of_facts(condition)


def _of_facts(condition: Condition) -> str:
    """A statement about tasks, parameters and the session."""
    match condition:
        case After():
            return _after(condition)
        case Has() | IsRunning():
            told = str(condition)
            return f"while {told if told.startswith('task ') else f'it {told}'}"
        case Retry(times=times):
            return f"again after it failed, up to {times} {'time' if times == 1 else 'times'}"
        case ParamIs(name=name):
            wanted = str(condition).removeprefix(f"param {quote(name)} is ")
            return f"while the session parameter '{name}' is {wanted}"
        case ParamExists(name=name):
            return f"while there is a session parameter '{name}'"
        case Env(value=value):
            return f"while the session parameter 'env' is '{value}'"
        case SchedulerRun():
            return f"while the {condition}"
        case CustomCondition():
            return f"while your own condition {condition} holds"
    return f"while {condition}"


def _after(condition: After) -> str:
    names = [f"'{name}'" for name in condition.tasks]
    end = _ENDS[condition.outcome]
    if len(names) == 1:
        return f"after task {names[0]} {end}, once each time"
    some = "any" if condition.mode == "Any" else "each"
    return f"after {some} of the tasks {', '.join(names)} {end}, since it last started"
