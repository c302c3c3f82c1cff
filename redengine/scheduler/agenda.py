"""The agenda: what has to be looked at, and when.

A heap of instants, an index from topics to those who read them, and a list of what
has been touched. Cost follows what changes, not how many are registered.
"""

from __future__ import annotations

import heapq
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_SPARE_ENTRIES: Final = 64


_Entry = list[Any]
"""An instant, its order among equal ones, and the item: None where another instant holds now."""


class Item(Protocol):
    """Something on the agenda: a task, a watch or a timer."""

    wake: datetime | None
    """The instant of its one valid place in the heap; None when it has none."""


class Agenda:
    """Instants and topics of the items of one session; guarded by the session's lock.

    Args:
        now: tells the time; the machine's if not given.
    """

    __slots__ = ("_entries", "_heap", "_now", "_order", "_stale", "_topics", "touched")

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._heap: list[_Entry] = []
        self._entries: dict[Item, _Entry] = {}
        """The one valid entry of an item; a stale one holds no item, which may be long gone."""
        self._order = count()
        self._stale = 0
        self._topics: dict[str, dict[Item, None]] = {}
        self.touched: dict[Item, datetime] = {}
        """The items to look at now, and since when: a look at one says what was due since then."""

    def put(self, item: Item, at: datetime | None) -> None:
        """Give an item its next instant, in place of the one it has."""
        if item.wake == at:
            return
        stale = self._entries.pop(item, None)
        if stale is not None:
            stale[2] = None
            self._stale += 1
        item.wake = at
        if at is not None:
            entry = self._entries[item] = [at, next(self._order), item]
            heapq.heappush(self._heap, entry)
        if self._stale > len(self._heap) // 2 + _SPARE_ENTRIES:
            self._drop_stale()

    def _drop_stale(self) -> None:
        self._heap = [entry for entry in self._heap if entry[2] is not None]
        heapq.heapify(self._heap)
        self._stale = 0

    def next_instant(self) -> datetime | None:
        """The earliest instant at which an item has to be looked at, or None."""
        heap = self._heap
        while heap:
            at: datetime = heap[0][0]
            if heap[0][2] is not None:
                return at
            heapq.heappop(heap)
            self._stale -= 1
        return None

    def pop_due(self, now: datetime) -> tuple[datetime, Item] | None:
        """Take the earliest item whose instant is `now` or before, or None."""
        at = self.next_instant()
        if at is None or at > now:
            return None
        item = heapq.heappop(self._heap)[2]
        del self._entries[item]
        item.wake = None
        return at, item

    def subscribe(self, item: Item, topics: Iterable[str]) -> None:
        """Touch the item whenever one of these topics changes."""
        for topic in topics:
            self._topics.setdefault(topic, {})[item] = None

    def unsubscribe(self, item: Item, topics: Iterable[str]) -> None:
        """Take back a subscription."""
        for topic in topics:
            readers = self._topics.get(topic)
            if readers is not None:
                readers.pop(item, None)
                if not readers:
                    del self._topics[topic]

    def readers(self, topic: str) -> list[Item]:
        """Those who read a topic."""
        return list(self._topics.get(topic, ()))

    def is_read(self, topic: str) -> bool:
        """Whether anybody reads a topic."""
        return topic in self._topics

    def publish(self, topic: str) -> None:
        """A topic has changed: touch all who read it."""
        readers = self._topics.get(topic)
        if readers:
            now = self._now()
            for reader in readers:
                self.touched.setdefault(reader, now)

    def touch(self, item: Item, since: datetime | None = None) -> None:
        """Look at an item at the next chance.

        Args:
            item: the item.
            since: from when on nobody has looked at it; now if not given.
        """
        at = self._now() if since is None else since
        self.touched[item] = min(at, self.touched.get(item, at))

    def restart(self) -> list[Item]:
        """Forget all instants, which the clock has left behind; the items that had one."""
        items = list(self._entries)
        for item in items:
            item.wake = None
        self._heap.clear()
        self._entries.clear()
        self._stale = 0
        now = self._now()
        self.touched = dict.fromkeys(self.touched, now)
        return items

    def pop_touched(self) -> Item | None:
        """Take the item that was touched first, or None."""
        for item in self.touched:
            del self.touched[item]
            return item
        return None

    def forget(self, item: Item) -> None:
        """Take an item off the heap and the list of the touched."""
        self.touched.pop(item, None)
        self.put(item, None)
