"""RestrictedSession: a session as somebody sees it who may see some of its tasks only.

It stands between the resources and the session, so that no resource has to think of it: what
belongs to other tasks is not there. What concerns the session as a whole can be read, and not
changed. Anything that is not named here is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn

from redengine.conditions.explanation import quote
from redengine.exceptions import NotFound
from redengine.query import Clause
from redengine.scheduler.insight.workers import SPAWNED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date, datetime, tzinfo

    from redengine.api.auth.principal import TaskNames
    from redengine.api.core.ports import ForecastPort, SessionPort, TaskPort
    from redengine.calendars import CalendarDefinition
    from redengine.channels import Channels
    from redengine.conditions import Calendar
    from redengine.query import Query
    from redengine.runtimes import Runtime
    from redengine.scheduler.commands import Commands
    from redengine.scheduler.events import Events
    from redengine.scheduler.jobs.job import Job
    from redengine.simulation.changes import WhatIf
    from redengine.store import JsonPage, Page, Store

_WITHHELD: Final = "is about a task or a channel that this key may not see"


class OwnTasks:
    """The tasks that are seen."""

    def __init__(self, session: SessionPort, names: TaskNames) -> None:
        self._session = session
        self._names = names

    def __getitem__(self, name: str) -> _Task:
        if name not in self:
            raise NotFound("task", name, [task.name for task in self.values()])
        return _Task(self._session.tasks[name], self._hidden)

    def __contains__(self, name: object) -> bool:
        is_seen = isinstance(name, str) and self._names.sees(name)
        return is_seen and name in self._session.tasks

    def get(self, name: str, default: Any = None) -> Any:
        """The task, or `default`."""
        try:
            return self[name]
        except NotFound:
            return default

    def values(self) -> list[TaskPort]:
        """All of them."""
        tasks = self._session.tasks.values()
        return [task for task in tasks if self._names.sees(task.name)]

    def _hidden(self) -> set[str]:
        """How texts write what is not seen: other tasks, and channels with what they have."""
        names = (task.name for task in self._session.tasks.values())
        marks = {mark for name in names if not self._names.sees(name) for mark in _marks_of(name)}
        return marks | {f"channel {quote(name)}" for name in self._session.channels}


class _Task:
    """A task that is seen: all of it, but for what its explanation says of others."""

    def __init__(self, task: TaskPort, hidden: Callable[[], set[str]]) -> None:
        self._task = task
        self._hidden = hidden

    def __getattr__(self, name: str) -> Any:
        return getattr(self._task, name)

    def why(self) -> _Explanation:
        """Why it does or does not start."""
        return _Explanation(self._task.why(), self._hidden())


class _Explanation:
    """An explanation without the evidence that comes from what is not seen."""

    def __init__(self, explanation: Any, marks: set[str]) -> None:
        self._explanation = explanation
        self._marks = marks

    def to_dict(self) -> dict[str, Any]:
        """The explanation as JSON-ready values."""
        found: dict[str, Any] = self._told(self._explanation.to_dict())
        return found

    def _told(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._told(each) for each in value]
        if isinstance(value, str):
            return _WITHHELD if self._tells(value) else value
        if not isinstance(value, dict):
            return value
        if self._tells(str(value.get("text", ""))):
            value = {**value, "evidence": _WITHHELD, "until": None}
        return {key: self._told(each) for key, each in value.items()}

    def __str__(self) -> str:
        return "\n".join(map(self._told_line, str(self._explanation).splitlines()))

    def _told_line(self, line: str) -> str:
        indent = line[: len(line) - len(line.lstrip())]
        return f"{indent}{_WITHHELD}" if self._tells(line) else line

    def _tells(self, text: str) -> bool:
        return any(mark in text for mark in self._marks)


def _marks_of(name: str) -> set[str]:
    """The ways in which texts write a task's name: quoted, as conditions and Python do it."""
    plain = {f"{mark}{name}{mark}" for mark in "'\""}
    escaped = name.replace("\\", "\\\\")
    return {
        *plain,
        quote(name),
        repr(name),
        *(f"{mark}{escaped.replace(mark, chr(92) + mark)}{mark}" for mark in "'\""),
    }


class OwnJobs:
    """The jobs of tasks that are seen."""

    def __init__(self, session: SessionPort, names: TaskNames) -> None:
        self._session = session
        self._names = names

    def query(self, query: Query, /, *, services: bool = False) -> Page:
        """Those that match."""
        return self._session.jobs.query(self._names.narrowed(query, "task"), services=services)


class OwnChanges:
    """The changes of tasks that are seen."""

    def __init__(self, session: SessionPort, names: TaskNames) -> None:
        self._session = session
        self._names = names

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        self._names.refuse()

    def query(self, query: Query, /) -> Page:
        """Those that match."""
        of_tasks = Clause("resource", "text", (), "eq", ("Task",))
        return self._session.changes.query(self._names.narrowed(query, "name", of_tasks))

    def get(self, change_id: int, /) -> Mapping[str, Any]:
        """One of them; raises NotFound."""
        change = self._session.changes.get(change_id)
        if change["resource"] != "Task" or not self._names.sees(str(change["name"])):
            raise NotFound("change", str(change_id))
        return change


class OwnForecast:
    """A forecast of the tasks that are seen."""

    def __init__(self, forecast: ForecastPort, names: TaskNames) -> None:
        self._forecast = forecast
        self._names = names

    def to_dict(self) -> dict[str, Any]:
        """The forecast as JSON-ready values."""
        return {
            key: [each for each in value if self._names.sees(each["task"])]
            if isinstance(value, list)
            else value
            for key, value in self._forecast.to_dict().items()
        }


class OwnReturns:
    """The return values of tasks that are seen."""

    def __init__(self, session: SessionPort, names: TaskNames) -> None:
        self._session = session
        self._names = names

    def snapshot(self) -> dict[str, Any]:
        """Names and values."""
        found = self._session.returns.snapshot()
        return {name: value for name, value in found.items() if self._names.sees(name)}

    def update(self, values: Mapping[str, Any], /) -> None:
        """Set several; raises Forbidden where one is not seen."""
        for name in values:
            self._names.check(name)
        self._session.returns.update(values)


class OwnRuntimes:
    """The runtimes, to be read, with those tasks that are seen."""

    def __init__(self, session: SessionPort, names: TaskNames) -> None:
        self._session = session
        self._names = names

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        self._names.refuse()

    def shown(self, runtime: Mapping[str, Any]) -> dict[str, Any]:
        """A runtime's object."""
        tasks = [name for name in runtime.get("tasks", ()) if self._names.sees(name)]
        return {**runtime, "tasks": tasks}

    def snapshot(self, name: str, /) -> dict[str, Any]:
        """One of them; raises NotFound."""
        return self.shown(self._session.runtimes.snapshot(name))

    def snapshots(self) -> list[dict[str, Any]]:
        """All of them."""
        return [self.shown(each) for each in self._session.runtimes.snapshots()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._session.runtimes)

    def __contains__(self, name: object) -> bool:
        return name in self._session.runtimes

    def __getitem__(self, name: str) -> Runtime:
        return self._session.runtimes[name]

    def remove(self, name: str, **how: bool) -> NoReturn:
        """Refuse to remove one; raises NotFound where there is none."""
        del how
        self.snapshot(name)
        self._names.refuse()


class OwnCalendars:
    """The calendars, to be read, with those tasks that are seen."""

    def __init__(self, session: SessionPort, names: TaskNames) -> None:
        self._session = session
        self._names = names

    def __iter__(self) -> Iterator[str]:
        return iter(self._session.calendars)

    def __contains__(self, name: object) -> bool:
        return name in self._session.calendars

    def __getitem__(self, name: str) -> Calendar:
        return self._session.calendars[name]

    def definition(self, name: str, /) -> CalendarDefinition:
        """What one is made of."""
        return self._session.calendars.definition(name)

    def used_by(self, name: str, /) -> list[str]:
        """The tasks that are seen and name one."""
        used = self._session.calendars.used_by(name)
        return [each for each in used if self._names.sees(each)]

    def today(self, name: str, /) -> date:
        """The day that it is in one."""
        return self._session.calendars.today(name)

    def ends_session(self, name: str, /) -> bool:
        """Whether `shut_cond` names one."""
        return self._session.calendars.ends_session(name)

    def put(self, name: str, definition: CalendarDefinition, /) -> NoReturn:
        """Refuse to change one: it is the whole session's."""
        del name, definition
        self._names.refuse()

    def __delitem__(self, name: str) -> NoReturn:
        del name
        self._names.refuse()


class ReadOnly:
    """Values of the whole session, to be read."""

    def __init__(self, values: Any, names: TaskNames) -> None:
        self._values = values
        self._names = names

    def snapshot(self) -> dict[str, Any]:
        """Names and values."""
        return dict(self._values.snapshot())

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        self._names.refuse()

    @property
    def has_secrets(self) -> bool:
        """Whether there is any value that is masked in texts."""
        return bool(self._values.has_secrets)

    def scrub(self, text: str) -> str:
        """The text without the values of secrets."""
        return str(self._values.scrub(text))

    def is_secret(self, name: str) -> bool:
        """Whether a value is masked."""
        return bool(self._values.is_secret(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self.snapshot())

    def __contains__(self, name: object) -> bool:
        return name in self.snapshot()

    def __getitem__(self, name: str) -> Any:
        """The value as it is shown."""
        return self.snapshot()[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The same, or `default`."""
        return self.snapshot().get(name, default)

    def update(self, values: Mapping[str, Any], /) -> NoReturn:
        """Refuse to change them."""
        del values
        self._names.refuse()

    def __delitem__(self, name: str) -> None:
        self._names.refuse()


class RestrictedSession:
    """The part of a session that belongs to some of its tasks.

    Args:
        session: the session.
        names: the names of these tasks.
    """

    def __init__(self, session: SessionPort, names: TaskNames) -> None:
        self._session: Any = session
        self._names = names
        self.tasks = OwnTasks(session, names)
        self.jobs = OwnJobs(session, names)
        self.changes = OwnChanges(session, names)
        self.returns = OwnReturns(session, names)
        self.runtimes = OwnRuntimes(session, names)
        self.calendars = OwnCalendars(session, names)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        self._names.refuse()

    # -- what is the same for all

    @property
    def parameters(self) -> ReadOnly:
        """The session's parameters, to be read."""
        return ReadOnly(self._session.parameters, self._names)

    @property
    def config(self) -> ReadOnly:
        """The session's configuration, to be read."""
        return ReadOnly(self._session.config, self._names)

    @property
    def store(self) -> Store:
        """The session's store."""
        store: Store = self._session.store
        return store

    @property
    def channels(self) -> Channels:
        """The session's channels; the key's own pattern says which of them are seen."""
        channels: Channels = self._session.channels
        return channels

    @property
    def commands(self) -> Commands:
        """The session's commands; the key's own pattern says which of them are seen."""
        commands: Commands = self._session.commands
        return commands

    @property
    def now(self) -> datetime:
        """The time by the session's clock."""
        now: datetime = self._session.now
        return now

    @property
    def events(self) -> Events:
        """The session's events; who asks says which of them are seen."""
        events: Events = self._session.events
        return events

    @property
    def zone(self) -> tzinfo:
        """The zone of naive times."""
        zone: tzinfo = self._session.zone
        return zone

    @property
    def state(self) -> str:
        """The session's state."""
        return str(self._session.state)

    @property
    def tasks_version(self) -> int:
        """Grows when a task has changed, seen or not."""
        return int(self._session.tasks_version)

    def tasks_since(self, version: int) -> tuple[int, frozenset[str] | None]:
        """Nothing is known of single tasks: some of them are not seen."""
        del version
        return self.tasks_version, None

    def workers(self) -> list[Mapping[str, Any]]:
        """The session's processes, but for what jobs of tasks that are not seen have started."""
        found = self._session.workers()
        return [each for each in found if each["kind"] != SPAWNED or self._names.sees(each["name"])]

    def health(self) -> tuple[bool, Mapping[str, Any]]:
        """Whether all is well."""
        is_well, checks = self._session.health()
        return is_well, checks

    def readiness(self) -> tuple[bool, Mapping[str, Any]]:
        """Whether jobs are taken."""
        is_ready, facts = self._session.readiness()
        return is_ready, facts

    def snapshot(self) -> dict[str, Any]:
        """The session's object, with the tasks that are seen."""
        found = dict(self._session.snapshot())
        if "tasks" in found:
            found["tasks"] = [name for name in found["tasks"] if self._names.sees(name)]
        if "returns" in found:
            found["returns"] = self.returns.snapshot()
        return found

    # -- tasks

    def create_task(self, data: Mapping[str, Any], /, *, on_exists: str = "raise") -> TaskPort:
        """Make a task whose name matches.

        Raises:
            Forbidden: it does not.
        """
        self._names.check(str(data.get("name")))
        task: TaskPort = self._session.create_task(data, on_exists=on_exists)
        return task

    def doubts_of(self, task: TaskPort) -> Any:
        """What of the condition of a task that is seen may not be meant."""
        own = self._session.tasks[self.tasks[task.name].name]
        return self._session.doubts_of(own, self._names.sees)

    def lint_condition(self, text: str, task: str | None = None) -> Any:
        """What of a condition is wrong; tasks that are not seen do not exist for it.

        Raises:
            Forbidden: the task is not seen.
        """
        if task is not None:
            self._names.check(task)
        return self._session.lint_condition(text, task, self._names.sees)

    def explain_condition(
        self, text: str, timezone: str | None = None, task: str | None = None
    ) -> Any:
        """A condition in plain words; tasks that are not seen do not exist for it.

        Raises:
            Forbidden: the task is not seen.
        """
        if task is not None:
            self._names.check(task)
        return self._session.explain_condition(text, timezone, task, self._names.sees)

    def dependencies(self) -> list[Mapping[str, Any]]:
        """The links between tasks of which both are seen."""
        sees = self._names.sees
        links = self._session.dependencies()
        return [link for link in links if sees(link["parent"]) and sees(link["child"])]

    def forecast(self, until: datetime, /, task: str | None = None) -> OwnForecast:
        """The predicted starts of tasks that are seen."""
        return OwnForecast(self._session.forecast(until, task=task), self._names)

    def what_if(self, change: Callable[[Any], object], /) -> WhatIf:
        """How a change of tasks that are seen would alter their starts."""

        def restricted(stand_in: SessionPort) -> None:
            change(RestrictedSession(stand_in, self._names))

        found: WhatIf = self._session.what_if(restricted)
        return found.only(self._names.sees)

    def capabilities(self) -> dict[str, Any]:
        """What can be submitted of what is seen."""
        found = dict(self._session.capabilities())
        found["tasks"] = [task for task in found["tasks"] if self._names.sees(task["name"])]
        found["runtimes"] = [self.runtimes.shown(each) for each in found["runtimes"]]
        return found

    # -- jobs and their records

    def accept_job(
        self, task: Any, parameters: Mapping[str, Any], /, **options: Any
    ) -> tuple[Job, bool]:
        """Start a job of a task that is seen, or find the one that the id names.

        Raises:
            NotFound: the id names a job of a task that is not seen.
        """
        own = self._session.tasks[self.tasks[task.name].name]
        found: tuple[Job, bool] = self._session.accept_job(own, parameters, **options)
        return found

    def is_expired(self, job_id: str, /) -> bool:
        """Whether a job was there and is forgotten: nobody knows whose it was."""
        del job_id
        return False

    def job(self, job_id: str, /) -> Job:
        """A job of a task that is seen.

        Raises:
            NotFound: there is none.
        """
        job: Job = self._session.job(job_id)
        if not self._names.sees(str(job.snapshot()["task"])):
            raise NotFound("job", job_id)
        return job

    def output(self, job_id: str, after: int, limit: int) -> Any:
        """Lines of a job's output."""
        self.job(job_id)
        return self._session.output(job_id, after, limit)

    def delete_job(self, job_id: str) -> None:
        """Forget a job."""
        self.job(job_id)
        self._session.delete_job(job_id)

    def wait_for_output(self, job_id: str, after: int, timeout: float) -> bool:
        """Wait for a line of a job's output."""
        self.job(job_id)
        return bool(self._session.wait_for_output(job_id, after, timeout))

    def logs_page(self, query: Query, /) -> JsonPage:
        """Log records of tasks that are seen."""
        page: JsonPage = self._session.logs_page(self._names.narrowed(query, "task_name"))
        return page
