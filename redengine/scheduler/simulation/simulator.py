"""Simulator: a session's double on a virtual clock, which only pretends to run its tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redengine.clock import ManualClock
from redengine.runtimes import Outcome
from redengine.scheduler.jobs.submission import JobRequest
from redengine.scheduler.simulation.virtual import VirtualEnvironment, advance
from redengine.tasks.spec import CLASSES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from redengine.runtimes import Execution
    from redengine.scheduler.core import Core
    from redengine.scheduler.jobs.job import Job
    from redengine.sessions import Session
    from redengine.tasks import Task


class DoneCommit:
    """A commit of something that is settled already."""

    done = True

    def wait(self, timeout: float | None = None) -> None:
        """Return at once."""

    def then(self, callback: Any) -> None:
        """Call back at once."""
        callback()


class NullStore:
    """Takes everything and remembers nothing (the part of `store.Store` that a recorder uses)."""

    durable = False
    is_open = False
    healthy = True
    url = place = "none"
    last_error: str | None = None
    outage_s = 0.0
    has_room = True
    _commit = DoneCommit()

    def write(self, *entries: Any, owed: bool = False) -> DoneCommit:
        """Forget the entries."""
        del entries, owed
        return self._commit

    def flush(self, timeout: float | None = None) -> None:
        """Nothing is kept back."""

    def close(self, timeout: float | None = None) -> None:
        """Nothing is open."""

    def reopen(self) -> None:
        """Nothing was closed."""

    def relieve(self) -> None:
        """Nothing waits."""

    def keep(self, **bounds: Any) -> None:
        """Nothing is kept anyway."""
        del bounds

    def wait_at_most(self, patience: timedelta) -> None:
        """Nothing waits."""
        del patience

    def last_order(self) -> int:
        """No record has a number."""
        return 0

    def histories(self, now: Any = None) -> dict[str, Any]:
        """Nobody is remembered."""
        del now
        return {}

    def moments(self, task: str, action: str, since: Any = None) -> list[Any]:
        """Nothing is remembered."""
        del task, action, since
        return []

    def returns(self) -> dict[str, Any]:
        """No return value is remembered."""
        return {}

    def state(self, key: str) -> None:
        """Nothing is remembered."""
        del key

    def api_keys(self) -> list[Any]:
        """No key is remembered."""
        return []

    def jobs_in_state(self, *statuses: str) -> list[dict[str, Any]]:
        """No job is remembered."""
        del statuses
        return []

    def durations(self, tasks: Any, number: int = 20) -> dict[str, list[float]]:
        """Nothing is remembered."""
        del tasks, number
        return {}


_COPIED: Final = ("timezone", "execution")
"""The configuration on which starts depend."""
_BATCH: Final = 32
"""So many tasks are copied before the session's lock is given free."""
_FOREVER: Final = timedelta(days=3660)
"""How long a paused job takes: nobody resumes it in a forecast."""
_RESUMED: Final = "running"
"""The trigger of jobs that were active before."""


def _pretend(execution: Execution) -> Outcome:
    del execution
    return Outcome("success")


class SimulatedEnvironment(VirtualEnvironment):
    """Runtimes that only pretend to run, for as long as each task usually takes."""

    runs_code = False
    perform = staticmethod(_pretend)

    def __init__(self, clock: ManualClock, durations: Mapping[str, timedelta]) -> None:
        super().__init__(clock, self._duration)
        self._durations = durations
        self.remaining: dict[str, timedelta] = {}

    def _duration(self, execution: Execution) -> timedelta:
        left = self.remaining.pop(execution.id, None)
        if left is not None:
            return left
        return self._durations.get(execution.context.task, timedelta(0))


class _Seen(NamedTuple):
    """An active job of the session, as it was when its task was copied.

    Attributes:
        task: the task's name.
        status: queued, run or paused.
        is_held: whether it waits in the queue until somebody resumes it.
        is_resting: whether it takes no slot of its task.
        started_at: when it began.
        request: what was asked for with it.
    """

    task: str
    status: str
    is_held: bool
    is_resting: bool
    started_at: datetime | None
    request: JobRequest

    @classmethod
    def of(cls, job: Job) -> _Seen:
        """What is seen of a job, under the session's lock."""
        waits = job.status == "queued" and job.execution is None
        request = JobRequest(
            priority=job.priority,
            runtime=job.runtime,
            retries=job.retries,
            deadline=job.deadline,
            run_at=job.run_at if waits else None,
        )
        active = None if job.definition is None else job.definition.active
        is_resting = active is not None and active.is_resting(job)
        return cls(job.task, job.status, job.is_held, is_resting, job.started_at, request)


class Simulator:
    """A double with the same tasks, parameters, runtimes and custom conditions.

    The session's lock is taken for a few tasks at a time: each task is copied as it is at one
    instant, together with its active jobs.

    Args:
        session: whose double it is; left as it is.
        durations: how long jobs of each task usually take; asked of the store if not given.

    Attributes:
        session: the double, not started.
        environment: where its jobs pretend to run.
        durations: how long jobs of each task usually take.
        now: the instant at which its time stands still.
    """

    def __init__(self, session: Session, durations: Mapping[str, timedelta] | None = None) -> None:
        from redengine.sessions import Session

        self._origin = core = session._core  # noqa: SLF001 - part of the session
        self.durations = usual_durations(core) if durations is None else durations
        self.now: datetime = core.clock.now()
        clock = ManualClock(self.now)
        self.environment = SimulatedEnvironment(clock, self.durations)
        self.session = Session(store=NullStore(), clock=clock, environment=self.environment)  # type: ignore[arg-type] # remembers nothing, which is enough
        self.core: Core = self.session._core  # noqa: SLF001 - made here
        self.core.tells_doubts = False  # they were told when the session got the task
        self._active: list[_Seen] = []
        self._copy(session)

    def _copy(self, session: Session) -> None:
        """Give the double the same tasks, parameters and checks."""
        core, other = self._origin, self.core
        self.session._names = session._names  # noqa: SLF001 - made here
        with core.lock:
            tasks = list(core.tasks.values())
            parameters, checks = dict(core.parameters), dict(core.checks)
            runtimes = [(name, each.kind, each.size) for name, each in core.runtimes.items()]
            config = {key: core.config[key] for key in _COPIED}
        other.parameters.update(parameters)
        other.checks.update(checks)
        for name, kind, size in runtimes:
            if name in other.runtimes:
                other.runtimes[name].resize(size)
            else:
                self.environment.add_runtime(other, name, kind, size)
        other.config.update(config)
        for first in range(0, len(tasks), _BATCH):
            for task in self._copied(tasks[first : first + _BATCH]):
                self.session.add_task(task, "raise")
        other.recorder.order = max(core.recorder.order, other.recorder.order)

    def _copied(self, tasks: Sequence[Task]) -> list[Task]:
        """Copies of some tasks; their active jobs are noted."""
        core, copies = self._origin, []
        with core.lock:
            for task in tasks:
                is_copied = task.kind in CLASSES or not task.permanent
                if is_copied and core.tasks.get(task.name) is task:
                    copies.append(task.simulator(self.session))
                    self._active += [_Seen.of(job) for job in task.active if job.id in core.jobs]
        return copies

    def begin(self) -> None:
        """Start the double, with the jobs that are active now."""
        for each in self.session.tasks.values():
            if each.permanent:  # it would never end
                each.delete(force=True)
        self.session.start(block=False)
        with self.core.lock:
            self.core.started_at = self._origin.started_at or self.now
            for seen in sorted(self._active, key=lambda each: each.status == "queued"):
                self._resume(seen)  # those first that hold a place

    def _resume(self, seen: _Seen) -> None:
        """Let a job of the session stand on the double where it stands: it holds the same slot."""
        task = self.core.tasks.get(seen.task)
        if task is None:
            return
        job = self.session._starts.start(task, _RESUMED, request=seen.request)  # noqa: SLF001 - made here
        if seen.request.run_at is not None and not seen.is_resting:
            task.active.wake(job)  # it waits for another attempt, or for the rate
        if seen.is_held:
            job.pause()
        elif seen.status == "paused":
            self.environment.remaining[job.id] = _FOREVER
        elif seen.status == "run":
            elapsed = self.now - seen.started_at if seen.started_at else timedelta(0)
            left = self.durations.get(seen.task, timedelta(0)) - elapsed
            self.environment.remaining[job.id] = max(left, timedelta(0))

    def advance(self, until: datetime, is_enough: Callable[[], bool]) -> None:
        """Let virtual time pass until an instant, or until it is enough."""
        engine = self.session._engine  # noqa: SLF001 - made here
        advance(self.core, engine, self.environment, until, is_enough)


def usual_durations(core: Core) -> dict[str, timedelta]:
    """How long jobs usually take, by task; only of those that have succeeded once."""
    with core.lock:
        tasks = list(core.tasks.values())
    return core.recorder.usual_durations(
        task.name for task in tasks if task.history.last("success") is not None
    )
