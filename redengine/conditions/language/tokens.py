"""Tokens of the string language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from redengine.exceptions import ConditionSyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["sign", "quoted", "word", "end"]

_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<sign>[><=!]=|[&|~(),<>=])
      | (?P<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
      | (?P<word>[^\s&|~(),<>='"]+)
    )""",
    re.VERBOSE | re.DOTALL,
)
_KINDS: Final[dict[str, Kind]] = {"sign": "sign", "quoted": "quoted", "word": "word"}


class Token(NamedTuple):
    """A piece of a condition string.

    Attributes:
        kind: a sign, a quoted text, a word or the end.
        text: as it was written; words in lower case.
        start: the offset of its first character.
        end: the offset after its last one.
    """

    kind: Kind
    text: str
    start: int
    end: int


def tokens_of(text: str) -> Iterator[Token]:
    """The tokens of a text, the last one of the kind "end".

    Raises:
        ConditionSyntaxError: a quote is not closed.
    """
    position = 0
    while match := _TOKEN.match(text, position):
        kind = _KINDS[match.lastgroup or "word"]
        part = match[kind]
        yield Token(kind, part.lower() if kind == "word" else part, match.start(kind), match.end())
        position = match.end()
    rest = text[position:].lstrip()
    start = len(text) - len(rest)
    if rest:
        suggestion = f"{text}{rest[0]}" if rest[0] in "'\"" else None
        raise ConditionSyntaxError(text, start, "this quote is not closed", suggestion)
    yield Token("end", "", len(text), len(text))
