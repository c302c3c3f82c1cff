"""`redengine commands` and `redengine call`: functions of the session that are called by name."""

from __future__ import annotations

import json
import sys
from typing import Any, Final

import click

from redengine.cli.base import Command, option
from redengine.cli.completion import command_names
from redengine.cli.printing import Column
from redengine.cli.settings import Settings, pass_settings
from redengine.cli.text import first_line, printable
from redengine.exceptions import InvalidInput

COLUMNS: Final = (
    Column("NAME", lambda command: printable(command["name"])),
    Column("TAKES", lambda command: printable(_fields(command["parameters"]))),
    Column("DESCRIPTION", lambda command: first_line(command["description"]), is_detail=True),
)


def _fields(schema: dict[str, Any]) -> str:
    """The names of what a command takes; those that may be left out in brackets."""
    required = schema.get("required", ())
    names = schema.get("properties", {})
    return " ".join(name if name in required else f"[{name}]" for name in names)


@click.command("commands", cls=Command)
@pass_settings
def list_commands(settings: Settings) -> None:
    """List the commands that can be called."""
    found = settings.client().commands.list()
    settings.printer.table((each.data for each in found), COLUMNS)


@click.command(cls=Command)
@option("--timeout", default="30 s", metavar="DURATION", help="How long to wait for it.")
@click.argument("name", shell_complete=command_names)
@click.argument("body", required=False, metavar="[JSON]")
@pass_settings
def call(settings: Settings, name: str, body: str | None, *, timeout: str) -> None:
    """Call a command with a JSON value, - for one from stdin, and show what it returns."""
    given = None if body is None else json_of(body)
    result = settings.client().commands[name](given, timeout=timeout)
    if settings.json or not isinstance(result, str):
        settings.printer.json(result)
    else:
        settings.printer.text(result)


def json_of(text: str, name: str = "JSON") -> Any:
    """The value of an argument that is JSON; `-` stands for stdin.

    Raises:
        InvalidInput: it is not JSON.
    """
    text = sys.stdin.read() if text == "-" else text
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput({name: f"expected JSON such as '{{\"x\": 1}}': {error}"}) from None
