"""Streams that several threads write to: one at a time, and a line at the bottom of a terminal.

The line is redrawn in place, below all other output.
"""

from __future__ import annotations

import io
import os
import threading
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Final, TextIO
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable

_USUAL_WIDTH: Final = 80
_WIDE: Final = frozenset("WF")
_ELLIPSIS: Final = "..."


class _Locks:
    """A lock for each text stream; a forked child begins with fresh ones.

    A thread of the parent that held one does not exist in the child.
    """

    def __init__(self) -> None:
        self.forget()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.forget)

    def forget(self) -> None:
        """Begin with fresh locks."""
        self._guard = threading.Lock()
        self._by_stream: WeakKeyDictionary[io.TextIOWrapper, threading.RLock] = WeakKeyDictionary()

    def of(self, stream: io.TextIOWrapper) -> threading.RLock:
        lock = self._by_stream.get(stream)
        if lock is None:
            with self._guard:
                lock = self._by_stream.setdefault(stream, threading.RLock())
        return lock


_LOCKS: Final = _Locks()


def exclusive(stream: Any) -> AbstractContextManager[object]:
    """The right to use a text stream while no other thread does that asked for it as well.

    `io.TextIOWrapper` is not safe for threads: the interpreter can crash where one thread writes
    and another flushes, truncates or closes. Streams of other classes are left alone: they may run
    code of a user's own, which is not to run under a lock of this package. The lock is re-entrant,
    for a signal handler that prints in the middle of a print.
    """
    return _LOCKS.of(stream) if isinstance(stream, io.TextIOWrapper) else nullcontext()


class BottomLine:
    """The line, and the manners by which it and other output share the terminal.

    Whoever writes something else steps the line aside first, and lets it come back afterwards;
    while others write, and below a line that has no end yet, it is not drawn. It needs nothing
    of a terminal but the carriage return.

    Args:
        stream: the terminal.
        freed: called when the line may be drawn again after it was erased; from any thread.
    """

    def __init__(self, stream: TextIO, freed: Callable[[], None] = lambda: None) -> None:
        self._stream = stream
        self._freed = freed
        # Re-entrant: a signal handler may print in the middle of this. Never held while
        # foreign code runs.
        self._lock = threading.RLock()
        self._shown = ""
        self._width_shown = 0
        self._writers = 0
        self._is_at_start = True
        self._is_broken = False

    @property
    def width(self) -> int:
        """How many columns a text may have."""
        return terminal_width(self._stream) - 1  # a full row would scroll

    def show(self, text: str) -> bool:
        """Draw the line, unless it stands there already; an empty text erases it.

        Returns:
            False: it cannot be drawn now; `freed` will be called.
        """
        with self._lock:
            if self._writers or not self._is_at_start:
                return False
            shown = fitted(self._encodable(text), self.width)
            if shown != self._shown:
                width = display_width(shown)
                end = "" if shown else "\r"
                self._draw("\r" + shown + " " * (self._width_shown - width) + end)
                self._shown, self._width_shown = shown, width
            return True

    def step_aside(self) -> None:
        """Erase the line and keep it away until `come_back`; calls may be nested."""
        with self._lock:
            self._writers += 1
            if self._shown:
                self._draw("\r" + " " * self._width_shown + "\r")
                self._shown, self._width_shown = "", 0

    def come_back(self) -> None:
        """Let the line be drawn again."""
        with self._lock:
            self._writers -= 1
            is_free = not self._writers and self._is_at_start
        if is_free:
            self._freed()

    def pass_on(self, stream: TextIO, text: str) -> int:
        """Write other output to its stream; the line makes room if that is a terminal."""
        if stream is not self._stream and not is_terminal(stream):
            return write_alone(stream, text)
        self.step_aside()
        try:
            return write_alone(stream, text)
        finally:
            if text:
                self._is_at_start = text.endswith("\n")
            self.come_back()

    def _draw(self, text: str) -> None:
        if self._is_broken:
            return
        try:
            with exclusive(self._stream):
                self._stream.write(text)
                self._stream.flush()
        except (OSError, ValueError):  # the terminal is gone
            self._is_broken = True

    def _encodable(self, text: str) -> str:
        encoding = getattr(self._stream, "encoding", None) or "ascii"
        return text.encode(encoding, "replace").decode(encoding)


def write_alone(stream: TextIO, text: str) -> int:
    """Write to a stream while no other thread uses it."""
    with exclusive(stream):
        return stream.write(text)


def is_terminal(stream: Any) -> bool:
    """Whether the stream leads to a terminal."""
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):  # it is none, or closed
        return False


def terminal_width(stream: TextIO) -> int:
    """The number of a terminal's columns; 80 where it does not tell."""
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (AttributeError, OSError, ValueError):
        columns = 0
    return columns if columns > 1 else _USUAL_WIDTH


def display_width(text: str) -> int:
    """How many columns a text takes on a terminal."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    import unicodedata  # worker processes import this module, and need it for nothing

    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def printable(text: str) -> str:
    """The text in one line, without what would move a terminal's cursor or colour it."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else " " for each in text)


def fitted(text: str, width: int) -> str:
    """The text, cut so that it takes no more columns than `width`."""
    if display_width(text) <= width:
        return text
    room = max(0, width - len(_ELLIPSIS))
    kept = 0
    for end, character in enumerate(text):
        kept += _columns(character)
        if kept > room:
            return (text[:end] + _ELLIPSIS)[:width]
    return text[:width]
