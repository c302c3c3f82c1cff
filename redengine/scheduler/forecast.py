"""Forecast: the same engine on a virtual clock tells what is to be expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from redengine.clock import ManualClock
from redengine.conditions import CustomCondition
from redengine.durations import parse_duration
from redengine.exceptions import InvalidInput, shortened
from redengine.runtimes import Outcome
from redengine.scheduler.nullstore import NullStore
from redengine.scheduler.virtual import VirtualPlaces, advance

if TYPE_CHECKING:
    from redengine.runtimes import Execution
    from redengine.scheduler.core import Core
    from redengine.scheduler.session import Session
    from redengine.tasks import Task

LONGEST: Final = timedelta(days=366)
MOST_STARTS: Final = 10_000
_CHUNK: Final = 64


@dataclass(frozen=True, slots=True)
class PredictedStart:
    """One start that is to be expected.

    Attributes:
        task: the task's name.
        at: when it starts; aware, UTC.
        due_at: the nominal time of the occurrence.
        duration_s: how long it is expected to run, in seconds.
    """

    task: str
    at: datetime
    due_at: datetime | None
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The starts that are to be expected if every job succeeds and nobody changes anything.

    Attributes:
        since: where the forecast begins.
        until: where it ends.
        starts: in the order of time.
        unpredictable: why a task's starts cannot be foretold, by the task's name.
        is_complete: False if there were too many starts to list.
    """

    since: datetime
    until: datetime
    starts: tuple[PredictedStart, ...]
    unpredictable: dict[str, str]
    is_complete: bool

    def to_dict(self) -> dict[str, Any]:
        """The forecast as JSON-ready values."""
        return {
            "since": self.since,
            "until": self.until,
            "starts": [
                {
                    "task": start.task,
                    "at": start.at,
                    "due_at": start.due_at,
                    "duration": start.duration_s,
                }
                for start in self.starts
            ],
            "unpredictable": [
                {"task": task, "reason": reason} for task, reason in self.unpredictable.items()
            ],
            "complete": self.is_complete,
        }

    def of(self, task: str) -> list[datetime]:
        """The predicted starts of one task."""
        return [start.at for start in self.starts if start.task == task]

    def __repr__(self) -> str:
        return f"<Forecast of {len(self.starts)} starts until {self.until:%Y-%m-%d %H:%M} UTC>"


def _pretend(execution: Execution) -> Outcome:
    del execution
    return Outcome("success")


class _ForecastPlaces(VirtualPlaces):
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


def forecast(session: Session, until: Any, task: str | None) -> Forecast:
    """What is to be expected from now on; see `Session.forecast`."""
    from redengine.scheduler.session import Session

    core = session._core  # noqa: SLF001 - part of the session
    now = core.clock.now()
    end = _end(until, now, session)
    clock = ManualClock(now)
    durations = {each.name: usual_duration(core, each.name) for each in session.tasks}
    places = _ForecastPlaces(clock, durations)
    twin = Session(store=NullStore(), clock=clock, places=places)  # type: ignore[arg-type] # remembers nothing, which is enough
    _copy_state(core, twin, places, now)
    starts = _run(twin, places, now, end)
    told = [start for start in starts if task is None or start.task == task]
    asked = [each for each in session.tasks if task is None or each.name == task]
    return Forecast(
        since=now,
        until=end,
        starts=tuple(told[:MOST_STARTS]),
        unpredictable={each.name: why for each in asked if (why := _why_not(each, told, end))},
        is_complete=len(starts) < MOST_STARTS,
    )


def _end(until: Any, now: datetime, session: Session) -> datetime:
    """The instant that `until` means, if it is one that can be foreseen."""
    if isinstance(until, datetime):
        end = until if until.tzinfo else until.replace(tzinfo=session.zone)
    else:
        end = now + parse_duration(until, field="until")
    end = end.astimezone(UTC)
    if end <= now:
        raise InvalidInput({"until": f"expected a time in the future, got {shortened(until)}"})
    if end - now > LONGEST:
        raise InvalidInput({"until": f"expected at most {LONGEST.days} days ahead"})
    return end


def usual_duration(core: Core, task: str) -> timedelta:
    """The median of a task's recent durations; nothing where it has not succeeded yet."""
    recent = sorted(core.journal.durations(task))
    return timedelta(seconds=recent[len(recent) // 2]) if recent else timedelta(0)


def _copy_state(core: Core, twin: Session, places: _ForecastPlaces, now: datetime) -> None:
    """Give the twin the same tasks, parameters, checks and running jobs."""
    other = twin._core  # noqa: SLF001 - made here
    with core.lock:
        other.journal.order = core.journal.order
        other.parameters.update(dict(core.parameters))
        for name, runtime in core.runtimes.items():
            if name in other.runtimes:
                other.runtimes[name].resize(runtime.size)
            else:
                places.add_runtime(other, name, runtime.kind, runtime.size)
        other.config.update({"timezone": core.config.timezone, "execution": core.config.execution})
        tasks = list(core.tasks.values())
        for task in tasks:
            if task.permanent:
                continue
            twin.add_task(task.twin(twin), "raise")
        other.checks.update(core.checks)
        running = [(job.task, job.started_at) for job in core.jobs.values()]
    twin.start(block=False)
    with other.lock:
        other.started_at = core.started_at or now
        for name, started_at in running:
            task_twin = other.tasks.get(name)
            if task_twin is not None:
                job = twin._starts.start(task_twin, "running")  # noqa: SLF001 - made here
                elapsed = now - started_at if started_at else timedelta(0)
                usual = usual_duration(core, name)
                places.remaining[job.id] = max(usual - elapsed, timedelta(0))


def _run(
    twin: Session, places: _ForecastPlaces, now: datetime, end: datetime
) -> list[PredictedStart]:
    """Let virtual time pass until the end, or until there are enough starts."""
    starts: list[PredictedStart] = []

    def note(job: Any) -> None:
        if job.trigger == "condition":
            seconds = (job.duration or 0.0) if job.has_ended else 0.0
            starts.append(PredictedStart(job.task, job.started_at, job.due_at, seconds))

    core, engine = twin._core, twin._engine  # noqa: SLF001 - made here
    core.hooks.add("job_end", note)
    step = max((end - now) / _CHUNK, timedelta(seconds=1))
    at = now
    while at < end and len(starts) < MOST_STARTS:
        at = min(at + step, end)
        advance(core, engine, places, at)
    for job in core.jobs.values():
        if job.started_at is not None:
            note(job)
    return sorted(starts, key=lambda start: (start.at, start.task))


def _why_not(task: Task, starts: list[PredictedStart], end: datetime) -> str | None:
    """Why the starts of a task cannot be foretold, if they cannot."""
    condition = task.start_cond
    if task.permanent:
        return "it runs as long as the session"
    if condition is None:
        return "it has no condition and starts by hand"
    if task.disabled:
        return "it is disabled"
    custom = [str(leaf) for leaf in condition.walk() if isinstance(leaf, CustomCondition)]
    if custom:
        return f"it depends on code of the user: {', '.join(custom)}"
    if any(start.task == task.name for start in starts):
        return None
    reads = sorted(topic for topic in condition.reads() if topic not in {"task:", "scheduler"})
    waits = f"; it waits for {', '.join(reads)}" if reads else ""
    return f"no start is to be expected before {end:%Y-%m-%d %H:%M} UTC{waits}"
