# Generated from ../aio by tools/make_sync_client.py: change that, then `make client`.
"""Following: a stream that comes back after a break, and the ways in which it is carried."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from redengine.client import operations
from redengine.client.settings import RETRIED, VERSION_PREFIX
from redengine.client.sockets import Socket, connect, wake_reader
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
    from collections.abc import Iterator, Mapping

    import httpx

    from redengine.client._generated.connection import Connection
    from redengine.client.operations import Call

T = TypeVar("T")


class Way(ABC):
    """One way to follow.

    Args:
        connection: the client's.
    """

    name: ClassVar[str]

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @abstractmethod
    def open(self, after: str | None) -> None:
        """Begin behind a position, or with what comes from now on.

        Raises:
            Lost: there is no connection now.
            Unusable: it does not exist here.
            PositionGone: the position cannot be followed.
            RedengineError: it is refused for good.
        """

    @abstractmethod
    def next(self) -> Mapping[str, Any]:
        """The next event; one without a type tells of a position alone.

        Raises:
            Lost: the connection is gone.
            RedengineError: it is over for good.
        """

    def close(self) -> None:
        """Give up what it holds."""


class SocketWay(Way):
    """A subscription over a WebSocket.

    Args:
        connection: the client's.
        **what: the fields of the subscription.
    """

    name = "websocket"

    def __init__(self, connection: Connection, **what: Any) -> None:
        super().__init__(connection)
        self._what = what
        self._socket: Socket | None = None
        self._ready: deque[Mapping[str, Any]] = deque()
        self._epoch = ""

    def open(self, after: str | None) -> None:
        settings = self._connection.settings
        self._socket = connect(settings, f"{VERSION_PREFIX}/ws")
        self._ready.clear()
        self._socket.send(message(action="subscribe", id=1, after=after, **self._what))

    def next(self) -> Mapping[str, Any]:
        while not self._ready:
            if self._socket is None:
                raise Lost(Unreachable(self._connection.settings.url, "it was closed", ""))
            told = frame(self._socket.receive())
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

    def close(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.close()


class StreamWay(Way):
    """Server-Sent Events.

    Args:
        connection: the client's.
        topics: what to follow; None: all that the key may see.
    """

    name = "sse"

    def __init__(self, connection: Connection, topics: tuple[str, ...] | None) -> None:
        super().__init__(connection)
        self._topics = topics
        self._response: httpx.Response | None = None
        self._chunks: Iterator[bytes] | None = None
        self._has_heard = False
        self._parser = BlockParser()
        self._ready: deque[Mapping[str, Any]] = deque()

    def open(self, after: str | None) -> None:
        query = events_query(self._topics, after)
        call = operations.FOLLOW_EVENTS.call(query=query, accept="text/event-stream")
        self._parser = BlockParser()
        self._ready.clear()
        self._response = self._connection.open_stream(call)
        self._chunks = self._response.iter_bytes()

    def next(self) -> Mapping[str, Any]:
        while not self._ready:
            try:
                chunk = self._connection.next_chunk(self._chunks)
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

    def close(self) -> None:
        response, self._response, self._chunks = self._response, None, None
        if response is not None:
            wake_reader(response)
            response.close()


class PollWay(Way):
    """Requests that are answered when there is something, or when their time is over.

    Args:
        connection: the client's.
    """

    name = "poll"

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._after = ""
        self._ready: deque[Mapping[str, Any]] = deque()

    def open(self, after: str | None) -> None:
        self._ready.clear()
        if after is not None:
            self._after = after
            return
        # Without a position, what happens while the first answer is lost would be missed.
        answer = self._answer(operations.POSITION)
        self._after = answer.object()["position"]
        self._ready.append({"position": self._after})

    def next(self) -> Mapping[str, Any]:
        while not self._ready:
            events, self._after = self._poll(self._after)
            self._ready += events
            if not events:
                return {"position": self._after}
        return self._ready.popleft()

    def _poll(self, after: str) -> tuple[list[Mapping[str, Any]], str]:
        """What is new, and the position behind it."""
        raise NotImplementedError

    def _answer(self, call: Call) -> Any:
        """The answer to one request."""
        try:
            return self._connection.send(call)
        except (Unreachable, WaitTimeout, TooManyWaiting, Overloaded) as error:
            raise Lost(error) from error
        except NotFound as error:
            raise (Unusable(error) if error.kind == "path" else error) from error
        except RemoteError as error:
            if error.status in RETRIED:
                raise Lost(error, error.retry_after_s) from error
            raise (Unusable(error) if error.status in NOT_HERE else error) from error


class EventsPoll(PollWay):
    """Long polls of the session's events.

    Args:
        connection: the client's.
        topics: what to follow; None: all that the key may see.
    """

    def __init__(self, connection: Connection, topics: tuple[str, ...] | None) -> None:
        super().__init__(connection)
        self._topics = topics

    def _poll(self, after: str) -> tuple[list[Mapping[str, Any]], str]:
        query = [
            *events_query(self._topics, after),
            ("mode", "poll"),
            ("timeout", f"{POLL_S:g}"),
            ("limit", str(POLLED)),
        ]
        call = operations.FOLLOW_EVENTS.call(query=query, patience_s=POLL_S)
        answer = (self._answer(call)).object()
        return answer["events"], answer["position"]


def events_query(topics: tuple[str, ...] | None, after: str | None) -> list[tuple[str, str]]:
    """The query of a request that follows."""
    query = [("topics", each) for each in topics or ()]
    return query if after is None else [*query, ("after", after)]


class Stream(Generic[T]):
    """What is followed, for `for`; it comes back by itself after a break.

    It begins with the first step. Until it has once been connected, it is given up after as many
    attempts as any request; afterwards it comes back for as long as somebody waits, with growing
    pauses. Where the session says that coming back is no use, the error is raised.
    Leave it with `close`, or use it in an `with` block.

    Args:
        connection: the client's.
        ways: the ways in which it may be carried, the best one first.
        after: the position behind which to begin.

    Attributes:
        position: the position up to which all has been given; None before it has begun.
    """

    def __init__(self, connection: Connection, ways: list[Way], after: str | None) -> None:
        self.position = after
        self._connection = connection
        self._ways = ways
        self._way: Way | None = None
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

    def __next__(self) -> T:
        while not self._is_closed:
            event = self._step()
            made = None if event is None else self._made(event)
            if made is not None:
                return made
        raise StopIteration

    def __iter__(self) -> Self:
        return self

    def _step(self) -> Mapping[str, Any] | None:
        """The next event that has not been given; None if there is none yet."""
        try:
            way = self._way
            if way is None:
                way = self._open()
            event = way.next()
        except PositionGone as gone:
            self._leave()
            return self._noted(self._gap(gone))
        except Unusable as unusable:
            self._leave()
            self._next_way(unusable)
            return None
        except Lost as lost:
            self._leave()
            self._wait(lost)
            return None
        except RedengineError as error:
            self.close()
            if self._has_begun and self._is_end(error):
                return None
            raise
        return self._noted(event)

    def _is_end(self, error: RedengineError) -> bool:
        """Whether an error says that what is followed has gone meanwhile."""
        del error
        return False

    def _gap(self, gone: PositionGone) -> Mapping[str, Any]:
        """The event that stands for what a position that is gone has cost."""
        try:
            return gap_of(gone, self.position or gone.position)
        except PositionGone:
            self.close()
            raise

    def _open(self) -> Way:
        way = self._ways[0]
        self._way = way
        way.open(self.position)
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

    def _wait(self, lost: Lost) -> None:
        retries = self._connection.settings.policy.retries
        if not self._has_begun and self._backoff.failures >= retries:
            self.close()
            raise lost.cause from lost
        if not self._is_closed:
            self._connection.sleep(self._backoff.wait_s(lost.asked_s))

    def _leave(self) -> None:
        way, self._way = self._way, None
        if way is not None:
            way.close()

    def close(self) -> None:
        """Follow no longer."""
        self._is_closed = True
        self._connection.streams.discard(self)
        self._leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} position={self.position!r}>"
