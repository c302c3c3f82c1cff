"""The AsyncAPI document: the messages of WebSockets and of the event stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine._version import __version__
from redengine.api.live import messages
from redengine.api.openapi.document import Schemas
from redengine.scheduler.events import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION: Final = "3.0.0"
_SAID: Final[Mapping[str, type[messages.Message]]] = messages.MESSAGES
_TOLD: Final[tuple[type[messages.Told | messages.Happened], ...]] = (
    *(messages.Subscribed, messages.Unsubscribed, messages.Ack, messages.Pong, messages.Error),
    *(messages.Happened, messages.Gap, messages.Data, messages.Heartbeat),
)
_REPLIES: Final[Mapping[str, tuple[str, ...]]] = {
    "subscribe": ("Subscribed", "Error"),
    "unsubscribe": ("Unsubscribed", "Error"),
    "send": ("Ack", "Error"),
    "command": ("Ack", "Error"),
    "ping": ("Pong", "Error"),
    "auth": ("Ack", "Error"),
}
"""What each message is answered with."""
_SECURITY: Final = {
    "ApiKey": {"type": "httpApiKey", "in": "header", "name": "X-API-Key"},
    "InQuery": {"type": "httpApiKey", "in": "query", "name": "api_key"},
}


def build_asyncapi(*, is_asking: bool) -> dict[str, Any]:
    """The document.

    Args:
        is_asking: whether callers are asked for a key.
    """
    schemas = Schemas()
    named = {kind.__name__: kind for kind in (*_SAID.values(), *_TOLD)}
    made = {name: _message(name, kind, schemas) for name, kind in named.items()}
    made["StreamedEvent"] = {
        "name": "StreamedEvent",
        "summary": "An event in a stream: `id` is its position, `event` its type.",
        "contentType": "application/json",
        "payload": schemas.of(messages.Streamed),
    }
    document: dict[str, Any] = {
        "asyncapi": VERSION,
        "info": {
            "title": "redengine",
            "version": __version__,
            "description": "What is followed, sent and called while a session runs.",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "servers": {"session": {"host": "localhost:5000", "protocol": "ws"}},
        "channels": {
            "socket": _channel("/ws", "A WebSocket.", named),
            "stream": _channel("/events", "Server-Sent Events.", ("StreamedEvent",)),
        },
        "operations": {
            **{action: _operation(action, kind.__name__) for action, kind in _SAID.items()},
            "told": {
                "action": "send",
                "channel": {"$ref": "#/channels/socket"},
                "summary": "What comes by itself.",
                "messages": [
                    _reference("socket", kind.__name__)
                    for kind in _TOLD
                    if kind.__name__ not in {"Subscribed", "Ack", "Pong"}
                ],
            },
            "streamed": {
                "action": "send",
                "channel": {"$ref": "#/channels/stream"},
                "summary": "What happens, as it happens.",
                "messages": [_reference("stream", "StreamedEvent")],
            },
        },
        "components": {
            "messages": made,
            "schemas": dict(sorted(schemas.components.items())),
        },
    }
    if is_asking:
        document["components"]["securitySchemes"] = _SECURITY
        document["servers"]["session"]["security"] = [
            {"$ref": f"#/components/securitySchemes/{name}"} for name in _SECURITY
        ]
    return document


def _message(name: str, kind: type[Any], schemas: Schemas) -> dict[str, Any]:
    schema = schemas.of(kind)
    if kind is messages.Happened:
        types = [each for each in KINDS if each != "channel_record"]
        schemas.components[name]["properties"]["type"]["examples"] = types
    return {"name": name, "summary": (kind.__doc__ or "").strip(), "payload": schema}


def _channel(address: str, description: str, names: Any) -> dict[str, Any]:
    found = {name: {"$ref": f"#/components/messages/{name}"} for name in names}
    return {"address": address, "description": description, "messages": found}


def _reference(channel: str, message: str) -> dict[str, str]:
    return {"$ref": f"#/channels/{channel}/messages/{message}"}


def _operation(action: str, message: str) -> dict[str, Any]:
    return {
        "action": "receive",
        "channel": {"$ref": "#/channels/socket"},
        "summary": (_SAID[action].__doc__ or "").strip(),
        "messages": [_reference("socket", message)],
        "reply": {
            "channel": {"$ref": "#/channels/socket"},
            "messages": [_reference("socket", name) for name in _REPLIES[action]],
        },
    }
