"""Task: something that can be run, and the condition under which it starts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Final

from redengine.conditions import Condition
from redengine.exceptions import InvalidInput, refuse, shortened
from redengine.support import jsontext
from redengine.support.html import facts
from redengine.tasks.definition import STATE, definition_of, field_of, snapshot_of, tag_of
from redengine.tasks.history import NO_JOBS, ActiveJobs, TaskHistory
from redengine.tasks.host import default_host
from redengine.tasks.occurrences import PUNCTUAL, Timing
from redengine.tasks.options import (
    ALIASES,
    CONDITIONS,
    OPTIONS,
    convert_option,
    spread_disabled,
    unknown_options,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping
    from datetime import datetime, tzinfo
    from zoneinfo import ZoneInfo

    from redengine.parameters import ArgumentSource
    from redengine.tasks.host import TaskHost

UNKNOWN: Final = object()
"""Stands for what nobody has worked out yet."""
ON_EXISTS: Final = ("raise", "replace", "ignore", "rename")


_DEFAULTS: Final[Mapping[str, Any]] = {
    **{name: option.default for name, option in OPTIONS.items()},
    "start_cond": None,
    "end_cond": None,
}


class Settings:
    """The options of a task, canonical; never changed, so tasks without any share one."""

    __slots__ = tuple(_DEFAULTS)

    def __init__(self, values: Mapping[str, Any]) -> None:
        for name in _DEFAULTS:
            setattr(self, name, values[name])

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Each option is an attribute."""

    def with_changes(self, changes: Mapping[str, Any]) -> Settings:
        """These settings but for some."""
        return Settings({name: getattr(self, name) for name in _DEFAULTS} | dict(changes))


_PLAIN: Final = Settings(_DEFAULTS)


def _option(name: str) -> Any:
    """An option as an attribute: reading gives the canonical value, assigning validates."""
    return property(attrgetter(f"settings.{name}"), lambda task, value: task.update({name: value}))


class Task(ABC):
    """Base of all tasks; make a `FuncTask`, `CommandTask` or `CodeTask`.

    Every option is an attribute and can be assigned while the session runs; the change
    takes effect at once. `update` changes several in one step.

    Args:
        session: the session to join; the default session if not given.
        on_exists: what to do when the name is taken: "raise", "replace", "ignore", "rename";
            as the session's config `task_pre_exist` says if not given, which is "raise" at first.
        **options: `name`, `start_cond`, `end_cond` and those of `redengine.tasks.options`.

    Raises:
        UnknownName: an option does not exist.
        InvalidInput: an option's value does not fit; all reasons are in `fields`.
        AlreadyExists: the name is taken and `on_exists` is "raise".
    """

    __slots__ = (
        "__weakref__",
        "_json",
        "_name",
        "_tag",
        "active",
        "has_closed_days",
        "hears_own_end",
        "history",
        "host",
        "look_rank",
        "next_known",
        "settings",
        "version",
        "wake",
    )

    kind: ClassVar[str]
    prints_result: ClassVar[bool] = False
    """Whether a job's result is what it printed, which is masked as its output is."""
    """The word for this kind of task in JSON: `class`."""

    body_fields: ClassVar[tuple[str, ...]] = ()
    """The options that say what the task does, such as `command`."""

    name: Any = property(attrgetter("_name"), lambda task, value: task.update({"name": value}))
    """The name by which it is registered; it cannot be assigned."""

    description: Any = _option("description")
    tags: Any = _option("tags")
    start_cond: Any = _option("start_cond")
    end_cond: Any = _option("end_cond")
    execution: Any = _option("execution")
    priority: Any = _option("priority")
    timeout: Any = _option("timeout")
    retries: Any = _option("retries")
    backoff: Any = _option("backoff")
    max_instances: Any = _option("max_instances")
    timezone: Any = _option("timezone")
    missed: Any = _option("missed")
    jitter: Any = _option("jitter")
    grace: Any = _option("grace")
    on_crash: Any = _option("on_crash")
    limits: Any = _option("limits")
    rate: Any = _option("rate")
    disabled: Any = _option("disabled")
    disabled_reason: Any = _option("disabled_reason")
    disabled_until: Any = _option("disabled_until")
    force_run: Any = _option("force_run")
    on_startup: Any = _option("on_startup")
    on_shutdown: Any = _option("on_shutdown")
    permanent: Any = _option("permanent")
    publish: Any = _option("publish")
    parameters: Any = _option("parameters")

    def __init__(
        self,
        *,
        session: TaskHost | None = None,
        on_exists: str | None = None,
        name: str | None = None,
        **options: Any,
    ) -> None:
        if on_exists is not None and on_exists not in ON_EXISTS:
            raise InvalidInput(
                {"on_exists": f"expected one of {', '.join(ON_EXISTS)}, got {on_exists!r}"}
            )
        self.host: TaskHost = session if session is not None else default_host()
        self.history = TaskHistory()
        self.active: ActiveJobs = NO_JOBS
        """The task's jobs that have not ended, oldest first; see `take_job`."""
        self.has_closed_days = False
        self.hears_own_end = True
        self.look_rank = 0
        """Whether the end of its own job can start it anew."""
        self.wake: datetime | None = None
        """The instant of the task's valid place in the agenda."""
        self.version = 0
        self.next_known: Any = UNKNOWN
        """When it starts next, as the session has worked it out; see `engine.next_runs`."""
        self._json: tuple[int, bytes] | None = None
        self._tag: tuple[Settings, str] | None = None
        self.settings = Settings({**_DEFAULTS, **self._converted(options)}) if options else _PLAIN
        self._name: str = convert_option("name", self.default_name() if name is None else name)
        self.host.add_task(self, on_exists)

    # -- what kinds of tasks say of themselves

    @abstractmethod
    def default_name(self) -> str:
        """The name of a task that is not given one."""

    @abstractmethod
    def prepare(
        self, source: ArgumentSource, given: Mapping[str, Any]
    ) -> tuple[Callable[..., Any], dict[str, Any]]:
        """The function that does one job of this task, and its arguments.

        Args:
            source: where arguments are looked up.
            given: the parameters of the task and the job, merged.

        Raises:
            MissingArgument: an argument is needed that nobody gives.
            Exception: whatever looking up or loading raises; the job fails with it.
        """

    @abstractmethod
    def body(self, *, secret: bool = False) -> dict[str, Any]:
        """What the task does, in JSON terms.

        Args:
            secret: also what may not be shown.
        """

    def convert_body(self, name: str, value: Any) -> Any:
        """The canonical value of one of `body_fields`.

        Raises:
            InvalidInput: it does not fit, or cannot be changed.
        """
        raise InvalidInput({name: f"cannot be changed on a {self.kind}, got {shortened(value)}"})

    def apply_body(self, values: Mapping[str, Any]) -> None:
        """Take over converted values of `body_fields`."""

    def checked_parameters(
        self, given: Mapping[str, Any], available: Container[str]
    ) -> Mapping[str, Any]:
        """The parameters of a submission as the task takes them.

        Args:
            given: what the submission gives.
            available: the names that the session's parameters have.

        Raises:
            InvalidInput: one is unknown, missing or of the wrong type; with a reason for each.
        """
        del available
        return given

    def parameter_schema(self) -> dict[str, Any]:
        """The parameters that a job of this task takes, as a JSON schema."""
        return {"type": "object", "additionalProperties": True}

    def secret_names(self) -> list[str]:
        """The session parameters that this task declares to be secret."""
        return []

    def setup(self) -> None:
        """Called when the session starts, before anything runs; raise to refuse the start."""

    def tear_down(self) -> None:
        """Called when the session has stopped or its start was refused: let go of what is left.

        A task that is deleted is told at once, or as the last of its jobs has ended.
        Where the task's job never began, what `setup` took would be kept otherwise.
        """

    # -- options

    def _converted(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Canonical values of several options, or one error with all the reasons."""
        values: dict[str, Any] = {}
        reasons: dict[str, str] = {}
        known = (*_DEFAULTS, *ALIASES, "name", *self.body_fields)
        unknown = unknown_options(given, known, STATE)
        for given_name, value in spread_disabled(given, self.host.zone).items():
            name = ALIASES.get(given_name, given_name)
            if given_name not in known:
                continue
            try:
                if name in CONDITIONS:
                    values[name] = self._condition(name, value)
                elif name in self.body_fields:
                    values[name] = self.convert_body(name, value)
                else:
                    values[name] = convert_option(name, value)
            except InvalidInput as error:
                if name in CONDITIONS and len(given) == 1:
                    raise error.under(name) from None
                reasons |= _renamed(error, name)
        refuse([*unknown, InvalidInput(reasons)] if reasons else unknown)
        return values

    def _condition(self, name: str, value: Any) -> Condition | None:
        if value is None or isinstance(value, Condition):
            return value
        if isinstance(value, str):
            return self.host.parse(value)
        hint = '; to compare a parameter, write param("mode").equals("fast")'
        told = f"expected a condition or its text, got {shortened(value)}"
        raise InvalidInput({name: told + (hint if isinstance(value, bool) else "")})

    def update(self, values: Mapping[str, Any]) -> None:
        """Change several options in one step: all of them, or none if one does not fit.

        Raises:
            UnknownName: an option does not exist.
            InvalidInput: a value does not fit.
        """
        if "name" in values and values["name"] != self.name:
            reason = "cannot be assigned; make another task of that name, and delete this one"
            raise InvalidInput({"name": reason})
        changed = self._converted({key: each for key, each in values.items() if key != "name"})

        def apply() -> None:
            body = {key: each for key, each in changed.items() if key in self.body_fields}
            if body:
                self.apply_body(body)
            options = {key: each for key, each in changed.items() if key not in body}
            self.settings = self.settings.with_changes(options)

        self.host.task_changed(self, frozenset(changed), apply)

    def reset(self, **values: Any) -> None:
        """Set canonical values without telling anybody: for the scheduler, under its lock."""
        self.settings = self.settings.with_changes(values)
        self.touch()

    def simulated(self, host: TaskHost, settings: Settings, history: TaskHistory) -> Task:
        """A copy that another scheduler takes, with options and a history of its own.

        What the task does is copied as it is now.
        """
        copied = object.__new__(type(self))
        for kind in type(self).__mro__:
            for slot in getattr(kind, "__slots__", ()):
                if slot != "__weakref__" and hasattr(self, slot):
                    object.__setattr__(copied, slot, getattr(self, slot))
        if hasattr(self, "__dict__"):  # a user's own kind of task may have no slots
            copied.__dict__.update(self.__dict__)
        copied.host = host
        copied.settings = settings
        copied.history = history
        copied.active = NO_JOBS
        copied.wake = None
        copied.next_known = UNKNOWN
        return copied

    def take_job(self, job: Any) -> None:
        """A job of the task was made; under the session's lock."""
        if self.active is NO_JOBS:
            self.active = ActiveJobs()
        self.active.add(job)

    def rename(self, name: str) -> None:
        """Take another name, before registration only."""
        self._name = name

    # -- state

    @property
    def status(self) -> str | None:
        """The word of the latest action: run, success, fail, terminate, crash, inaction."""
        return self.history.status

    @property
    def zone(self) -> tzinfo:
        """The zone in which its conditions' wall-clock times are read: its own or the session's."""
        own: ZoneInfo | None = self.timezone
        return self.host.zone if own is None else own

    @property
    def timing(self) -> Timing:
        """By how much its starts may differ from their nominal times."""
        jitter, grace = self.jitter, self.grace
        is_punctual = jitter is None and grace is None
        return PUNCTUAL if is_punctual else Timing(self._name, jitter, grace)

    @property
    def is_running(self) -> bool:
        """Whether a job of the task runs now."""
        return self.host.jobs_running(self) > 0

    @property
    def last_run(self) -> datetime | None:
        """When a job last started; aware, UTC."""
        return self._last("run")

    @property
    def last_success(self) -> datetime | None:
        """When a job last succeeded; aware, UTC."""
        return self._last("success")

    @property
    def last_fail(self) -> datetime | None:
        """When a job last failed past its retries; aware, UTC."""
        return self._last("fail")

    @property
    def last_terminate(self) -> datetime | None:
        """When a job was last terminated; aware, UTC."""
        return self._last("terminate")

    @property
    def last_inaction(self) -> datetime | None:
        """When a start was last skipped; aware, UTC."""
        return self._last("inaction")

    @property
    def last_crash(self) -> datetime | None:
        """When a job last crashed; aware, UTC."""
        return self._last("crash")

    def _last(self, action: str) -> datetime | None:
        moment = self.history.last(action)
        return moment.at if moment else None

    @property
    def next_run(self) -> datetime | None:
        """When it starts next, as far as time alone decides; None where other things do."""
        return self.host.next_run(self)

    # -- actions

    def run(self, **parameters: Any) -> Any:
        """Start a job now, whatever the condition says; answers with the `Job`."""
        return self.host.submit_task(self, parameters)

    def terminate(self, reason: str = "terminated by hand") -> int:
        """Ask all running jobs to end; answers with their number."""
        return self.host.terminate_task(self, reason)

    def disable(self, reason: str | None = None, *, until: datetime | str | None = None) -> None:
        """Keep it from starting by itself.

        Args:
            reason: why, shown with the task and with each start that is skipped.
            until: when it is enabled by itself: a time, or a date, at whose beginning; in the
                session's zone unless it has an offset.

        Raises:
            InvalidInput: `until` is no time.
        """
        self.update({"disabled": {"reason": reason, "until": until}})

    def enable(self) -> None:
        """Let it start by itself again."""
        self.update({"disabled": False})

    def is_disabled_at(self, instant: datetime) -> bool:
        """Whether it does not start by itself at an instant."""
        until = self.disabled_until
        return bool(self.disabled) and (until is None or instant < until)

    def delete(self, *, force: bool = False) -> None:
        """Remove the task from its session.

        Args:
            force: also when it runs; its jobs are terminated then.

        Raises:
            Conflict: it runs, and `force` was not given.
        """
        self.host.discard_task(self, force=force)

    def why(self) -> Any:
        """Why it does or does not start: an explanation with evidence."""
        return self.host.explain_task(self)

    def jobs(self) -> Any:
        """Its jobs, newest first."""
        return self.host.jobs_of(self)

    # -- what others see

    def touch(self) -> None:
        """Something that others see has changed."""
        self.version += 1

    def snapshot(self) -> dict[str, Any]:
        """Everything needed to make the task again, and its state."""
        return snapshot_of(self)

    def field(self, name: str) -> Any:
        """One field of the snapshot, without working out the others; None where it has none."""
        return field_of(self, name)

    def definition(self) -> dict[str, Any]:
        """Everything needed to make the task again but its name, also what may not be shown."""
        return definition_of(self)

    def definition_tag(self) -> str:
        """A text that changes with the definition, and with nothing that merely happens."""
        known, settings = self._tag, self.settings
        if known is None or known[0] is not settings:
            known = self._tag = (settings, tag_of(definition_of(self)))
        return known[1]

    def json(self) -> bytes:
        """The snapshot as JSON bytes, kept until something changes."""
        self.host.next_run(self)  # another one than was known is a change
        known, version = self._json, self.version
        if known is None or known[0] != version:
            text = jsontext.dumps(self.snapshot(), default=repr, option=jsontext.OPT_NON_STR_KEYS)
            known = self._json = (version, text)
        return known[1]

    def __repr__(self) -> str:
        condition = f", start_cond={str(self.start_cond)!r}" if self.start_cond else ""
        return f"{self.kind}({self.name!r}{condition})"

    def _repr_html_(self) -> str:
        """For notebooks: what it is, and what became of it; nothing is looked up in the store."""
        shown = ("start_cond", "end_cond", "status", "is_running", "disabled")
        times = ("last_run", "last_success", "last_fail", "next_run")
        pairs = [(name.replace("_", " "), getattr(self, name)) for name in (*shown, *times)]
        pairs.insert(0, ("description", self.description))
        pairs.insert(1, ("tags", ", ".join(self.tags)))
        return facts(f"{self.kind} {self.name}", pairs)


def _renamed(error: InvalidInput, name: str) -> dict[str, str]:
    """The error's reasons, under the option's own name."""
    reasons = error.fields
    if "condition" in reasons and name in CONDITIONS:
        return {name: str(error)}
    return reasons


__all__ = ["ON_EXISTS", "UNKNOWN", "Task"]
