"""The session's channels by name: made, changed and deleted while it runs."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from redengine.channels.channel import Channel
from redengine.channels.options import ChannelOptions, checked_name
from redengine.exceptions import AlreadyExists, NotFound
from redengine.scheduler.events import CHANNEL_CREATED, CHANNEL_DELETED
from redengine.support.forks import Order, watch

if TYPE_CHECKING:
    from redengine.scheduler.core import Core
    from redengine.scheduler.jobs.job import Job

log = logging.getLogger("redengine.channels")


class Channels(Mapping[str, Channel]):
    """The channels of a session: a mapping; `del` deletes one.

    Args:
        core: the session's state.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._channels: dict[str, Channel] = {}
        core.publish_return = self.publish
        watch(self, Order.RUNTIME)

    def __getitem__(self, name: str) -> Channel:
        """The channel of a name.

        Raises:
            NotFound: there is none.
        """
        found = self._channels.get(name)
        if found is None:
            raise NotFound("channel", name, list(self._channels))
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._channels

    def get(self, name: str, default: Any = None) -> Any:
        """The channel of a name, or `default`."""
        return self._channels.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._channels))

    def __len__(self) -> int:
        return len(self._channels)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def create(self, name: str, given: Mapping[str, Any]) -> Channel:
        """Make a channel.

        Args:
            name: its name.
            given: its options: schema, keyby, history, lookup, ttl, readonly and api.

        Raises:
            InvalidInput: the name or an option does not fit.
            AlreadyExists: the name is taken.
        """
        core = self._core
        core.refuse_fork()
        checked_name(name)
        options = ChannelOptions.of(given)
        with core.lock:
            if name in self._channels:
                raise AlreadyExists("channel", name, "delete it first, or change it")
            channel = Channel(name, options, core)
            self._channels[name] = core.channels[name] = channel
            core.events.publish(CHANNEL_CREATED, core.clock.now(), name)
            core.publish(channel.topic)
        return channel

    def __delitem__(self, name: str) -> None:
        """Delete a channel: its records are gone, and those who follow it are told.

        Raises:
            NotFound: there is none of that name.
        """
        core = self._core
        core.refuse_fork()
        with core.lock:
            channel = self[name]
            core.settle_due(core.agenda.readers(channel.topic))
            del self._channels[name], core.channels[name]
            core.events.publish(CHANNEL_DELETED, core.clock.now(), name)
            channel.remove()
            core.publish(channel.topic)

    def publish(self, job: Job, value: Any) -> None:
        """Send what a job has returned to the channel that its task names; None is nothing.

        What cannot be sent is told in the log, and the job is a success all the same.
        """
        name = None if job.definition is None else job.definition.publish
        if name is None or value is None:
            return
        try:
            self[name].send(value)
        except Exception as error:  # noqa: BLE001 - schemas run code of users
            text = "what job %s of task '%s' returned was not sent to channel '%s': %s"
            core = self._core
            told = core.parameters.scrub(f"{error}")
            core.job_log.say(log, logging.WARNING, text, job.id, job.task, name, told)

    def before_fork(self) -> None:
        """Nothing: what a channel holds is whole between any two of its steps."""

    def after_fork(self, *, is_child: bool) -> None:
        """Go on in a child, where no other thread holds a lock."""
        if is_child:
            for channel in self._channels.values():
                channel.after_fork()

    def __repr__(self) -> str:
        return f"Channels({list(self)!r})"
