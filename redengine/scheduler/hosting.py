"""Hosting: what a session does for its tasks (`tasks.host.TaskHost`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine.scheduler.insight.explain import TaskExplanation, explain_task

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from redengine.scheduler.core import Core
    from redengine.scheduler.engine.trigger import Starts
    from redengine.scheduler.environment import Environment
    from redengine.scheduler.jobs.handling import Handling
    from redengine.scheduler.jobs.history import Jobs
    from redengine.scheduler.jobs.job import Job
    from redengine.scheduler.jobs.submission import Submission
    from redengine.scheduler.tasks import Tasks
    from redengine.tasks import Task


class Hosting:
    """The part of a session that its tasks talk to."""

    jobs: Jobs
    _core: Core
    _handling: Handling
    _environment: Environment
    _starts: Starts
    _submission: Submission
    _tasks: Tasks

    def add_task(self, task: Task, on_exists: str | None) -> Task:
        """Register a task that has just been made.

        Raises:
            NotFound: its runtime does not exist.
        """
        self._environment.runtime_name(self._core, task)
        return self._tasks.add(task, on_exists or self._core.config.task_pre_exist)

    def discard_task(self, task: Task, *, force: bool) -> None:
        """Forget a task."""
        self._tasks.remove(task, force=force)

    def task_changed(self, task: Task, names: frozenset[str], apply: Callable[[], None]) -> None:
        """Apply a change of options in one step.

        Raises:
            NotFound: its new runtime does not exist; nothing is changed.
        """

        def apply_checked() -> None:
            apply()
            if "execution" in names:
                self._environment.runtime_name(self._core, task)

        self._tasks.change(task, names, apply_checked)

    def submit_task(
        self,
        task: Task,
        parameters: Mapping[str, Any],
        *,
        job_id: str | None = None,
        trigger: str = "run",
        options: Mapping[str, Any] | None = None,
    ) -> Job:
        """Start a job by hand; as `submit`, for programs.

        Args:
            task: the task.
            parameters: values for its arguments.
            job_id: an id of the caller's own.
            trigger: who asks.
            options: `priority`, `runtime`, `timeout`, `retries`, `deadline`, `run_at`, `labels`;
                see `redengine.scheduler.jobs.submission.JobRequest`.
        """
        return self.accept_job(task, parameters, job_id=job_id, trigger=trigger, options=options)[0]

    def accept_job(
        self,
        task: Any,
        parameters: Mapping[str, Any],
        /,
        *,
        job_id: str | None = None,
        trigger: str = "run",
        options: Mapping[str, Any] | None = None,
    ) -> tuple[Job, bool]:
        """As `submit_task`, and whether the job is new: an id that was given before names it."""
        return self._submission.submit(
            task, parameters, job_id=job_id, trigger=trigger, options=options
        )

    def terminate_task(self, task: Task, reason: str) -> int:
        """Ask all active jobs of a task to end."""
        return self._handling.terminate_jobs(list(task.active), reason)

    def explain_task(self, task: Task) -> TaskExplanation:
        """Why the task does or does not start."""
        return explain_task(self._core, self._starts, task)

    def next_run(self, task: Task) -> datetime | None:
        """When the task starts next, as far as time alone decides it."""
        return self._core.next_runs.of(task)

    def jobs_of(self, task: Task) -> list[Job]:
        """The task's jobs, newest first."""
        return self.jobs.of(task.name)

    def runtime_of(self, task: Task) -> str:
        """The name of the runtime in which the task's jobs run."""
        return self._environment.runtime_name(self._core, task)

    def jobs_running(self, task: Task) -> int:
        """How many jobs of the task are running now."""
        return task.active.running
