"""The command `redengine` itself."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from redengine._version import __version__
from redengine.cli import errors
from redengine.cli.base import Group
from redengine.cli.commands.calendars import calendars
from redengine.cli.commands.db import db
from redengine.cli.commands.insight import graph, logs, upcoming, why
from redengine.cli.commands.jobs import jobs
from redengine.cli.commands.params import config, params
from redengine.cli.commands.runtimes import runtimes
from redengine.cli.commands.scripts import check, explain, run, serve
from redengine.cli.commands.session import health, keys, session, workers
from redengine.cli.commands.state import apply_state, changes, export, plan, revert
from redengine.cli.commands.tasks import tasks
from redengine.cli.commands.top import top
from redengine.cli.completion import completion
from redengine.cli.live.channels import channels
from redengine.cli.live.commands import call, list_commands
from redengine.cli.live.events import events
from redengine.cli.settings import Settings, global_options
from redengine.cli.text import json_text
from redengine.exceptions import RedengineError

if TYPE_CHECKING:
    from collections.abc import Sequence

_CODES: Final = "\n".join(f"  {code:<4}{meaning}" for code, meaning in errors.MEANINGS.items())


class Root(Group):
    """The outermost group: what ends a command ends here, with its exit code."""

    def main(  # type: ignore[override] # click's overloads tell the same of the answer
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        *,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        if not standalone_mode:
            return super().main(args, prog_name, standalone_mode=False, **extra)
        try:
            code = super().main(args, prog_name, standalone_mode=False, **extra)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(errors.INTERRUPTED)
        sys.exit(code if isinstance(code, int) else errors.OK)

    def invoke(self, ctx: click.Context) -> Any:
        _accept_any_text()
        try:
            super().invoke(ctx)
            sys.stdout.flush()
        except RedengineError as error:
            _complain(ctx, error)
        except BrokenPipeError:
            _drop_output()
            ctx.exit(errors.PIPE_CLOSED)


def _complain(ctx: click.Context, error: RedengineError) -> NoReturn:
    settings = ctx.ensure_object(Settings)
    if settings.json:
        envelope = {"error": error.code, "message": str(error), "details": error.details()}
        click.echo(json_text(envelope, indent=None), err=True)
    else:
        settings.printer.complain(f"Error: {error}")
    ctx.exit(errors.code_of(error))


def _accept_any_text() -> None:
    """Let a terminal that lacks a character show its number, rather than end the command."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def _drop_output() -> None:
    """Send what is still to be flushed at exit nowhere: nobody reads it any more."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(
    cls=Root,
    params=list(global_options(at_root=True)),
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
    epilog=f"\b\nExit codes:\n{_CODES}",
)
@click.version_option(__version__, prog_name="redengine")
def redengine() -> None:
    """Drive a redengine session: its tasks, jobs, logs, parameters and more.

    The global options may also stand after a command.
    """


for each in (
    *(run, serve, check, explain, session, health, tasks, jobs, logs, params, config, runtimes),
    *(calendars, why, upcoming, changes, revert, export, plan, apply_state, keys, db, top),
    *(graph, workers, events, channels, list_commands, call, completion),
):
    redengine.add_command(each)


def main() -> None:
    """Run the command line; the entry point of the script `redengine`."""
    redengine.main(prog_name="redengine")
