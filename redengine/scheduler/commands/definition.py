"""A command: its name, and where each argument of its function comes from."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from redengine.exceptions import InvalidInput, UnknownName, did_you_mean, shortened
from redengine.parameters import Argument
from redengine.support.annotations import (
    NOT_GIVEN,
    adapter_of,
    annotation_of,
    checked,
    schema_of,
    signature_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import TypeAdapter

Source = Literal["body", "field", "principal", "session"]

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
"""Names stand in paths, logs and metrics."""
_RESERVED: Final = ("body", "principal", "session")
_OF_REQUESTS: Final = frozenset(("req", "request"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandArgument:
    """One argument of a command's function.

    Attributes:
        name: the argument's name.
        source: `body` is all of it, `field` a field of it; `principal` and `session` are those.
        default: what it is when nobody gives it; `NOT_GIVEN`: somebody has to.
        adapter: checks and converts values; None where any will do.
    """

    name: str
    source: Source
    default: Any = NOT_GIVEN
    adapter: TypeAdapter[Any] | None = None

    @property
    def is_required(self) -> bool:
        """Whether a call has to give it; a body that may be anything may be nothing as well."""
        return self.default is NOT_GIVEN and not (self.source == "body" and self.adapter is None)

    def value(self, given: Any) -> Any:
        """The value of what a call gives, or the default.

        Raises:
            InvalidInput: it does not fit, or has to be there and is not.
        """
        if given is NOT_GIVEN:
            if self.is_required:
                what = "a JSON value is needed here" if self.source == "body" else "is needed"
                raise InvalidInput({self.name: f"{what}, and there is none"})
            return None if self.default is NOT_GIVEN else self.default
        if self.adapter is None:
            return given
        validate = self.adapter.validate_python
        return checked(validate, given, self.name, parts_alone=self.source == "body")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Command:
    """A function of the session that is called by its name.

    Attributes:
        name: its name.
        func: the function, as it was given.
        description: what it does, in a sentence.
        arguments: what it takes, in its own order.
        is_built_in: whether every session has it.
    """

    name: str
    func: Callable[..., Any]
    description: str
    arguments: tuple[CommandArgument, ...]
    is_built_in: bool = False

    @classmethod
    def of(
        cls,
        func: Callable[..., Any],
        name: str | None = None,
        description: str | None = None,
        *,
        is_built_in: bool = False,
    ) -> Command:
        """The command that calls a function.

        Args:
            func: the function.
            name: its name; the function's own if not given.
            description: what it does; the first line of its docstring if not given.
            is_built_in: whether every session has it.

        Raises:
            InvalidInput: the name cannot be one, or an argument cannot be filled.
        """
        signature = signature_of(func, 'app.command("name")(func)', "command")
        own = getattr(func, "__name__", type(func).__name__)
        if description is not None and not isinstance(description, str):
            raise InvalidInput({"description": f"expected a text, got {shortened(description)}"})
        first_line = (inspect.getdoc(func) or "").partition("\n")[0]
        return cls(
            name=checked_name(own if name is None else name),
            func=func,
            description=first_line if description is None else description,
            arguments=_read(signature, func),
            is_built_in=is_built_in,
        )

    @property
    def parameters(self) -> dict[str, Any]:
        """The body that it takes, as a JSON schema; empty where any value will do."""
        whole = self._from("body")
        if whole:
            return schema_of(whole[0].adapter)
        fields = self._from("field")
        schema: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
        for each in fields:
            schema["properties"][each.name] = schema_of(each.adapter)
        schema["required"] = [each.name for each in fields if each.is_required]
        return schema

    def snapshot(self) -> dict[str, Any]:
        """The command's object."""
        return {"name": self.name, "description": self.description, "parameters": self.parameters}

    def _from(self, source: Source) -> list[CommandArgument]:
        return [each for each in self.arguments if each.source == source]

    def filled(self, body: Any, principal: Any, session: Any) -> dict[str, Any]:
        """The arguments with which to call the function.

        Args:
            body: what the caller sends; `NOT_GIVEN` for nothing.
            principal: who calls; None for somebody who may do everything.
            session: the session.

        Raises:
            InvalidInput: a value is missing, unknown, or does not fit; with a reason for each.
        """
        fields = self._fields(body)
        reasons: dict[str, str] = {}
        values: dict[str, Any] = {}
        for each in self.arguments:
            match each.source:
                case "principal":
                    values[each.name] = principal
                case "session":
                    values[each.name] = session
                case _:
                    given = body if each.source == "body" else fields.get(each.name, NOT_GIVEN)
                    try:
                        values[each.name] = each.value(given)
                    except InvalidInput as error:
                        reasons |= error.fields
        if reasons:
            raise InvalidInput(reasons)
        return values

    def _fields(self, body: Any) -> Mapping[str, Any]:
        """The fields of a body that the function takes one by one.

        Raises:
            InvalidInput: it is no object, has fields that are not taken, or none is taken at all.
        """
        if self._from("body") or body is NOT_GIVEN:
            return {}
        names = [each.name for each in self._from("field")]
        if body is None or (not names and body == {}):
            return {}
        if not names:
            reason = f"command '{self.name}' takes none, got {shortened(body)}"
            raise InvalidInput({"body": reason})
        if not isinstance(body, Mapping):
            form = "{" + ", ".join(f'"{name}": …' for name in names) + "}"
            raise InvalidInput({"body": f"expected an object {form}, got {shortened(body)}"})
        reasons: dict[str, str] = {}
        for key in body:
            if key not in names:
                reasons |= UnknownName("field", str(key), names).fields
        if reasons:
            raise InvalidInput(reasons)
        return body

    def __repr__(self) -> str:
        built_in = ", built in" if self.is_built_in else ""
        return f"<Command '{self.name}'{built_in}>"


def checked_name(name: object) -> str:
    """A name that may stand in paths, logs and metrics.

    Raises:
        InvalidInput: it is none.
    """
    if not isinstance(name, str) or NAME.fullmatch(name) is None:
        reason = (
            "expected 1 to 100 ASCII letters, digits and . _ -, beginning with a letter or digit, "
            f'got {shortened(name)}; write @app.command("name")'
        )
        raise InvalidInput({"name": reason})
    return name


def _read(signature: inspect.Signature, func: Callable[..., Any]) -> tuple[CommandArgument, ...]:
    """Where each argument comes from.

    Raises:
        InvalidInput: one cannot be filled; with a reason for each.
    """
    reasons: dict[str, str] = {}
    arguments = []
    for parameter in signature.parameters.values():
        try:
            arguments.append(_argument(parameter, func))
        except InvalidInput as error:
            reasons |= error.fields
    if any(each.source == "body" for each in arguments):
        for each in arguments:
            if each.source == "field":
                reasons[each.name] = "is a field of the body, which `body` takes whole; leave one"
    if reasons:
        raise InvalidInput(reasons)
    return tuple(arguments)


def _argument(parameter: inspect.Parameter, func: Callable[..., Any]) -> CommandArgument:
    name = parameter.name
    _refuse_unfit(parameter)
    if name in {"principal", "session"}:
        return CommandArgument(name=name, source="principal" if name == "principal" else "session")
    annotation = annotation_of(parameter, func)
    if name != "body" and annotation is NOT_GIVEN:
        hint = did_you_mean(name, _RESERVED)
        reason = (
            "is none of body, principal and session; to take it from the body's object, "
            f"annotate it: `{name}: str`"
        )
        raise InvalidInput({name: f"{reason}{hint}"})
    return CommandArgument(
        name=name,
        source="body" if name == "body" else "field",
        default=parameter.default,
        adapter=adapter_of(name, annotation),
    )


def _refuse_unfit(parameter: inspect.Parameter) -> None:
    """Refuse an argument that no call could fill.

    Raises:
        InvalidInput: it is one.
    """
    name = parameter.name
    if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
        reason = "takes anything, so nothing tells what to give it; name it, or take `body`"
    elif parameter.kind is parameter.POSITIONAL_ONLY:
        reason = "is positional-only; a command is called by name"
    elif name in _OF_REQUESTS:
        reason = "there is no request where a command is called in Python; take `principal`"
    elif isinstance(parameter.default, Argument):
        reason = "arguments of tasks are not filled in here; take `session`, and read from it"
    else:
        return
    raise InvalidInput({name: reason})
