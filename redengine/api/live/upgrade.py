"""The upgrade: a request becomes a WebSocket."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from redengine.api.core.messages import ApiResponse
from redengine.api.errors import NotServedHere, envelope
from redengine.api.live.conversation import Conversation
from redengine.api.live.door import hand_over
from redengine.api.live.socket import handshake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.api.http.requests import Entry
    from redengine.api.live.connection import Visitor
    from redengine.api.live.door import Porch
    from redengine.api.live.hub import Hub


def upgraded(
    environ: Mapping[str, Any],
    visitor: Visitor,
    entry: Entry | None,
    porch: Porch,
    path: Mapping[str, str],
    style: str,
) -> ApiResponse:
    """The answer to a request for a WebSocket, whose connection is handed over with it.

    Args:
        environ: the request.
        visitor: who asks.
        entry: how they were let in; None where no upgrade was asked for.
        porch: carries out what they ask for.
        path: the values in the path: what is followed from the start.
        style: how it is told of.

    Raises:
        NotServedHere: the server that carries the API keeps no connection open.
        TooManyWaiting: as many connections are open as may be.
    """
    protocol, answer = handshake(environ)
    if answer.status_code != HTTPStatus.SWITCHING_PROTOCOLS or entry is None:
        return _refusal(answer.status_code, visitor.request_id)
    answer.headers["X-Request-Id"] = visitor.request_id
    protocol.send_response(answer)

    def make(hub: Hub, _head: bytes, rest: bytes) -> Conversation:
        return Conversation(
            hub,
            porch,
            visitor,
            protocol,
            rest,
            is_known=not entry.is_anonymous,
            refused=entry.refused,
            monitors=path,
            style=style,
        )

    if not hand_over(environ, answer.status_code, make):
        raise NotServedHere("a WebSocket")
    return ApiResponse(status=answer.status_code)


def _refusal(status: int, request_id: str) -> ApiResponse:
    """What a request is told that is no handshake of a WebSocket (RFC 6455, section 4.2.1)."""
    if status not in {HTTPStatus.BAD_REQUEST, HTTPStatus.UPGRADE_REQUIRED}:
        status = HTTPStatus.UPGRADE_REQUIRED
    is_upgrade = status == HTTPStatus.UPGRADE_REQUIRED
    code = "UPGRADE_REQUIRED" if is_upgrade else "VALIDATION_ERROR"
    told = "this is a WebSocket: connect with ws:// and version 13 of the protocol"
    return ApiResponse(envelope(code, told, {}, request_id), int(status))
