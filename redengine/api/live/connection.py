"""What all connections that stay open have in common."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.api.auth.principal import Principal
    from redengine.api.live.hub import Hub

MOST_UNREAD: Final = 64 * 1024
"""So many bytes may wait for a caller to read; more stays where it is kept for all."""
TURN: Final = 200
"""So many events are sent to one caller before the others have their turn."""
SILENT_S: Final = 60.0
"""A caller that reads nothing for so long, while something waits for it, is given up."""


def _anybody() -> None:
    """Where no key was asked for, none can be revoked."""


@dataclass(slots=True, kw_only=True)
class Visitor:
    """Who is at the other end.

    Attributes:
        principal: who they are, and what they may do; None: somebody who may do everything.
        check: raises once the key with which they were let in is no longer valid.
        address: where they call from.
        request_id: finds the request in the log.
        topics: what a ticket limits them to; None: nothing.
    """

    principal: Principal | None = None
    check: Callable[[], None] = field(default=_anybody)
    address: str = ""
    request_id: str = ""
    topics: tuple[str, ...] | None = None

    @property
    def actor(self) -> str:
        """What the audit trail calls them."""
        return self.address if self.principal is None else self.principal.name


class Connection(asyncio.Protocol):
    """One connection, on the hub's loop.

    Args:
        hub: looks after it.
        visitor: who is at the other end.
    """

    transport: asyncio.Transport

    def __init__(self, hub: Hub, visitor: Visitor) -> None:
        self.hub = hub
        self.visitor = visitor
        self.is_writable = True
        self.wrote_at = monotonic()
        self._stuck_since: float | None = None

    # -- what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.set_write_buffer_limits(high=MOST_UNREAD)
        self.hub.add(self)
        self.open()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.closed()
        self.hub.remove(self)

    def pause_writing(self) -> None:
        self.is_writable = False
        self._stuck_since = monotonic()

    def resume_writing(self) -> None:
        self.is_writable = True
        self._stuck_since = None
        self.hub.wake_later()

    # -- what the hub calls

    def open(self) -> None:
        """Begin: the connection is there."""

    def closed(self) -> None:
        """End: the connection is gone."""

    def push(self) -> bool:
        """Send what is new, as far as the caller reads; whether there is more at once."""
        raise NotImplementedError

    def tick(self, now: float) -> None:
        """Look after oneself, once a second.

        Args:
            now: the monotonic time.
        """
        if self._stuck_since is not None and now - self._stuck_since > SILENT_S:
            self.abort()

    def go_away(self, *, is_restart: bool) -> None:
        """Say goodbye, as the server stops.

        Args:
            is_restart: whether it comes back at once.
        """
        del is_restart
        self.transport.close()

    def abort(self) -> None:
        """Close without a word."""
        self.transport.abort()

    def drop_handle(self) -> None:
        """In a child of the process: close the handle, and nothing of the connection."""
        taken: Any = self.transport.get_extra_info("socket")
        if taken is not None and taken.fileno() >= 0:
            with suppress(OSError):
                os.close(taken.fileno())

    def write(self, data: bytes) -> None:
        """Send bytes."""
        if not self.transport.is_closing():
            self.wrote_at = monotonic()
            self.transport.write(data)
