"""What the environment says of an API and its session, and which names it may use for that."""

from __future__ import annotations

import os
import re
import warnings
from typing import Final

from redengine.exceptions import InvalidInput, did_you_mean, shortened

KNOWN: Final = frozenset(
    f"REDENGINE_{name}"
    for name in (
        *("API_HOST", "API_PORT", "API_KEY", "API_KEYS", "API_KEY_ENABLED", "API_RELOAD"),
        *("CORS_ORIGINS", "RATE_LIMIT_ENABLED", "RATE_LIMIT_PER_MINUTE"),
        *("STORE", "DEBUGGER_MODE"),
        *("URL", "JSON", "QUIET"),
        *("JOB", "WORKER", "STARTED_BY"),
    )
)
"""The names that have a meaning, also those of the client, the CLI and child processes."""

_PREFIX: Final = "REDENGINE_"
_YES: Final = frozenset(("true", "1", "yes", "on"))
_NO: Final = frozenset(("false", "0", "no", "off"))
_HIGHEST_PORT: Final = 65_535
_USUAL_PER_MINUTE: Final = 60
_MOST_PER_MINUTE: Final = 1_000_000
_SERVICE_LINK: Final = re.compile(
    r"_SERVICE_(HOST|PORT(_\w+)?)\Z|_PORT_\d+_(TCP|UDP|SCTP)(_\w+)?\Z"
)
_SERVICE_URL: Final = re.compile(r"(tcp|udp|sctp)://", re.IGNORECASE)


def given(name: str) -> str | None:
    """The text of a variable; None where it is empty, not set, or a link to a service.

    Kubernetes and Docker set such links: a service called "redengine-api" would give every
    container a `REDENGINE_API_PORT` of `tcp://10.0.0.1:5000`.
    """
    text = os.environ.get(name, "").strip()
    return None if not text or _SERVICE_URL.match(text) else text


def boolean(name: str) -> bool | None:
    """What a variable says; None where it says nothing.

    Raises:
        InvalidInput: it says neither true nor false.
    """
    text = given(name)
    if text is None:
        return None
    if text.lower() not in _YES | _NO:
        raise InvalidInput({name: f"expected true or false, got {shortened(text)}"})
    return text.lower() in _YES


def number(name: str, least: int, most: int) -> int | None:
    """The same for a whole number.

    Raises:
        InvalidInput: it is none, or out of range.
    """
    text = given(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
        raise InvalidInput(
            {name: f"expected a number from {least} to {most}, got {shortened(text)}"}
        )
    return int(text)


def api_host() -> str | None:
    """The address to listen on."""
    return given("REDENGINE_API_HOST")


def api_port() -> int | None:
    """The port to listen on."""
    return number("REDENGINE_API_PORT", 0, _HIGHEST_PORT)


def cors_origins() -> str | list[str] | None:
    """The origins whose pages may call, between commas; or `*`."""
    text = given("REDENGINE_CORS_ORIGINS")
    if text is None or text == "*":
        return text
    return [each for each in map(str.strip, text.split(",")) if each]


def rate_limit() -> dict[str, str] | None:
    """The limit of each address, where the environment switches one on or says how much.

    Raises:
        InvalidInput: it cannot be read.
    """
    is_on = boolean("REDENGINE_RATE_LIMIT_ENABLED")
    amount = number("REDENGINE_RATE_LIMIT_PER_MINUTE", 1, _MOST_PER_MINUTE)
    if is_on is False or (is_on is None and amount is None):
        return None
    return {"address": f"{amount or _USUAL_PER_MINUTE}/minute"}


def warn_of_unknown() -> None:
    """Warn of variables that look like ours and mean nothing, such as a misspelt one."""
    for name, text in sorted(os.environ.items()):
        if not name.startswith(_PREFIX) or name in KNOWN:
            continue
        if _SERVICE_LINK.search(name) or _SERVICE_URL.match(text):
            continue
        hint = did_you_mean(name, KNOWN)
        warnings.warn(f"the environment variable {name} means nothing here{hint}", stacklevel=4)
