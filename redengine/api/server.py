"""HttpServer: Waitress in a thread of its own, which stops when it is told to.

Waitress' own `run` never returns when it is closed with a request in progress. Here the loop is
ours: it runs on until what is in progress has been answered or the grace is over.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask

from redengine.api.encoding import to_json
from redengine.api.errors import code_of, envelope
from redengine.api.listener import BACKLOG, listen

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

SEND_TOGETHER_BYTES: Final = 1 << 20
LARGEST_BUFFERED_BODY_BYTES: Final = 16 * 1024 * 1024
"""Bodies up to here are read in full and refused by the application; larger ones unread."""

STOP_GRACE_S: Final = 0.5
_IDLE_WAKE_S: Final = 30.0

logger = logging.getLogger("redengine.api")
_waitress_logger = logging.getLogger("redengine.api.waitress")
_waitress_logger.setLevel(logging.ERROR)


class _Request(WSGITask):  # type: ignore[misc]
    logger = _waitress_logger


class _Refusal(ErrorTask):  # type: ignore[misc]
    """What Waitress itself refuses, such as a malformed request line, in our envelope."""

    logger = _waitress_logger

    def execute(self) -> None:
        error = self.request.error
        code = code_of(error.code)
        message = f"{error.reason}: {error.body}"
        body = to_json(envelope("VALIDATION_ERROR" if error.code == 400 else code, message, {}, ""))  # noqa: PLR2004
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [
            ("Content-Type", "application/json"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Request
    error_task_class = _Refusal
    logger = _waitress_logger

    _request_since: float | None = None

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

    def takes_too_long(self, now: float) -> bool:
        """Whether a request has begun to come so long ago that the rest is not waited for."""
        since = self._request_since
        return since is not None and now - since > self.adj.channel_timeout

    @property
    def is_quiet(self) -> bool:
        """Whether no request is in progress and no answer is on its way."""
        return not (self.requests or self.total_outbufs_len)


class _Server(TcpWSGIServer):  # type: ignore[misc]
    channel_class = _Channel
    logger = _waitress_logger

    def maintenance(self, now: float) -> None:
        """Close connections that are silent, and those whose request takes too long to come.

        Waitress looks at silence alone: a byte now and then would keep a connection for ever.
        """
        super().maintenance(now)
        for channel in self.active_channels.values():
            if channel.takes_too_long(now):
                channel.will_close = True


class _Workers(ThreadedTaskDispatcher):  # type: ignore[misc]
    logger = _waitress_logger
    queue_logger = _waitress_logger


class HttpServer:
    """A WSGI application on a port.

    Args:
        application: the WSGI application.
        host: the address to listen on.
        port: the port; 0 for any that is free.
        threads: how many requests are answered at once.
        max_body: bodies over so many bytes are refused by the application.
        request_timeout_s: how long a request may take to come, and a connection be silent.

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
    ) -> None:
        self._listener = listen(host, port)
        self.port: int = self._listener.getsockname()[1]
        self.is_stopping = threading.Event()
        """Set when the server stops; requests that take long watch it."""
        self._deadline: float | None = None
        self._is_closed = False
        self._map: dict[int, Any] = {}
        self._workers = _Workers()
        self._largest_body = max(LARGEST_BUFFERED_BODY_BYTES, max_body or 0)
        self._request_timeout_s = request_timeout_s
        self._server = self._made(application, self._listener, threads)
        self._threads = threads
        self._loop = threading.Thread(target=self._run, name="redengine-http", daemon=True)

    def _made(
        self, application: Callable[..., Any], listener: socket.socket, threads: int
    ) -> _Server:
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
        # Set here too, as an argument would be cut down to whole seconds.
        adjustments.channel_timeout = self._request_timeout_s
        adjustments.cleanup_interval = min(_IDLE_WAKE_S, self._request_timeout_s / 2)
        return _Server(
            application,
            self._map,
            _sock=listener,
            dispatcher=self._workers,
            adj=adjustments,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )

    def start(self) -> None:
        """Begin to answer."""
        self._workers.set_thread_count(self._threads)
        self._loop.start()

    def stop(self, grace_s: float = STOP_GRACE_S) -> None:
        """Take no more requests, answer those in progress, and close; returns when closed.

        Args:
            grace_s: how long requests in progress may take; they are cut off after that.
        """
        self.is_stopping.set()
        if self._loop.is_alive():
            self._server.trigger.pull_trigger(lambda: self._drain(grace_s))
            self._loop.join(grace_s + 1.0)
        self._close()

    def _run(self) -> None:
        while self._map and not self._is_drained():
            try:
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
        if self._is_closed:
            return
        self._is_closed = True
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()
        self._workers.shutdown(cancel_pending=True, timeout=0.2)
        self._server.pull_trigger = lambda: None  # a late answer must not write to a reused handle
        self._server.trigger.close()
        self._listener.close()
        self._map.clear()
