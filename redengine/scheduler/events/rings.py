"""Rings: the latest events of each topic, and which of them a follower wants."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

from redengine.exceptions import InvalidInput, NotFound, did_you_mean, shortened
from redengine.scheduler.events.kinds import CHANNEL, CHANNEL_RECORD, TOPICS, Kind, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

NAMED: Final = ("task:", "job:", CHANNEL)
"""What stands before the name of the one thing that is followed."""


class Ring(deque[Record]):
    """The latest events of one topic; guarded by the lock of the bus.

    Attributes:
        name: the topic.
        kept: how many events are kept, one at least.
        forgotten: the number of the latest event that is kept no longer.
        inherited: the number of the latest event of the topic of that name before it.
        ended: the number of the event, and the instant, at which the topic has gone.
        followers: what is followed of it by name.
        gaps: how often a follower was told that events are missing.
        waiting: called once when something is published here.
    """

    __slots__ = ("ended", "followers", "forgotten", "gaps", "inherited", "kept", "name", "waiting")

    def __init__(self, name: str, kept: int, inherited: int = 0) -> None:
        super().__init__()
        self.name = name
        self.kept = kept
        self.forgotten = self.inherited = inherited
        self.ended: tuple[int, datetime] | None = None
        self.followers: WeakSet[Choice] = WeakSet()
        self.gaps = 0
        self.waiting: dict[Callable[[], None], None] = {}

    @property
    def latest(self) -> int:
        """The number of the latest event that it had."""
        return self[-1][0] if self else self.forgotten

    def tail(self, cursor: int) -> list[Record]:
        """The events behind a cursor; looks at no more than those."""
        found = []
        for record in reversed(self):
            if record[0] <= cursor:
                break
            found.append(record)
        found.reverse()
        return found

    def __hash__(self) -> int:  # type: ignore[override] # a ring is one thing, whatever is in it
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def static_rings(kept: int) -> dict[str, Ring]:
    """The rings of the topics that every session has."""
    names = dict.fromkeys(ring for _, rings in TOPICS.values() for ring in rings)
    return {name: Ring(name, kept) for name in names}


class Choice:
    """Which events a follower wants: the rings to read, and what has to be in them.

    Args:
        topics: what is followed; None for all there is, and all that comes.
        rings: the rings by their topics.

    Raises:
        InvalidInput: a topic does not exist.
        NotFound: a channel does not exist.
    """

    __slots__ = ("__weakref__", "_jobs", "_tasks", "_whole", "is_all", "rings")

    def __init__(self, topics: Iterable[str] | None, rings: Mapping[str, Ring]) -> None:
        self.is_all = topics is None
        chosen = list(rings) if topics is None else _checked(topics, rings)
        self._tasks = frozenset(_names("task:", chosen))
        self._jobs = frozenset(_names("job:", chosen))
        whole = dict.fromkeys(ring for each in chosen for ring in _rings_of(each))
        self._whole = frozenset(whole)
        parts = ["jobs", "progress"] if self._tasks or self._jobs else []
        parts += ["tasks"] if self._tasks else []
        self.rings: dict[Ring, None] = dict.fromkeys(rings[name] for name in (*whole, *parts))

    def join(self) -> None:
        """Be counted among the followers of each topic that comes and goes."""
        for ring in self.rings:
            if ring.name.startswith(CHANNEL):
                ring.followers.add(self)

    def leave(self) -> None:
        """Want nothing any more."""
        for ring in self.rings:
            ring.followers.discard(self)
        self.rings.clear()
        self.is_all = False

    def records(self, ring: Ring, cursor: int) -> list[Record]:
        """The events of a ring behind a cursor that are wanted."""
        found = ring.tail(cursor)
        if self.is_all or ring.name in self._whole:
            return found
        return [record for record in found if self._takes(record)]

    def _takes(self, record: Record) -> bool:
        """Whether an event is one of the tasks or jobs that are followed."""
        kind, values = record[1], record[3]
        if kind.topic == "tasks":
            return values[0] in self._tasks
        return values[1] in self._tasks or values[0] in self._jobs


def _rings_of(topic: str) -> tuple[str, ...]:
    if topic in TOPICS:
        return TOPICS[topic][1]
    return (topic,) if topic.startswith(CHANNEL) else ()


def _names(prefix: str, topics: Iterable[str]) -> Iterator[str]:
    return (each.removeprefix(prefix) for each in topics if each.startswith(prefix))


def _checked(topics: Iterable[str], rings: Mapping[str, Ring]) -> list[str]:
    """The topics, if they are some.

    Raises:
        InvalidInput: one does not exist, or it is a text rather than a list of texts.
        NotFound: a channel does not exist.
    """
    form = "expected a list of topics such as ['jobs', 'task:fetch']"
    if isinstance(topics, str):
        raise InvalidInput({"topics": f"{form}, got {shortened(topics)}"})
    chosen = list(topics)
    for each in chosen:
        if not isinstance(each, str):
            raise InvalidInput({"topics": f"{form}, got {shortened(each)} in it"})
        if each in TOPICS:
            continue
        if not each.startswith(NAMED) or each in NAMED:
            known = f"{', '.join(TOPICS)}, task:<name>, job:<id> or channel:<name>"
            hint = did_you_mean(each, [*TOPICS, *NAMED])
            raise InvalidInput({"topics": f"expected {known}, got {shortened(each)}{hint}"})
        if each.startswith(CHANNEL) and each not in rings:
            raise NotFound("channel", each.removeprefix(CHANNEL), list(_names(CHANNEL, rings)))
    if not chosen:
        raise InvalidInput({"topics": f"{form}, got none"})
    return chosen


def record_kind(channel: str) -> Kind:
    """The type of the records of one channel: that of all, with a topic of its own."""
    return CHANNEL_RECORD._replace(topic=CHANNEL + channel)
