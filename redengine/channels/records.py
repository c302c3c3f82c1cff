"""Records: what is sent to a channel, as it is kept and given to everybody."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NoReturn

from redengine.exceptions import InvalidInput, shortened
from redengine.support.jsontext import refuse_inexact

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST_ID: Final = 200
STAMPS: Final = ("id", "timestamp", "seq")
"""What a channel puts on each record."""


class Record(dict[str, Any]):
    """One record of a channel: plain JSON data with `id`, `timestamp` and `seq`.

    It is shared by all who read it, and so cannot be changed; `dict(record)` can.

    Attributes:
        epoch: the first part of its position.
    """

    __slots__ = ("epoch",)
    epoch: str

    @property
    def id(self) -> str:
        """A text that no other record of the channel has."""
        value: str = self["id"]
        return value

    @property
    def timestamp(self) -> datetime:
        """When it was sent; aware, UTC."""
        value: datetime = self["timestamp"]
        return value

    @property
    def seq(self) -> int:
        """Its number in the stream of the session."""
        value: int = self["seq"]
        return value

    @property
    def position(self) -> str:
        """Its place in the stream; what comes next is behind it."""
        return f"{self.epoch}:{self['seq']}"

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a record is shared and cannot be changed; change a copy: dict(record)")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def copy(self) -> dict[str, Any]:
        """The same as a dict that can be changed."""
        return dict(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process gets it whole."""
        return _restored, (self.epoch, dict(self))


def _restored(epoch: str, data: dict[str, Any]) -> Record:
    record = Record(data)
    record.epoch = epoch
    return record


def number(record: Record, seq: int) -> None:
    """Give a record its number, and its id if it has none, before anybody else sees it."""
    dict.__setitem__(record, "seq", seq)
    if record["id"] is None:
        dict.__setitem__(record, "id", f"{record.epoch}-{seq}")


class Given:
    """What a sender has said of one record, taken out of its data.

    Args:
        data: the record's data, from which it is taken; a dict of its own.
        names: the fields that the channel's schema declares, which stay for it to check.
        is_record: whether the data is a record of a channel, whose number is another one here.

    Raises:
        InvalidInput: a stamp is given that the channel gives, or an id does not fit.
    """

    __slots__ = ("event_time", "id")

    def __init__(self, data: dict[str, Any], names: Collection[str], *, is_record: bool) -> None:
        if is_record:
            data.pop("seq", None)
        elif "seq" in data:
            raise InvalidInput({"seq": "is given by the channel; leave it out"})
        self.id: Any = data.get("id")
        self.event_time: Any = data.get("timestamp")
        for name in ("id", "timestamp"):
            if name in data and name not in names:
                del data[name]

    def stamp(self, data: dict[str, Any]) -> str | None:
        """Take the stamps out of what the schema has made of the data.

        Returns:
            The sender's own id, if there is one; `event_time` is in the data then.

        Raises:
            InvalidInput: an id does not fit, or `event_time` is given twice.
        """
        own = data.pop("id", self.id)
        event_time = data.pop("timestamp", self.event_time)
        if event_time is not None:
            if "event_time" in data:
                raise InvalidInput({"event_time": "is given beside timestamp, which stands for it"})
            data["event_time"] = _checked_time(event_time)
        return None if own is None else checked_id(own)


def _checked_time(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise InvalidInput({"timestamp": f"expected a time, got {shortened(value)}"})
    refuse_inexact(value, "timestamp")
    return value


def checked_id(value: object) -> str:
    """An id that a record may have.

    Raises:
        InvalidInput: it is none.
    """
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    is_short = isinstance(text, str) and 0 < len(text) <= LONGEST_ID
    if isinstance(text, str) and is_short and text.isprintable() and "/" not in text:
        return text
    form = f"expected 1 to {LONGEST_ID} printable characters without '/'"
    raise InvalidInput({"id": f"{form}, got {shortened(value)}"})
