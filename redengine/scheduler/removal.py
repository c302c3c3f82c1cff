"""Removal: a runtime takes no more jobs, hands on what waits, and goes when the last has left."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from redengine.scheduler.core import log

if TYPE_CHECKING:
    from redengine.runtimes import Runtime
    from redengine.scheduler.control import Control
    from redengine.scheduler.core import Core
    from redengine.tasks import Task

FALLBACK: Final = "thread"
"""The runtime that becomes the default when the default one is removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What went with a runtime.

    Attributes:
        runtime_id: its name.
        default: the runtime in which tasks run now that do not say otherwise.
        tasks: the tasks that named it, and do not say otherwise now.
        moved: the ids of the jobs that waited in it, and wait where their task runs now.
        ended: the ids of the jobs that ran in it, and were asked to end.
    """

    runtime_id: str
    default: str
    tasks: list[str]
    moved: list[str]
    ended: list[str]

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON-ready values."""
        return asdict(self)


class Removal:
    """Takes one runtime away.

    Args:
        core: the session's state.
        control: stops and moves jobs.
        name: the runtime's name.
    """

    def __init__(self, core: Core, control: Control, name: str) -> None:
        self._core = core
        self._control = control
        self._name = name

    def clear_out(self) -> Removed:
        """Let it take no more jobs, and hand on what waits in it; under the lock."""
        core, name = self._core, self._name
        if core.config.execution == name:
            core.config.update({"execution": FALLBACK})
        core.leaving.add(name)
        tasks = [task for task in core.tasks.values() if task.execution == name]
        for task in tasks:
            self._release(task)
        jobs = [job for job in core.jobs.values() if job.runtime == name]
        moved = [job.id for job in jobs if job.is_waiting]
        ended = [job.id for job in jobs if not job.is_waiting]
        for job in jobs:
            if job.is_waiting:
                self._control.move(job)
            else:
                self._control.stop(job, f"runtime '{name}' was removed")
        if not ended:
            self._forget()
        return Removed(
            runtime_id=name,
            default=core.config.execution,
            tasks=[task.name for task in tasks],
            moved=moved,
            ended=ended,
        )

    def _release(self, task: Task) -> None:
        task.reset(execution=None)
        self._core.show(task)

    def finish(self, runtime: Runtime, grace_s: float) -> None:
        """Wait for what runs, and close the runtime.

        Args:
            runtime: the runtime.
            grace_s: how long jobs may take to end.
        """
        try:
            runtime.close(grace_s)
        except Exception:  # noqa: BLE001 - logged; the name has to come free
            log.exception("closing runtime '%s' met an error", self._name)
        with self._core.lock:
            if self._core.runtimes.get(self._name) is runtime:
                self._forget()

    def _forget(self) -> None:
        self._core.runtimes.pop(self._name, None)
        self._core.leaving.discard(self._name)
