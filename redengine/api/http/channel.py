"""Connections of the server: Waitress' own, bounded in what a caller may hold for how long.

Waitress lets a worker thread wait until a caller has read what is sent, lets connections that
say nothing keep others out, and reads on after a request whose length is ambiguous.
"""

from __future__ import annotations

import errno
import logging
import socket
import threading
import time
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, WSGITask

from redengine.api.core.encoding import to_json
from redengine.api.core.messages import request_id_from
from redengine.api.errors import code_of, envelope
from redengine.api.live.hub import HAND_OVER, HUB, Hub

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger("redengine.api")
waitress_logger = logging.getLogger("redengine.api.waitress")
waitress_logger.setLevel(logging.ERROR)

_BAD_REQUEST: Final = 400
SILENT_S: Final = 10.0
"""How long a thread waits for a caller who reads nothing of an answer."""
_DROPPING_S: Final = 2.0
_MOST_DROPPED: Final = 32 << 20
_DROPPED_AT_ONCE: Final = 1 << 18


class Refused(NamedTuple):
    """A request that the server refused before the application saw it.

    Attributes:
        request_id: finds it in the log.
        address: where it came from.
        method: the method; empty where it cannot be read.
        status: how it was answered.
        seconds: how long that took.
    """

    request_id: str
    address: str
    method: str
    status: int
    seconds: float


class Successor(Protocol):
    """What goes on with a connection once its request has been let in."""

    status: int
    """The status of the answer with which the connection is handed over."""

    def take(self, taken: socket.socket, head: bytes, rest: bytes) -> None:
        """Go on with it.

        Args:
            taken: the connection, of which the caller is rid.
            head: status line and headers of the answer; not yet sent.
            rest: what has come behind the request.
        """

    def abandon(self) -> None:
        """Know that the connection will not come."""


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses what two programs could read in two ways (RFC 9112, sections 3.2 and 6.1).

    What follows a request to upgrade is no further request: it is kept for whoever goes on.
    """

    rest = b""

    def received(self, data: bytes) -> int:
        """Take in a part of the request; how much of it belongs to the request."""
        taken = int(super().received(data))
        if self.completed and self.headers.get("UPGRADE", "").lower() == "websocket":
            self.rest = bytes(data[taken:])
            return len(data)
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Read the request line and the headers.

        Raises:
            ParsingError: they are malformed or ambiguous.
        """
        super().parse_header(header_plus)
        headers = self.headers
        has_encoding = self.chunked or "TRANSFER_ENCODING" in headers
        if has_encoding and ("CONTENT_LENGTH" in headers or self.version != "1.1"):
            raise ParsingError("Transfer-Encoding stands beside Content-Length, or in HTTP/1.0")
        if "," in headers.get("HOST", ""):
            raise ParsingError("there is more than one Host")
        if self.proxy_netloc:
            headers["HOST"] = self.proxy_netloc  # the address says it, whatever the header does


_HOP_BY_HOP: Final = frozenset(("connection", "content-length", "transfer-encoding", "date"))


class Request(WSGITask):  # type: ignore[misc]
    """A request for the application, which may hand the connection over."""

    logger = waitress_logger

    def get_environment(self) -> dict[str, Any]:
        """The WSGI environment."""
        environ: dict[str, Any] = super().get_environment()
        environ[HAND_OVER] = self._hand_over
        environ[HUB] = self.channel.server.hub
        return environ

    def _hand_over(self, successor: Successor) -> None:
        """Give the connection away once the answer's head is known."""
        self.channel.successor = successor

    @property
    def _is_leaving(self) -> bool:
        """Whether the answer is the one with which the connection is handed over."""
        successor = self.channel.successor
        return successor is not None and self.status[:3] == str(successor.status)

    def build_response_header(self) -> bytes:
        if self.request.rest:  # it is of another protocol, which nobody goes on with
            self.set_close_on_finish()
        if self.status.startswith("426"):  # WSGI lets no application say so (RFC 9110, 15.5.22)
            self.response_headers.append(("Upgrade", "websocket"))
        return bytes(super().build_response_header())

    def write(self, data: bytes) -> None:
        if not self._is_leaving:
            super().write(data)

    def finish(self) -> None:
        """End the answer, or leave that to who goes on with the connection."""
        if self._is_leaving:
            self.channel.prepare_to_leave(self._head(), self.request.rest)
            return
        self.channel.stay()
        super().finish()

    def _head(self) -> bytes:
        headers = [
            f"{name}: {value}\r\n"
            for name, value in self.response_headers
            if name.lower() not in _HOP_BY_HOP
        ]
        date = f"Date: {formatdate(usegmt=True)}\r\nConnection: close\r\n"
        return f"HTTP/1.1 {self.status}\r\n{''.join(headers)}{date}\r\n".encode("latin-1")


class Refusal(ErrorTask):  # type: ignore[misc]
    """What Waitress itself refuses, such as a malformed request line, in our envelope."""

    logger = waitress_logger

    def execute(self) -> None:
        """Answer, and close the connection: what follows on it cannot be trusted."""
        error, headers = self.request.error, self.request.headers
        request_id = request_id_from(headers.get("X_REQUEST_ID"))
        code = "VALIDATION_ERROR" if error.code == _BAD_REQUEST else code_of(error.code)
        body = to_json(envelope(code, f"{error.reason}: {error.body}", {}, request_id))
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [
            ("Content-Type", "application/json"),
            ("X-Request-Id", request_id),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ]
        self.set_close_on_finish()
        self.channel.drops_rest = True
        self.content_length = len(body)
        self.write(body)
        self._tell(request_id, error.code)

    def _tell(self, request_id: str, status: int) -> None:
        address = str(self.channel.addr[0])
        method = str(getattr(self.request, "command", ""))
        seconds = time.time() - self.start_time
        self.channel.server.refused(Refused(request_id, address, method, status, seconds))


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that a caller cannot hold a thread with, nor keep open for nothing."""

    task_class = Request
    error_task_class = Refusal
    parser_class = Parser
    logger = waitress_logger

    server: Server
    socket: Any
    _request_since: float | None = None
    is_parked = False
    """Whether its next request waits until the caller has read the answers before it."""
    drops_rest = False
    """Whether what still comes is read and dropped before the connection is closed.

    Closed at once, unread bytes would make the system reset the connection, and the caller lose
    the answer (RFC 9112, section 9.6).
    """
    _dropping_since: float | None = None
    _dropped = 0
    successor: Successor | None = None
    """Goes on with the connection, once what was answered before has been sent."""
    _left_with: tuple[bytes, bytes] | None = None

    # -- leaving

    def prepare_to_leave(self, head: bytes, rest: bytes) -> None:
        """Take no further request: the connection goes to its successor with these."""
        with self.requests_lock:
            for request in self.requests[1:]:
                request.close()
            del self.requests[1:]
            self._left_with = (head, rest)

    def stay(self) -> None:
        """Give the connection to nobody: another answer has been made."""
        successor, self.successor = self.successor, None
        if successor is not None:
            successor.abandon()

    def service(self) -> None:
        """Answer a request, or have the loop's thread hand the connection over."""
        super().service()
        if self._left_with is not None:
            self.server.trigger.pull_trigger(self._leave)

    def _leave(self) -> None:
        """On the loop's thread: hand the connection over as soon as nothing is left to send."""
        successor, left_with = self.successor, self._left_with
        if successor is None or left_with is None or self.total_outbufs_len:
            return
        if not self.connected:
            self.handle_close()
            return
        self.successor = None
        taken, self.socket = self.socket, None
        self.handle_close()
        successor.take(taken, *left_with)

    def handle_close(self) -> None:
        """Close the connection; a successor learns that it will not come."""
        super().handle_close()
        self.stay()

    def received(self, data: bytes) -> bool:
        """Take in a part of a request, and remember when its first part came."""
        if self.request is None:
            self._request_since = None
        went_well = bool(super().received(data))
        if self.request is None:
            self._request_since = None
        elif self._request_since is None:
            self._request_since = time.time()
        return went_well

    def check_client_disconnected(self) -> bool:
        """Whether the caller has closed the connection while a request is in progress.

        Waitress can tell only where it reads ahead, and then gives up callers who have closed
        their own side alone, as they may.
        """
        try:
            return not self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def writable(self) -> bool:
        return bool(super().writable()) or (self.is_parked and not self.has_much_to_send)

    def handle_write(self) -> None:
        """Send what can be sent, and go on with the next request once enough of it is."""
        if self.drops_rest and self.close_when_flushed and not self.will_close:
            self._flush_exception(self._flush_some)
            if not self.total_outbufs_len:
                self._begin_to_drop()
            return
        super().handle_write()
        if self._left_with is not None:
            self._leave()
        if self.is_parked and self.connected and not self.has_much_to_send:
            self.is_parked = False
            self.server.add_task(self)

    def _begin_to_drop(self) -> None:
        self.close_when_flushed = False
        self._dropping_since = time.time()
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.handle_close()

    def readable(self) -> bool:
        if self.successor is not None:
            return False
        return self._dropping_since is not None or bool(super().readable())

    def handle_read(self) -> None:
        """Take in what has come."""
        since = self._dropping_since
        if since is None:
            super().handle_read()
            return
        try:
            self._dropped += len(self.recv(_DROPPED_AT_ONCE))  # closes the channel at the end
        except OSError:
            self.handle_close()
        if self._dropped > _MOST_DROPPED or time.time() - since > _DROPPING_S:
            self.handle_close()

    @property
    def has_much_to_send(self) -> bool:
        """Whether so much is unread that no further answer is made."""
        return bool(self.total_outbufs_len > self.adj.outbuf_high_watermark)

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Let no thread wait between two answers, as Waitress does: the channel is parked."""

    def write_soon(self, data: bytes) -> int:
        """Send a part of an answer, once the caller has read enough of those before it.

        Raises:
            ClientDisconnected: the caller has gone, or does not read.
        """
        with self.outbuf_lock:
            if self.connected and self.has_much_to_send:
                self.server.begin_sending(self)
                try:
                    self._wait_for_reader()
                finally:
                    self.server.end_sending(self)
            return int(super().write_soon(data))

    def _wait_for_reader(self) -> None:
        """Wait until enough is read; give up after `SILENT_S` in which nothing was."""
        self._flush_exception(self._flush_some, do_close=False)
        while self.connected and self.has_much_to_send:
            unread = self.total_outbufs_len
            self.server.pull_trigger()
            self.outbuf_lock.wait(min(SILENT_S, self.adj.channel_timeout))
            if self.total_outbufs_len == unread:
                self.give_up()

    def give_up(self) -> None:
        """Let go of a caller that does not read; the loop's thread closes the connection."""
        self.connected = False
        self.server.trigger.pull_trigger(self.handle_close)

    # -- what the server asks before it closes a connection

    @property
    def is_quiet(self) -> bool:
        """Whether no request is in progress and no answer is on its way."""
        return not (self.requests or self.total_outbufs_len)

    @property
    def is_idle(self) -> bool:
        """Whether no thread works for it: it says nothing, or too slowly, or does not read."""
        return self.is_parked or not self.requests

    @property
    def idle_since(self) -> float:
        """When its caller last did something that counts; a request counts when it begins."""
        since = self._dropping_since or self._request_since
        return float(self.last_activity) if since is None else since

    def is_stale(self, now: float) -> bool:
        """Whether its caller has been silent, or at one request, for longer than is allowed."""
        return self.is_idle and now - self.idle_since > self.adj.channel_timeout


class Server(TcpWSGIServer):  # type: ignore[misc]
    """The listening socket, and what is known of all connections."""

    channel_class = Channel
    logger = waitress_logger

    next_channel_cleanup: float = 0.0
    most_connections = 100
    most_sending = 1
    """So many threads may wait for callers to read; of more, the first gives up."""
    refused: Callable[[Refused], None]
    hub: Hub | None = None
    """Goes on with connections that stay open."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._sending: list[Channel] = []
        self._sending_lock = threading.Lock()
        self._is_full = False
        super().__init__(*arguments, **options)

    def add_task(self, channel: Channel) -> None:
        """Have a request answered: at once, or when the answers before it have been read."""
        if channel.has_much_to_send:
            channel.is_parked = True
        else:
            super().add_task(channel)

    def begin_sending(self, channel: Channel) -> None:
        """Note a thread that waits for a caller; one that waits for long makes room for it."""
        with self._sending_lock:
            first = self._sending.pop(0) if len(self._sending) >= self.most_sending else None
            self._sending.append(channel)
        if first is not None:
            first.give_up()

    def end_sending(self, channel: Channel) -> None:
        """Forget it."""
        with self._sending_lock:
            if channel in self._sending:
                self._sending.remove(channel)

    # -- on the loop's thread

    def readable(self) -> bool:
        """Whether a connection can be taken: there is room, or one that is idle makes room."""
        is_full = len(self.active_channels) >= self.most_connections
        return bool(self.accepting) and (not is_full or self._longest_idle() is not None)

    def handle_accept(self) -> None:
        """Take a connection; where there are too many, the one that is idle longest goes."""
        if len(self.active_channels) >= self.most_connections:
            self._make_room()
        elif len(self.active_channels) < self.most_connections // 2:
            self._is_full = False
        super().handle_accept()

    def accept(self) -> Any:
        """The next connection; without handles for it, another one is closed first."""
        try:
            return super().accept()
        except OSError as error:
            if error.errno in {errno.EMFILE, errno.ENFILE}:
                self._make_room()
            raise

    def _make_room(self) -> None:
        if not self._is_full:
            self._is_full = True
            logger.warning(
                "%d connections are open; those that are idle longest are closed for new ones",
                len(self.active_channels),
                extra={"action": "connections"},
            )
        channel = self._longest_idle()
        if channel is not None:
            channel.handle_close()

    def _longest_idle(self) -> Channel | None:
        idle = (channel for channel in self.active_channels.values() if channel.is_idle)
        return min(idle, key=lambda channel: channel.idle_since, default=None)

    def look_after(self, now: float) -> None:
        """Close connections that are held for nothing, now and then."""
        if now >= self.next_channel_cleanup:
            self.next_channel_cleanup = now + self.adj.cleanup_interval
            self.maintenance(now)

    def maintenance(self, now: float) -> None:
        """Close the connections whose callers are silent, or take too long with a request.

        Waitress marks such connections, and then waits until the caller reads.
        """
        for channel in list(self.active_channels.values()):
            if channel.is_stale(now):
                channel.handle_close()
