"""`redengine session` and `redengine health`: the session as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from redengine.cli import exits
from redengine.cli.base import Command, ShowingGroup
from redengine.cli.escaping import printable
from redengine.cli.formatting import moment, span, value
from redengine.cli.printing import Column
from redengine.cli.settings import Settings, pass_settings

if TYPE_CHECKING:
    from redengine.client import SessionInfo


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
        click.get_current_context().exit(exits.FAILED)
