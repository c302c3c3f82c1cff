"""The events of a session as somebody sees them who may not see all of it."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from redengine.exceptions import Forbidden, NotFound
from redengine.scheduler.events import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redengine.api.auth.principal import Principal
    from redengine.api.core.ports import SessionPort
    from redengine.scheduler.events import Event, Subscription


class OwnEvents:
    """The events of tasks and channels that are seen, and those of the session as a whole.

    Args:
        session: whose events they are.
        principal: who sees some of them; None: somebody who sees all that is for the API.
    """

    def __init__(self, session: SessionPort, principal: Principal | None) -> None:
        self._events = session.events
        self._channels = session.channels
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
            Forbidden: the channel is not followed over the API.
        """
        for each in topics or ():
            name = each.removeprefix(CHANNEL) if isinstance(each, str) else each
            if name == each:
                continue
            if not self._knows(name):
                raise NotFound("channel", name)
            if not self._is_offered(name):
                message = f"channel '{name}' is not followed over the API, as its 'api' says"
                raise Forbidden(message, reason="not_offered", channel=name)
        return OwnSubscription(self._events.follow(topics, after, timeout), self._sees)

    def _sees(self, event: Event) -> bool:
        if event.task is not None:
            return self._principal is None or self._principal.sees(event.task)
        if event.topic.startswith(CHANNEL):  # of a record, a gap, or the end of a channel
            name = event.topic.removeprefix(CHANNEL)
            return self._knows(name) and self._is_offered(name)
        channel = event.data.get("channel")
        return channel is None or self._knows(channel)

    def _knows(self, channel: str) -> bool:
        return self._principal is None or self._principal.sees_channel(channel)

    def _is_offered(self, channel: str) -> bool:
        """Whether a channel is followed over the API; of one that is gone, what is left is told."""
        found = self._channels.get(channel)
        return found is None or found.options.allows("next")


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
