"""The port through which a task reaches the session that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from redengine.exceptions import SessionStateError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, tzinfo

    from redengine.conditions import Condition
    from redengine.parameters import Parameters
    from redengine.tasks.task import Task


class TaskHost(Protocol):
    """What a task needs of its session."""

    @property
    def zone(self) -> tzinfo:
        """The zone in which wall-clock times without an offset are read."""

    @property
    def parameters(self) -> Parameters:
        """The session's parameters, which know what is secret."""

    def add_task(self, task: Task, on_exists: str | None) -> Task:
        """Register a task; answers with the one that has the name now.

        Args:
            task: the task.
            on_exists: as for `Task`; None: as the session is configured.
        """

    def discard_task(self, task: Task, *, force: bool) -> None:
        """Forget a task."""

    def task_changed(self, task: Task, names: frozenset[str], apply: Callable[[], None]) -> None:
        """Apply a change of options in one step that the scheduler sees as a whole."""

    def parse(self, text: str) -> Condition:
        """A condition string, read with the session's own condition names."""

    def submit_task(
        self,
        task: Task,
        parameters: Mapping[str, Any],
        *,
        job_id: str | None = None,
        trigger: str = "run",
    ) -> Any:
        """Start a job by hand."""

    def terminate_task(self, task: Task, reason: str) -> int:
        """Ask all running jobs of a task to end; how many there were."""

    def explain_task(self, task: Task) -> Any:
        """Why the task does or does not start."""

    def next_run(self, task: Task) -> datetime | None:
        """When the task will start next, as far as time alone decides it."""

    def jobs_of(self, task: Task) -> Any:
        """The task's jobs, newest first."""

    def runtime_of(self, task: Task) -> str:
        """The name of the runtime in which the task's jobs run."""

    def jobs_running(self, task: Task) -> int:
        """How many jobs of the task are running now."""


_default_host: list[Callable[[], TaskHost]] = []


def set_default_host(factory: Callable[[], TaskHost]) -> None:
    """Say how a task finds its session when none is given; the scheduler does it when imported."""
    _default_host[:] = [factory]


def default_host() -> TaskHost:
    """The default session: the first one made, or made now.

    Raises:
        SessionStateError: the scheduler has not been imported.
    """
    if not _default_host:
        raise SessionStateError("missing", "no session to join; import redengine, or give session=")
    return _default_host[0]()
