"""`redengine completion`: what a shell needs to complete commands and options."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

from redengine.cli.base import Command

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
