"""`redengine jobs`: list, follow, end and repeat jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from redengine.cli import errors
from redengine.cli.base import ListingGroup, list_options, option
from redengine.cli.commands.params import show_value
from redengine.cli.completion import active_job_ids, job_ids, task_names
from redengine.cli.following import following_options, show_output, show_submitted
from redengine.cli.printing import Column, time_column
from redengine.cli.settings import STATUSES, Settings, pass_settings
from redengine.cli.settings import filters as filters_of
from redengine.cli.text import first_line, moment, printable, span, value
from redengine.exceptions import Conflict, WaitTimeout

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.client import Job

MASK: Final = "*****"
"""What the API shows in place of a secret."""

COLUMNS: Final = (
    Column("ID", lambda job: printable(job.get("job_id", ""))),
    Column("TASK", lambda job: printable(job.get("task", ""))),
    Column("STATUS", lambda job: printable(job.get("status", "")), is_status=True),
    time_column("SUBMITTED", "submitted_at"),
    Column("TOOK", lambda job: span(job.get("duration"))),
    Column("EXIT", lambda job: exit_code(job.get("exit_code"))),
    Column("PROGRESS", lambda job: progress(job.get("progress")), is_detail=True),
    Column("WHY", lambda job: first_line(job.get("error") or job.get("reason")), is_detail=True),
)


def exit_code(told: Any) -> str:
    """The exit code of a command; nothing for jobs that have none."""
    return "" if told is None else str(told)


def progress(told: Any) -> str:
    """How far a job is, such as "3/10 reading"."""
    if not isinstance(told, dict):
        return ""
    done, total, text = (told.get(key) for key in ("done", "total", "text"))
    numbers = "" if done is None else f"{done:g}" if total is None else f"{done:g}/{total:g}"
    return printable(f"{numbers} {text or ''}".strip())


_id = click.argument("job_id", metavar="ID", shell_complete=job_ids)


@click.group(cls=ListingGroup)
def jobs() -> None:
    """List, follow and end jobs."""


@jobs.command("list")
@option("--task", multiple=True, help="Only those of this task.", shell_complete=task_names)
@option(
    "--status",
    multiple=True,
    type=click.Choice(STATUSES),
    metavar="STATUS",
    help=f"Only those with this status: {', '.join(STATUSES)}.",
)
@list_options(limit=20)
@pass_settings
def list_jobs(
    settings: Settings,
    task: tuple[str, ...],
    status: tuple[str, ...],
    filters: tuple[str, ...],
    sort: tuple[str, ...],
    limit: int,
) -> None:
    """List jobs, newest first.

    FIELD=VALUE filters them as the API does: status=fail, 'submitted_at$min=2026-01-01'.
    """
    wanted = filters_of(filters, task=task, status=status)
    found = settings.client().jobs.list(wanted, sort=sort, limit=limit)
    settings.printer.table((job.data for job in found), COLUMNS)


@jobs.command()
@_id
@pass_settings
def show(settings: Settings, job_id: str) -> None:
    """Show a job."""
    job = settings.client().jobs.get(job_id).data
    shown = {
        key: moment(each) if key.endswith("_at") or key == "deadline" else value(each)
        for key, each in job.items()
    }
    shown["duration"] = span(job.get("duration"))
    shown["progress"] = progress(job.get("progress"))
    settings.printer.facts(job, shown)


@jobs.command()
@_id
@option("--wait", "-w", is_flag=True, help="Wait until it has ended.")
@option("--wait-timeout", metavar="DURATION", help='Wait no longer than this, such as "10 min".')
@pass_settings
def result(settings: Settings, job_id: str, *, wait: bool, wait_timeout: str | None) -> None:
    """Print what a job returned: text as it is, anything else as JSON.

    The exit code is 1 if it failed, or has not ended.
    """
    job = settings.client().jobs[job_id]
    try:
        found = job.result(wait_timeout if wait or wait_timeout else 0)
    except WaitTimeout as error:
        if error.what != f"the end of job {job_id}":
            raise  # the server did not answer in time
        settings.printer.complain(f"job {job_id} has not ended; --wait waits for it")
        click.get_current_context().exit(errors.FAILED)
    show_value(settings.printer, found)


@jobs.command()
@_id
@option("--follow", "-f", is_flag=True, help="Go on until the job has ended.")
@option("--after", type=int, default=0, help="Only lines after the one of this number.")
@option("--raw", is_flag=True, help="Leave control characters, such as colours, as they are.")
@pass_settings
def output(settings: Settings, job_id: str, *, follow: bool, after: int, raw: bool) -> None:
    """Show what a job has written."""
    job = settings.client().jobs.get(job_id)
    show_output(settings.printer, job, follow=follow, raw=raw, after=after)


def _act(settings: Settings, ids: tuple[str, ...], act: Callable[[Job], Job]) -> None:
    """Do the same to several jobs, and say what they then are."""
    client = settings.client()
    done = []
    for job_id in ids:
        job = act(client.jobs[job_id])
        done.append(job.to_dict())
        settings.printer.say(f"job {job.id}: {job.status}")
    if settings.json:
        settings.printer.json(done)


_ids = click.argument(
    "ids", nargs=-1, required=True, metavar="ID...", shell_complete=active_job_ids
)


@jobs.command()
@_ids
@pass_settings
def cancel(settings: Settings, ids: tuple[str, ...]) -> None:
    """Withdraw jobs before they start."""
    _act(settings, ids, lambda job: job.cancel())


@jobs.command()
@_ids
@pass_settings
def pause(settings: Settings, ids: tuple[str, ...]) -> None:
    """Hold jobs."""
    _act(settings, ids, lambda job: job.pause())


@jobs.command()
@_ids
@pass_settings
def resume(settings: Settings, ids: tuple[str, ...]) -> None:
    """Let held jobs go on."""
    _act(settings, ids, lambda job: job.resume())


@jobs.command()
@_ids
@option("--reason", help="Recorded with them.")
@pass_settings
def terminate(settings: Settings, ids: tuple[str, ...], reason: str | None) -> None:
    """Ask jobs to end."""
    _act(settings, ids, lambda job: job.terminate(reason))


@jobs.command()
@_id
@following_options
@pass_settings
def rerun(
    settings: Settings, job_id: str, *, wait: bool, follow: bool, wait_timeout: str | None
) -> None:
    """Run a job's task once more with the same parameters, as a new job."""
    client = settings.client()
    job = client.jobs.get(job_id)
    parameters = job.data.get("parameters") or {}
    if MASK in parameters.values():
        message = f"job {job.id} has parameters that are secret, and cannot be repeated from here"
        raise Conflict(message)
    again = client.jobs.submit(job.task, parameters)
    show_submitted(settings.printer, again, wait=wait, follow=follow, wait_timeout=wait_timeout)
