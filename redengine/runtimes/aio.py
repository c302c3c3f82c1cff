"""The runtime that carries out coroutines on an event loop."""

from __future__ import annotations

import inspect
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from redengine.forks import times_forked
from redengine.runtimes.context import enter_job
from redengine.runtimes.eventloop import LoopThread, coroutine_stack
from redengine.runtimes.outcome import Outcome, raised, returned, stopped
from redengine.runtimes.perform import leave_if_forked
from redengine.runtimes.pool import Pool
from redengine.runtimes.thread import thread_stack

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable
    from contextvars import Context

    from redengine.runtimes.base import Execution
    from redengine.runtimes.context import JobContext
    from redengine.runtimes.slot import Run


class _Flight:
    """A coroutine of a run on its loop."""

    __slots__ = ("awaitable", "is_started", "task", "thread")

    def __init__(self, awaitable: Any, thread: LoopThread) -> None:
        self.awaitable = awaitable
        self.thread = thread
        self.task: asyncio.Task[Outcome] | None = None
        self.is_started = False


class AsyncRuntime(Pool):
    """Up to `size` coroutines at a time on one event loop.

    Beginning an execution, resolving its arguments and reporting its end are
    done in threads: they may block. So is a function that is no coroutine
    function. Only the coroutine itself is on the loop.

    A coroutine is stopped by cancelling it. One that does not end is
    abandoned; as it may be blocking the loop, later ones get a new loop.
    """

    kind: ClassVar[str] = "async"

    def __init__(self, name: str, size: int) -> None:
        super().__init__(name, size)
        self._current: LoopThread | None = None

    def close(self, timeout_s: float) -> list[Execution]:
        left = super().close(timeout_s)
        with self._lock:
            thread, self._current = self._current, None
        if thread is not None:
            thread.stop()
            thread.join()
        return left

    def _carry_out(self, run: Run) -> Outcome | None:
        context = run.execution.context
        variables = copy_context()
        variables.run(enter_job, context)
        forks = times_forked()
        try:
            value = variables.run(run.execution.call)
        except BaseException as error:  # noqa: BLE001 # SystemExit and KeyboardInterrupt end the job, not the worker
            outcome = raised(error, context)
        else:
            if inspect.isawaitable(value):
                return self._take_off(run, value, variables)
            outcome = returned(value, context)
        leave_if_forked(forks, outcome)
        return outcome

    def _take_off(self, run: Run, value: Any, variables: Context) -> Outcome | None:
        context = run.execution.context
        flight = self._board(run, value)
        if flight is None:
            return stopped(context)
        flight.thread.loop.call_soon_threadsafe(self._launch, run, flight, variables)
        return None

    def _board(self, run: Run, awaitable: Awaitable[Any]) -> _Flight | None:
        """Give the run a place on the loop; None when it was abandoned meanwhile."""
        with self._lock:
            if run.is_ended:
                _discard(awaitable)
                return None
            if self._current is None:
                self._current = LoopThread(f"redengine-{self._name}-loop")
            run.handle = flight = _Flight(awaitable, self._current)
            flight.thread.users += 1
        return flight

    # On the loop.

    def _launch(self, run: Run, flight: _Flight, variables: Context) -> None:
        context = run.execution.context
        context.enter_loop(flight.thread.loop)
        coroutine = _fly(flight, context)
        flight.task = flight.thread.loop.create_task(coroutine, context=variables)
        flight.task.add_done_callback(partial(self._land, run, flight))

    def _land(self, run: Run, flight: _Flight, task: asyncio.Task[Outcome]) -> None:
        with self._lock:
            flight.thread.users -= 1
            self._stop_if_unused(flight.thread)
            self._urgent.append(partial(self._end, run, task.result()))
            fresh = self._rouse(is_urgent=True)
        self._start(fresh)

    def _cancel(self, flight: _Flight) -> None:
        if flight.task is not None and flight.is_started:
            flight.task.cancel()

    # From other threads.

    def _interrupt(self, run: Run) -> None:
        flight = run.handle
        if isinstance(flight, _Flight) and not run.is_ended:
            flight.thread.loop.call_soon_threadsafe(self._cancel, flight)

    def _lose(self, run: Run) -> None:
        if not isinstance(run.handle, _Flight):
            super()._lose(run)
        elif run.handle.thread is self._current:
            self._current = None

    def _stop_if_unused(self, thread: LoopThread) -> None:
        """Stop a loop that was replaced, once the last coroutine has left it."""
        if thread is not self._current and thread.users == 0:
            thread.stop()

    def _stack(self, run: Run) -> str | None:
        flight = run.handle
        if not isinstance(flight, _Flight):
            return thread_stack(run.slot.thread.ident)
        if inspect.iscoroutine(flight.awaitable):
            return coroutine_stack(flight.awaitable, flight.thread.ident)
        return None


async def _fly(flight: _Flight, context: JobContext) -> Outcome:
    """Await the user's code; whatever it raises becomes the outcome, so the loop goes on."""
    from asyncio import CancelledError

    flight.is_started = True
    if context.is_stop_asked:
        _discard(flight.awaitable)
        return stopped(context)
    forks = times_forked()
    try:
        value = await flight.awaitable
    except BaseException as error:  # noqa: BLE001 # SystemExit would end the loop
        was_cancelled = isinstance(error, CancelledError) and _is_cancelled(context)
        outcome = stopped(context) if was_cancelled else raised(error, context)
    else:
        outcome = stopped(context) if _is_cancelled(context) else returned(value, context)
    leave_if_forked(forks, outcome)
    return outcome


def _is_cancelled(context: JobContext) -> bool:
    """Whether the current task was cancelled by this runtime, whatever its code made of that."""
    from asyncio import current_task

    task = current_task()
    return context.is_stop_asked and task is not None and task.cancelling() > 0


def _discard(awaitable: Awaitable[Any]) -> None:
    """Let go of a coroutine that will not be awaited."""
    if inspect.iscoroutine(awaitable):
        awaitable.close()
