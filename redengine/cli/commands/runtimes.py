"""`redengine runtimes`: where jobs run."""

from __future__ import annotations

from typing import Final

import click

from redengine.cli.base import ListingGroup, option
from redengine.cli.completion import runtime_names
from redengine.cli.printing import Column
from redengine.cli.settings import Settings, pass_settings
from redengine.cli.text import printable, value

COLUMNS: Final = (
    Column("NAME", lambda place: printable(place.get("runtime_id", ""))),
    Column("KIND", lambda place: printable(place.get("kind", ""))),
    Column("SIZE", lambda place: value(place.get("size"))),
    Column("RUNNING", lambda place: value(place.get("running"))),
    Column("QUEUED", lambda place: value(place.get("queued"))),
    Column("STATUS", lambda place: printable(place.get("status") or "")),
    Column("DEFAULT", lambda place: "default" if place.get("is_default") else ""),
    Column("TASKS", lambda place: printable(", ".join(place.get("tasks") or ()))),
)


@click.group(cls=ListingGroup)
def runtimes() -> None:
    """List, make, resize and remove runtimes."""


@runtimes.command("list")
@pass_settings
def list_runtimes(settings: Settings) -> None:
    """List the runtimes with their load."""
    found = settings.client().runtimes.list()
    settings.printer.table((each.data for each in found), COLUMNS)


_name = click.argument("name", shell_complete=runtime_names)


@runtimes.command()
@_name
@pass_settings
def show(settings: Settings, name: str) -> None:
    """Show a runtime."""
    found = settings.client().runtimes.get(name).data
    settings.printer.facts(found, {key: value(each) for key, each in found.items()})


@runtimes.command()
@click.argument("name")
@option(
    "--kind",
    type=click.Choice(("thread", "process", "async")),
    default="thread",
    help="What its jobs run in.",
)
@option("--size", type=click.IntRange(min=0), default=1, help="How many jobs run at once.")
@pass_settings
def create(settings: Settings, name: str, *, kind: str, size: int) -> None:
    """Make a runtime."""
    made = settings.client().runtimes.create(name, kind=kind, size=size)
    if settings.json:
        settings.printer.json(made.to_dict())
    settings.printer.say(f"runtime '{name}' is made")


@runtimes.command()
@_name
@click.argument("size", type=click.IntRange(min=0))
@pass_settings
def resize(settings: Settings, name: str, size: int) -> None:
    """Change how many jobs run in a runtime at once; those that run are left alone."""
    changed = settings.client().runtimes.resize(name, size)
    if settings.json:
        settings.printer.json(changed.to_dict())
    settings.printer.say(f"runtime '{name}' has size {size}")


@runtimes.command()
@_name
@pass_settings
def default(settings: Settings, name: str) -> None:
    """Let tasks that do not say otherwise run in a runtime."""
    changed = settings.client().runtimes.make_default(name)
    if settings.json:
        settings.printer.json(changed.to_dict())
    settings.printer.say(f"runtime '{name}' is the default")


@runtimes.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=runtime_names)
@option("--force", is_flag=True, help="Also when tasks need it: waiting jobs move.")
@pass_settings
def delete(settings: Settings, names: tuple[str, ...], *, force: bool) -> None:
    """Remove runtimes."""
    client = settings.client()
    for name in names:
        client.runtimes.delete(name, force=force)
        settings.printer.say(f"runtime '{name}' is removed")
