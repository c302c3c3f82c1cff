"""`redengine changes`, `revert`, `export`, `plan`, `apply`: changes, and the session as a text."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, Final

import click

from redengine.cli.base import Command, ListingGroup, list_options, option
from redengine.cli.completion import change_ids
from redengine.cli.printing import Column, time_column
from redengine.cli.settings import Settings, pass_settings
from redengine.cli.settings import filters as filters_of
from redengine.cli.text import moment, printable, value
from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from redengine.cli.printing import Printer


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


_SIGNS: Final = {"create": ("+", "green"), "change": ("~", "yellow"), "delete": ("-", "red")}


@click.command(cls=Command)
@option("--all", "everything", is_flag=True, help="Also what only the script makes.")
@option("--output", "-o", "target", type=click.Path(dir_okay=False), help="The file to write.")
@pass_settings
def export(settings: Settings, *, everything: bool, target: str | None) -> None:
    """Print what the session is as one document: YAML, or JSON with --json."""
    options: dict[str, Any] = {"format": "json" if settings.json else "yaml"}
    if everything:
        options["all"] = True
    document = settings.client().export(**options)
    if target is None:
        _print(settings.printer, document)
        return
    with click.open_file(target, "w", encoding="utf-8", atomic=True) as file:
        file.write(_text_of(document))
    settings.printer.say(f"written to {target}")


def _print(printer: Printer, document: Any) -> None:
    if isinstance(document, str):
        printer.text(document.rstrip("\n"))
    else:
        printer.json(document)


def _text_of(document: Any) -> str:
    from redengine.cli.text import json_text

    return document if isinstance(document, str) else f"{json_text(document)}\n"


_file = click.argument("file", type=click.File("rb"))
_prune = option("--prune", is_flag=True, help="Remove what was made over the API and is not in it.")


@click.command(cls=Command)
@_file
@_prune
@pass_settings
def plan(settings: Settings, file: IO[bytes], *, prune: bool) -> None:
    """Show what applying a document would change; "-" reads it from stdin."""
    found = settings.client().plan(_read(file), prune=prune)
    _show_plan(settings.printer, found)


@click.command("apply", cls=Command)
@_file
@_prune
@option(
    "--expect", metavar="DIGEST", help="Apply only if the plan is still the one of this digest."
)
@pass_settings
def apply_state(settings: Settings, file: IO[bytes], *, prune: bool, expect: str | None) -> None:
    """Make the session what a document says, all of it or nothing; "-" reads it from stdin."""
    done = settings.client().apply(_read(file), prune=prune, expect=expect)
    _show_plan(settings.printer, done)
    settings.printer.say("applied")


def _read(file: IO[bytes]) -> str:
    try:
        return file.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput({"file": f"expected UTF-8, byte {error.start} is none"}) from None


def _show_plan(printer: Printer, found: dict[str, Any]) -> None:
    """A plan as lines: what is made, changed and removed, and when tasks would start."""
    if printer.as_json:
        printer.json(found)
        return
    for action, (sign, color) in _SIGNS.items():
        for step in found.get(action, ()):
            is_replaced = " (replaced)" if step.get("replaced") else ""
            printer.styled(f"{sign} {step['resource']} {step['name']}{is_replaced}", color)
            _show_step(printer, action, step)
    for each in found.get("affected", ()):
        printer.line(f"  {each['resource']} {each['name']} starts otherwise")
        _show_starts(printer, each)
    for each in found.get("warnings", ()):
        printer.say(f"warning: {each['resource']} {each['name']} {each['message']}")
    printer.line(f"{found.get('summary', '')}")
    printer.say(f"digest: {found.get('digest', '')}")


def _show_step(printer: Printer, action: str, step: dict[str, Any]) -> None:
    for name, fields in step.get("fields", {}).items():
        before, after = (value(fields.get(key)) or "nothing" for key in ("before", "after"))
        told = {"create": after, "delete": before}.get(action, f"{before} -> {after}")
        printer.line(f"    {printable(name)}: {told}")
    _show_starts(printer, step)


def _show_starts(printer: Printer, step: dict[str, Any]) -> None:
    starts = step.get("starts")
    if not starts:
        return
    for key in ("before", "after"):
        times = ", ".join(moment(each) for each in starts.get(key) or ())
        printer.line(f"    starts {key}: {times or 'none'}")
    if starts.get("reason"):
        printer.line(f"    {starts['reason']}")
