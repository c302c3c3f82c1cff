"""Functions that users hand over: what is refused in their place, with the form to write."""

from __future__ import annotations

import inspect
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from collections.abc import Callable

_GENERATORS: Final = (GeneratorType, AsyncGeneratorType)


def refuse_no_function(
    value: object,
    form: str,
    *,
    field: str = "func",
    takes_async: bool = False,
    takes_generators: bool = False,
) -> None:
    """Refuse what is no function whose call runs its code.

    Args:
        value: what the user gave.
        form: the form to write, such as `app.task("daily")(fetch)`.
        field: what the error calls it.
        takes_async: whether an `async def` may be given.
        takes_generators: whether a function with `yield` may be.

    Raises:
        InvalidInput: it cannot be called, is a generator function, or is an `async def`
            where nobody would await it.
    """
    reason = _trouble(value, form, takes_async=takes_async, takes_generators=takes_generators)
    if reason is not None:
        raise InvalidInput({field: reason})


def _trouble(value: object, form: str, *, takes_async: bool, takes_generators: bool) -> str | None:
    if isinstance(value, CoroutineType):
        value.close()  # nobody will await it, and nobody needs a warning of it
    if value is None or isinstance(value, (CoroutineType, *_GENERATORS)):
        got = "None" if value is None else f"a {type(value).__name__}"
        return f"expected a function, got {got}, the result of a call; write {form} without calling"
    if not callable(value):
        return f"expected a function, got {shortened(value)}; write {form}"
    if not takes_generators and has_yield(value):
        return (
            f"{_name(value)} is a generator function: calling it runs none of its code; "
            "return a list instead of using yield"
        )
    if not takes_async and _has_code(value, inspect.iscoroutinefunction):
        return f"{_name(value)} is an async def, which nobody would await here; write a plain def"
    return None


def has_yield(value: object) -> bool:
    """Whether a function, or the `__call__` of an object, yields values."""
    return _has_code(value, inspect.isgeneratorfunction) or _has_code(
        value, inspect.isasyncgenfunction
    )


def _has_code(value: object, is_kind: Callable[[Any], bool]) -> bool:
    """Whether a function, or the `__call__` of an object, is of a kind that `inspect` tells."""
    called = getattr(type(value), "__call__", None)  # noqa: B004 - its code is asked for
    return bool(is_kind(value) or is_kind(called))


def _name(value: object) -> str:
    return str(getattr(value, "__qualname__", None) or type(value).__qualname__)
