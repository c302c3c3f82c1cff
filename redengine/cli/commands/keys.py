"""`redengine keys`: who may call the API."""

from __future__ import annotations

from typing import Final

import click

from redengine.cli.base import ListingGroup, option
from redengine.cli.completing import key_names
from redengine.cli.escaping import printable
from redengine.cli.printing import Column, time_column
from redengine.cli.settings import Settings, pass_settings

COLUMNS: Final = (
    Column("NAME", lambda key: printable(key.get("name", ""))),
    Column("SCOPES", lambda key: printable(" ".join(key.get("scopes") or ()))),
    Column("TASKS", lambda key: printable(key.get("tasks") or "all")),
    Column("SOURCE", lambda key: printable(key.get("source") or "")),
    time_column("CREATED", "created_at"),
    time_column("EXPIRES", "expires_at"),
    time_column("REVOKED", "revoked_at"),
)


@click.group(cls=ListingGroup)
def keys() -> None:
    """List, make and revoke API keys."""


@keys.command("list")
@pass_settings
def list_keys(settings: Settings) -> None:
    """List the keys, without the keys themselves."""
    settings.printer.table((key.data for key in settings.client().keys.list()), COLUMNS)


@keys.command()
@click.argument("name")
@option(
    "--scope",
    "scopes",
    multiple=True,
    default=("read",),
    help="What it allows: read, run, write, debug, admin; once for each.",
)
@option("--tasks", metavar="PATTERN", help="The names of the tasks that it is for; else all.")
@option("--expires-at", metavar="TIME", help="When it ends to be valid; else never.")
@pass_settings
def create(
    settings: Settings,
    name: str,
    scopes: tuple[str, ...],
    tasks: str | None,
    expires_at: str | None,
) -> None:
    """Make a key and print it: nobody can ask for it again."""
    made = settings.client().keys.create(name, scopes=scopes, tasks=tasks, expires_at=expires_at)
    if settings.json:
        settings.printer.json(made.to_dict())
    else:
        settings.printer.line(made.key)
    settings.printer.say(
        f"key '{made.name}' may: {', '.join(made.scopes)}; keep it, it is shown once"
    )


@keys.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=key_names)
@pass_settings
def revoke(settings: Settings, names: tuple[str, ...]) -> None:
    """Let keys open nothing any more."""
    client = settings.client()
    for name in names:
        client.keys.revoke(name)
        settings.printer.say(f"key '{name}' is revoked")
