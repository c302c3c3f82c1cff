"""The hub: one event loop, in a thread of its own, for all connections that stay open."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from redengine.api.core.masking import hidden_json
from redengine.exceptions import TooManyWaiting
from redengine.runtimes.aio import LoopThread

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from redengine.api.core.ports import SessionPort
    from redengine.api.live.connection import Connection
    from redengine.scheduler.events import Event

logger = logging.getLogger("redengine.api")

HAND_OVER: Final = "redengine.hand_over"
"""Where the WSGI environment keeps what gives the connection of a request away."""
HUB: Final = "redengine.hub"
"""Where the WSGI environment keeps the hub of the server."""
TICK_S: Final = 1.0
"""How often connections look after themselves."""
GOODBYE_S: Final = 0.4
"""How long callers have to read that the server stops."""
_JOIN_S: Final = 0.3
_KEPT_TEXTS: Final = 2_048
_TOLD_TO_ONE: Final = frozenset(("gap", "unsubscribed"))
"""What has the number of another event, and is not the same for all."""
MOST_AT_WORK: Final = 16
"""So many threads send records and call commands, for those who ask on a WebSocket."""


class Hub:
    """Serves the connections that are handed over; its thread begins with the first of them.

    Publishing costs the session one call, whatever the number of followers: the loop looks after
    them in turns, and the longer a turn takes, the longer the next one waits.

    Args:
        session: whose events are followed.
        most: how many connections may be open.
    """

    def __init__(self, session: SessionPort, most: int) -> None:
        self.session = session
        self.most = most
        self.connections: dict[Connection, None] = {}
        self._lock = threading.Lock()
        self._reserved = 0
        self._thread: LoopThread | None = None
        self._is_closed = False
        self._is_woken = False
        self._rested_at = 0.0
        self._texts: OrderedDict[tuple[int, bool], bytes] = OrderedDict()
        self._goodbye: asyncio.TimerHandle | None = None
        self._workers: ThreadPoolExecutor | None = None

    # -- from any thread

    def reserve(self) -> None:
        """Keep a place for one connection; `release` gives it back.

        Raises:
            TooManyWaiting: there is none.
        """
        with self._lock:
            if self._is_closed or self._reserved >= self.most:
                raise TooManyWaiting(self.most)
            self._reserved += 1

    def release(self) -> None:
        """Give the place of a connection back."""
        with self._lock:
            self._reserved -= 1

    def adopt(self, taken: socket.socket, make: Callable[[], Connection]) -> None:
        """Go on with a connection for which a place is kept.

        Args:
            taken: the connection.
            make: makes what speaks on it; called on the loop.
        """
        with self._lock:
            if not self._is_closed:
                if self._thread is None:
                    self._begin()
                self.call(lambda: self._start(taken, make))
                return
            self._reserved -= 1
        taken.close()

    def stop(self) -> None:
        """Take no more connections, and begin to say goodbye; `join` waits for the end."""
        with self._lock:
            self._is_closed = True
        is_restart = self.session.is_restarting
        self.call(lambda: self._say_goodbye(is_restart=is_restart))

    def join(self) -> None:
        """Return when all connections are closed; those that do not listen are cut off."""
        thread = self._thread
        if thread is not None:
            thread.join(GOODBYE_S + _JOIN_S)

    def after_fork(self) -> None:
        """Close what a child has of the connections: they stay the parent's."""
        for connection in list(self.connections):
            connection.drop_handle()
        self.connections.clear()
        self._thread = None

    def call(self, call: Callable[[], object]) -> None:
        """Call something on the loop soon, unless that has ended."""
        thread = self._thread
        if thread is not None:
            try:
                thread.loop.call_soon_threadsafe(call)
            except RuntimeError:
                logger.debug("the live loop has ended already")

    def _begin(self) -> None:
        """Under the lock: start the thread."""
        self._thread = LoopThread("redengine-live")
        self.session.events.listen(self._wake)
        self.call(self._tick)

    def _wake(self) -> None:
        """In the thread that publishes: have the followers looked after soon."""
        if not self._is_woken:
            self._is_woken = True
            self.call(self._fan_out)

    # -- on the loop

    def _start(self, taken: socket.socket, make: Callable[[], Connection]) -> None:
        task = asyncio.ensure_future(self._connect(taken, make))
        task.add_done_callback(_tell_of_failure)

    async def _connect(self, taken: socket.socket, make: Callable[[], Connection]) -> None:
        taken.setblocking(False)
        made = make()
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: made, taken)
        except BaseException:
            taken.close()
            self.release()
            raise

    def add(self, connection: Connection) -> None:
        """Look after a connection from now on."""
        self.connections[connection] = None
        if self._goodbye is not None:
            connection.go_away(is_restart=False)

    def remove(self, connection: Connection) -> None:
        """A connection has come to its end."""
        if connection in self.connections:
            del self.connections[connection]
            self.release()
        if self._goodbye is not None and not self.connections:
            self._end()

    def _fan_out(self) -> None:
        """Let each connection look for news; then rest for as long as that took."""
        began = monotonic()
        wait_s = self._rested_at - began
        if wait_s > 0:
            asyncio.get_running_loop().call_later(wait_s, self._fan_out)
            return
        self._is_woken = False
        has_more = False
        for connection in tuple(self.connections):
            has_more = connection.push() or has_more
        now = monotonic()
        self._rested_at = now + (now - began)
        if has_more:
            self._wake()

    def wake_later(self) -> None:
        """On the loop: look after all connections in the next turn."""
        self._wake()

    def _tick(self) -> None:
        if self._is_closed:
            return
        now = monotonic()
        for connection in tuple(self.connections):
            connection.tick(now)
        self._wake()  # the end of a channel is no event, of which nobody else tells
        asyncio.get_running_loop().call_later(TICK_S, self._tick)

    def work(self, call: Callable[[], Any]) -> asyncio.Future[Any]:
        """Do something in another thread that may have to wait; on the loop."""
        if self._workers is None:
            self._workers = ThreadPoolExecutor(MOST_AT_WORK, "redengine-live-work")
        return asyncio.get_running_loop().run_in_executor(self._workers, call)

    def record_of(self, event: Event) -> bytes:
        """The record of a channel as JSON, made once for all who follow it."""
        return self._text(event, event.data["record"])

    def text_of(self, event: Event) -> bytes:
        """An event as JSON, made once for all who follow it."""
        if event.type in _TOLD_TO_ONE:
            return hidden_json(event.snapshot(), self.session.parameters)
        return self._text(event, None)

    def _text(self, event: Event, part: Any) -> bytes:
        texts, key = self._texts, (event.seq, part is None)
        text = texts.get(key)
        if text is None:
            whole = event.snapshot() if part is None else part
            text = texts[key] = hidden_json(whole, self.session.parameters)
            if len(texts) > _KEPT_TEXTS:
                texts.popitem(last=False)
        return text

    def _say_goodbye(self, *, is_restart: bool) -> None:
        self.session.events.ignore(self._wake)
        loop = asyncio.get_running_loop()
        self._goodbye = loop.call_later(GOODBYE_S, self._end)
        for connection in tuple(self.connections):
            connection.go_away(is_restart=is_restart)
        if not self.connections:
            self._end()

    def _end(self) -> None:
        """Cut off whoever is still there, and end the loop."""
        thread = self._thread
        if thread is None or self._goodbye is None:
            return
        self._goodbye.cancel()
        if self._workers is not None:
            self._workers.shutdown(wait=False, cancel_futures=True)
        for connection in tuple(self.connections):
            connection.abort()
        # One turn more: transports tell of their end in the next one.
        asyncio.get_running_loop().call_soon(
            lambda: asyncio.get_running_loop().call_soon(thread.stop)
        )


def _tell_of_failure(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and task.exception() is not None:
        logger.debug("a connection could not be taken over", exc_info=task.exception())
