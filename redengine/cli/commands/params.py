"""`redengine params` and `redengine config`: values by name."""

from __future__ import annotations

from typing import Any

import click

from redengine.cli.base import Group, ListingGroup
from redengine.cli.completion import config_keys, parameter_names
from redengine.cli.printing import Column, Printer
from redengine.cli.settings import Settings, assignments, pass_settings
from redengine.cli.text import printable, value
from redengine.cli.trying import dry_run_option, show_what_if
from redengine.exceptions import NotFound


def show_values(printer: Printer, values: dict[str, Any], head: str) -> None:
    """Names and values as a table, or as a JSON object."""
    if printer.as_json:
        printer.json(values)
        return
    columns = (
        Column(head, lambda each: printable(each["name"])),
        Column("VALUE", lambda each: value(each["value"])),
    )
    printer.table(({"name": name, "value": each} for name, each in values.items()), columns)


def show_value(printer: Printer, given: Any) -> None:
    """One value: text as it is, the rest as JSON."""
    if printer.as_json or not isinstance(given, str):
        printer.json(given)
    else:
        printer.text(given)


@click.group(cls=ListingGroup)
def params() -> None:
    """List, read and set session parameters."""


@params.command("list")
@pass_settings
def list_parameters(settings: Settings) -> None:
    """List the session parameters; secrets are masked."""
    show_values(settings.printer, settings.client().parameters.snapshot(), "PARAMETER")


@params.command("get")
@click.argument("name", shell_complete=parameter_names)
@pass_settings
def get_parameter(settings: Settings, name: str) -> None:
    """Print the value of a parameter."""
    show_value(settings.printer, settings.client().parameters.value(name))


@params.command("set")
@click.argument("values", nargs=-1, required=True, metavar="NAME=VALUE...")
@dry_run_option
@pass_settings
def set_parameters(settings: Settings, values: tuple[str, ...], *, dry_run: bool) -> None:
    """Set parameters, all of them or none.

    Values are JSON where they can be read as such, otherwise text: '"3"' is the text 3.
    """
    given = assignments(values)
    if dry_run:
        show_what_if(settings.printer, settings.client().parameters.update(given, dry_run=True))
        return
    after = settings.client().parameters.update(given)
    if settings.json:
        settings.printer.json(after)
    settings.printer.say(f"set: {', '.join(given)}")


@params.command("delete")
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=parameter_names)
@dry_run_option
@pass_settings
def delete_parameters(settings: Settings, names: tuple[str, ...], *, dry_run: bool) -> None:
    """Remove parameters."""
    client = settings.client()
    for name in names:
        if dry_run:
            show_what_if(settings.printer, client.parameters.delete(name, dry_run=True))
            continue
        client.parameters.delete(name)
        settings.printer.say(f"removed: {name}")


@click.group(cls=Group)
def config() -> None:
    """Show and set the configuration."""


@config.command("show")
@click.argument("key", required=False, shell_complete=config_keys)
@pass_settings
def show_config(settings: Settings, key: str | None) -> None:
    """Show the configuration, or one key of it."""
    known = settings.client().config.snapshot()
    if key is None:
        show_values(settings.printer, known, "KEY")
    elif key in known:
        show_value(settings.printer, known[key])
    else:
        raise NotFound("config key", key, known)


@config.command("set")
@click.argument("values", nargs=-1, required=True, metavar="KEY=VALUE...")
@dry_run_option
@pass_settings
def set_config(settings: Settings, values: tuple[str, ...], *, dry_run: bool) -> None:
    """Set keys of the configuration, all of them or none."""
    given = assignments(values)
    if dry_run:
        show_what_if(settings.printer, settings.client().config.update(given, dry_run=True))
        return
    after = settings.client().config.update(given)
    if settings.json:
        settings.printer.json(after)
    settings.printer.say(f"set: {', '.join(given)}")
