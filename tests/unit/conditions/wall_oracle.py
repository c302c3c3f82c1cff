"""Brute force on wall clocks: walks UTC tick by tick, and shares no code with the package.

It keeps what a person with a watch would: the times already seen, and those jumped over.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)


def wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows."""
    return (instant + zone.utcoffset(instant.astimezone(zone))).replace(tzinfo=None)


def changes_of_offset(zone: ZoneInfo, since: datetime, until: datetime) -> list[datetime]:
    """The instants at which the offset changes, found by halving every hour that has one."""
    found = []
    low = since
    while low < until:
        high = low + timedelta(hours=1)
        if _offset(low, zone) != _offset(high, zone):
            left, right = low, high
            while right - left > SECOND:
                middle = left + (right - left) // 2 // SECOND * SECOND
                if _offset(middle, zone) == _offset(low, zone):
                    left = middle
                else:
                    right = middle
            found.append(right)
        low = high
    return found


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return zone.utcoffset(instant.astimezone(zone))


class Tick(NamedTuple):
    """One tick of the walk.

    Attributes:
        instant: the instant, in UTC.
        now: what the clock on the wall shows.
        is_new: whether it never showed that, or later, before.
        skipped: the ticks that it jumped over right before.
    """

    instant: datetime
    now: datetime
    is_new: bool
    skipped: list[datetime]


def walk(zone: ZoneInfo, since: datetime, until: datetime, step: timedelta = SECOND) -> list[Tick]:
    """The ticks after `since` and up to `until`."""
    ticks = []
    instant = since
    before = wall(since, zone)
    highest = max(wall(since - timedelta(minutes=10 * minute), zone) for minute in range(18))
    while instant < until:
        instant += step
        now = wall(instant, zone)
        ticks.append(Tick(instant, now, now > highest, _between(before, now, step)))
        highest = max(highest, now)
        before = now
    return ticks


def starts(matches, ticks: list[Tick], *, repeats: bool) -> list[datetime]:
    """The instants of a walk that a recurring wall-clock time means.

    Args:
        matches: tells whether a naive time is one of them.
        ticks: the walk; a time is looked at only on ticks.
        repeats: whether they run through both halves of a fold.
    """
    return [
        tick.instant
        for tick in ticks
        if (matches(tick.now) and (repeats or tick.is_new))
        or (tick.is_new and any(map(matches, tick.skipped)))
    ]


def _between(before: datetime, now: datetime, step: timedelta) -> list[datetime]:
    """The ticks that the clock on the wall jumped over."""
    count = (now - before) // step
    return [before + number * step for number in range(1, count)]


def at_clock(hour: int, minute: int, second: int = 0):
    """Matches one time of every day."""
    return lambda now: (now.hour, now.minute, now.second) == (hour, minute, second)


def utc(text: str) -> datetime:
    """An instant from ISO text in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
