"""Types of parameters: values from outside are checked against a function's annotations."""

from __future__ import annotations

import inspect
import typing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pydantic import TypeAdapter


class TypeCheck:
    """Checks and converts the values of one parameter.

    Args:
        adapter: knows the annotated type.
    """

    __slots__ = ("_adapter",)

    def __init__(self, adapter: TypeAdapter[Any]) -> None:
        self._adapter = adapter

    def convert(self, value: Any) -> Any:
        """The value as the type; text becomes a date where the function wants one.

        Raises:
            ValueError: it does not fit; the message says why.
        """
        from pydantic import ValidationError

        try:
            return self._adapter.validate_python(value)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            where = "".join(f"[{part!r}]" for part in first["loc"])
            raise ValueError(f"{where} {first['msg']}".strip()) from None

    def schema(self) -> dict[str, Any]:
        """The type as a JSON schema; empty where it has none."""
        from pydantic.errors import PydanticUserError

        try:
            return self._adapter.json_schema()
        except PydanticUserError:
            return {}


def type_checks(func: Callable[..., Any], names: Iterable[str]) -> dict[str, TypeCheck]:
    """The checks of those parameters whose annotation can be checked."""
    try:
        hints = typing.get_type_hints(inspect.unwrap(func))
    except Exception:  # noqa: BLE001 - an annotation may name what exists for type checkers alone
        return {}
    checks = {name: _check(hints[name]) for name in names if name in hints}
    return {name: check for name, check in checks.items() if check is not None}


def _check(annotation: Any) -> TypeCheck | None:
    """Pydantic is imported with the first annotation: to import it takes long."""
    from pydantic import ConfigDict, TypeAdapter
    from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

    try:
        return TypeCheck(TypeAdapter(annotation))
    except PydanticSchemaGenerationError:
        config = ConfigDict(arbitrary_types_allowed=True)
        return TypeCheck(TypeAdapter(annotation, config=config))
    except PydanticUserError:
        return None
