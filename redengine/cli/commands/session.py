"""`redengine session`, `health`, `workers` and `keys`: the session as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from redengine.cli import errors
from redengine.cli.base import Command, ListingGroup, ShowingGroup, option
from redengine.cli.completion import key_names
from redengine.cli.printing import Column, time_column
from redengine.cli.settings import Settings, pass_settings
from redengine.cli.text import moment, printable, span, value

if TYPE_CHECKING:
    from redengine.client import SessionInfo

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
@option("--commands", metavar="PATTERN", help="The names of the commands that it is for.")
@option("--channels", metavar="PATTERN", help="The names of the channels that it is for.")
@option("--expires-at", metavar="TIME", help="When it ends to be valid; else never.")
@pass_settings
def create(
    settings: Settings,
    /,
    name: str,
    scopes: tuple[str, ...],
    **options: str | None,
) -> None:
    """Make a key and print it: nobody can ask for it again."""
    made = settings.client().keys.create(name, scopes=scopes, **options)
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


@click.group(cls=ShowingGroup)
def session() -> None:
    """Show, pause, resume, stop and restart the session."""


@session.command()
@pass_settings
def show(settings: Settings) -> None:
    """Show what the session is and does."""
    found = settings.client().session.snapshot().data
    told = {
        "name": value(found.get("name")),
        "state": value(found.get("state")),
        "started_at": moment(found.get("started_at")),
        "uptime": span(found.get("uptime")),
        "tasks": str(len(found.get("tasks") or ())),
        "jobs_active": value(found.get("jobs_active")),
        "store": value(found.get("store")),
        "version": value((found.get("versions") or {}).get("redengine")),
    }
    settings.printer.facts(found, told)


def _tell(settings: Settings, now: SessionInfo) -> None:
    """Say what the session is after something was done to it."""
    if settings.json:
        settings.printer.json(now.to_dict())
    settings.printer.say(f"the session is {now.state}")


@session.command()
@pass_settings
def pause(settings: Settings) -> None:
    """Hold new starts; running jobs go on."""
    _tell(settings, settings.client().session.pause())


@session.command()
@pass_settings
def resume(settings: Settings) -> None:
    """Let tasks start again."""
    _tell(settings, settings.client().session.resume())


@session.command()
@pass_settings
def shutdown(settings: Settings) -> None:
    """Stop the session, and its API with it; running jobs are asked to end."""
    _tell(settings, settings.client().session.shut_down())


@session.command()
@pass_settings
def restart(settings: Settings) -> None:
    """Stop the session, and start it again, as its config key `restarting` says."""
    _tell(settings, settings.client().session.restart())


_CHECKS = (
    Column("CHECK", lambda check: printable(check["name"])),
    Column("STATUS", lambda check: "ok" if check.get("ok", True) else "fail", is_status=True),
    Column("MESSAGE", lambda check: value(check.get("message")), is_detail=True),
)


@click.command(cls=Command)
@pass_settings
def health(settings: Settings) -> None:
    """Say whether the session is well; the exit code is 1 if it is not."""
    found = settings.client().health()
    if settings.json:
        settings.printer.json(found.to_dict())
    else:
        settings.printer.line(f"{found.status}; the session is {found.state}")
        checks = found.data.get("checks") or {}
        rows = [{"name": name, **check} for name, check in checks.items()]
        settings.printer.table(rows, _CHECKS)
    if not found.is_well:
        click.get_current_context().exit(errors.FAILED)


PROCESSES: Final = (
    Column("NAME", lambda process: printable(process.get("name", ""))),
    Column("KIND", lambda process: printable(process.get("kind", ""))),
    Column("PID", lambda process: value(process.get("pid"))),
    Column("HOST", lambda process: printable(process.get("host", ""))),
    time_column("SINCE", "since"),
)


@click.command(cls=Command)
@click.argument("names", nargs=-1, metavar="[NAME...]")
@pass_settings
def workers(settings: Settings, names: tuple[str, ...]) -> None:
    """List the processes of the session, or those of some names.

    Its own, those of its runtimes, and what its running jobs have started.
    """
    found = settings.client().workers(**({"name": list(names)} if names else {}))
    settings.printer.table((each.data for each in found), PROCESSES)
