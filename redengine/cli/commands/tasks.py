"""`redengine tasks`: list, show, run, change and delete tasks."""

from __future__ import annotations

from typing import IO, Any, Final

import click

from redengine.cli.base import ListingGroup, list_options, option
from redengine.cli.completion import runtime_names, task_names
from redengine.cli.following import following_options, show_submitted
from redengine.cli.printing import Column, time_column
from redengine.cli.settings import STATUSES, Settings, assignments, pass_settings
from redengine.cli.settings import filters as filters_of
from redengine.cli.text import moment, printable, span, value
from redengine.cli.trying import dry_run_option, show_what_if


def _status(task: Any) -> str:
    word = "running" if task.get("is_running") else printable(task.get("status") or "")
    return f"{word} (disabled)".lstrip() if task.get("disabled") else word


COLUMNS: Final = (
    Column("NAME", lambda task: printable(task.get("name", ""))),
    Column("STATUS", _status, is_status=True),
    time_column("NEXT", "next_run"),
    time_column("LAST RUN", "last_run"),
    Column("STARTS", lambda task: value(task.get("start_cond"))),
)


_name = click.argument("name", shell_complete=task_names)
_names = click.argument(
    "names", nargs=-1, required=True, metavar="NAME...", shell_complete=task_names
)


@click.group(cls=ListingGroup)
def tasks() -> None:
    """List, run and change tasks."""


@tasks.command("list")
@option(
    "--status",
    multiple=True,
    type=click.Choice(STATUSES),
    metavar="STATUS",
    help="Only those whose latest job has this status.",
)
@option("--name", metavar="REGEX", help="Only those whose name begins so.")
@list_options(limit=None)
@pass_settings
def list_tasks(
    settings: Settings,
    status: tuple[str, ...],
    name: str | None,
    filters: tuple[str, ...],
    sort: tuple[str, ...],
    limit: int | None,
) -> None:
    """List the tasks.

    FIELD=VALUE filters them as the API does: status=fail, 'name$regex=web', 'priority$min=3'.
    """
    wanted = filters_of(filters, status=status, **{"name$regex": name})
    found = settings.client().tasks.list(wanted, sort=sort, limit=limit)
    settings.printer.table((task.data for task in found), COLUMNS)


@tasks.command()
@_name
@pass_settings
def show(settings: Settings, name: str) -> None:
    """Show a task: what it does, when it starts, and what it did."""
    task = settings.client().tasks.get(name).data
    times = {key for key in task if key.startswith("last_") or key == "next_run"}
    shown = {key: moment(each) if key in times else value(each) for key, each in task.items()}
    timeout = task.get("timeout")
    shown["timeout"] = timeout if isinstance(timeout, str) else span(timeout)
    settings.printer.facts(task, {key: text for key, text in shown.items() if text != "[]"})


@tasks.command()
@_name
@click.argument("parameters", nargs=-1, metavar="[PARAMETER=VALUE]...")
@following_options
@option("--priority", type=int, help="Its place in the queue.")
@option("--runtime", help="Where it runs.", shell_complete=runtime_names)
@option("--timeout", metavar="DURATION", help="How long an attempt may run.")
@option("--retries", type=int, help="How often it is tried again.")
@option("--run-at", metavar="TIME", help="When it may begin.")
@option("--deadline", metavar="TIME", help="When it has to have ended.")
@option("--job-id", metavar="ID", help="An id of your own: the same id again is the same job.")
@pass_settings
def run(
    settings: Settings,
    /,
    name: str,
    parameters: tuple[str, ...],
    *,
    wait: bool,
    follow: bool,
    wait_timeout: str | None,
    **options: Any,
) -> None:
    """Run a task now, and print the id of its job.

    Values are JSON where they can be read as such, otherwise text: rows=3 is a number.
    """
    job = settings.client().tasks[name].submit(assignments(parameters), **options)
    show_submitted(settings.printer, job, wait=wait, follow=follow, wait_timeout=wait_timeout)


@tasks.command()
@click.argument("name")
@click.argument("options", nargs=-1, metavar="[OPTION=VALUE]...")
@option("--start-cond", metavar="CONDITION", help='When it starts, such as "daily after 07:00".')
@option("--command", metavar="COMMAND", help="What it runs: a command,")
@option("--code", type=click.File("r"), help="or Python code, from a file or from stdin (-),")
@option("--func", metavar="FUNCTION", help='or a function: "module:function", or with --path.')
@option("--path", metavar="FILE", help="The file, on the session's machine, that has it.")
@option("--replace", is_flag=True, help="In place of the task that has the name.")
@dry_run_option
@pass_settings
def create(
    settings: Settings,
    /,
    name: str,
    options: tuple[str, ...],
    *,
    code: IO[str] | None,
    replace: bool,
    dry_run: bool,
    **given: Any,
) -> None:
    """Make a task.

    Further options are OPTION=VALUE, as for `set`: retries=3 timeout='10 min' tags='["web"]'.
    """
    wanted = assignments(options) | {key: each for key, each in given.items() if each is not None}
    if code is not None:
        wanted["code"] = code.read()
    if not {"command", "code", "func", "path", "class"} & wanted.keys():
        message = f"say what task '{name}' does: --command, --code or --func"
        raise click.UsageError(message)
    known = settings.client().tasks
    make = known.replace if replace else known.create
    if dry_run:
        show_what_if(settings.printer, make(name, dry_run=True, **wanted))
        return
    made = make(name, **wanted)
    if settings.json:
        settings.printer.json(made.to_dict())
    settings.printer.say(f"task '{name}' is made")
    for each in made.data.get("warnings") or ():
        settings.printer.say(f"warning: {each}")


@tasks.command()
@_names
@option("--reason", metavar="TEXT", help="Why, for those who look at them.")
@option("--until", metavar="TIME", help="When they are enabled by themselves, such as 2026-12-01.")
@dry_run_option
@pass_settings
def disable(
    settings: Settings,
    names: tuple[str, ...],
    reason: str | None,
    until: str | None,
    *,
    dry_run: bool,
) -> None:
    """Keep tasks from starting by themselves."""
    client = settings.client()
    for name in names:
        if dry_run:
            said = {"reason": reason, "until": until}
            disabled = said if any(said.values()) else True
            found = client.tasks[name].update(dry_run=True, disabled=disabled)
            show_what_if(settings.printer, found)
            continue
        client.tasks[name].disable(reason, until=until)
        end = f" until {until}" if until else ""
        settings.printer.say(f"task '{name}' is disabled{end}")


@tasks.command()
@_names
@dry_run_option
@pass_settings
def enable(settings: Settings, names: tuple[str, ...], *, dry_run: bool) -> None:
    """Let tasks start by themselves again."""
    client = settings.client()
    for name in names:
        if dry_run:
            found = client.tasks[name].update(dry_run=True, disabled=False)
            show_what_if(settings.printer, found)
            continue
        client.tasks[name].enable()
        settings.printer.say(f"task '{name}' is enabled")


@tasks.command("set")
@_name
@click.argument("options", nargs=-1, required=True, metavar="OPTION=VALUE...")
@dry_run_option
@pass_settings
def set_options(settings: Settings, name: str, options: tuple[str, ...], *, dry_run: bool) -> None:
    """Change options of a task: start_cond='daily after 07:00' retries=3.

    Values are JSON where they can be read as such, otherwise text; null unsets.
    """
    task = settings.client().tasks[name]
    if dry_run:
        show_what_if(settings.printer, task.update(dry_run=True, **assignments(options)))
        return
    changed = task.update(**assignments(options))
    if settings.json:
        settings.printer.json(changed.to_dict())
    settings.printer.say(f"task '{name}' is changed")


@tasks.command()
@_names
@option("--force", is_flag=True, help="Also those with active jobs, which are terminated.")
@dry_run_option
@pass_settings
def delete(settings: Settings, names: tuple[str, ...], *, force: bool, dry_run: bool) -> None:
    """Remove tasks."""
    client = settings.client()
    for name in names:
        if dry_run:
            found = client.tasks[name].delete(force=force, dry_run=True)
            show_what_if(settings.printer, found)
            continue
        client.tasks[name].delete(force=force)
        settings.printer.say(f"task '{name}' is removed")
