"""A line at the bottom of a terminal that is redrawn in place, below all other output."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

_USUAL_WIDTH: Final = 80
_WIDE: Final = frozenset("WF")
_ELLIPSIS: Final = "..."


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
            return stream.write(text)
        self.step_aside()
        try:
            return stream.write(text)
        finally:
            if text:
                self._is_at_start = text.endswith("\n")
            self.come_back()

    def _draw(self, text: str) -> None:
        if self._is_broken:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # the terminal is gone
            self._is_broken = True

    def _encodable(self, text: str) -> str:
        encoding = getattr(self._stream, "encoding", None) or "ascii"
        return text.encode(encoding, "replace").decode(encoding)


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
