"""`redengine db`: a store's database, without a server of HTTP and without a session.

These need the store; it is imported when they are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from redengine.cli import errors
from redengine.cli.base import Group, option
from redengine.cli.printing import Column
from redengine.cli.settings import Settings, pass_settings
from redengine.cli.text import printable
from redengine.exceptions import InvalidInput, StoreError, counted

if TYPE_CHECKING:
    from redengine.store.life import Standing

_url = click.argument("url", required=False)
_store = option(
    "--store",
    metavar="URL",
    envvar="REDENGINE_STORE",
    help="The store, where no URL is given.  [env: REDENGINE_STORE]",
)


_COPIED: Final = (
    Column("TABLE", lambda entry: printable(entry["table"])),
    Column("FROM", lambda entry: f"{entry['rows']:,}"),
    Column("TO", lambda entry: f"{entry['rows']:,}"),
)


@click.group(cls=Group)
def db() -> None:
    """Look after a store's database: how it stands, upgrade, check, back up, copy."""


@db.command()
@_url
@_store
@pass_settings
def current(settings: Settings, url: str | None, store: str | None) -> None:
    """Show the revision of a database's tables, whether an upgrade is due, and who has it now."""
    from redengine.store.life import standing_of

    found = standing_of(_given(url, store))
    data = found.to_dict()
    holder = found.holder
    shown = {
        "store": found.url,
        "kind": found.kind,
        "revision": found.revision or "none",
        "newest": data["newest"],
        "status": found.state,
        "held by": "nobody" if holder is None else str(holder),
    }
    settings.printer.facts(data, shown)


@db.command()
@_url
@_store
@option("--dry-run", is_flag=True, help="Only say what would be done.")
@pass_settings
def upgrade(settings: Settings, url: str | None, store: str | None, *, dry_run: bool) -> None:
    """Bring a database's tables into the form of this version; no session may have it meanwhile.

    An SQLite file is copied first, to NAME.before-REVISION.db beside it.
    """
    from redengine.store import life

    wanted = _given(url, store)
    if dry_run:
        found = life.standing_of(wanted)
        _show_planned(settings, found)
        return
    done = life.upgrade(wanted)
    data = done.to_dict()
    if settings.json:
        settings.printer.json(data)
        return
    if not data["applied"]:
        settings.printer.say(f"{data['url']} is of revision {data['to']}: nothing to do")
        return
    for number, what in done.before.due:
        settings.printer.line(f"{number}  {what}")
    kept = f"; as it was, it is kept in {data['copy']}" if data["copy"] else ""
    settings.printer.say(f"{data['url']} is now of revision {data['to']}{kept}")


def _show_planned(settings: Settings, found: Standing) -> None:
    data: dict[str, Any] = {
        **found.to_dict(),
        "would_apply": [{"revision": number, "what": what} for number, what in found.due],
        "would_copy_to": None if found.copy is None else str(found.copy),
    }
    if settings.json:
        settings.printer.json(data)
        return
    if found.copy is not None:
        settings.printer.line(f"would copy the file to {found.copy}")
    for number, what in found.due:
        settings.printer.line(f"would apply {number}  {what}")
    if found.holder is not None:
        settings.printer.say(f"{found.holder} uses it now: stop that session first")
    if not found.due:
        settings.printer.say(f"nothing to do: {found.state}")


@db.command("check")
@_url
@_store
@pass_settings
def check_store(settings: Settings, url: str | None, store: str | None) -> None:
    """Look for what is wrong with a database: its form, its file, each row; a session may go on.

    The exit code is 0 where all is sound, 1 where something is wrong, 2 if it cannot be checked.
    """
    from redengine.store.life import check

    try:
        report = check(_given(url, store))
    except StoreError as error:
        raise InvalidInput({"store": f"cannot be checked: {error.reason}"}) from None
    printer = settings.printer
    if settings.json:
        printer.json(report.to_dict())
    else:
        for word, color, told in (
            ("warning", "yellow", report.warnings),
            ("error", "red", report.errors),
        ):
            for each in told:
                printer.styled(f"{word}: {each}", color)
        counts = (counted(len(report.errors), "error"), counted(len(report.warnings), "warning"))
        printer.say(f"{report.url}: {sum(report.rows.values()):,} rows, {', '.join(counts)}")
    if report.errors:
        click.get_current_context().exit(errors.FAILED)


@db.command()
@click.argument("words", nargs=-1, required=True, metavar="[URL] FILE")
@_store
@option("--force", is_flag=True, help="Let the copy take the place of FILE.")
@pass_settings
def backup(settings: Settings, words: tuple[str, ...], store: str | None, *, force: bool) -> None:
    """Copy an SQLite store into a file, as it is at one moment; a session may go on meanwhile."""
    from redengine.store.life import back_up

    if len(words) > 2:  # noqa: PLR2004 - the URL and the file
        raise click.UsageError(f"give a URL and a FILE, not {len(words)} words")
    *urls, file = words
    made = back_up(_given(urls[0] if urls else None, store), file, force=force)
    size = made.stat().st_size
    if settings.json:
        settings.printer.json({"file": str(made), "bytes": size})
    settings.printer.say(f"backed up to {made}: {size:,} bytes")


@db.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@pass_settings
def copy(settings: Settings, source: str, target: str) -> None:
    """Copy all that a store remembers into another database, which is empty or new.

    FROM and TO are URLs, of any kind of database; no session may have one of them.
    """
    from redengine.store import life

    printer = settings.printer
    copied = life.copy(source, target, printer.say)
    if settings.json:
        printer.json(copied.to_dict())
        return
    rows = [{"table": table, "rows": count} for table, count in copied.rows.items()]
    printer.table(rows, _COPIED)
    printer.say(f"{copied.target} has all of {copied.source}; start the session on it")


def _given(url: str | None, store: str | None) -> str:
    """The store that is meant.

    Raises:
        click.UsageError: none is named, or two.
    """
    context = click.get_current_context()
    is_from_line = context.get_parameter_source("store") is click.core.ParameterSource.COMMANDLINE
    if url and store and is_from_line and url != store:
        raise click.UsageError(f"give the URL {url!r} or --store {store!r}, not both")
    if not (url or store):
        raise click.UsageError(
            "name the store: a URL such as sqlite:///jobs.db, --store or REDENGINE_STORE"
        )
    return str(url or store)
