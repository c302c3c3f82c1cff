"""`redengine why`, `redengine next` and `redengine graph`: what is, what comes, what follows."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import click

from redengine.cli.base import Command, Range, option
from redengine.cli.completing import task_names
from redengine.cli.escaping import printable
from redengine.cli.formatting import span
from redengine.cli.printing import Column, time_column
from redengine.cli.settings import Settings, pass_settings

_STARTS: Final = (
    time_column("AT", "at"),
    Column("TASK", lambda start: printable(start.get("task", ""))),
    Column("USUALLY TAKES", lambda start: span(start.get("duration") or None)),
)


@click.command(cls=Command)
@click.argument("name", shell_complete=task_names)
@pass_settings
def why(settings: Settings, name: str) -> None:
    """Say why a task does or does not start, and what would let it."""
    explanation = settings.client().tasks[name].why()
    if settings.json:
        settings.printer.json(explanation.to_dict())
    else:
        settings.printer.text(str(explanation))


@click.command("next", cls=Command)
@option(
    "--hours",
    type=Range(min=0, min_open=True, max=8784),
    default=24.0,
    help="How far to look ahead.",
)
@option("--task", help="Only this task.", shell_complete=task_names)
@option("--limit", type=click.IntRange(min=1), default=50, help="How many starts at most.")
@pass_settings
def upcoming(settings: Settings, hours: float, task: str | None, limit: int) -> None:
    """Show the starts to be expected, if every job succeeds and nobody changes anything."""
    forecast = settings.client().forecast(timedelta(hours=hours), task=task)
    printer = settings.printer
    if settings.json:
        data = forecast.to_dict()
        printer.json({**data, "starts": data["starts"][:limit]})
        return
    printer.table((start.data for start in forecast.starts[:limit]), _STARTS)
    if len(forecast.starts) > limit:
        printer.say(f"and {len(forecast.starts) - limit} more within {hours:g} hours")
    for each in forecast.unpredictable:
        printer.say(f"{each.task}: {each.reason}")


@click.command(cls=Command)
@option(
    "--format",
    "form",
    type=click.Choice(("mermaid", "dot")),
    default="mermaid",
    help="Mermaid, or Graphviz.",
)
@pass_settings
def graph(settings: Settings, form: str) -> None:
    """Print which task starts after which, as a drawing's source."""
    dependencies = settings.client().dependencies
    if settings.json:
        settings.printer.json([each.to_dict() for each in dependencies.list()])
        return
    source = dependencies.dot() if form == "dot" else dependencies.mermaid()
    settings.printer.text(source.rstrip("\n"))
