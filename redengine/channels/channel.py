"""Channel: live data under a name, which tasks and programs send, read and follow."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from redengine.channels.following import Records
from redengine.channels.keys import Keyed
from redengine.channels.query import Query
from redengine.channels.records import STAMPS, Given, Record, number
from redengine.channels.schema import Shape
from redengine.conditions import Moment
from redengine.durations import parse_duration
from redengine.exceptions import (
    AlreadyExists,
    InvalidInput,
    NotFound,
    NotKept,
    PositionGone,
    shortened,
)
from redengine.scheduler.events import CHANNEL, CHANNEL_CHANGED, record_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from redengine.channels.keys import Key
    from redengine.channels.options import ChannelOptions
    from redengine.scheduler.core import Core

MOST_SENT: Final = 10_000
"""Records that are sent together at most."""
MOST_NEXT: Final = 1_000
"""Records that `next` gives at once at most."""
_MOST_TOLD: Final = 10


Prepared = tuple[dict[str, Any], str | None, "Sequence[Key]"]
"""A record's data, its own id if it has one, and its keys."""


class Channel:
    """Live data under a name. Make it with `app.channel("prices", …)`.

    Records are kept in memory: the latest `history` for followers that come later, the latest of
    each key, and the latest `lookup` by their ids.

    Args:
        name: its name.
        options: what it is made of.
        core: the session's state.
    """

    def __init__(self, name: str, options: ChannelOptions, core: Core) -> None:
        self.name = name
        self.topic = CHANNEL + name
        self.options = options
        self._core = core
        self._lock = threading.RLock()
        self._kind = record_kind(name)
        self._ring = core.events.add_topic(self.topic, options.history)
        self._epoch = core.events.epoch
        self._names = frozenset(Shape(options.schema.document).names)
        self._declares_stamps = not self._names.isdisjoint(STAMPS)
        self._keyed = {
            key_name: Keyed(key_name, paths) for key_name, paths in options.keyby.items()
        }
        self._last: Record | None = None
        self._by_id: OrderedDict[str, Record] = OrderedDict()
        self._count = 0
        self.ticked: Moment | None = None
        """When the latest record came, in the order of the log's records."""
        self.is_deleted = False

    # -- sending

    def send(self, records: Any) -> list[Record]:
        """Send a record or a list of them: all of them or none.

        Args:
            records: a mapping, an instance of the channel's type, or a list of these. A record's
                own `id` is kept, and its `timestamp` becomes `event_time`.

        Returns:
            The records as everybody sees them, with `id`, `timestamp` and `seq`.

        Raises:
            InvalidInput: naming each record that does not fit by its place, and the field.
            AlreadyExists: a record's own id is taken.
            NotFound: the channel has been deleted.

        Example:
            >>> from redengine.testing import ManualSession
            >>> prices = ManualSession().channel("prices", keyby=("sym",))
            >>> [first] = prices.send({"sym": "A", "x": 35})
            >>> prices.last("A")["x"]
            35
        """
        self._core.refuse_fork()
        prepared = self._prepared(records)
        core, topic = self._core, self.topic
        if not core.agenda.is_read(topic):
            made = self._append(prepared)
            if core.agenda.is_read(topic):  # since a moment ago
                with core.lock:
                    core.publish(topic)
            return made
        with core.lock:
            core.settle_due(core.agenda.readers(topic))
            made = self._append(prepared)
            core.publish(topic)
        return made

    def _prepared(self, given: Any) -> list[Prepared]:
        """Each record's data, its own id if it has one, and its keys."""
        if not isinstance(given, list | tuple):
            return [self._checked(given)]
        if not 0 < len(given) <= MOST_SENT:
            reason = f"expected 1 to {MOST_SENT} records, got {len(given)}"
            raise InvalidInput({"records": reason})
        found, fields = [], {}
        for place, each in enumerate(given):
            try:
                found.append(self._checked(each))
            except InvalidInput as error:
                for name, reason in error.fields.items():
                    fields[_within(place, name)] = reason
                if len(fields) >= _MOST_TOLD:
                    break
        if fields:
            raise InvalidInput(fields)
        return found

    def _checked(self, given: Any) -> Prepared:
        data, own = self._stamped(given)
        if not self._keyed:
            return data, own, ()
        keyed = data if own is None else {**data, "id": own}
        return data, own, [each.of(keyed) for each in self._keyed.values()]

    def _stamped(self, given: Any) -> tuple[dict[str, Any], str | None]:
        """The data of one record as the schema has it, and the id that its sender gives it."""
        schema, is_mapping = self.options.schema, isinstance(given, Mapping)
        if not self._declares_stamps and not (is_mapping and any(map(given.__contains__, STAMPS))):
            return schema.checked(given), None
        data = dict(given) if is_mapping else {}
        said = Given(data, self._names, is_record=isinstance(given, Record))
        made = schema.checked(data if is_mapping else given)
        own = said.stamp(made)
        if own is not None and own.startswith(f"{self._epoch}-"):
            self._core.events.refuse_future(own)
        return made, own

    def _append(self, prepared: list[Prepared]) -> list[Record]:
        """Stamp the records and let everybody see them."""
        core, epoch = self._core, self._epoch
        with self._lock:
            if self.is_deleted:
                self._refuse_deleted()
            self._refuse_taken([own for _, own, _ in prepared if own is not None])
            now = core.clock.now()
            self._expire(now)
            for place, keyed in enumerate(self._keyed.values()):
                keyed.refuse_too_many([keys[place] for _, _, keys in prepared])
            made = []
            for data, own, _ in prepared:
                record = Record({"id": own, "timestamp": now, "seq": 0})
                dict.update(record, data)
                record.epoch = epoch
                made.append(record)
            core.events.publish_each(self._kind, now, made, number)
            for place, keyed in enumerate(self._keyed.values()):
                for record, (_, _, keys) in zip(made, prepared, strict=True):
                    keyed.put(keys[place], record)
            self._last = made[-1]
            self._count += len(made)
            self._remember(made)
            self.ticked = Moment(core.recorder.order, now)
        return made

    def _remember(self, made: list[Record]) -> None:
        """Let records be found by their ids, as many as are kept."""
        by_id, most = self._by_id, self.options.lookup
        for record in made[-most:] if most else ():
            by_id[record["id"]] = record
        while len(by_id) > most:
            by_id.popitem(last=False)

    def _refuse_taken(self, ids: Sequence[str]) -> None:
        seen: set[str] = set()
        for each in ids:
            if each in self._by_id or each in seen:
                hint = "leave the id out to be given one; nothing was sent"
                raise AlreadyExists("record", each, hint)
            seen.add(each)

    def _refuse_deleted(self) -> None:
        if self.is_deleted:
            raise NotFound("channel", self.name)

    def _expire(self, now: datetime) -> None:
        """Forget what is older than `ttl`; under the lock."""
        ttl = self.options.ttl
        if ttl is None:
            return
        since = now - ttl
        kept: list[OrderedDict[Any, Record]] = [self._by_id]
        kept += [keyed.latest for keyed in self._keyed.values()]
        for found in kept:
            while found and next(iter(found.values()))["timestamp"] <= since:
                found.popitem(last=False)
        if self._last is not None and self._last["timestamp"] <= since:
            self._last = None
        self._core.events.drop_until(self._ring, since)

    # -- reading

    @property
    def position(self) -> str:
        """The position of the latest record; what comes next is behind it."""
        return f"{self._core.events.epoch}:{self._ring.latest}"

    @property
    def keys(self) -> list[str]:
        """The names of the keys; the first one is meant where none is named."""
        return list(self._keyed)

    def last(self, key: Any = None, by: str | None = None) -> Record | None:
        """The latest record, of all or of a key; None if there is none.

        Args:
            key: the value of the key, a tuple of several, or a mapping of attributes; None for
                the latest of all.
            by: the name of the key, where the channel has several.

        Raises:
            InvalidInput: the channel has no such key, or the value does not fit it.
        """
        if key is None:
            return self.latest(self._core.clock.now())
        keyed = self.keyed(by)
        with self._lock:
            self._expire(self._core.clock.now())
            return keyed.get(key)

    def latest(self, now: datetime) -> Record | None:
        """The latest record that is kept at an instant; for conditions, without a lock."""
        record, ttl = self._last, self.options.ttl
        if record is None or (ttl is not None and record["timestamp"] <= now - ttl):
            return None
        return record

    def expires(self, now: datetime) -> datetime | None:
        """When the latest record is kept no longer; None if it is for good, or there is none."""
        record, ttl = self.latest(now), self.options.ttl
        return None if record is None or ttl is None else record.timestamp + ttl

    def state(self, query: Any = None, by: str | None = None) -> list[Record]:
        """The latest record of each key, in the order in which they came.

        Args:
            query: `{"filters": [{"attr": "x", "by": {"value": 5, "where": ">"}}]}`, or its JSON.
            by: the name of the key, where the channel has several.

        Raises:
            InvalidInput: the query does not fit; the place in it is named.
            NotFound: the channel has no key, and so no state.
        """
        if not self._keyed:
            reason = f"channel '{self.name}' has no state; make it with keyby=…"
            raise NotKept("state", self.name, "no_state", reason)
        keyed = self.keyed(by)
        wanted = Query(query, self.options.schema.document, self._core.config.timezone)
        with self._lock:
            self._expire(self._core.clock.now())
            found = list(keyed.latest.values())
        return [record for record in found if wanted.takes(record)]

    def lookup(self, record_id: str) -> Record:
        """The record of an id.

        Raises:
            NotFound: there is none, or it is kept no longer.
        """
        if not self.options.lookup:
            reason = f"channel '{self.name}' keeps no records by their ids: its lookup is 0"
            raise NotKept("record", record_id, "lookup_disabled", reason)
        with self._lock:
            self._expire(self._core.clock.now())
            found = self._by_id.get(record_id)
        if found is None:
            raise NotFound("record", record_id)
        return found

    def keyed(self, by: str | None) -> Keyed:
        """What is known by a key.

        Raises:
            InvalidInput: the channel has no key of that name.
        """
        if by is None and self._keyed:
            return next(iter(self._keyed.values()))
        if by is None:
            raise InvalidInput({"key": f"channel '{self.name}' has none; make it with keyby=…"})
        if by not in self._keyed:
            known = ", ".join(self._keyed) or "none"
            raise InvalidInput({"by": f"expected {known}, got {shortened(by)}"})
        return self._keyed[by]

    # -- following

    def follow(
        self,
        after: str | None = None,
        timeout: float | None = None,
        *,
        key: Any = None,
        by: str | None = None,
        on_gap: Callable[[PositionGone], object] | None = None,
    ) -> Records:
        """The records from now on, or behind a position, one by one; also with `async for`.

        Args:
            after: a position; records behind it that are kept come first.
            timeout: seconds without a record after which the loop ends; None waits until the
                session has stopped or the channel is deleted.
            key: only the records of a key, as `last` takes it.
            by: the name of the key, where the channel has several.
            on_gap: called where records are kept no longer that are wanted; the loop raises
                where it is not given, and goes on behind them when it is asked again.

        Raises:
            InvalidInput: a position is none, or the channel has no such key.
            PositionGone: the position is of another session, or of the future.
            NotFound: the channel has been deleted.
        """
        takes = None if key is None else self._taker(key, by)
        with self._lock:
            self._refuse_deleted()
            self._expire(self._core.clock.now())
        stream = self._core.events.follow([self.topic], after=after, timeout=timeout)
        return Records(stream, takes, on_gap)

    def _taker(self, key: Any, by: str | None) -> Callable[[Record], bool]:
        keyed = self.keyed(by)
        wanted = frozenset(keyed.keys_of(key))
        return lambda record: keyed.of(record) in wanted

    def next(
        self,
        after: str | None = None,
        timeout: float | str = 30,
        limit: int = 100,
        *,
        key: Any = None,
        by: str | None = None,
    ) -> list[Record]:
        """The records behind a position, as soon as there are some.

        Args:
            after: a position; without it, that of now.
            timeout: how long to wait for the first one; 0 does not wait.
            limit: how many are given at most; go on behind the position of the last one.
            key: only the records of a key, as `last` takes it.
            by: the name of the key, where the channel has several.

        Returns:
            The records; none if none came in the time.

        Raises:
            InvalidInput: an argument does not fit.
            PositionGone: the position is of another session, of the future, or records behind it
                are kept no longer.
            NotFound: the channel has been deleted.
        """
        seconds = parse_duration(timeout, field="timeout").total_seconds()
        stream = self.listen(after, limit, key=key, by=by)
        return self.collected(stream, stream.next(seconds), limit)

    async def next_async(
        self,
        after: str | None = None,
        timeout: float | str = 30,  # noqa: ASYNC109 - as `next` has it
        limit: int = 100,
        *,
        key: Any = None,
        by: str | None = None,
    ) -> list[Record]:
        """As `next`, on an event loop, which goes on meanwhile."""
        seconds = parse_duration(timeout, field="timeout").total_seconds()
        stream = self.listen(after, limit, key=key, by=by)
        return self.collected(stream, await stream.next_async(seconds), limit)

    def listen(
        self, after: str | None, limit: int, *, key: Any = None, by: str | None = None
    ) -> Records:
        """What `next` reads: a stream that raises at a gap; for waits of one's own.

        Raises:
            InvalidInput: as `next`.
            PositionGone: as `next`.
            NotFound: as `next`.
        """
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST_NEXT:
            reason = f"expected a whole number from 1 to {MOST_NEXT}, got {shortened(limit)}"
            raise InvalidInput({"limit": reason})
        return self.follow(after, key=key, by=by)

    def collected(self, stream: Records, first: Record | None, limit: int) -> list[Record]:
        """What `next` gives: the first record of a stream, and those that are there behind it.

        Raises:
            NotFound: there is none, as the channel has been deleted.
        """
        found, record = [], first
        with suppress(PositionGone):  # it is said to those who go on from the last one
            while record is not None:
                found.append(record)
                record = stream.next(0) if len(found) < limit else None
        stream.close()
        if stream.is_ended and not found:
            raise NotFound("channel", self.name)
        return found

    # -- changing

    def update(self, **changes: Any) -> None:
        """Change `history`, `lookup`, `ttl`, `readonly` or `api`, all of them or none.

        Raises:
            InvalidInput: an option cannot be changed, or a value does not fit.
            NotFound: the channel has been deleted.
        """
        core = self._core
        core.refuse_fork()
        with core.lock, self._lock:
            self._refuse_deleted()
            before, self.options = self.options, self.options.changed(changes)
            names = [
                name for name in changes if getattr(before, name) != getattr(self.options, name)
            ]
            if not names:
                return
            core.events.keep(self._ring, self.options.history)
            self._remember([])
            core.events.publish(CHANNEL_CHANGED, core.clock.now(), self.name, tuple(names))
            core.publish(self.topic)

    def snapshot(self) -> dict[str, Any]:
        """The channel as one object: its options, and how it stands."""
        return {
            "name": self.name,
            **self.options.to_dict(),
            "position": self.position,
            "records": self._count,
            "subscribers": len(self._ring.followers),
            "drops": self._ring.gaps,
        }

    def remove(self) -> None:
        """Take no more records, and tell those who follow; called by the registry."""
        core = self._core
        with self._lock:
            self.is_deleted = True
            core.events.remove_topic(self.topic, core.clock.now())

    def after_fork(self) -> None:
        """Go on in a child, where no other thread holds the lock."""
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"Channel({self.name!r})"


def _within(place: int, name: str) -> str:
    return f"[{place}].{name}" if name and not name.startswith("[") else f"[{place}]{name}"
