"""Making tasks: what `app.task` accepts, and what it makes of it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final

from redengine.callables import refuse_no_function
from redengine.conditions import Condition, ConditionFactory
from redengine.exceptions import InvalidInput, shortened
from redengine.tasks import CodeTask, CommandTask, FuncTask

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redengine.tasks.host import TaskHost

_KINDS: Final[Mapping[str, type[FuncTask | CommandTask | CodeTask]]] = {
    "func": FuncTask,
    "func_name": FuncTask,
    "path": FuncTask,
    "command": CommandTask,
    "code": CodeTask,
}
"""The options that say what a task does, and so make one at once."""


def make(host: TaskHost, given: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """What a call of `app.task` gives: a task, the function of one, or a decorator.

    Args:
        host: the session.
        given: a condition, or the function where the decorator is written without parentheses.
        options: the task's options.

    Raises:
        InvalidInput: the first argument is neither, or the options say two things to do.
    """
    if len(given) > 1:
        reason = f'expected one, got {len(given)}; write app.task("daily")(fetch)'
        raise InvalidInput({"start_cond": reason})
    first = given[0] if given else None
    if isinstance(first, ConditionFactory):
        reason = f"is a condition's function; write @app.task({first.name}())"
        raise InvalidInput({"start_cond": reason})
    if callable(first):
        return Decorator(host, options)(first)
    if not isinstance(first, str | Condition | None):
        hint = '; to compare a parameter, write param("mode").equals("fast")'
        reason = f"expected a condition, its text or a function, got {shortened(first)}"
        reason += hint if isinstance(first, bool) else ""
        raise InvalidInput({"start_cond": reason})
    if first is not None:
        if "start_cond" in options:
            raise InvalidInput({"start_cond": "is given twice"})
        options["start_cond"] = first
    kinds = {_KINDS[name]: name for name in options if name in _KINDS}
    if not kinds:
        return Decorator(host, options)
    if len(kinds) > 1:
        reason = f"is given beside {' and '.join(list(kinds.values())[:-1])}; a task does one thing"
        raise InvalidInput({list(kinds.values())[-1]: reason})
    [kind] = kinds
    return kind(session=host, **options)


class Decorator:
    """Makes the function below it a task, and leaves the function as it is."""

    __slots__ = ("_host", "_is_used", "_options")

    def __init__(self, host: TaskHost, options: Mapping[str, Any]) -> None:
        self._host = host
        self._options = options
        self._is_used = False

    def __call__(self, func: Callable[..., Any]) -> Callable[..., Any]:
        self._is_used = True
        refuse_no_function(func, 'app.task("daily")(func)', takes_async=True)
        FuncTask(func, session=self._host, **self._options)
        return func

    def __del__(self) -> None:
        if not self._is_used:
            warnings.warn(_UNUSED, RuntimeWarning, stacklevel=2)

    def __repr__(self) -> str:
        return "app.task(…)"


_UNUSED: Final = (
    "app.task(…) stands above no function and has made no task; write it above a def, "
    'or give what the task does: app.task("daily", command="…"), func=…, code=…'
)
