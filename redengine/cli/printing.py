"""Printer: data on stdout, for people or for programs; talk on stderr."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from redengine.cli.escaping import json_text, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

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


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        head: what stands above it.
        read: gives a cell's text of an entry; it has no control characters.
        is_status: whether its words have colours.
    """

    head: str
    read: Callable[[Mapping[str, Any]], str]
    is_status: bool = False


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
        for line in table_lines(found, columns):
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
        for name, text in shown.items():
            if text:
                label = click.style(f"{printable(name):<{width}}", bold=True)
                self._write(f"{label}  {_colored(printable(text), is_status=name == 'status')}")

    def _write(self, text: str, *, err: bool = False) -> None:
        click.echo(text, err=err, color=None if self.has_color else False)


def table_lines(entries: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> list[str]:
    """The lines of a table, heads first."""
    made = [(column, [column.read(entry) for entry in entries]) for column in columns]
    kept = [(column, cells) for column, cells in made if any(cells)]
    widths = [max(map(width_of, (column.head, *cells))) for column, cells in kept]
    heads = [_padded(column.head, width) for (column, _), width in zip(kept, widths, strict=True)]
    lines = [click.style("  ".join(heads).rstrip(), bold=True)]
    for number in range(len(entries)):
        cells = [
            _colored(_padded(cells[number], width), is_status=column.is_status)
            for (column, cells), width in zip(kept, widths, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def width_of(text: str) -> int:
    """How many places of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(each) else 1 + (unicodedata.east_asian_width(each) in {"W", "F"})
        for each in text
    )


def _padded(text: str, width: int) -> str:
    return text + " " * (width - width_of(text))


def _colored(text: str, *, is_status: bool) -> str:
    color = COLORS.get(text.split(" ", 1)[0]) if is_status else None
    return click.style(text, fg=color) if color else text
