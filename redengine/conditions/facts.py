"""Statements about parameters, the scheduler, and nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from redengine.conditions.condition import Condition
from redengine.conditions.context import MISSING
from redengine.conditions.explanation import (
    IMPOSSIBLE,
    Change,
    Effect,
    Event,
    literal,
    quote,
    say_instant,
)
from redengine.durations import format_duration, parse_duration
from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from datetime import datetime

    from redengine.conditions.context import EvaluationContext

ENVIRONMENT: Final = "env"
"""The parameter that `env '<name>'` looks at."""

_SCHEDULER: Final = frozenset(("scheduler",))


@dataclass(frozen=True, slots=True, repr=False)
class Constant(Condition):
    """Always holds, or never does.

    Attributes:
        value: the verdict.
    """

    value: bool
    is_calendar = True

    def holds(self, context: EvaluationContext) -> bool:  # noqa: ARG002 - as the base has it
        return self.value

    def until(self, context: EvaluationContext) -> None:  # noqa: ARG002 - as the base has it
        return None

    def change(self, context: EvaluationContext) -> Change:  # noqa: ARG002 - as the base has it
        return IMPOSSIBLE

    def __str__(self) -> str:
        return f"always {str(self.value).lower()}"


def is_value(actual: object, wanted: object) -> bool:
    """Whether a parameter's value is the wanted one; a wanted text also fits a value's text."""
    if actual is MISSING:
        return False
    if isinstance(wanted, str):
        text = str(actual).lower() if isinstance(actual, bool) else str(actual)
        return text == (wanted.lower() if isinstance(actual, bool) else wanted)
    if wanted is None or isinstance(wanted, bool) or isinstance(actual, bool):
        return actual is wanted
    return isinstance(actual, int | float) and actual == wanted


class _OfParameter(Condition):
    """Base of statements about one session parameter."""

    __slots__ = ()

    name: str

    def until(self, context: EvaluationContext) -> None:  # noqa: ARG002 - as the base has it
        return None

    def reads(self) -> frozenset[str]:
        return frozenset((f"parameter:{self.name}",))

    def evidence(self, context: EvaluationContext) -> str:
        actual = context.parameter(self.name)
        if actual is MISSING:
            return f"there is no parameter {quote(self.name)}"
        if context.is_secret(self.name):
            return "it is a secret"
        return f"it is {shortened(actual)}"


@dataclass(frozen=True, slots=True, repr=False)
class ParamIs(_OfParameter):
    """Holds while a session parameter has a value.

    Attributes:
        name: the parameter's name.
        value: a text (which also fits a value whose text it is), number, boolean or None.
    """

    name: str
    value: object

    def __post_init__(self) -> None:
        _refuse_bad_name(self.name)
        if literal(self.value) is None:
            message = f"expected a text, number, boolean or None, got {shortened(self.value)}"
            raise InvalidInput({"value": f"{message}; write a custom condition for more"})

    def holds(self, context: EvaluationContext) -> bool:
        return is_value(context.parameter(self.name), self.value)

    def change(self, context: EvaluationContext) -> Change:
        return _set(self.name, literal(self.value), self.value, is_to_be=not self.holds(context))

    def __str__(self) -> str:
        return f"param {quote(self.name)} is {literal(self.value)}"


@dataclass(frozen=True, slots=True, repr=False)
class ParamExists(_OfParameter):
    """Holds while there is a session parameter of that name, whatever its value.

    Attributes:
        name: the parameter's name.
    """

    name: str

    def __post_init__(self) -> None:
        _refuse_bad_name(self.name)

    def holds(self, context: EvaluationContext) -> bool:
        return context.parameter(self.name) is not MISSING

    def change(self, context: EvaluationContext) -> Change:
        if self.holds(context):
            effect = Effect(f"parameter:{self.name}", "delete")
            return Change((Event.of(f"parameter {quote(self.name)} must be deleted", effect),))
        effect = Effect(f"parameter:{self.name}", "set", True)
        return Change((Event.of(f"parameter {quote(self.name)} must be set", effect),))

    def __str__(self) -> str:
        return f"param {quote(self.name)} exists"


@dataclass(frozen=True, slots=True, repr=False)
class Env(_OfParameter):
    """Holds while the session parameter `env` is the given one.

    Attributes:
        value: the environment's name, such as "prod".
    """

    value: str
    name = ENVIRONMENT

    def __post_init__(self) -> None:
        _refuse_bad_name(self.value)

    def holds(self, context: EvaluationContext) -> bool:
        return is_value(context.parameter(ENVIRONMENT), self.value)

    def change(self, context: EvaluationContext) -> Change:
        wanted = quote(self.value)
        return _set(ENVIRONMENT, wanted, self.value, is_to_be=not self.holds(context))

    def __str__(self) -> str:
        return f"env {quote(self.value)}"


def _set(name: str, told: str | None, value: object, *, is_to_be: bool) -> Change:
    """That a parameter has to have a value, or has to have another one."""
    wish, action = ("must be", "set") if is_to_be else ("must not be", "delete")
    effect = Effect(f"parameter:{name}", action, value)
    return Change((Event.of(f"parameter {quote(name)} {wish} {told}", effect),))


def _started(ago: timedelta) -> Effect:
    return Effect("scheduler", "start", ago)


def _refuse_bad_name(name: object) -> None:
    if not isinstance(name, str) or not name:
        raise InvalidInput({"name": f"expected a non-empty text, got {shortened(name)}"})


@dataclass(frozen=True, slots=True, repr=False)
class SchedulerRun(Condition):
    """Holds once the scheduler has run for a while.

    Attributes:
        over: for how long.
    """

    over: timedelta

    def __init__(self, over: timedelta | str | float) -> None:
        object.__setattr__(self, "over", parse_duration(over, field="scheduler has run over"))

    def holds(self, context: EvaluationContext) -> bool:
        started = context.scheduler_started
        return started is not None and context.now - started >= self.over

    def until(self, context: EvaluationContext) -> datetime | None:
        started = context.scheduler_started
        if started is None or context.now - started >= self.over:
            return None
        return started + self.over

    def reads(self) -> frozenset[str]:
        return _SCHEDULER

    def evidence(self, context: EvaluationContext) -> str:
        if context.scheduler_started is None:
            return "the scheduler does not run"
        return f"it started at {say_instant(context.scheduler_started, context.zone)}"

    def change(self, context: EvaluationContext) -> Change:
        until = self.until(context)
        if until is not None:
            return Change(wait=until)
        if self.holds(context):
            return Change((Event.of("the scheduler must be restarted", _started(timedelta())),))
        return Change((Event.of("the scheduler must be started", _started(timedelta())),))

    def __str__(self) -> str:
        return f"scheduler has run over {format_duration(self.over)}"


TRUE: Final = Constant(value=True)
FALSE: Final = Constant(value=False)
