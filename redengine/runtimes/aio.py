"""The runtime that carries out coroutines, and the event loop in a thread of its own."""

from __future__ import annotations

import inspect
import threading
import traceback
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from redengine.runtimes.context import enter_job
from redengine.runtimes.outcome import leave_if_forked, raised, returned, stopped
from redengine.runtimes.pool import Pool
from redengine.runtimes.threads import thread_stack
from redengine.support.forks import times_forked

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Coroutine
    from contextvars import Context
    from types import FrameType

    from redengine.runtimes.base import Execution, Outcome
    from redengine.runtimes.context import JobContext
    from redengine.runtimes.pool import Run

_JOIN_S = 2.0


class LoopThread:
    """A running event loop; `users` counts the executions on it.

    Args:
        name: the thread's name.
    """

    def __init__(self, name: str) -> None:
        import asyncio

        self.users = 0
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def ident(self) -> int | None:
        """The thread's identifier."""
        return self._thread.ident

    def stop(self) -> None:
        """Stop the loop soon and cancel what is left on it."""
        self.loop.call_soon_threadsafe(self.loop.stop)

    def join(self, timeout_s: float = _JOIN_S) -> None:
        """Wait a little for the thread; a coroutine that blocks its loop is left behind."""
        if self._thread is not threading.current_thread():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        import asyncio

        loop = self.loop
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
            asyncio.set_event_loop(None)
            loop.close()


def coroutine_stack(coroutine: Coroutine[Any, Any, Any], ident: int | None) -> str | None:
    """Where a coroutine stands, its outermost call first.

    Args:
        coroutine: the user's coroutine.
        ident: the loop's thread, whose stack it is while the coroutine is not waiting.
    """
    if getattr(coroutine, "cr_running", False):
        return thread_stack(ident)
    frames: list[FrameType] = []
    inner: Any = coroutine
    while (frame := getattr(inner, "cr_frame", None)) is not None:
        frames.append(frame)
        inner = inner.cr_await
    summary = traceback.StackSummary.extract((frame, frame.f_lineno) for frame in frames)
    return "".join(summary.format()) or None


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
