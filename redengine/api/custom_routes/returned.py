"""What a handler returned, as an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from pydantic_core import to_jsonable_python

from redengine import jsontext
from redengine.api.encoding import to_json
from redengine.api.messages import ApiResponse
from redengine.exceptions import InvalidInput
from redengine.jsonable import refuse_inexact

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
    return to_jsonable_python(value, by_alias=True, timedelta_mode="float")
