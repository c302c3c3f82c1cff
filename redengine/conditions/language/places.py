"""Places: where the parts of a condition stand in the text that it was read from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from redengine.conditions.language.parser import parse, parts_of, without_sugar
from redengine.exceptions import ConditionSyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from redengine.conditions.condition import Condition
    from redengine.conditions.custom import ConditionFactory

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of a condition stand in its text.

    Attributes:
        whole: the places of the text's first character and of the one after its last.
        known: the places of its parts; of one that stands there several times, each.
    """

    whole: Place = (0, 0)
    known: Mapping[Condition, Sequence[Place]] = field(default_factory=dict)

    def of(self, part: Condition, number: int = 0) -> Place:
        """Where a part stands; the whole text for one whose place is not known.

        Args:
            part: the part.
            number: which of several equal ones, from 0.
        """
        found = self.known.get(part)
        return self.whole if found is None else found[min(number, len(found) - 1)]


NOWHERE: Final = Places()
"""The places of a condition that has no text."""


def located(text: str, customs: Mapping[str, ConditionFactory] | None = None) -> Places:
    """Where the parts of a condition stand in its text.

    A statement of plain English is one part, whatever it means.

    Args:
        text: the text, as `parse` reads it.
        customs: what makes custom conditions, by their names.

    Raises:
        ConditionSyntaxError: it cannot be read.
        ImpossibleCondition: it names what never comes, or negates an instant.
    """
    customs = customs or {}
    known: dict[Condition, list[Place]] = {}
    for part, start, end in _parts(text, customs):
        places = known.setdefault(part, [])
        if places and start <= places[-1][0] and places[-1][1] <= end:
            places.pop()  # the same with parentheses around it
        places.append((start, end))
    stripped = text.strip()
    start = text.index(stripped) if stripped else 0
    return Places((start, start + len(stripped)), known)


def _parts(
    text: str, customs: Mapping[str, ConditionFactory]
) -> Iterator[tuple[Condition, int, int]]:
    try:
        yield from parts_of(text, customs)
    except ConditionSyntaxError:
        parse(text, customs)  # it is read in plain English, or raises with what was meant
        pieces = without_sugar(text, customs)
        plain = "".join(meant for meant, _ in pieces)
        for part, start, end in parts_of(plain, customs):
            yield part, _written(pieces, start, is_end=False), _written(pieces, end, is_end=True)


def _written(pieces: Sequence[tuple[str, str]], place: int, *, is_end: bool) -> int:
    """Where a place of the text without sugar stands in the text that was written."""
    at = 0
    for meant, written in pieces:
        if place < len(meant) or (is_end and place == len(meant)):
            if meant == written:
                return at + place
            inner = len(written) - len(written.lstrip())
            return at + (len(written.rstrip()) if is_end else inner)
        place -= len(meant)
        at += len(written)
    return at
