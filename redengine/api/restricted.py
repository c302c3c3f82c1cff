"""RestrictedSession: a session as somebody sees it who may see some of its tasks only.

It stands between the resources and the session, so that no resource has to think of it: what
belongs to other tasks is not there. What concerns the session as a whole can be read, and not
changed. Anything that is not named here is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from redengine.api.restricted_parts import (
    OwnChanges,
    OwnForecast,
    OwnJobs,
    OwnReturns,
    OwnRuntimes,
    OwnTasks,
    ReadOnly,
)
from redengine.exceptions import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from redengine.api.ports import JobPort, JsonPagePort, SessionPort, StorePort, TaskPort
    from redengine.api.task_names import TaskNames
    from redengine.query import Query


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
    def store(self) -> StorePort:
        """The session's store."""
        store: StorePort = self._session.store
        return store

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
        return self._session.doubts_of(self._session.tasks[self.tasks[task.name].name])

    def dependencies(self) -> list[Mapping[str, Any]]:
        """The links between tasks of which both are seen."""
        sees = self._names.sees
        links = self._session.dependencies()
        return [link for link in links if sees(link["parent"]) and sees(link["child"])]

    def forecast(self, until: datetime, /, task: str | None = None) -> OwnForecast:
        """The predicted starts of tasks that are seen."""
        return OwnForecast(self._session.forecast(until, task=task), self._names)

    def capabilities(self) -> dict[str, Any]:
        """What can be submitted of what is seen."""
        found = dict(self._session.capabilities())
        found["tasks"] = [task for task in found["tasks"] if self._names.sees(task["name"])]
        found["runtimes"] = [self.runtimes.shown(each) for each in found["runtimes"]]
        return found

    # -- jobs and their records

    def accept_job(
        self, task: Any, parameters: Mapping[str, Any], /, **options: Any
    ) -> tuple[JobPort, bool]:
        """Start a job of a task that is seen, or find the one that the id names.

        Raises:
            NotFound: the id names a job of a task that is not seen.
        """
        own = self._session.tasks[self.tasks[task.name].name]
        found: tuple[JobPort, bool] = self._session.accept_job(own, parameters, **options)
        return found

    def is_expired(self, job_id: str, /) -> bool:
        """Whether a job was there and is forgotten: nobody knows whose it was."""
        del job_id
        return False

    def job(self, job_id: str, /) -> JobPort:
        """A job of a task that is seen.

        Raises:
            NotFound: there is none.
        """
        job: JobPort = self._session.job(job_id)
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

    def logs_page(self, query: Query, /) -> JsonPagePort:
        """Log records of tasks that are seen."""
        page: JsonPagePort = self._session.logs_page(self._names.narrowed(query, "task_name"))
        return page
