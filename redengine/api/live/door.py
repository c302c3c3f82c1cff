"""The door: what one request may do with the live layer, once it has been let in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from redengine.api.core.messages import ApiResponse
from redengine.api.live.hub import HAND_OVER, HUB
from redengine.api.live.stream import EventStream
from redengine.api.live.tickets import Ticket

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from redengine.api.live.connection import Connection, Visitor
    from redengine.api.live.hub import Hub
    from redengine.api.live.tickets import Tickets
    from redengine.scheduler.events import Subscription

TICKET: Final = "redengine.ticket"
"""Where the WSGI environment keeps the ticket with which a request was let in."""
EVENT_STREAM: Final = "text/event-stream"


class Heir:
    """Goes on with the connection of a request, at a place that is kept for it.

    Args:
        hub: where it goes.
        status: the status of the answer with which it goes.
        make: makes what speaks on it, of the answer's head and of what came behind the request.
    """

    def __init__(self, hub: Hub, status: int, make: Callable[[bytes, bytes], Connection]) -> None:
        self.status = status
        self._hub = hub
        self._make = make
        hub.reserve()

    def take(self, taken: socket.socket, head: bytes, rest: bytes) -> None:
        self._hub.adopt(taken, partial(self._make, head, rest))

    def abandon(self) -> None:
        self._hub.release()


def hand_over(
    environ: Mapping[str, Any], status: int, make: Callable[[Hub, bytes, bytes], Connection]
) -> bool:
    """Have the connection of a request go on with something else; whether the server can do it.

    Args:
        environ: the request.
        status: the status of the answer with which it goes.
        make: makes what speaks on it, of the hub, the answer's head and what came behind.

    Raises:
        TooManyWaiting: as many connections are open as may be.
    """
    hub: Hub | None = environ.get(HUB)
    if hub is None:
        return False
    environ[HAND_OVER](Heir(hub, status, partial(make, hub)))
    return True


class Door:
    """What a request for events may do beside what its resource does.

    Args:
        environ: the request.
        visitor: who asks.
        tickets: those of the API.
    """

    def __init__(self, environ: Mapping[str, Any], visitor: Visitor, tickets: Tickets) -> None:
        self._environ = environ
        self._tickets = tickets
        self.visitor = visitor
        self.last_event_id: str = environ.get("HTTP_LAST_EVENT_ID", "")
        """What a browser says that comes back."""

    def stream(self, subscription: Subscription) -> ApiResponse | None:
        """The answer with which a stream of events begins; None where none can.

        Raises:
            TooManyWaiting: as many streams are open as may be.
        """
        answer = ApiResponse(
            b"",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
            content_type=EVENT_STREAM,
        )
        if self._environ["REQUEST_METHOD"] != "GET":
            return answer  # of HEAD, which asks for no more than this
        ticket = self._environ.get(TICKET)

        def make(hub: Hub, head: bytes, _rest: bytes) -> EventStream:
            return EventStream(hub, self.visitor, subscription, head, ticket)

        return answer if hand_over(self._environ, answer.status, make) else None

    def issue(self, topics: tuple[str, ...] | None) -> tuple[str, datetime]:
        """A ticket for who asks, and until when it has to be used first.

        Raises:
            TooManyWaiting: too many have been asked for.
        """
        visitor = self.visitor
        return self._tickets.issue(Ticket(visitor.principal, visitor.check, topics))
