"""Wall clocks and instants, and the calendar units on naive wall-clock times."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from datetime import tzinfo

MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = timedelta(seconds=1)


_DAY: Final = timedelta(days=1)


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


class CountableTimes(WallTimes, Protocol):
    """Wall-clock times that can be counted without being listed."""

    def number_until(self, wall: datetime) -> int:
        """How many of the times of `wall`'s day are not after it."""


def count_between(times: CountableTimes, since: datetime, until: datetime, zone: tzinfo) -> int:
    """How many instants after `since` and up to `until` recurring wall-clock times mean.

    Where the zone's offset changes they are counted by listing them, as far around it as its
    change is long.
    """
    total, low = 0, since
    while low < until:
        midnight = datetime.combine(wall_of(low, zone).date() + _DAY, time())
        high = min(until, instant_of(midnight, zone) - MICROSECOND)
        if high <= low:  # `low` is the last microsecond before midnight
            high = min(until, instant_of(midnight + _DAY, zone) - MICROSECOND)
        total += _count_in_day(times, low, high, zone)
        low = high
    return total


def _count_in_day(times: CountableTimes, low: datetime, high: datetime, zone: tzinfo) -> int:
    """The same where both are of one day, or `low` is the last microsecond before it."""
    before, after = offset_at(low, zone), offset_at(high, zone)
    if before != after:
        turn, change = transition(low, high, zone), abs(after - before)
        begin, end = max(low, turn - change - _SECOND), min(high, turn + change)
        around = _listed(times, begin, end, zone)
        beside = [each for each in ((low, begin), (end, high)) if each[0] < each[1]]
        return around + sum(_count_in_day(times, *each, zone) for each in beside)
    first, last = wall_of(low, zone), wall_of(high, zone)
    earlier = times.number_until(first) if first.date() == last.date() else 0
    return times.number_until(last) - earlier


def _listed(times: WallTimes, low: datetime, high: datetime, zone: tzinfo) -> int:
    count = 0
    instant = following(times, low, zone)
    while instant is not None and instant <= high:
        count += 1
        instant = following(times, instant, zone)
    return count


DAY: Final = timedelta(days=1)
_MIDNIGHT: Final = {"hour": 0, "minute": 0, "second": 0, "microsecond": 0}


@dataclass(frozen=True, slots=True)
class Unit:
    """A calendar unit.

    Attributes:
        name: as in "this week".
        adverb: as in "weekly".
        length: of a usual one; months, quarters and years have at most this.
        months: how many months it has; 0 for units that are counted otherwise.
    """

    name: str
    adverb: str
    length: timedelta
    months: int = 0

    @property
    def is_short(self) -> bool:
        """Whether it is shorter than a day, and so runs through both halves of a fold."""
        return self.length < DAY

    def floor(self, wall: datetime) -> datetime:
        """The start of the period that `wall` is in."""
        match self.name:
            case "second":
                return wall.replace(microsecond=0)
            case "minute":
                return wall.replace(second=0, microsecond=0)
            case "hour":
                return wall.replace(minute=0, second=0, microsecond=0)
        if self.months:
            first = (wall.month - 1) // self.months * self.months + 1
            return datetime(wall.year, first, 1)  # noqa: DTZ001 - a wall clock
        midnight = datetime(wall.year, wall.month, wall.day)  # noqa: DTZ001 - a wall clock
        return midnight - wall.weekday() * DAY if self.name == "week" else midnight

    def following(self, start: datetime) -> datetime:
        """The start of the next period."""
        if not self.months:
            return start + self.length
        for _ in range(self.months):
            start += monthrange(start.year, start.month)[1] * DAY
        return start

    def previous(self, start: datetime) -> datetime:
        """The start of the period before."""
        return self.floor(start - timedelta(microseconds=1))


SECOND: Final = Unit("second", "secondly", timedelta(seconds=1))
MINUTE: Final = Unit("minute", "minutely", timedelta(minutes=1))
HOUR: Final = Unit("hour", "hourly", timedelta(hours=1))
DAILY: Final = Unit("day", "daily", DAY)
WEEK: Final = Unit("week", "weekly", 7 * DAY)
MONTH: Final = Unit("month", "monthly", 31 * DAY, 1)
QUARTER: Final = Unit("quarter", "quarterly", 92 * DAY, 3)
YEAR: Final = Unit("year", "yearly", 366 * DAY, 12)

UNITS: Final = {
    unit.name: unit for unit in (SECOND, MINUTE, HOUR, DAILY, WEEK, MONTH, QUARTER, YEAR)
}
BY_ADVERB: Final = {unit.adverb: unit for unit in UNITS.values()}
