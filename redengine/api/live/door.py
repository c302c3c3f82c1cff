"""The door: what one request may do with the live layer, once it has been let in."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from redengine.api.auth.own_events import OwnEvents
from redengine.api.core.encoding import parse_value
from redengine.api.core.messages import ApiRequest, ApiResponse
from redengine.api.live.hub import HAND_OVER, HUB
from redengine.api.live.stream import EventStream
from redengine.api.live.tickets import Ticket
from redengine.channels import KeyText
from redengine.exceptions import Forbidden, InvalidInput, shortened
from redengine.scheduler.events import CHANNEL

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Hashable, Mapping
    from datetime import datetime

    from redengine.api.auth.own_events import OwnSubscription
    from redengine.api.core.dispatcher import Dispatcher
    from redengine.api.http.middleware import Middleware
    from redengine.api.live.connection import Connection, Visitor
    from redengine.api.live.hub import Hub
    from redengine.api.live.messages import Command, Send
    from redengine.api.live.tickets import Tickets
    from redengine.scheduler.events import Event, Subscription

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

    def stream(self, subscription: Subscription | OwnSubscription) -> ApiResponse | None:
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


class Porch:
    """Knows who is let in on a WebSocket, and carries out what they ask for.

    Args:
        dispatcher: has the resources, which know what may be done.
        middleware: knows the keys, and how often may be asked.
    """

    def __init__(self, dispatcher: Dispatcher, middleware: Middleware) -> None:
        self._dispatcher = dispatcher
        self._middleware = middleware
        self._session = dispatcher.session_for(None)
        self._events = self._session.events
        self.hidden = dispatcher.hidden

    @property
    def asks_for_keys(self) -> bool:
        """Whether a caller without a key is refused now."""
        return self._middleware.asks_for_keys

    def admit(self, api_key: str, visitor: Visitor) -> Visitor:
        """Who a key belongs to.

        Raises:
            Forbidden: it is unknown, revoked or expired.
            TooManyRequests: too many wrong ones came from the same address.
        """
        principal, check = self._middleware.admit(api_key, visitor.address)
        return replace(visitor, principal=principal, check=check)

    def take(self, bucket: str, visitor: Visitor) -> None:
        """Count what is asked for.

        Raises:
            TooManyRequests: the caller is over a limit.
        """
        self._middleware.take(bucket, visitor.address, visitor.principal)

    def check_scope(self, visitor: Visitor, scope: str) -> None:
        """Let pass what the caller's scopes allow.

        Raises:
            InsufficientScope: they do not.
        """
        if visitor.principal is not None:
            visitor.principal.check((scope,), "to follow")

    def follow(
        self, visitor: Visitor, target: str, after: str | None
    ) -> Subscription | OwnSubscription:
        """What the caller may see of a topic.

        Raises:
            Forbidden: their ticket is for others, or the channel is not for the API.
            NotFound: there is no such channel, as far as they may know.
            InvalidInput: there is no such topic, or the position is none.
            PositionGone: the position is of another session, or of the future.
        """
        if visitor.topics is not None and target not in visitor.topics:
            allowed = ", ".join(visitor.topics)
            raise Forbidden(f"the ticket is for {allowed}, not for {shortened(target)}")
        try:
            return OwnEvents(self._session, visitor.principal).follow([target], after)
        except InvalidInput as error:
            fields = {name.replace("topics", "topic"): why for name, why in error.fields.items()}
            raise InvalidInput(fields) from None

    def taker(self, target: str, key: Any) -> Callable[[Event], bool]:
        """What tells whether a record has a key.

        Raises:
            InvalidInput: what is followed is no channel, or has no such key.
        """
        if not target.startswith(CHANNEL):
            raise InvalidInput({"key": f"belongs to a channel, and {shortened(target)} is none"})
        keyed = self._session.channels[target.removeprefix(CHANNEL)].keyed(None)
        as_in_paths = KeyText(key) if isinstance(key, str) else key
        wanted = frozenset(keyed.keys_of(as_in_paths))
        return lambda event: keyed.of(event.data["record"]) in wanted

    def record_key(self, target: str) -> Callable[[Event], Hashable] | None:
        """What tells the key of a record; None where there are no keys."""
        channel = self._session.channels.get(target.removeprefix(CHANNEL))
        if not target.startswith(CHANNEL) or channel is None or not channel.keys:
            return None
        keyed = channel.keyed(None)
        return lambda event: keyed.of(event.data["record"])

    def position(self) -> str:
        """The position of the latest event."""
        position: str = self._events.position
        return position

    def find_job(self, visitor: Visitor, job_id: str) -> None:
        """Look whether there is a job that the caller may see; the store may have to tell.

        Raises:
            NotFound: there is none.
        """
        self._dispatcher.session_for(visitor.principal).job(job_id)

    def send(self, visitor: Visitor, message: Send) -> dict[str, Any]:
        """Send records to a channel; the fields of the reply."""
        asked = self._request(visitor, message.channel, {"records": message.data})
        return {"records": self._done("ChannelSend", asked)}

    def call(self, visitor: Visitor, message: Command) -> dict[str, Any]:
        """Call a command; the fields of the reply."""
        data = {"body": message.body} if "body" in message.model_fields_set else {}
        if message.timeout is not None:
            data["timeout"] = message.timeout
        return {"result": self._done("Command", self._request(visitor, message.command, data))}

    def _request(self, visitor: Visitor, name: str, data: dict[str, Any]) -> ApiRequest:
        return ApiRequest(
            path={"name": name},
            data=data,
            request_id=visitor.request_id,
            actor=visitor.actor,
            address=visitor.address,
            principal=visitor.principal,
        )

    def _done(self, resource: str, asked: ApiRequest) -> Any:
        found = self._dispatcher.resource(resource)
        body = self._dispatcher.dispatch(found, "post", asked).body
        return parse_value(body) if isinstance(body, bytes) else body
