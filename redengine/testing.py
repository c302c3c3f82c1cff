"""Virtual time for tests: the real scheduler, without threads, as fast as it can.

Example:
    >>> session = ManualSession(start="2026-03-07T00:00", timezone="America/New_York")
    >>> @session.task("cron 30 2 * * *")
    ... def nightly(): ...
    >>> session.advance("2 days")
    >>> [f"{at:%m-%d %H:%M}" for at in session.runs("nightly")]
    ['03-07 02:30', '03-08 03:00']
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

from redengine.clock import ManualClock
from redengine.durations import parse_duration
from redengine.exceptions import InvalidInput, shortened
from redengine.parameters import task_name
from redengine.runtimes.output.capture import captured
from redengine.scheduler.core import INITIALISED, STOPPED
from redengine.sessions import Session
from redengine.simulation.virtual import VirtualEnvironment, advance

if TYPE_CHECKING:
    from redengine.runtimes import Execution
    from redengine.scheduler.jobs.job import Job

__all__ = ["ManualSession"]


class ManualSession(Session):
    """A session on a virtual clock that moves only when it is told to.

    Everything runs in the calling thread while time is advanced: conditions, jobs, retries,
    timeouts. It starts when time first advances.

    Args:
        start: where virtual time begins; naive times are in `timezone`.
        timezone: the session's IANA zone.
        durations: how long jobs take in virtual time, by task name; no time if not given.
        **options: as for `Session`.
    """

    def __init__(
        self,
        start: str | datetime = "2026-01-01T00:00",
        timezone: str = "UTC",
        *,
        durations: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        self._durations = {
            task_name(task): parse_duration(value, field="durations")
            for task, value in (durations or {}).items()
        }
        self._clock = ManualClock(_instant(start, ZoneInfo(timezone)))
        self._manual_environment = VirtualEnvironment(self._clock, self._duration_of)
        self._runs: dict[str, list[datetime]] = {}
        super().__init__(
            timezone=timezone, clock=self._clock, environment=self._manual_environment, **options
        )
        self._core.hooks.add("task_execute", self._note_run)

    def __enter__(self) -> Self:
        return self

    def _duration_of(self, execution: Execution) -> timedelta | None:
        name = execution.context.task
        if getattr(self.tasks.get(name), "serves_api", False):
            return None
        return self._durations.get(name, timedelta(0))

    def _note_run(self, job: Job) -> None:
        if job.started_at is not None:
            self._runs.setdefault(job.task, []).append(job.started_at)

    def advance(self, by: Any) -> None:
        """Let time pass, and everything happen that is to happen in it.

        Args:
            by: a duration: "2 days", a timedelta, or seconds.

        Raises:
            InvalidInput: it is not a duration.
        """
        self.advance_to(self._clock.now() + parse_duration(by, field="by"))

    def advance_to(self, instant: str | datetime) -> None:
        """Let time pass until an instant; naive times are in the session's zone.

        Raises:
            InvalidInput: it is not a time, or lies in the past.
        """
        end = _instant(instant, self.zone)
        if end < self._clock.now():
            raise InvalidInput({"instant": f"lies in the past: {shortened(instant)}"})
        if self.state in {INITIALISED, STOPPED}:
            self.start(block=False)
        with captured():
            advance(self._core, self._engine, self._manual_environment, end)

    def step_clock(self, by: Any) -> None:
        """Step the wall clock alone, as an operator or NTP would, forward or back.

        Args:
            by: a timedelta, which may be negative, or a duration.
        """
        step = by if isinstance(by, timedelta) else parse_duration(by, field="by")
        self._clock.step(step)
        for runtime in self._manual_environment.runtimes:
            runtime.step_clock(step)

    def runs(self, task: object) -> list[datetime]:
        """The instants at which a task's code started, retries included, in the session's zone."""
        return [at.astimezone(self.zone) for at in self._runs.get(task_name(task), [])]


def _instant(value: str | datetime, zone: Any) -> datetime:
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except ValueError:
        reason = f"expected an ISO 8601 time such as 2026-03-07T00:00, got {shortened(value)}"
        raise InvalidInput({"start": reason}) from None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
