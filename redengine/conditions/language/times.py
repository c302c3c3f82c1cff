"""How the times of periods and windows are read in the string language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redengine.conditions.periods import Periodic, TimeOf
from redengine.conditions.positions import WEEKDAYS, Position, read_position
from redengine.conditions.pulses import PeriodicAt
from redengine.conditions.records import infer_unit
from redengine.conditions.units import UNITS, WEEK, Unit
from redengine.conditions.windows import Kind, Window
from redengine.exceptions import InvalidInput, nearest

if TYPE_CHECKING:
    from redengine.conditions.base import Condition
    from redengine.conditions.language.cursor import Cursor

KINDS: Final = ("between", "before", "after", "starting", "at", "on")
"""The words with which a window begins."""


def periodic(cursor: Cursor, unit: Unit) -> Condition:
    """`daily …` and its kin, after the first keyword."""
    if not cursor.sees(*KINDS):
        return Periodic(Window(unit))
    if cursor.take("at"):
        return PeriodicAt(unit, _position(cursor, unit))
    return Periodic(read_window(cursor, unit))


def time_of(cursor: Cursor) -> Condition:
    """`time of …`, after the first keyword."""
    cursor.expect("of")
    unit = UNITS[cursor.expect(*UNITS)]
    if not cursor.sees(*KINDS):
        return TimeOf(Window(unit))
    if cursor.sees("starting"):
        cursor.fail("'time of' takes between, before, after, at or on", candidates=("after",))
    return TimeOf(read_window(cursor, unit))


def read_window(cursor: Cursor, unit: Unit | None) -> Window:
    """A window from its keyword on; without a unit, the times tell it."""
    start = cursor.token
    kind: Kind = cursor.expect(*KINDS)  # type: ignore[assignment]  # one of the literals
    kind = "on" if cursor.text[start.start : start.end].lower() == "at" else kind
    if unit is None:
        unit = infer_unit(" ".join(_ahead(cursor)))
    first = last = None
    if kind == "before":
        last = _position(cursor, unit)
    else:
        first = _position(cursor, unit)
    if kind == "between":
        cursor.expect("and")
        last = _position(cursor, unit)
    try:
        return Window(unit, kind, first, last)
    except InvalidInput as error:
        cursor.fail("; ".join(error.fields.values()), at=start)


def _ahead(cursor: Cursor) -> list[str]:
    """The words of the next position, without taking them."""
    words = [cursor.token.text.strip("'\"")]
    if cursor.following.kind == "word" and cursor.following.text != "and":
        words.append(cursor.following.text)
    return words


def _position(cursor: Cursor, unit: Unit) -> Position:
    phrase, first = cursor.phrase(f"a time in a {unit.name}", stop=("and",))
    try:
        return read_position(unit, phrase)
    except ValueError as error:
        day = nearest(first.text, WEEKDAYS) if unit is WEEK else None
        cursor.fail(str(error), at=first, candidates=(day,) if day else ())
