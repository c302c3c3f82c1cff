"""The options that lists have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from redengine.cli.base import option

if TYPE_CHECKING:
    from collections.abc import Callable


def list_options(*, limit: int | None) -> Callable[[Any], Any]:
    """FILTERS, `--sort` and `--limit`.

    Args:
        limit: how many entries are listed if nobody says; None: all.
    """

    def decorate(command: Any) -> Any:
        for each in (
            option("--limit", type=click.IntRange(min=0), default=limit, help="How many at most."),
            option("--sort", multiple=True, metavar="FIELD", help="Sort by it; -FIELD: downwards."),
            click.argument("filters", nargs=-1, metavar="[FIELD=VALUE]..."),
        ):
            command = each(command)
        return command

    return decorate
