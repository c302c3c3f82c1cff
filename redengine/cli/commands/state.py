"""`redengine export`, `plan` and `apply`: the session as one document."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, Final

import click

from redengine.cli.base import Command, option
from redengine.cli.escaping import printable
from redengine.cli.formatting import moment, value
from redengine.cli.settings import Settings, pass_settings
from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from redengine.cli.printing import Printer

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
    from redengine.cli.escaping import json_text

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
