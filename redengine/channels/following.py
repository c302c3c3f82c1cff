"""Following a channel: its records one by one, and nothing missing without a word."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Self

from redengine.exceptions import PositionGone
from redengine.scheduler.events import GAP, UNSUBSCRIBED

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.channels.records import Record
    from redengine.scheduler.events import Event, Subscription


class Records:
    """The records of a channel from a position on: iterate over it, in one thread or event loop.

    Args:
        stream: the events of the channel.
        takes: says which records are wanted; None for all.
        on_gap: told where records are missing; None raises.

    Attributes:
        is_ended: whether the channel has been deleted, and all its records read.
    """

    def __init__(
        self,
        stream: Subscription,
        takes: Callable[[Record], bool] | None,
        on_gap: Callable[[PositionGone], object] | None,
    ) -> None:
        self._stream = stream
        self._takes = takes
        self._on_gap = on_gap
        self.is_ended = False

    @property
    def position(self) -> str:
        """The position up to which all has been given."""
        return self._stream.position

    def close(self) -> None:
        """Follow no longer."""
        self._stream.close()

    def _record(self, event: Event) -> Record | None:
        """The record that an event tells of, if it is wanted.

        Raises:
            PositionGone: the event tells of a gap, and nobody is told of it.
        """
        if event.type == UNSUBSCRIBED.type:
            self.is_ended = True
            return None
        if event.type == GAP.type:
            first, last = event.data["from"], event.data["to"]
            reason = f"records from {first} to {last} are kept no longer"
            error = PositionGone(first, reason, self._stream.latest, last)
            if self._on_gap is None:
                raise error
            self._on_gap(error)
            return None
        record: Record = event.data["record"]
        return record if self._takes is None or self._takes(record) else None

    def next(self, timeout: float | None = None) -> Record | None:
        """The next record; None if none came in so many seconds, or none will.

        Args:
            timeout: seconds to wait; None waits until the session has stopped, 0 does not wait.

        Raises:
            PositionGone: records are kept no longer; asked again, it goes on behind them.
        """
        deadline = None if timeout is None else monotonic() + timeout
        while (event := self._stream.next(_left_s(deadline))) is not None:
            record = self._record(event)
            if record is not None:
                return record
        return None

    async def next_async(self, timeout: float | None = None) -> Record | None:  # noqa: ASYNC109 - as `next` has it
        """As `next`, on an event loop, which goes on meanwhile."""
        deadline = None if timeout is None else monotonic() + timeout
        while (event := await self._stream.next_async(_left_s(deadline))) is not None:
            record = self._record(event)
            if record is not None:
                return record
        return None

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Record:
        record = self.next(self._stream.timeout)
        if record is None:
            raise StopIteration
        return record

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Record:
        record = await self.next_async(self._stream.timeout)
        if record is None:
            raise StopAsyncIteration
        return record

    def __repr__(self) -> str:
        return f"Records(position={self.position!r})"


def _left_s(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - monotonic())
