"""Text written in pieces becomes the output lines of one job, bounded in number and size."""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from redengine.support.forks import put_off

if TYPE_CHECKING:
    from collections.abc import Callable

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

UNSAID: Final[deque[logging.LogRecord]] = deque()
"""What a runtime has to say where a scheduler may hold its lock, which hands it to the handlers.

Handlers are user code: one that waits for that lock, or for what waits for it, would wait for ever.
"""


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
    follows is counted in `dropped_lines` and not kept, and the last line of all
    tells the number.

    Args:
        sink: takes the finished lines.
        limits: how much is kept.
        on_full: called once instead of these two lines: somebody else writes them.
    """

    __slots__ = (
        "_is_closed",
        "_is_delivering",
        "_is_full",
        "_limits",
        "_lines",
        "_lock",
        "_on_full",
        "_partial",
        "_ready",
        "_sink",
        "_size",
        "_unfinished",
        "dropped_lines",
    )

    def __init__(
        self,
        sink: Sink,
        limits: OutputLimits = DEFAULT_LIMITS,
        on_full: Callable[[], None] | None = None,
    ) -> None:
        self.dropped_lines = 0
        self._sink = sink
        self._limits = limits
        self._on_full = on_full
        # Re-entrant: a signal handler or a finaliser may print in the middle of a print.
        self._lock = threading.RLock()
        self._partial: dict[str, str] = {}
        self._unfinished: set[str] = set()
        """The streams in the middle of a line that was counted as dropped."""
        self._ready: list[tuple[str, str] | None] = []
        """What the sink is to be given; None tells of the limit."""
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
            partial, self._partial = self._partial, {}
            for stream, text in partial.items():
                self._keep(stream, text)
            if self.dropped_lines and self._on_full is None and not self._is_closed:
                lines = "1 line" if self.dropped_lines == 1 else f"{self.dropped_lines} lines"
                self._ready.append(("log", f"… {lines} dropped"))
            self._is_closed = True
        self._deliver()

    def fill(self) -> None:
        """Keep nothing more: the limits were reached elsewhere."""
        with self._lock:
            self._fill("log")
        self._deliver()

    def add_dropped_lines(self, number: int) -> None:
        """Count lines that were dropped elsewhere."""
        with self._lock:
            self.dropped_lines += number

    def _feed(self, stream: str, text: str) -> None:
        text = self._partial.pop(stream, "") + text
        start = 0
        while not self._is_full and (end := text.find("\n", start)) >= 0:
            self._keep(stream, text[start:end])
            start = end + 1
        while not self._is_full and len(text) - start > LONGEST_LINE:
            if not self._keep(stream, text[start : start + LONGEST_LINE]):
                self._unfinished.add(stream)
            start += LONGEST_LINE
        if self._is_full:
            self._drop(stream, text, start)
        elif start < len(text):
            head, _, tail = text[start:].rpartition("\r")
            self._partial[stream] = tail if head and tail else text[start:]

    def _drop(self, stream: str, text: str, start: int) -> None:
        """Count the lines of a text from an offset on; one may be the rest of another."""
        if start >= len(text):
            return
        ends = text.endswith("\n")
        self.dropped_lines += text.count("\n", start) + (not ends) - (stream in self._unfinished)
        (self._unfinished.discard if ends else self._unfinished.add)(stream)

    def _keep(self, stream: str, line: str) -> bool:
        """Keep a line, or count it; whether it was kept."""
        if self._is_full:
            self.dropped_lines += 1
            return False
        line = line.rstrip("\r")
        if "\r" in line:
            line = line.rpartition("\r")[2]
        for start in range(0, len(line) or 1, LONGEST_LINE):
            if not self._keep_piece(stream, line[start : start + LONGEST_LINE]):
                self.dropped_lines += 1
                return False
        return True

    def _keep_piece(self, stream: str, line: str) -> bool:
        size = len(line) if line.isascii() else len(line.encode(errors="replace"))
        if self._lines >= self._limits.lines or self._size + size > self._limits.size:
            self._fill(stream)
            return False
        self._lines += 1
        self._size += size
        self._ready.append((stream, line))
        return True

    def _fill(self, stream: str) -> None:
        """Keep nothing more, and say so; what was begun counts as dropped."""
        if self._is_full:
            return
        self._is_full = True
        self.dropped_lines += len(self._partial)
        self._unfinished |= self._partial.keys()
        self._partial.clear()
        if self._on_full is None:
            text = f"… output truncated after {self._lines} lines and {self._size} bytes"
            self._ready.append((stream, text))
        else:
            self._ready.append(None)

    def _deliver(self) -> None:
        """Hand over what is ready, in order, and never from two threads at once."""
        if put_off(self._deliver):
            return
        while True:
            with self._lock:
                if self._is_delivering or not self._ready:
                    return
                self._is_delivering = True
                ready, self._ready = self._ready, []
            QUIET.is_on = True
            try:
                for each in ready:
                    if each is not None:
                        self._sink.line(*each)
                    elif self._on_full is not None:
                        self._on_full()
            except Exception:
                self._is_closed = True
                _LOGGER.exception("a job's output is lost from here on: its sink failed")
            finally:
                QUIET.is_on = False
                self._is_delivering = False
