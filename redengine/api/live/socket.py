"""One WebSocket: frames in and out, pings, and its end (RFC 6455)."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

from websockets.exceptions import ProtocolError
from websockets.frames import CloseCode, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from redengine.api.live.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from websockets.frames import Frame
    from websockets.http11 import Response

    from redengine.api.live.connection import Visitor
    from redengine.api.live.hub import Hub

logger = logging.getLogger("redengine.api.websocket")
logger.setLevel(logging.WARNING)  # below it the library tells all messages, of which one has a key

MOST_BYTES: Final = 1 << 20
"""The largest message that is taken."""
PING_S: Final = 20.0
"""How often the caller is asked whether they are there, and how long they may take to answer."""
CLOSE_S: Final = 2.0
"""How long the caller may take to answer a goodbye."""
_LONGEST_REASON: Final = 120
_HANDSHAKE: Final = (
    *("HTTP_HOST", "HTTP_UPGRADE", "HTTP_CONNECTION", "HTTP_SEC_WEBSOCKET_KEY"),
    *("HTTP_SEC_WEBSOCKET_VERSION",),
)


def handshake(environ: Mapping[str, Any]) -> tuple[ServerProtocol, Response]:
    """The protocol of a connection whose request asks for an upgrade, and the answer to it.

    Args:
        environ: the request. Of its address nothing is passed on: a key may stand there.
    """
    lines = [f"{environ['REQUEST_METHOD']} / {environ['SERVER_PROTOCOL']}"]
    lines += [
        f"{name.removeprefix('HTTP_').replace('_', '-')}: {environ[name]}"
        for name in _HANDSHAKE
        if name in environ
    ]
    protocol = ServerProtocol(max_size=MOST_BYTES, logger=logger)
    protocol.receive_data(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    (request,) = protocol.events_received()
    assert isinstance(request, Request)
    return protocol, protocol.accept(request)


class Socket(Connection):
    """A WebSocket on the hub's loop; a subclass says what is made of the texts that come.

    Args:
        hub: looks after it.
        visitor: who is at the other end.
        protocol: has accepted the handshake; its answer waits to be sent.
        rest: what came behind the request.
    """

    def __init__(
        self, hub: Hub, visitor: Visitor, protocol: ServerProtocol, rest: bytes = b""
    ) -> None:
        super().__init__(hub, visitor)
        self._protocol = protocol
        self._rest = rest
        self._parts: list[bytes] = []
        self._pinged_at = self.wrote_at
        self._awaits_pong = False
        self._farewell: asyncio.TimerHandle | None = None

    # -- what a subclass says

    def begin(self) -> None:
        """The connection is open."""

    def heard(self, text: bytes) -> None:
        """A message has come."""

    # -- in

    def open(self) -> None:
        self._flush()
        self.begin()
        rest, self._rest = self._rest, b""
        if rest:
            self.data_received(rest)

    def data_received(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if not isinstance(event, Request) and self.is_open:
                self._take(event)  # type: ignore[arg-type]
        self._flush()

    def eof_received(self) -> bool:
        """End: who has closed their side says nothing more, not even goodbye."""
        self._protocol.receive_eof()
        self._flush()
        return False

    def _take(self, frame: Frame) -> None:
        if frame.opcode is Opcode.PONG:
            self._awaits_pong = False
        elif frame.opcode is Opcode.BINARY:
            self.close(CloseCode.UNSUPPORTED_DATA, "expected text frames with JSON, got bytes")
        elif frame.opcode in {Opcode.TEXT, Opcode.CONT}:
            self._parts.append(bytes(frame.data))
            if frame.fin:
                text, self._parts = b"".join(self._parts), []
                self.heard(text)

    # -- out

    @property
    def is_open(self) -> bool:
        """Whether messages may be sent."""
        return self._protocol.state is State.OPEN and not self.transport.is_closing()

    def send(self, text: bytes) -> None:
        """Send one message."""
        if self.is_open:
            self._protocol.send_text(text)
            self._flush()

    def send_all(self, texts: list[bytes]) -> None:
        """Send several messages, in one piece."""
        if self.is_open:
            for text in texts:
                self._protocol.send_text(text)
            self._flush()

    def close(self, code: int, reason: str) -> None:
        """Say goodbye, and close once the caller has answered, or does not.

        Args:
            code: tells whether to come back (RFC 6455, section 7.4).
            reason: in words, for people.
        """
        if self.is_open:
            told = reason.encode()[:_LONGEST_REASON].decode("utf-8", "ignore")
            self._protocol.send_close(code, told)
            self._flush()

    def _flush(self) -> None:
        parts = self._protocol.data_to_send()
        data = b"".join(parts)
        if data:
            self.write(data)
        if b"" in parts and self.transport.can_write_eof() and not self.transport.is_closing():
            self.transport.write_eof()
        if self._protocol.close_expected() and self._farewell is None:
            loop = asyncio.get_running_loop()
            self._farewell = loop.call_later(CLOSE_S, self.transport.abort)

    # -- what the hub calls

    def closed(self) -> None:
        if self._farewell is not None:
            self._farewell.cancel()
        if self._protocol.state is not State.CLOSED:
            try:
                self._protocol.receive_eof()
            except ProtocolError:
                return

    def pause_writing(self) -> None:
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.transport.resume_reading()

    def tick(self, now: float) -> None:
        super().tick(now)
        if not (self.is_open and self.is_writable) or now - self._pinged_at < PING_S:
            return
        if self._awaits_pong:
            self._protocol.fail(CloseCode.INTERNAL_ERROR, "a ping was not answered in time")
            self._flush()
            return
        self._pinged_at, self._awaits_pong = now, True
        self._protocol.send_ping(b"")
        self._flush()

    def give_up_slow(self) -> None:
        """The caller reads too slowly."""
        self.close(CloseCode.TRY_AGAIN_LATER, "events came faster than they were read")

    def go_away(self, *, is_restart: bool) -> None:
        code = CloseCode.SERVICE_RESTART if is_restart else CloseCode.GOING_AWAY
        self.close(code, "the session restarts" if is_restart else "the session stops")
