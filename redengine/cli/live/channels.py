"""`redengine channels`: live data under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from redengine.cli.base import ListingGroup, option
from redengine.cli.completion import channel_names
from redengine.cli.live.commands import json_of
from redengine.cli.printing import Column
from redengine.cli.settings import Settings, json_or_text, pass_settings
from redengine.cli.text import moment, printable, value
from redengine.exceptions import NotFound, counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redengine.cli.printing import Printer
    from redengine.client import Record
    from redengine.exceptions import PositionGone

COLUMNS: Final = (
    Column("NAME", lambda channel: printable(channel["name"])),
    Column("RECORDS", lambda channel: value(channel.get("records"))),
    Column("FOLLOWERS", lambda channel: value(channel.get("subscribers"))),
    Column("KEY", lambda channel: printable(_key(channel.get("keyby")))),
    Column("KEPT", lambda channel: value(channel.get("history"))),
    Column("READONLY", lambda channel: "yes" if channel.get("readonly") else ""),
)
_STAMPS: Final = frozenset(("id", "timestamp", "seq"))
_name = click.argument("name", shell_complete=channel_names)
_key_option = option(
    "--key", multiple=True, metavar="VALUE", help="Of this key; one for each part."
)
_after = option("--after", metavar="POSITION", help="Begin behind this position.")


def _key(keyby: Any) -> str:
    """What a channel keeps the latest records by, in a cell."""
    if isinstance(keyby, dict):
        return "; ".join(f"{name}: {', '.join(parts)}" for name, parts in keyby.items())
    return ", ".join(keyby or ())


def _parts(key: tuple[str, ...]) -> list[Any] | None:
    """The parts of a key, as JSON where they can be read as such; None for no key."""
    return [json_or_text(each) for each in key] or None


@click.group(cls=ListingGroup)
def channels() -> None:
    """List, read, follow and feed channels."""


@channels.command("list")
@pass_settings
def list_channels(settings: Settings) -> None:
    """List the channels."""
    found = settings.client().channels.list()
    settings.printer.table((each.data for each in found), COLUMNS)


@channels.command()
@_name
@_key_option
@pass_settings
def last(settings: Settings, name: str, *, key: tuple[str, ...]) -> None:
    """Show the latest record, of all or of a key."""
    found = settings.client().channels[name].last(_parts(key))
    if found is None:
        raise NotFound("record", ",".join(key) or f"last of {name}")
    _show_one(settings, found)


@channels.command("next")
@_name
@_key_option
@_after
@option("--timeout", default="30 s", metavar="DURATION", help="How long to wait.")
@option("--limit", type=click.IntRange(1, 1_000), default=100, help="How many at most.")
@pass_settings
def next_records(
    settings: Settings,
    name: str,
    *,
    key: tuple[str, ...],
    after: str | None,
    timeout: str,
    limit: int,
) -> None:
    """Show the next records, as soon as there are some."""
    channel = settings.client().channels[name]
    found = channel.next(after, timeout=timeout, limit=limit, key=_parts(key))
    _show_all(settings, found)


@channels.command()
@_name
@option("--query", metavar="JSON", help='Such as \'{"filters": [{"attr": "x", "by": {…}}]}\'.')
@option("--by", metavar="KEY", help="The name of the key, where the channel has several.")
@pass_settings
def state(settings: Settings, name: str, *, query: str | None, by: str | None) -> None:
    """Show the latest record of each key."""
    asked = None if query is None else json_of(query, "query")
    _show_all(settings, settings.client().channels[name].state(asked, by=by))


@channels.command()
@_name
@click.argument("record_id", metavar="ID")
@pass_settings
def lookup(settings: Settings, name: str, record_id: str) -> None:
    """Show the record of an id."""
    _show_one(settings, settings.client().channels[name].lookup(record_id))


@channels.command()
@_name
@click.argument("data", metavar="JSON")
@pass_settings
def send(settings: Settings, name: str, data: str) -> None:
    """Send a record, or a list of records; - for JSON from stdin."""
    sent = settings.client().channels[name].send(json_of(data))
    if settings.json:
        settings.printer.json([each.to_dict() for each in sent])
    settings.printer.say(f"{counted(len(sent), 'record')} sent to '{name}'")


@channels.command()
@_name
@_key_option
@_after
@option("--limit", type=click.IntRange(min=1), help="End after so many.")
@pass_settings
def follow(
    settings: Settings, name: str, *, key: tuple[str, ...], after: str | None, limit: int | None
) -> None:
    """Show the records as they are sent, until Ctrl-C or until the channel is deleted."""
    printer = settings.printer

    def tell(gone: PositionGone) -> None:
        printer.complain(f"missing: {gone.reason}")

    channel = settings.client().channels[name]
    channel.get()  # says at once where there is none
    with channel.follow(after, key=key or None, on_gap=tell) as records:
        for number, record in enumerate(records, 1):
            _show(printer, record)
            if number == limit:
                return


def _show_all(settings: Settings, records: Iterable[Record]) -> None:
    found = list(records)
    if settings.json:
        settings.printer.json([each.to_dict() for each in found])
    elif not found:
        settings.printer.say("nothing to show")
    else:
        for each in found:
            _show(settings.printer, each)


def _show_one(settings: Settings, record: Record) -> None:
    if settings.json:
        settings.printer.json(record.to_dict())
    else:
        _show(settings.printer, record)


def _show(printer: Printer, record: Record) -> None:
    """A line a record."""
    if printer.as_json:
        printer.json_line(record.to_dict())
        return
    told = {name: given for name, given in record.data.items() if name not in _STAMPS}
    fields = " ".join(f"{name}={value(given)}" for name, given in told.items())
    printer.line(f"{moment(record['timestamp'])}  {record.id}  {fields}")
