"""TaskNames: the names of the tasks that somebody may see, by a pattern.

A pattern has `*` for any characters, `?` for one, `[abc]` for one of them and `[!abc]` for one of
the others; everything else stands for itself. It becomes a pattern of RE2, by which lists in the
store are filtered as well: so a list never shows what a single look would hide.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NoReturn

from redengine.exceptions import Forbidden, InvalidInput, shortened
from redengine.query import Clause, compile_pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.query import Query

LONGEST_PATTERN: Final = 200
_WILD: Final = frozenset("*?[")
_ASCII: Final = 128


class TaskNames:
    """The names that match a pattern.

    Args:
        pattern: the pattern.

    Raises:
        InvalidInput: it cannot be used.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.sees = matcher(pattern)
        """Tells whether a name matches."""

    def check(self, name: str) -> None:
        """Let a name pass that matches.

        Raises:
            Forbidden: it does not.
        """
        if not self.sees(name):
            reason = f"the key is for tasks named {shortened(self.pattern)}"
            raise Forbidden(f"{reason}, and {shortened(name)} is not", tasks=self.pattern)

    def refuse(self) -> NoReturn:
        """Complain of what concerns all tasks.

        Raises:
            Forbidden: always.
        """
        reason = f"the key is for tasks named {shortened(self.pattern)}"
        raise Forbidden(f"{reason}, and this is about the whole session", tasks=self.pattern)

    def narrowed(self, query: Query, field: str, *clauses: Clause) -> Query:
        """The query, of which only what has a matching name in `field` is left."""
        own = Clause(field, "text", (), *_criterion(self.pattern))
        return replace(query, conditions=(*query.conditions, *clauses, own))


@lru_cache(maxsize=256)
def matcher(pattern: str) -> Callable[[str], bool]:
    """A function that tells whether a name matches a pattern.

    Raises:
        InvalidInput: the pattern is empty, too long, or has a range such as [z-a].
    """
    reason = f"expected a pattern such as 'scraper.*', got {shortened(pattern)}"
    if not 0 < len(pattern) <= LONGEST_PATTERN:
        raise InvalidInput({"tasks": reason})
    try:
        return compile_pattern(as_re2(pattern))
    except ValueError:
        raise InvalidInput({"tasks": reason}) from None


def _criterion(pattern: str) -> tuple[str, tuple[str, ...]]:
    """Operator and operand of a filter for the names that the pattern matches."""
    if not _WILD & set(pattern):
        return "eq", (pattern,)
    return "regex", (as_re2(pattern),)


def as_re2(pattern: str) -> str:
    """A pattern of names in the syntax of RE2, which matches at the start."""
    parts, place = [], 0
    while place < len(pattern):
        char = pattern[place]
        place += 1
        end = pattern.find("]", place + 1 + pattern.startswith("!", place))
        if char == "*":
            parts.append(".*")
        elif char == "?":
            parts.append(".")
        elif char == "[" and end > 0:
            parts.append(_class(pattern[place:end]))
            place = end + 1
        else:
            parts.append(_quoted(char))
    return f"(?s:{''.join(parts)})\\z"


def _class(inside: str) -> str:
    mark, inside = ("^", inside[1:]) if inside.startswith("!") else ("", inside)
    return f"[{mark}{''.join(char if char == '-' else _quoted(char) for char in inside)}]"


def _quoted(char: str) -> str:
    is_plain = char.isalnum() or ord(char) >= _ASCII
    return char if is_plain else f"\\x{{{ord(char):x}}}"
