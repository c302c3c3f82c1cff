"""Origins: which pages of browsers may read answers, and write."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Final

from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

LOOPBACK: Final = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?"
"""Pages of this machine, as a regular expression."""
ANY: Final = "*"
"""Pages of anybody."""
_ORIGIN: Final = re.compile(
    r"[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?", re.ASCII
)


def checked_origins(origins: Iterable[str] | None) -> frozenset[str] | None:
    """The origins in small letters; None for the pages of this machine, `ANY` for everybody's.

    Raises:
        InvalidInput: one is no origin, or stands for many.
    """
    if origins is None:
        return None
    if isinstance(origins, str) and origins != ANY:
        reason = f"expected '*' or a list such as ['https://app.example'], got {shortened(origins)}"
        raise InvalidInput({"cors_origins": reason})
    given = tuple(origins)
    if ANY in given:
        warnings.warn(
            "cors_origins='*' lets the pages of anybody call the API and read its answers, if they "
            "know a key; name the origins instead, such as ['https://app.example']",
            stacklevel=4,
        )
        return frozenset((ANY,))
    return frozenset(map(_checked, given))


def _checked(origin: object) -> str:
    if isinstance(origin, str) and "*" in origin:
        raise InvalidInput(
            {
                "cors_origins": f"{shortened(origin)} would let pages of strangers call the API "
                "with the credentials of whoever looks at them: name each origin exactly, such "
                "as 'https://app.example'"
            }
        )
    if not isinstance(origin, str) or _ORIGIN.fullmatch(origin.lower()) is None:
        reason = f"expected origins such as 'https://app.example:8443', got {shortened(origin)}"
        raise InvalidInput({"cors_origins": reason})
    return origin.lower()
