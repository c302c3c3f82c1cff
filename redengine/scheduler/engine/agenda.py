"""The agenda: what has to be looked at, and when.

A heap of instants, an index from topics to those who read them, and a list of what
has been touched. Cost follows what changes, not how many are registered.
Where very many are touched at once, as at the start of a session, they are swept: what is
due or touched by itself comes first, and they are looked at in between.
"""

from __future__ import annotations

import heapq
from collections import deque
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_SPARE_ENTRIES: Final = 64
MANY: Final = 64
"""More items than this are not looked at in one go before what is due: they are swept."""


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

    __slots__ = (
        "_entries",
        "_heap",
        "_now",
        "_order",
        "_put_off",
        "_stale",
        "_swept",
        "_to_sweep",
        "_topics",
        "touched",
    )

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
        self._swept: dict[Item, datetime] = {}
        """The items to look at when there is time, and since when; none of them is touched."""
        self._to_sweep: deque[Item] = deque()
        """Their order; those that have been looked at meanwhile are passed over."""
        self._put_off: deque[Item] = deque()
        """The same of those that come after all others."""

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
        """Take the earliest item whose instant is `now` or before, or None.

        Returns:
            The item, and since when nobody has looked at it.
        """
        at = self.next_instant()
        if at is None or at > now:
            return None
        item = heapq.heappop(self._heap)[2]
        del self._entries[item]
        item.wake = None
        return min(at, self._swept.pop(item, at)), item

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
        if not readers:
            return
        now = self._now()
        if len(readers) > MANY:
            self.sweep(readers, now)
            return
        for reader in readers:
            if reader not in self.touched:
                self.touched[reader] = self._swept.pop(reader, now)

    def touch(self, item: Item, since: datetime | None = None) -> None:
        """Look at an item at the next chance.

        Args:
            item: the item.
            since: from when on nobody has looked at it; now if not given.
        """
        at = self._now() if since is None else since
        known = self._swept.pop(item, at) if self._swept else at
        self.touched[item] = min(at, known, self.touched.get(item, at))

    @property
    def is_touched(self) -> bool:
        """Whether there is an item to look at whatever the time."""
        return bool(self.touched or self._swept)

    @property
    def is_sweeping(self) -> bool:
        """Whether there are items to look at when there is time."""
        return bool(self._swept)

    def is_to_look_at(self, item: Item) -> bool:
        """Whether an item is to be looked at whatever the time."""
        return item in self.touched or item in self._swept

    def items_to_look_at(self) -> list[Item]:
        """The items to look at whatever the time."""
        return [*self.touched, *self._swept]

    def sweep(self, items: Iterable[Item], since: datetime) -> None:
        """Look at very many items when there is time; what is due or touched comes first.

        Args:
            items: the items, in the order in which they are looked at.
            since: from when on nobody has looked at them.
        """
        swept, touched, to_sweep = self._swept, self.touched, self._to_sweep
        if not swept and not touched:
            self._swept = dict.fromkeys(items, since)
            self._to_sweep = deque(self._swept)
            self._put_off.clear()
            return
        for item in items:
            known = swept.get(item)
            if known is None:
                known = touched.pop(item, since) if touched else since
                to_sweep.append(item)
            swept[item] = min(since, known)
        if not touched:
            touched.clear()  # of what was taken out: the first of it would be long to find

    def sweep_touched(self) -> None:
        """Look at what is touched when there is time, if that is very much."""
        if len(self.touched) > MANY:
            self.sweep(list(self.touched), self._now())

    def put_off(self, item: Item, since: datetime) -> None:
        """Look at an item after all others that are swept."""
        self._swept[item] = since
        self._put_off.append(item)

    def pop_swept(self) -> tuple[datetime, Item, bool] | None:
        """Take the next of the items that are swept.

        Returns:
            Since when nobody has looked at it, the item, and whether it was put off.
        """
        for items in (self._to_sweep, self._put_off):
            while items:
                item = items.popleft()
                since = self._swept.pop(item, None)
                if since is not None:
                    return since, item, items is self._put_off
        return None

    def take(self, item: Item, otherwise: datetime) -> datetime:
        """Take an item off the lists of the touched and the swept; since when it was on one."""
        since = self._swept.pop(item, otherwise)
        return self.touched.pop(item, since)

    def restart(self) -> list[Item]:
        """Forget all instants, which the clock has left behind; the items that had one."""
        items = list(self._entries)
        for item in items:
            item.wake = None
        self._heap.clear()
        self._entries.clear()
        self._stale = 0
        now = self._now()
        self.touched = {item: min(since, now) for item, since in self.touched.items()}
        self._swept = {item: min(since, now) for item, since in self._swept.items()}
        return items

    def pop_touched(self) -> tuple[datetime, Item] | None:
        """Take the item that was touched first, or None.

        Returns:
            Since when nobody has looked at it, and the item.
        """
        for item, since in self.touched.items():
            del self.touched[item]
            return since, item
        return None

    def forget(self, item: Item) -> None:
        """Take an item off the heap and the list of the touched."""
        self.touched.pop(item, None)
        self._swept.pop(item, None)
        self.put(item, None)
