"""The key that a request presents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus

from redengine.api.errors import Unauthorized
from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

_IN_QUERY: Final = frozenset(
    [
        "apikey",
        "xapikey",
        "accesstoken",
        "authtoken",
        "authorization",
        "bearer",
        "bearertoken",
        "token",
    ]
)
"""Names under which keys are put into addresses, without marks between the words."""


def presented_key(environ: Mapping[str, Any]) -> str:
    """The key in the headers of a request.

    Raises:
        InvalidInput: the address has a key, or the headers have two.
        Unauthorized: there is none.
    """
    query: str = environ.get("QUERY_STRING", "")
    if query:
        _refuse_key_in(query)
    key: str = environ.get("HTTP_X_API_KEY", "").strip()
    authorization: str = environ.get("HTTP_AUTHORIZATION", "")
    if authorization:
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() == "bearer" and token:
            if key and key != token:
                reason = "differs from the key in Authorization; send one of them"
                raise InvalidInput({"X-API-Key": reason})
            return token
    if not key:
        message = "send your API key as 'X-API-Key: …' or 'Authorization: Bearer …'"
        raise Unauthorized(message)
    return key


def _refuse_key_in(query: str) -> None:
    for part in query.split("&"):
        name = unquote_plus(part.partition("=")[0])
        if name.lower().replace("-", "").replace("_", "") in _IN_QUERY:
            reason = (
                "a key does not belong into an address, which is logged and remembered on its "
                "way: send it as 'X-API-Key: …' or 'Authorization: Bearer …'"
            )
            raise InvalidInput({"query": reason})
