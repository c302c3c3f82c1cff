"""Following: what is shown of a job that was just submitted, until it ends."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from redengine.cli import errors
from redengine.cli.base import option
from redengine.cli.errors import in_options
from redengine.exceptions import RedengineError, RemoteError, Unreachable, WaitTimeout

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.cli.printing import Printer
    from redengine.client import Job, OutputLine

T = TypeVar("T")
RETRY_S: Final = 1.0
pause = time.sleep


class Persistence:
    """Goes on asking while the session is away: it may be restarting.

    Args:
        printer: says that it is waited for.
    """

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._is_away = False

    def ask(self, question: Callable[[], T]) -> T:
        """The answer, as soon as there is one.

        Raises:
            RedengineError: anything but that the session is away.
        """
        while True:
            try:
                answer = question()
            except RedengineError as error:
                if not _is_of_absence(error):
                    raise
                self._note(error)
                pause(RETRY_S)
            else:
                self._is_away = False
                return answer

    def _note(self, error: RedengineError) -> None:
        if not self._is_away:
            self._is_away = True
            self._printer.say(f"{in_options(error)}; trying again, Ctrl-C ends")


def _is_of_absence(error: RedengineError) -> bool:
    """Whether the session is away or in trouble, rather than refusing what was asked."""
    if isinstance(error, Unreachable):
        return True
    if isinstance(error, WaitTimeout):
        return error.what.startswith("the answer of")
    return isinstance(error, RemoteError) and error.status >= HTTPStatus.INTERNAL_SERVER_ERROR


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
    ended = Persistence(printer).ask(lambda: _waited_for(job, wait_timeout))
    if ended is None:
        printer.complain(f"job {job.id} has not ended within {wait_timeout}")
        click.get_current_context().exit(errors.FAILED)
    if printer.as_json:
        (printer.json_line if follow else printer.json)(ended.to_dict())
    elif not follow:
        printer.line(ended.id)
    say_end(printer, ended)
    if ended.status != "success":
        click.get_current_context().exit(errors.FAILED)


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
    if not follow:
        for line in job.output(after=after):
            _show_line(printer, line, raw=raw)
        return
    last = after

    def follow_on() -> None:
        nonlocal last
        for line in job.follow_output(after=last):
            _show_line(printer, line, raw=raw)
            last = line.seq

    Persistence(printer).ask(follow_on)


def _show_line(printer: Printer, line: OutputLine, *, raw: bool) -> None:
    if printer.as_json:
        printer.json_line(line.to_dict())
    else:
        printer.text(line.text, raw=raw)
