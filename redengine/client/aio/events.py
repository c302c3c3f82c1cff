"""The events of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine.client.aio.streams import (
    AsyncEventsPoll,
    AsyncSocketWay,
    AsyncStream,
    AsyncStreamWay,
    AsyncWay,
)
from redengine.client.streams import Topics, checked_position, checked_topics
from redengine.client.views.events import Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.client.aio.connection import AsyncConnection


class AsyncEvents(AsyncStream[Event]):
    """Events of the session, as they happen.

    Args:
        connection: the client's.
        topics: what to follow; None: all that the key may see.
        after: the position behind which to begin; None: what happens from now on.
    """

    def __init__(
        self, connection: AsyncConnection, topics: Topics | None, after: str | None
    ) -> None:
        chosen = checked_topics(topics)
        ways: list[AsyncWay] = []
        # Each topic is a subscription of its own there, and nobody keeps several in one order.
        if chosen is not None and len(chosen) == 1 and connection.has_sockets:
            ways.append(AsyncSocketWay(connection, **subscription_of(chosen[0])))
        ways += [AsyncStreamWay(connection, chosen), AsyncEventsPoll(connection, chosen)]
        super().__init__(connection, ways, checked_position(after))

    def _made(self, event: Mapping[str, Any]) -> Event:
        return Event(event)


def subscription_of(topic: str) -> dict[str, str]:
    """The fields of a subscription to a topic."""
    channel = topic.removeprefix("channel:")
    return {"topic": topic} if channel == topic else {"channel": channel}
