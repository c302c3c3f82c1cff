"""Attempt: one try at a job, as a runtime carries it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.parameters import Argument, FuncArg, input_files
from redengine.runtimes import JobContext
from redengine.runtimes.context import StopFlag
from redengine.runtimes.output import capture
from redengine.scheduler.jobs.progress import Telling
from redengine.support.interrupts import INTERRUPTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.runtimes import Outcome, Progress
    from redengine.scheduler.core import Core
    from redengine.scheduler.jobs.control import Control
    from redengine.scheduler.jobs.job import Job

_NOT_GIVEN: Final = object()


class Attempt:
    """One try at a job (`runtimes.Execution`)."""

    __slots__ = (
        "_began_at",
        "_control",
        "_core",
        "_telling",
        "context",
        "is_begun",
        "is_being_stored",
        "job",
        "order",
        "queued_at",
    )

    def __init__(self, core: Core, control: Control, job: Job, order: int) -> None:
        self._core = core
        self._control = control
        self.job = job
        self.order = order
        self.queued_at = core.clock.monotonic()
        self.is_begun = False
        """Whether it was begun before it got to its runtime."""
        self.is_being_stored = False
        """Whether its code runs as soon as the store has its start."""
        self._began_at = 0.0
        self._telling: Telling | None = None
        self.context = JobContext(
            job.id,
            job.task,
            job.attempt,
            sink=OutputSink(core, job),
            on_progress=self._on_progress,
            limits=core.session.output_limits,
            progress_every_s=core.progress_every_s,
            session=core.mark,
        )
        job.context = self.context
        job.progress_value = None

    @property
    def id(self) -> str:
        return self.job.id

    @property
    def priority(self) -> int:
        return self.job.priority

    def begin(self) -> bool:
        is_to_run = self.is_begun or self._control.begin(self)
        if is_to_run:
            self._core.job_log.began(self.job)
        return is_to_run

    @INTERRUPTS.caller
    def call(self) -> Any:
        func, arguments = self._prepared()
        return func(**arguments)

    def payload(self) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
        func, arguments = self._prepared()
        return func, (), arguments

    def end(self, outcome: Outcome) -> None:
        if self._telling is not None:
            self._telling.finish()
        job, publish = self.job, self._core.publish_return
        if outcome.action == "success" and publish is not None and not job.has_ended:
            publish(job, outcome.value)  # before the end: who waits for it finds the record
        self._control.end(job, outcome)

    def _prepared(self) -> tuple[Callable[..., Any], dict[str, Any]]:
        job = self.job
        task = job.definition
        if task is None:
            message = f"the definition of task '{job.task}' is gone"
            raise RuntimeError(message)
        capture.ensure()
        given = {**task.parameters, **job.parameters}
        for file in input_files(given):
            file.verify(self.context.checkpoint)
        self._core.hooks.call("task_execute", job)
        prepared = task.prepare(JobSource(self._core, job), given)
        self._began_at = self._core.clock.monotonic()
        return prepared

    def _on_progress(self, progress: Progress) -> None:
        if self._telling is None:
            self._telling = Telling(self._core, self.job, self._began_at)
        self._telling.take(progress)


class OutputSink:
    """Takes a job's output lines to the store, secrets masked."""

    __slots__ = ("_core", "_job")

    def __init__(self, core: Core, job: Job) -> None:
        self._core = core
        self._job = job

    def line(self, stream: str, text: str) -> None:
        job = self._job
        self._core.recorder.output(job, stream, self._core.parameters.scrub(text))
        if job.has_listener:
            with self._core.lock:
                job.has_listener = False
                self._core.listeners.notify_all()


class JobSource:
    """Where a job's arguments are looked up (`parameters.ArgumentSource`)."""

    __slots__ = ("_core", "_job")

    def __init__(self, core: Core, job: Job) -> None:
        self._core = core
        self._job = job

    @property
    def task(self) -> Any:
        return self._job.definition

    @property
    def session(self) -> Any:
        return self._core.session

    @property
    def task_name(self) -> str:
        return self._job.task

    @property
    def termination(self) -> StopFlag:
        return StopFlag(self._job.context)

    def parameter(self, name: str, default: Any) -> Any:
        job = self._job
        definition = job.definition
        for values in (job.parameters, definition.parameters if definition else {}):
            if name in values:
                value = values[name]
                return value.resolve(self, name) if isinstance(value, Argument) else value
        value = self._core.parameters.get(name, default)
        return value.resolve(self, name) if isinstance(value, FuncArg) else value

    def returned(self, task: str, default: Any) -> Any:
        return self._core.returns.get(task, default)
