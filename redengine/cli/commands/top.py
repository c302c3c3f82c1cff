"""`redengine top`: a session at a glance."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from redengine.cli.base import Command, Range, option
from redengine.cli.commands.jobs import COLUMNS as JOB_COLUMNS
from redengine.cli.commands.tasks import COLUMNS as TASK_COLUMNS
from redengine.cli.printing import cut, room, table_lines
from redengine.cli.settings import Settings, pass_settings
from redengine.cli.text import printable, span
from redengine.exceptions import Unreachable, WaitTimeout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redengine.cli.printing import Column
    from redengine.client import Client

ACTIVE: Final = ["run", "queued", "paused"]
_HIDE, _SHOW, _HOME, _CLEAR_LINE, _CLEAR_REST = (
    "\x1b[?25l",
    "\x1b[?25h",
    "\x1b[H",
    "\x1b[K",
    "\x1b[J",
)
pause = time.sleep


@click.command(cls=Command)
@option(
    "--interval",
    type=Range(min=0.1, max=86400),
    default=1.0,
    metavar="SECONDS",
    help="How often it is drawn.",
)
@option("--once", is_flag=True, help="Draw it once, as where stdout is no terminal.")
@pass_settings
def top(settings: Settings, *, interval: float, once: bool) -> None:
    """Watch the session: its state, active jobs and tasks, until Ctrl-C."""
    client = settings.client()
    snapshot = read(client)
    if settings.json:
        settings.printer.json(snapshot)
    elif once or not sys.stdout.isatty():
        settings.printer.text("\n".join(map(click.unstyle, lines_of(snapshot, client.url))))
    else:
        live(client, snapshot, interval, sys.stdout)


def read(client: Client) -> dict[str, Any]:
    """What is shown, as JSON values."""
    session = client.session.snapshot().data
    names = ("name", "state", "started_at", "uptime", "jobs_active", "store")
    return {
        "session": {name: session.get(name) for name in names},
        "jobs": [job.to_dict() for job in client.jobs.list(status=ACTIVE, limit=50)],
        "failed": [job.to_dict() for job in client.jobs.list(status=["fail", "crash"], limit=5)],
        "tasks": [task.to_dict() for task in client.tasks.list(sort="next_run", limit=100)],
    }


def lines_of(snapshot: Mapping[str, Any], url: str) -> list[str]:
    """The lines that show it."""
    session = snapshot["session"]
    head = f"{session['name']} at {url}: {session['state']}, up {span(session['uptime']) or '0 s'}"
    lines = [click.style(printable(head), bold=True)]
    parts: tuple[tuple[str, str, Sequence[Column]], ...] = (
        ("active jobs", "jobs", JOB_COLUMNS),
        ("failed lately", "failed", JOB_COLUMNS),
        ("tasks", "tasks", TASK_COLUMNS),
    )
    for title, key, columns in parts:
        entries = snapshot[key]
        lines += ["", f"{title}: {len(entries)}" if entries else f"{title}: none"]
        lines += table_lines(entries, columns, room()) if entries else []
    return lines


def live(client: Client, snapshot: Mapping[str, Any], interval: float, stream: TextIO) -> None:
    """Draw until interrupted; a server that is away is waited for."""
    stream.write(_HIDE)
    try:
        draw(stream, lines_of(snapshot, client.url))
        while True:
            pause(interval)
            try:
                lines = lines_of(read(client), client.url)
            except (Unreachable, WaitTimeout) as error:
                lines = [f"{printable(error)}", "", "trying again; Ctrl-C ends"]
            draw(stream, lines)
    finally:
        stream.write(f"{_SHOW}\n")
        stream.flush()


def draw(stream: TextIO, lines: Sequence[str]) -> None:
    """Draw over what stands there, as much as the terminal has room for."""
    size = shutil.get_terminal_size()
    kept = [fitted(line, size.columns) for line in lines[: size.lines - 1]]
    body = "".join(f"{line}{_CLEAR_LINE}\r\n" for line in kept)
    stream.write(f"{_HOME}{body}{_CLEAR_REST}")
    stream.flush()


def fitted(line: str, columns: int) -> str:
    """A line as it is if there is room for it; else cut, without its colours."""
    plain = click.unstyle(line)
    shown = cut(plain, columns)
    return line if shown == plain else shown
