"""Small tables in HTML, for notebooks: everything that comes in is text, and is escaped.

There is no script, and no style that has a colour, so they are readable in dark themes.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_CELL: Final = 300
_LEFT: Final = ' style="text-align: left; white-space: pre-wrap"'


def facts(title: str, pairs: Iterable[tuple[str, object]], zone: tzinfo | None = None) -> str:
    """A table of names and values; those that are None or empty are left out.

    Args:
        title: what stands above it.
        pairs: the names and values.
        zone: the zone in which times are shown; their own if not given.
    """
    rows = [
        f"<tr><th{_LEFT}>{_text(name)}</th><td{_LEFT}>{_text(value, zone)}</td></tr>"
        for name, value in pairs
        if value is not None and value != ""
    ]
    return _table(title, rows)


def listing(
    title: str, head: Sequence[str], rows: Iterable[Sequence[object]], zone: tzinfo | None = None
) -> str:
    """A table with a row for each thing, under a head.

    Args:
        title: what stands above it.
        head: the names of the columns.
        rows: the values of each row.
        zone: the zone in which times are shown; their own if not given.
    """
    lines = ["".join(f"<th{_LEFT}>{_text(name)}</th>" for name in head)]
    lines += ["".join(f"<td{_LEFT}>{_text(value, zone)}</td>" for value in row) for row in rows]
    return _table(title, [f"<tr>{line}</tr>" for line in lines])


def block(text: str) -> str:
    """Text whose lines and spaces are kept."""
    return f"<pre>{escape(text)}</pre>"


def _table(title: str, rows: Iterable[str]) -> str:
    return f"<table><caption{_LEFT}>{_text(title)}</caption>{''.join(rows)}</table>"


def _text(value: object, zone: tzinfo | None = None) -> str:
    """A value as escaped text, cut where it is long."""
    if value is None:
        text = ""
    elif isinstance(value, datetime):
        local = value.astimezone(zone) if zone is not None else value
        text = f"{local:%Y-%m-%d %H:%M:%S %Z}".rstrip()
    else:
        text = str(value)
    return escape(text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…")
