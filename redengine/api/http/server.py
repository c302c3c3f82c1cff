"""HttpServer: Waitress in a thread of its own, which stops when it is told to.

Waitress' own `run` never returns when it is closed with a request in progress. Here the loop is
ours: it runs on until what is in progress has been answered or the grace is over.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from redengine.api.http.channel import Refused, Server, waitress_logger
from redengine.exceptions import InvalidInput, PortInUse
from redengine.support.forks import Order, watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.api.live.hub import Hub

BACKLOG: Final = 1024


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the address.

    Args:
        host: an address, or a name; of a name with several addresses the first IPv4 one.
        port: the port; 0 for any that is free.

    Raises:
        PortInUse: another program listens there.
        InvalidInput: the host cannot be found, or may not be listened on.
    """
    family, address = _resolved(host, port)
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        _make_exclusive(listener)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(host, port) from None
        field = "port" if error.errno == errno.EACCES else "host"
        reason = f"cannot listen on {host} port {port}: {error.strerror or error}"
        raise InvalidInput({field: reason}) from None
    return listener


def _resolved(host: str, port: int) -> tuple[int, tuple[Any, ...]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise InvalidInput({"host": f"cannot find {host!r}: {error}"}) from None
    found.sort(key=lambda each: each[0] != socket.AF_INET)
    family, _, _, _, address = found[0]
    return family, address


def _make_exclusive(listener: socket.socket) -> None:
    """Let a restart take the port at once, and nobody share it (which Windows would allow)."""
    if os.name == "nt":
        option = getattr(socket, "SO_EXCLUSIVEADDRUSE")  # noqa: B009 - exists on Windows alone
        listener.setsockopt(socket.SOL_SOCKET, option, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if listener.family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)


SEND_TOGETHER_BYTES: Final = 1 << 20
LARGEST_BUFFERED_BODY_BYTES: Final = 16 * 1024 * 1024
"""Bodies up to here are read in full and refused by the application; larger ones unread."""

MOST_CONNECTIONS: Final = 500
STOP_GRACE_S: Final = 0.5
_IDLE_WAKE_S: Final = 30.0

logger = logging.getLogger("redengine.api")


class _Workers(ThreadedTaskDispatcher):  # type: ignore[misc]
    logger = waitress_logger
    queue_logger = waitress_logger


class HttpServer:
    """A WSGI application on a port.

    Args:
        application: the WSGI application.
        host: the address to listen on.
        port: the port; 0 for any that is free.
        threads: how many requests are answered at once.
        max_body: bodies over so many bytes are refused by the application.
        request_timeout_s: how long a request may take to come, and a connection be silent.
        max_connections: how many connections may be open; of more, the longest idle is closed.
        refused: told of requests that the application never sees.
        hub: goes on with connections that stay open.

    Raises:
        PortInUse: another program listens on the port.
        InvalidInput: the address cannot be listened on.
    """

    def __init__(
        self,
        application: Callable[..., Any],
        host: str,
        port: int,
        threads: int,
        *,
        max_body: int | None = None,
        request_timeout_s: float = 60.0,
        max_connections: int = MOST_CONNECTIONS,
        refused: Callable[[Refused], None] = lambda _refused: None,
        hub: Hub | None = None,
    ) -> None:
        self._listener = listen(host, port)
        self.port: int = self._listener.getsockname()[1]
        self.is_stopping = threading.Event()
        """Set when the server stops; requests that take long watch it."""
        self._deadline: float | None = None
        self.is_closed = False
        """Whether the port and all connections have been given back."""
        self._closing = threading.Lock()
        self._map: dict[int, Any] = {}
        self._workers = _Workers()
        self._largest_body = max(LARGEST_BUFFERED_BODY_BYTES, max_body or 0)
        self._request_timeout_s = request_timeout_s
        try:
            self._server = self._made(application, self._listener, threads)
        except BaseException:
            self._listener.close()
            raise
        self._server.most_connections = max_connections
        self._server.most_sending = max(1, threads // 4)
        self._server.refused = refused
        self._hub = self._server.hub = hub
        self._threads = threads
        self._loop = threading.Thread(target=self._run, name="redengine-http", daemon=True)
        watch(self, Order.RUNTIME)

    def before_fork(self) -> None:
        """There is nothing to get ready."""

    def after_fork(self, *, is_child: bool) -> None:
        """Close what a child has of the port and of the connections: they stay the parent's.

        A caller would otherwise be queued at a port that nobody serves once the parent has ended,
        and nobody else could listen there.
        """
        if not is_child:
            return
        if self._hub is not None:
            self._hub.after_fork()
        self._listener.close()
        for channel in list(self._map.values()):
            connection = getattr(channel, "socket", None)
            if isinstance(connection, socket.socket):
                connection.close()

    def _made(
        self, application: Callable[..., Any], listener: socket.socket, threads: int
    ) -> Server:
        adjustments = Adjustments(
            sockets=[listener],
            threads=threads,
            ident="redengine",
            backlog=BACKLOG,
            max_request_body_size=self._largest_body,
            clear_untrusted_proxy_headers=False,
        )
        # Waitress sends an answer's headers and its body apart unless both fit below this; set
        # on the instance, as the argument is deprecated in favour of what it defaults to.
        adjustments.send_bytes = SEND_TOGETHER_BYTES
        adjustments.outbuf_high_watermark = SEND_TOGETHER_BYTES
        # Set here too, as an argument would be cut down to whole seconds.
        adjustments.channel_timeout = self._request_timeout_s
        adjustments.cleanup_interval = min(_IDLE_WAKE_S, self._request_timeout_s / 2)
        return Server(
            application,
            self._map,
            _sock=listener,
            dispatcher=self._workers,
            adj=adjustments,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )

    def start(self) -> None:
        """Begin to answer, unless it was stopped already."""
        with self._closing:
            if not self.is_closed:
                self._workers.set_thread_count(self._threads)
                self._loop.start()

    def stop(self, grace_s: float = STOP_GRACE_S) -> None:
        """Take no more requests, answer those in progress, and close; returns when closed.

        Args:
            grace_s: how long requests in progress may take; they are cut off after that.
        """
        self.is_stopping.set()
        try:
            if self._hub is not None:
                self._hub.stop()
            if self._loop.is_alive():
                self._server.trigger.pull_trigger(lambda: self._drain(grace_s))
                self._loop.join(grace_s + 1.0)
            if self._hub is not None:
                self._hub.join()
        finally:
            self._close()

    def _run(self) -> None:
        while self._map and not self._is_drained():
            try:
                self._server.look_after(time.time())
                wasyncore.loop(self._pause_s(), use_poll=True, map=self._map, count=1)
            except Exception:
                logger.exception("the HTTP loop stumbled; it goes on")

    def _drain(self, grace_s: float) -> None:
        """On the loop's own thread: close the port, and let the loop end when all is quiet."""
        self._deadline = time.monotonic() + grace_s
        wasyncore.dispatcher.close(self._server)

    def _pause_s(self) -> float:
        if self._deadline is None:
            return float(self._server.adj.cleanup_interval)
        return max(0.0, self._deadline - time.monotonic())

    def _is_drained(self) -> bool:
        if self._deadline is None:
            return False
        channels = self._server.active_channels.values()
        return self._pause_s() == 0.0 or all(channel.is_quiet for channel in channels)

    def _close(self) -> None:
        """Give everything back, whatever a step meets; the second of two callers waits."""
        with self._closing:
            if self.is_closed:
                return
            with contextlib.ExitStack() as steps:  # the last one that is named is done first
                steps.callback(setattr, self, "is_closed", True)
                steps.callback(self._map.clear)
                steps.callback(self._listener.close)
                steps.callback(self._server.trigger.close)
                # A late answer must not write to a reused handle.
                steps.callback(setattr, self._server, "pull_trigger", lambda: None)
                steps.callback(self._workers.shutdown, cancel_pending=True, timeout=0.2)
                for channel in list(self._server.active_channels.values()):
                    steps.callback(self._cut_off, channel)

    @staticmethod
    def _cut_off(channel: Any) -> None:
        """Close a connection, which the loop may be closing just now if it did not end in time."""
        try:
            channel.handle_close()
        except Exception:
            logger.exception("closing a connection met an error; the server stops")
