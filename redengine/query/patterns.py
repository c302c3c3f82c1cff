"""Patterns: RE2, which answers in linear time whatever the pattern.

Where google-re2 has no build for the interpreter, Python's `re` takes its place. That one can need
a time that grows exponentially with the text, or as a high power of its length, so patterns that
can make it do so are refused then.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

try:
    import re2
except ImportError:
    re2 = None

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_PATTERN: Final = 1_000
_MOST_REPEATS: Final = 3
_SMALL_REPEAT: Final = 100
"""A repetition of at most so many times costs little, unless it stands in another one."""


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
    if re2 is None:
        return _compile_plain(pattern)
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


def _compile_plain(pattern: str) -> Callable[[str], bool]:
    """The same without RE2.

    Raises:
        ValueError: the pattern cannot be used, or could take long.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compiled = re.compile(pattern, re.ASCII)
            repeats = _open_repeats(re._parser.parse(pattern))  # type: ignore[attr-defined] # noqa: SLF001 - what re itself compiles
    except (re.error, RecursionError, OverflowError, Warning) as error:
        raise ValueError(f"the pattern cannot be used: {error} ({_WITHOUT_RE2})") from None
    if repeats > _MOST_REPEATS:
        reason = f"it has {repeats} open repetitions such as .*, and {_MOST_REPEATS} are taken"
        raise ValueError(f"the pattern cannot be used: {reason} ({_WITHOUT_RE2})")
    return lambda text: compiled.match(text) is not None


_WITHOUT_RE2: Final = "google-re2 is not installed, and Python's re could take very long"
_REFUSED: Final = {
    "ASSERT": "look-around is not taken",
    "ASSERT_NOT": "look-around is not taken",
    "GROUPREF": "backreferences are not taken",
    "GROUPREF_EXISTS": "backreferences are not taken",
}


def _open_repeats(parsed: Any, *, is_inside: bool = False) -> int:
    """How many repetitions without a small bound there are.

    Raises:
        re.error: there is a repetition in another one, look-around or a backreference.
    """
    found = 0
    for operation, argument in parsed:
        name = str(operation)
        if name in _REFUSED:
            raise re.error(_REFUSED[name])
        is_repeat = name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"} and argument[1] > 1
        if is_repeat and is_inside:
            raise re.error("a repetition stands in another one")
        found += is_repeat and argument[1] > _SMALL_REPEAT
        for part in _parts(argument):
            found += _open_repeats(part, is_inside=is_inside or is_repeat)
    return found


def _parts(argument: Any) -> list[Any]:
    """The patterns in an argument of an operation of `re`'s own form."""
    if hasattr(argument, "getwidth"):
        return [argument]
    if isinstance(argument, list | tuple):
        return [part for each in argument for part in _parts(each)]
    return []
