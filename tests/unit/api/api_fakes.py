"""A small session behind the API's port, for tests of the API alone."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, NamedTuple

import orjson

from redengine.api.core.encoding import to_json
from redengine.api.rest import make_rest
from redengine.channels import Channels
from redengine.clock import SystemClock
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
from redengine.scheduler.commands import Commands
from redengine.scheduler.core import Core
from redengine.scheduler.events import Events
from redengine.scheduler.runtimes import Removed
from redengine.scheduler.runtimes import Runtimes as RealRuntimes
from redengine.store import JsonPage, KeyEntry
from redengine.tasks.definition import tag_of

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


AT = datetime(2026, 11, 21, tzinfo=UTC)


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

    def field(self, name: str) -> Any:
        return self.data.get(name)

    def json(self) -> bytes:
        return orjson.dumps(self.data)

    def definition(self) -> dict[str, Any]:
        passing = ("name", "status", "last_run", "force_run")
        return {key: value for key, value in self.data.items() if key not in passing}

    def definition_tag(self) -> str:
        return tag_of(self.definition())

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

    def get(self, name: str) -> FakeTask | None:
        return self.by_name.get(name)

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
        self.options: dict[str, Any] = {}
        self.allowed_actions = ["cancel", "terminate", "pause"]
        self.live_stack: str | None = None

    def wait(self, timeout: float | None = None) -> bool:
        return self.status in {"success", "fail", "cancel", "terminate"}

    def stack(self) -> str | None:
        return self.live_stack

    def pause(self) -> str:
        if self.status == "paused":
            raise Conflict("it is paused", status=self.status, allowed_actions=["resume"])
        self.status = "paused"
        return "held"

    def resume(self) -> None:
        if self.status != "paused":
            raise Conflict("it is not paused", status=self.status, allowed_actions=["pause"])
        self.status = "queued"

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

    def query(self, query: Any, *, services: bool = False) -> Page:
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
    """An audit trail in a list."""

    def __init__(self) -> None:
        self.trail: list[dict[str, Any]] = []
        self.sealed: dict[int, dict[str, Any]] = {}

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The changes alone."""
        return [item for item in self.trail if item["kind"] == "change"]

    def record(self, *entries) -> Receipt:
        for entry in entries:
            item = orjson.loads(orjson.dumps(entry._asdict()))
            item |= {"id": len(self.trail) + 1, "created": AT, "reverted_by": None}
            self.sealed[item["id"]] = item.pop("sealed") or {}
            self.trail.append(item)
            if entry.reverts is not None:
                self.get(entry.reverts)["reverted_by"] = item["id"]
        return Receipt()

    def query(self, query: Any) -> Page:
        return Page(*query.apply(self.trail))

    def get(self, change_id: int) -> dict[str, Any]:
        for entry in self.trail:
            if entry["id"] == change_id:
                return entry
        raise NotFound("change", str(change_id))

    def whole(self, after: int = 0, limit: int = 1_000, **fields: Any) -> list[dict[str, Any]]:
        found = [
            {**item, **self.sealed[item["id"]]}
            for item in self.entries
            if item["id"] > after and all(item[name] == each for name, each in fields.items())
        ]
        return found[:limit]


class FakeApiKeys:
    """Keys in a dictionary."""

    def __init__(self) -> None:
        self.entries: dict[str, KeyEntry] = {}
        self.version = 0

    def all(self) -> dict[str, KeyEntry]:
        return self.entries

    def add(self, entry: KeyEntry) -> None:
        self.entries[entry.name] = entry
        self.version += 1

    def revoke(self, name: str, at: datetime) -> None:
        self.add(self.entries[name]._replace(revoked_at=at))


class FakeStore:
    """A store that keeps nothing and can be broken."""

    durable = True
    healthy = True
    url = "sqlite:///fake.db"
    last_error: str | None = None


class FakeRuntimes:
    """Runtimes that run nothing; a name in `needed` is in use."""

    reasons_against = RealRuntimes.reasons_against
    own = ("thread", "process")

    def __iter__(self):
        return iter(self.by_name)

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def __getitem__(self, name: str) -> Any:
        return SimpleNamespace(**self.snapshot(name))

    def __init__(self, session: FakeSession) -> None:
        self.session = session
        self.by_name: dict[str, dict[str, Any]] = {}
        self.needed: set[str] = set()
        for name in ("thread", "process"):
            self.create(name, name, 4)

    @property
    def default(self) -> str:
        return self.session.config.values["execution"]

    def snapshot(self, name: str) -> dict[str, Any]:
        if name not in self.by_name:
            raise NotFound("runtime", name, self.by_name)
        return {**self.by_name[name], "is_default": name == self.default}

    def snapshots(self) -> list[dict[str, Any]]:
        return [self.snapshot(name) for name in self.by_name]

    def create(self, name: str, kind: str, size: int, *, is_default: bool = False) -> None:
        if name in self.by_name:
            raise AlreadyExists("runtime", name)
        self.by_name[name] = {
            "runtime_id": name,
            "kind": kind,
            "status": "open",
            "size": size,
            "thread_pool_size": size,
            "queued": 0,
            "tasks": [],
        }
        if is_default:
            self.make_default(name)

    def resize(self, name: str, size: int) -> None:
        self.by_name[name] |= {"size": size, "thread_pool_size": size}

    def make_default(self, name: str) -> None:
        self.session.config.values["execution"] = name

    def remove(self, name: str, *, force: bool, wait: bool) -> Removed:
        assert not wait, "a request would wait for jobs to end"
        self.snapshot(name)
        if name in ("thread", "process"):
            raise Conflict(f"every session has a runtime '{name}'")
        if not force and (name in self.needed or name == self.default):
            raise Conflict(f"runtime '{name}' is in use")
        if name == self.default:
            self.make_default("thread")
        del self.by_name[name]
        tasks = ["fetch"] if name in self.needed else []
        return Removed(runtime_id=name, default=self.default, tasks=tasks, moved=[], ended=[])


class FakeMetrics:
    """Counts requests in a list."""

    content_type = "text/plain; version=0.0.4; charset=utf-8"

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, int]] = []

    def text(self) -> bytes:
        return b"# nothing is counted\n"

    def note_request(self, route: str, method: str, status: int, seconds: float) -> None:
        assert seconds >= 0
        self.requests.append((route, method, status))


class Forecast:
    """What a forecast was asked for."""

    def __init__(self, until: datetime, task: str | None) -> None:
        self.until = until
        self.task = task

    def to_dict(self) -> dict[str, Any]:
        return {"until": self.until, "task": self.task, "starts": []}


class FakeCalendars(dict[str, Any]):
    """No calendars."""

    def ends_session(self, name: str) -> bool:
        return False


def fake_core() -> Any:
    """As much of a session's state as its channels need."""
    core: Any = Core(SystemClock())
    core.channels = {}
    core.config = SimpleNamespace(timezone=UTC)
    core.recorder = SimpleNamespace(order=0)
    return core


class FakeSession:
    """A session that runs nothing."""

    zone = UTC
    is_virtual = False
    is_restarting = False

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def __init__(self) -> None:
        self.tasks = FakeTasks()
        self.calendars = FakeCalendars()
        self.jobs = FakeJobs()
        self.parameters = Parameters({"env": "test"})
        self.returns = Values(None, fetch=42)
        self.config = Values(
            ("timeout", "max_threads", "execution"),
            timeout=None,
            max_threads=8,
            execution="thread",
        )
        self.runtimes = FakeRuntimes(self)
        self.metrics = FakeMetrics()
        self.events = Events()
        self.changes = FakeChanges()
        self.api_keys = FakeApiKeys()
        self.store = FakeStore()
        self.state = "running"
        self.tasks_version = 0
        self.records: list[dict[str, Any]] = []
        self.links: list[dict[str, Any]] = []
        self.is_well = True
        self.reasons: list[str] = []
        self.channels = Channels(fake_core())
        self.calls: list[str] = []
        self.registered: list[Any] = []
        self.rest = make_rest(self)
        core: Any = SimpleNamespace(
            session=self,
            clock=SystemClock(),
            state="running",
            deciding=None,
            refuse_fork=lambda: None,
        )
        self.commands = Commands(core)

    def workers(self) -> list[dict[str, Any]]:
        return [
            {
                "name": "fake",
                "pid": 17,
                "host": "here",
                "kind": "main",
                "session": "fake",
                "since": AT,
            }
        ]

    def tasks_since(self, version: int) -> tuple[int, None]:
        del version
        return self.tasks_version, None

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

    def accept_job(
        self,
        definition: FakeTask,
        parameters: dict[str, Any],
        *,
        job_id: str | None = None,
        trigger: str = "run",
        options: dict[str, Any] | None = None,
    ) -> tuple[FakeJob, bool]:
        job_id = job_id or f"job-{len(self.jobs.by_id) + 1}"
        known = self.jobs.by_id.get(job_id)
        if known is not None:
            if (known.task, known.parameters) != (definition.name, parameters):
                raise AlreadyExists("job", job_id)
            return known, False
        job = FakeJob(job_id, definition.name, parameters)
        job.options = options or {}
        self.jobs.by_id[job.id] = job
        return job, True

    def delete_job(self, job_id: str) -> None:
        if not self.job(job_id).wait(0):
            raise Conflict("it has not ended", status="queued", allowed_actions=["cancel"])
        del self.jobs.by_id[job_id]

    def is_expired(self, job_id: str) -> bool:
        return job_id == "long-ago"

    def wait_for_output(self, job_id: str, after: int, timeout: float) -> bool:
        self.calls.append(f"wait_for_output {job_id} {after}")
        return after < 5

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
        return self.is_well, {"status": "healthy" if self.is_well else "unhealthy"}

    def readiness(self) -> tuple[bool, dict[str, Any]]:
        return not self.reasons, {"status": "ready", "reasons": self.reasons}

    def capabilities(self) -> dict[str, Any]:
        return {
            "tasks": [{"name": name, "parameters": {}} for name in self.tasks.by_name],
            "runtimes": self.runtimes.snapshots(),
            "limits": {"max_queue_size": 1000},
        }

    # what a task needs of its session

    def add_task(self, task: Any, on_exists: str) -> Any:
        if isinstance(task, FakeTask):
            self.tasks.by_name[task.name] = task
        else:
            self.registered.append(task)
        return task

    def doubts_of(self, task: Any, *known: Any) -> tuple[str, ...]:
        del task, known
        return ()

    def parse(self, text: str) -> None:
        assert text == "always true"
