"""A small session behind the API's port, for tests of the API alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from redengine.api.encoding import to_json
from redengine.api.rest import make_rest
from redengine.exceptions import (
    AlreadyExists,
    Conflict,
    InvalidInput,
    JobFailed,
    NotFound,
    UnknownName,
    WaitTimeout,
)
from redengine.parameters import Parameters
from redengine.store import JsonPage

SETTABLE = (
    "name",
    "class",
    "description",
    "start_cond",
    "disabled",
    "priority",
    "parameters",
    "command",
    "code",
    "func",
    "path",
    "force_run",
    "force_termination",
)


class Page(NamedTuple):
    """A part of a list."""

    items: list[dict[str, Any]]
    total: int


class Explanation:
    """An explanation of one line."""

    def to_dict(self) -> dict[str, Any]:
        return {"text": "every 10 seconds", "holds": False, "children": []}

    def __str__(self) -> str:
        return "✗ every 10 seconds"


class FakeTask:
    """A task that does nothing."""

    def __init__(self, session: FakeSession, data: dict[str, Any]) -> None:
        self.session = session
        self.name: str = data["name"]
        self.data = {
            "class": "CodeTask",
            "disabled": False,
            "priority": 0,
            "parameters": {},
            "status": None,
            "last_run": None,
            **data,
        }
        self.is_running = False
        self.terminated: list[str] = []

    def snapshot(self) -> dict[str, Any]:
        return dict(self.data)

    def json(self) -> bytes:
        return orjson.dumps(self.data)

    def update(self, data: dict[str, Any]) -> None:
        for key in data:
            if key not in SETTABLE:
                raise UnknownName("field", key, SETTABLE)
        if not isinstance(data.get("priority", 0), int):
            raise InvalidInput({"priority": "expected a whole number"})
        self.data |= data
        self.session.tasks_version += 1

    def delete(self, *, force: bool = False) -> None:
        if self.is_running and not force:
            message = f"task '{self.name}' runs; use force"
            raise Conflict(message, task=self.name)
        del self.session.tasks.by_name[self.name]
        self.session.tasks_version += 1

    def terminate(self, reason: str) -> None:
        self.terminated.append(reason)

    def why(self) -> Explanation:
        return Explanation()


class FakeTasks:
    """Tasks by name."""

    def __init__(self) -> None:
        self.by_name: dict[str, FakeTask] = {}

    def __getitem__(self, name: str) -> FakeTask:
        if name not in self.by_name:
            raise NotFound("task", name, self.by_name)
        return self.by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def values(self) -> list[FakeTask]:
        return list(self.by_name.values())


class FakeJob:
    """A job that never ends unless it is told how."""

    def __init__(self, job_id: str, task: str, parameters: dict[str, Any]) -> None:
        self.id = job_id
        self.task = task
        self.parameters = parameters
        self.status = "queued"
        self.value: Any = None

    def snapshot(self) -> dict[str, Any]:
        return {
            "job_id": self.id,
            "task": self.task,
            "status": self.status,
            "parameters": self.parameters,
            "error": "ValueError: no" if self.status == "fail" else None,
        }

    def result(self, timeout: float | None = None) -> Any:
        if self.status == "success":
            return self.value
        if self.status == "fail":
            raise JobFailed(self.id, self.task, "ValueError: no")
        raise WaitTimeout(f"the end of job {self.id}", timeout or 0)

    def cancel(self) -> None:
        if self.status != "queued":
            message = f"job {self.id} is {self.status}; only a queued job can be cancelled"
            raise Conflict(message, status=self.status, allowed=["terminate"])
        self.status = "cancel"

    def terminate(self, reason: str) -> None:
        self.status = "terminate"


class FakeJobs:
    """Jobs by id."""

    def __init__(self) -> None:
        self.by_id: dict[str, FakeJob] = {}

    def query(self, query: Any) -> Page:
        jobs = [job.snapshot() for job in reversed(self.by_id.values())]
        return Page(*query.apply(jobs))


class Values:
    """Configuration or returns."""

    def __init__(self, known: tuple[str, ...] | None = None, **values: Any) -> None:
        self.known = known
        self.values = values

    def snapshot(self) -> dict[str, Any]:
        return dict(self.values)

    def update(self, values: dict[str, Any]) -> None:
        for key in values:
            if self.known is not None and key not in self.known:
                raise UnknownName("config key", key, self.known)
        self.values |= values


class Receipt:
    """Something that is durable at once; counts who waited."""

    waits = 0

    def wait(self, timeout: float | None = None) -> None:
        Receipt.waits += 1


class FakeChanges:
    """A journal in a list."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def record(self, resource, name, method, data, actor, request_id) -> Receipt:
        self.entries.append(
            {
                "id": len(self.entries) + 1,
                "at": datetime(2026, 11, 21, tzinfo=UTC),
                "resource": resource,
                "name": name,
                "method": method,
                "data": orjson.loads(orjson.dumps(data)),
                "actor": actor,
                "request_id": request_id,
            }
        )
        return Receipt()

    def query(self, query: Any) -> Page:
        return Page(*query.apply(self.entries))

    def get(self, change_id: int) -> dict[str, Any]:
        for entry in self.entries:
            if entry["id"] == change_id:
                return entry
        raise NotFound("change", str(change_id))


class FakeStore:
    """A store that keeps nothing and can be broken."""

    durable = True
    healthy = True
    url = "sqlite:///fake.db"
    last_error: str | None = None


class Forecast:
    """What a forecast was asked for."""

    def __init__(self, until: datetime, task: str | None) -> None:
        self.until = until
        self.task = task

    def to_dict(self) -> dict[str, Any]:
        return {"until": self.until, "task": self.task, "starts": []}


class FakeSession:
    """A session that runs nothing."""

    zone = UTC

    def __init__(self) -> None:
        self.tasks = FakeTasks()
        self.jobs = FakeJobs()
        self.parameters = Parameters({"env": "test"})
        self.returns = Values(None, fetch=42)
        self.config = Values(("timeout", "max_threads"), timeout=None, max_threads=8)
        self.changes = FakeChanges()
        self.store = FakeStore()
        self.state = "running"
        self.tasks_version = 0
        self.records: list[dict[str, Any]] = []
        self.links: list[dict[str, Any]] = []
        self.is_well = True
        self.calls: list[str] = []
        self.registered: list[Any] = []
        self.rest = make_rest(self)

    def create_task(self, data: dict[str, Any], *, on_exists: str = "raise") -> FakeTask:
        for key in data:
            if key not in SETTABLE:
                raise UnknownName("field", key, SETTABLE)
        if len(data["name"]) > 200:
            raise InvalidInput({"name": "has too many characters"})
        if data["name"] in self.tasks and on_exists == "raise":
            raise AlreadyExists("task", data["name"])
        task = FakeTask(self, data)
        self.tasks.by_name[task.name] = task
        self.tasks_version += 1
        return task

    def submit_task(
        self,
        definition: FakeTask,
        parameters: dict[str, Any],
        *,
        job_id: str | None = None,
        trigger: str = "run",
    ) -> FakeJob:
        job_id = job_id or f"job-{len(self.jobs.by_id) + 1}"
        known = self.jobs.by_id.get(job_id)
        if known is not None:
            if (known.task, known.parameters) != (definition.name, parameters):
                raise AlreadyExists("job", job_id)
            return known
        job = FakeJob(job_id, definition.name, parameters)
        self.jobs.by_id[job.id] = job
        return job

    def job(self, job_id: str) -> FakeJob:
        if job_id not in self.jobs.by_id:
            raise NotFound("job", job_id)
        return self.jobs.by_id[job_id]

    def logs_page(self, query: Any) -> JsonPage:
        items, total = query.apply(self.records)
        return JsonPage(to_json(list(items)), total)

    def output(self, job_id: str, after: int, limit: int) -> list[dict[str, Any]]:
        lines = [{"seq": seq, "stream": "stdout", "text": f"line {seq}"} for seq in range(1, 6)]
        return [line for line in lines if line["seq"] > after][:limit]

    def snapshot(self) -> dict[str, Any]:
        return {"state": self.state, "tasks": list(self.tasks.by_name)}

    def pause(self) -> None:
        self.state = "paused"

    def resume(self) -> None:
        self.state = "running"

    def shut_down(self, timeout: float | None = None, *, wait: bool = True) -> None:
        assert not wait, "the API would wait for its own end"
        self.state = "stopping"
        self.calls.append("shut_down")

    def restart(self) -> None:
        self.state = "stopping"
        self.calls.append("restart")

    def dependencies(self) -> list[dict[str, Any]]:
        return self.links

    def forecast(self, until: datetime, *, task: str | None = None) -> Forecast:
        return Forecast(until, task)

    def health(self) -> tuple[bool, dict[str, Any]]:
        return self.is_well, {"status": "ok" if self.is_well else "unwell"}

    # what a task needs of its session

    def add_task(self, task: Any, on_exists: str) -> Any:
        self.registered.append(task)
        return task

    def parse(self, text: str) -> None:
        assert text == "always true"
