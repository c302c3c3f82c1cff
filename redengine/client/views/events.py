"""What is followed: events of the session, and records of channels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from redengine.client.views.base import Field, View, instant


class Event(View):
    """Something that happened in the session; `event["names"]` has what a type tells besides.

    Attributes:
        type: what; the reference has a table of all.
        position: its place in the stream; `client.events(after=…)` goes on behind it.
        seq: its number in the stream.
        timestamp: when it happened; None for a gap that the client has found itself.
        task: the task that it is about, or None.
        job_id: the job that it is about, or None.
    """

    __slots__ = ()
    shown = ("type", "position", "task", "job_id")

    type = Field[str]()
    position = Field[str]()
    seq = Field[int]()
    timestamp = Field(instant)

    @property
    def task(self) -> str | None:
        """The task that it is about, or None."""
        return self.data.get("task")

    @property
    def job_id(self) -> str | None:
        """The job that it is about, or None."""
        return self.data.get("job_id")

    @property
    def is_gap(self) -> bool:
        """Whether it stands for events that are missing: those behind `from`, up to `to`."""
        return self.data.get("type") == "gap"


class Record(View):
    """A record of a channel; `record["x"]` has its attributes.

    Attributes:
        id: a text that no other record of the channel has.
        timestamp: when it was sent.
        seq: its number in the stream of the session.
    """

    __slots__ = ()
    shown = ("id", "seq")

    id = Field[str]()
    timestamp = Field(instant)
    seq = Field[int]()


class ChannelInfo(View):
    """A channel.

    Attributes:
        name: its name.
        schema: the JSON Schema of its records; None: any object.
        keyby: the attributes by which the latest records are kept; None: none are.
        history: how many records are kept for followers that come later.
        lookup: how many can be found by their ids.
        ttl: how old a record gets, in seconds; None for any age.
        readonly: whether the API sends nothing to it.
        api: what the API does with it: True, False, or a list of verbs.
        position: the position of the latest record.
        records: how many have been sent.
        subscribers: how many follow it.
        drops: how many gaps its followers were told.
    """

    __slots__ = ()
    shown = ("name", "records", "subscribers")

    name = Field[str]()
    schema = Field[Mapping[str, Any] | None]()
    keyby = Field[Any]()
    history = Field[int]()
    lookup = Field[int]()
    ttl = Field[float | None]()
    readonly = Field[bool]()
    api = Field[Any]()
    position = Field[str]()
    records = Field[int]()
    subscribers = Field[int]()
    drops = Field[int]()
