"""Printer: data on stdout, for people or for programs; talk on stderr."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from redengine.cli.text import brief_moment, json_text, moment, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

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
        fits = cut(word, room) if cuts else word
        joined = f"{lines[-1]} {fits}" if lines[-1] else fits
        if width_of(joined) <= room or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(fits)
    return lines


def cut(text: str, room: int) -> str:
    """A text that takes no more places than there are; one that is cut ends in "…"."""
    if width_of(text) <= room:
        return text
    while width_of(text) > room - 1:
        text = text[:-1]
    return f"{text}…"


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


COLORS: Final = {
    "success": "green",
    "run": "cyan",
    "running": "cyan",
    "queued": "blue",
    "paused": "yellow",
    "fail": "red",
    "crash": "red",
    "terminate": "magenta",
    "inaction": "yellow",
    "cancel": "yellow",
}
"""The colours of statuses, actions and states."""


_BELOW: Final = "    "
"""Stands before what has its place below a row."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        head: what stands above it.
        read: gives a cell's text of an entry; it has no control characters.
        is_status: whether its words have colours.
        brief: gives a shorter text, for a terminal on which the table has no room.
        is_detail: whether its text may then stand below the row.
    """

    head: str
    read: Callable[[Mapping[str, Any]], str]
    is_status: bool = False
    brief: Callable[[Mapping[str, Any]], str] | None = None
    is_detail: bool = False


def time_column(head: str, key: str) -> Column:
    """A column of instants, which stand in the field `key`."""
    return Column(
        head,
        lambda entry: moment(entry.get(key)),
        brief=lambda entry: brief_moment(entry.get(key)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """Writes what a command has to say.

    Attributes:
        as_json: whether data is JSON, for programs.
        is_quiet: whether talk is left out.
        has_color: whether colours may be used, on a terminal.
    """

    as_json: bool = False
    is_quiet: bool = False
    has_color: bool = True

    def json(self, data: Any) -> None:
        """Data as JSON."""
        self._write(json_text(data))

    def json_line(self, data: Any) -> None:
        """Data as JSON on one line, one of several."""
        self._write(json_text(data, indent=None))

    def text(self, text: str, *, raw: bool = False) -> None:
        """Data as text, in lines.

        Args:
            text: the text.
            raw: leave control characters in it.
        """
        self._write(text if raw else printable(text, keep="\n\t"))

    def line(self, text: object) -> None:
        """Data as one line of text."""
        self._write(printable(text))

    def styled(self, text: str, color: str | None = None, *, bold: bool = False) -> None:
        """A line in a colour."""
        self._write(click.style(printable(text), fg=color, bold=bold or None))

    def say(self, text: object) -> None:
        """Talk: what is not data. Left out when quiet."""
        if not self.is_quiet:
            self._write(printable(text, keep="\n"), err=True)

    def complain(self, text: object) -> None:
        """An error, also when quiet."""
        self._write(printable(text, keep="\n"), err=True)

    def table(self, entries: Iterable[Mapping[str, Any]], columns: Sequence[Column]) -> None:
        """Entries as a table, or as a JSON array.

        Args:
            entries: JSON objects.
            columns: what the table shows of them; those that are empty throughout are left out.
        """
        found = [dict(entry) for entry in entries]
        if self.as_json:
            self.json(found)
            return
        if not found:
            self.say("nothing to show")
            return
        for line in table_lines(found, columns, room()):
            self._write(line)

    def facts(self, data: Mapping[str, Any], shown: Mapping[str, str]) -> None:
        """One thing: a line a fact, or a JSON object.

        Args:
            data: the JSON object.
            shown: what to show of it; empty texts are left out.
        """
        if self.as_json:
            self.json(dict(data))
            return
        width = max((len(name) for name, text in shown.items() if text), default=0)
        places = room()
        for name, text in shown.items():
            if text:
                label = click.style(f"{printable(name):<{width}}", bold=True)
                value, indent = printable(text), "\n" + " " * (width + GAP)
                lines = [value] if places is None else wrapped(value, places - width - GAP)
                value = indent.join(_colored(line, is_status=name == "status") for line in lines)
                self._write(f"{label}{' ' * GAP}{value}")

    def _write(self, text: str, *, err: bool = False) -> None:
        click.echo(text, err=err, color=None if self.has_color else False)


def room() -> int | None:
    """How many places a line of the terminal has; None where stdout is none: lines stay whole."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


class _Filled(NamedTuple):
    """A column with its cells, and the places that it takes; none where it stands below the row."""

    column: Column
    cells: list[str]
    width: int = 0


def table_lines(
    entries: Sequence[Mapping[str, Any]], columns: Sequence[Column], places: int | None = None
) -> list[str]:
    """The lines of a table, heads first.

    Args:
        entries: JSON objects.
        columns: what is shown of them; those that are empty throughout are left out.
        places: how many places a line has; None: as many as it takes.
    """
    filled = _filled(entries, columns, places)
    beside = [each for each in filled if each.width]
    heads = [_padded(each.column.head, each.width) for each in beside]
    lines = [click.style((" " * GAP).join(heads).rstrip(), bold=True)]
    for number in range(len(entries)):
        lines += _row_lines(beside, number)
        below = [each.cells[number] for each in filled if not each.width and each.cells[number]]
        for text in below:
            lines += [
                _BELOW + line for line in wrapped(text, (places or 0) - len(_BELOW), cuts=True)
            ]
    return lines


def _filled(
    entries: Sequence[Mapping[str, Any]], columns: Sequence[Column], places: int | None
) -> list[_Filled]:
    filled = [_with_width(column, [column.read(entry) for entry in entries]) for column in columns]
    filled = [each for each in filled if any(each.cells)]
    if places is None or taken([each.width for each in filled]) <= places:
        return filled
    filled = [
        _with_width(each.column, list(map(each.column.brief, entries)))
        if each.column.brief
        else each
        for each in filled
    ]
    if taken([each.width for each in filled]) <= places:
        return filled
    beside = [each for each in filled if not each.column.is_detail]
    widths = widths_within([(each.column.head, each.cells) for each in beside], places)
    fitted = [each._replace(width=width) for each, width in zip(beside, widths, strict=True)]
    return [*fitted, *(each._replace(width=0) for each in filled if each.column.is_detail)]


def _with_width(column: Column, cells: list[str]) -> _Filled:
    return _Filled(column, cells, max(map(width_of, (column.head, *cells))))


def _row_lines(filled: Sequence[_Filled], number: int) -> Iterator[str]:
    """The lines of one row; a cell of several has the colour of its first word in all of them."""
    cells = [wrapped(each.cells[number], each.width, cuts=True) for each in filled]
    for line in range(max(map(len, cells))):
        shown = [
            _colored(
                _padded(cell[line] if line < len(cell) else "", each.width),
                cell[0],
                is_status=each.column.is_status,
            )
            for each, cell in zip(filled, cells, strict=True)
        ]
        yield (" " * GAP).join(shown).rstrip()


def _padded(text: str, width: int) -> str:
    return text + " " * (width - width_of(text))


def _colored(text: str, named: str | None = None, *, is_status: bool) -> str:
    """The text in the colour of the status that it, or `named`, begins with."""
    color = COLORS.get((named or text).split(" ", 1)[0]) if is_status else None
    return click.style(text, fg=color) if color else text
