"""Calling a handler: its arguments from a request, and an answer from what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from redengine.api.core.encoding import parse_value, to_json
from redengine.api.core.messages import ApiResponse
from redengine.api.routes.request import Request
from redengine.exceptions import InvalidInput, did_you_mean, shortened
from redengine.support import jsontext
from redengine.support.annotations import checked
from redengine.support.jsontext import refuse_inexact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redengine.api.routes.arguments import Route, RouteArgument


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
    return checked(argument.adapter.validate_strings, str(value), argument.name)


def _body_value(argument: RouteArgument, content: bytes) -> Any:
    if not content or content.isspace():
        return _default(argument, "a JSON value is needed here, and there is none")
    value = parse_value(content)
    if argument.adapter is None:
        return value
    return checked(argument.adapter.validate_json, content, "body", parts_alone=True)


def _query_value(argument: RouteArgument, query: Sequence[tuple[str, str]]) -> Any:
    from pydantic import TypeAdapter

    name = argument.name
    given = [value for key, value in query if key == name]
    if not given:
        return _default(argument, "is needed in the query")
    adapter: TypeAdapter[Any] = argument.adapter or TypeAdapter(Any)
    if argument.takes_several:
        return checked(adapter.validate_python, given, name)
    if len(given) > 1:
        raise InvalidInput({name: f"is given {len(given)} times in the query, and taken once"})
    return checked(adapter.validate_strings, given[0], name)


def _default(argument: RouteArgument, reason: str) -> Any:
    if argument.is_required:
        raise InvalidInput({argument.name: reason})
    return argument.default


_OPTIONS: Final = jsontext.OPT_NON_STR_KEYS
_PAIR: Final = 2
_LOWEST_STATUS, _HIGHEST_STATUS = 200, 599


def response_of(value: Any) -> ApiResponse:
    """The answer that a handler's return value stands for.

    Args:
        value: None, a value for JSON, an `ApiResponse`; or a tuple of one of these with a
            status, and with headers after it.

    Raises:
        TypeError: it is none of these.
        ValueError: it cannot be written as JSON.
    """
    if type(value) is tuple:
        value, status, headers = _parts(value)
    else:
        status, headers = None, {}
    made = value if isinstance(value, ApiResponse) else _json_response(value)
    if status is None:
        return made
    return ApiResponse(made.body, status, {**made.headers, **headers}, made.content_type)


def _json_response(value: Any) -> ApiResponse:
    return ApiResponse(status=204) if value is None else ApiResponse(json_of(value))


def _parts(value: tuple[Any, ...]) -> tuple[Any, int | None, dict[str, str]]:
    """A tuple as value, status and headers."""
    if len(value) not in {_PAIR, _PAIR + 1} or not _is_status(value[1]):
        reason = "a handler's tuple is (value, status) or (value, status, headers)"
        raise TypeError(f"{reason}, got {len(value)} things; return a list for an array")
    headers = value[_PAIR] if len(value) > _PAIR else {}
    return value[0], int(value[1]), {str(key): str(each) for key, each in dict(headers).items()}


def _is_status(value: Any) -> bool:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number and _LOWEST_STATUS <= value <= _HIGHEST_STATUS


def json_of(value: Any) -> bytes:
    """`value` as JSON: as `encoding.to_json`, and models and other types that pydantic knows.

    Raises:
        ValueError: JSON has no form for it. Nothing is made up, as a `repr` would be.
    """
    try:
        data = jsontext.dumps(value, _plain, _OPTIONS)
    except (jsontext.JSONEncodeError, RecursionError) as error:
        return _slowly(value, error)
    # NaN would become null: only then the value has to be looked through.
    return _slowly(value, None) if b"null" in data else data


def _slowly(value: Any, error: Exception | None) -> bytes:
    """For what orjson refuses and JSON can say, such as halves of surrogate pairs."""
    from pydantic_core import to_jsonable_python

    try:
        plain = to_jsonable_python(
            value, by_alias=True, timedelta_mode="float", inf_nan_mode="constants"
        )
        refuse_inexact(plain, "value")
        return to_json(plain)
    except (ValueError, RecursionError, InvalidInput) as trouble:
        cause = trouble if error is None else error.__cause__ or error
        raise ValueError(f"what the handler returned cannot be written as JSON: {cause}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return dict(value)
    from pydantic_core import to_jsonable_python

    return to_jsonable_python(value, by_alias=True, timedelta_mode="float")
