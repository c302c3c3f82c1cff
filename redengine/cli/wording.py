"""Wording: what an error says to a Python program, said to somebody at a command line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import click

from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable

_REPLACED: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"say on_exists='replace', 'ignore' or 'rename', or", "say --replace, or"),
        (r"Client\(url\)", "--url"),
        (r"\bapi_key=(?!\w)", "--api-key"),
        (r"\bwith force\b", "with --force"),
        (r"\bforce=True\b|\?force=true\b|\buse force\b|\bsay force\b", "--force"),
        (r"^runtime_id:", "NAME:"),
        (r"^start:", "--from:"),
        (r"\bprune=True\b|\?prune=true\b", "--prune"),
    )
)
"""Python's words, and the command line's in their place."""


def in_options(error: Exception, params: Iterable[click.Parameter] = ()) -> str:
    """The message of an error, with options in place of Python's parameters.

    Args:
        error: the error.
        params: those of the command that met it.
    """
    text = str(error)
    for pattern, words in _REPLACED:
        text = pattern.sub(words, text)
    if isinstance(error, InvalidInput):
        options = _options_by_field(params)
        for field in error.fields:
            if field in options:
                text = re.sub(rf"(^|; ){re.escape(field)}:", rf"\1{options[field]}:", text, count=1)
    return text


def _options_by_field(params: Iterable[click.Parameter]) -> dict[str, str]:
    """How each option is written, by its parameter's name and by its own."""
    found = {"url": "--url", "api_key": "--api-key"}
    for each in params:
        if isinstance(each, click.Option):
            written = max(each.opts, key=len)
            found[str(each.name)] = written
            own = written.lstrip("-").replace("-", "_")
            found |= {own: written, f"${own}": written}
    return found
