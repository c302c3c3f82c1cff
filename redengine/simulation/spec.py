"""Session spec: all of a session that decides on its starts, as a value taken at one instant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redengine.scheduler.environment import SIZES
from redengine.scheduler.jobs.submission import JobRequest

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from datetime import datetime, timedelta

    from redengine.conditions import (
        Calendar,
        ChannelFacts,
        CheckResult,
        ConditionFactory,
        Moment,
    )
    from redengine.scheduler.core import Core
    from redengine.scheduler.jobs.job import Job
    from redengine.tasks import Task
    from redengine.tasks.history import HistorySnapshot
    from redengine.tasks.task import Settings

_CONFIG: Final = ("timezone", "execution", *SIZES.values())
"""The configuration on which starts depend."""


class JobSpec(NamedTuple):
    """An active job.

    Attributes:
        id: its id.
        status: queued, run or paused.
        is_held: whether it waits in the queue until somebody resumes it.
        is_resting: whether it takes no slot of its task.
        started_at: when it began.
        request: what was asked for with it.
        delayed_for: the nominal time of a job that its task's jitter keeps from beginning yet.
    """

    id: str
    status: str
    is_held: bool
    is_resting: bool
    started_at: datetime | None
    request: JobRequest
    delayed_for: datetime | None = None

    @classmethod
    def of(cls, job: Job) -> JobSpec:
        """What a job is now; under the session's lock."""
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
        nominal = job.due_at if job.is_delayed else None
        return cls(job.id, job.status, job.is_held, is_resting, job.started_at, request, nominal)


class TaskSpec(NamedTuple):
    """A task.

    Attributes:
        task: what it does is read from it when a simulator is made; starts do not depend on that.
        settings: its options; they are replaced as a whole, never changed.
        history: what is remembered of it.
        jobs: its active jobs, oldest first.
    """

    task: Task
    settings: Settings
    history: HistorySnapshot
    jobs: tuple[JobSpec, ...]

    @property
    def name(self) -> str:
        """The task's name."""
        name: str = self.task.name
        return name

    @property
    def holder(self) -> JobSpec | None:
        """The oldest job that takes a slot, where the task has as many as it may."""
        slots = [job for job in self.jobs if not job.is_resting]
        most: int = self.settings.max_instances
        return slots[0] if 0 < most <= len(slots) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSpec:
    """What a simulator starts from.

    Attributes:
        now: the instant at which it was taken; aware, UTC.
        state: the session's state.
        started_at: when the session last started; None if it has not.
        order: the number of the latest log record.
        config: the configuration on which starts depend.
        parameters: the session parameters.
        secrets: the names of those that are masked where they are shown.
        calendars: the calendars by name.
        channels: what conditions know of the channels, by name.
        checks: the latest results of conditions that run a user's code.
        runtimes: name, kind and size of each runtime.
        conditions: the conditions of the user's own, by their names in strings.
        tasks: the tasks, in the order in which they were made.
        durations: how long jobs of each task usually take; of those that have succeeded once.
    """

    now: datetime
    state: str
    started_at: datetime | None
    order: int
    config: Mapping[str, Any]
    parameters: Mapping[str, Any]
    secrets: frozenset[str]
    calendars: Mapping[str, Calendar]
    channels: Mapping[str, ChannelFacts]
    checks: Mapping[str, CheckResult]
    runtimes: tuple[tuple[str, str, int], ...]
    conditions: Mapping[str, ConditionFactory]
    tasks: tuple[TaskSpec, ...]
    durations: Mapping[str, timedelta]

    @classmethod
    def of(cls, core: Core, conditions: Mapping[str, ConditionFactory]) -> SessionSpec:
        """Take the spec of a session.

        The lock is taken once, for some microseconds a task, so that all of it is of one instant.
        The store is then asked once for the durations.

        Args:
            core: the session's state.
            conditions: the conditions of the user's own.
        """
        with core.lock:
            now = core.clock.now()
            spec = cls(
                now=now,
                state=core.state,
                started_at=core.started_at,
                order=core.recorder.order,
                config={key: core.config[key] for key in _CONFIG},
                parameters=dict(core.parameters),
                secrets=frozenset(filter(core.parameters.is_secret, core.parameters)),
                calendars=dict(core.calendars),
                channels={name: _Sent.of(each, now) for name, each in core.channels.items()},
                checks=dict(core.checks),
                runtimes=tuple(
                    (name, each.kind, each.size) for name, each in core.runtimes.items()
                ),
                conditions=dict(conditions),
                tasks=_tasks_of(core),
                durations={},
            )
        succeeded = [each.name for each in spec.tasks if "success" in each.history.latest]
        return replace(spec, durations=core.recorder.usual_durations(succeeded))

    def only(self, names: Container[str]) -> SessionSpec:
        """The same with some of the tasks."""
        return replace(self, tasks=tuple(each for each in self.tasks if each.name in names))


class _Sent(NamedTuple):
    """A channel to which nothing more is sent (`conditions.ChannelFacts`).

    Attributes:
        ticked: when its latest record came.
        record: the record.
        until: when it is kept no longer.
    """

    ticked: Moment | None
    record: Mapping[str, object] | None
    until: datetime | None

    @classmethod
    def of(cls, channel: ChannelFacts, now: datetime) -> _Sent:
        """A channel as it is now."""
        return cls(channel.ticked, channel.latest(now), channel.expires(now))

    def latest(self, now: datetime) -> Mapping[str, object] | None:
        return self.record if self.until is None or now < self.until else None

    def expires(self, now: datetime) -> datetime | None:
        return self.until if self.until is not None and now < self.until else None


def _tasks_of(core: Core) -> tuple[TaskSpec, ...]:
    """The tasks as they are; under the lock."""
    jobs, of_job = core.jobs, JobSpec.of
    return tuple(
        TaskSpec(
            task,
            task.settings,
            task.history.snapshot(),
            tuple([of_job(job) for job in task.active if job.id in jobs]) if task.active else (),
        )
        for task in core.tasks.values()
    )
