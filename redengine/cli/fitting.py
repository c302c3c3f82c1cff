"""Fitting: cells of a table in as many places as a terminal has, broken between words only."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP: Final = 2
"""Places between two columns."""
_NARROWEST: Final = 8
"""The least width of a column whose words have to be cut."""


def width_of(text: str) -> int:
    """How many places of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(each) else 1 + (unicodedata.east_asian_width(each) in {"W", "F"})
        for each in text
    )


def wrapped(text: str, room: int, *, cuts: bool = False) -> list[str]:
    """A text in lines of a given width.

    Args:
        text: the text, of one line.
        room: the places of a line.
        cuts: whether a longer word is cut and ends in "…"; else it stands out.
    """
    lines = [""]
    for word in text.split(" "):
        fits = _cut(word, room) if cuts else word
        joined = f"{lines[-1]} {fits}" if lines[-1] else fits
        if width_of(joined) <= room or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(fits)
    return lines


def _cut(word: str, room: int) -> str:
    if width_of(word) <= room:
        return word
    while width_of(word) > room - 1:
        word = word[:-1]
    return f"{word}…"


def widths_within(columns: Sequence[tuple[str, Sequence[str]]], room: int) -> list[int]:
    """The places of each column, so that all of them take no more than the room, if they can.

    The widest columns give first: between words, then, but for the first one, by cutting words.

    Args:
        columns: the head and the cells of each column.
        room: the places for all of them and the gaps between them.
    """
    heads = [width_of(head) for head, _ in columns]
    longest = [max((width_of(cell) for cell in cells), default=0) for _, cells in columns]
    words = [max(map(_longest_word, cells), default=0) for _, cells in columns]
    widths = list(map(max, heads, longest))
    _give(widths, list(map(max, heads, words)), room)
    cut = [min(word, _NARROWEST) for word in words]
    _give(widths, list(map(max, heads, [words[0], *cut[1:]])), room)
    return widths


def _longest_word(text: str) -> int:
    return max(map(width_of, text.split(" ")))


def taken(widths: Sequence[int]) -> int:
    """The places that columns of these widths take together."""
    return sum(widths) + GAP * (len(widths) - 1)


def _give(widths: list[int], least: Sequence[int], room: int) -> None:
    """Take places from the widest columns until all have room, or none can give more."""
    while taken(widths) > room:
        giving = [number for number, width in enumerate(widths) if width > least[number]]
        if not giving:
            return
        widths[max(giving, key=widths.__getitem__)] -= 1
