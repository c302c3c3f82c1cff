"""Settings: the options that every command takes, and the client that they make."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Never

import click
from click.core import ParameterSource

from redengine.cli.printing import Printer
from redengine.exceptions import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redengine.client import Client

ACTIONS: Final = ("run", "success", "fail", "terminate", "crash", "inaction", "cancel")
"""What can have happened to a job."""
STATUSES: Final = ("queued", "paused", *ACTIONS)
"""What a job can be."""


def _no_number(text: str) -> Never:
    raise ValueError(text)


def json_or_text(text: str) -> Any:
    """The JSON value that a text is, or else the text: `3`, `true`, `[1, 2]`, `every 10 min`."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return text


def assignments(given: Iterable[str]) -> dict[str, Any]:
    """The values by name.

    Raises:
        UsageError: one has no `=`, or a name comes twice.
    """
    found: dict[str, Any] = {}
    for each in given:
        name, sign, text = each.partition("=")
        if not sign or not name:
            message = f"expected NAME=VALUE, got {shortened(each)}"
            raise click.UsageError(message)
        if name in found:
            message = f"{shortened(name)[1:-1]} is given twice"
            raise click.UsageError(message)
        found[name] = json_or_text(text)
    return found


def filters(given: Iterable[str], **named: tuple[str, ...] | str | None) -> dict[str, Any]:
    """The filters of a list, in the API's own language: `status=fail`, `name$regex=web`.

    Args:
        given: as they stand on the command line; a key that comes twice is any of its values.
        **named: those that have an option.

    Raises:
        UsageError: one has no `=`, or is for an option.
    """
    found: dict[str, list[str]] = {
        key: [value] if isinstance(value, str) else list(value)
        for key, value in named.items()
        if value
    }
    for each in given:
        key, sign, text = each.partition("=")
        if not sign or not key:
            message = f"expected a filter such as status=fail, got {shortened(each)}"
            raise click.UsageError(message)
        if key in {"$limit", "$offset", "$sort", "$fields"}:
            message = f"{key} is not a filter: say --{key[1:]}"
            raise click.UsageError(message)
        found.setdefault(key, []).append(text)
    return dict(found)


@dataclass(slots=True, kw_only=True)
class Settings:
    """What holds for a whole command line.

    Attributes:
        url: where the API is; None: the client finds out.
        api_key: the key; None: the client finds it.
        json: whether data is JSON.
        quiet: whether talk is left out.
        no_color: whether colours are.
        transport: carries the requests, for tests.
    """

    url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    json: bool = False
    quiet: bool = False
    no_color: bool = False
    transport: Any = None

    @property
    def printer(self) -> Printer:
        """The printer that they ask for."""
        has_color = not (self.no_color or os.environ.get("NO_COLOR"))  # see https://no-color.org
        return Printer(as_json=self.json, is_quiet=self.quiet, has_color=has_color)

    def client(self) -> Client:
        """A client of the session; it is closed when the command ends.

        Raises:
            InvalidInput: the URL or the key does not fit.
        """
        from redengine.client import Client

        client = Client(self.url, api_key=self.api_key, transport=self.transport)
        click.get_current_context().call_on_close(client.close)
        return client


pass_settings = click.make_pass_decorator(Settings, ensure=True)
"""Gives a command the settings as its first argument."""


def _remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Keep what was given; a command's own defaults do not undo what stands before it."""
    settings = ctx.ensure_object(Settings)
    name = str(param.name)
    given = {ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT}
    if ctx.get_parameter_source(name) in given:
        setattr(settings, name, value)


_KINDS: Final[dict[str, dict[str, Any]]] = {
    "--url": {
        "metavar": "URL",
        "help": "Where the API is.  [env: REDENGINE_URL; default: http://127.0.0.1:5000]",
    },
    "--api-key": {
        "metavar": "KEY",
        "help": "The key; others on this machine may see it here, but not in the environment.  "
        "[env: REDENGINE_API_KEY]",
    },
    "--json": {
        "is_flag": True,
        "help": "Print data as JSON, for programs.  [env: REDENGINE_JSON]",
    },
    "--quiet": {
        "is_flag": True,
        "help": "Print data and errors only.  [env: REDENGINE_QUIET]",
    },
    "--no-color": {"is_flag": True, "help": "Use no colours.  [env: NO_COLOR]"},
}
_VARIABLES: Final = {"--json": "REDENGINE_JSON", "--quiet": "REDENGINE_QUIET"}
"""The client reads those of the URL and the key itself, and knows which may go together."""


def global_options(*, at_root: bool) -> list[click.Option]:
    """The options that stand before a command, or after it.

    Args:
        at_root: whether they are those before: they are shown, and have variables.
    """
    return [
        click.Option(
            [name, "-q"] if name == "--quiet" else [name],
            expose_value=False,
            callback=_remember,
            hidden=not at_root,
            envvar=_VARIABLES.get(name) if at_root else None,
            **kind,
        )
        for name, kind in _KINDS.items()
    ]
