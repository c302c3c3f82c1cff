"""A function's signature, read once, and the arguments that one job calls it with."""

from __future__ import annotations

import inspect
import typing
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import InvalidInput, did_you_mean, refuse
from redengine.parameters.arguments import Arg, Argument, SecretArg

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

    from pydantic import TypeAdapter

    from redengine.parameters.arguments import ArgumentSource


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


_NOT_GIVEN: Final = object()


class Signature:
    """What a function can be called with.

    Args:
        func: the function; one whose signature Python cannot tell takes anything.
    """

    __slots__ = ("_func", "_types", "arguments", "optional", "required", "takes_any")

    def __init__(self, func: Callable[..., Any]) -> None:
        self.required: tuple[str, ...] = ()
        self.optional: tuple[str, ...] = ()
        self.arguments: dict[str, Argument] = {}
        self.takes_any = False
        self._func = func
        self._types: dict[str, TypeCheck] | None = None
        try:
            parameters = inspect.signature(func).parameters.values()
        except (TypeError, ValueError):
            self.takes_any = True
            return
        for parameter in parameters:
            self._read(parameter)

    def _read(self, parameter: inspect.Parameter) -> None:
        if parameter.kind is parameter.VAR_KEYWORD:
            self.takes_any = True
        elif parameter.kind is parameter.VAR_POSITIONAL:
            return
        elif parameter.kind is parameter.POSITIONAL_ONLY:
            if parameter.default is parameter.empty:
                reason = "is positional-only without a default; a task calls by name"
                raise InvalidInput({parameter.name: reason})
        elif isinstance(parameter.default, Argument):
            self.arguments[parameter.name] = parameter.default
        elif parameter.default is parameter.empty:
            self.required += (parameter.name,)
        else:
            self.optional += (parameter.name,)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parameters that can be given by name."""
        return (*self.required, *self.arguments, *self.optional)

    def secrets(self) -> list[str]:
        """The names that the signature declares to be secret: its own, and the session's."""
        secret = {
            name: argument
            for name, argument in self.arguments.items()
            if isinstance(argument, SecretArg)
        }
        return [*secret, *(str(each.name) for each in secret.values() if each.name not in secret)]

    def refuse_unknown(self, given: Iterable[str]) -> None:
        """Refuse parameters that the function does not take.

        Raises:
            InvalidInput: with a reason for each unknown name.
        """
        if self.takes_any:
            return
        known = self.names
        reasons = {
            name: f"the task takes no such parameter{did_you_mean(name, known)}"
            for name in given
            if name not in known
        }
        if reasons:
            raise InvalidInput(reasons)

    def refuse_missing(self, available: Container[str], given: Container[str]) -> None:
        """Refuse parameters that nobody gives.

        Args:
            available: the names that are found elsewhere.
            given: the names that are given.

        Raises:
            InvalidInput: with a reason for each missing name.
        """
        reasons = {
            name: "is needed, and neither the task nor the session gives it"
            for name in self.required
            if name not in given and name not in available
        }
        if reasons:
            raise InvalidInput(reasons)

    def converted(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The given values as the annotated types, where the function annotates them.

        Raises:
            InvalidInput: values do not fit; `fields` has the reason of each.
        """
        checks = self._type_checks()
        values = dict(given)
        reasons = {}
        for name in given.keys() & checks.keys():
            try:
                values[name] = checks[name].convert(given[name])
            except ValueError as error:
                reasons[name] = str(error)
        if reasons:
            raise InvalidInput(reasons)
        return values

    def checked(
        self, given: Mapping[str, Any], known: Container[str], available: Container[str]
    ) -> dict[str, Any]:
        """The given values as the annotated types, where nothing is unknown or missing.

        Args:
            given: the values of a job.
            known: the names that the job or the task gives.
            available: the names that are found elsewhere.

        Raises:
            InvalidInput: `fields` has the reason of each name that does not fit.
        """
        errors: list[InvalidInput] = []
        checks: tuple[Callable[[], object], ...] = (
            lambda: self.refuse_unknown(given),
            lambda: self.refuse_missing(available, known),
        )
        for check in checks:
            try:
                check()
            except InvalidInput as error:
                errors.append(error)
        try:
            values = self.converted(given)
        except InvalidInput as error:
            errors.append(error)
        refuse(errors)
        return values

    def _type_checks(self) -> dict[str, TypeCheck]:
        if self._types is None:
            self._types = type_checks(self._func, self.names)
        return self._types

    def schema(self) -> dict[str, Any]:
        """The parameters as a JSON schema (draft 2020-12) of an object."""
        checks = self._type_checks()
        return {
            "type": "object",
            "properties": {
                name: checks[name].schema() if name in checks else {} for name in self.names
            },
            "required": list(self.required),
            "additionalProperties": self.takes_any,
        }

    def bind(self, source: ArgumentSource, given: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments to call the function with.

        What the job or the task gives comes first, then the signature's own arguments,
        then session parameters of the same name, then plain defaults.

        Args:
            source: where values are looked up.
            given: the parameters of the task and the job, already merged.

        Raises:
            MissingArgument: a value is needed that nobody gives.
        """
        values = {
            name: value.resolve(source, name) if isinstance(value, Argument) else value
            for name, value in given.items()
            if self.takes_any or name in self.names
        }
        for name, argument in self.arguments.items():
            if name not in values:
                values[name] = argument.resolve(source, name)
        for name in self.required:
            if name not in values:
                values[name] = Arg(name).resolve(source, name)
        for name in self.optional:
            if name not in values:
                value = source.parameter(name, _NOT_GIVEN)
                if value is not _NOT_GIVEN:
                    values[name] = value
        return values
