"""What the API needs of a session: the only view it has of the scheduler.

Every call is safe from any thread, and none blocks for long unless it says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime, tzinfo

    from redengine.api.custom_routes import Rest
    from redengine.query import Query


class ExplanationPort(Protocol):
    """Why a task does or does not start; `str()` gives it as text."""

    def to_dict(self) -> dict[str, Any]:
        """The explanation as JSON-ready values."""


class PagePort(Protocol):
    """A part of a list."""

    @property
    def items(self) -> Sequence[Mapping[str, Any]]:
        """The entries of this page."""

    @property
    def total(self) -> int:
        """How many entries match in all."""


class JsonPagePort(Protocol):
    """A part of a list, ready to be sent."""

    @property
    def content(self) -> bytes:
        """The entries of this page as a JSON array."""

    @property
    def total(self) -> int:
        """How many entries match in all."""


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


class JobPort(Protocol):
    """One execution of a task."""

    @property
    def id(self) -> str:
        """The job's id."""

    @property
    def status(self) -> str:
        """The word of its last action."""

    def snapshot(self) -> Mapping[str, Any]:
        """The job's object as it is shown, without links."""

    def result(self, timeout: float | None = None) -> Any:
        """What the task returned; raises JobError or WaitTimeout."""

    def cancel(self) -> object:
        """Withdraw it from the queue; raises Conflict when it is not queued."""

    def terminate(self, reason: str) -> object:
        """Ask it to end; raises Conflict when it has ended."""


class TaskPort(Protocol):
    """A task and the condition under which it starts."""

    @property
    def name(self) -> str:
        """The task's name."""

    def snapshot(self) -> Mapping[str, Any]:
        """The task's object as it is shown."""

    def json(self) -> bytes:
        """`snapshot()` as JSON; the same bytes until it changes."""

    def update(self, data: Mapping[str, Any], /) -> object:
        """Change what is named, all of it or nothing."""

    def delete(self, *, force: bool = False) -> object:
        """Forget the task; raises Conflict while it runs, unless forced."""

    def terminate(self, reason: str) -> object:
        """Ask its running jobs to end."""

    def why(self) -> ExplanationPort:
        """Why it does or does not start."""


class TasksPort(Protocol):
    """The session's tasks by name, in the order in which they were made."""

    def __getitem__(self, name: str, /) -> TaskPort:
        """The task; raises NotFound naming the nearest one."""

    def __contains__(self, name: object, /) -> bool:
        """Whether there is one of this name."""

    def values(self) -> Collection[TaskPort]:
        """All of them, as they are at this moment."""


class JobsPort(Protocol):
    """The session's jobs."""

    def query(self, query: Query, /) -> PagePort:
        """Those that match, as objects without links."""


class ParametersPort(Protocol):
    """The session's parameters."""

    def snapshot(self) -> dict[str, Any]:
        """Names and values; secrets are masked."""

    def update(self, values: Mapping[str, Any], /) -> object:
        """Set several at once, all of them or none."""

    def __delitem__(self, name: str, /) -> None:
        """Remove one; raises NotFound."""

    def is_secret(self, name: str) -> bool:
        """Whether its value is masked."""


class ValuesPort(Protocol):
    """The session's configuration, or the latest return values."""

    def snapshot(self) -> dict[str, Any]:
        """Names and values."""

    def update(self, values: Mapping[str, Any], /) -> object:
        """Set several at once, all of them or none."""


class ForecastPort(Protocol):
    """Predicted starts."""

    def to_dict(self) -> dict[str, Any]:
        """The forecast as JSON-ready values."""


class ChangesPort(Protocol):
    """The journal of changes made over the API."""

    def record(
        self,
        resource: str,
        name: str | None,
        method: str,
        data: Mapping[str, Any],
        actor: str | None,
        request_id: str,
    ) -> ReceiptPort | None:
        """Write one entry, without waiting for it to be durable."""

    def query(self, query: Query, /) -> PagePort:
        """The entries that match."""

    def get(self, change_id: int, /) -> Mapping[str, Any]:
        """One entry; raises NotFound."""


class StorePort(Protocol):
    """The session's store."""

    @property
    def durable(self) -> bool:
        """Whether it outlives the process."""

    @property
    def healthy(self) -> bool:
        """Whether it can be written now."""

    @property
    def url(self) -> str:
        """Where it is, without its password."""

    @property
    def last_error(self) -> str | None:
        """Why it cannot be written."""


class SessionPort(Protocol):
    """The running scheduler."""

    @property
    def tasks(self) -> TasksPort: ...

    @property
    def jobs(self) -> JobsPort: ...

    @property
    def parameters(self) -> ParametersPort: ...

    @property
    def returns(self) -> ValuesPort: ...

    @property
    def config(self) -> ValuesPort: ...

    @property
    def changes(self) -> ChangesPort: ...

    @property
    def store(self) -> StorePort: ...

    @property
    def rest(self) -> Rest:
        """The routes of the user's own."""

    @property
    def zone(self) -> tzinfo:
        """The zone of naive times."""

    @property
    def state(self) -> str:
        """initialised, starting, running, paused, stopping or stopped."""

    @property
    def tasks_version(self) -> int:
        """A number that grows after any task's object has changed, come or gone."""

    def create_task(self, data: Mapping[str, Any], /, *, on_exists: str = "raise") -> TaskPort:
        """Make a task from its object."""

    def submit_task(
        self,
        task: Any,
        parameters: Mapping[str, Any],
        /,
        *,
        job_id: str | None = None,
        trigger: str = "run",
    ) -> JobPort:
        """Start a job of a task by hand; returns when it is durable."""

    def job(self, job_id: str, /) -> JobPort:
        """A job by its id; raises NotFound."""

    def logs_page(self, query: Query, /) -> JsonPagePort:
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

    def health(self) -> tuple[bool, Mapping[str, Any]]:
        """Whether all is well, and the checks."""
