"""`--dry-run`: what a write would do to starts, printed in place of making it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redengine.cli.base import option
from redengine.cli.printing import Column, time_column
from redengine.cli.text import moment, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redengine.cli.printing import Printer
    from redengine.client import WhatIf

dry_run_option = option(
    "--dry-run", is_flag=True, help="Change nothing; show the starts that would change in a week."
)
_COLUMNS: Final = (
    Column("CHANGE", lambda row: row["change"]),
    Column("TASK", lambda row: printable(row["task"])),
    time_column("AT", "at"),
    Column("NOTE", lambda row: printable(row["note"])),
)
MOST_SHOWN: Final = 50


def show_what_if(printer: Printer, found: WhatIf) -> None:
    """The starts that a write would change, in the order of time, or all of it as JSON."""
    if printer.as_json:
        printer.json(found.to_dict())
        return
    rows = [
        *_rows("added", found.data["added"]),
        *_rows("moved", found.data["moved"]),
        *_rows("removed", found.data["removed"]),
        *_rows("collides", found.data["colliding"]),
    ]
    rows.sort(key=lambda row: (row["at"], row["task"]))
    printer.table(rows[:MOST_SHOWN], _COLUMNS)
    if len(rows) > MOST_SHOWN:
        printer.say(f"and {len(rows) - MOST_SHOWN} more; --json shows all")
    for each in found.unpredictable:
        printer.say(f"{each.task}: {each.reason}")
    end = found.data["cut"]
    counts = ", ".join(
        f"{len(found.data[key])} {key}" for key in ("added", "moved", "removed", "colliding")
    )
    until = moment(end or found.data["until"])
    cut = "; the search was cut there" if end else ""
    printer.say(f"nothing is changed: {counts} until {until}{cut}")


def _rows(change: str, starts: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return [
        {
            "change": change,
            "task": each["task"],
            "at": each["at"],
            "note": f"from {moment(each['from'])}" if "from" in each else each.get("message", ""),
        }
        for each in starts
    ]
