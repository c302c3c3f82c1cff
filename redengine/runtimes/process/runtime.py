"""The runtime that carries out executions in worker processes."""

from __future__ import annotations

import itertools
import logging
import sys
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, ClassVar

from redengine.exceptions import InvalidInput
from redengine.runtimes.base import Outcome
from redengine.runtimes.context import enter_job
from redengine.runtimes.outcome import raised, stopped
from redengine.runtimes.output.capture import format_record, has_line, write_through
from redengine.runtimes.pool import Pool
from redengine.runtimes.process.guarding import GUARDIAN
from redengine.runtimes.process.wire import (
    Report,
    TransferError,
    pack_call,
    unpack_exception,
    unpack_value,
)
from redengine.runtimes.process.worker_process import WorkerProcess
from redengine.runtimes.threads import thread_stack

if TYPE_CHECKING:
    from redengine.runtimes.context import JobContext
    from redengine.runtimes.pool import Run, Slot

_QUIT_WAIT_S = 2.0
_DONE = object()
"""Stands for the worker of a run that has nothing more to do with it."""


class ProcessRuntime(Pool):
    """Up to `size` worker processes, started when needed and kept warm for the next execution.

    A thread of this process stands by each worker: it begins the execution,
    resolves its arguments, sends function and arguments, and takes what comes
    back. A worker is replaced after `recycle_after` executions, after one that
    was asked to stop, and when it dies.

    Args:
        name: the runtime's name.
        size: how many executions run at the same time.
        recycle_after: how many executions a worker runs before it is replaced.
    """

    kind: ClassVar[str] = "process"

    def __init__(self, name: str, size: int, *, recycle_after: int = 1000) -> None:
        super().__init__(name, size)
        self.recycle_after = recycle_after
        self._worker_numbers = itertools.count(1)

    @property
    def recycle_after(self) -> int:
        """How many executions a worker runs before it is replaced; it can be assigned."""
        return self._recycle_after

    @recycle_after.setter
    def recycle_after(self, number: int) -> None:
        if number < 1:
            raise InvalidInput({"recycle_after": f"expected at least 1, got {number!r}"})
        self._recycle_after = number

    def pause(self, execution: Any) -> str | None:
        with self._lock:
            run = self._runs.get(id(execution))
            if run is None or run.handle is _DONE:
                return None
            if run.handle is None:  # its worker is not ready: its code will not begin before it may
                execution.context.pause()
                return "checkpoint"
        run.handle.suspend()
        return "suspended"

    def resume(self, execution: Any) -> bool:
        execution.context.resume()
        worker = self._worker_of(execution)
        if worker is not None:
            worker.resume()
        return id(execution) in self._runs

    def load(self) -> dict[str, object]:
        workers = sum(slot.resource is not None for slot in list(self._slots))
        return {**super().load(), "workers": workers, "recycle_after": self._recycle_after}

    def workers(self) -> list[WorkerProcess]:
        """Its worker processes; one that has died meanwhile may still be among them."""
        found = [slot.resource for slot in list(self._slots)]
        return [each for each in found if isinstance(each, WorkerProcess)]

    # What is done in the thread that stands by a worker.

    def _carry_out(self, run: Run) -> Outcome | None:
        try:
            return copy_context().run(self._converse, run)
        finally:
            with self._lock:
                run.handle = _DONE
            if run.execution.context.is_stop_asked:
                self._discard_worker(run.slot)

    def _discard_worker(self, slot: Slot) -> None:
        """End a worker whose job was asked to stop, with all that it may have started."""
        worker, slot.resource = slot.resource, None
        if worker is not None:
            worker.kill()
            worker.end()

    def _process(self, run: Run) -> None:
        super()._process(run)
        worker = run.slot.resource
        if worker is not None and worker.jobs >= self._recycle_after:
            self._leave(run.slot)

    def _converse(self, run: Run) -> Outcome:
        context = run.execution.context
        enter_job(context)
        try:
            payload = pack_call(*run.execution.payload())
            worker = self._ready_worker(run.slot, context.session)
        except EOFError as error:
            return Outcome("crash", reason=f"{error} before it was ready")
        except BaseException as error:  # noqa: BLE001 # resolving arguments runs user code
            return raised(error, context)
        if not self._may_begin(run, worker):
            return stopped(context)
        GUARDIAN.watch(context.mark)
        try:
            self._send_job(worker, context, payload)
            return self._follow(worker, context)
        except (EOFError, OSError):
            return self._gone(run, worker)
        finally:
            GUARDIAN.release(context.mark)

    def _may_begin(self, run: Run, worker: WorkerProcess) -> bool:
        """Hold a job that was paused while its worker started; False: it is asked to stop."""
        context = run.execution.context
        while not context.is_stop_asked:
            with self._lock:
                if not context.is_paused:
                    run.handle = worker
                    return True
            context.wait_while_paused()
        return False

    def _ready_worker(self, slot: Slot, session: str) -> WorkerProcess:
        worker: WorkerProcess | None = slot.resource
        if worker is not None and not worker.is_alive:
            slot.resource = None
            worker.end()
            worker = None
        if worker is None:
            name = f"{self._name}-{next(self._worker_numbers)}"
            slot.resource = worker = WorkerProcess(session, name)
        return worker

    def _send_job(self, worker: WorkerProcess, context: JobContext, payload: bytes) -> None:
        path = None
        if worker.path != sys.path:
            path = worker.path = list(sys.path)
        worker.jobs += 1
        identity = (context.job_id, context.task, context.attempt)
        level = logging.getLogger().level
        limits = tuple(context.limits)
        worker.send("job", identity, limits, level, path, payload, has_line(), context.session)

    def _follow(self, worker: WorkerProcess, context: JobContext) -> Outcome:
        """Take what the worker sends until the job has ended."""
        while (frame := worker.receive())[0] != "end":
            if frame[0] == "line":
                output = context.output()
                if output is not None:
                    output.line(*frame[1:])
            elif frame[0] == "record":
                _take_record(context, *frame[1:])
            elif frame[0] == "progress":
                context.progress(*frame[1])
            elif frame[0] == "full":
                _take_full(context)
            elif frame[0] == "text":
                write_through(*frame[1:])
        return _outcome(context, Report(*frame[1:]))

    def _gone(self, run: Run, worker: WorkerProcess) -> Outcome:
        """The outcome of an execution whose worker died: killed by us, or crashed."""
        run.slot.resource = None
        worker.end()
        context = run.execution.context
        ending = worker.how_it_ended()
        if context.is_stop_asked:
            return Outcome("terminate", reason=f"{context.stop_reason}; {ending}")
        hint = " (out of memory?)" if ending.endswith("SIGKILL") else ""
        return Outcome("crash", reason=f"{ending}{hint}")

    # What other threads ask.

    def _interrupt(self, run: Run) -> None:
        with self._lock:
            if isinstance(run.handle, WorkerProcess):
                context = run.execution.context
                run.handle.interrupt(context.stop_reason, context.grace_s or 0.0)

    def _expire(self, run: Run) -> None:
        with self._lock:
            worker = run.handle
        if isinstance(worker, WorkerProcess):
            worker.kill()
        elif worker is None:  # resolving its arguments hangs: that is in a thread of ours
            super()._expire(run)

    def _stack(self, run: Run) -> str | None:
        if isinstance(run.handle, WorkerProcess):
            return run.handle.stack()
        return thread_stack(run.slot.thread.ident)

    def _worker_of(self, execution: Any) -> WorkerProcess | None:
        run = self._runs.get(id(execution))
        return run.handle if run is not None and isinstance(run.handle, WorkerProcess) else None

    def _leave(self, slot: Slot) -> None:
        worker, slot.resource = slot.resource, None
        if worker is not None:
            worker.end(_QUIT_WAIT_S)


def _take_full(context: JobContext) -> None:
    output = context.output()
    if output is not None:
        output.fill()


def _take_record(context: JobContext, facts: dict[str, Any], has_handlers: bool) -> None:
    """Log what a worker has logged: through this process's handlers, unless it has its own."""
    record = logging.makeLogRecord(facts)
    logger = logging.getLogger(record.name)
    if not has_handlers:
        if logger.isEnabledFor(record.levelno):
            logger.handle(record)
        return
    output = context.output()
    if output is not None:
        output.line("log", format_record(record))


def _outcome(context: JobContext, report: Report) -> Outcome:
    """The outcome that a worker has reported, its value and exception rebuilt here."""
    action, packed, packed_error, exc_text, reason, dropped, context.exit_code = report
    context.add_dropped_lines(dropped)
    if action == "terminate":
        return Outcome("terminate", exc_text=exc_text, reason=context.stop_reason or reason)
    if action == "inaction":
        return Outcome("inaction", reason=reason)
    if packed_error is not None:
        error = unpack_exception(packed_error, exc_text, reason)
        return Outcome("fail", None, error, exc_text, reason=reason)
    try:
        return Outcome("success", unpack_value(packed or b""))
    except TransferError as error:
        return raised(error, context)
