"""The events of a session as somebody sees them who may not see all of it."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from redengine.exceptions import NotFound
from redengine.scheduler.events import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redengine.api.auth.principal import Principal
    from redengine.scheduler.events import Event, Events, Subscription


def events_for(events: Events, principal: Principal | None) -> Events | OwnEvents:
    """The events that somebody may see; None: somebody who may see all."""
    if principal is None or (principal.tasks is None and principal.channels is None):
        return events
    return OwnEvents(events, principal)


class OwnEvents:
    """The events of tasks and channels that are seen, and those of the session as a whole.

    Args:
        events: all events.
        principal: who sees some of them.
    """

    def __init__(self, events: Events, principal: Principal) -> None:
        self._events = events
        self._principal = principal

    @property
    def position(self) -> str:
        """The position of the latest event, seen or not."""
        return self._events.position

    def follow(
        self,
        topics: Sequence[str] | None = None,
        after: str | None = None,
        timeout: float | None = None,
    ) -> OwnSubscription:
        """The events from now on, or behind a position.

        Raises:
            NotFound: there is no such channel, as far as they may know.
        """
        for each in topics or ():
            name = each.removeprefix(CHANNEL) if isinstance(each, str) else ""
            if name != each and not self._principal.sees_channel(name):
                raise NotFound("channel", name)
        return OwnSubscription(self._events.follow(topics, after, timeout), self._sees)

    def _sees(self, event: Event) -> bool:
        if event.task is not None:
            return self._principal.sees(event.task)
        channel = event.data.get("channel")
        if channel is None and event.topic.startswith(CHANNEL):
            channel = event.topic.removeprefix(CHANNEL)  # of a gap, or of the end of a channel
        return channel is None or self._principal.sees_channel(channel)


class OwnSubscription:
    """A subscription without what is not seen."""

    def __init__(self, subscription: Subscription, sees: Callable[[Event], bool]) -> None:
        self._subscription = subscription
        self._sees = sees

    @property
    def position(self) -> str:
        """The position up to which all has been given."""
        return self._subscription.position

    def next(self, timeout: float | None = None) -> Event | None:
        """The next event that is seen, as `Subscription.next` gives it."""
        deadline = None if timeout is None else monotonic() + timeout
        while True:
            left_s = None if deadline is None else max(0.0, deadline - monotonic())
            event = self._subscription.next(left_s)
            if event is None or self._sees(event):
                return event

    def when_new(self, wake: Callable[[], None]) -> bool:
        """As `Subscription.when_new` has it; what has come need not be seen."""
        return self._subscription.when_new(wake)

    def forget(self, wake: Callable[[], None]) -> None:
        """Call a function no more that waits for news."""
        self._subscription.forget(wake)

    def close(self) -> None:
        """Follow no longer."""
        self._subscription.close()
