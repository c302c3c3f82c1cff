"""What the API needs of a session: the only view it has of the scheduler.

Every call is safe from any thread, and none blocks for long unless it says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime, tzinfo

    from redengine.api.routes import Rest
    from redengine.calendars import CalendarDefinition
    from redengine.channels import Channels
    from redengine.conditions import Calendar, Finding
    from redengine.conditions.insight.explained import ConditionExplanation
    from redengine.parameters import Parameters
    from redengine.query import Query
    from redengine.runtimes import Runtime
    from redengine.scheduler.commands import Commands
    from redengine.scheduler.events import Events
    from redengine.scheduler.insight.explain import TaskExplanation
    from redengine.scheduler.insight.metrics import Metrics
    from redengine.scheduler.jobs.job import Job
    from redengine.scheduler.recording.changes import ApiKeys
    from redengine.scheduler.runtimes import Removed
    from redengine.simulation.changes import DryRun, Step, WhatIf
    from redengine.store import ChangeEntry, JsonPage, Page, Store


class ReceiptPort(Protocol):
    """Something that is being made durable."""

    def wait(self, timeout: float | None = None) -> object:
        """Return once it is durable; raises StoreError when it cannot become so."""


class StopFlag(Protocol):
    """Tells that the job was asked to stop; a `threading.Event` is one."""

    def is_set(self) -> bool:
        """Whether it was."""

    def wait(self, timeout: float | None = None) -> bool:
        """Return when it was, or after `timeout` seconds."""


class TaskPort(Protocol):
    """A task and the condition under which it starts."""

    @property
    def name(self) -> str:
        """The task's name."""

    def snapshot(self) -> Mapping[str, Any]:
        """The task's object as it is shown."""

    def field(self, name: str, /) -> Any:
        """One field of `snapshot()`, without working out the others; None where it has none."""

    def json(self) -> bytes:
        """`snapshot()` as JSON; the same bytes until it changes."""

    def definition(self) -> dict[str, Any]:
        """Everything needed to make it again but its name, also what may not be shown."""

    def definition_tag(self) -> str:
        """A text that changes with the definition, and with nothing that merely happens."""

    def update(self, data: Mapping[str, Any], /) -> object:
        """Change what is named, all of it or nothing."""

    def delete(self, *, force: bool = False) -> object:
        """Forget the task; raises Conflict while it runs, unless forced."""

    def terminate(self, reason: str) -> object:
        """Ask its running jobs to end."""

    def why(self) -> TaskExplanation:
        """Why it does or does not start."""


class TasksPort(Protocol):
    """The session's tasks by name, in the order in which they were made."""

    def __getitem__(self, name: str, /) -> TaskPort:
        """The task; raises NotFound naming the nearest one."""

    def get(self, name: str, /) -> TaskPort | None:
        """The task, or None."""

    def __contains__(self, name: object, /) -> bool:
        """Whether there is one of this name."""

    def values(self) -> Collection[TaskPort]:
        """All of them, as they are at this moment."""


class JobsPort(Protocol):
    """The session's jobs."""

    def query(self, query: Query, /, *, services: bool = False) -> Page:
        """Those that match, as objects without links; those of services only where asked for."""


class ValuesPort(Protocol):
    """The session's configuration, or the latest return values."""

    def snapshot(self) -> dict[str, Any]:
        """Names and values."""

    def update(self, values: Mapping[str, Any], /) -> object:
        """Set several at once, all of them or none."""


class RuntimesPort(Protocol):
    """The places in which jobs run, by name."""

    def __iter__(self) -> Iterator[str]:
        """The names."""

    def __getitem__(self, name: str, /) -> Runtime:
        """One; raises NotFound."""

    def __contains__(self, name: object, /) -> bool:
        """Whether there is one of this name."""

    @property
    def own(self) -> Collection[str]:
        """The names of those that every session has."""

    def snapshot(self, name: str, /) -> Mapping[str, Any]:
        """A runtime's object; raises NotFound naming the nearest one."""

    def snapshots(self) -> Sequence[Mapping[str, Any]]:
        """All of them, in the order in which they were made."""

    def reasons_against(
        self, name: object, kind: object, size: object, *, is_default: object
    ) -> dict[str, str]:
        """What of a runtime that is to be made does not fit, by field."""

    def create(self, name: str, kind: str, size: int, *, is_default: bool) -> object:
        """Make one; raises AlreadyExists."""

    def resize(self, name: str, size: int) -> object:
        """Change how many jobs run in it at once."""

    def make_default(self, name: str) -> object:
        """Let tasks that do not say otherwise run in it."""

    def remove(self, name: str, *, force: bool, wait: bool) -> Removed:
        """Take one away; raises Conflict, unless forced, where something needs it."""


class CalendarsPort(Protocol):
    """The calendars by name."""

    def __iter__(self) -> Iterator[str]:
        """The names."""

    def __getitem__(self, name: str, /) -> Calendar:
        """One; raises NotFound naming the nearest."""

    def __contains__(self, name: object, /) -> bool:
        """Whether there is one of this name."""

    def definition(self, name: str, /) -> CalendarDefinition:
        """What one is made of; raises NotFound."""

    def used_by(self, name: str, /) -> Sequence[str]:
        """The tasks whose conditions name one."""

    def today(self, name: str, /) -> date:
        """The day that it is in one; raises NotFound."""

    def ends_session(self, name: str, /) -> bool:
        """Whether `shut_cond` names one."""

    def put(self, name: str, definition: CalendarDefinition, /) -> object:
        """Make one, or put another in its place; raises InvalidInput."""

    def __delitem__(self, name: str, /) -> None:
        """Remove one; raises Conflict where a condition names it."""


class ConfigPort(ValuesPort, Protocol):
    """The session's configuration."""

    def changed(self) -> dict[str, Any]:
        """The keys whose value is not the default, as `snapshot` has them."""


class ForecastPort(Protocol):
    """Predicted starts."""

    def to_dict(self) -> dict[str, Any]:
        """The forecast as JSON-ready values."""


class ChangesPort(Protocol):
    """The audit trail of writes over the API, of which the changes are the journal."""

    def record(self, *entries: ChangeEntry) -> ReceiptPort:
        """Write entries, all of them or none, without waiting for them to be durable."""

    def query(self, query: Query, /) -> Page:
        """The entries that match."""

    def get(self, change_id: int, /) -> Mapping[str, Any]:
        """One entry; raises NotFound."""

    def whole(
        self, after: int = 0, limit: int = 1_000, **fields: Any
    ) -> Sequence[Mapping[str, Any]]:
        """Changes with what may not be shown, oldest first: those numbered over `after`."""


class SessionPort(Protocol):
    """The running scheduler."""

    @property
    def tasks(self) -> TasksPort: ...

    @property
    def jobs(self) -> JobsPort: ...

    @property
    def parameters(self) -> Parameters: ...

    @property
    def calendars(self) -> CalendarsPort: ...

    @property
    def channels(self) -> Channels: ...

    @property
    def returns(self) -> ValuesPort: ...

    @property
    def config(self) -> ConfigPort: ...

    @property
    def runtimes(self) -> RuntimesPort: ...

    @property
    def changes(self) -> ChangesPort: ...

    @property
    def api_keys(self) -> ApiKeys: ...

    @property
    def store(self) -> Store: ...

    @property
    def events(self) -> Events:
        """What happens, in order."""

    @property
    def commands(self) -> Commands:
        """The functions that are called by name."""

    @property
    def rest(self) -> Rest:
        """The routes of the user's own."""

    @property
    def metrics(self) -> Metrics: ...

    @property
    def now(self) -> datetime:
        """The time by its clock."""

    @property
    def zone(self) -> tzinfo:
        """The zone of naive times."""

    @property
    def state(self) -> str:
        """initialised, starting, running, paused, stopping or stopped."""

    @property
    def is_restarting(self) -> bool:
        """Whether it stops in order to start again."""

    @property
    def is_virtual(self) -> bool:
        """Whether its time is virtual, as in a test: nobody is served then."""

    @property
    def tasks_version(self) -> int:
        """A number that grows after any task's object has changed, come or gone."""

    def tasks_since(self, version: int, /) -> tuple[int, frozenset[str] | None]:
        """The version now, and which tasks have changed since another one; None: maybe all."""

    def doubts_of(self, task: Any, /) -> Sequence[str]:
        """What of a task's condition may not be meant, one sentence each."""

    def lint_condition(self, text: str, task: str | None = None, /) -> Sequence[Finding]:
        """What of a condition is wrong, or hardly meant."""

    def explain_condition(
        self, text: str, timezone: str | None = None, task: str | None = None, /
    ) -> ConditionExplanation:
        """A condition in plain words, with the next starts of a new task."""

    def ends_soon(self, shut_cond: str, /) -> bool:
        """Whether a session that starts with this `shut_cond` shuts down right away."""

    def create_task(self, data: Mapping[str, Any], /, *, on_exists: str = "raise") -> TaskPort:
        """Make a task from its object."""

    def add_task(self, task: Any, on_exists: str, /) -> Any:
        """Register a task that is made already."""

    def accept_job(
        self,
        task: Any,
        parameters: Mapping[str, Any],
        /,
        *,
        job_id: str | None = None,
        trigger: str = "run",
        options: Mapping[str, Any] | None = None,
    ) -> tuple[Job, bool]:
        """Start a job of a task by hand; returns when it is durable, and whether it is new."""

    def delete_job(self, job_id: str, /) -> None:
        """Forget an ended job; raises NotFound or Conflict."""

    def is_expired(self, job_id: str, /) -> bool:
        """Whether a job was there and is forgotten."""

    def wait_for_output(self, job_id: str, after: int, timeout: float, /) -> bool:
        """Wait for a line beyond number `after`, or the job's end; whether there is either."""

    def job(self, job_id: str, /) -> Job:
        """A job by its id; raises NotFound."""

    def logs_page(self, query: Query, /) -> JsonPage:
        """The log records that match, as JSON."""

    def output(self, job_id: str, after: int, limit: int) -> Sequence[Mapping[str, Any]]:
        """Lines of a job's output with `seq` over `after`."""

    def snapshot(self) -> dict[str, Any]:
        """The session's object."""

    def pause(self) -> object:
        """Hold new starts."""

    def resume(self) -> object:
        """Let tasks start again."""

    def shut_down(self, timeout: float | None = None, *, wait: bool = True) -> None:
        """Stop; without `wait`, begin to stop."""

    def restart(self) -> None:
        """Begin to stop, and start again after it."""

    def dependencies(self) -> Sequence[Mapping[str, Any]]:
        """Which task starts after which, with keys parent, child, relation and type."""

    def forecast(self, until: datetime, /, task: str | None = None) -> ForecastPort:
        """Predicted starts."""

    def dry_run(self, steps: Sequence[Step], /, starts: int = 5) -> DryRun:
        """What would come of changes; nothing is changed."""

    def what_if(self, change: Callable[[Any], object], /) -> WhatIf:
        """How a change, made on a stand-in for the session, would alter the coming starts."""

    def workers(self) -> Sequence[Mapping[str, Any]]:
        """The processes that belong to it."""

    def health(self) -> tuple[bool, Mapping[str, Any]]:
        """Whether all is well, and the checks."""

    def readiness(self) -> tuple[bool, Mapping[str, Any]]:
        """Whether jobs are taken now, and the reasons why not."""

    def capabilities(self) -> dict[str, Any]:
        """What can be submitted, and where it would run."""
