"""Command and Group: click's, with the global options everywhere and a hint at the nearest name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from redengine.cli.errors import in_options
from redengine.cli.settings import global_options
from redengine.exceptions import RedengineError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any] | click.Command")
_AFTER: Final = global_options(at_root=False)
_WITH_VALUE: Final = frozenset(("--url", "--api-key"))
_GLOBAL: Final = frozenset(name for option in _AFTER for name in option.opts)


class Command(click.Command):
    """A command that takes the global options as well, and tells of errors by its options."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RedengineError as error:
            error.args = (in_options(error, self.params),)
            raise

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*super().get_params(ctx), *_AFTER]


class Group(click.Group):
    """A group of commands, in the order in which they were made."""

    command_class = Command
    group_class = type

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*super().get_params(ctx), *(() if ctx.parent is None else _AFTER)]

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        is_option = name.startswith("-")
        if name not in self.commands and not is_option and not ctx.resilient_parsing:
            hint = did_you_mean(name, self.commands)
            known = "" if hint else f"; known are {', '.join(self.commands)}"
            ctx.fail(f"there is no command {name!r}{hint or known}")
        return super().resolve_command(ctx, args)


class ListingGroup(Group):
    """A group that lists when no command of it is named: `redengine tasks --json`."""

    default = "list"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        place = _place_of_command(args)
        named = args[place] if place < len(args) else None
        if ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        if named not in {"--help", "-h"} and (named is None or named.startswith("-")):
            args = [*args[:place], self.default, *args[place:]]
        return super().parse_args(ctx, args)


class ShowingGroup(ListingGroup):
    """A group that shows what it is about when no command of it is named."""

    default = "show"


def _place_of_command(args: list[str]) -> int:
    """The index of the first argument that is no global option."""
    place = 0
    while place < len(args) and args[place].partition("=")[0] in _GLOBAL:
        place += 2 if args[place] in _WITH_VALUE else 1
    return place


class Range(click.FloatRange):
    """A number within bounds; what is no number at all (`nan`) is refused as well."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is not a number", param, ctx)
        return number


def option(*names: str, **attributes: Any) -> Callable[[F], F]:
    """An option of click whose default is shown."""
    return click.option(*names, **{"show_default": True, **attributes})


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
