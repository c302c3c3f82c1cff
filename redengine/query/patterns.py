"""Patterns: RE2, which answers in linear time whatever the pattern."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import re2

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_PATTERN: Final = 1_000


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """A function that tells whether a text matches `pattern` at its start, in linear time.

    The syntax is RE2's (https://github.com/google/re2/wiki/Syntax), which has neither
    backreferences nor look-around.

    Raises:
        ValueError: the pattern cannot be used, and why.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"the pattern is longer than {LONGEST_PATTERN} characters")
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except (re2.error, UnicodeError) as error:
        raise ValueError(
            f"RE2 cannot use the pattern: {_told(error)} (it has no backreferences or look-around)"
        ) from None
    match = compiled.match

    def matches(text: str) -> bool:
        try:
            return match(text) is not None
        except UnicodeEncodeError:
            return match(text.encode("utf-8", "replace").decode()) is not None

    return matches


def _told(error: Exception) -> str:
    reason = error.args[0] if error.args else error
    return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
