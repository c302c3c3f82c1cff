"""The inside of a worker process: runs one job after another for the session that started it."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import sys
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from redengine.exceptions import JobTerminated
from redengine.runtimes.context import JobContext, set_process_job
from redengine.runtimes.outcome import (
    format_stack,
    leave_if_forked,
    raised,
    returned,
    summary,
)
from redengine.runtimes.output.capture import forward_records, install, relay_text
from redengine.runtimes.output.lines import QUIET, OutputLimits
from redengine.runtimes.process.guardian import JOB_VARIABLE
from redengine.runtimes.process.wire import (
    Frame,
    TransferError,
    Wire,
    pack_exception,
    pack_value,
    process_descriptor,
)
from redengine.support.forks import Order, times_forked, watch

if TYPE_CHECKING:
    from types import FrameType

    from redengine.runtimes.base import Outcome
    from redengine.runtimes.progress import Progress

_AGAIN_S = 0.005
_PLAIN = (str, int, float, bool, type(None))


def serve(read_fd: int, write_fd: int, session_pid: int) -> None:
    """Serve until the session closes its end or dies.

    Args:
        read_fd: the descriptor (on Windows the handle) that frames come from.
        write_fd: the one that frames go to.
        session_pid: the process that started this one.
    """
    wire = Wire(_own(read_fd), _own(write_fd), process_descriptor(session_pid))
    _, path, arguments = wire.receive()
    sys.path[:] = path
    sys.argv[:] = arguments
    Worker(wire).serve()


def _own(descriptor: int) -> int:
    """Take over an inherited descriptor, so that processes started from here do not get it."""
    if sys.platform == "win32":
        import msvcrt

        return msvcrt.open_osfhandle(descriptor, os.O_BINARY)
    os.set_inheritable(descriptor, False)
    return descriptor


class Worker:
    """Runs jobs in the main thread, while another one listens to the session.

    Args:
        wire: leads to the session.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._jobs: SimpleQueue[Frame | None] = SimpleQueue()
        self._context: JobContext | None = None
        self._path: list[str] = []
        self._is_armed = False  # user code runs in the main thread: SIGTERM may raise in it
        self._last_call: JobContext | None = None

    def serve(self) -> None:
        """Run jobs until the session ends the conversation."""
        signal.signal(signal.SIGTERM, self._on_terminate)
        # Ctrl-C is for the session. Not SIG_IGN: processes started from here would inherit that.
        signal.signal(signal.SIGINT, lambda _number, _frame: None)
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.reconfigure(line_buffering=True)  # type: ignore[union-attr] # real streams here
        forward_records(self._send_record)
        install()
        watch(self._wire, Order.RUNTIME)
        threading.Thread(target=self._listen, name="redengine-listen", daemon=True).start()
        self._send("ready", os.getpid())
        while (job := self._jobs.get()) is not None:
            self._run(*job[1:])

    # The main thread.

    def _run(
        self,
        identity: tuple[str, str, int],
        limits: tuple[int, int],
        level: int,
        path: list[str] | None,
        payload: bytes,
        is_relayed: bool,
        session: str,
    ) -> None:
        relay_text(self._send_text if is_relayed else None)
        if path is not None:
            sys.path[:] = path
        logging.getLogger().setLevel(level)
        context = JobContext(
            *identity,
            sink=self,
            on_progress=self._send_progress,
            limits=OutputLimits(*limits),
            on_full=self._send_full,
            session=session,
        )
        os.environ[JOB_VARIABLE] = context.mark
        self._enter(context)
        outcome = self._perform(context, payload)
        context.close()
        self._enter(None)
        self._report(outcome, context)

    def _enter(self, context: JobContext | None) -> None:
        self._context = context
        set_process_job(context)

    def _perform(self, context: JobContext, payload: bytes) -> Outcome:
        forks = times_forked()
        try:
            try:
                self._is_armed = True
                value = _call(payload)
            finally:
                self._is_armed = False
        except BaseException as error:  # noqa: BLE001 # whatever the task raises ends the job, not the worker
            outcome = raised(error, context)
        else:
            outcome = returned(value, context)
        leave_if_forked(forks, outcome)
        return outcome

    def _report(self, outcome: Outcome, context: JobContext) -> None:
        action, value, error, exc_text, _, reason = outcome
        packed = None
        if action == "success":
            try:
                packed = pack_value(value)
            except TransferError as refusal:
                action, error, reason = "fail", refusal, summary(refusal)
                exc_text = reason
        packed_error = pack_exception(error) if error is not None and action == "fail" else None
        lines, code = context.dropped_lines, context.exit_code
        self._send("end", action, packed, packed_error, exc_text, reason, lines, code)

    def _on_terminate(self, _number: int, _frame: FrameType | None) -> None:
        """End the user's code by an exception, unless it has shown that it looks by itself."""
        context = self._context
        if context is None:
            self._jobs.put(None)
            return
        context.request_stop("SIGTERM")
        is_left_alone = context.is_cooperative and self._last_call is not context
        if is_left_alone or not self._is_armed:
            return
        if QUIET.is_on:  # output is on its way: an exception now would cut a frame
            again = threading.Timer(_AGAIN_S, self._terminate_again, (context,))
            again.daemon = True
            again.start()
            return
        self._is_armed = False
        context.has_noticed_stop = True
        raise JobTerminated(context.job_id, context.task, context.stop_reason or "SIGTERM")

    def _insist(self, context: JobContext) -> None:
        """Half of the grace is over: end code that used to look for a stop and does not now."""
        if not context.has_noticed_stop:
            self._last_call = context
            self._terminate_again(context)

    def _terminate_again(self, context: JobContext) -> None:
        if self._context is context:
            _signal_main_thread()

    # What the user's code causes, in any thread.

    def line(self, stream: str, text: str) -> None:
        """Send an output line."""
        self._send("line", stream, text)

    def _send_progress(self, progress: Progress) -> None:
        self._send("progress", progress)

    def _send_text(self, stream: str, text: str) -> None:
        self._send("text", stream, text)

    def _send_full(self) -> None:
        self._send("full")

    def _send_record(
        self, _context: JobContext, record: logging.LogRecord, has_handlers: bool
    ) -> None:
        facts = {key: v for key, v in record.__dict__.items() if isinstance(v, _PLAIN)}
        try:
            facts["msg"] = record.getMessage()
        except Exception as error:  # noqa: BLE001 # logging never raises for arguments that do not fit
            facts["msg"] = f"{record.msg!r} ({error})"
        if record.exc_info:
            facts["exc_text"] = logging.Formatter().formatException(record.exc_info)
        self._send("record", {**facts, "args": None}, has_handlers)

    def _send(self, *frame: Any) -> None:
        """Send a frame, without an exception of `_on_terminate` in the middle of it."""
        was_quiet, QUIET.is_on = QUIET.is_on, True
        try:
            self._wire.send(*frame)
        finally:
            QUIET.is_on = was_quiet

    # The listening thread.

    def _listen(self) -> None:
        try:
            while True:
                self._take(self._wire.receive())
        except (EOFError, OSError):
            if self._context is not None:
                _end_group()
            self._jobs.put(None)

    def _take(self, frame: Frame) -> None:
        context = self._context
        if frame[0] == "job":
            self._jobs.put(frame)
        elif frame[0] == "quit":
            self._jobs.put(None)
        elif frame[0] == "stop" and context is not None:
            self._ask_to_stop(context, *frame[1:])
        elif frame[0] == "stack":
            stack = sys._current_frames().get(threading.main_thread().ident or 0)  # noqa: SLF001 # documented
            self._wire.send("stack", format_stack(stack) if stack is not None else None)

    def _ask_to_stop(self, context: JobContext, reason: str | None, grace_s: float) -> None:
        context.request_stop(reason, grace_s)
        if sys.platform == "win32":
            return
        # The session's SIGTERM may have gone to another thread of this process,
        # where it does not wake a main thread that waits for a lock.
        _signal_main_thread()
        if context.is_cooperative:
            insist = threading.Timer(grace_s / 2, self._insist, (context,))
            insist.daemon = True
            insist.start()


def _signal_main_thread() -> None:
    if sys.platform != "win32":
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)


def _call(payload: bytes) -> object:
    try:
        function, arguments, keywords = pickle.loads(payload)  # noqa: S301 # it comes from our own session
    except Exception as error:
        raise TransferError(
            f"the function or an argument cannot be loaded in the worker process: {summary(error)}"
        ) from error
    _show_in_main(function)
    value = function(*arguments, **keywords)
    if type(value).__name__ == "coroutine":
        from redengine.runtimes.outcome import run_coroutine

        value = run_coroutine(value)
    return value


def _show_in_main(function: Any) -> None:
    """Let the script's functions be found by name here, where `__main__` is not the script.

    They came by value; `multiprocessing` sends them on to its processes by name.
    """
    names = getattr(function, "__globals__", None)
    if names is None or function.__module__ != "__main__":
        return
    main = vars(sys.modules["__main__"])
    main[function.__name__] = function
    main |= {
        name: value
        for name, value in names.items()
        if getattr(value, "__module__", None) == "__main__"
    }


def _end_group() -> None:
    """The session is dead and a job is running: end this process and all it has started."""
    if sys.platform == "win32":
        os._exit(1)
    os.killpg(os.getpgrp(), signal.SIGKILL)
