"""`redengine logs`, `why`, `next` and `graph`: what happened, what is, what comes."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from redengine.cli.base import Command, Range, option
from redengine.cli.completion import task_names
from redengine.cli.following import Persistence
from redengine.cli.printing import COLORS, Column, time_column
from redengine.cli.settings import ACTIONS, Settings, pass_settings
from redengine.cli.settings import filters as filters_of
from redengine.cli.text import first_line, printable, span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redengine.cli.printing import Printer
    from redengine.client import Client, LogRecord

PERIOD_S: Final = 1.0
pause = time.sleep
_MARK: Final = ("id", "timestamp")
"""What tells a log record from any other."""


def _message(record: Mapping[str, Any]) -> str:
    traceback = (record.get("exc_text") or "").strip().rpartition("\n")[2]
    return first_line(traceback or record.get("message") or record.get("reason"))


COLUMNS: Final = (
    time_column("TIME", "timestamp"),
    Column("ACTION", lambda record: printable(record.get("action", "")), is_status=True),
    Column("TASK", lambda record: printable(record.get("task_name", ""))),
    Column("TOOK", lambda record: span(record.get("duration"))),
    Column("MESSAGE", _message, is_detail=True),
    Column("JOB", lambda record: printable(record.get("job_id") or "")),
)


@click.command(cls=Command)
@option("--follow", "-f", is_flag=True, help="Go on showing what happens, until Ctrl-C.")
@option("--task", multiple=True, help="Only of this task.", shell_complete=task_names)
@option(
    "--action",
    multiple=True,
    type=click.Choice(ACTIONS),
    metavar="ACTION",
    help=f"Only of this action: {', '.join(ACTIONS)}.",
)
@option("--limit", type=click.IntRange(min=0), default=20, help="How many of the newest.")
@click.argument("filters", nargs=-1, metavar="[FIELD=VALUE]...")
@pass_settings
def logs(
    settings: Settings,
    *,
    follow: bool,
    task: tuple[str, ...],
    action: tuple[str, ...],
    limit: int,
    filters: tuple[str, ...],
) -> None:
    """Show the newest log records, the newest last."""
    client = settings.client()
    wanted = filters_of(filters, task_name=task, action=action)
    records = client.logs(wanted, limit=limit).to_list()[::-1]
    if not follow:
        settings.printer.table((record.data for record in records), COLUMNS)
        return
    newest = client.logs(fields=_MARK).first()
    show(settings.printer, [each for each in records if newest and each.id <= newest.id])
    patiently = Persistence(settings.printer)
    while True:
        pause(PERIOD_S)
        records, newest = patiently.ask(partial(_later, client, wanted, newest))
        show(settings.printer, records)


def _later(
    client: Client, wanted: Mapping[str, Any], newest: LogRecord | None
) -> tuple[list[LogRecord], LogRecord | None]:
    """The records after one, and the newest of all.

    A session that keeps its log in memory numbers its records from 1 again in a new process: the
    record is then not there any more, and all that are there came after it.
    """
    last = 0 if newest is None else newest.id
    if newest is not None:
        same = client.logs({"id": str(last)}, fields=_MARK).first()
        last = last if same is not None and same.timestamp == newest.timestamp else 0
    found = client.logs(fields=_MARK).first()
    until = 0 if found is None else found.id
    if until <= last:
        return [], found
    between = {"id$min": str(last + 1), "id$max": str(until)}
    return client.logs({**wanted, **between}, sort="id").to_list(), found


def show(printer: Printer, records: Sequence[LogRecord]) -> None:
    """A line a record."""
    for record in records:
        if printer.as_json:
            printer.json_line(record.to_dict())
            continue
        cells = [column.read(record.data) for column in COLUMNS[:-1]]
        text = f"{cells[0]}  {cells[1]:<9}  {'  '.join(cell for cell in cells[2:] if cell)}"
        printer.styled(text, COLORS.get(record.action) if record.action != "run" else None)


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
