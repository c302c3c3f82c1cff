"""Simulator: a scheduler on a virtual clock, which only pretends to run its tasks."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from redengine.clock import ManualClock
from redengine.runtimes import Outcome
from redengine.scheduler.events.bus import Events
from redengine.scheduler.hosting import Hosting
from redengine.scheduler.recording.recorder import Recorder
from redengine.simulation.virtual import VirtualEnvironment, advance
from redengine.tasks import TaskHistory
from redengine.tasks.spec import CLASSES, imported_function

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping
    from datetime import datetime

    from redengine.runtimes import Execution
    from redengine.scheduler.core import Core
    from redengine.scheduler.events.kinds import Kind
    from redengine.scheduler.jobs.job import Job
    from redengine.simulation.spec import JobSpec, SessionSpec
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


_FOREVER: Final = timedelta(days=3660)
"""How long a paused job takes: nobody resumes it in a simulation."""
_MARK: Final = "__redengine_task__"
"""By what a function stands for its task."""
_RESUMED: Final = "running"
"""The trigger of jobs that were active before; one that is yet to begin is a start to come."""


def _pretend(execution: Execution) -> Outcome:
    del execution
    return Outcome("success")


class SilentRecorder(Recorder):
    """Numbers the beginnings and ends of jobs, and writes nothing of them."""

    def begun(self, job: Job, at: datetime) -> None:
        """A job's code is about to run."""
        del job
        self._moment(at)

    def ended(self, job: Job, at: datetime) -> None:
        """A job has come to its end."""
        del job
        self._moment(at)


class SilentEvents(Events):
    """Events that nobody follows."""

    def publish(self, kind: Kind, at: datetime, *values: object) -> None:
        """Forget the event."""


class SimulatedEnvironment(VirtualEnvironment):
    """Runtimes that only pretend to run, for as long as each task usually takes."""

    runs_code = False
    perform = staticmethod(_pretend)

    def __init__(self, clock: ManualClock, durations: Mapping[str, timedelta]) -> None:
        super().__init__(clock, self._duration)
        self._durations = durations
        self.remaining: dict[str, timedelta] = {}

    def make_recorder(self, core: Core) -> Recorder:
        return SilentRecorder(core)

    def _duration(self, execution: Execution) -> timedelta:
        left = self.remaining.pop(execution.id, None)
        if left is not None:
            return left
        return self._durations.get(execution.context.task, timedelta(0))


class Simulator(Hosting):
    """A scheduler with the tasks, parameters, runtimes and custom conditions of a spec.

    Args:
        spec: what it starts from; any number of simulators may start from one.

    Attributes:
        spec: the same.
        environment: where its jobs pretend to run.
    """

    def __init__(self, spec: SessionSpec) -> None:
        self.spec = spec
        clock = ManualClock(spec.now)
        self.environment = SimulatedEnvironment(clock, spec.durations)
        store: Any = NullStore()  # remembers nothing, which is enough
        super().__init__("redengine", spec.config, spec.parameters, store, clock, self.environment)
        self._names.by_name.update(spec.conditions)
        core = self._core
        core.events = SilentEvents()
        core.tells_doubts = False  # they were told when the session got the task
        core.calendars.update(spec.calendars)
        core.channels.update(spec.channels)
        for secret in spec.secrets:
            core.parameters.mark_secret(secret)
        core.checks.update(spec.checks)
        core.recorder.order = spec.order
        for name, kind, size in spec.runtimes:
            if name in core.runtimes:
                core.runtimes[name].resize(size)
            else:
                self.environment.add_runtime(core, name, kind, size)
        for each in spec.tasks:
            if each.settings.permanent and each.task.kind not in CLASSES:
                continue  # it serves the session, as its API does
            history = TaskHistory.of_snapshot(each.history)
            task = each.task.simulated(self, each.settings, history)
            self._tasks.add(task, "raise", is_checked=True)

    @property
    def core(self) -> Core:
        """Its state."""
        return self._core

    @property
    def looks(self) -> int:
        """How many conditions have been looked at."""
        return self._engine.looks

    def create_task(
        self,
        data: Mapping[str, Any] | None = None,
        /,
        *,
        on_exists: str | None = None,
        **fields: Any,
    ) -> Task:
        """As `Session.create_task`; a function goes on standing for the task of the session."""
        values = {**(data or {}), **fields}
        with _marks_kept(values):
            return super().create_task(values, on_exists=on_exists)

    def doubts_of(self, task: Task, sees: object = None) -> tuple[str, ...]:
        """None: they are told when the change is made."""
        del task, sees
        return ()

    def keep_only(self, names: Container[str]) -> None:
        """Leave the other tasks out of what is simulated, before time begins to pass."""
        core = self._core
        with core.lock:
            for name in [name for name in core.tasks if name not in names]:
                core.agenda.forget(core.tasks.pop(name))

    def begin(self) -> None:
        """Start, with the jobs that are active now."""
        self.drop_services()
        self._lifecycle.start(block=False)
        jobs = [(each.name, job) for each in self.spec.tasks for job in each.jobs]
        with self._core.lock:
            self._core.started_at = self.spec.started_at or self.spec.now
            for task, job in sorted(jobs, key=lambda pair: pair[1].status == "queued"):
                self._resume(task, job)  # those first that hold a place

    def drop_services(self) -> None:
        """Remove the tasks that run as long as the session: they would never end."""
        for each in self.tasks.values():
            if each.permanent:
                each.delete(force=True)

    def _resume(self, name: str, seen: JobSpec) -> None:
        """Let a job of the session stand here where it stands there: it holds the same slot."""
        task = self._core.tasks.get(name)
        if task is None:
            return
        trigger = _RESUMED if seen.delayed_for is None else "condition"
        job = self._starts.start(
            task, trigger, due_at=seen.delayed_for, job_id=seen.id, request=seen.request
        )
        if seen.request.run_at is not None and not seen.is_resting:
            task.active.wake(job)  # it waits for another attempt, or for the rate
        if seen.is_held:
            job.pause()
        elif seen.status == "paused":
            self.environment.remaining[job.id] = _FOREVER
        elif seen.status == "run":
            spec = self.spec
            elapsed = spec.now - seen.started_at if seen.started_at else timedelta(0)
            left = spec.durations.get(name, timedelta(0)) - elapsed
            self.environment.remaining[job.id] = max(left, timedelta(0))

    def advance(self, until: datetime, is_enough: Callable[[], bool]) -> None:
        """Let virtual time pass until an instant, or until it is enough."""
        advance(self._core, self._engine, self.environment, until, is_enough)


@contextmanager
def _marks_kept(values: Mapping[str, Any]) -> Iterator[None]:
    """Let a function of the script go on standing for the task that it stands for."""
    reference = values.get("func")
    if not isinstance(reference, str) or values.get("path") is not None or ":" not in reference:
        yield
        return
    function = imported_function(reference)
    before = getattr(function, _MARK, None)
    try:
        yield
    finally:
        with suppress(AttributeError, TypeError):  # a built-in takes no marks
            if before is None:
                delattr(function, _MARK)
            else:
                setattr(function, _MARK, before)
