"""The resources of the event stream."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, ClassVar, Final

from redengine.api.auth.own_events import OwnEvents
from redengine.api.auth.principal import READ
from redengine.api.core.lists import POSITION, count_of, seconds_of
from redengine.api.core.messages import ApiResponse
from redengine.api.core.waiting import LONGEST_WAIT_S
from redengine.api.endpoints.resource import Resource
from redengine.api.errors import NotServedHere
from redengine.exceptions import Forbidden, InvalidInput, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redengine.api.auth.own_events import OwnSubscription
    from redengine.api.core.messages import ApiRequest
    from redengine.api.live.door import Door
    from redengine.scheduler.events import Event, Subscription

MOST_TOPICS: Final = 1_000
_MOST_POLLED: Final = 1_000
_STREAM: Final = "stream"
_POLL: Final = "poll"


def topics_of(request: ApiRequest) -> list[str] | None:
    """The topics in a query, between commas or repeated; None for all.

    Raises:
        InvalidInput: there are too many, or there is an empty one.
    """
    found = [text for name, text in request.query if name == "topics"]
    topics = [each.strip() for text in found for each in text.split(",")]
    if len(topics) > MOST_TOPICS:
        raise InvalidInput({"topics": f"expected at most {MOST_TOPICS}, got {len(topics)}"})
    if found and not all(topics):
        reason = f"expected topics such as 'jobs,task:fetch', got {shortened(','.join(found))}"
        raise InvalidInput({"topics": reason})
    return topics or None


def allowed(topics: Sequence[str] | None, door: Door | None) -> Sequence[str] | None:
    """The topics, as far as a ticket allows them.

    Raises:
        Forbidden: one of them is not on the ticket.
    """
    limit = None if door is None else door.visitor.topics
    if limit is None or topics is None:
        return limit if topics is None else topics
    for each in topics:
        if each not in limit:
            raise Forbidden(f"the ticket is for {', '.join(limit)}, not for {shortened(each)}")
    return topics


class EventsResource(Resource):
    """The events of the session: a stream, or what is there and comes next."""

    name = "Events"
    query_keys = frozenset(("topics", "after", "mode", "timeout", "limit", "ticket"))
    waits = True
    is_live: ClassVar[bool] = True

    def get(self, request: ApiRequest) -> ApiResponse:
        """Follow: as Server-Sent Events, or with `mode=poll` as one list."""
        door: Door | None = request.door
        topics = allowed(topics_of(request), door)
        mode = request.query_value("mode") or _STREAM
        if mode not in {_STREAM, _POLL}:
            raise InvalidInput({"mode": f"expected stream or poll, got {shortened(mode)}"})
        after = request.query_value("after")
        events = OwnEvents(self.session, request.principal)
        if mode == _POLL:
            return self._polled(request, events.follow(topics, after))
        for key in ("timeout", "limit"):
            if request.query_value(key) is not None:
                raise InvalidInput({key: "belongs to mode=poll; a stream has no end"})
        # A browser that comes back asks for the address that it was given at first.
        after = (door.last_event_id if door is not None else "") or after
        subscription = events.follow(topics, after)
        answer = None if door is None else door.stream(subscription)
        if answer is None:
            raise NotServedHere("a stream of events")
        return answer

    def _polled(
        self, request: ApiRequest, subscription: Subscription | OwnSubscription
    ) -> ApiResponse:
        """What is behind the position as soon as there is something, or nothing in the end."""
        seconds = seconds_of(request, "timeout", LONGEST_WAIT_S / 2)
        most = count_of(request, "limit", _MOST_POLLED, _MOST_POLLED)
        if most == 0:
            raise InvalidInput({"limit": f"expected a number from 1 to {_MOST_POLLED}, got 0"})
        found: deque[Event] = deque()

        def step(seconds: float) -> bool:
            event = subscription.next(seconds)
            if event is not None:
                found.append(event)
            return event is not None

        if request.wait(step, seconds):
            while len(found) < most and (event := subscription.next(0)) is not None:
                found.append(event)
        position = subscription.position
        events = [event.snapshot() for event in found]
        body = {"events": events, "position": position}
        return ApiResponse(body, headers={POSITION: position})


class EventTicketsResource(Resource):
    """Tickets for clients that cannot send headers."""

    name = "EventTickets"
    scopes: ClassVar[Mapping[str, str]] = {"post": READ}
    changes_nothing = True
    is_live: ClassVar[bool] = True

    def post(self, request: ApiRequest) -> ApiResponse:
        """Give out a ticket for who asks."""
        topics = _given_topics(request.data)
        if topics is not None:
            OwnEvents(self.session, request.principal).follow(topics)
        door: Door | None = request.door
        topics = allowed(topics, door)
        if door is None:
            raise NotServedHere("a ticket for a stream of events")
        text, expires_at = door.issue(None if topics is None else tuple(topics))
        return ApiResponse({"ticket": text, "expires_at": expires_at}, status=201)


def _given_topics(data: Mapping[str, Any]) -> Sequence[str] | None:
    for key in data:
        if key != "topics":
            raise InvalidInput({key: "is no field of a ticket; it may have topics"})
    topics = data.get("topics")
    if topics is None:
        return None
    if not isinstance(topics, list) or len(topics) > MOST_TOPICS:
        reason = (
            f"expected a list of topics such as ['jobs', 'task:fetch'], got {shortened(topics)}"
        )
        raise InvalidInput({"topics": reason})
    return topics
