"""What a condition may know: the ports through which it sees time, tasks and parameters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol

from redengine.conditions.days.calendar import WORKING_WEEK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import tzinfo

    from redengine.conditions.custom import CustomCondition
    from redengine.conditions.days.calendar import Calendar


class Missing(Enum):
    """The type of `MISSING`."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final[Literal[Missing.MISSING]] = Missing.MISSING
"""The value of a parameter that does not exist; None is a value."""


DONE: Final = "done"
"""Beside the actions, what histories remember of runs that ended otherwise and are not to be made
up for in the same period: a worker's crash, and an `inaction` of the run's own."""

SET_BACK: Final = timedelta(hours=3)
"""A clock that goes back by more is being put right: what lies later in the future was noted by a
clock that was ahead, and says nothing of the period that is now."""


class Moment(NamedTuple):
    """One remembered action of a task.

    Attributes:
        order: the log record's id: strictly increasing, settles ties of equal instants.
        at: when it happened; aware, UTC.
    """

    order: int
    at: datetime


class CheckResult(NamedTuple):
    """What is known of a custom condition.

    Attributes:
        holds: its last answer; False while it has not been asked or has raised.
        at: when it was last asked; None if it was not yet.
        error: the message of the exception it raised, if it did.
        number: how often it had been asked, this time included; of a rising one, when it rose.
    """

    holds: bool
    at: datetime | None = None
    error: str | None = None
    number: int = 0


class History(Protocol):
    """What is known of one task."""

    @property
    def created(self) -> datetime | None:
        """When the task was first known."""

    @property
    def last_due(self) -> datetime | None:
        """The nominal time of the latest job that the task's own condition started."""

    @property
    def failures(self) -> int:
        """Consecutive final fails since the last success or termination."""

    @property
    def running_since(self) -> datetime | None:
        """The start of its oldest active job, or None when none runs."""

    def last(self, action: str) -> Moment | None:
        """The latest moment of run, success, fail, terminate, crash or inaction, or of `DONE`."""

    def moments(self, action: str, since: datetime, until: datetime) -> Sequence[Moment]:
        """The moments of an action from `since` on and before `until`, ascending."""


class ChannelFacts(Protocol):
    """What is known of one channel."""

    @property
    def ticked(self) -> Moment | None:
        """When its latest record came; None if none has."""

    def latest(self, now: datetime) -> Mapping[str, object] | None:
        """The latest record that is kept at an instant."""

    def expires(self, now: datetime) -> datetime | None:
        """When that record is kept no longer; None if it is kept for good, or there is none."""


class EvaluationContext(Protocol):
    """Everything that a condition may read; it changes nothing through it."""

    @property
    def now(self) -> datetime:
        """The instant of the question: aware, UTC."""

    @property
    def zone(self) -> tzinfo:
        """The zone of wall-clock times."""

    @property
    def task(self) -> str:
        """The task whose condition is asked."""

    @property
    def nominal(self) -> datetime | None:
        """A missed nominal time that is being given its chance now; usually None."""

    @property
    def scheduler_started(self) -> datetime | None:
        """When the scheduler started, or None when it does not run."""

    def history(self, task: str | None) -> History:
        """The history of a task, of the asked one for None; empty for an unknown task."""

    def parameter(self, name: str) -> object:
        """The value of a session parameter, or `MISSING`."""

    def is_secret(self, name: str) -> bool:
        """Whether the value of a session parameter is not to be shown."""

    def calendar(self, name: str | None) -> Calendar:
        """The calendar of a name; Monday to Friday for None."""

    def channel(self, name: str) -> ChannelFacts | None:
        """What is known of a channel; None if there is none of that name."""

    def check(self, condition: CustomCondition) -> CheckResult:
        """The last known answer of a custom condition; never runs it."""


class EmptyHistory:
    """The history of a task that never did anything."""

    __slots__ = ()

    created: None = None
    last_due: None = None
    failures: int = 0
    running_since: None = None

    def last(self, action: str) -> None:  # noqa: ARG002 - as the protocol has it
        """Nothing: there was no action."""
        return

    def moments(self, action: str, since: datetime, until: datetime) -> tuple[Moment, ...]:  # noqa: ARG002 - as the protocol has it
        """Nothing: there was no action."""
        return ()


EMPTY_HISTORY: Final = EmptyHistory()


class LaterContext:
    """Another context at another instant, as if nothing but time went on.

    Args:
        context: the other context.
        now: the instant.
    """

    __slots__ = ("_context", "nominal", "now", "scheduler_started", "task", "zone")

    def __init__(self, context: EvaluationContext, now: datetime) -> None:
        self._context = context
        self.now = now
        self.zone = context.zone
        self.task = context.task
        self.nominal: datetime | None = None
        self.scheduler_started = context.scheduler_started

    def history(self, task: str | None) -> History:
        """The history that the other context knows."""
        return self._context.history(task)

    def parameter(self, name: str) -> object:
        """The value that the other context knows."""
        return self._context.parameter(name)

    def is_secret(self, name: str) -> bool:
        """Whether the other context keeps the value to itself."""
        return self._context.is_secret(name)

    def calendar(self, name: str | None) -> Calendar:
        """The calendar that the other context knows."""
        return self._context.calendar(name)

    def channel(self, name: str) -> ChannelFacts | None:
        """The channel that the other context knows."""
        return self._context.channel(name)

    def check(self, condition: CustomCondition) -> CheckResult:
        """The answer that the other context knows."""
        return self._context.check(condition)


class ZonedContext(LaterContext):
    """Another context at the same instant, with wall-clock times of another zone.

    Args:
        context: the other context.
        zone: the zone.
    """

    __slots__ = ()

    def __init__(self, context: EvaluationContext, zone: tzinfo) -> None:
        super().__init__(context, context.now)
        self.nominal = context.nominal
        self.zone = zone


class CalendarContext:
    """A context in which nothing exists but time and calendars.

    For questions to conditions that depend on nothing else (`Condition.is_calendar`).

    Args:
        now: the instant.
        zone: the zone of wall-clock times.
        task: the task whose condition is asked.
        calendars: knows the calendars by name; Monday to Friday stands for all if not given.
    """

    __slots__ = ("_calendars", "nominal", "now", "scheduler_started", "task", "zone")

    def __init__(
        self,
        now: datetime,
        zone: tzinfo = UTC,
        task: str = "",
        calendars: Callable[[str | None], Calendar] | None = None,
    ) -> None:
        self._calendars = calendars
        self.now = now
        self.zone = zone
        self.task = task
        self.nominal: datetime | None = None
        self.scheduler_started: datetime | None = None

    def history(self, task: str | None) -> History:  # noqa: ARG002 - as the protocol has it
        """An empty history, whatever the task."""
        return EMPTY_HISTORY

    def parameter(self, name: str) -> object:  # noqa: ARG002 - as the protocol has it
        """`MISSING`, whatever the name."""
        return MISSING

    def is_secret(self, name: str) -> bool:  # noqa: ARG002 - as the protocol has it
        """No: there is nothing to show."""
        return False

    def calendar(self, name: str | None) -> Calendar:
        """The calendar that `calendars` knows, or Monday to Friday."""
        return WORKING_WEEK if self._calendars is None else self._calendars(name)

    def channel(self, name: str) -> None:  # noqa: ARG002 - as the protocol has it
        """No channel, whatever the name."""
        return

    def check(self, condition: CustomCondition) -> CheckResult:  # noqa: ARG002 - as the protocol has it
        """An unasked condition, whatever it is."""
        return CheckResult(holds=False)
