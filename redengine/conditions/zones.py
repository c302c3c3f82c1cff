"""Wall clocks and instants.

The rule is Vixie cron's, as Cronos documents it: a fixed wall-clock time that falls in a gap
means the first valid instant after the gap, one that falls in a fold means its first
occurrence. Differences are taken in UTC only: subtracting two datetimes of one zone ignores
the offset's change between them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from datetime import tzinfo

MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = timedelta(seconds=1)


class WallTimes(Protocol):
    """Recurring wall-clock times, on naive datetimes."""

    @property
    def repeats_in_fold(self) -> bool:
        """Whether they run through both halves of a fold."""

    def following(self, wall: datetime) -> datetime | None:
        """The first of them after `wall`, or None if there is none any more."""


def wall_of(instant: datetime, zone: tzinfo) -> datetime:
    """What a clock on the wall shows: a naive datetime, without `fold`."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def offset_at(instant: datetime, zone: tzinfo) -> timedelta:
    """The UTC offset that is in force at an instant."""
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def offsets_of(wall: datetime, zone: tzinfo) -> tuple[timedelta, timedelta]:
    """The offsets before and after the transition that `wall` is near; equal if it is not.

    The first is greater in a fold, the second in a gap (PEP 495).
    """
    before = wall.replace(tzinfo=zone, fold=0).utcoffset() or timedelta(0)
    after = wall.replace(tzinfo=zone, fold=1).utcoffset() or timedelta(0)
    return before, after


def instant_of(wall: datetime, zone: tzinfo) -> datetime:
    """The instant that a wall-clock time means, in UTC, by the rule of this module."""
    before, after = offsets_of(wall, zone)
    if before >= after:
        return (wall - before).replace(tzinfo=UTC)
    low = (wall - after).replace(tzinfo=UTC)
    return transition(low, (wall - before).replace(tzinfo=UTC), zone)


def transition(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """The first instant after `low` at which the offset of `high` is in force.

    Between the two there is one transition; they fall on whole seconds.
    """
    goal = offset_at(high, zone)
    low, high = low.replace(microsecond=0), _whole_second_from(high)
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        if offset_at(middle, zone) == goal:
            high = middle
        else:
            low = middle
    return high


def _whole_second_from(instant: datetime) -> datetime:
    whole = instant.replace(microsecond=0)
    return whole if whole == instant else whole + _SECOND


def following(times: WallTimes, after: datetime, zone: tzinfo) -> datetime | None:
    """The first instant after `after` that recurring wall-clock times mean, in UTC."""
    wall = wall_of(after, zone)
    if times.repeats_in_fold:
        first, second = offsets_of(wall, zone)
        if first > second:
            return _following_in_fold(times, after, zone, wall)
    candidate = times.following(wall)
    while candidate is not None:
        instant = instant_of(candidate, zone)
        if instant > after:
            return instant
        candidate = times.following(candidate)
    return None


def _following_in_fold(
    times: WallTimes, after: datetime, zone: tzinfo, wall: datetime
) -> datetime | None:
    """The same for an instant whose wall-clock time comes twice, and times that do so too."""
    first, second = offsets_of(wall, zone)
    turn = transition((wall - first).replace(tzinfo=UTC), (wall - second).replace(tzinfo=UTC), zone)
    if after < turn:
        candidate = times.following(wall)
        if candidate is not None and (candidate - first).replace(tzinfo=UTC) < turn:
            return (candidate - first).replace(tzinfo=UTC)
        wall = (turn + second - MICROSECOND).replace(tzinfo=None)
    candidate = times.following(wall)
    if candidate is None:
        return None
    if candidate < (turn + first).replace(tzinfo=None):
        return (candidate - second).replace(tzinfo=UTC)
    return instant_of(candidate, zone)
