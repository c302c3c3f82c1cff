"""Server-Sent Events: one stream of events, as pages and `curl -N` read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redengine.api.live.connection import TURN, Connection
from redengine.exceptions import RedengineError

if TYPE_CHECKING:
    from redengine.api.auth.own_events import OwnSubscription
    from redengine.api.live.connection import Visitor
    from redengine.api.live.hub import Hub
    from redengine.api.live.tickets import Ticket
    from redengine.scheduler.events import Event, Subscription

COMMENT_S: Final = 15.0
"""A stream that has nothing to tell says so this often, lest somebody on the way closes it."""
RETRY_MS: Final = 2_000
"""How long a browser waits before it comes back."""
_MOST_HEARD: Final = 64 * 1024
_COMMENT: Final = b": still here\n\n"


class EventStream(Connection):
    """A connection that events are sent on (HTML standard, section 9.2).

    Args:
        hub: looks after it.
        visitor: who reads.
        subscription: what they follow.
        head: status line and headers of the answer.
        ticket: with which the stream was opened, if it was with one.
    """

    def __init__(
        self,
        hub: Hub,
        visitor: Visitor,
        subscription: Subscription | OwnSubscription,
        head: bytes,
        ticket: Ticket | None = None,
    ) -> None:
        super().__init__(hub, visitor)
        self._subscription = subscription
        self._head = head
        self._ticket = ticket
        self._heard = 0
        self._comment_s = COMMENT_S

    def open(self) -> None:
        if self._ticket is not None:
            self._ticket.open()
        begin = f"retry: {RETRY_MS}\nid: {self._subscription.position}\n\n"
        self.write(self._head + begin.encode())
        self.hub.wake_later()

    def closed(self) -> None:
        if self._ticket is not None:
            self._ticket.close()

    def data_received(self, data: bytes) -> None:
        """Pay no attention: what a stream's reader says has no meaning."""
        self._heard += len(data)
        if self._heard > _MOST_HEARD:
            self.abort()

    def eof_received(self) -> bool:
        """Go on: who has nothing more to say may still read; from now on that is tried often."""
        self._comment_s = 0.0
        return True

    def push(self) -> bool:
        if not self.is_writable or self.transport.is_closing() or self._is_shut_out():
            return False
        parts: list[bytes] = []
        for _ in range(TURN):
            event = self._subscription.next(0)
            if event is None:
                break
            parts.append(self._block(event))
        if parts:
            self.write(b"".join(parts))
        return len(parts) == TURN and self.is_writable

    def _block(self, event: Event) -> bytes:
        head = f"id: {event.position}\nevent: {event.type}\ndata: ".encode()
        return head + self.hub.text_of(event) + b"\n\n"

    def tick(self, now: float) -> None:
        super().tick(now)
        if not self._is_shut_out() and now - self.wrote_at >= self._comment_s and self.is_writable:
            self.write(_COMMENT)

    def _is_shut_out(self) -> bool:
        """Whether the caller may read no longer; then the stream ends."""
        try:
            self.visitor.check()
        except RedengineError:
            self.transport.close()
            return True
        return False
