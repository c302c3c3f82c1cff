"""Places: where a session's jobs run and where its memory is kept; a virtual one for tests."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import AlreadyExists, InvalidInput, NotFound, did_you_mean, shortened
from redengine.runtimes import AsyncRuntime, MainRuntime, ProcessRuntime, ThreadRuntime
from redengine.store import Store
from redengine.tasks.options import convert_option

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redengine.runtimes import Runtime
    from redengine.scheduler.config import Config
    from redengine.scheduler.core import Core
    from redengine.scheduler.lifecycle import Lifecycle
    from redengine.tasks import Task

SERVICE: Final = "service"
"""The runtime of permanent thread tasks, so that they take no slot from the others."""
_MOST_SERVICES: Final = 1000
_KINDS: Final[Mapping[str, Callable[[str, int], Runtime]]] = {
    "thread": ThreadRuntime,
    "process": ProcessRuntime,
    "async": AsyncRuntime,
}
_SIZES: Final = {"thread": "max_threads", "process": "max_processes", "async": "max_async"}


def kept_history(config: Config) -> dict[str, Any]:
    """How much a session's store keeps, as `Store.keep` takes it."""
    return {
        "records": config.history_records,
        "jobs": config.history_jobs,
        "logs": config.history_logs,
        "age": config.history_age,
    }


class Places:
    """The surroundings of a session that runs in real time."""

    is_virtual = False
    runs_code = True
    """Whether jobs really run; a forecast only pretends."""

    def open_store(self, core: Core, url: str | None) -> Store:
        """Open the session's memory."""
        return Store.open(
            url,
            **kept_history(core.config),
            name=core.session.name,
            clock=core.clock,
        )

    def furnish(self, core: Core) -> None:
        """Make the runtimes every session has."""
        config = core.config
        for kind, key in _SIZES.items():
            core.runtimes[kind] = self.make_runtime(kind, kind, config[key])
        core.runtimes["main"] = self.make_main()
        core.runtimes[SERVICE] = self.make_runtime(SERVICE, "thread", _MOST_SERVICES)

    def add_runtime(self, core: Core, name: str, kind: str, size: int) -> Runtime:
        """Give a session one more place for jobs to run in.

        Raises:
            InvalidInput: there is no such kind, or the size does not fit.
            AlreadyExists: the name is taken.
        """
        if kind not in _SIZES:
            hint = did_you_mean(kind, _SIZES)
            reason = f"expected {', '.join(_SIZES)}, got {shortened(kind)}{hint}"
            raise InvalidInput({"kind": reason})
        convert_option("name", name)
        with core.lock:
            if name in core.runtimes:
                raise AlreadyExists("runtime", name, "give it another name")
            runtime = core.runtimes[name] = self.make_runtime(name, kind, size)
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
        if name not in core.runtimes:
            known = [each for each in core.runtimes if each != SERVICE]
            raise NotFound("runtime", name, known)
        return SERVICE if task.permanent and name == "thread" else name

    def resize(self, core: Core, keys: frozenset[str]) -> None:
        """Follow a change of the configured sizes; under the lock."""
        for name, key in _SIZES.items():
            if key in keys and name in core.runtimes:
                core.runtimes[name].resize(core.config[key])

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

    def serve_main(self, core: Core, stop: threading.Event) -> None:
        """Lend the calling thread to main-thread jobs until `stop` is set."""
        runtime: Any = core.runtimes["main"]
        while not stop.is_set():
            runtime.run_until(stop)
            if not stop.is_set():
                stop.wait()
