"""Tokens of one condition string, the cursor over them, and its syntax errors."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, NoReturn
from typing import Any as Anything

from redengine.conditions.explanation import unquote
from redengine.durations import parse_duration
from redengine.exceptions import ConditionSyntaxError, InvalidInput, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import timedelta

    from redengine.conditions.condition import Condition
    from redengine.conditions.custom import ConditionFactory

Part = tuple["Condition", int, int]
"""A part of a condition, with the places of its first character and of the one after its last."""

Kind = Literal["sign", "quoted", "word", "end"]

MOST_TOKENS: Final = 4_000
"""A condition has at most so many words, signs and quoted texts: reading it takes no longer."""
_TOKEN: Final = re.compile(
    r"""
        (?P<sign>[><=!]=|[&|~(),<>=])
      | (?P<word>[^\s&|~(),<>='"]++)
      | (?P<quoted>'(?:[^'\\]++|\\.)*+'|"(?:[^"\\]++|\\.)*+")
      | (?P<open>['"])
    """,
    re.VERBOSE | re.DOTALL,
)


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


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text, the last one of the kind "end".

    Each character is looked at once, and nothing behind the last token that may be.

    Raises:
        ConditionSyntaxError: a quote is not closed, or there are too many tokens.
    """
    tokens = []
    for match in islice(_TOKEN.finditer(text), MOST_TOKENS):
        kind: Anything = match.lastgroup
        start, end = match.span()
        part = text[start:end]
        if kind == "open":
            raise ConditionSyntaxError(text, start, "this quote is not closed", f"{text}{part}")
        tokens.append(Token(kind, part.lower() if kind == "word" else part, start, end))
    _refuse_more(text, tokens)
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


def _refuse_more(text: str, tokens: list[Token]) -> None:
    """Refuse a text that goes on behind the last token that may be."""
    if len(tokens) == MOST_TOKENS:
        more = _TOKEN.search(text, tokens[-1].end)
        if more is not None:
            reason = f"a condition has at most {MOST_TOKENS} words, signs and quoted texts"
            raise ConditionSyntaxError(text, more.start(), reason)


ZONE: Final = "in"
"""The word after a statement that a zone follows; no phrase of a statement has it."""
_MOST_SLIPS: Final = 2
_SLIP: Final = re.compile(r"unknown unit '(\w+)'; did you mean '(\w+)'\?")
_LONGEST_WORD: Final = 40
_SIGNS_FOR: Final = {"and": "&", "or": "|", "not": "~", "&&": "&", "||": "|", "!": "~"}


class Cursor:
    """Where the reading of a text stands.

    Args:
        text: the condition string.
        customs: the custom conditions by their names.
        parts: takes each part that is read with its place, where that is asked for.
    """

    __slots__ = ("_position", "_tokens", "customs", "depth", "parts", "text")

    def __init__(
        self,
        text: str,
        customs: Mapping[str, ConditionFactory],
        parts: list[Part] | None = None,
    ) -> None:
        self.text = text
        self.customs = customs
        self.parts = parts
        self.depth = 0
        self._tokens = tokens_of(text)
        self._position = 0

    @property
    def token(self) -> Token:
        """The token that is next."""
        return self._tokens[self._position]

    @property
    def following(self) -> Token:
        """The token after the next."""
        return self._tokens[min(self._position + 1, len(self._tokens) - 1)]

    @property
    def before(self) -> Token:
        """The token that was taken last."""
        return self._tokens[self._position - 1]

    def advance(self) -> Token:
        """Take the next token."""
        token = self._tokens[self._position]
        if token.kind != "end":
            self._position += 1
        return token

    def note(self, condition: Condition, first: Token) -> Condition:
        """Remember where a part stands that has been read, from a token to the one taken last."""
        if self.parts is not None:
            self.parts.append((condition, first.start, self.before.end))
        return condition

    def sees(self, *words: str) -> bool:
        """Whether the next token is one of these words."""
        return self.token.kind == "word" and self.token.text in words

    def sees_sign(self, *signs: str) -> bool:
        """Whether the next token is one of these signs."""
        return self.token.kind == "sign" and self.token.text in signs

    def take(self, *words: str) -> str | None:
        """Take the next token if it is one of these words."""
        return self.advance().text if self.sees(*words) else None

    def take_sign(self, *signs: str) -> bool:
        """Take the next token if it is one of these signs."""
        return self.sees_sign(*signs) and bool(self.advance())

    def expect(self, *words: str) -> str:
        """Take the next token, which has to be one of these words.

        Raises:
            ConditionSyntaxError: it is another.
        """
        if not self.sees(*words):
            self.fail(f"expected {' or '.join(map(repr, words))}", candidates=words)
        return self.advance().text

    def expect_quoted(self, what: str) -> str:
        """Take the next token, which has to be a quoted text.

        Raises:
            ConditionSyntaxError: it is none, or an empty one.
        """
        token = self.token
        if token.kind != "quoted":
            rest = self.text[token.end :]
            fixed = f"{self.text[: token.start]}'{self._raw(token)}'{rest}"
            self.fail(f"expected {what} in quotes", suggestion=fixed if token.text else None)
        text = unquote(token.text)
        if not text:
            self.fail(f"expected {what}, got nothing")
        self.advance()
        return text

    def phrase(self, what: str, *, stop: Iterable[str] = ()) -> tuple[str, Token]:
        """Take the words up to a sign, the end, `in` or one of `stop`; or one quoted text.

        Raises:
            ConditionSyntaxError: there are none.
        """
        first = self.token
        if first.kind == "quoted":
            return unquote(self.advance().text), first
        words = []
        while self.token.kind == "word" and self.token.text not in (ZONE, *stop):
            words.append(self.advance().text)
        if not words:
            self.fail(f"expected {what}")
        return " ".join(words), first

    def duration(self, *, stop: Iterable[str] = ()) -> timedelta:
        """Take a duration.

        Raises:
            ConditionSyntaxError: there is none.
        """
        phrase, first = self.phrase("a duration such as 10 minutes", stop=stop)
        try:
            return parse_duration(phrase)
        except InvalidInput as error:
            reason = error.fields["duration"]
            self.fail(reason, at=first, suggestion=self._without_slip(phrase, first, reason))

    def _without_slip(self, phrase: str, first: Token, reason: str) -> str | None:
        """The text with a unit that is a letter or two off put right; None if none is."""
        slip = _SLIP.search(reason)
        if slip is None or abs(len(slip[1]) - len(slip[2])) > _MOST_SLIPS:
            return None
        place = self.text.lower().find(slip[1], first.start)
        if place < 0 or phrase.count(slip[1]) != 1:
            return None
        return f"{self.text[:place]}{slip[2]}{self.text[place + len(slip[1]) :]}"

    def raw(self, first: Token, last: Token) -> str:
        """The text from one token to another as it was written."""
        return self.text[first.start : last.end]

    def fail(
        self,
        expected: str,
        *,
        at: Token | int | None = None,
        candidates: Iterable[str] = (),
        suggestion: str | None = None,
    ) -> NoReturn:
        """Complain at a token, the next one if not said.

        Args:
            expected: what could stand there.
            at: the token, or the offset of a character.
            candidates: words of which the nearest would be put in its place.
            suggestion: the whole text as it may have been meant, if that is known.

        Raises:
            ConditionSyntaxError: always.
        """
        place = self.token if at is None else at
        if isinstance(place, int):
            raise ConditionSyntaxError(self.text, place, expected, suggestion)
        if suggestion is None and 0 < len(place.text) <= _LONGEST_WORD:
            word = _SIGNS_FOR.get(place.text) or nearest(place.text, candidates)
            if word is not None:
                suggestion = f"{self.text[: place.start]}{word}{self.text[place.end :]}"
        raise ConditionSyntaxError(self.text, place.start, expected, suggestion)

    def _raw(self, token: Token) -> str:
        return self.text[token.start : token.end].replace("'", "")
