"""Windows: a part of every period, such as "between 10:00 and 12:00", and how they narrow it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from datetime import time
from typing import TYPE_CHECKING, Final, Generic, Literal, NamedTuple, TypeVar

from redengine.conditions.calendar.positions import Position, position_of
from redengine.conditions.calendar.wall_clock import (
    DAY,
    MICROSECOND,
    instant_of,
    offset_at,
    transition,
    wall_of,
)
from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from redengine.conditions.calendar.wall_clock import Unit

Kind = Literal["whole", "between", "before", "after", "starting", "on"]
LONGEST_SEARCH: Final = 100


class Occurrence(NamedTuple):
    """One occurrence of a window.

    Attributes:
        start: its first instant; UTC.
        end: the first instant after it; UTC.
    """

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """A part of every period of a unit.

    Attributes:
        unit: the unit.
        kind: how the part is named.
        first: its start, or None for that of the period.
        last: its end, or None for that of the period; a named day is part of the window.
    """

    unit: Unit
    kind: Kind = "whole"
    first: Position | None = None
    last: Position | None = None
    _cache: list[tuple[tzinfo, datetime, Occurrence]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if self.kind == "before" and self.last is not None and self.last.is_start:
            message = f"nothing of a {self.unit.name} is before its start, {self.last}"
            raise InvalidInput({"before": message})
        if self.kind == "between" and self._is_empty():
            message = f"it starts and ends at {self.first}; say 'starting {self.first}'"
            raise InvalidInput({"between": message})

    def _is_empty(self) -> bool:
        if self.first is None or self.last is None:
            return False
        return self.first.order == self.last.order and self.last.span < DAY

    def occurrence(self, instant: datetime, zone: tzinfo) -> Occurrence:
        """The occurrence that an instant is in, or else the next one."""
        for known, lower, occurrence in self._cache:
            if known is zone and lower <= instant < occurrence.end:
                return occurrence
        found = (self._short if self.unit.is_short else self._long)(instant, zone)
        self._cache[:] = ((zone, min(instant, found.start), found),)
        return found

    def _edges(self, period: datetime) -> tuple[datetime, datetime]:
        """The wall-clock start and end of the occurrence of one period."""
        following = self.unit.following(period)
        start = period if self.first is None else self.first.wall(period)
        if self.kind == "starting" and self.first is not None:
            return start, self.first.wall(following)
        if self.kind == "on" and self.first is not None:
            return start, min(self.first.end(period), following)
        if self.last is None:
            return start, following
        base = following if self._wraps() else period
        end = self.last.wall(base)
        if self.kind == "between" and self.last.span >= DAY:
            end = min(self.last.end(base), self.unit.following(base))
        return start, end

    def _wraps(self) -> bool:
        """Whether it reaches into the next period, as "between 22:00 and 03:00" does."""
        if self.first is None or self.last is None:
            return False
        if self.last.span >= DAY:
            return self.last.is_before(self.first)
        return self.first.order >= self.last.order

    def _long(self, instant: datetime, zone: tzinfo) -> Occurrence:
        period = self.unit.previous(self.unit.floor(wall_of(instant, zone)))
        for _ in range(LONGEST_SEARCH):
            following = self.unit.following(period)
            occurrence = self._mapped(period, following, zone)
            if occurrence is not None and occurrence.end > instant:
                return occurrence
            period = following
        raise InvalidInput({"condition": f"'{self}' does not come within {LONGEST_SEARCH} periods"})

    def _mapped(self, period: datetime, following: datetime, zone: tzinfo) -> Occurrence | None:
        """The occurrence of one period, or None if it has none."""
        first, last = self._edges(period)
        if first >= last:
            return None
        start, end = instant_of(first, zone), instant_of(last, zone)
        if start >= end:
            end = start + (last - first)
        next_start = instant_of(self._edges(following)[0], zone)
        end = min(end, next_start) if next_start >= start else end
        return Occurrence(start, end) if start < end else None

    def _short(self, instant: datetime, zone: tzinfo) -> Occurrence:
        offset = offset_at(instant, zone)
        wall = wall_of(instant, zone)
        period = self.unit.previous(self.unit.floor(wall))
        first, last = self._edges(period)
        while last <= wall:
            period = self.unit.following(period)
            first, last = self._edges(period)
        start, end = instant - (wall - first), instant + (last - wall)
        if start > instant and offset_at(start, zone) != offset:
            return self._short(transition(instant, start, zone), zone)
        if start < instant and offset_at(start, zone) != offset:
            start = transition(start, instant, zone)
        if offset_at(end - MICROSECOND, zone) != offset:
            end = transition(max(start, instant), end, zone)
        return Occurrence(start, end)

    def __str__(self) -> str:
        if self.kind == "whole":
            return ""
        if self.kind == "between":
            return f"between {self.first} and {self.last}"
        return f"{self.kind} {self.last if self.first is None else self.first}"


Time = str | int | time | Position
"""A time in a period: a text, a `datetime.time` for days, or a whole number."""

Narrowed = TypeVar("Narrowed")


def window_of(
    unit: Unit, kind: Kind, first: Time | None = None, last: Time | None = None
) -> Window:
    """The window that values given in Python mean.

    Raises:
        InvalidInput: a value is no time in the unit, or the window is empty.
    """
    return Window(
        unit,
        kind,
        None if first is None else position_of(unit, first, kind),
        None if last is None else position_of(unit, last, kind),
    )


class Narrowing(Generic[Narrowed]):
    """What makes a narrower statement of one about whole periods."""

    __slots__ = ()

    window: Window

    @abstractmethod
    def _narrowed(self, window: Window) -> Narrowed:
        """The same statement about another window."""

    def _made(self, kind: Kind, first: Time | None = None, last: Time | None = None) -> Narrowed:
        if self.window.kind != "whole":
            message = f"'{self}' is narrowed already; combine two statements with & instead"
            raise InvalidInput({kind: message})
        return self._narrowed(window_of(self.window.unit, kind, first, last))

    def between(self, start: Time, end: Time) -> Narrowed:
        """From `start` to before `end`, or to the end of a named day; it may pass midnight."""
        return self._made("between", start, end)

    def before(self, end: Time) -> Narrowed:
        """From the start of the period to before a time."""
        return self._made("before", last=end)

    def after(self, start: Time) -> Narrowed:
        """From a time on, to the end of the period."""
        return self._made("after", start)

    def on(self, name: Time) -> Narrowed:
        """In a named day, minute or second, anywhere in it."""
        return self._made("on", name)
