"""`redengine events`: what happens in the session, as it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from redengine.cli.base import Command, option
from redengine.cli.printing import COLORS
from redengine.cli.settings import Settings, pass_settings
from redengine.cli.text import moment, value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.cli.printing import Printer
    from redengine.client import Event

_HEAD: Final = frozenset(("type", "position", "seq", "timestamp", "topic", "task", "job_id", "sub"))
"""What stands in a place of its own, or in none."""


@click.command(cls=Command)
@option(
    "--topics",
    "-t",
    multiple=True,
    metavar="TOPIC,...",
    help="Only these, such as jobs, task:fetch or channel:prices; may be repeated.",
)
@option("--after", metavar="POSITION", help="Begin behind this position.")
@option("--limit", type=click.IntRange(min=1), help="End after so many.")
@pass_settings
def events(
    settings: Settings, *, topics: tuple[str, ...], after: str | None, limit: int | None
) -> None:
    """Show what happens in the session, until Ctrl-C.

    After a break it goes on where it broke; what is missing is said.
    """
    chosen = [each.strip() for given in topics for each in given.split(",") if each.strip()]
    with settings.client().events(chosen or None, after=after) as found:
        for number, event in enumerate(found, 1):
            show(settings.printer, event)
            if number == limit:
                return


def show(printer: Printer, event: Event) -> None:
    """A line an event."""
    if printer.as_json:
        printer.json_line(event.to_dict())
        return
    data = event.data
    cells = [value(data.get("task")), value(data.get("job_id")), _rest(data)]
    if event.is_gap:
        cells = [f"{data['from']} to {data['to']} are missing: {value(data.get('reason'))}"]
    at = moment(data.get("timestamp")) or " " * len("2026-01-31 07:00:00")
    text = "  ".join((at, f"{event.type:<17}", *filter(None, cells)))
    color = "yellow" if event.is_gap else COLORS.get(str(data.get("status")))
    printer.styled(text, color)


def _rest(data: Mapping[str, Any]) -> str:
    """What an event tells beside its task and its job."""
    told = {name: given for name, given in data.items() if name not in _HEAD}
    return " ".join(f"{name}={value(given)}" for name, given in told.items() if given is not None)
