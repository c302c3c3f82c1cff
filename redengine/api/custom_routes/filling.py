"""Filling the arguments of a handler from a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from redengine.api.custom_routes.request import Request
from redengine.api.encoding import parse_value
from redengine.exceptions import InvalidInput, did_you_mean, shortened
from redengine.jsonable import refuse_inexact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from redengine.api.custom_routes.arguments import RouteArgument
    from redengine.api.custom_routes.route import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What a request brings.

    Attributes:
        path: the values in the path, converted.
        query: the query's keys and values in order.
        content: reads the body.
        request: the request itself, for handlers that ask for it.
        session: the session, for the same.
    """

    path: Mapping[str, Any]
    query: Sequence[tuple[str, str]]
    content: Callable[[], bytes]
    request: Any
    session: Any


def filled(route: Route, incoming: Incoming) -> dict[str, Any]:
    """The arguments with which to call the route's handler.

    Raises:
        InvalidInput: a value is missing, unknown, or does not fit; with a reason for each.
    """
    values: dict[str, Any] = {}
    reasons = _unknown_keys(route, incoming)
    for argument in route.arguments:
        try:
            value = _value(argument, incoming, route)
        except InvalidInput as error:
            reasons |= error.fields
        else:
            values[argument.name] = value
    if reasons:
        raise InvalidInput(reasons)
    return values


def _unknown_keys(route: Route, incoming: Incoming) -> dict[str, str]:
    """A reason for each query key that nobody reads; a handler with `request` may read any."""
    if not incoming.query or route.arguments_from("request"):
        return {}
    known = [argument.name for argument in route.arguments_from("query")]
    return {
        shortened(key)[1:-1]: f"unknown query key{did_you_mean(key, known)}"
        for key, _ in incoming.query
        if key not in known
    }


def _value(argument: RouteArgument, incoming: Incoming, route: Route) -> Any:
    if argument.is_wrapped:
        return Request(incoming.request, incoming.path, is_async=route.is_async)
    match argument.source:
        case "request":
            return incoming.request
        case "session":
            return incoming.session
        case "path":
            return _path_value(argument, incoming.path[argument.name])
        case "body":
            return _body_value(argument, incoming.content())
        case "query":
            return _query_value(argument, incoming.query)


def _path_value(argument: RouteArgument, value: Any) -> Any:
    if argument.adapter is None:
        return value
    return _checked(argument.adapter.validate_strings, str(value), argument.name)


def _body_value(argument: RouteArgument, content: bytes) -> Any:
    if not content or content.isspace():
        return _default(argument, "a JSON value is needed here, and there is none")
    value = parse_value(content)
    if argument.adapter is None:
        return value
    return _checked(argument.adapter.validate_json, content, "body", parts_alone=True)


def _query_value(argument: RouteArgument, query: Sequence[tuple[str, str]]) -> Any:
    name = argument.name
    given = [value for key, value in query if key == name]
    if not given:
        return _default(argument, "is needed in the query")
    adapter: TypeAdapter[Any] = argument.adapter or TypeAdapter(Any)
    if argument.takes_several:
        return _checked(adapter.validate_python, given, name)
    if len(given) > 1:
        raise InvalidInput({name: f"is given {len(given)} times in the query, and taken once"})
    return _checked(adapter.validate_strings, given[0], name)


def _default(argument: RouteArgument, reason: str) -> Any:
    if argument.is_required:
        raise InvalidInput({argument.name: reason})
    return argument.default


def _checked(
    validate: Callable[[Any], Any], value: Any, name: str, *, parts_alone: bool = False
) -> Any:
    """The value as its type; a reason for each part of it that does not fit.

    Args:
        validate: knows the type.
        value: what came.
        name: the argument.
        parts_alone: name the parts of an object alone, as the sender knows them.
    """
    try:
        checked = validate(value)
    except ValidationError as error:
        reasons = {}
        for each in error.errors(include_url=False, include_input=False, include_context=False):
            parts = [str(part) for part in each["loc"]]
            where = parts if parts_alone and parts else [name, *parts]
            reasons[".".join(where)] = each["msg"]
        raise InvalidInput(reasons) from None
    refuse_inexact(checked, name)  # the text "nan" is a float for pydantic
    return checked
