"""What Flask knows of a request, in the words of the resources."""

from __future__ import annotations

import itertools
import secrets
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from redengine.api.encoding import parse_object
from redengine.api.flask_binding.routes import VERSION_PREFIX
from redengine.api.messages import ApiRequest
from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from flask import Request

LARGEST_BODY_BYTES: Final = 1024 * 1024
MOST_QUERY_KEYS: Final = 1_000
LONGEST_REQUEST_ID: Final = 128
REQUEST_ID_HEADER: Final = "X-Request-Id"
REQUEST_ID: Final = "redengine.request_id"
"""Where the WSGI environment keeps the request's id."""

_lifetime: Final = secrets.token_hex(4)
_numbers: Final = itertools.count(1)
_WITH_BODY: Final = frozenset(("post", "put", "patch"))


def request_id_of(environ: dict[str, Any]) -> str:
    """The id that the client gave if it may stand in a log and a header; else a new one."""
    given: str | None = environ.get("HTTP_X_REQUEST_ID")
    if given and len(given) <= LONGEST_REQUEST_ID and given.isascii() and given.isprintable():
        return given
    return f"{_lifetime}-{next(_numbers):x}"


def api_request(request: Request, method: str, path: dict[str, str]) -> ApiRequest:
    """The request as resources read it.

    Raises:
        InvalidInput: the query has too many keys, or the body is no JSON object.
        RequestEntityTooLarge: the body is over the limit.
    """
    environ = request.environ
    url_path: str = environ["PATH_INFO"]
    query_string: str = environ.get("QUERY_STRING", "")
    return ApiRequest(
        path=path,
        query=query_of(query_string) if query_string else (),
        data=_body(request) if method in _WITH_BODY else {},
        accept=environ.get("HTTP_ACCEPT", ""),
        if_none_match=environ.get("HTTP_IF_NONE_MATCH", ""),
        request_id=environ.get(REQUEST_ID, ""),
        actor=environ.get("REMOTE_ADDR"),
        prefix=_prefix(environ, url_path),
        url_path=environ.get("REQUEST_URI", url_path).partition("?")[0],
    )


def _prefix(environ: dict[str, Any], url_path: str) -> str:
    mounted: str = environ.get("SCRIPT_NAME", "")
    return mounted + VERSION_PREFIX if url_path.startswith(VERSION_PREFIX) else mounted


def query_of(text: str) -> list[tuple[str, str]]:
    """The keys and values of a query, in order.

    Raises:
        InvalidInput: it has too many keys.
    """
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_QUERY_KEYS)
    except ValueError:
        reason = f"has more than {MOST_QUERY_KEYS} keys"
        raise InvalidInput({"query": reason}) from None


def _body(request: Request) -> dict[str, Any]:
    """The body as JSON, whatever its Content-Type: `curl --data` sends a form."""
    return parse_object(request.get_data(cache=False))
