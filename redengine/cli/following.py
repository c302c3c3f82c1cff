"""Following: what is shown of a job that was just submitted, until it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from redengine.cli import exits
from redengine.cli.base import option
from redengine.exceptions import WaitTimeout

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.cli.printing import Printer
    from redengine.client import Job, OutputLine


def following_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--wait`, `--follow` and `--wait-timeout`."""
    for each in (
        option(
            "--wait-timeout",
            metavar="DURATION",
            help='Wait no longer than this, such as "10 min"; the exit code is then 1.',
        ),
        option("--follow", "-f", is_flag=True, help="Show its output until it has ended."),
        option("--wait", "-w", is_flag=True, help="Wait until it has ended."),
    ):
        command = each(command)
    return command


def show_submitted(
    printer: Printer, job: Job, *, wait: bool, follow: bool, wait_timeout: str | None
) -> None:
    """Show a job's id, or follow it; end with code 1 if it did not succeed in time."""
    if not (wait or follow or wait_timeout):
        show_id(printer, job)
        return
    printer.say(f"job {job.id} of task '{job.task}'")
    if follow:
        show_output(printer, job, follow=True, raw=False)
    ended = _waited_for(job, wait_timeout)
    if ended is None:
        printer.complain(f"job {job.id} has not ended within {wait_timeout}")
        click.get_current_context().exit(exits.FAILED)
    if printer.as_json:
        (printer.json_line if follow else printer.json)(ended.to_dict())
    elif not follow:
        printer.line(ended.id)
    say_end(printer, ended)
    if ended.status != "success":
        click.get_current_context().exit(exits.FAILED)


def show_id(printer: Printer, job: Job) -> None:
    """Show the id of a job."""
    if printer.as_json:
        printer.json(job.to_dict())
    else:
        printer.line(job.id)


def _waited_for(job: Job, timeout: str | None) -> Job | None:
    """The job at its end; None if that has not come in time."""
    try:
        return job.wait(timeout)
    except WaitTimeout as error:
        if error.what != f"the end of job {job.id}":
            raise  # the server did not answer in time
        return None


def say_end(printer: Printer, job: Job) -> None:
    """Say how a job ended."""
    why = job.data.get("error") or job.data.get("reason")
    printer.say(f"{job.status}: {why}" if why else job.status)


def show_output(printer: Printer, job: Job, *, follow: bool, raw: bool, after: int = 0) -> None:
    """Show the lines that a job writes.

    Args:
        printer: the printer.
        job: the job.
        follow: whether to go on until it has ended.
        raw: whether control characters are left in.
        after: the number of the last line that is not to be shown.
    """
    lines = job.follow_output(after=after) if follow else job.output(after=after)
    for line in lines:
        _show_line(printer, line, raw=raw)


def _show_line(printer: Printer, line: OutputLine, *, raw: bool) -> None:
    if printer.as_json:
        printer.json_line(line.to_dict())
    else:
        printer.text(line.text, raw=raw)
