"""What the API needs of a session: the only view it has of the scheduler.

Every call is safe from any thread, and none blocks for long unless it says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo

    from redengine.api.routes import Rest
    from redengine.query import Query
    from redengine.store import ChangeEntry, KeyEntry


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

    @property
    def allowed_actions(self) -> Sequence[str]:
        """What its state allows."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for its end; whether it has come."""

    def stack(self) -> str | None:
        """The live stack of its code; None where there is none to see."""

    def pause(self) -> str:
        """Hold it: "held", "suspended" or "checkpoint"; raises Conflict."""

    def resume(self) -> object:
        """Let it go on; raises Conflict when it is not paused."""

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

    def why(self) -> ExplanationPort:
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

    def query(self, query: Query, /, *, services: bool = False) -> PagePort:
        """Those that match, as objects without links; those of services only where asked for."""


class ParametersPort(Protocol):
    """The session's parameters."""

    def snapshot(self) -> dict[str, Any]:
        """Names and values; secrets are masked."""

    def update(self, values: Mapping[str, Any], /) -> object:
        """Set several at once, all of them or none."""

    def __delitem__(self, name: str, /) -> None:
        """Remove one; raises NotFound."""

    @property
    def has_secrets(self) -> bool:
        """Whether there is any value that is masked in texts."""

    def scrub(self, text: str) -> str:
        """The text without the values of secrets."""

    def is_secret(self, name: str) -> bool:
        """Whether its value is masked."""

    def __iter__(self) -> Iterator[str]:
        """The names."""

    def __getitem__(self, name: str, /) -> Any:
        """A value, also a secret one; raises NotFound."""

    def __contains__(self, name: object, /) -> bool:
        """Whether there is one of this name."""


class ValuesPort(Protocol):
    """The session's configuration, or the latest return values."""

    def snapshot(self) -> dict[str, Any]:
        """Names and values."""

    def update(self, values: Mapping[str, Any], /) -> object:
        """Set several at once, all of them or none."""


class RemovedPort(Protocol):
    """What went with a runtime that was removed."""

    @property
    def tasks(self) -> Sequence[str]:
        """The tasks that named it, and run in the default runtime now."""

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON-ready values."""


class RuntimePort(Protocol):
    """A place in which jobs run."""

    @property
    def kind(self) -> str:
        """thread, process or async."""

    @property
    def size(self) -> int:
        """How many jobs run in it at once."""


class RuntimesPort(Protocol):
    """The places in which jobs run, by name."""

    def __iter__(self) -> Iterator[str]:
        """The names."""

    def __getitem__(self, name: str, /) -> RuntimePort:
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

    def remove(self, name: str, *, force: bool, wait: bool) -> RemovedPort:
        """Take one away; raises Conflict, unless forced, where something needs it."""


class MetricsPort(Protocol):
    """What the session counts."""

    @property
    def content_type(self) -> str:
        """What `text()` is, for HTTP."""

    def text(self) -> bytes:
        """All metrics in the text format of Prometheus."""

    def note_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""


class ConfigPort(ValuesPort, Protocol):
    """The session's configuration."""

    def changed(self) -> dict[str, Any]:
        """The keys whose value is not the default, as `snapshot` has them."""


class StepPort(Protocol):
    """One change of a plan."""

    @property
    def resource(self) -> str:
        """runtime, config, parameter or task."""

    @property
    def action(self) -> str:
        """create, change, replace or delete."""

    @property
    def name(self) -> str:
        """The name of what is changed."""

    @property
    def values(self) -> Mapping[str, Any]:
        """What it gets."""


class DryRunPort(Protocol):
    """What would come of the changes of a plan."""

    @property
    def errors(self) -> Sequence[tuple[int, str, str]]:
        """Why a change cannot be made: its place, the field, the reason."""

    @property
    def order(self) -> Sequence[int]:
        """The places of the changes in the order in which they can be made."""

    @property
    def definitions(self) -> Mapping[str, Mapping[str, Any]]:
        """What the tasks would be that are made or changed."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the changed keys of the configuration would be."""

    @property
    def doubts(self) -> Mapping[str, Sequence[str]]:
        """What of a task's condition may not be meant."""

    @property
    def before(self) -> Mapping[str, Sequence[datetime]]:
        """The next starts as things are."""

    @property
    def after(self) -> Mapping[str, Sequence[datetime]]:
        """The next starts after the changes."""

    @property
    def reasons(self) -> Mapping[str, str]:
        """Why fewer starts than asked for are told."""


class ForecastPort(Protocol):
    """Predicted starts."""

    def to_dict(self) -> dict[str, Any]:
        """The forecast as JSON-ready values."""


class ChangesPort(Protocol):
    """The audit trail of writes over the API, of which the changes are the journal."""

    def record(self, *entries: ChangeEntry) -> ReceiptPort:
        """Write entries, all of them or none, without waiting for them to be durable."""

    def query(self, query: Query, /) -> PagePort:
        """The entries that match."""

    def get(self, change_id: int, /) -> Mapping[str, Any]:
        """One entry; raises NotFound."""

    def whole(
        self, after: int = 0, limit: int = 1_000, **fields: Any
    ) -> Sequence[Mapping[str, Any]]:
        """Changes with what may not be shown, oldest first: those numbered over `after`."""


class ApiKeysPort(Protocol):
    """The keys that the session keeps."""

    @property
    def version(self) -> int:
        """Grows when a key was added or revoked."""

    def all(self) -> Mapping[str, KeyEntry]:
        """All of them by name, the revoked ones too; raises StoreError."""

    def add(self, entry: KeyEntry, /) -> None:
        """Keep a key, in place of one of its name; returns when it is durable."""

    def revoke(self, name: str, /, at: datetime) -> None:
        """Make a key invalid; returns when that is durable; raises NotFound."""


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
    def config(self) -> ConfigPort: ...

    @property
    def runtimes(self) -> RuntimesPort: ...

    @property
    def changes(self) -> ChangesPort: ...

    @property
    def api_keys(self) -> ApiKeysPort: ...

    @property
    def store(self) -> StorePort: ...

    @property
    def rest(self) -> Rest:
        """The routes of the user's own."""

    @property
    def metrics(self) -> MetricsPort: ...

    @property
    def zone(self) -> tzinfo:
        """The zone of naive times."""

    @property
    def state(self) -> str:
        """initialised, starting, running, paused, stopping or stopped."""

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
    ) -> tuple[JobPort, bool]:
        """Start a job of a task by hand; returns when it is durable, and whether it is new."""

    def delete_job(self, job_id: str, /) -> None:
        """Forget an ended job; raises NotFound or Conflict."""

    def is_expired(self, job_id: str, /) -> bool:
        """Whether a job was there and is forgotten."""

    def wait_for_output(self, job_id: str, after: int, timeout: float, /) -> bool:
        """Wait for a line beyond number `after`, or the job's end; whether there is either."""

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

    def dry_run(self, steps: Sequence[StepPort], /, starts: int = 5) -> DryRunPort:
        """What would come of changes; nothing is changed."""

    def health(self) -> tuple[bool, Mapping[str, Any]]:
        """Whether all is well, and the checks."""

    def readiness(self) -> tuple[bool, Mapping[str, Any]]:
        """Whether jobs are taken now, and the reasons why not."""

    def capabilities(self) -> dict[str, Any]:
        """What can be submitted, and where it would run."""
