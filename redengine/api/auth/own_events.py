"""The events of a session as somebody sees them who may see some of its tasks only."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redengine.api.auth.principal import TaskNames
    from redengine.scheduler.events import Event, Events, Subscription


class OwnEvents:
    """The events of tasks that are seen, and those of the session as a whole."""

    def __init__(self, events: Events, names: TaskNames) -> None:
        self._events = events
        self._names = names

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
        """The events from now on, or behind a position."""
        return OwnSubscription(self._events.follow(topics, after, timeout), self._names)


class OwnSubscription:
    """A subscription without the events of tasks that are not seen."""

    def __init__(self, subscription: Subscription, names: TaskNames) -> None:
        self._subscription = subscription
        self._names = names

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
            if event is None or event.task is None or self._names.sees(event.task):
                return event
