"""Annotations of functions that users hand over: looked up, and made to check values."""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, get_type_hints

from redengine.exceptions import InvalidInput, shortened
from redengine.support.functions import refuse_no_function
from redengine.support.jsontext import refuse_inexact

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import TypeAdapter

NOT_GIVEN: Final = inspect.Parameter.empty
"""Stands for a default or an annotation that is not there."""


def signature_of(
    func: Callable[..., Any], form: str, field: str, *, takes_generators: bool = False
) -> inspect.Signature:
    """The signature of a function that will be called by the names of its arguments.

    Args:
        func: what the user gave; it may be an `async def`.
        form: the form to write, such as `app.rest.get("/path")(handler)`.
        field: what errors call it.
        takes_generators: whether it may yield.

    Raises:
        InvalidInput: it is no function whose call runs its code, or has no signature.
    """
    for each in (func, inspect.unwrap(func)):
        refuse_no_function(
            each, form, field=field, takes_async=True, takes_generators=takes_generators
        )
    try:
        return inspect.signature(func)
    except (TypeError, ValueError) as error:
        raise InvalidInput({field: f"its arguments cannot be told: {error}"}) from None


def annotation_of(parameter: inspect.Parameter, func: Callable[..., Any]) -> Any:
    """The annotation as an object; in most modules it is a text at first.

    Raises:
        InvalidInput: it cannot be looked up.
    """
    annotation = parameter.annotation
    if annotation is NOT_GIVEN:
        return annotation
    try:
        return evaluated(annotation, func)
    except Exception as error:
        reason = f"its annotation {annotation!r} cannot be looked up: {error}"
        raise InvalidInput({parameter.name: reason}) from error


def evaluated(annotation: Any, func: Callable[..., Any]) -> Any:
    """An annotation as an object, looked up where the function was written.

    Raises:
        Exception: whatever comes of looking it up.
    """
    if annotation is NOT_GIVEN or annotation is None:
        return annotation
    code = inspect.unwrap(func)
    code = getattr(code, "func", code)
    cells = zip(
        getattr(getattr(code, "__code__", None), "co_freevars", ()),
        getattr(code, "__closure__", None) or (),
        strict=False,
    )
    enclosed = {name: cell.cell_contents for name, cell in cells}
    holder: Any = SimpleNamespace(__annotations__={"it": annotation})
    names = getattr(code, "__globals__", {})
    return get_type_hints(holder, globalns=names, localns=enclosed, include_extras=True)["it"]


def adapter_of(name: str, annotation: Any) -> TypeAdapter[Any] | None:
    """What checks and converts values of an annotation; None where any value will do.

    Args:
        name: the argument's name, for the error.
        annotation: the annotation, looked up.

    Raises:
        InvalidInput: pydantic knows no such type.
    """
    if annotation is NOT_GIVEN or annotation is Any or annotation is object:
        return None
    from pydantic import TypeAdapter
    from pydantic.errors import PydanticUserError

    try:
        return TypeAdapter(annotation)
    except PydanticUserError as error:
        reason = f"{shortened(annotation)} cannot be read: {str(error).splitlines()[0]}"
        raise InvalidInput({name: reason}) from error


def schema_of(adapter: TypeAdapter[Any] | None) -> dict[str, Any]:
    """The type as a JSON schema; empty where any value will do."""
    if adapter is None:
        return {}
    from pydantic.errors import PydanticUserError

    try:
        return adapter.json_schema()
    except PydanticUserError:
        return {}


def checked(
    validate: Callable[[Any], Any], value: Any, name: str, *, parts_alone: bool = False
) -> Any:
    """The value as its type; a reason for each part of it that does not fit.

    Args:
        validate: knows the type.
        value: what came.
        name: the argument.
        parts_alone: name the parts of an object alone, as the sender knows them.

    Raises:
        InvalidInput: it does not fit.
    """
    from pydantic import ValidationError

    try:
        found = validate(value)
    except ValidationError as error:
        reasons = {}
        for each in error.errors(include_url=False, include_input=False, include_context=False):
            parts = [str(part) for part in each["loc"]]
            where = parts if parts_alone and parts else [name, *parts]
            reasons[".".join(where)] = each["msg"]
        raise InvalidInput(reasons) from None
    refuse_inexact(found, name)  # the text "nan" is a float for pydantic
    return found
