"""Text written in pieces becomes the output lines of one job, bounded in number and size."""

from __future__ import annotations

import logging
import threading
from typing import NamedTuple, Protocol

_LOGGER = logging.getLogger("redengine.runtimes")
LONGEST_LINE = 16 * 1024
"""A line longer than this many characters is cut into several."""


class Quiet(threading.local):
    """Whether what this thread writes now is not the job's own text.

    True while a sink takes lines, and while logging handlers write a record
    that was captured already.
    """

    is_on = False


QUIET = Quiet()


class Sink(Protocol):
    """Where the output lines of a job go."""

    def line(self, stream: str, text: str) -> None:
        """Take one line without its line end.

        Called from the thread that wrote it, in order, one at a time, under no lock.

        Args:
            stream: "stdout", "stderr" or "log".
            text: the line.
        """


class OutputLimits(NamedTuple):
    """How much output of one job is kept.

    Attributes:
        lines: at most this many lines.
        size: at most this many bytes, encoded as UTF-8.
    """

    lines: int = 10_000
    size: int = 1024 * 1024


DEFAULT_LIMITS = OutputLimits()


class Output:
    """The output of one job: joins pieces to lines and hands them to the sink.

    A carriage return starts a line over, as on a terminal, so a progress bar
    leaves its last state. When a limit is reached one line says so; what
    follows is counted in `dropped_lines` and not kept.

    Args:
        sink: takes the finished lines.
        limits: how much is kept.
    """

    __slots__ = (
        "_is_closed",
        "_is_delivering",
        "_is_full",
        "_limits",
        "_lines",
        "_lock",
        "_partial",
        "_ready",
        "_sink",
        "_size",
        "dropped_lines",
    )

    def __init__(self, sink: Sink, limits: OutputLimits = DEFAULT_LIMITS) -> None:
        self.dropped_lines = 0
        self._sink = sink
        self._limits = limits
        # Re-entrant: a signal handler or a finaliser may print in the middle of a print.
        self._lock = threading.RLock()
        self._partial: dict[str, str] = {}
        self._ready: list[tuple[str, str]] = []
        self._is_delivering = False
        self._is_full = False
        self._is_closed = False
        self._lines = 0
        self._size = 0

    def write(self, stream: str, text: str) -> None:
        """Take a piece of text; every line end in it finishes a line."""
        if QUIET.is_on:
            return
        with self._lock:
            if self._is_closed:
                return
            if self._is_full:
                self.dropped_lines += text.count("\n")
                return
            self._feed(stream, text)
        self._deliver()

    def line(self, stream: str, text: str) -> None:
        """Take whole lines; a text with line ends in it counts as several."""
        if QUIET.is_on:
            return
        with self._lock:
            if self._is_closed:
                return
            for line in text.split("\n"):
                self._keep(stream, line)
        self._deliver()

    def close(self) -> None:
        """Finish what was begun without a line end; what is written later is ignored."""
        with self._lock:
            for stream, text in self._partial.items():
                self._keep(stream, text)
            self._partial = {}
            self._is_closed = True
        self._deliver()

    def _feed(self, stream: str, text: str) -> None:
        *finished, rest = (self._partial.pop(stream, "") + text).split("\n")
        for line in finished:
            self._keep(stream, line)
        while len(rest) > LONGEST_LINE:
            self._keep(stream, rest[:LONGEST_LINE])
            rest = rest[LONGEST_LINE:]
        if rest and not self._is_full:
            head, _, tail = rest.rpartition("\r")
            self._partial[stream] = tail if head and tail else rest

    def _keep(self, stream: str, line: str) -> None:
        if self._is_full:
            self.dropped_lines += 1
            return
        line = line.rstrip("\r")
        if "\r" in line:
            line = line.rpartition("\r")[2]
        size = len(line) if line.isascii() else len(line.encode(errors="replace"))
        if self._lines >= self._limits.lines or self._size + size > self._limits.size:
            self._is_full = True
            self.dropped_lines += 1
            line = f"… output truncated after {self._lines} lines and {self._size} bytes"
        self._lines += 1
        self._size += size
        self._ready.append((stream, line))

    def _deliver(self) -> None:
        """Hand over what is ready, in order, and never from two threads at once."""
        while True:
            with self._lock:
                if self._is_delivering or not self._ready:
                    return
                self._is_delivering = True
                ready, self._ready = self._ready, []
            QUIET.is_on = True
            try:
                for stream, line in ready:
                    self._sink.line(stream, line)
            except Exception:
                self._is_closed = True
                _LOGGER.exception("a job's output is lost from here on: its sink failed")
            finally:
                QUIET.is_on = False
                self._is_delivering = False
