"""A command while it runs: followed, asked to end, and killed with all that it has started."""

from __future__ import annotations

import codecs
import contextlib
import io
import locale
import os
import select
import signal
import subprocess
import sys
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from redengine.runtimes.output.lines import LONGEST_LINE
from redengine.runtimes.process.guardian import JOB_VARIABLE, kill_job
from redengine.runtimes.process.guarding import GUARDIAN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.runtimes import JobContext

_SHOWN_ERROR_LINES: Final = 5
_CHUNK: Final = 1 << 16
LONGEST_RETURN: Final = 64 * 1024
"""A command returns as many bytes of what it printed last."""
_MOST_AFTER_END: Final = 1 << 20
"""No pipe holds more: so many bytes are read after the command's end, whoever writes on."""
_READER_WAITS_S: Final = 1.0
_KILLED_S: Final = 1.0


class CommandProcess:
    """A command in a process group of its own, whose output goes to a job.

    Args:
        command: the program and its arguments, or a line for the shell.
        cwd: the folder to run it in.
        env: environment variables on top of this process's.
        shell: whether `command` is for the shell.
        job: the job that it runs for.

    Attributes:
        last_errors: the last lines of its error stream.
        tail: the end of its output stream, as bytes.

    Raises:
        OSError: it cannot be started.
    """

    def __init__(
        self,
        command: str | list[str],
        *,
        cwd: str | None,
        env: Mapping[str, str],
        shell: bool,
        job: JobContext,
    ) -> None:
        self._job = job
        self.last_errors: deque[str] = deque(maxlen=_SHOWN_ERROR_LINES)
        GUARDIAN.watch(job.mark)  # before there is anything that a killed session could leave
        try:
            self._process = subprocess.Popen(  # noqa: S603 - running the user's command is the task
                command,
                cwd=cwd,
                env={**os.environ, **env, JOB_VARIABLE: job.mark},
                shell=shell,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except BaseException:
            GUARDIAN.release(job.mark)
            raise
        self._ended, self._end = os.pipe()
        self.tail = bytearray()
        self._readers = [
            self._reader(self._process.stdout, "stdout", deque(maxlen=1), self.tail),
            self._reader(self._process.stderr, "stderr", self.last_errors, None),
        ]

    def _reader(
        self, pipe: Any, stream: str, last_lines: deque[str], tail: bytearray | None
    ) -> threading.Thread:
        lines = _Lines(self._job, stream, last_lines, tail)
        name = f"redengine-command-{stream}"
        thread = threading.Thread(target=self._read, args=(pipe, lines), name=name, daemon=True)
        thread.start()
        return thread

    def wait(self) -> int:
        """Return its exit code, once its output is the job's.

        What it has started and left behind may hold its streams open and write on: that is not
        waited for.
        """
        process, job = self._process, self._job
        GUARDIAN.watch(process.pid)
        job.on_kill(self.kill)
        forget = job.on_stop(self.ask_to_end)
        try:
            process.wait()
        finally:
            job.on_kill(None)
            forget()
            os.close(self._end)
            for reader in self._readers:
                reader.join(None if sys.platform != "win32" else _READER_WAITS_S)
            os.close(self._ended)
            if job.is_stop_asked:
                kill_job(job.mark)
            with contextlib.suppress(subprocess.TimeoutExpired):  # it has been killed by now
                job.exit_code = process.wait(_KILLED_S)
            GUARDIAN.release(process.pid, job.mark)
        return process.returncode

    def printed(self) -> str:
        """The end of what it has written to its output stream: `LONGEST_RETURN` bytes at most."""
        text = self.tail.decode(locale.getencoding(), "replace").replace("\r\n", "\n")
        # Where the beginning is cut off, a character may be cut in two.
        return text.lstrip("\ufffd") if len(self.tail) >= LONGEST_RETURN else text

    def ask_to_end(self) -> None:
        """Send SIGTERM to its whole group."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it with its group, and whatever has left that."""
        self._signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        kill_job(self._job.mark)

    def _signal(self, number: signal.Signals) -> None:
        try:
            if sys.platform == "win32":
                self._process.send_signal(number)
            elif self._process.returncode is None:
                os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return  # it has ended by itself

    def _read(self, pipe: Any, lines: _Lines) -> None:
        with pipe:
            descriptor = pipe.fileno()
            left = _MOST_AFTER_END
            while left > 0 and (data := self._next(descriptor)):
                lines.feed(data)
                if self._process.returncode is not None:
                    left -= len(data)
        lines.close()

    def _next(self, descriptor: int) -> bytes:
        """What is there to read; nothing at the stream's end, and at the command's."""
        if sys.platform != "win32":
            poller = select.poll()
            poller.register(descriptor, select.POLLIN)
            poller.register(self._ended, select.POLLIN)
            if all(each != descriptor for each, _ in poller.poll()):
                return b""
        return os.read(descriptor, _CHUNK)


class _Lines:
    """Cuts a stream into the lines of a job's output.

    Args:
        job: takes them.
        stream: "stdout" or "stderr".
        last_lines: keeps the last ones.
        tail: keeps the last bytes, if given.
    """

    def __init__(
        self, job: JobContext, stream: str, last_lines: deque[str], tail: bytearray | None
    ) -> None:
        self._tail = tail
        self._job = job
        self._stream = stream
        self._last_lines = last_lines
        decoder = codecs.getincrementaldecoder(locale.getencoding())("replace")
        self._decoder = io.IncrementalNewlineDecoder(decoder, translate=True)
        self._rest = ""

    def feed(self, data: bytes) -> None:
        """Take what was read."""
        if self._tail is not None:
            self._tail += data
            del self._tail[:-LONGEST_RETURN]
        *lines, self._rest = (self._rest + self._decoder.decode(data)).split("\n")
        for line in lines:
            self._write(line)
        while len(self._rest) >= LONGEST_LINE:  # a line without an end is not to fill the memory
            self._write(self._rest[:LONGEST_LINE])
            self._rest = self._rest[LONGEST_LINE:]

    def close(self) -> None:
        """Take a last line without an end."""
        self.feed(b"")
        if rest := self._rest + self._decoder.decode(b"", final=True):
            self._write(rest.rstrip("\n"))

    def _write(self, line: str) -> None:
        self._last_lines.append(line)
        self._job.write(self._stream, line)
