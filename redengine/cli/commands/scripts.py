"""`redengine run`, `check` and `explain`: scripts and conditions, without a server.

These alone need the scheduler; it is imported when they are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from redengine.cli import errors
from redengine.cli.base import Command, option
from redengine.cli.printing import Column
from redengine.cli.settings import Settings, pass_settings
from redengine.cli.text import printable, value
from redengine.exceptions import counted

if TYPE_CHECKING:
    from redengine.cli.printing import Printer
    from redengine.cli.scripts.checking import Report

_TASKS: Final = (
    Column("TASK", lambda task: printable(task["name"])),
    Column("CLASS", lambda task: printable(task["class"])),
    Column("STARTS", lambda task: value(task["start_cond"])),
    Column("ENDS", lambda task: value(task["end_cond"])),
    Column("PLACE", lambda task: value(task["place"])),
)
_COLORS: Final = (("info", "cyan"), ("warning", "yellow"), ("error", "red"))
"""How findings are shown by their severity, what matters most last."""
_script = click.argument("script", type=click.Path(exists=True, dir_okay=False))


@click.command(cls=Command, context_settings={"ignore_unknown_options": True})
@_script
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How lines about jobs are written to stderr, unless the script configures logging.",
)
@click.pass_context
def run(ctx: click.Context, script: str, arguments: tuple[str, ...], log_format: str) -> None:
    """Run a script in the foreground, as Python would; Ctrl-C stops its session.

    Options after SCRIPT are the script's own.
    """
    from redengine.cli.scripts.running import lines_on_stderr, run_script

    with lines_on_stderr(log_format):
        code = run_script(script, arguments)
    ctx.exit(code)


run.allow_interspersed_args = False


@click.command(cls=Command)
def serve() -> None:
    """Start an empty session with its API, as the environment configures them; Ctrl-C stops it.

    REDENGINE_API_HOST, REDENGINE_API_PORT, REDENGINE_API_KEY and REDENGINE_STORE say where it
    listens, for whom, and what it remembers; the reference of the HTTP API has them all.
    """
    from redengine.cli.scripts.running import lines_on_stderr, serve_empty

    with lines_on_stderr("text"):
        serve_empty()


@click.command(cls=Command)
@_script
@click.argument("arguments", nargs=-1)
@option("--lenient", is_flag=True, help="Do not fail because of warnings.")
@pass_settings
def check(settings: Settings, script: str, arguments: tuple[str, ...], *, lenient: bool) -> None:
    """Load a script up to where it would start, and show its tasks and what is wrong with them.

    The exit code is 1 with errors, and with warnings unless they are allowed.
    Nothing is started, no port is taken and no store is opened.
    """
    from redengine.cli.scripts.checking import check_script

    report = check_script(script, arguments)
    _show_report(settings.printer, report)
    if report.of("error") or (report.of("warning") and not lenient):
        click.get_current_context().exit(errors.FAILED)


def _show_report(printer: Printer, report: Report) -> None:
    if printer.as_json:
        printer.json(report.to_dict())
        return
    if report.tasks:
        printer.table(report.tasks, _TASKS)
    for severity, color in _COLORS:
        for each in report.of(severity):
            code = f" [{each.code}]" if each.code else ""
            printer.styled(f"{severity}: {each.place}{code}", color)
            printer.text(f"  {each.message}".replace("\n", "\n  "))
            if each.fix:
                printer.text(f"  perhaps: {each.fix}")
    counts = [counted(len(report.of(severity)), severity) for severity, _ in _COLORS]
    printer.say(f"{report.script}: {counted(len(report.tasks), 'task')}, {', '.join(counts)}")


@click.command(cls=Command)
@click.argument("condition", nargs=-1, required=True)
@option("--timezone", default="UTC", metavar="ZONE", help="The zone of its wall-clock times.")
@option("--from", "since", metavar="TIME", help="From when to tell the starts; else from now.")
@option("--starts", type=click.IntRange(0, 1000), default=10, help="How many starts to tell.")
@option("--task", metavar="NAME", help="The task that has it: its name decides an H of cron.")
@pass_settings
def explain(
    settings: Settings,
    condition: tuple[str, ...],
    timezone: str,
    since: str | None,
    starts: int,
    task: str | None,
) -> None:
    """Say in plain words when a task with this condition starts, and the next ten times.

    CONDITION is best put in quotes: "every 10 min & time of day between 08:00 and 18:00".
    """
    from redengine.cli.scripts.explaining import explain_condition

    told = explain_condition(" ".join(condition), timezone, since, starts, task)
    if settings.json:
        settings.printer.json(told.to_dict())
    else:
        settings.printer.text(str(told))
    if any(each.severity == "error" for each in told.findings):
        click.get_current_context().exit(errors.FAILED)
