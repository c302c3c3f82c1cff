"""The arguments of a handler: each has one place from which it comes, told by its name."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from redengine.api.routes.request import Request
from redengine.exceptions import InvalidInput, did_you_mean, shortened
from redengine.parameters import Argument
from redengine.support.annotations import (
    NOT_GIVEN,
    adapter_of,
    annotation_of,
    evaluated,
    schema_of,
    signature_of,
)
from redengine.support.functions import has_yield

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pydantic import TypeAdapter

    from redengine.api.routes.paths import PathTemplate

Source = Literal["path", "query", "body", "request", "session"]

RESERVED: Final = ("body", "request", "session")
"""Names with a meaning of their own."""

_WITH_BODY: Final = frozenset(("POST", "PUT", "PATCH", "DELETE"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteArgument:
    """One argument of a handler.

    Attributes:
        name: the argument's name.
        source: where its value comes from.
        annotation: its type; `NOT_GIVEN` without one.
        default: what it is when nobody gives it; `NOT_GIVEN`: somebody has to.
        adapter: checks and converts values; None where any will do.
        takes_several: whether it collects the values of a repeated query key.
        converter: the converter in the path, such as "int"; empty elsewhere.
        is_wrapped: whether it takes the request as a `Request`.
    """

    name: str
    source: Source
    annotation: Any = NOT_GIVEN
    default: Any = NOT_GIVEN
    adapter: TypeAdapter[Any] | None = None
    takes_several: bool = False
    converter: str = ""
    is_wrapped: bool = False

    @property
    def is_required(self) -> bool:
        """Whether a request must have it."""
        return self.default is NOT_GIVEN

    def schema(self) -> dict[str, Any]:
        """The type as a JSON schema; empty where any value will do."""
        return schema_of(self.adapter)


def read_arguments(
    handler: Callable[..., Any], template: PathTemplate, methods: Sequence[str]
) -> tuple[tuple[RouteArgument, ...], Any]:
    """Where each argument of a handler comes from, and the annotation of what it returns.

    Raises:
        InvalidInput: an argument cannot be filled, or a value of the path is not taken.
    """
    form = 'app.rest.get("/path")(handler)'
    signature = signature_of(handler, form, "handler", takes_generators=True)
    reasons: dict[str, str] = {
        name: "has a meaning of its own; give the value in the path another name"
        for name in RESERVED
        if name in template.variables
    }
    arguments = []
    for parameter in signature.parameters.values():
        try:
            arguments.append(_read(parameter, handler, template, methods))
        except InvalidInput as error:
            reasons |= error.fields
    taken = set(signature.parameters)
    if all(argument.source != "request" for argument in arguments):
        for name in template.variables.keys() - taken - reasons.keys():
            hint = did_you_mean(name, taken)
            reasons[name] = f"is in the path, and the handler does not take it{hint}"
    if reasons:
        raise InvalidInput(reasons)
    return tuple(arguments), _returns(signature, handler)


def _read(
    parameter: inspect.Parameter,
    handler: Callable[..., Any],
    template: PathTemplate,
    methods: Sequence[str],
) -> RouteArgument:
    name, default = parameter.name, parameter.default
    if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
        raise InvalidInput({name: "takes anything, so nothing tells what to give it; name it"})
    if parameter.kind is parameter.POSITIONAL_ONLY:
        raise InvalidInput({name: "is positional-only; a handler is called by name"})
    if isinstance(default, Argument):
        reason = "arguments of tasks are not filled in here; take `session`, and read from it"
        raise InvalidInput({name: reason})
    if name not in template.variables and _asks_for_request(parameter, handler):
        return RouteArgument(name=name, source="request", annotation=Request, is_wrapped=True)
    if name in {"request", "session"}:
        source: Source = "request" if name == "request" else "session"
        return RouteArgument(name=name, source=source, annotation=parameter.annotation)
    if name in template.variables:
        return _path_argument(parameter, handler, template.variables[name])
    if name == "body":
        return _body_argument(parameter, handler, methods)
    return _query_argument(parameter, handler, template)


def _asks_for_request(parameter: inspect.Parameter, handler: Callable[..., Any]) -> bool:
    """Whether an argument is called `req`, however it is annotated, or annotated as `Request`."""
    if parameter.name == "req":
        return True
    try:
        return evaluated(parameter.annotation, handler) is Request
    except Exception:  # noqa: BLE001 - told where the annotation is needed
        return False


def _path_argument(
    parameter: inspect.Parameter, handler: Callable[..., Any], converter: str
) -> RouteArgument:
    annotation = annotation_of(parameter, handler)
    return RouteArgument(
        name=parameter.name,
        source="path",
        annotation=annotation,
        adapter=adapter_of(parameter.name, annotation),
        converter=converter,
    )


def _body_argument(
    parameter: inspect.Parameter, handler: Callable[..., Any], methods: Sequence[str]
) -> RouteArgument:
    if _WITH_BODY.isdisjoint(methods):
        reason = f"a request with {' or '.join(methods)} has no body"
        raise InvalidInput({parameter.name: reason})
    annotation = annotation_of(parameter, handler)
    return RouteArgument(
        name=parameter.name,
        source="body",
        annotation=annotation,
        default=parameter.default,
        adapter=adapter_of(parameter.name, annotation),
    )


def _query_argument(
    parameter: inspect.Parameter, handler: Callable[..., Any], template: PathTemplate
) -> RouteArgument:
    name = parameter.name
    annotation = annotation_of(parameter, handler)
    if annotation is NOT_GIVEN:
        hint = did_you_mean(name, (*template.variables, *RESERVED))
        reason = f"is not in the path; to take it from the query, annotate it: `{name}: str`"
        raise InvalidInput({name: f"{reason}{hint}"})
    adapter = adapter_of(name, annotation)
    kinds = set(_kinds(schema_of(adapter)))
    if "object" in kinds:
        reason = (
            f"{shortened(annotation)} does not fit into a query; to take the body, call it body"
        )
        raise InvalidInput({name: reason})
    return RouteArgument(
        name=name,
        source="query",
        annotation=annotation,
        default=parameter.default,
        adapter=adapter,
        takes_several="array" in kinds,
    )


def _returns(signature: inspect.Signature, handler: Callable[..., Any]) -> Any:
    try:
        return evaluated(signature.return_annotation, handler)
    except Exception:  # noqa: BLE001 - it may exist for type checkers alone, and is only shown
        return signature.return_annotation


def _kinds(schema: dict[str, Any]) -> Iterator[str]:
    """The JSON types that a schema allows at its top."""
    whole = schema

    def of(part: dict[str, Any]) -> Iterator[str]:
        reference = str(part.get("$ref", ""))
        if reference:
            yield from of(whole.get("$defs", {}).get(reference.rpartition("/")[2], {}))
        if isinstance(part.get("type"), str):
            yield part["type"]
        for each in (*part.get("anyOf", ()), *part.get("oneOf", ()), *part.get("allOf", ())):
            yield from of(each)

    return of(schema)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """A path, the methods it knows, and the function that answers: all that can be known of it.

    Attributes:
        template: the path, read.
        methods: some of `ROUTE_METHODS`.
        handler: the function, as it was given.
        arguments: what it takes, and from where, in its own order.
        returns: the annotation of what it returns; `inspect.Signature.empty` without one.
        public: whether it is answered without asking who calls.
    """

    template: PathTemplate
    methods: tuple[str, ...]
    handler: Callable[..., Any]
    arguments: tuple[RouteArgument, ...]
    returns: Any
    public: bool

    @property
    def path(self) -> str:
        """The path as it was written, without a slash at the end."""
        return self.template.text

    @property
    def name(self) -> str:
        """The handler's name."""
        return str(getattr(self.handler, "__name__", type(self.handler).__name__))

    @property
    def doc(self) -> str:
        """The handler's docstring, without indentation; empty if it has none."""
        return inspect.getdoc(self.handler) or ""

    @property
    def is_async(self) -> bool:
        """Whether the handler is an `async def`, which may yield."""
        handler = inspect.unwrap(self.handler)
        return inspect.iscoroutinefunction(handler) or inspect.isasyncgenfunction(handler)

    @property
    def streams(self) -> bool:
        """Whether the handler yields what it answers."""
        return has_yield(inspect.unwrap(self.handler))

    @property
    def body(self) -> RouteArgument | None:
        """The argument that takes the body, if there is one."""
        return next(iter(self.arguments_from("body")), None)

    def arguments_from(self, source: str) -> tuple[RouteArgument, ...]:
        """The arguments that come from one place: path, query, body, request or session."""
        return tuple(each for each in self.arguments if each.source == source)

    def __str__(self) -> str:
        return f"{' '.join(self.methods)} {self.path}"

    def __repr__(self) -> str:
        public = ", public" if self.public else ""
        return f"<Route {self}: {self.name}{public}>"
