"""What Flask knows of a request, in the words of the resources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from flask import request as flask_request

from redengine.api.core.encoding import parse_object
from redengine.api.core.messages import ApiRequest, flag, request_id_from
from redengine.api.http.routes import prefix_in
from redengine.api.live.connection import Visitor
from redengine.api.live.door import TICKET
from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from flask import Request

    from redengine.api.auth.principal import Principal
    from redengine.api.live.tickets import Ticket

LARGEST_BODY_BYTES: Final = 1024 * 1024
MOST_QUERY_KEYS: Final = 1_000
PRETTY: Final = frozenset(("pretty", "$pretty"))
"""The query keys that ask for indented JSON."""
REQUEST_ID_HEADER: Final = "X-Request-Id"
REQUEST_ID: Final = "redengine.request_id"
"""Where the WSGI environment keeps the request's id."""
PRINCIPAL: Final = "redengine.principal"
"""Where the WSGI environment keeps who asks."""

ACTOR: Final = "redengine.actor"
"""Where the WSGI environment keeps who asks, once somebody has recognised them."""
STILL_ADMITTED: Final = "redengine.still_admitted"
"""Where the WSGI environment keeps what raises once the caller's key is no longer valid."""
ENTRY: Final = "redengine.entry"
"""Where the WSGI environment keeps how a WebSocket was let in: see `Entry`."""
DISPATCHED: Final = "redengine.dispatched"
"""Set in the WSGI environment once a resource has the request: it is audited there."""

_WITH_BODY: Final = frozenset(("post", "put", "patch"))


def request_id_of(environ: dict[str, Any]) -> str:
    """The id that the client gave if it may stand in a log and a header; else a new one."""
    return request_id_from(environ.get("HTTP_X_REQUEST_ID"))


def current_principal() -> Principal | None:
    """Who asks in the request that is being answered; None: somebody who may do everything.

    For routes of one's own, which no pattern of task names filters.
    """
    found: Principal | None = flask_request.environ.get(PRINCIPAL)
    return found


def actor_of(environ: dict[str, Any]) -> str | None:
    """Who asks: whoever was recognised, or else the address."""
    principal: Principal | None = environ.get(PRINCIPAL)
    return principal.name if principal is not None else environ.get("REMOTE_ADDR") or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How a WebSocket was let in. A page in a browser can read no refusal before it is open.

    Attributes:
        refused: why the caller is sent away once it is open; None if they are not.
        is_anonymous: whether they still have to say who they are.
    """

    refused: str | None = None
    is_anonymous: bool = False


def visitor_of(environ: dict[str, Any]) -> Visitor:
    """Who asks in a request that has been let in, for connections that outlive it."""
    ticket: Ticket | None = environ.get(TICKET)
    visitor = Visitor(
        principal=environ.get(PRINCIPAL),
        address=environ.get("REMOTE_ADDR", ""),
        request_id=environ.get(REQUEST_ID, ""),
        topics=None if ticket is None else ticket.topics,
    )
    check = environ.get(STILL_ADMITTED)
    if check is not None:
        visitor.check = check
    return visitor


def api_request(
    request: Request, method: str, path: dict[str, str], *, reads_text: bool = False
) -> ApiRequest:
    """The request as resources read it.

    Args:
        request: Flask's.
        method: the method, in small letters.
        path: the values in the path.
        reads_text: whether the body is left as it came.

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
        data=_body(request) if method in _WITH_BODY and not reads_text else {},
        content=request.get_data(cache=False) if reads_text else b"",
        accept=environ.get("HTTP_ACCEPT", ""),
        if_none_match=environ.get("HTTP_IF_NONE_MATCH", ""),
        if_match=environ.get("HTTP_IF_MATCH", ""),
        request_id=environ.get(REQUEST_ID, ""),
        actor=actor_of(environ),
        address=environ.get("REMOTE_ADDR", ""),
        principal=environ.get(PRINCIPAL),
        prefix=prefix_of(environ),
        url_path=environ.get("REQUEST_URI", url_path).partition("?")[0],
    )


def take_pretty(request: ApiRequest) -> bool:
    """Whether the query asks for indented JSON; the key is for the transport, and taken out.

    Raises:
        InvalidInput: it says neither true nor false.
    """
    asked = [key for key, _ in request.query if key in PRETTY]
    if not asked:
        return False
    is_pretty = flag(request, asked[-1])
    request.query = [(key, value) for key, value in request.query if key not in PRETTY]
    return is_pretty


def prefix_of(environ: dict[str, Any]) -> str:
    """What stands before every path in links."""
    mounted: str = environ.get("SCRIPT_NAME", "")
    return mounted + prefix_in(environ["PATH_INFO"])


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
