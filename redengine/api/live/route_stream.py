"""Streams of custom routes: what a generator yields, one by one, on a connection of its own.

A plain generator runs in a thread of its own, an asynchronous one on the loop of all handlers that
are coroutines; neither holds a thread of the server. The next value is asked for once the caller
has room for it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Generator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from redengine.api.live.connection import Connection
from redengine.api.live.stream import COMMENT_S
from redengine.exceptions import RedengineError, SessionStateError, TooManyWaiting
from redengine.runtimes.aio import LoopThread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redengine.api.live.connection import Visitor
    from redengine.api.live.hub import Hub
    from redengine.runtimes.handlers import HandlerLoop

logger = logging.getLogger("redengine.api")

MOST_THREADS: Final = 64
"""So many plain generators may run at once."""
_LOOK_S: Final = 1.0
"""How often one that waits for room looks whether the connection has gone."""
_MOST_HEARD: Final = 64 * 1024
_FAILED: Final = "the generator of a stream failed when it was closed"
_threads: Final = threading.BoundedSemaphore(MOST_THREADS)

Stream = Generator[Any, Any, Any] | AsyncGenerator[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How values are written.

    Attributes:
        content_type: what the whole is.
        before: what stands before each value, which is JSON.
        behind: what stands behind it.
        error: what stands before an error, the last thing that is told.
        end: what tells of the end.
        comment: what is written where there is nothing to tell.
    """

    content_type: str
    before: bytes = b""
    behind: bytes = b"\n"
    error: bytes = b""
    end: bytes = b""
    comment: bytes = b""


LINES: Final = Form(content_type="application/x-ndjson")
EVENTS: Final = Form(
    content_type="text/event-stream",
    before=b"data: ",
    behind=b"\n\n",
    error=b"event: error\ndata: ",
    end=b"event: end\ndata: null\n\n",
    comment=b": still here\n\n",
)


def form_for(accept: str) -> Form:
    """Server-Sent Events where an `Accept` header names them, else a line of JSON for each."""
    return EVENTS if EVENTS.content_type in accept.lower() else LINES


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How one stream is told.

    Attributes:
        form: how values are written.
        encode: a value as JSON; ValueError where it has no such form.
        explain: an error as JSON, and a note of it in the log where it is a defect.
    """

    form: Form
    encode: Callable[[Any], bytes]
    explain: Callable[[Exception], bytes]

    def value(self, value: Any) -> bytes:
        """A value."""
        return self.form.before + self.encode(value) + self.form.behind

    def error(self, error: BaseException) -> bytes:
        """An error."""
        if not isinstance(error, Exception):
            error = RuntimeError(f"the handler raised {error!r}")
        return self.form.error + self.explain(error) + self.form.behind

    # -- where nobody can go on with the connection, as in tests and under other servers

    def parts(self, stream: Stream) -> Iterator[bytes]:
        """All that is told, as it comes; the generator is closed at the end."""
        values = stream if isinstance(stream, Generator) else _in_turn(stream)
        try:
            for value in values:
                yield self.value(value)
        except Exception as error:  # noqa: BLE001 - it is the last thing that is told
            yield self.error(error)
        else:
            if self.form.end:
                yield self.form.end
        finally:
            values.close()


def _in_turn(stream: AsyncGenerator[Any, Any]) -> Generator[Any, None, None]:
    """The values of an asynchronous generator, on a loop that ends with it."""
    thread = LoopThread("redengine-handlers")

    def wait(awaitable: Any) -> Any:
        async def awaited() -> Any:
            return await awaitable

        return asyncio.run_coroutine_threadsafe(awaited(), thread.loop).result()

    try:
        while True:
            try:
                value = wait(anext(stream))
            except StopAsyncIteration:
                return
            yield value
    finally:
        wait(stream.aclose())
        thread.stop()
        thread.join()


class RouteStream(Connection):
    """A connection on which the values of one generator are sent.

    Args:
        hub: looks after it.
        visitor: who reads.
        head: status line and headers of the answer.
        stream: the generator; it is closed at the end, whatever that is.
        telling: how values are told.
        loop: where asynchronous generators run.
    """

    def __init__(
        self,
        hub: Hub,
        visitor: Visitor,
        head: bytes,
        stream: Stream,
        telling: Telling,
        loop: HandlerLoop,
    ) -> None:
        super().__init__(hub, visitor)
        self._head = head
        self._stream = stream
        self._telling = telling
        self._loop = loop
        self._heard = 0
        self._is_gone = False
        self._waiting: tuple[bytes, Future[bool]] | None = None
        self._run: Future[Any] | None = None

    # -- on the hub's loop

    def open(self) -> None:
        self.write(self._head)
        if isinstance(self._stream, AsyncGenerator):
            self._run = self._loop.begin(self._tell_async(self._stream))
            if self._run is None:
                self.transport.close()
        elif _threads.acquire(blocking=False):
            threading.Thread(target=self._tell, name="redengine-stream", daemon=True).start()
        else:
            self.write(self._telling.error(TooManyWaiting(MOST_THREADS)))
            self.transport.close()

    def closed(self) -> None:
        self._is_gone = True
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting[1].set_result(False)
        if self._run is not None:
            self._run.cancel()

    def data_received(self, data: bytes) -> None:
        """Pay no attention: what a stream's reader says has no meaning."""
        self._heard += len(data)
        if self._heard > _MOST_HEARD:
            self.abort()

    def push(self) -> bool:
        return False

    def resume_writing(self) -> None:
        super().resume_writing()
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._put(*waiting)

    def tick(self, now: float) -> None:
        super().tick(now)
        try:
            self.visitor.check()
        except RedengineError as error:
            self._leave(error)
            return
        comment = self._telling.form.comment
        if comment and self.is_writable and now - self.wrote_at >= COMMENT_S:
            self.write(comment)

    def go_away(self, *, is_restart: bool) -> None:
        del is_restart
        self._leave(SessionStateError("stopping", "the session stops, and the stream with it"))

    def _leave(self, error: RedengineError) -> None:
        """End the stream from this side."""
        if not self._is_gone:
            self.write(self._telling.error(error))
            self.transport.close()
            self.closed()

    def _put(self, data: bytes, done: Future[bool]) -> None:
        """Send a part, or keep it until the caller has room; there is one at a time."""
        if self._is_gone or self.transport.is_closing():
            done.set_result(False)
        elif self.is_writable:
            self.write(data)
            done.set_result(True)
        else:
            self._waiting = (data, done)

    def _finish(self) -> None:
        if not self._is_gone:
            self.transport.close()

    # -- where the generator runs

    def _send(self, data: bytes) -> Future[bool]:
        """Whether the caller is still there, once there is room for more."""
        done: Future[bool] = Future()
        self.hub.call(lambda: self._put(data, done))
        return done

    def _tell(self) -> None:
        """In a thread of its own: tell all that a plain generator yields."""
        stream: Any = self._stream
        told = self._told(stream)
        try:
            for data in told:
                done = self._send(data)
                while not self._is_gone:
                    try:
                        done.result(_LOOK_S)
                    except TimeoutError:
                        continue
                    break
                if self._is_gone:
                    return
        finally:
            try:
                told.close()
            except Exception:
                logger.exception(_FAILED, extra={"action": "route"})
            _threads.release()
            self.hub.call(self._finish)

    def _told(self, stream: Generator[Any, Any, Any]) -> Generator[bytes, None, None]:
        try:
            yield from self._telling.parts(stream)
        except BaseException as error:
            if isinstance(error, GeneratorExit):
                raise
            yield self._telling.error(error)

    async def _tell_async(self, stream: AsyncGenerator[Any, Any]) -> None:
        """On the handlers' loop: tell all that an asynchronous generator yields."""
        telling = self._telling
        try:
            async for value in stream:
                if not await self._sent(telling.value(value)):
                    return
            if telling.form.end:
                await self._sent(telling.form.end)
        except Exception as error:  # noqa: BLE001 - it is the last thing that is told
            await self._sent(telling.error(error))
        finally:
            try:
                await stream.aclose()
            except Exception:
                logger.exception(_FAILED, extra={"action": "route"})
            self.hub.call(self._finish)

    async def _sent(self, data: bytes) -> bool:
        """Whether the caller is still there, once there is room for more."""
        waiting = asyncio.wrap_future(self._send(data))
        while not self._is_gone:
            done, _ = await asyncio.wait({waiting}, timeout=_LOOK_S)
            if done:
                return waiting.result()
        return False
