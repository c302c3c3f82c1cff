"""The event bus: what happens in a session, in order, for everybody who follows it.

Every event has a position, `<epoch>:<number>`. The numbers are those of one session and grow by
one; the epoch is another one for each session object. Each topic keeps its own latest events, so
that a topic with many events takes nothing from the others. A follower has a cursor of its own: the
session never waits for one. A follower that comes too late for events which are kept no longer is
told so by one `gap` for each topic, and goes on behind it.
"""

from __future__ import annotations

import secrets
import threading
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from heapq import merge
from operator import itemgetter
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Self

from redengine.exceptions import InvalidInput, PositionGone, did_you_mean, shortened
from redengine.scheduler.events.kinds import GAP, TOPICS, Event, Kind, Record
from redengine.support.interrupts import Latch

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable, Iterator, Sequence

KEPT: Final = 1_000
"""How many events of each topic are kept for followers that come later."""


class _Choice:
    """Which events a follower wants: the rings to read, and what has to be in them."""

    __slots__ = ("_jobs", "_tasks", "_whole", "rings")

    def __init__(self, topics: Iterable[str] | None) -> None:
        chosen = list(TOPICS) if topics is None else _checked(topics)
        self._whole = frozenset(ring for each in chosen for ring in _rings_of(each))
        self._tasks = frozenset(_names("task:", chosen))
        self._jobs = frozenset(_names("job:", chosen))
        rings = set(self._whole)
        if self._tasks:
            rings |= {"jobs", "progress", "tasks"}
        if self._jobs:
            rings |= {"jobs", "progress"}
        self.rings = frozenset(rings)

    def takes(self, record: Record) -> bool:
        """Whether an event of one of the rings is wanted."""
        kind, values = record[1], record[3]
        if kind.topic in self._whole:
            return True
        if kind.topic == "tasks":
            return values[0] in self._tasks
        return values[1] in self._tasks or values[0] in self._jobs


def _rings_of(topic: str) -> tuple[str, ...]:
    return TOPICS[topic][1] if topic in TOPICS else ()


def _names(prefix: str, topics: Iterable[str]) -> Iterator[str]:
    return (each.removeprefix(prefix) for each in topics if each.startswith(prefix))


def _checked(topics: Iterable[str]) -> list[str]:
    """The topics, if they are some.

    Raises:
        InvalidInput: one does not exist, or it is a text rather than a list of texts.
    """
    form = "expected a list of topics such as ['jobs', 'task:fetch']"
    if isinstance(topics, str):
        raise InvalidInput({"topics": f"{form}, got {shortened(topics)}"})
    chosen = list(topics)
    for each in chosen:
        if not isinstance(each, str):
            raise InvalidInput({"topics": f"{form}, got {shortened(each)} in it"})
        prefix, _, name = each.partition(":")
        if each not in TOPICS and not (prefix in {"task", "job"} and name):
            known = f"{', '.join(TOPICS)}, task:<name> or job:<id>"
            hint = did_you_mean(each, [*TOPICS, "task:", "job:"])
            raise InvalidInput({"topics": f"expected {known}, got {shortened(each)}{hint}"})
    if not chosen:
        raise InvalidInput({"topics": f"{form}, got none"})
    return chosen


class Events:
    """The events of one session: published by its parts, followed by whoever wants to.

    Publishing appends to a ring and wakes the followers that wait; it neither blocks nor runs
    a user's code, and may be done under any lock of the session.

    Args:
        kept: how many events of each topic are kept.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self.epoch = secrets.token_hex(4)
        """Tells the positions of this session from those of any other."""
        self._kept = kept
        self._lock = threading.RLock()  # a signal's handler may come in the midst of a publication
        self._seq = 0
        self._rings: dict[str, deque[Record]] = {
            ring: deque() for _, rings in TOPICS.values() for ring in rings
        }
        self._forgotten = dict.fromkeys(self._rings, 0)
        """By ring, the number of the latest event that is kept no longer."""
        self._waiting: set[Callable[[], None]] = set()
        """Called once when something is published."""
        self._listeners: tuple[Callable[[], None], ...] = ()
        self.refuse_wait: Callable[[], None] = lambda: None
        """Raises where nobody may wait for events."""
        self.is_virtual = False
        """Whether time stands still while somebody waits, so that nobody does."""
        self._is_closed = False

    # -- publishing

    def publish(self, kind: Kind, at: datetime, *values: Any) -> None:
        """Append an event, and let those look who follow.

        Args:
            kind: its type.
            at: when it happened.
            *values: what is told with it, in the order of the type's fields.
        """
        topic = kind[1]
        ring = self._rings[topic]
        lock = self._lock
        lock.acquire()  # costs half of what a with statement does
        try:
            self._seq = seq = self._seq + 1
            if len(ring) >= self._kept:
                self._forgotten[topic] = ring.popleft()[0]
            ring.append((seq, kind, at, values))
            waiting = self._waiting
            if waiting:
                self._waiting = set()
        finally:
            lock.release()
        if waiting or self._listeners:
            for call in (*waiting, *self._listeners):
                call()

    def listen(self, call: Callable[[], None]) -> None:
        """Have a function called after each event, in the thread that publishes it.

        Args:
            call: it must be quick, take no lock of the session and raise nothing: the thread may
                hold any of them.
        """
        self._listeners += (call,)

    def ignore(self, call: Callable[[], None]) -> None:
        """Call a function no more."""
        self._listeners = tuple(each for each in self._listeners if each != call)

    def open(self) -> None:
        """The session starts: followers wait for what comes."""
        self._is_closed = False

    def close(self) -> None:
        """The session has stopped: followers come to their end once they have read all."""
        with self._lock:
            self._is_closed = True
            waiting, self._waiting = self._waiting, set()
        for wake in waiting:
            wake()

    def after_fork(self) -> None:
        """Go on in a child, where no other thread holds the lock."""
        self._lock = threading.RLock()
        self._waiting = set()

    # -- reading

    @property
    def position(self) -> str:
        """The position of the latest event; what comes next is behind it."""
        return f"{self.epoch}:{self._seq}"

    def follow(
        self,
        topics: Sequence[str] | None = None,
        after: str | None = None,
        timeout: float | None = None,
    ) -> Subscription:
        """The events from now on, or behind a position, one by one.

        Args:
            topics: jobs, tasks, parameters, config, session, runtimes, `task:<name>` or
                `job:<id>`; all if not given.
            after: a position; events behind it that are kept come first.
            timeout: seconds without an event after which the loop ends; None waits until the
                session has stopped.

        Raises:
            InvalidInput: a topic does not exist, or a position is none.
            PositionGone: the position is of another session, or of the future.

        Example:
            >>> from redengine.testing import ManualSession
            >>> with ManualSession() as app:
            ...     before = app.events.position
            ...     app.parameters["mode"] = "fast"
            ...     for event in app.events.follow(["parameters"], after=before, timeout=0):
            ...         print(event.type, event.data["names"])
            parameter_changed ('mode',)
        """
        choice = _Choice(topics)
        cursor = self._seq if after is None else self._number(after)
        return Subscription(self, choice, cursor, timeout)

    def _number(self, position: str) -> int:
        """The number in a position.

        Raises:
            InvalidInput: it is none.
            PositionGone: it is of another session, or of the future.
        """
        epoch, colon, digits = str(position).partition(":")
        if not (epoch and colon and digits.isascii() and digits.isdecimal()):
            form = f"expected a position such as {self.position}"
            raise InvalidInput({"after": f"{form}, got {shortened(position)}"})
        number = int(digits[:20])
        if epoch != self.epoch:
            raise PositionGone(position, "it is of another session", self.position)
        if number > self._seq:
            raise PositionGone(position, "nothing has happened there yet", self.position)
        return number

    def read(self, choice: _Choice, cursor: int) -> tuple[list[Record], dict[str, int], int]:
        """What is kept behind a cursor.

        Returns:
            The events; by ring, the latest one behind the cursor that is kept no longer; and the
            new cursor.
        """
        with self._lock:
            rings = [self._tail(name, cursor) for name in choice.rings]
            gone = {name: last for name in choice.rings if (last := self._forgotten[name]) > cursor}
            now = self._seq
        records = merge(*rings, key=itemgetter(0))
        return [record for record in records if choice.takes(record)], gone, now

    def _tail(self, name: str, cursor: int) -> list[Record]:
        """The events of a ring behind a cursor; looks at no more than those."""
        found = []
        for record in reversed(self._rings[name]):
            if record[0] <= cursor:
                break
            found.append(record)
        found.reverse()
        return found

    def when_new(self, cursor: int, wake: Callable[[], None]) -> bool:
        """Have a function called once there is an event behind a cursor.

        Args:
            cursor: the number of the latest event that is known.
            wake: called at most once, in the thread that publishes; as `listen` has it.

        Returns:
            False if there is one already, or none will come: then it is not called.
        """
        with self._lock:
            if self._seq > cursor or self._is_closed or self.is_virtual:
                return False
            self._waiting.add(wake)
            return True

    def forget(self, wake: Callable[[], None]) -> None:
        """Call a function no more that waits for news."""
        with self._lock:
            self._waiting.discard(wake)

    def has_news(self, cursor: int) -> bool:
        """Whether there is an event behind a cursor."""
        return self._seq > cursor

    def __repr__(self) -> str:
        return f"Events(position={self.position!r})"


class Subscription:
    """A follower with its own cursor: iterate over it, in one thread.

    A loop over it ends when no event has come for `timeout` seconds, or when the session has
    stopped and all events have been read.

    Attributes:
        position: the position up to which all has been given.
    """

    def __init__(self, events: Events, choice: _Choice, cursor: int, timeout: float | None) -> None:
        self._events = events
        self._choice = choice
        self._cursor = cursor
        self._timeout = timeout
        self._ready: deque[Event] = deque()
        self._is_live = False
        self.position = f"{events.epoch}:{cursor}"

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Event:
        event = self.next(self._timeout)
        if event is None:
            raise StopIteration
        return event

    def next(self, timeout: float | None = None) -> Event | None:
        """The next event; None if none came, or none will come as the session has stopped.

        Args:
            timeout: seconds to wait; None waits until the session has stopped, 0 does not wait.

        Raises:
            Conflict: this is a hook or a condition that the scheduler itself calls.
            BlocksEventLoop: this is the thread of a running event loop, and nothing is there.
        """
        deadline = None if timeout is None else monotonic() + timeout
        while (event := self._take()) is None:
            left_s = None if deadline is None else deadline - monotonic()
            latch = Latch()
            if not self._is_to_wait(left_s, latch.set):
                return self._take()
            try:
                latch.wait(left_s)
            finally:
                self._events.forget(latch.set)
        return event

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        event = await self._awaited()
        if event is None:
            raise StopAsyncIteration
        return event

    async def _awaited(self) -> Event | None:
        """As `next`, on an event loop, which goes on meanwhile."""
        import asyncio

        deadline = None if self._timeout is None else monotonic() + self._timeout
        loop = asyncio.get_running_loop()
        while (event := self._take()) is None:
            left_s = None if deadline is None else deadline - monotonic()
            news = asyncio.Event()
            wake = partial(_wake_loop, loop, news)
            if not self._is_to_wait(left_s, wake, blocks=False):
                return self._take()
            try:
                with suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), left_s)
            finally:
                self._events.forget(wake)
        return event

    def _is_to_wait(
        self, left_s: float | None, wake: Callable[[], None], *, blocks: bool = True
    ) -> bool:
        """Whether to wait for news, which `wake` will tell of; False to look once more and end."""
        events = self._events
        if left_s is not None and left_s <= 0:
            return False
        if blocks:
            events.refuse_wait()
        while not events.when_new(self._cursor, wake):
            if not events.has_news(self._cursor):
                return False
            self._load()
            if self._ready:
                return False
        return True

    def _take(self) -> Event | None:
        """The next event that is there."""
        if not self._ready:
            self._load()
        if not self._ready:
            return None
        event = self._ready.popleft()
        self.position = event.position
        return event

    def _load(self) -> None:
        """Get what is there behind the cursor; a gap stands where the last missing event was."""
        events, before = self._events, self._cursor
        if not events.has_news(before):
            self._is_live = True
            return
        records, gone, self._cursor = events.read(self._choice, before)
        reason = "overflow" if self._is_live else "evicted"
        self._is_live = True
        gaps: list[Record] = []
        for ring, last in gone.items():
            first = f"{events.epoch}:{before + 1}"
            values = (ring, first, f"{events.epoch}:{last}", reason)
            gaps.append((last, GAP, datetime.now(UTC), values))
        gaps.sort(key=itemgetter(0))
        merged = merge(gaps, records, key=itemgetter(0))
        self._ready.extend(Event.of(each, events.epoch) for each in merged)

    def __repr__(self) -> str:
        return f"Subscription(position={self.position!r})"


def _wake_loop(loop: asyncio.AbstractEventLoop, news: asyncio.Event) -> None:
    with suppress(RuntimeError):  # the loop was closed meanwhile
        loop.call_soon_threadsafe(news.set)
