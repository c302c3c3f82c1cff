"""Places: where a session's jobs run and where its memory is kept; a virtual one for tests."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import (
    AlreadyExists,
    Conflict,
    InvalidInput,
    NotFound,
    did_you_mean,
    shortened,
)
from redengine.runtimes import (
    AsyncRuntime,
    MainRuntime,
    ProcessRuntime,
    SharedRuntime,
    ThreadRuntime,
)
from redengine.scheduler.events import RUNTIME_CHANGED, RUNTIME_CREATED
from redengine.scheduler.recording.recorder import Recorder
from redengine.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redengine.runtimes import Runtime
    from redengine.scheduler.config import Config
    from redengine.scheduler.core import Core
    from redengine.scheduler.lifecycle import Lifecycle
    from redengine.store import Store
    from redengine.tasks import Task

SERVICE: Final = "service"
"""The runtime of permanent thread tasks, so that they take no slot from the others."""
_MOST_SERVICES: Final = 1000
_KINDS: Final[Mapping[str, Callable[[str, int], Runtime]]] = {
    "thread": ThreadRuntime,
    "process": ProcessRuntime,
    "async": AsyncRuntime,
}
SIZES: Final = {"thread": "max_threads", "process": "max_processes", "async": "max_async"}


def kept_history(config: Config) -> dict[str, Any]:
    """How much a session's store keeps, as `Store.keep` takes it."""
    return {
        "records": config.history_records,
        "jobs": config.history_jobs,
        "logs": config.history_logs,
        "age": config.history_age,
    }


class Environment:
    """The surroundings of a session that runs in real time."""

    is_virtual = False
    runs_code = True
    """Whether jobs really run; a forecast only pretends."""

    def said_store(self) -> str | None:
        """The store of a session that is not given one: what `REDENGINE_STORE` says, if anything.

        None over virtual time, and where no code runs: what is simulated is kept nowhere.
        """
        if self.is_virtual or not self.runs_code:
            return None
        return os.environ.get("REDENGINE_STORE", "").strip() or None

    def open_store(self, core: Core, url: str | None) -> Store:
        """Open the session's memory."""
        return open_store(
            url,
            **kept_history(core.config),
            silence_limit=core.config.store_timeout,
            name=core.session.name,
            clock=core.clock,
        )

    def make_recorder(self, core: Core) -> Recorder:
        """What writes down what happens; its store is open."""
        return Recorder(core)

    def furnish(self, core: Core) -> None:
        """Make the runtimes every session has."""
        config = core.config
        for kind, key in SIZES.items():
            core.runtimes[kind] = self._made(core, kind, kind, config[key])
        core.runtimes["main"] = self.make_main()
        core.runtimes[SERVICE] = self._made(core, SERVICE, "thread", _MOST_SERVICES)

    def add_runtime(self, core: Core, name: str, kind: str, size: int) -> Runtime:
        """Give a session one more place for jobs to run in.

        Raises:
            AlreadyExists: the name is taken.
        """
        with core.lock:
            if name in core.runtimes:
                raise AlreadyExists("runtime", name, "give it another name")
            runtime = core.runtimes[name] = self._made(core, name, kind, size)
            core.events.publish(RUNTIME_CREATED, core.clock.now(), name, kind, size)
        return runtime

    def _made(self, core: Core, name: str, kind: str, size: int) -> Runtime:
        if size == 0:
            return SharedRuntime(name, core.runtimes["thread"])
        runtime = self.make_runtime(name, kind, size)
        if isinstance(runtime, ProcessRuntime):
            runtime.recycle_after = core.config.max_jobs_per_process
        return runtime

    def make_runtime(self, name: str, kind: str, size: int) -> Runtime:
        """A runtime of a kind."""
        return _KINDS[kind](name, size)

    def make_main(self) -> Runtime:
        """The runtime of the main thread."""
        return MainRuntime("main")

    def runtime_name(self, core: Core, task: Task) -> str:
        """The name of the runtime in which a task's jobs run.

        Raises:
            NotFound: the task or the configuration names one that does not exist.
        """
        name: str = task.execution or core.config.execution
        if not core.takes_jobs(name):
            raise NotFound("runtime", name, self.runtime_names(core))
        return SERVICE if task.permanent and name == "thread" else name

    @staticmethod
    def runtime_names(core: Core) -> list[str]:
        """The runtimes that tasks may name."""
        return [name for name in core.runtimes if name != SERVICE and core.takes_jobs(name)]

    def refuse_unfit(self, core: Core, values: Mapping[str, Any]) -> None:
        """Complain of a change of configuration that names a runtime which does not exist.

        Raises:
            InvalidInput: it does.
        """
        name = values.get("execution")
        known = self.runtime_names(core)
        if name is not None and name not in known:
            reason = f"there is no runtime {shortened(name)}{did_you_mean(name, known)}"
            raise InvalidInput({"execution": reason})

    def follow(self, core: Core, keys: frozenset[str]) -> None:
        """Follow a change of what is configured of runtimes; under the lock."""
        for name, key in SIZES.items():
            if key in keys and name in core.runtimes:
                size = core.config[key]
                core.runtimes[name].resize(size)
                core.events.publish(RUNTIME_CHANGED, core.clock.now(), name, size, "open")
        if "max_jobs_per_process" in keys:
            for runtime in core.runtimes.values():
                if isinstance(runtime, ProcessRuntime):
                    runtime.recycle_after = core.config.max_jobs_per_process

    def start_engine(self, lifecycle: Lifecycle) -> None:
        """Let the engine run."""
        lifecycle.start_engine_thread()

    def run_stop(self, stop: Callable[[], None]) -> threading.Thread | None:
        """Run the shut-down beside whoever asked for it; the thread that does."""
        thread = threading.Thread(target=stop, name="redengine-shutdown", daemon=True)
        thread.start()
        return thread

    def settle(self, core: Core) -> None:
        """Let what can end now end, where nobody else does that."""

    def wait_until(self, core: Core, holds: Callable[[], bool], timeout_s: float) -> bool:
        """Wait for what ends of jobs bring about; whether it has come.

        Args:
            core: the session's state.
            holds: asked under the lock, after each end of a job.
            timeout_s: how long to wait.
        """
        with core.lock:
            return core.changed.wait_for(holds, timeout_s)

    def expect_main(self, core: Core, *, is_expected: bool) -> None:
        """Say whether a thread is going to `serve_main`, so that no other one begins to."""
        runtime: Any = core.runtimes["main"]
        runtime.is_expected = is_expected

    def serve_main(self, core: Core, stop: threading.Event) -> None:
        """Lend the calling thread to main-thread jobs until `stop` is set."""
        runtime: Any = core.runtimes["main"]
        while not stop.is_set():
            try:
                runtime.run_until(stop)
            except Conflict:  # another thread serves it, as one that waits in `start`
                stop.wait()
            runtime.wait_until_open(stop)
