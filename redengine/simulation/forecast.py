"""Forecast: the same engine on a virtual clock tells what is to be expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from redengine.conditions import CustomCondition
from redengine.conditions.explanation import say_instant
from redengine.durations import parse_duration
from redengine.exceptions import InvalidInput, counted, shortened
from redengine.scheduler.config import LONGEST_FORECAST
from redengine.scheduler.core import PAUSED
from redengine.scheduler.engine.trigger import disabled_clause
from redengine.simulation.simulator import Simulator

if TYPE_CHECKING:
    from redengine.scheduler.jobs.job import Job
    from redengine.simulation.spec import JobSpec, SessionSpec, TaskSpec
    from redengine.tasks.task import Settings

MOST_STARTS: Final = 10_000
MOST_LOOKS: Final = 200_000
"""A search ends after so many looks at conditions, beside the first one at each task."""
PAUSED_REASON: Final = "the session is paused; nothing starts before it is resumed"


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
        is_complete: False if the search was cut: after too many starts, or too many looks at
            conditions that hold seldom.
        searched_until: where the search ended: before `until` if it was cut.
    """

    since: datetime
    until: datetime
    starts: tuple[PredictedStart, ...]
    unpredictable: dict[str, str]
    is_complete: bool
    searched_until: datetime

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
            "searched_until": self.searched_until,
        }

    def of(self, task: str) -> list[datetime]:
        """The predicted starts of one task."""
        return [start.at for start in self.starts if start.task == task]

    def __repr__(self) -> str:
        starts = counted(len(self.starts), "start")
        return f"<Forecast of {starts} until {self.until:%Y-%m-%d %H:%M} UTC>"


def forecast(spec: SessionSpec, until: Any, task: str | None) -> Forecast:
    """What is to be expected from a spec on; see `Session.forecast`."""
    end = _end(until, spec)
    asked = [
        each for each in spec.tasks if each.name == task or not (task or each.settings.permanent)
    ]
    if spec.state == PAUSED:
        return Forecast(
            since=spec.now,
            until=end,
            starts=(),
            unpredictable={each.name: PAUSED_REASON for each in asked},
            is_complete=True,
            searched_until=end,
        )
    simulator = Simulator(spec)
    simulator.begin()
    limit = WorkLimit(simulator)
    starts = _run(simulator, end, limit)
    is_complete = len(starts) < MOST_STARTS and not limit.is_reached()
    searched = end if is_complete else simulator.environment.clock.now()
    told = [start for start in starts if task is None or start.task == task]
    return Forecast(
        since=spec.now,
        until=end,
        starts=tuple(told[:MOST_STARTS]),
        unpredictable={each.name: why for each in asked if (why := _why_not(each, told, searched))},
        is_complete=is_complete,
        searched_until=searched,
    )


def _end(until: Any, spec: SessionSpec) -> datetime:
    """The instant that `until` means, if it is one that can be foreseen."""
    now, zone = spec.now, spec.config["timezone"]
    try:
        if isinstance(until, datetime):
            end = (until if until.tzinfo else until.replace(tzinfo=zone)).astimezone(UTC)
        else:
            end = now + parse_duration(until, field="until")
    except OverflowError:
        raise InvalidInput({"until": f"is no time of the calendar: {shortened(until)}"}) from None
    if end <= now:
        raise InvalidInput({"until": f"expected a time in the future, got {shortened(until)}"})
    if end - now > LONGEST_FORECAST:
        raise InvalidInput({"until": f"expected at most {LONGEST_FORECAST.days} days ahead"})
    return end


class WorkLimit:
    """How much a simulation may work: some conditions are looked at often and hold never.

    Args:
        simulator: the simulator, begun.
    """

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._most = simulator.looks + len(simulator.core.tasks) + MOST_LOOKS

    def is_reached(self) -> bool:
        """Whether the search has to end."""
        return self._simulator.looks >= self._most


def _run(simulator: Simulator, end: datetime, limit: WorkLimit) -> list[PredictedStart]:
    """Let virtual time pass until the end, or until there are enough starts or looks."""
    starts: list[PredictedStart] = []

    def note(job: Any) -> None:
        if job.trigger == "condition":
            seconds = (job.duration or 0.0) if job.has_ended else 0.0
            starts.append(PredictedStart(job.task, job.started_at, job.due_at, seconds))

    core = simulator.core
    core.hooks.add("job_end", note)
    simulator.advance(end, lambda: len(starts) >= MOST_STARTS or limit.is_reached())
    for job in core.jobs.values():
        if job.started_at is not None:
            note(job)
    return sorted(starts, key=lambda start: (start.at, start.task))


def _why_not(task: TaskSpec, starts: list[PredictedStart], end: datetime) -> str | None:
    """Why the starts of a task cannot be foretold, if they cannot."""
    is_seen = any(start.task == task.name for start in starts)
    if is_seen and not custom_conditions(task.settings):
        return None
    return why_not(task.settings, task.holder, end)


def custom_conditions(settings: Settings) -> list[str]:
    """The conditions of a task that run a user's code, as text."""
    condition = settings.start_cond
    leaves = condition.walk() if condition is not None else ()
    return [str(leaf) for leaf in leaves if isinstance(leaf, CustomCondition)]


def why_not(settings: Settings, holder: JobSpec | Job | None, end: datetime) -> str:
    """Why no start of a task is foretold until an instant.

    Args:
        settings: the task's options.
        holder: the job that holds its last slot; None where one is free.
        end: the instant.
    """
    condition = settings.start_cond
    if settings.permanent:
        return "it runs as long as the session"
    if condition is None:
        return "it has no condition and starts by hand"
    if settings.disabled:
        return f"it is disabled{disabled_clause(settings)}"
    custom = custom_conditions(settings)
    if custom:
        return f"it depends on code of the user: {', '.join(custom)}"
    if holder is not None:
        return f"job {holder.id} is '{holder.status}' and holds its slot; {_searched(end)}"
    reads = sorted(topic for topic in condition.reads() if topic not in {"task:", "scheduler"})
    waits = f"; it waits for {', '.join(reads)}" if reads else ""
    return f"no start was found; {_searched(end)}{waits}"


def _searched(end: datetime) -> str:
    return f"searched until {say_instant(end, UTC)}"
