"""What the code of a task can ask and tell about the job it is running as."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

from redengine.exceptions import Conflict, JobTerminated
from redengine.runtimes.output.lines import DEFAULT_LIMITS, Output, OutputLimits, Sink
from redengine.runtimes.progress import PROGRESS_EVERY_S, Meter, Progress, checked_progress
from redengine.support.forks import HeldLocks, Order, watch

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Future
    from collections.abc import Callable, Generator

LOCK = threading.RLock()
"""Guards the rare events of all job contexts, which keeps a context small.

Re-entrant: a signal handler may ask a job to stop in the middle of such an event.
"""


class Gate:
    """Holds a job until it opens: threads block, coroutines await."""

    __slots__ = ("_event", "_futures", "waiting")

    def __init__(self) -> None:
        self.waiting = 0
        self._event = threading.Event()
        self._futures: list[tuple[AbstractEventLoop, Future[None]]] = []

    def wait(self) -> None:
        """Block until the gate opens."""
        with LOCK:
            self.waiting += 1
        self._event.wait()

    def future(self, loop: AbstractEventLoop) -> Future[None]:
        """A future of the loop that is done when the gate opens."""
        future = loop.create_future()
        with LOCK:
            self.waiting += 1
            if self._event.is_set():
                future.set_result(None)
            else:
                self._futures.append((loop, future))
        return future

    def open(self) -> None:
        """Let everybody pass."""
        with LOCK:
            self._event.set()
            futures, self._futures = self._futures, []
        for loop, future in futures:
            loop.call_soon_threadsafe(_settle, future)


def _settle(future: Future[None]) -> None:
    if not future.done():
        future.set_result(None)


_LOGGER = logging.getLogger("redengine.runtimes")
_CURRENT: ContextVar[JobContext | None] = ContextVar("redengine_job", default=None)
_process_job: JobContext | None = None


class Writable(Protocol):
    """A stream that several threads write to."""

    def give(self, text: str) -> None:
        """Write to it what a job has written."""


class JobContext:
    """The running job, as its own code sees it: `current_job()` gives it.

    Args:
        job_id: the job's id.
        task: the task's name.
        attempt: 1 for the first attempt.
        sink: takes the output lines; None: output is not captured.
        on_progress: told of progress, the latest at most every `progress_every_s` seconds.
        limits: how much output is kept.
        on_full: called once instead of a line of output that says that a limit was reached.
        progress_every_s: see `on_progress`; 0 tells of each.
        session: the session's mark, see `mark`.
    """

    __slots__ = (
        "_begun",
        "_callbacks",
        "_gate",
        "_kill",
        "_loop",
        "_meter",
        "_output",
        "_refused_waits",
        "attempt",
        "exit_code",
        "grace_s",
        "has_noticed_stop",
        "is_cooperative",
        "is_stop_asked",
        "job_id",
        "latest_progress",
        "limits",
        "on_full",
        "on_progress",
        "progress_every_s",
        "session",
        "sink",
        "stop_reason",
        "task",
    )

    def __init__(
        self,
        job_id: str,
        task: str,
        attempt: int = 1,
        *,
        sink: Sink | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        limits: OutputLimits = DEFAULT_LIMITS,
        on_full: Callable[[], None] | None = None,
        progress_every_s: float = PROGRESS_EVERY_S,
        session: str = "",
    ) -> None:
        self.job_id = job_id
        self.task = task
        self.attempt = attempt
        self.sink = sink
        self.on_progress = on_progress
        self.limits = limits
        self.on_full = on_full
        self.progress_every_s = progress_every_s
        self.latest_progress: Progress | None = None
        self.exit_code: int | None = None
        """Of the command that the job has run; negative for a signal."""
        self.stop_reason: str | None = None
        self.grace_s: float | None = None
        self.is_stop_asked = False
        self.is_cooperative = False
        self.has_noticed_stop = False
        self.session = session
        self._kill: Callable[[], object] | None = None
        self._gate: Gate | None = None
        self._loop: AbstractEventLoop | None = None
        self._meter: Meter | None = None
        self._output: Output | None = None
        self._refused_waits: str | None = None
        self._begun: dict[tuple[Writable, int], str] | None = {}
        self._callbacks: list[Callable[[], object]] | None = None

    def __repr__(self) -> str:
        return f"<JobContext {self.job_id} of task '{self.task}', attempt {self.attempt}>"

    # What the task's code calls.

    @property
    def should_stop(self) -> bool:
        """Whether the job was asked to stop: end soon, or be ended.

        Code that returns after it saw True ends its job as terminated.
        """
        self.is_cooperative = True
        if self.is_stop_asked:
            self.has_noticed_stop = True
        return self.is_stop_asked

    def checkpoint(self) -> Checkpoint:
        """A point where the job may be paused or ended.

        Blocks while the job is paused. In a coroutine write
        `await current_job().checkpoint()`: there the waiting is in the await.

        Raises:
            JobTerminated: the job was asked to stop; let it pass.
        """
        self.is_cooperative = True
        if self.is_stop_asked:
            self._raise_stop()
        gate = self._gate
        if gate is None:
            return _PASSED
        if self._loop is not None:
            return Checkpoint(self)
        gate.wait()
        return self.checkpoint()

    def progress(self, done: float, total: float | None = None, text: str | None = None) -> None:
        """Tell how far the job is; the latest one is shown.

        It may be called as often as one likes: what is told in quick succession is thinned
        out, but for the last one.

        Args:
            done: how much is done; beyond `total` it counts as all of it.
            total: of how much, if known.
            text: what the job is doing, in a few words.

        Raises:
            InvalidInput: `done` or `total` is no number, negative, infinite or NaN, or `text`
                is no text.
        """
        self.latest_progress = latest = checked_progress(done, total, text)
        meter = self._meter
        if meter is None:
            if self.on_progress is None:
                return
            meter = self._make_meter(self.on_progress)
        meter.tell(latest)

    def write(self, stream: str, text: str) -> None:
        """Add to the job's output what does not pass through `print` or logging.

        Args:
            stream: "stdout", "stderr" or "log".
            text: one line without its line end, or several.
        """
        output = self.output()
        if output is not None:
            output.line(stream, text)

    def on_stop(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Have `callback` called, in a thread of its own, once the job is asked to stop.

        For code that waits where it cannot look: the callback ends what is waited for.
        Asked to stop already, it is called here and now.

        Returns:
            A function that takes the callback back.
        """
        self.is_cooperative = True
        with LOCK:
            is_late = self.is_stop_asked
            if not is_late:
                self._callbacks = [*(self._callbacks or ()), callback]
        if is_late:
            self.has_noticed_stop = True
            _call(callback)
        return lambda: self._forget(callback)

    def on_kill(self, callback: Callable[[], object] | None) -> None:
        """Have `callback` called where the job was asked to stop and its grace is over.

        For code that waits for a process: the callback kills it, and the job need not be abandoned.
        """
        self._kill = callback

    # What the scheduler and the runtimes call.

    @property
    def mark(self) -> str:
        """What tells processes that the job has started from all others on the machine."""
        return f"{self.session}/{self.job_id}"

    def kill(self) -> bool:
        """End by force what the code waits for; False where there is nothing that could be."""
        callback = self._kill
        if callback is not None:
            _call(callback)
        return callback is not None

    @property
    def is_paused(self) -> bool:
        """Whether the job is to wait at its next checkpoint, or waits at one."""
        return self._gate is not None

    @property
    def is_held(self) -> bool:
        """Whether the job stands at a checkpoint right now: the pause has taken hold."""
        gate = self._gate
        return gate is not None and gate.waiting > 0

    @property
    def dropped_lines(self) -> int:
        """How many output lines were not kept, for the limits."""
        return self._output.dropped_lines if self._output is not None else 0

    def request_stop(self, reason: str | None = None, grace_s: float | None = None) -> None:
        """Ask the code to end itself; wakes it where it is paused. The first reason stays."""
        with LOCK:
            self.grace_s = grace_s
            if self.is_stop_asked:
                return
            self.stop_reason = reason or "asked to stop"
            self.is_stop_asked = True
            gate, callbacks, self._callbacks = self._gate, self._callbacks, None
            if callbacks:
                self.has_noticed_stop = True
        if gate is not None:
            gate.open()
        if callbacks:
            name = f"redengine-stop-{self.job_id}"
            threading.Thread(target=_call_all, args=(callbacks,), name=name, daemon=True).start()

    def pause(self) -> None:
        """Hold the code at its next checkpoint; without effect once it was asked to stop."""
        with LOCK:
            if self._gate is None and not self.is_stop_asked:
                self._gate = Gate()

    def resume(self) -> None:
        """Let the code pass its checkpoints again."""
        with LOCK:
            gate, self._gate = self._gate, None
        if gate is not None:
            gate.open()

    def wait_while_paused(self) -> None:
        """Block until the job may go on, or is asked to stop: where its code has not begun."""
        gate = self._gate
        if gate is not None:
            gate.wait()

    def output(self) -> Output | None:
        """The job's captured output, made when first asked for; None when it has no sink."""
        if self._output is None and self.sink is not None:
            with LOCK:
                if self._output is None:
                    self._output = Output(self.sink, self.limits, self.on_full)
        return self._output

    def take_begun(self, stream: Writable) -> str:
        """The line that this thread has begun on a stream, which is forgotten."""
        begun = self._begun
        return begun.pop((stream, threading.get_ident()), "") if begun else ""

    def keep_begun(self, stream: Writable, text: str) -> bool:
        """Keep the line that this thread has begun on a stream; False once the job has ended."""
        begun = self._begun
        if begun is not None and text:
            begun[stream, threading.get_ident()] = text
        return begun is not None

    def close(self) -> None:
        """Hand over the last progress and the last partial line; what comes later is ignored."""
        begun, self._begun = self._begun, None
        for (stream, _), text in (begun or {}).items():
            with suppress(OSError, ValueError):  # it is closed, or the terminal gone
                stream.give(text)
        self.on_progress = None
        if self._meter is not None:
            self._meter.close()
        if self._output is not None:
            self._output.close()

    def leave_to_parent(self, *, is_told: bool) -> None:
        """In a forked child: the job and its end are the parent's.

        Args:
            is_told: whether what is written here can still reach the job.
        """
        self._output = self._meter = None
        self._begun = {}
        if not is_told:
            self.sink = self.on_progress = self.on_full = None

    def add_dropped_lines(self, number: int) -> None:
        """Count lines that a worker process has not kept."""
        output = self.output() if number else None
        if output is not None:
            output.add_dropped_lines(number)

    def enter_loop(self, loop: AbstractEventLoop) -> None:
        """From here on the code is a coroutine on this loop: a checkpoint must not block."""
        self._loop = loop

    def refuse_waits(self, *, only_endless: bool) -> None:
        """Refuse to wait for a stop: nobody asks for one while virtual time stands still.

        Args:
            only_endless: let waits pass that have a timeout.
        """
        self._refused_waits = "endless" if only_endless else "all"

    def check_wait(self, timeout: float | None) -> None:
        """Called before the code waits until it is asked to stop.

        Raises:
            Conflict: it would wait for ever.
        """
        if self._refused_waits == "all" or (self._refused_waits and timeout is None):
            raise Conflict(
                f"job {self.job_id} of task '{self.task}' waits to be asked to stop, which "
                "nobody does while virtual time stands still; test what it does between two "
                "waits by itself, or disable the task in the test",
                job_id=self.job_id,
            )

    def _make_meter(self, take: Callable[[Progress], None]) -> Meter:
        with LOCK:
            if self._meter is None:
                self._meter = Meter(take, self.progress_every_s)
            return self._meter

    def _raise_stop(self) -> None:
        self.has_noticed_stop = True
        raise JobTerminated(self.job_id, self.task, self.stop_reason or "asked to stop")

    def _forget(self, callback: Callable[[], object]) -> None:
        with LOCK:
            self._callbacks = [kept for kept in self._callbacks or () if kept is not callback]


class Checkpoint:
    """What `checkpoint()` gives: nothing to a function, something to await to a coroutine."""

    __slots__ = ("_context",)

    def __init__(self, context: JobContext | None) -> None:
        self._context = context

    def __await__(self) -> Generator[Future[None], None, None]:
        context = self._context
        while context is not None and (gate := context._gate) is not None:  # noqa: SLF001 # both classes are one mechanism
            if context.is_stop_asked or context._loop is None:  # noqa: SLF001 # see above
                break
            yield from gate.future(context._loop).__await__()  # noqa: SLF001 # see above
        if context is not None:
            context.checkpoint()


_PASSED = Checkpoint(None)


def current_job() -> JobContext:
    """The job that the calling code runs as.

    Raises:
        Conflict: the calling code does not run as a job.
    """
    context = running_job()
    if context is None:
        raise Conflict(
            "current_job() was called outside of a job; it works in the code of a task, "
            "in the thread, coroutine or worker process in which its runtime runs it"
        )
    return context


def running_job() -> JobContext | None:
    """The job that the calling code runs as, or None."""
    return _CURRENT.get() or _process_job


def enter_job(context: JobContext) -> None:
    """Make `context` the current job of the calling contextvars context."""
    _CURRENT.set(context)


def set_process_job(context: JobContext | None) -> None:
    """Make `context` the job of the whole process: a worker process runs one at a time."""
    global _process_job  # noqa: PLW0603 # one job a worker process is what the name says
    _process_job = context


class _Forks:
    """What a fork means for the job whose code forks."""

    def __init__(self) -> None:
        self._held = HeldLocks(LOCK)

    def before_fork(self) -> None:
        self._held.take()

    def after_fork(self, *, is_child: bool) -> None:
        self._held.give_back(is_child=is_child)
        context = running_job()
        if is_child and context is not None:
            context.leave_to_parent(is_told=_process_job is not None)


_FORKS = _Forks()
watch(_FORKS, Order.RUNTIME)


class StopFlag:
    """Tells the task's code whether it has been asked to stop; it can be waited for.

    In a worker process it is the flag of the job that runs there.
    """

    __slots__ = ("_context",)

    def __init__(self, context: JobContext | None) -> None:
        self._context = context

    def is_set(self) -> bool:
        """Whether the job has been asked to stop."""
        return self._context is not None and self._context.should_stop

    def wait(self, timeout: float | None = None) -> bool:
        """Return when the job has been asked to stop, or after `timeout` seconds."""
        context = self._context
        if context is None or context.should_stop:
            return True
        context.check_wait(timeout)
        asked = threading.Event()
        forget = context.on_stop(asked.set)
        try:
            return asked.wait(timeout)
        finally:
            forget()

    def __bool__(self) -> bool:
        return self.is_set()

    def __reduce__(self) -> tuple[Callable[[], StopFlag], tuple[()]]:
        return _own_flag, ()

    def __repr__(self) -> str:
        return f"StopFlag({self.is_set()})"


def _own_flag() -> StopFlag:
    return StopFlag(running_job())


def _call_all(callbacks: list[Callable[[], object]]) -> None:
    for callback in callbacks:
        _call(callback)


def _call(callback: Callable[[], object]) -> None:
    try:
        callback()
    except Exception:
        _LOGGER.exception("an on_stop callback failed")
