"""`redengine changes` and `redengine revert`: what was asked for over the API, and undoing it."""

from __future__ import annotations

from typing import Any, Final

import click

from redengine.cli.base import Command, ListingGroup, option
from redengine.cli.completing import change_ids
from redengine.cli.escaping import printable
from redengine.cli.formatting import moment, value
from redengine.cli.lists import list_options
from redengine.cli.printing import Column, time_column
from redengine.cli.settings import Settings, pass_settings
from redengine.cli.values import filters as filters_of


def _answer(change: Any) -> str:
    """How it was answered, and what became of it since."""
    undone = change.get("reverted_by")
    later = f"reverted by {undone}" if undone is not None else ""
    return printable(f"{change.get('result') or ''} {later}".strip())


COLUMNS: Final = (
    Column("ID", lambda change: value(change.get("id"))),
    time_column("MADE", "created"),
    Column("KIND", lambda change: printable(change.get("kind") or "")),
    Column("METHOD", lambda change: printable(change.get("method") or "")),
    Column("RESOURCE", lambda change: printable(change.get("resource") or "")),
    Column("NAME", lambda change: printable(change.get("name") or "")),
    Column("ACTOR", lambda change: printable(change.get("actor") or "")),
    Column("STATUS", lambda change: value(change.get("status"))),
    Column("RESULT", _answer),
)


@click.group(cls=ListingGroup)
def changes() -> None:
    """List, show and revert what was changed over the API."""


@changes.command("list")
@option(
    "--kind",
    multiple=True,
    type=click.Choice(("change", "action", "refusal")),
    help="Only those of this kind.",
)
@list_options(limit=20)
@pass_settings
def list_changes(
    settings: Settings,
    kind: tuple[str, ...],
    filters: tuple[str, ...],
    sort: tuple[str, ...],
    limit: int,
) -> None:
    """List write requests, newest first: changes, actions and what was refused.

    FIELD=VALUE filters them as the API does: resource=Task, 'created$min=2026-01-01'.
    """
    wanted = filters_of(filters, kind=kind)
    found = settings.client().changes.list(wanted, sort=sort, limit=limit)
    settings.printer.table((change.data for change in found), COLUMNS)


_id = click.argument("change_id", metavar="ID", type=int, shell_complete=change_ids)


@changes.command()
@_id
@pass_settings
def show(settings: Settings, change_id: int) -> None:
    """Show a change: what was asked for, before and after."""
    change = settings.client().changes.get(change_id).data
    shown = {key: moment(each) if key == "created" else value(each) for key, each in change.items()}
    settings.printer.facts(change, shown)


@click.command(cls=Command)
@_id
@pass_settings
def revert(settings: Settings, change_id: int) -> None:
    """Undo a change; that is a change as well, and can be undone."""
    done = settings.client().changes.revert(change_id)
    if settings.json:
        settings.printer.json(done.to_dict())
    settings.printer.say(f"change {change_id} is undone by change {done.id}")


changes.add_command(revert)
