"""Windows: a part of every period, such as "between 10:00 and 12:00" of every day.

A window recurs as occurrences: spans of instants that never overlap. The edges of those of a
day or longer are mapped to instants by the rule of `zones`; a window that a gap swallows whole
opens at the first valid instant after the gap, for its usual length. Those of an hour or
shorter follow the clock on the wall, through both halves of a fold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from redengine.conditions.units import DAY
from redengine.conditions.zones import (
    MICROSECOND,
    instant_of,
    offset_at,
    transition,
    wall_of,
)
from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from redengine.conditions.positions import Position
    from redengine.conditions.units import Unit

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
            return start, min(start + self.first.span, following)
        if self.last is None:
            return start, following
        base = following if self._wraps() else period
        end = self.last.wall(base)
        if self.kind == "between" and self.last.span >= DAY:
            end = min(end + self.last.span, self.unit.following(base))
        return start, end

    def _wraps(self) -> bool:
        """Whether it reaches into the next period, as "between 22:00 and 03:00" does."""
        if self.first is None or self.last is None:
            return False
        if self.last.span >= DAY:
            return self.first.day > self.last.day
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
