"""Channels: live data under a name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from redengine.client import operations
from redengine.client.aio.streams import (
    AsyncPollWay,
    AsyncSocketWay,
    AsyncStream,
    AsyncStreamWay,
    AsyncWay,
)
from redengine.client.operations import encoded_key, parts_of
from redengine.client.settings import Duration, seconds
from redengine.client.streams import POLL_S, POLLED, checked_position
from redengine.client.views import ChannelInfo, Record
from redengine.exceptions import NotFound, PositionGone

if TYPE_CHECKING:
    from redengine.client.aio.connection import AsyncConnection
    from redengine.exceptions import RedengineError

Key = str | int | float | bool | Sequence[str | int | float | bool]
"""The value of a channel's key; several for a key of several attributes."""


class AsyncNextWay(AsyncPollWay):
    """Long polls of a channel's records.

    Args:
        connection: the client's.
        channel: its name.
        key: of which records alone are wanted, encoded; None for all.
    """

    def __init__(self, connection: AsyncConnection, channel: str, key: str | None) -> None:
        super().__init__(connection)
        self._channel = channel
        self._key = key

    async def _poll(self, after: str) -> tuple[list[Mapping[str, Any]], str]:
        query = [("after", after), ("timeout", f"{POLL_S:g}"), ("limit", str(POLLED))]
        call = next_call(self._channel, self._key, query, POLL_S)
        answer = await self._answer(call)
        epoch = after.rpartition(":")[0]
        events: list[Mapping[str, Any]] = [
            {
                "type": "channel_record",
                "position": f"{epoch}:{record['seq']}",
                "record": record,
            }
            for record in answer.value() or ()
        ]
        return events, events[-1]["position"] if events else after


def next_call(
    channel: str, key: str | None, query: list[tuple[str, str]], patience_s: float
) -> operations.Call:
    """The request for a channel's next records."""
    if key is None:
        return operations.NEXT_RECORDS.call(channel, query=query, patience_s=patience_s)
    operation = operations.NEXT_RECORDS_OF_KEY
    return operation.call(channel, query=query, patience_s=patience_s, key=key)


class AsyncRecords(AsyncStream[Record]):
    """The records of a channel, as they are sent; it ends when the channel is deleted.

    Args:
        connection: the client's.
        channel: its name.
        key: the key of which records alone are wanted.
        after: the position behind which to begin; None: what is sent from now on.
        on_gap: told where records are missing; None raises.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        channel: str,
        key: Key | None,
        after: str | None,
        on_gap: Callable[[PositionGone], object] | None,
    ) -> None:
        parts = None if key is None else parts_of(key)
        text = None if parts is None else encoded_key(parts)
        ways: list[AsyncWay] = []
        if connection.has_sockets:
            ways.append(AsyncSocketWay(connection, channel=channel, key=parts))
        if key is None:  # a stream of events knows no keys
            ways.append(AsyncStreamWay(connection, (f"channel:{channel}",)))
        ways.append(AsyncNextWay(connection, channel, text))
        self._on_gap = on_gap
        super().__init__(connection, ways, checked_position(after))

    def _is_end(self, error: RedengineError) -> bool:
        return isinstance(error, NotFound) and error.kind == "channel"

    def _made(self, event: Mapping[str, Any]) -> Record | None:
        if event["type"] == "unsubscribed":
            self._is_closed = True
            return None
        if event["type"] == "gap":
            first, last = str(event["from"]), str(event["to"])
            reason = f"records from {first} to {last} are missing ({event['reason']})"
            error = PositionGone(first, reason, last)
            if self._on_gap is None:
                raise error
            self._on_gap(error)
            return None
        return Record(event["record"])


class AsyncChannel:
    """A channel of the session.

    Args:
        connection: the client's.
        name: its name.
    """

    def __init__(self, connection: AsyncConnection, name: str) -> None:
        self._connection = connection
        self.name = name

    async def get(self) -> ChannelInfo:
        """Its options, and how much it has carried.

        Raises:
            NotFound: there is none of that name.
        """
        return await self._told(operations.GET_CHANNEL.call(self.name))

    async def update(self, **options: Any) -> ChannelInfo:
        """Change `history`, `lookup`, `ttl`, `readonly` or `api`; all that are given or none.

        Raises:
            InvalidInput: an option does not exist, or a value does not fit.
        """
        return await self._told(operations.UPDATE_CHANNEL.call(self.name, body=options))

    async def delete(self) -> None:
        """Remove it; those who follow it are told.

        Raises:
            NotFound: there is none of that name.
        """
        await self._connection.send(operations.DELETE_CHANNEL.call(self.name))

    async def send(self, data: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> list[Record]:
        """Send a record or several, all of them or none; the records as everybody sees them.

        Raises:
            InvalidInput: a record does not fit; nothing was sent.
            Forbidden: nobody sends to it over the API.
        """
        call = operations.SEND_RECORDS.call(self.name, body=data)
        return await self._records(call)

    async def last(self, key: Key | None = None) -> Record | None:
        """The latest record, of all or of a key; None if there is none.

        Raises:
            NotFound: there is no such channel.
        """
        if key is None:
            found = await self._records(operations.LAST_RECORD.call(self.name))
        else:
            call = operations.LAST_RECORD_OF_KEY.call(self.name, key=encoded_key(key))
            found = await self._records(call)
        return found[0] if found else None

    async def next(
        self,
        after: str | None = None,
        *,
        timeout: Duration = 30.0,
        limit: int = 100,
        key: Key | None = None,
    ) -> list[Record]:
        """The records behind a position as soon as there are some; none if none came in the time.

        Args:
            after: a position; None: what is sent from now on.
            timeout: how long to wait, up to a minute.
            limit: how many to give at most.
            key: the key of which records alone are wanted.

        Raises:
            PositionGone: records behind the position are kept no longer.
        """
        timeout_s = seconds(timeout) or 0.0
        query = [("timeout", f"{timeout_s:g}"), ("limit", str(limit))]
        query += [] if after is None else [("after", after)]
        text = None if key is None else encoded_key(key)
        return await self._records(next_call(self.name, text, query, timeout_s))

    async def state(
        self, query: Mapping[str, Any] | None = None, *, by: str | None = None
    ) -> list[Record]:
        """The latest record of each key, in the order in which they came.

        Args:
            query: `{"filters": [{"attr": "x", "by": {"value": 1, "where": ">"}}]}`; all if not
                given.
            by: the name of the key, where the channel has several.

        Raises:
            NotFound: the channel has no key.
            InvalidInput: the query does not fit.
        """
        asked = [] if query is None else [("query", json.dumps(query, default=_plain))]
        asked += [] if by is None else [("by", by)]
        return await self._records(operations.READ_STATE.call(self.name, query=asked))

    async def lookup(self, record_id: str) -> Record:
        """The record of an id.

        Raises:
            NotFound: it is unknown, or kept no longer.
        """
        call = operations.LOOK_UP_RECORD.call(self.name, record_id)
        return (await self._records(call))[0]

    def follow(
        self,
        after: str | None = None,
        *,
        key: Key | None = None,
        on_gap: Callable[[PositionGone], object] | None = None,
    ) -> AsyncRecords:
        """The records one by one, resumed by position after a break.

        Args:
            after: the position behind which to begin; None: what is sent from now on.
            key: the key of which records alone are wanted.
            on_gap: called where records are missing; without it PositionGone is raised, and the
                next step goes on behind them.

        Example:
            >>> async for record in client.channels["prices"].follow():
            ...     print(record["sym"], record["x"])
        """
        return AsyncRecords(self._connection, self.name, key, after, on_gap)

    async def _records(self, call: operations.Call) -> list[Record]:
        answer = await self._connection.send(call)
        return [Record(each) for each in answer.array()] if answer.content else []

    async def _told(self, call: operations.Call) -> ChannelInfo:
        return ChannelInfo((await self._connection.send(call)).object())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"


def _plain(value: Any) -> str:
    """A time in a query."""
    if isinstance(value, datetime):
        return value.isoformat()
    kind = type(value).__name__
    message = f"a {kind} has no JSON form"
    raise TypeError(message)


class AsyncChannels:
    """The session's channels: `client.channels["prices"]` is one of them, without a request.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    def __getitem__(self, name: str) -> AsyncChannel:
        return AsyncChannel(self._connection, name)

    async def list(self) -> list[ChannelInfo]:
        """All that the key may see."""
        answer = await self._connection.send(operations.LIST_CHANNELS.call())
        return [ChannelInfo(each) for each in answer.array()]

    async def create(self, name: str, **options: Any) -> AsyncChannel:
        """Make a channel.

        Args:
            name: its name.
            **options: `schema`, `keyby`, `history`, `lookup`, `ttl`, `readonly`, `api`.

        Raises:
            AlreadyExists: the name is taken.
            InvalidInput: an option does not exist, or a value does not fit.
        """
        body = {"name": name, **options}
        await self._connection.send(operations.CREATE_CHANNEL.call(body=body))
        return self[name]
