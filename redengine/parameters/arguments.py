"""Arguments: what a task's function writes in its signature to ask for a value.

An argument stands as the default of a parameter, `def report(data=Return("fetch"))`,
or as a value among a task's parameters.
"""

from __future__ import annotations

import inspect
import os
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final, Protocol

from redengine.exceptions import InvalidInput, MissingArgument
from redengine.support.functions import refuse_no_function

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NOT_GIVEN: Final = object()


class ArgumentSource(Protocol):
    """Where the values come from when one job starts."""

    @property
    def task(self) -> Any:
        """The task that runs."""

    @property
    def session(self) -> Any:
        """The session that runs it."""

    @property
    def termination(self) -> Any:
        """The job's termination flag: true once the job has been asked to stop."""

    @property
    def task_name(self) -> str:
        """The name of the task that runs, for messages."""

    def parameter(self, name: str, default: Any) -> Any:
        """The parameter of the job, the task or the session, in this order; else `default`."""

    def returned(self, task: str, default: Any) -> Any:
        """The latest return value of a task; else `default`."""


def task_name(task: object) -> str:
    """The name of a task that is given as a name, a task or a decorated function.

    Raises:
        InvalidInput: it is none of these.
    """
    if isinstance(task, str):
        return task
    for attribute in ("__redengine_task__", "name", "__name__"):
        name = getattr(task, attribute, None)
        if isinstance(name, str):
            return name
    raise InvalidInput({"task": f"expected a task, its name or its function, got {task!r}"})


class Argument(ABC):
    """A value that is looked up when the job starts.

    Subclass it for a source of your own: implement `resolve` and a `__repr__` of one line.
    """

    __slots__ = ()

    @abstractmethod
    def resolve(self, source: ArgumentSource, name: str) -> Any:
        """The value for the function's parameter called `name`.

        Raises:
            MissingArgument: nobody gives it.
        """

    def __eq__(self, other: object) -> bool:
        """Whether it asks for the same."""
        if type(other) is not type(self):
            return NotImplemented
        slots = [name for kind in type(self).__mro__ for name in getattr(kind, "__slots__", ())]
        return all(getattr(self, name) == getattr(other, name) for name in slots)

    def __hash__(self) -> int:
        return hash(repr(self))


class Arg(Argument):
    """A parameter of the job, the task or the session, by its name.

    Args:
        name: the parameter's name.
        default: what stands in when there is none.
    """

    __slots__ = ("default", "name")

    def __init__(self, name: str, default: Any = _NOT_GIVEN) -> None:
        self.name = name
        self.default = default

    def resolve(self, source: ArgumentSource, name: str) -> Any:
        value = source.parameter(self.name, self.default)
        if value is _NOT_GIVEN:
            reason = f"there is no parameter '{self.name}' in the job, the task or the session"
            raise MissingArgument(source.task_name, name, reason)
        return value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"


class Return(Argument):
    """The latest return value of another task.

    Args:
        task: the other task: its name, its function or itself.
        default: what stands in while it has not returned anything.
    """

    __slots__ = ("default", "task")

    def __init__(self, task: object, default: Any = _NOT_GIVEN) -> None:
        self.task = task_name(task)
        self.default = default

    def resolve(self, source: ArgumentSource, name: str) -> Any:
        value = source.returned(self.task, self.default)
        if value is _NOT_GIVEN:
            reason = f"task '{self.task}' has not returned a value yet; give Return a default"
            raise MissingArgument(source.task_name, name, reason)
        return value

    def __repr__(self) -> str:
        return f"Return({self.task!r})"


class Last(Argument):
    """The latest record of a channel.

    Args:
        channel: the channel: its name, or itself.
        key: the key of the record, where the latest one of a key is asked for: a value, or a tuple
            of several.
        default: what stands in while there is none.
    """

    __slots__ = ("channel", "default", "key")

    def __init__(self, channel: object, *, key: Any = None, default: Any = _NOT_GIVEN) -> None:
        name = channel if isinstance(channel, str) else getattr(channel, "name", None)
        if not isinstance(name, str):
            reason = f"expected a channel or its name, got {channel!r}"
            raise InvalidInput({"channel": reason})
        self.channel = name
        self.key = key
        self.default = default

    def resolve(self, source: ArgumentSource, name: str) -> Any:
        record = source.session.channels[self.channel].last(self.key)
        if record is not None:
            return record
        if self.default is _NOT_GIVEN:
            of_key = "" if self.key is None else f" of key {self.key!r}"
            reason = f"channel '{self.channel}' has no record{of_key} yet; give Last a default"
            raise MissingArgument(source.task_name, name, reason)
        return self.default

    def __repr__(self) -> str:
        key = "" if self.key is None else f", key={self.key!r}"
        return f"Last({self.channel!r}{key})"


class FuncArg(Argument):
    """What a function returns, called when the job starts.

    Args:
        func: called with the values of its own arguments, which are found as a task's are.
    """

    __slots__ = ("func",)

    def __init__(self, func: Callable[..., Any]) -> None:
        refuse_no_function(func, "FuncArg(func)")
        self.func = func

    def resolve(self, source: ArgumentSource, name: str) -> Any:
        return self.func(**resolve_defaults(self.func, source, name))

    def __repr__(self) -> str:
        return f"FuncArg({getattr(self.func, '__name__', type(self.func).__name__)})"


class EnvArg(Argument):
    """An environment variable, read when the job starts.

    Args:
        name: the variable's name.
        default: what stands in when it is not set.
    """

    __slots__ = ("default", "name")

    def __init__(self, name: str, default: Any = _NOT_GIVEN) -> None:
        self.name = name
        self.default = default

    def resolve(self, source: ArgumentSource, name: str) -> Any:
        value = os.environ.get(self.name, self.default)
        if value is _NOT_GIVEN:
            reason = f"the environment variable '{self.name}' is not set"
            raise MissingArgument(source.task_name, name, reason)
        return value

    def __repr__(self) -> str:
        return f"EnvArg({self.name!r})"


class SecretArg(Arg):
    """A value that is masked wherever it could be shown: reprs, logs, output and the API.

    In a function's signature it names the parameter, which is secret from then on:
    `def send(token=SecretArg("token"))`.
    As a parameter's value it holds the secret: `app.parameters["token"] = SecretArg("s3cr3t")`.

    Args:
        value: the parameter's name, or the secret itself, as said above.
    """

    __slots__ = ()

    def __init__(self, value: Any) -> None:
        super().__init__(value)

    @property
    def secret(self) -> Any:
        """What is held, where this is the value of a parameter."""
        return self.name

    def __repr__(self) -> str:
        return "SecretArg(*****)"


class TaskArg(Argument):
    """The task that runs, or another one by its name.

    Args:
        task: another task: its name, its function or itself.
    """

    __slots__ = ("task",)

    def __init__(self, task: object = None) -> None:
        self.task = None if task is None else task_name(task)

    def resolve(self, source: ArgumentSource, name: str) -> Any:
        if self.task is not None:
            return source.session.tasks[self.task]
        if source.task is None:
            reason = "a condition may be that of several tasks; name the one: Task('fetch')"
            raise MissingArgument(source.task_name, name, reason)
        return source.task

    def __repr__(self) -> str:
        return "Task()" if self.task is None else f"Task({self.task!r})"


class SessionArg(Argument):
    """The session that runs the task."""

    __slots__ = ()

    def resolve(self, source: ArgumentSource, name: str) -> Any:
        del name
        return source.session

    def __repr__(self) -> str:
        return "Session()"


class TerminationFlag(Argument):
    """A flag with `is_set()` that turns true when the job is asked to stop."""

    __slots__ = ()

    def resolve(self, source: ArgumentSource, name: str) -> Any:
        del name
        return source.termination

    def __repr__(self) -> str:
        return "TerminationFlag()"


def resolve_defaults(
    func: Callable[..., Any], source: ArgumentSource, name: str
) -> Mapping[str, Any]:
    """The arguments with which `func` is called: its `Argument` defaults, and names that exist."""
    values: dict[str, Any] = {}
    for parameter in inspect.signature(func).parameters.values():
        if isinstance(parameter.default, Argument):
            values[parameter.name] = parameter.default.resolve(source, parameter.name)
        elif parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            value = source.parameter(parameter.name, _NOT_GIVEN)
            if value is not _NOT_GIVEN:
                values[parameter.name] = value
            elif parameter.default is parameter.empty:
                reason = f"the function of {name} needs '{parameter.name}', which nobody gives"
                raise MissingArgument(source.task_name, parameter.name, reason)
    return values
