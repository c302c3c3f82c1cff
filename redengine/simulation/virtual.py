"""Virtual time: the real scheduler without threads, stepped from instant to instant."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from redengine.runtimes import InlineRuntime
from redengine.runtimes.outcome import perform
from redengine.scheduler.environment import SERVICE, Environment, kept_history
from redengine.store import open_store

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import datetime

    from redengine.clock import ManualClock
    from redengine.runtimes import Execution, Runtime
    from redengine.scheduler.core import Core
    from redengine.scheduler.engine.engine import Engine
    from redengine.scheduler.lifecycle import Lifecycle
    from redengine.store import Store


class VirtualEnvironment(Environment):
    """The surroundings of a session on a virtual clock: jobs run where time is advanced.

    Args:
        clock: the clock to follow.
        duration_of: how long a job takes in virtual time, None for one that only a stop ends;
            no time if not given.
    """

    is_virtual = True
    perform = staticmethod(perform)
    """Runs a job's code."""

    def __init__(
        self,
        clock: ManualClock,
        duration_of: Callable[[Execution], timedelta | None] | None = None,
    ) -> None:
        self.clock = clock
        self.duration_of = duration_of or (lambda _execution: timedelta(0))
        self.runtimes: list[InlineRuntime] = []

    def open_store(self, core: Core, url: str | None) -> Store:
        core.progress_every_s = 0.0
        return open_store(
            url,
            **kept_history(core.config),
            silence_limit=core.config.store_timeout,
            name=core.session.name,
            clock=core.clock,
            synchronous=True,
        )

    def make_runtime(self, name: str, kind: str, size: int) -> Runtime:
        runtime = InlineRuntime(
            name,
            size,
            kind=kind,
            clock=self.clock,
            duration_of=self.duration_of,
            is_service=name == SERVICE,
            perform=self.perform,
        )
        self.runtimes.append(runtime)
        return runtime

    def make_main(self) -> Runtime:
        return self.make_runtime("main", "main", 1)

    def start_engine(self, lifecycle: Lifecycle) -> None:
        del lifecycle  # whoever advances the time steps the engine

    def expect_main(self, core: Core, *, is_expected: bool) -> None:
        del core, is_expected  # there is one thread

    def serve_main(self, core: Core, stop: threading.Event) -> None:
        del core, stop  # there is no time to wait in

    def run_stop(self, stop: Callable[[], None]) -> threading.Thread | None:
        stop()
        return None

    def wait_until(self, core: Core, holds: Callable[[], bool], timeout_s: float) -> bool:
        """As in real time: the clock goes on from end to end, and no further than that."""
        last = self.clock.now() + timedelta(seconds=timeout_s)
        self.settle(core)
        while not holds():
            ends = [each.next_end for each in self.runtimes]
            following = min((at for at in ends if at is not None), default=None)
            if following is None or following > last:
                if timeout_s > 0 and following is not None:
                    self.clock.move_to(last)
                return False
            self.clock.move_to(following)
            self.settle(core)
        return True

    def settle(self, core: Core) -> None:
        del core
        while any(runtime.drain() for runtime in self.runtimes):
            continue


def advance(
    core: Core,
    engine: Engine,
    environment: VirtualEnvironment,
    until: datetime,
    is_enough: Callable[[], bool] = lambda: False,
) -> None:
    """Let everything happen that is to happen up to and including an instant.

    Args:
        core: the session's state.
        engine: what decides.
        environment: where jobs run.
        until: the instant.
        is_enough: asked at each instant on the way; True stops there.
    """
    clock = environment.clock
    while not is_enough():
        # What ends at an instant has ended before anything is decided at it.
        environment.settle(core)
        if core.timers is not None and core.timers.fire():
            continue
        engine.step()
        if any(runtime.drain() for runtime in environment.runtimes) or core.agenda.is_touched:
            continue
        instants = [core.agenda.next_instant(), *(each.next_end for each in environment.runtimes)]
        instants += [] if core.timers is None else [core.timers.next_instant()]
        following = min((at for at in instants if at is not None), default=None)
        if following is None or following > until:
            clock.move_to(until)
            return
        clock.move_to(following)
