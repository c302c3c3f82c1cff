"""The event bus: what happens in a session, in order, for everybody who follows it.

Every event has a position, `<epoch>:<number>`. The numbers are those of one session and grow by
one; the epoch is another one for each session object. Each topic keeps its own latest events, so
that a topic with many events takes nothing from the others. A follower has a cursor of its own: the
session never waits for one. A follower that comes too late for events which are kept no longer is
told so by one `gap` for each topic, and goes on behind it. Channels have topics of their own, which
come and go; a follower of one that goes is told so.
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

from redengine.exceptions import InvalidInput, PositionGone, shortened
from redengine.scheduler.events.kinds import GAP, UNSUBSCRIBED, Event, Kind, Record
from redengine.scheduler.events.rings import Choice, Ring, static_rings
from redengine.support.interrupts import Latch

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable, Sequence

KEPT: Final = 1_000
"""How many events of each topic are kept for followers that come later."""


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
        self._rings = static_rings(kept)
        self._gone: dict[str, int] = {}
        """By topic that has gone, the number of its latest event."""
        self._waiting: dict[Callable[[], None], tuple[Ring, ...]] = {}
        """Called once when something is published in one of some rings."""
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
        ring = self._rings[kind[1]]
        lock = self._lock
        lock.acquire()  # costs half of what a with statement does
        try:
            self._seq = seq = self._seq + 1
            if len(ring) >= ring.kept:
                ring.forgotten = ring.popleft()[0]
            ring.append((seq, kind, at, values))
            waiting = self._woken(ring) if ring.waiting else ()
        finally:
            lock.release()
        if waiting or self._listeners:
            for call in (*waiting, *self._listeners):
                call()

    def publish_each(
        self, kind: Kind, at: datetime, things: Iterable[Any], stamp: Callable[[Any, int], Any]
    ) -> None:
        """Append one event for each of several things, with nothing of others between them.

        Args:
            kind: their type, of two fields: the name of what the topic is about, and the thing.
            at: when it happened.
            things: what is told.
            stamp: given each thing with its number, before others see it; it raises nothing.
        """
        topic = kind[1]
        ring = self._rings[topic]
        name = topic.partition(":")[2]
        with self._lock:
            seq, kept = self._seq, ring.kept
            for thing in things:
                seq += 1
                stamp(thing, seq)
                if len(ring) >= kept:
                    ring.forgotten = ring.popleft()[0]
                ring.append((seq, kind, at, (name, thing)))
            self._seq = seq
            waiting = self._woken(ring) if ring.waiting else ()
        if waiting or self._listeners:
            for call in (*waiting, *self._listeners):
                call()

    def _woken(self, ring: Ring) -> list[Callable[[], None]]:
        """Take those off all lists that wait for a ring; under the lock."""
        found = list(ring.waiting)
        for wake in found:
            self._forget(wake)
        return found

    def _forget(self, wake: Callable[[], None]) -> None:
        for ring in self._waiting.pop(wake, ()):
            ring.waiting.pop(wake, None)

    # -- topics that come and go

    def add_topic(self, topic: str, kept: int) -> Ring:
        """Take events of one more topic.

        Args:
            topic: its name; there is none of that name.
            kept: how many events of it are kept.

        Returns:
            What holds them; changed by `keep` and `drop_until` alone.
        """
        with self._lock:
            ring = self._rings[topic] = Ring(topic, kept, self._gone.get(topic, 0))
            return ring

    def remove_topic(self, topic: str, at: datetime) -> None:
        """Take no event of a topic any more; those who follow it read what is left, and its end."""
        with self._lock:
            ring = self._rings[topic]
            waiting = self._woken(ring)
            del self._rings[topic]
            ring.ended = (self._seq, at)
            self._gone.pop(topic, None)
            self._gone[topic] = ring.latest
            if len(self._gone) > self._kept:
                del self._gone[next(iter(self._gone))]
        for call in (*waiting, *self._listeners):
            call()

    def keep(self, ring: Ring, kept: int) -> None:
        """Keep another number of events of a topic."""
        with self._lock:
            ring.kept = kept
            while len(ring) > kept:
                ring.forgotten = ring.popleft()[0]

    def drop_until(self, ring: Ring, instant: datetime) -> None:
        """Keep no event of a topic that is as old as an instant, or older."""
        with self._lock:
            while ring and ring[0][2] <= instant:
                ring.forgotten = ring.popleft()[0]

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
            waiting = list(self._waiting)
            for wake in waiting:
                self._forget(wake)
        for wake in waiting:
            wake()

    def after_fork(self) -> None:
        """Go on in a child, where no other thread holds the lock."""
        self._lock = threading.RLock()
        for wake in list(self._waiting):
            self._forget(wake)

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
            topics: jobs, tasks, parameters, config, session, runtimes, channels, `task:<name>`,
                `job:<id>` or `channel:<name>`; all there is, and all that comes, if not given.
            after: a position; events behind it that are kept come first.
            timeout: seconds without an event after which the loop ends; None waits until the
                session has stopped.

        Raises:
            InvalidInput: a topic does not exist, or a position is none.
            NotFound: there is no such channel.
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
        with self._lock:
            choice = Choice(topics, self._rings)
        cursor = self._seq if after is None else self.number_of(after, choice.rings)
        choice.join()
        return Subscription(self, choice, cursor, timeout)

    def leave(self, choice: Choice) -> None:
        """Follow nothing of what was chosen any more."""
        with self._lock:
            choice.leave()

    def refuse_future(self, name: str) -> None:
        """Refuse a name that something published later may have: `<epoch>-<number>`.

        Raises:
            InvalidInput: it is one, and its number has not been given yet.
        """
        digits = name.removeprefix(f"{self.epoch}-")
        if not (digits.isascii() and digits.isdecimal()) or int(digits[:20]) > self._seq:
            raise InvalidInput({"id": f"begins with '{self.epoch}-', as those do that are given"})

    def number_of(self, position: str, rings: Iterable[Ring] = ()) -> int:
        """The number in a position.

        Args:
            position: a position.
            rings: what is followed from there.

        Raises:
            InvalidInput: it is none.
            PositionGone: it is of another session, or of the future.
        """
        epoch, colon, digits = str(position).partition(":")
        if not (epoch and colon and digits.isascii() and digits.isdecimal()):
            form = f"expected a position such as {self.position}"
            raise InvalidInput({"after": f"{form}, got {shortened(position)}"})
        number = int(digits[:20])
        reason = "it is of another session" if epoch != self.epoch else None
        if reason is None and number > self._seq:
            reason = "nothing has happened there yet"
        if reason is not None:
            oldest = max((ring.forgotten for ring in rings), default=self._seq)
            raise PositionGone(position, reason, self.position, f"{self.epoch}:{oldest}")
        return number

    def read(self, choice: Choice, cursor: int, reason: str) -> tuple[list[Record], int]:
        """What is there behind a cursor: gaps, then events, and ends of topics where they belong.

        Args:
            choice: what is wanted; a topic that has ended is no part of it any more.
            cursor: the number of the latest event that is known.
            reason: why events are missing, where some are.

        Returns:
            What there is, in order, and the new cursor.
        """
        with self._lock:
            if choice.is_all:
                choice.rings.update(dict.fromkeys(self._rings.values()))
            missing = self._missing(choice, cursor, reason)
            parts = [choice.records(ring, cursor) for ring in choice.rings]
            ended = [(ring.name, *ring.ended) for ring in choice.rings if ring.ended is not None]
            for ring in [ring for ring in choice.rings if ring.ended is not None]:
                del choice.rings[ring]
            now = self._seq
        ends: list[Record] = [
            (seq, UNSUBSCRIBED, at, (name, "deleted")) for name, seq, at in sorted(ended)
        ]
        found = list(merge(*parts, [] if choice.is_all else ends, key=itemgetter(0)))
        return self._gaps(missing, cursor, found[0][0] - 1 if found else now) + found, now

    def _missing(self, choice: Choice, cursor: int, reason: str) -> list[tuple[int, int, str, str]]:
        """The topics with events behind a cursor that are kept no longer; under the lock.

        Returns:
            The number of the latest of these, the number behind which they are, the topic, and why
            they are missing.
        """
        missing = []
        ended = (ring for ring in choice.rings if ring.ended is not None)
        read = {(ring.name, ring.latest) for ring in ended if ring.latest > ring.inherited}
        for ring in choice.rings:
            # What was in the topic of that name before it may be about to be read.
            since = ring.inherited if (ring.name, ring.inherited) in read else cursor
            if ring.forgotten > max(cursor, since):
                missing.append((ring.forgotten, max(cursor, since), ring.name, reason))
                ring.gaps += 1
        if choice.is_all:  # topics that came and went since it has last read
            known = {(ring.name, ring.inherited) for ring in choice.rings} | read
            missing += [
                (latest, cursor, name, "deleted")
                for name, latest in self._gone.items()
                if latest > cursor and (name, latest) not in known
            ]
        return sorted(missing)

    def _gaps(
        self, missing: list[tuple[int, int, str, str]], cursor: int, before: int
    ) -> list[Record]:
        """The gaps, before all else: one who goes on behind a later event has read them.

        Args:
            missing: what `_missing` gives.
            cursor: where all but the last one stand, so that those behind it are told again.
            before: where the last one stands, right before what is there.
        """
        epoch, now = self.epoch, datetime.now(UTC)
        return [
            (
                before if place == len(missing) else cursor,
                GAP,
                now,
                (name, f"{epoch}:{since + 1}", f"{epoch}:{last}", reason),
            )
            for place, (last, since, name, reason) in enumerate(missing, 1)
        ]

    def when_new(self, choice: Choice, cursor: int, wake: Callable[[], None]) -> bool:
        """Have a function called once there is something behind a cursor.

        Args:
            choice: what is wanted.
            cursor: the number of the latest event that is known.
            wake: called at most once, in the thread that publishes; as `listen` has it.

        Returns:
            False if there is something already, or nothing will come: then it is not called.
        """
        with self._lock:
            is_over = self._is_closed or self.is_virtual or not choice.rings
            if is_over or self.has_news(choice, cursor):
                return False
            self._waiting[wake] = rings = tuple(choice.rings)
            for ring in rings:
                ring.waiting[wake] = None
            return True

    def forget(self, wake: Callable[[], None]) -> None:
        """Call a function no more that waits for news."""
        with self._lock:
            self._forget(wake)

    def has_news(self, choice: Choice, cursor: int) -> bool:
        """Whether there is something behind a cursor: an event, a gap or the end of a topic."""
        with self._lock:
            return any(ring.ended or ring.latest > cursor for ring in choice.rings)

    def __repr__(self) -> str:
        return f"Events(position={self.position!r})"


class Subscription:
    """A follower with its own cursor: iterate over it, in one thread.

    A loop over it ends when no event has come for `timeout` seconds, or when the session has
    stopped and all events have been read.

    Attributes:
        position: the position up to which all has been given.
        timeout: how many seconds without an event a loop waits; None for all there are.
    """

    def __init__(self, events: Events, choice: Choice, cursor: int, timeout: float | None) -> None:
        self._events = events
        self._choice = choice
        self._cursor = cursor
        self.timeout = timeout
        self._ready: deque[Event] = deque()
        self._is_live = False
        self.position = f"{events.epoch}:{cursor}"

    @property
    def latest(self) -> str:
        """The position of the latest event of the session."""
        return self._events.position

    def close(self) -> None:
        """Follow no longer: a loop comes to its end."""
        self._ready.clear()
        self._events.leave(self._choice)

    def when_new(self, wake: Callable[[], None]) -> bool:
        """Have a function called once there is something to read; for loops of one's own.

        Args:
            wake: called at most once, in the thread that publishes; as `Events.listen` has it.

        Returns:
            False if there is something already, or nothing will come: then it is not called.
        """
        return not self._ready and self._events.when_new(self._choice, self._cursor, wake)

    def forget(self, wake: Callable[[], None]) -> None:
        """Call a function no more that waits for news."""
        self._events.forget(wake)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Event:
        event = self.next(self.timeout)
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
        event = await self.next_async(self.timeout)
        if event is None:
            raise StopAsyncIteration
        return event

    async def next_async(self, timeout: float | None = None) -> Event | None:  # noqa: ASYNC109 - as `next` has it
        """As `next`, on an event loop, which goes on meanwhile."""
        import asyncio

        deadline = None if timeout is None else monotonic() + timeout
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
        while not events.when_new(self._choice, self._cursor, wake):
            if not events.has_news(self._choice, self._cursor):
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
        """Get what is there behind the cursor."""
        events = self._events
        if events.has_news(self._choice, self._cursor):
            reason = "overflow" if self._is_live else "evicted"
            records, self._cursor = events.read(self._choice, self._cursor, reason)
            self._ready.extend(Event.of(each, events.epoch) for each in records)
        self._is_live = True

    def __repr__(self) -> str:
        return f"Subscription(position={self.position!r})"


def _wake_loop(loop: asyncio.AbstractEventLoop, news: asyncio.Event) -> None:
    with suppress(RuntimeError):  # the loop was closed meanwhile
        loop.call_soon_threadsafe(news.set)
