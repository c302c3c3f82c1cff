"""The runtimes of a session: made, resized and removed while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import Conflict, NotFound
from redengine.scheduler.places import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redengine.runtimes import Runtime
    from redengine.scheduler.core import Core
    from redengine.scheduler.places import Places
    from redengine.tasks import Task

OWN: Final = frozenset(("thread", "process", "async", "main", SERVICE))
"""The runtimes that every session has, which cannot be removed."""


class Runtimes:
    """The places in which jobs run, by name; the one of the permanent tasks is not listed."""

    def __init__(self, core: Core, places: Places) -> None:
        self._core = core
        self._places = places

    def __iter__(self) -> Iterator[str]:
        return iter([name for name in self._core.runtimes if name != SERVICE])

    def __contains__(self, name: object) -> bool:
        return name in self._core.runtimes and name != SERVICE

    def __len__(self) -> int:
        return len(self._core.runtimes) - 1

    def __getitem__(self, name: str) -> Runtime:
        if name not in self:
            raise NotFound("runtime", name, list(self))
        return self._core.runtimes[name]

    own = OWN
    """The names of those that every session has."""

    def snapshot(self, name: str) -> dict[str, Any]:
        """A runtime's object as the API shows it.

        Raises:
            NotFound: there is none of that name.
        """
        load = dict(self[name].load())
        load.pop("name", None)
        tasks = [task.name for task in self._users(name)]
        is_default = name == self._core.config.execution
        return {"runtime_id": name, "is_default": is_default, **load, "tasks": tasks}

    def _users(self, name: str) -> list[Task]:
        runtime_of = self._core.session.runtime_of
        with self._core.lock:
            return [task for task in self._core.tasks.values() if runtime_of(task) == name]

    def create(self, name: str, kind: str, size: int) -> Runtime:
        """Make a runtime; see `Session.runtime`."""
        return self._places.add_runtime(self._core, name, kind, size)

    def resize(self, name: str, size: int) -> None:
        """Change how many jobs run at a time; those that run are left alone.

        Raises:
            NotFound: there is none of that name.
            InvalidInput: the size does not fit.
        """
        self[name].resize(size)

    def make_default(self, name: str) -> None:
        """Let tasks that do not say otherwise run here.

        Raises:
            NotFound: there is none of that name.
        """
        self[name]
        self._core.config.update({"execution": name})

    def remove(self, name: str, *, force: bool = False) -> None:
        """Take a runtime away; what runs in it is waited for.

        Args:
            name: the runtime's name.
            force: also when jobs run or wait in it; they are ended and cancelled.

        Raises:
            NotFound: there is none of that name.
            Conflict: every session has it, it is the default, tasks name it, or it has jobs.
        """
        core = self._core
        runtime = self[name]
        with core.lock:
            self._refuse_needed(name)
            jobs = [job for job in core.jobs.values() if job.runtime == name]
            if jobs and not force:
                message = f"runtime '{name}' has {len(jobs)} active job(s); wait, or force"
                raise Conflict(message, runtime=name, jobs=[job.id for job in jobs])
        for job in jobs:
            if not job.has_ended:
                core.handling.terminate_job(job, f"runtime '{name}' was removed")
        runtime.close(core.config.termination_grace.total_seconds())
        with core.lock:
            core.runtimes.pop(name, None)

    def _refuse_needed(self, name: str) -> None:
        if name in OWN:
            raise Conflict(f"every session has a runtime '{name}'", runtime=name)
        if name == self._core.config.execution:
            message = f"runtime '{name}' is the default; make another one the default first"
            raise Conflict(message, runtime=name)
        users = [task.name for task in self._users(name)]
        if users:
            message = f"task '{users[0]}' runs in '{name}'; give it another execution first"
            raise Conflict(message, runtime=name, tasks=users)

    def __repr__(self) -> str:
        return f"Runtimes({list(self)!r})"
