"""The table of events: each type with its topic, its fields, and when it is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(NamedTuple):
    """One type of events.

    Attributes:
        type: its name.
        topic: the topic to which its events belong.
        fields: the names of what is told with it, in the order of publication.
        summary: when it is published.
    """

    type: str
    topic: str
    fields: tuple[str, ...]
    summary: str


_JOB: Final = ("job_id", "task")
_LAST: Final = ("error", "reason")

JOB_SUBMITTED: Final = Kind(
    "job_submitted",
    "jobs",
    (*_JOB, "trigger", "runtime", "priority", "due_at", "run_at"),
    "A job has been made, by a condition, a person or a program.",
)
JOB_STARTED: Final = Kind(
    "job_started", "jobs", (*_JOB, "attempt", "runtime"), "The code of a job is about to run."
)
JOB_PROGRESS: Final = Kind(
    "job_progress",
    "progress",
    (*_JOB, "attempt", "progress"),
    "The code of a job has told its progress; some ten times a second at most.",
)
JOB_RETRIED: Final = Kind(
    "job_retried",
    "jobs",
    (*_JOB, "attempt", "status", "error", "run_at"),
    "An attempt has ended, and the job waits for the next one.",
)
JOB_PAUSED: Final = Kind(
    "job_paused", "jobs", (*_JOB, "has_begun"), "A job is held, or its code is."
)
JOB_RESUMED: Final = Kind(
    "job_resumed", "jobs", (*_JOB, "has_begun"), "A paused job goes on, or may begin."
)
JOB_PARKED: Final = Kind(
    "job_parked", "jobs", _JOB, "The session stops, and the store keeps a job for the next start."
)
JOB_ENDED: Final = Kind(
    "job_ended",
    "jobs",
    (*_JOB, "status", "attempt", "duration", *_LAST, "exit_code"),
    "A job has come to its end.",
)
TASK_CREATED: Final = Kind(
    "task_created",
    "tasks",
    ("task", "is_replaced"),
    "A task has been registered; `is_replaced`: in place of one of its name.",
)
TASK_CHANGED: Final = Kind(
    "task_changed", "tasks", ("task", "options"), "Options of a task have other values."
)
TASK_DISABLED: Final = Kind(
    "task_disabled", "tasks", ("task", "reason", "until"), "A task has been disabled."
)
TASK_ENABLED: Final = Kind("task_enabled", "tasks", ("task",), "A disabled task may start again.")
TASK_DELETED: Final = Kind("task_deleted", "tasks", ("task",), "A task is gone.")
TASK_SKIPPED: Final = Kind(
    "task_skipped",
    "tasks",
    ("task", "first", "last", "count", "reason", "message", "job_id"),
    "Nominal times of a task came to no start; `job_id` names the job in the way.",
)
PARAMETER_CHANGED: Final = Kind(
    "parameter_changed", "parameters", ("names",), "Session parameters have other values, or went."
)
CONFIG_CHANGED: Final = Kind(
    "config_changed", "config", ("keys",), "Configuration keys have other values."
)
SESSION_STATE: Final = Kind(
    "session_state", "session", ("state", "before"), "The session has gone to another state."
)
RUNTIME_CREATED: Final = Kind(
    "runtime_created", "runtimes", ("runtime", "kind", "size"), "A runtime has been made."
)
RUNTIME_CHANGED: Final = Kind(
    "runtime_changed",
    "runtimes",
    ("runtime", "size", "status"),
    "A runtime has another size, or is draining: it takes no more jobs.",
)
RUNTIME_REMOVED: Final = Kind("runtime_removed", "runtimes", ("runtime",), "A runtime is gone.")
CHANNEL_CREATED: Final = Kind(
    "channel_created", "channels", ("channel",), "A channel has been made."
)
CHANNEL_CHANGED: Final = Kind(
    "channel_changed", "channels", ("channel", "options"), "Options of a channel have other values."
)
CHANNEL_DELETED: Final = Kind("channel_deleted", "channels", ("channel",), "A channel is gone.")
CHANNEL: Final = "channel:"
"""What stands before a channel's name in the topic of its records."""
CHANNEL_RECORD: Final = Kind(
    "channel_record",
    f"{CHANNEL}<name>",
    ("channel", "record"),
    "A record has been sent to a channel.",
)

KINDS: Final[Mapping[str, Kind]] = {
    value.type: value for value in list(globals().values()) if isinstance(value, Kind)
}
"""Every type of events by its name."""
GAP: Final = Kind(
    "gap",
    "",
    ("topic", "from", "to", "reason"),
    "Events of a topic are kept no longer; it stands for all of them.",
)
"""What a follower is told instead of what it has missed; it is not published."""
UNSUBSCRIBED: Final = Kind(
    "unsubscribed",
    "",
    ("topic", "reason"),
    "The channel of a topic is gone, so that nothing more comes of it; `reason`: deleted.",
)
"""The last that a follower is told of a topic; it is not published."""
TOPICS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "jobs": ("submissions, starts, retries, pauses, ends and progress", ("jobs", "progress")),
    "progress": ("progress of running jobs", ("progress",)),
    "tasks": ("tasks made, changed, disabled and deleted, and skipped starts", ("tasks",)),
    "parameters": ("session parameters", ("parameters",)),
    "config": ("configuration", ("config",)),
    "session": ("states of the session", ("session",)),
    "runtimes": ("runtimes made, changed and removed", ("runtimes",)),
    "channels": ("channels made, changed and deleted", ("channels",)),
}
"""What can be followed, beside `task:<name>`, `job:<id>` and `channel:<name>`: in words, and the
topics of events."""

Record = tuple[int, Kind, datetime, tuple[Any, ...]]
"""An event as it is kept: number, kind, time, and values in the order of the kind's fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened in a session.

    Attributes:
        type: what; see the table of events in the reference.
        topic: the topic that it belongs to.
        position: its place in the stream; `follow(after=…)` goes on behind it.
        timestamp: when it happened; aware, UTC.
        data: what is told with it, by name.
    """

    type: str
    topic: str
    position: str
    timestamp: datetime
    data: Mapping[str, Any]

    @property
    def seq(self) -> int:
        """Its number in the stream of the session."""
        return int(self.position.rpartition(":")[2])

    @property
    def task(self) -> str | None:
        """The name of the task that it is about, if it is about one."""
        return self.data.get("task")

    @property
    def job_id(self) -> str | None:
        """The id of the job that it is about, if it is about one."""
        return self.data.get("job_id")

    def snapshot(self) -> dict[str, Any]:
        """The event as one flat object: type, position, seq, timestamp, and its data."""
        head = {"type": self.type, "position": self.position, "seq": self.seq}
        return {**head, "timestamp": self.timestamp, **self.data}

    @classmethod
    def of(cls, record: Record, epoch: str) -> Event:
        """The event that a record is kept of."""
        seq, kind, at, values = record
        return cls(
            type=kind.type,
            topic=kind.topic or values[0],
            position=f"{epoch}:{seq}",
            timestamp=at,
            data=MappingProxyType(dict(zip(kind.fields, values, strict=True))),
        )
