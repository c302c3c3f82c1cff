"""`redengine calendars`: which days are open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from redengine.cli.base import ListingGroup, option
from redengine.cli.completion import calendar_names
from redengine.cli.printing import Column
from redengine.cli.settings import Settings, pass_settings
from redengine.cli.text import printable
from redengine.exceptions import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS: Final = (
    Column("NAME", lambda calendar: printable(calendar["name"])),
    Column("CLOSED", lambda calendar: printable(_sources(calendar))),
    Column("TIMEZONE", lambda calendar: printable(calendar.get("timezone") or "")),
    Column("ENDS", lambda calendar: printable(calendar.get("ends") or "")),
    Column("TASKS", lambda calendar: printable(", ".join(calendar.get("used_by") or ()))),
)
DAYS: Final = (
    Column("DAY", lambda day: printable(day["date"])),
    Column("REASON", lambda day: printable(day["reason"])),
)
_name = click.argument("name", shell_complete=calendar_names)


def _sources(calendar: Mapping[str, Any]) -> str:
    """What closes days, in a few words."""
    country, part = calendar.get("country"), calendar.get("subdivision")
    dates, weekend = calendar.get("dates"), calendar.get("weekend")
    parts = [f"{country}-{part}" if part else str(country)] if country else []
    parts += [counted(len(dates), "date")] if isinstance(dates, list | dict) and dates else []
    parts += ["ics"] if calendar.get("ics") else []
    parts += [str(calendar["function"])] if calendar.get("function") else []
    parts += [", ".join(map(str, weekend))] if isinstance(weekend, list) else []
    return "; ".join(parts)


@click.group(cls=ListingGroup)
def calendars() -> None:
    """List, show, set and remove calendars."""


@calendars.command("list")
@pass_settings
def list_calendars(settings: Settings) -> None:
    """List the calendars."""
    found = settings.client().calendars.list()
    settings.printer.table((each.data for each in found), COLUMNS)


@calendars.command()
@_name
@option("--from", "since", metavar="DAY", help="The first day; today if not given.")
@option("--to", "until", metavar="DAY", help="The last day; a year later if not given.")
@pass_settings
def show(settings: Settings, name: str, *, since: str | None, until: str | None) -> None:
    """Show the closed days of a calendar, weekends included."""
    found = settings.client().calendars.get(name, since=since, until=until)
    if settings.json:
        settings.printer.json(found.to_dict())
        return
    settings.printer.table((each.data for each in found.closed), DAYS)


@calendars.command("set")
@_name
@option("--country", help="An ISO 3166 code, whose public holidays are closed.")
@option("--subdivision", help="A part of the country.")
@option("--category", "categories", multiple=True, help="Other holidays than the public ones.")
@option("--date", "dates", multiple=True, metavar="DAY", help="A closed day.")
@option("--ics", type=click.File(encoding="utf-8-sig"), help="An iCalendar file; - for stdin.")
@option("--weekend", multiple=True, metavar="WEEKDAY", help="A closed weekday, such as sat.")
@option("--timezone", help="The zone that tells which day it is.")
@pass_settings
def set_calendar(
    settings: Settings,
    name: str,
    *,
    country: str | None,
    subdivision: str | None,
    categories: tuple[str, ...],
    dates: tuple[str, ...],
    ics: TextIO | None,
    weekend: tuple[str, ...],
    timezone: str | None,
) -> None:
    """Make a calendar, or put another in its place; options may be repeated."""
    made = settings.client().calendars.set(
        name,
        country=country,
        subdivision=subdivision,
        categories=categories,
        dates=dates or None,
        ics=None if ics is None else ics.read(),
        weekend=weekend or None,
        timezone=timezone,
    )
    if settings.json:
        settings.printer.json(made.to_dict())
    settings.printer.say(f"calendar '{name}' is set")


@calendars.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=calendar_names)
@pass_settings
def delete(settings: Settings, names: tuple[str, ...]) -> None:
    """Remove calendars that no condition names."""
    client = settings.client()
    for name in names:
        client.calendars.delete(name)
        settings.printer.say(f"calendar '{name}' is removed")
