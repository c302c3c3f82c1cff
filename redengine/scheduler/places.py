"""Places: where a session's jobs run and where its memory is kept; a virtual one for tests."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import NotFound
from redengine.runtimes import AsyncRuntime, MainRuntime, ProcessRuntime, ThreadRuntime
from redengine.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.scheduler.core import Core
    from redengine.scheduler.lifecycle import Lifecycle
    from redengine.tasks import Task

SERVICE: Final = "service"
"""The runtime of permanent thread tasks, so that they take no slot from the others."""
_MOST_SERVICES: Final = 1000
_SIZES: Final = {"thread": "max_threads", "process": "max_processes", "async": "max_async"}


class Places:
    """The surroundings of a session that runs in real time."""

    is_virtual = False
    runs_code = True
    """Whether jobs really run; a forecast only pretends."""

    def open_store(self, core: Core, url: str | None) -> Store:
        """Open the session's memory."""
        return Store.open(
            url,
            records=core.config.history_records,
            age=core.config.history_age,
            name=core.session.name,
        )

    def furnish(self, core: Core) -> None:
        """Make the runtimes every session has."""
        config = core.config
        core.runtimes["thread"] = ThreadRuntime("thread", config.max_threads)
        core.runtimes["process"] = ProcessRuntime("process", config.max_processes)
        core.runtimes["async"] = AsyncRuntime("async", config.max_async)
        core.runtimes["main"] = MainRuntime("main")
        core.runtimes[SERVICE] = ThreadRuntime(SERVICE, _MOST_SERVICES)

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
