"""Following: a stream that comes back after a break, and the ways in which it is carried."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from redengine.client import operations
from redengine.client.settings import RETRIED, VERSION_PREFIX
from redengine.client.sockets import AsyncSocket, async_connect, wake_reader
from redengine.client.streams import (
    NOT_HERE,
    POLL_S,
    POLLED,
    Backoff,
    BlockParser,
    Lost,
    Silent,
    Unusable,
    events_of,
    frame,
    gap_of,
    is_behind,
    message,
    refusal,
)
from redengine.exceptions import (
    NotFound,
    Overloaded,
    PositionGone,
    RedengineError,
    RemoteError,
    TooManyWaiting,
    Unreachable,
    WaitTimeout,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    import httpx

    from redengine.client.aio.connection import AsyncConnection
    from redengine.client.operations import Call

T = TypeVar("T")


class AsyncWay(ABC):
    """One way to follow.

    Args:
        connection: the client's.
    """

    name: ClassVar[str]

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    @abstractmethod
    async def open(self, after: str | None) -> None:
        """Begin behind a position, or with what comes from now on.

        Raises:
            Lost: there is no connection now.
            Unusable: it does not exist here.
            PositionGone: the position cannot be followed.
            RedengineError: it is refused for good.
        """

    @abstractmethod
    async def next(self) -> Mapping[str, Any]:
        """The next event; one without a type tells of a position alone.

        Raises:
            Lost: the connection is gone.
            RedengineError: it is over for good.
        """

    async def close(self) -> None:
        """Give up what it holds."""


class AsyncSocketWay(AsyncWay):
    """A subscription over a WebSocket.

    Args:
        connection: the client's.
        **what: the fields of the subscription.
    """

    name = "websocket"

    def __init__(self, connection: AsyncConnection, **what: Any) -> None:
        super().__init__(connection)
        self._what = what
        self._socket: AsyncSocket | None = None
        self._ready: deque[Mapping[str, Any]] = deque()
        self._epoch = ""

    async def open(self, after: str | None) -> None:
        settings = self._connection.settings
        self._socket = await async_connect(settings, f"{VERSION_PREFIX}/ws")
        self._ready.clear()
        await self._socket.send(message(action="subscribe", id=1, after=after, **self._what))

    async def next(self) -> Mapping[str, Any]:
        while not self._ready:
            if self._socket is None:
                raise Lost(Unreachable(self._connection.settings.url, "it was closed", ""))
            told = frame(await self._socket.receive())
            kind = told.get("type")
            if kind == "error":
                error = refusal(told)
                raise Lost(error, told.get("retry_after")) if told.get("temporary") else error
            if kind == "subscribed":
                self._epoch = told["position"].rpartition(":")[0]
                self._ready.append({"position": told["position"]})
            else:
                self._ready += events_of(told, self._epoch)
        return self._ready.popleft()

    async def close(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            await socket.close()


class AsyncStreamWay(AsyncWay):
    """Server-Sent Events.

    Args:
        connection: the client's.
        topics: what to follow; None: all that the key may see.
    """

    name = "sse"

    def __init__(self, connection: AsyncConnection, topics: tuple[str, ...] | None) -> None:
        super().__init__(connection)
        self._topics = topics
        self._response: httpx.Response | None = None
        self._chunks: AsyncIterator[bytes] | None = None
        self._has_heard = False
        self._parser = BlockParser()
        self._ready: deque[Mapping[str, Any]] = deque()

    async def open(self, after: str | None) -> None:
        query = events_query(self._topics, after)
        call = operations.FOLLOW_EVENTS.call(query=query, accept="text/event-stream")
        self._parser = BlockParser()
        self._ready.clear()
        self._response = await self._connection.open_stream(call)
        self._chunks = self._response.aiter_bytes()

    async def next(self) -> Mapping[str, Any]:
        while not self._ready:
            try:
                chunk = await self._connection.next_chunk(self._chunks)
            except Silent as silent:
                if self._has_heard:
                    raise
                raise Unusable(silent.cause) from silent  # somebody on the way holds it back
            self._has_heard = True
            for block in self._parser.feed(chunk):
                if block.data is not None:
                    self._ready.append(frame(block.data))
                elif block.id:
                    self._ready.append({"position": block.id})
        return self._ready.popleft()

    async def close(self) -> None:
        response, self._response, self._chunks = self._response, None, None
        if response is not None:
            wake_reader(response)
            await response.aclose()


class AsyncPollWay(AsyncWay):
    """Requests that are answered when there is something, or when their time is over.

    Args:
        connection: the client's.
    """

    name = "poll"

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection)
        self._after = ""
        self._ready: deque[Mapping[str, Any]] = deque()

    async def open(self, after: str | None) -> None:
        self._ready.clear()
        if after is not None:
            self._after = after
            return
        # Without a position, what happens while the first answer is lost would be missed.
        answer = await self._answer(operations.POSITION)
        self._after = answer.object()["position"]
        self._ready.append({"position": self._after})

    async def next(self) -> Mapping[str, Any]:
        while not self._ready:
            events, self._after = await self._poll(self._after)
            self._ready += events
            if not events:
                return {"position": self._after}
        return self._ready.popleft()

    async def _poll(self, after: str) -> tuple[list[Mapping[str, Any]], str]:
        """What is new, and the position behind it."""
        raise NotImplementedError

    async def _answer(self, call: Call) -> Any:
        """The answer to one request."""
        try:
            return await self._connection.send(call)
        except (Unreachable, WaitTimeout, TooManyWaiting, Overloaded) as error:
            raise Lost(error) from error
        except NotFound as error:
            raise (Unusable(error) if error.kind == "path" else error) from error
        except RemoteError as error:
            if error.status in RETRIED:
                raise Lost(error, error.retry_after_s) from error
            raise (Unusable(error) if error.status in NOT_HERE else error) from error


class AsyncEventsPoll(AsyncPollWay):
    """Long polls of the session's events.

    Args:
        connection: the client's.
        topics: what to follow; None: all that the key may see.
    """

    def __init__(self, connection: AsyncConnection, topics: tuple[str, ...] | None) -> None:
        super().__init__(connection)
        self._topics = topics

    async def _poll(self, after: str) -> tuple[list[Mapping[str, Any]], str]:
        query = [
            *events_query(self._topics, after),
            ("mode", "poll"),
            ("timeout", f"{POLL_S:g}"),
            ("limit", str(POLLED)),
        ]
        call = operations.FOLLOW_EVENTS.call(query=query, patience_s=POLL_S)
        answer = (await self._answer(call)).object()
        return answer["events"], answer["position"]


def events_query(topics: tuple[str, ...] | None, after: str | None) -> list[tuple[str, str]]:
    """The query of a request that follows."""
    query = [("topics", each) for each in topics or ()]
    return query if after is None else [*query, ("after", after)]


class AsyncStream(Generic[T]):
    """What is followed, for `async for`; it comes back by itself after a break.

    It begins with the first step. Until it has once been connected, it is given up after as many
    attempts as any request; afterwards it comes back for as long as somebody waits, with growing
    pauses. Where the session says that coming back is no use, the error is raised.
    Leave it with `close`, or use it in an `async with` block.

    Args:
        connection: the client's.
        ways: the ways in which it may be carried, the best one first.
        after: the position behind which to begin.

    Attributes:
        position: the position up to which all has been given; None before it has begun.
    """

    def __init__(
        self, connection: AsyncConnection, ways: list[AsyncWay], after: str | None
    ) -> None:
        self.position = after
        self._connection = connection
        self._ways = ways
        self._way: AsyncWay | None = None
        self._backoff = Backoff()
        self._has_begun = False
        self._is_closed = False
        connection.streams.add(self)

    @property
    def carried_by(self) -> str | None:
        """How it is carried now: "websocket", "sse" or "poll"; None while it is not."""
        return None if self._way is None else self._way.name

    def _made(self, event: Mapping[str, Any]) -> T | None:
        """What is given for an event; None for nothing."""
        raise NotImplementedError

    async def __anext__(self) -> T:
        while not self._is_closed:
            event = await self._step()
            made = None if event is None else self._made(event)
            if made is not None:
                return made
        raise StopAsyncIteration

    def __aiter__(self) -> Self:
        return self

    async def _step(self) -> Mapping[str, Any] | None:
        """The next event that has not been given; None if there is none yet."""
        try:
            way = self._way
            if way is None:
                way = await self._open()
            event = await way.next()
        except PositionGone as gone:
            await self._leave()
            return self._noted(await self._gap(gone))
        except Unusable as unusable:
            await self._leave()
            self._next_way(unusable)
            return None
        except Lost as lost:
            await self._leave()
            await self._wait(lost)
            return None
        except RedengineError as error:
            await self.close()
            if self._has_begun and self._is_end(error):
                return None
            raise
        return self._noted(event)

    def _is_end(self, error: RedengineError) -> bool:
        """Whether an error says that what is followed has gone meanwhile."""
        del error
        return False

    async def _gap(self, gone: PositionGone) -> Mapping[str, Any]:
        """The event that stands for what a position that is gone has cost."""
        try:
            return gap_of(gone, self.position or gone.position)
        except PositionGone:
            await self.close()
            raise

    async def _open(self) -> AsyncWay:
        way = self._ways[0]
        self._way = way
        await way.open(self.position)
        self._backoff.opened()
        return way

    def _noted(self, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The event, if it is one that has not been given; its position is kept."""
        self._has_begun = True
        position = event.get("position")
        is_event = "type" in event
        if position is not None:
            # Both stand at the place of another event: the end of a channel, and a new beginning.
            is_mark = event.get("type") == "unsubscribed" or event.get("reason") == "restart"
            if is_event and not is_mark and is_behind(position, self.position):
                return None
            if is_event or not is_behind(position, self.position):
                self.position = position
        if is_event:
            self._backoff.reset()
        return event if is_event else None

    def _next_way(self, unusable: Unusable) -> None:
        if len(self._ways) == 1:
            raise unusable.cause
        del self._ways[0]

    async def _wait(self, lost: Lost) -> None:
        retries = self._connection.settings.policy.retries
        if not self._has_begun and self._backoff.failures >= retries:
            await self.close()
            raise lost.cause from lost
        if not self._is_closed:
            await self._connection.sleep(self._backoff.wait_s(lost.asked_s))

    async def _leave(self) -> None:
        way, self._way = self._way, None
        if way is not None:
            await way.close()

    async def close(self) -> None:
        """Follow no longer."""
        self._is_closed = True
        self._connection.streams.discard(self)
        await self._leave()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} position={self.position!r}>"
