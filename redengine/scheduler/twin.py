"""Twin: a session's double on a virtual clock, which only pretends to run its tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from redengine.clock import ManualClock
from redengine.runtimes import Outcome
from redengine.scheduler.nullstore import NullStore
from redengine.scheduler.virtual import VirtualPlaces, advance
from redengine.tasks.spec import CLASSES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from redengine.runtimes import Execution
    from redengine.scheduler.core import Core
    from redengine.scheduler.session import Session

_COPIED: Final = ("timezone", "execution")
"""The configuration on which starts depend."""


def _pretend(execution: Execution) -> Outcome:
    del execution
    return Outcome("success")


class PretendedPlaces(VirtualPlaces):
    """Runtimes that only pretend to run, for as long as each task usually takes."""

    runs_code = False
    perform = staticmethod(_pretend)

    def __init__(self, clock: ManualClock, durations: dict[str, timedelta]) -> None:
        super().__init__(clock, self._duration)
        self._durations = durations
        self.remaining: dict[str, timedelta] = {}

    def _duration(self, execution: Execution) -> timedelta:
        left = self.remaining.pop(execution.id, None)
        if left is not None:
            return left
        return self._durations.get(execution.context.task, timedelta(0))


class Twin:
    """A double with the same tasks, parameters, runtimes and custom conditions.

    Args:
        session: whose double it is; left as it is.

    Attributes:
        session: the double, not started.
        places: where its jobs pretend to run.
        now: the instant at which its time stands still.
    """

    def __init__(self, session: Session) -> None:
        from redengine.scheduler.session import Session

        self._origin = core = session._core  # noqa: SLF001 - part of the session
        self.now: datetime = core.clock.now()
        clock = ManualClock(self.now)
        durations = {each.name: usual_duration(core, each.name) for each in session.tasks}
        self.places = PretendedPlaces(clock, durations)
        self.session = Session(store=NullStore(), clock=clock, places=self.places)  # type: ignore[arg-type] # remembers nothing, which is enough
        self.core: Core = self.session._core  # noqa: SLF001 - made here
        self.core.tells_doubts = False  # they were told when the session got the task
        self._running: list[tuple[str, datetime | None]] = []
        self._copy(session)

    def _copy(self, session: Session) -> None:
        """Give the double the same tasks, parameters and checks."""
        core, other = self._origin, self.core
        self.session._names = session._names  # noqa: SLF001 - made here
        with core.lock:
            other.journal.order = core.journal.order
            other.parameters.update(dict(core.parameters))
            for name, runtime in core.runtimes.items():
                if name in other.runtimes:
                    other.runtimes[name].resize(runtime.size)
                else:
                    self.places.add_runtime(other, name, runtime.kind, runtime.size)
            other.config.update({key: core.config[key] for key in _COPIED})
            for task in core.tasks.values():
                if task.kind in CLASSES or not task.permanent:
                    self.session.add_task(task.twin(self.session), "raise")
            other.checks.update(core.checks)
            self._running = [(job.task, job.started_at) for job in core.jobs.values()]

    def begin(self) -> None:
        """Start the double, with the jobs that run now."""
        core, now = self._origin, self.now
        for each in self.session.tasks.values():
            if each.permanent:  # it would never end
                each.delete(force=True)
        self.session.start(block=False)
        with self.core.lock:
            self.core.started_at = core.started_at or now
            for name, started_at in self._running:
                task = self.core.tasks.get(name)
                if task is not None:
                    job = self.session._starts.start(task, "running")  # noqa: SLF001 - made here
                    elapsed = now - started_at if started_at else timedelta(0)
                    left = usual_duration(core, name) - elapsed
                    self.places.remaining[job.id] = max(left, timedelta(0))

    def advance(self, until: datetime, is_enough: Callable[[], bool]) -> None:
        """Let virtual time pass until an instant, or until it is enough."""
        engine = self.session._engine  # noqa: SLF001 - made here
        advance(self.core, engine, self.places, until, is_enough)


def usual_duration(core: Core, task: str) -> timedelta:
    """The median of a task's recent durations; nothing where it has not succeeded yet."""
    recent = sorted(core.journal.durations(task))
    return timedelta(seconds=recent[len(recent) // 2]) if recent else timedelta(0)
