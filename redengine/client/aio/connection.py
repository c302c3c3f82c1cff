"""The connection that sends calls, and the lists that it gives, page after page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakSet

import httpx

from redengine.client.exchange import Exchange, async_sleep
from redengine.client.streams import QUIET_S, Lost, Silent
from redengine.exceptions import NotFound, RemoteError, Unreachable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from redengine.client.aio.streams import AsyncStream
    from redengine.client.answers import Answer
    from redengine.client.operations import Call, Operation
    from redengine.client.settings import Settings

T = TypeVar("T")


class AsyncConnection:
    """Sends calls, several at once if need be, over a pool of connections.

    Args:
        settings: what the requests have in common.
        transport: carries the requests; httpx's own if not given.
    """

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None) -> None:
        self.settings = settings
        self.holds_output = True
        """Whether the API can hold an answer back until there is more output."""
        self.has_sockets = transport is None
        """Whether there may be WebSockets beside the requests."""
        self.streams: WeakSet[AsyncStream[Any]] = WeakSet()
        """What is followed; closed with the connection."""
        self._lacking: set[Operation] = set()
        self._http = httpx.AsyncClient(
            base_url=settings.full_url, headers=settings.all_headers(), transport=transport
        )

    async def send(self, call: Call) -> Answer:
        """The answer to a call, after as many attempts as it may take.

        Raises:
            RedengineError: the answer is an error.
            Unreachable: there is no answer.
            WaitTimeout: the answer did not come in time.
        """
        exchange = Exchange(call, self.settings)
        while True:
            try:
                response = await self._http.request(**exchange.request())
            except httpx.TransportError as error:
                wait_s = exchange.after_error(error)
            else:
                wait_s = exchange.after_response(response)
            if wait_s is None:
                return exchange.answer()
            await self.sleep(wait_s)

    async def send_if_known(self, operation: Operation, call: Call) -> Answer | None:
        """The same for what older servers do not have: None, and they are not asked again."""
        if operation in self._lacking:
            return None
        try:
            return await self.send(call)
        except NotFound as error:
            if error.kind != "path":
                raise
        except RemoteError as error:
            if error.code != "METHOD_NOT_ALLOWED":
                raise
        self._lacking.add(operation)
        return None

    async def open_stream(self, call: Call) -> httpx.Response:
        """The answer to a call that has no end; it is read with `next_chunk`, and to be closed.

        Raises:
            Lost: there is no connection now.
            Unusable: there is no such stream here.
            RedengineError: the answer is another error.
        """
        exchange = Exchange(call, self.settings)
        asked = exchange.request()
        limits = httpx.Timeout(self.settings.timeout_s, read=QUIET_S)
        request = self._http.build_request(**{**asked, "timeout": limits})
        try:
            response = await self._http.send(request, stream=True)
            if response.headers.get("Content-Type", "").startswith(call.accept):
                return response
            try:
                await response.aread()
            finally:
                await response.aclose()
        except httpx.TransportError as error:
            exchange.after_error(error)
            # Somebody on the way holds back what has no end, where nothing comes at all.
            is_held_back = isinstance(error, httpx.ReadTimeout)
            raise exchange.refusal(is_usable=not is_held_back) from error
        exchange.after_response(response)
        raise exchange.refusal()

    async def next_chunk(self, chunks: AsyncIterator[bytes] | None) -> bytes:
        """The next bytes of a stream.

        Raises:
            Lost: it has ended, or has been closed.
        """
        try:
            chunk = b"" if chunks is None else await anext(chunks, b"")
        except (httpx.TransportError, httpx.StreamError) as error:
            kind = Silent if isinstance(error, httpx.ReadTimeout) else Lost
            raise kind(Unreachable(self.settings.url, str(error) or "it broke", "")) from error
        if not chunk:
            raise Lost(Unreachable(self.settings.url, "the stream has ended", ""))
        return chunk

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        await async_sleep(seconds)

    async def close(self) -> None:
        """Close the pool, and what is followed."""
        for each in list(self.streams):
            await each.close()
        await self._http.aclose()


class AsyncListing(Generic[T]):
    """What matches, in the order of the API; nothing is asked for before the first is needed.

    Pages are asked for one at a time, as they are reached.
    An entry that moved to a later page, because newer ones came meanwhile, is given once.

    Args:
        connection: the client's.
        call: the call for the first page.
        make: makes what is given of an entry.
        key: the field that tells entries apart.
        limit: how many to give at most.

    Attributes:
        position: where the stream of events stood before the first page was read, from where to
            follow; None before it was read.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        call: Call,
        make: Callable[[Mapping[str, Any]], T],
        *,
        key: str,
        limit: int | None = None,
    ) -> None:
        self._connection = connection
        self._call = call
        self._make = make
        self._key = key
        self._limit = limit
        self.position: str | None = None

    async def pages(self) -> AsyncIterator[list[T]]:
        """The entries, a page at a time."""
        seen: set[Any] = set()
        left = self._limit
        call = self._call
        while left is None or left > 0:
            answer = await self._connection.send(call)
            if call is self._call:
                self.position = answer.headers.get("X-Event-Position")
            fresh = [each for each in answer.array() if self._is_new(each, seen)][:left]
            yield [self._make(each) for each in fresh]
            left = None if left is None else left - len(fresh)
            if answer.next_page is None:
                return
            call = replace(call, query=answer.next_page)

    def _is_new(self, entry: Mapping[str, Any], seen: set[Any]) -> bool:
        if self._key not in entry:
            return True
        known = entry[self._key] in seen
        seen.add(entry[self._key])
        return not known

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for each in page:
                yield each

    async def to_list(self) -> list[T]:
        """All of them."""
        return [each async for each in self]

    async def first(self) -> T | None:
        """The first of them; None if there is none."""
        found = await self._one_page()
        entries = found.array()
        return self._make(entries[0]) if entries and self._limit != 0 else None

    async def total(self) -> int:
        """How many match in all, whatever the limit."""
        found = await self._one_page()
        return int(found.headers["X-Total-Count"])

    async def _one_page(self) -> Answer:
        query = [pair for pair in self._call.query if pair[0] != "$limit"]
        call = replace(self._call, query=(*query, ("$limit", "1")))
        answer = await self._connection.send(call)
        self.position = answer.headers.get("X-Event-Position")
        return answer

    def __repr__(self) -> str:
        query = "&".join(f"{key}={value}" for key, value in self._call.query)
        return f"<{type(self).__name__} of {self._call.path}{'?' if query else ''}{query}>"
