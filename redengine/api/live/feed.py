"""One subscription on a WebSocket: what is read of it, and the frames that it is told in."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from redengine.api.core.encoding import to_json
from redengine.scheduler.events import GAP, Event

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from redengine.api.auth.own_events import OwnSubscription
    from redengine.api.live.hub import Hub
    from redengine.scheduler.events import Subscription

CHANNEL: Final = "channel:"
RECORD: Final = "channel_record"
MOST_IN_A_FRAME: Final = 100
"""So many records of a channel are put into one frame."""
ALL, LATEST = "all", "latest"
EVENTS, MONITOR, DEBUG = "events", "monitor", "debug"
_ROUTINES: Final = {"job_started": "routine_start", "job_ended": "routine_end"}
_DEBUG_TYPES: Final = frozenset(("breakpoint_hit", "gap", "unsubscribed"))


class Feed:
    """What one subscription has to tell.

    Args:
        sub: the name that its frames have.
        target: what is followed: a topic.
        subscription: reads it.
        mode: ALL, or LATEST: only the latest by key of what has piled up.
        style: EVENTS; MONITOR, with the routines of jobs as well; DEBUG, with these alone.
        closes: whether the connection is closed once events have been missed.
        takes: whether a record is wanted.
        record_key: the key of a record, where the channel has keys.
    """

    def __init__(
        self,
        sub: str,
        target: str,
        subscription: Subscription | OwnSubscription,
        *,
        mode: str = ALL,
        style: str = EVENTS,
        closes: bool = False,
        takes: Callable[[Event], bool] | None = None,
        record_key: Callable[[Event], Hashable] | None = None,
    ) -> None:
        self.sub = sub
        self.target = target
        self.channel = target.removeprefix(CHANNEL) if target.startswith(CHANNEL) else None
        self.is_over = False
        self.has_more = False
        """Whether more may be there than was taken by `frames`."""
        self.is_overrun = False
        """Whether events were missed that must not be."""
        self._subscription = subscription
        self._mode = mode
        self._style = style
        self._closes = closes
        self._takes = takes
        self._record_key = record_key
        self._ready: deque[Event] = deque()
        self._latest: OrderedDict[Hashable, Event] = OrderedDict()
        self._sub_json = b',"sub":' + to_json(sub) + b"}"

    # -- reading

    @property
    def position(self) -> str:
        """The position behind which nothing has been told."""
        waiting = [*self._ready, *self._latest.values()]
        if not waiting:
            return self._subscription.position
        first = min(waiting, key=lambda event: event.seq)
        return f"{first.position.partition(':')[0]}:{first.seq - 1}"

    def catch_up(self) -> bool:
        """Read what is kept; whether nothing of it is missing."""
        is_whole = True
        for event in self._read():
            is_whole = is_whole and event.type != GAP.type
            self._keep(event)
        return is_whole

    def tell_of_restart(self, after: str) -> None:
        """Tell that the session began anew since a position of another epoch."""
        epoch, _, seq = self._subscription.position.partition(":")
        data = {"topic": self.target, "from": after, "to": f"{epoch}:{seq}", "reason": "restart"}
        gap = Event(
            type=GAP.type,
            topic=self.target,
            position=f"{epoch}:{seq}",
            timestamp=datetime.now(UTC),
            data=MappingProxyType(data),
        )
        self._ready.append(gap)

    def fold(self) -> None:
        """Where only the latest by key counts: read, and forget what is not."""
        if self._mode != LATEST:
            return
        for event in self._read():
            self._keep(event)

    def _keep(self, event: Event) -> None:
        """Have an event told later."""
        if self._mode != LATEST:
            self._ready.append(event)
            return
        key = self._key(event)
        before = self._latest.pop(key, None)
        if before is not None and event.type == GAP.type:
            event = replace(event, data={**event.data, "from": before.data["from"]})
        self._latest[key] = event

    def _key(self, event: Event) -> Hashable:
        """What an event is about: of those that are about the same, the latest counts."""
        if event.type == GAP.type:
            return (GAP.type, event.data["topic"])
        if event.type == RECORD:
            return (RECORD, None if self._record_key is None else self._record_key(event))
        return (event.job_id or event.task or event.type, event.job_id is not None)

    def next(self) -> Event | None:
        """The next event; None if there is none now."""
        if self._ready:
            return self._ready.popleft()
        if self._mode == LATEST:
            self.fold()
            return self._latest.popitem(last=False)[1] if self._latest else None
        return next(self._read(), None)

    def _read(self) -> Iterator[Event]:
        while (event := self._subscription.next(0)) is not None:
            if event.type == GAP.type and self._closes and event.data["reason"] == "overflow":
                self.is_overrun = True
            if self._takes is None or event.type != RECORD or self._takes(event):
                yield event

    def close(self) -> None:
        """Follow no longer."""
        self._subscription.close()

    # -- telling

    def frames(self, hub: Hub, most: int) -> list[bytes]:
        """The next frames, of so many events at most."""
        found: list[bytes] = []
        records: list[Event] = []
        self.has_more = True
        for _ in range(most):
            event = self.next()
            if event is None:
                self.has_more = False
                break
            if event.type == RECORD and self.channel is not None:
                records.append(event)
                if len(records) == MOST_IN_A_FRAME:
                    found.append(self._data(hub, records))
                    records = []
                continue
            if records:
                found.append(self._data(hub, records))
                records = []
            found += self._told(hub, event)
        if records:
            found.append(self._data(hub, records))
        return found

    def _data(self, hub: Hub, records: list[Event]) -> bytes:
        texts = b",".join(hub.record_of(event) for event in records)
        head = b'{"channel":' + to_json(self.channel) + b',"data":[' + texts + b'],"seq":'
        return head + str(records[-1].seq).encode() + self._sub_json

    def _told(self, hub: Hub, event: Event) -> Iterator[bytes]:
        if event.type == "unsubscribed":
            self.is_over = True
            reason = event.data["reason"]
            yield to_json({"type": event.type, "id": None, "reason": reason})[:-1] + self._sub_json
            return
        if self._style != DEBUG or event.type in _DEBUG_TYPES:
            yield hub.text_of(event)[:-1] + self._sub_json
        if self._style != EVENTS and event.type in _ROUTINES:
            yield to_json(_routine(event))[:-1] + self._sub_json


def _routine(event: Event) -> dict[str, Any]:
    """What a monitor is told of a job's code that begins or has ended."""
    told = {**event.snapshot(), "type": _ROUTINES[event.type], "routine_id": event.task}
    return {key: value for key, value in told.items() if key not in {"error", "reason"}}
