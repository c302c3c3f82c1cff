"""What is written on a command line as NAME=VALUE."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Never

import click

from redengine.exceptions import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable


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
