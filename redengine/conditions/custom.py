"""Custom conditions: user code as a statement.

The context holds their last answer and never runs them; whoever makes the context asks them,
every so often, outside of all locks.
"""

from __future__ import annotations

import inspect
from abc import abstractmethod
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, overload

from redengine.conditions.condition import NOTHING, Condition
from redengine.conditions.explanation import Change, Effect, Event, literal, say_instant
from redengine.durations import parse_duration
from redengine.exceptions import InvalidInput
from redengine.support.functions import refuse_no_function

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from redengine.conditions.context import EvaluationContext

_PLAIN: Final = frozenset(("builtins", "datetime", "decimal", "pathlib", "zoneinfo"))
"""The modules of types whose representation says all of a value."""


class CustomCondition(Condition):
    """Base of conditions whose verdict is user code: subclass it and write `check`.

    Example:
        class QueueIsShort(CustomCondition):
            every = "5 s"

            def check(self) -> bool:
                return queue.qsize() < 10
    """

    __slots__ = ()

    every: timedelta = timedelta(seconds=1)
    """How often it is asked; a subclass may say it as text or in seconds."""

    topics: frozenset[str] = NOTHING
    """Further topics at whose change it is asked."""

    rising: bool = False
    """Whether only a change from false to true counts, until a start was made for it."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        every = cls.__dict__.get("every")
        if isinstance(every, str | int | float | timedelta):
            cls.every = _interval(every)

    @abstractmethod
    def check(self) -> bool:
        """Whether it holds; an exception counts as no and shows in the explanation."""

    @property
    def key(self) -> str:
        """What tells it from other custom conditions; equal conditions have equal ones."""
        kind = type(self)
        slots = (name for base in kind.__mro__ for name in vars(base).get("__slots__", ()))
        state = {name: getattr(self, name) for name in slots if hasattr(self, name)}
        state |= getattr(self, "__dict__", {})
        values = ", ".join(f"{name}={told_apart(state[name])}" for name in sorted(state))
        return f"{kind.__module__}.{kind.__qualname__}#{id(kind):x}({values})"

    def holds(self, context: EvaluationContext) -> bool:
        return context.check(self).holds

    def until(self, context: EvaluationContext) -> None:  # noqa: ARG002 - as the base has it
        return None

    def reads(self) -> frozenset[str]:
        return frozenset((f"custom:{self.key}",)) | self.topics

    def evidence(self, context: EvaluationContext) -> str:
        result = context.check(self)
        if result.error is not None:
            return f"its check raised: {result.error}"
        if result.at is None:
            return "it has not been asked yet"
        return f"asked at {say_instant(result.at, context.zone)}"

    def change(self, context: EvaluationContext) -> Change:
        is_wanted = not self.holds(context)
        effect = Effect(f"custom:{self.key}", "turn", is_wanted)
        return Change((Event.of(f"{self} must turn {str(is_wanted).lower()}", effect),))

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


class FuncCond(CustomCondition):
    """A custom condition whose check is a function; `condition` makes them.

    Args:
        func: called with the arguments; what it returns is taken as true or false.
        args: positional arguments.
        kwargs: named arguments.
        name: its name in the string language.
        every: how often it is asked.
        topics: further topics at whose change it is asked.
        rising: whether only a change from false to true counts.
    """

    __slots__ = ("args", "every", "func", "kwargs", "name", "rising", "topics")

    def __init__(
        self,
        func: Callable[..., Any],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        *,
        name: str | None = None,
        every: timedelta | str | float = 1,
        topics: Iterable[str] = (),
        rising: bool = False,
    ) -> None:
        self.func = func
        self.args = args
        self.kwargs = kwargs or {}
        self.name = name or getattr(func, "__name__", type(func).__name__)
        self.every = _interval(every)
        self.topics = frozenset(topics)
        self.rising = rising

    @property
    def key(self) -> str:
        module = getattr(self.func, "__module__", "")
        name = getattr(self.func, "__qualname__", f"<{self.name}>")
        # A name is not a function's own: a loop, or a notebook's cell run again, makes others.
        rising = " rising" if self.rising else ""
        return f"{module}.{name}#{id(self.func):x}{self._arguments(told_apart)}{rising}"

    def check(self) -> bool:
        return bool(self.func(*self.args, **self.kwargs))

    def _arguments(self, say: Callable[[object], str]) -> str:
        named = [f"{name}={say(value)}" for name, value in self.kwargs.items()]
        return f"({', '.join((*map(say, self.args), *named))})"

    def __str__(self) -> str:
        return f"{self.name}{self._arguments(lambda value: literal(value) or repr(value))}"


class ConditionFactory:
    """What `@condition` makes of a function: call it to get the condition.

    Args:
        func: the function.
        name: its name in the string language; that of the function if not given.
        every: how often its conditions are asked.
        topics: further topics at whose change they are asked.
        rising: whether only a change from false to true counts.
    """

    __slots__ = ("__name__", "__wrapped__", "every", "func", "name", "rising", "topics")

    def __init__(
        self,
        func: Callable[..., Any],
        *,
        name: str | None = None,
        every: timedelta | str | float = 1,
        topics: Iterable[str] = (),
        rising: bool = False,
    ) -> None:
        refuse_no_function(func, "app.condition(func)", field="condition")
        self.func = self.__wrapped__ = func
        self.name: str = name or str(getattr(func, "__name__", type(func).__name__))
        self.__name__ = self.name
        self.every = _interval(every)
        self.topics = tuple(topics)
        self.rising = rising

    def __call__(self, *args: Any, **kwargs: Any) -> FuncCond:
        try:
            inspect.signature(self.func).bind_partial(*args, **kwargs)
        except TypeError as error:
            raise InvalidInput({self.name: str(error)}) from None
        except ValueError:
            pass  # a builtin without a signature
        return FuncCond(
            self.func,
            args,
            kwargs,
            name=self.name,
            every=self.every,
            topics=self.topics,
            rising=self.rising,
        )

    def __repr__(self) -> str:
        return f"ConditionFactory({self.name!r})"


@overload
def condition(func: Callable[..., Any], /) -> ConditionFactory: ...
@overload
def condition(
    *,
    name: str | None = None,
    every: timedelta | str | float = 1,
    reads: Iterable[str] = (),
    rising: bool = False,
) -> Callable[[Callable[..., Any]], ConditionFactory]: ...
def condition(
    func: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    every: timedelta | str | float = 1,
    reads: Iterable[str] = (),
    rising: bool = False,
) -> ConditionFactory | Callable[[Callable[..., Any]], ConditionFactory]:
    """A decorator that makes a function usable as a condition, and by name in strings.

    Args:
        func: the function, when the decorator is used without parentheses.
        name: its name in the string language; that of the function if not given.
        every: how often it is asked; one second if not given.
        reads: topics at whose change it is asked as well, such as "parameter:path".
        rising: whether only a change from false to true counts, once a start; a first answer that
            is true is no change.

    Raises:
        InvalidInput: `every` is no duration longer than nothing.
    """
    if func is not None:
        return ConditionFactory(func, name=name, every=every, topics=reads, rising=rising)
    _interval(every)
    return lambda func: ConditionFactory(func, name=name, every=every, topics=reads, rising=rising)


def told_apart(value: object) -> str:
    """A text that two values share only if they are the same, or equal plain data."""
    if isinstance(value, list | tuple):
        return f"{type(value).__name__}({', '.join(map(told_apart, value))})"
    if isinstance(value, dict):
        pairs = (f"{told_apart(key)}: {told_apart(each)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    return repr(value) if type(value).__module__ in _PLAIN else f"{value!r}#{id(value):x}"


def _interval(every: timedelta | str | float) -> timedelta:
    duration = parse_duration(every, field="every")
    if duration <= timedelta(0):
        raise InvalidInput({"every": "the interval is longer than nothing"})
    return duration
