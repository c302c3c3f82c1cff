# Generated from ../aio by tools/make_sync_client.py: change that, then `make client`.
"""The events of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine.client._generated.streams import (
    EventsPoll,
    SocketWay,
    Stream,
    StreamWay,
    Way,
)
from redengine.client.streams import Topics, checked_position, checked_topics
from redengine.client.views.events import Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.client._generated.connection import Connection


class Events(Stream[Event]):
    """Events of the session, as they happen.

    Args:
        connection: the client's.
        topics: what to follow; None: all that the key may see.
        after: the position behind which to begin; None: what happens from now on.
    """

    def __init__(self, connection: Connection, topics: Topics | None, after: str | None) -> None:
        chosen = checked_topics(topics)
        ways: list[Way] = []
        # Each topic is a subscription of its own there, and nobody keeps several in one order.
        if chosen is not None and len(chosen) == 1 and connection.has_sockets:
            ways.append(SocketWay(connection, **subscription_of(chosen[0])))
        ways += [StreamWay(connection, chosen), EventsPoll(connection, chosen)]
        super().__init__(connection, ways, checked_position(after))

    def _made(self, event: Mapping[str, Any]) -> Event:
        return Event(event)


def subscription_of(topic: str) -> dict[str, str]:
    """The fields of a subscription to a topic."""
    channel = topic.removeprefix("channel:")
    return {"topic": topic} if channel == topic else {"channel": channel}
