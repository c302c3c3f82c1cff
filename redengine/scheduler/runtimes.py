"""The runtimes of a session: made, resized and removed while it runs."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import Conflict, InvalidInput, NotFound, counted, did_you_mean, shortened
from redengine.runtimes import SharedRuntime
from redengine.scheduler.config import LARGEST_RUNTIMES
from redengine.scheduler.core import log
from redengine.scheduler.environment import SERVICE, SIZES
from redengine.scheduler.events import RUNTIME_CHANGED, RUNTIME_REMOVED, TASK_CHANGED
from redengine.tasks.options import convert_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redengine.runtimes import Runtime
    from redengine.scheduler.core import Core
    from redengine.scheduler.environment import Environment
    from redengine.scheduler.jobs.control import Control
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
        told = (name, core.runtimes[name].size, "draining")
        core.events.publish(RUNTIME_CHANGED, core.clock.now(), *told)
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
        core = self._core
        task.reset(execution=None)
        core.show(task)
        core.events.publish(TASK_CHANGED, core.clock.now(), task.name, ("execution",))

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
        core = self._core
        core.leaving.discard(self._name)
        if core.runtimes.pop(self._name, None) is not None:
            core.events.publish(RUNTIME_REMOVED, core.clock.now(), self._name)


OWN: Final = frozenset((*SIZES, "main", SERVICE))
"""The runtimes that every session has, which cannot be removed."""


class Runtimes:
    """The places in which jobs run, by name; the one of the permanent tasks is not listed."""

    def __init__(self, core: Core, environment: Environment, control: Control) -> None:
        self._core = core
        self._environment = environment
        self._control = control

    def __iter__(self) -> Iterator[str]:
        return iter([name for name in list(self._core.runtimes) if name != SERVICE])

    def __contains__(self, name: object) -> bool:
        return name in self._core.runtimes and name != SERVICE

    def __len__(self) -> int:
        return len(self._core.runtimes) - 1

    def __getitem__(self, name: str) -> Runtime:
        runtime = self._core.runtimes.get(name)
        if runtime is None or name == SERVICE:
            raise NotFound("runtime", name, list(self))
        return runtime

    # -- reading

    own = OWN
    """The names of those that every session has."""

    def snapshot(self, name: str) -> dict[str, Any]:
        """A runtime's object as the API shows it.

        Raises:
            NotFound: there is none of that name.
        """
        runtime = self[name]
        load = dict(runtime.load())
        load.pop("name", None)
        core = self._core
        return {
            "runtime_id": name,
            "status": "draining" if name in core.leaving else "open",
            "is_default": name == core.config.execution,
            "is_builtin": name in OWN,
            "shared": False,
            **load,
            "thread_pool_size": runtime.size,
            "available": available(runtime),
            "tasks": [task.name for task in self._users(name)],
        }

    def snapshots(self) -> list[dict[str, Any]]:
        """The objects of all runtimes, in the order in which they were made."""
        with self._core.lock:
            return [self.snapshot(name) for name in self]

    def _users(self, name: str) -> list[Task]:
        """The tasks whose jobs run there."""
        core = self._core
        with core.lock:
            if name in core.leaving:
                return []
            runtime_of = core.session.runtime_of
            return [task for task in core.tasks.values() if runtime_of(task) == name]

    # -- making and changing

    def reasons_against(
        self, name: object, kind: object, size: object, *, is_default: object = False
    ) -> dict[str, str]:
        """What of a runtime that is to be made does not fit, by field; empty if all fits."""
        reasons = {
            "runtime_id": _against_name(name),
            "kind": _against_kind(kind),
            "size": _against_size(size, str(kind)),
            "is_default": _against_flag(is_default),
        }
        return {field: reason for field, reason in reasons.items() if reason}

    def create(
        self, name: str, kind: str = "thread", size: int | None = None, *, is_default: bool = False
    ) -> Runtime:
        """Make a runtime; see `Session.runtime`.

        Args:
            name: its name.
            kind: thread, process or async.
            size: how many jobs run in it at once; 0, and none given, let those of threads share
                the places of the runtime `thread`. Processes and async have 1 if not given.
            is_default: whether tasks that do not say otherwise run in it.

        Raises:
            InvalidInput: a value does not fit; with a reason for each.
            AlreadyExists: the name is taken.
        """
        self._core.refuse_fork()
        size = usual_size(kind) if size is None else size
        reasons = self.reasons_against(name, kind, size, is_default=is_default)
        if reasons:
            raise InvalidInput(reasons)
        runtime = self._environment.add_runtime(self._core, name, kind, size)
        if is_default:
            self.make_default(name)
        return runtime

    def resize(self, name: str, size: int) -> None:
        """Change how many jobs run at a time; those that run are left alone.

        The size of a runtime that every session has is configuration, and is changed there.

        Raises:
            NotFound: there is none of that name.
            InvalidInput: the size does not fit.
        """
        self._core.refuse_fork()
        runtime = self[name]
        reason = _against_size(size, runtime.kind)
        if reason is None and (size == 0) is not isinstance(runtime, SharedRuntime):
            reason = "places of its own cannot be given or taken away; make another runtime"
        if reason:
            raise InvalidInput({"size": reason})
        if name in SIZES:
            self._core.config.update({SIZES[name]: size})
        else:
            runtime.resize(size)
            core = self._core
            core.events.publish(RUNTIME_CHANGED, core.clock.now(), name, size, "open")

    def make_default(self, name: str) -> None:
        """Let tasks that do not say otherwise run here.

        Raises:
            NotFound: there is none of that name.
            Conflict: it is being removed.
        """
        self[name]
        if name in self._core.leaving:
            raise Conflict(f"runtime '{name}' is being removed", runtime=name)
        self._core.config.update({"execution": name})

    # -- removing

    def remove(self, name: str, *, force: bool = False, wait: bool = True) -> Removed:
        """Take a runtime away.

        Forced, it takes no more jobs: tasks that name it run in the default runtime from now on
        (the one of threads, if this was the default), jobs that wait in it move along with
        their task, and jobs that run in it are asked to end, by the ladder.

        Args:
            name: the runtime's name.
            force: also when tasks name it, jobs run or wait in it, or it is the default.
            wait: return only when the last job has left; otherwise it is "draining" until then.

        Raises:
            NotFound: there is none of that name.
            Conflict: every session has it; or, not forced, it is the default, tasks name it, or
                it has jobs.
        """
        core = self._core
        core.refuse_fork()
        with core.lock:
            runtime = self[name]
            self._refuse_removal(name, force=force)
            removal = Removal(core, self._control, name)
            removed = removal.clear_out()

        def finish() -> None:
            removal.finish(runtime, core.config.termination_grace.total_seconds())

        if wait or self._environment.is_virtual:
            finish()
        else:
            threading.Thread(target=finish, name=f"redengine-remove-{name}", daemon=True).start()
        return removed

    def _refuse_removal(self, name: str, *, force: bool) -> None:
        if name in OWN:
            raise Conflict(f"every session has a runtime '{name}'", runtime=name)
        if name in self._core.leaving:
            raise Conflict(f"runtime '{name}' is being removed already", runtime=name)
        if force:
            return
        if name == self._core.config.execution:
            message = f"runtime '{name}' is the default; make another one the default, or force"
            raise Conflict(message, runtime=name)
        users = [task.name for task in self._users(name)]
        if users:
            message = f"task '{users[0]}' runs in '{name}'; give it another execution, or force"
            raise Conflict(message, runtime=name, tasks=users)
        jobs = [job.id for job in self._core.jobs.values() if job.runtime == name]
        if jobs:
            message = f"runtime '{name}' has {counted(len(jobs), 'active job')}; wait, or force"
            raise Conflict(message, runtime=name, jobs=jobs)

    def __repr__(self) -> str:
        return f"Runtimes({list(self)!r})"


def usual_size(kind: object) -> int:
    """The size of a runtime that is made without one."""
    return 0 if kind == "thread" else 1


def available(runtime: Runtime) -> int:
    """How many more jobs could begin in a runtime now."""
    if isinstance(runtime, SharedRuntime):
        return runtime.available
    return max(0, runtime.size - runtime.running)


def _against_name(name: object) -> str | None:
    try:
        convert_option("name", name)
    except InvalidInput as error:
        return error.fields["name"]
    if "/" in str(name):
        return f"expected a name without '/', got {shortened(name)}"
    return None


def _against_kind(kind: object) -> str | None:
    if isinstance(kind, str) and kind in LARGEST_RUNTIMES:
        return None
    hint = did_you_mean(kind, LARGEST_RUNTIMES) if isinstance(kind, str) else ""
    return f"expected {', '.join(LARGEST_RUNTIMES)}, got {shortened(kind)}{hint}"


def _against_size(size: object, kind: str) -> str | None:
    largest = LARGEST_RUNTIMES.get(kind, 1 if kind == "main" else max(LARGEST_RUNTIMES.values()))
    smallest = 0 if kind == "thread" else 1
    if isinstance(size, int) and not isinstance(size, bool) and smallest <= size <= largest:
        return None
    if kind == "main":
        return f"there is one main thread, so the size is 1; got {shortened(size)}"
    shares = ", or 0 to share the session's threads" if smallest == 0 else ""
    return f"expected a whole number from 1 to {largest}{shares}, got {shortened(size)}"


def _against_flag(value: object) -> str | None:
    return None if isinstance(value, bool) else f"expected true or false, got {shortened(value)}"
