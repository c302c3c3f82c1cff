"""The headers that answers may have, and those that any request may send."""

from __future__ import annotations

from typing import Any, Final

from redengine.api.openapi.operation import Parameter

HEADERS: Final[dict[str, dict[str, Any]]] = {
    "X-Request-Id": {
        "description": "Finds the request in the log; taken from the request, or made.",
        "schema": {"type": "string"},
    },
    "X-Total-Count": {
        "description": "How many match in all.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "Link": {
        "description": "Leads to the other pages (RFC 8288).",
        "schema": {"type": "string"},
    },
    "Location": {"description": "Where it is found.", "schema": {"type": "string"}},
    "ETag": {
        "description": "Names this state; send it as If-None-Match.",
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "Seconds to wait before another try.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "Allow": {"description": "The methods that are known here.", "schema": {"type": "string"}},
    "WWW-Authenticate": {
        "description": "How to say who asks.",
        "schema": {"type": "string"},
    },
}
REQUEST_ID: Final = Parameter(
    name="X-Request-Id",
    place="header",
    schema={"type": "string"},
    description="Finds the request in the log; one is made if none is given that may stand there.",
)
