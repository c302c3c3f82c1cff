"""What jobs print and log reaches their output, and still goes where it would have gone.

`sys.stdout` and `sys.stderr` are replaced by proxies; what code prints while it
runs as a job is written to the job's output and to the real stream.

Log records are taken where a logger hands them to its handlers. A handler on
the root logger would be simpler, but `logging.basicConfig` does nothing once
there is one, Python's handler of last resort falls silent, and a console
handler would bring each record into the output a second time.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO, cast

from redengine.runtimes.context import running_job
from redengine.runtimes.output.lines import LONGEST_LINE, QUIET
from redengine.runtimes.output.terminal import exclusive, is_terminal, write_alone
from redengine.support.forks import HeldLocks, Order, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from redengine.runtimes.context import JobContext
    from redengine.runtimes.output.terminal import BottomLine

_FORMATTER = logging.Formatter("%(levelname)s %(name)s: %(message)s")
_STREAMS = ("stdout", "stderr")
_KEPT_STREAMS = 256


class JobStream:
    """A standard stream that also writes to the output of the job that uses it.

    One thread at a time writes to the real stream, or flushes it. Everything else is the real
    stream's.

    Args:
        name: "stdout" or "stderr".
        real: the stream that stands behind; None where the program has none.
    """

    def __init__(self, name: str, real: TextIO | None) -> None:
        self._name = name
        self._real = real

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._real, attribute)

    def __repr__(self) -> str:
        return f"<JobStream over {self._name}>"

    @property
    def real(self) -> TextIO | None:
        """The stream that stands behind."""
        return self._real

    def write(self, text: str) -> int:
        """Write to the job's output, if a job is running here, and to the real stream."""
        context = running_job()
        if context is None:
            return self.pass_on(text)
        output = context.output()
        if output is not None:
            output.write(self._name, str(text))
        try:
            self._pass_lines_on(context, str(text))
        except ValueError:
            # The stream was swapped and closed under us: a task is not to fail for that.
            if self._real is None or not self._real.closed:
                raise
        return len(text)

    def _pass_lines_on(self, context: JobContext, text: str) -> None:
        """Write whole lines; what has no end yet waits for it, a flush or the end of the job.

        `print` writes a text and its line end apart, and another thread may write in between.
        """
        text = context.take_begun(self) + text
        whole, end, rest = text.rpartition("\n")
        if "\r" in rest or len(rest) > LONGEST_LINE or not context.keep_begun(self, rest):
            end, rest = end + rest, ""
        if whole or end:
            self.give(whole + end)

    def give(self, text: str) -> None:
        """Write what a job has written to the real stream, or where that is relayed to."""
        if _CAPTURE.relay is not None and is_terminal(self._real):
            _CAPTURE.relay(self._name, text)
        else:
            self.pass_on(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of the lines as it is."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Flush the real stream, with the line that a job here has begun; nothing when closed."""
        if self._real is not None and not self._real.closed:
            context = running_job()
            begun = "" if context is None else context.take_begun(self)
            if begun:
                self.give(begun)
            with exclusive(self._real):
                self._real.flush()

    def pass_on(self, text: str) -> int:
        """Write to the real stream alone."""
        if self._real is None:
            return len(text)
        line = _CAPTURE.line
        return write_alone(self._real, text) if line is None else line.pass_on(self._real, text)


class _Capture:
    """The proxies and the hook in logging, put in place once however many ask for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held = HeldLocks(self._lock)
        self._count = 0
        self._call_handlers = logging.Logger.callHandlers
        # Up to CPython 3.13.2 print() goes on with its sys.stdout without owning it, and the
        # interpreter crashes where another thread has replaced it meanwhile: so what stood there
        # lately is not freed. https://github.com/python/cpython/issues/130163
        self._kept: deque[tuple[str, JobStream]] = deque(maxlen=_KEPT_STREAMS)
        self.forward: Callable[[JobContext, logging.LogRecord, bool], None] = _keep_record
        self.relay: Callable[[str, str], None] | None = None
        self.line: BottomLine | None = None

    def install(self) -> None:
        with self._lock:
            self._count += 1
            self._take_streams()
            if self._count == 1:
                self._call_handlers = logging.Logger.callHandlers
                logging.Logger.callHandlers = _call_handlers  # type: ignore[method-assign,assignment] # see the module's docstring

    def _take_streams(self) -> None:
        for name in _STREAMS:
            if not isinstance(getattr(sys, name), JobStream):
                setattr(sys, name, cast("TextIO", self._over(name, getattr(sys, name))))

    def _over(self, name: str, real: TextIO | None) -> JobStream:
        for kept_name, stream in self._kept:
            if kept_name == name and stream.real is real:
                return stream
        stream = JobStream(name, real)
        self._kept.append((name, stream))
        return stream

    def ensure(self) -> None:
        if type(sys.stdout) is JobStream and type(sys.stderr) is JobStream:
            return
        with self._lock:
            if self._count:
                self._take_streams()

    def uninstall(self) -> None:
        with self._lock:
            self._count = max(0, self._count - 1)
            if self._count:
                return
            for name in _STREAMS:
                stream = getattr(sys, name)
                if isinstance(stream, JobStream):
                    setattr(sys, name, stream.real)
            if logging.Logger.callHandlers is _call_handlers:
                logging.Logger.callHandlers = self._call_handlers  # type: ignore[method-assign] # see above

    def before_fork(self) -> None:
        self._held.take()

    def after_fork(self, *, is_child: bool) -> None:
        self._held.give_back(is_child=is_child)
        if is_child:
            self.line = None  # the parent draws it

    def handle(self, logger: logging.Logger, record: logging.LogRecord) -> None:
        line = self.line
        if line is None:
            self._handle(logger, record)
            return
        line.step_aside()  # handlers may write to the terminal past the streams here
        try:
            self._handle(logger, record)
        finally:
            line.come_back()

    def _handle(self, logger: logging.Logger, record: logging.LogRecord) -> None:
        context = running_job()
        if context is None or QUIET.is_on:
            self._call_handlers(logger, record)
            return
        has_handlers = logger.hasHandlers()
        self.forward(context, record, has_handlers)
        if has_handlers or self.forward is _keep_record:
            QUIET.is_on = True
            try:
                self._call_handlers(logger, record)
            finally:
                QUIET.is_on = False


def _call_handlers(logger: logging.Logger, record: logging.LogRecord) -> None:
    _CAPTURE.handle(logger, record)


def _keep_record(context: JobContext, record: logging.LogRecord, _has_handlers: bool) -> None:
    output = context.output()
    if output is not None:
        output.line("log", format_record(record))


def format_record(record: logging.LogRecord) -> str:
    """The record as a line of output: "WARNING my.logger: message", and its traceback."""
    try:
        return _FORMATTER.format(record)
    except Exception as error:  # noqa: BLE001 # logging never raises for arguments that do not fit
        return f"{record.levelname} {record.name}: {record.msg!r} ({error})"


_CAPTURE = _Capture()
watch(_CAPTURE, Order.RUNTIME)


def install() -> None:
    """Capture the output of jobs from now on; counted: each call needs its `uninstall`."""
    _CAPTURE.install()


def ensure() -> None:
    """Take the standard streams again if somebody has replaced them while output is captured.

    Test runners and notebooks do so.
    """
    _CAPTURE.ensure()


def uninstall() -> None:
    """Take back one `install`; the last one restores the streams and logging."""
    _CAPTURE.uninstall()


def forward_records(forward: Callable[[JobContext, logging.LogRecord, bool], None]) -> None:
    """Have the log records of jobs sent elsewhere: a worker process sends them to its parent.

    Args:
        forward: takes the job, the record, and whether a handler of this process takes it too.
    """
    _CAPTURE.forward = forward


def relay_text(relay: Callable[[str, str], None] | None) -> None:
    """Have what jobs write to a terminal written elsewhere: by the session, which has it.

    Args:
        relay: takes the stream's name and the text; None: it goes to the real stream.
    """
    _CAPTURE.relay = relay


def make_room_for(line: BottomLine | None) -> None:
    """Have all output make room for a line at the bottom of the terminal; None: no more."""
    _CAPTURE.line = line


def has_line() -> bool:
    """Whether output makes room for a line."""
    return _CAPTURE.line is not None


def real_stream(name: str) -> TextIO | None:
    """The standard stream of that name, "stdout" or "stderr", behind the captured one."""
    stream: TextIO | None = getattr(sys, name)
    return stream.real if isinstance(stream, JobStream) else stream


def write_through(name: str, text: str) -> None:
    """Write what was captured elsewhere to a standard stream."""
    stream = getattr(sys, name)
    if isinstance(stream, JobStream):
        stream.pass_on(text)


@contextmanager
def captured() -> Iterator[None]:
    """Capture the output of jobs within the block."""
    install()
    try:
        yield
    finally:
        uninstall()
