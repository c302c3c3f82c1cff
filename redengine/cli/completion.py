"""`redengine completion`: what a shell needs to complete commands and options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click
from click.shell_completion import get_completion_class

from redengine.cli.base import Command
from redengine.cli.settings import Settings
from redengine.cli.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from redengine.client import Client

    Completion = Callable[[click.Context, click.Parameter, str], list[str]]

_PATIENCE_S: Final = 2.0
_MOST: Final = 200
_ACTIVE: Final = ("queued", "run", "paused")


def _completing(names: Callable[[Client], Iterable[Any]]) -> Completion:
    """What click asks for the words that can stand in the place of an incomplete one."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        del param
        try:
            found = _asked(ctx.ensure_object(Settings), names)
        except Exception:  # noqa: BLE001 - whatever is wrong is said when the command is run
            return []
        given = {str(each) for value in ctx.params.values() for each in _values(value)}
        return [
            name
            for name in found
            if name.startswith(incomplete) and name not in given and printable(name) == name
        ]

    return complete


def _asked(settings: Settings, names: Callable[[Client], Iterable[Any]]) -> list[str]:
    from redengine.client import Client

    options: dict[str, Any] = {"timeout": _PATIENCE_S, "retries": 0}
    transport, key = settings.transport, settings.api_key
    with Client(settings.url, api_key=key, transport=transport, **options) as client:
        return [str(name) for name in names(client)]


def _values(value: Any) -> Iterable[Any]:
    return value if isinstance(value, tuple) else (value,)


def _jobs(client: Client, *, active: bool = False) -> list[str]:
    filters = {"status": list(_ACTIVE)} if active else {}
    return [job.id for job in client.jobs.list(filters, limit=_MOST, fields="job_id")]


task_names = _completing(lambda client: [each.name for each in client.tasks.list(fields="name")])
"""Completes names of tasks."""

job_ids = _completing(_jobs)
"""Completes ids of jobs, the newest first."""

active_job_ids = _completing(lambda client: _jobs(client, active=True))
"""Completes ids of jobs that have not ended."""

runtime_names = _completing(lambda client: [each.id for each in client.runtimes.list()])
"""Completes names of runtimes."""

calendar_names = _completing(lambda client: [each.name for each in client.calendars.list()])
"""Completes names of calendars."""

channel_names = _completing(lambda client: [each.name for each in client.channels.list()])
"""Completes names of channels."""

command_names = _completing(lambda client: [each.name for each in client.commands.list()])
"""Completes names of commands."""

parameter_names = _completing(lambda client: client.parameters.snapshot())
"""Completes names of session parameters."""

config_keys = _completing(lambda client: client.config.snapshot())
"""Completes keys of the configuration."""

key_names = _completing(lambda client: [each.name for each in client.keys.list()])
"""Completes names of API keys."""

change_ids = _completing(lambda client: [each.id for each in client.changes.list(limit=_MOST)])
"""Completes numbers of changes, the newest first."""


SHELLS = ("bash", "zsh", "fish")


_HELP: Final = """Print the completion script of a shell.

\b
bash:  redengine completion bash > ~/.local/share/bash-completion/completions/redengine
zsh:   redengine completion zsh > "${fpath[1]}/_redengine"
fish:  redengine completion fish > ~/.config/fish/completions/redengine.fish
"""


@click.command(cls=Command, help=_HELP)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell."""
    kind = get_completion_class(shell)
    if kind is None:
        ctx.fail(f"there is no completion for {shell}")
    made = kind(ctx.find_root().command, {}, "redengine", "_REDENGINE_COMPLETE")
    click.echo(made.source_template % made.source_vars())
