"""The calendar units: second, minute, hour, day, week and month, on naive wall-clock times."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

DAY: Final = timedelta(days=1)
_MIDNIGHT: Final = {"hour": 0, "minute": 0, "second": 0, "microsecond": 0}


@dataclass(frozen=True, slots=True)
class Unit:
    """A calendar unit.

    Attributes:
        name: as in "this week".
        adverb: as in "weekly".
        length: of a usual one; a month has at most this.
    """

    name: str
    adverb: str
    length: timedelta

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
            case "month":
                return datetime(wall.year, wall.month, 1)  # noqa: DTZ001 - a wall clock
        midnight = datetime(wall.year, wall.month, wall.day)  # noqa: DTZ001 - a wall clock
        return midnight - wall.weekday() * DAY if self.name == "week" else midnight

    def following(self, start: datetime) -> datetime:
        """The start of the next period."""
        if self.name != "month":
            return start + self.length
        return start + monthrange(start.year, start.month)[1] * DAY

    def previous(self, start: datetime) -> datetime:
        """The start of the period before."""
        return self.floor(start - timedelta(microseconds=1))


SECOND: Final = Unit("second", "secondly", timedelta(seconds=1))
MINUTE: Final = Unit("minute", "minutely", timedelta(minutes=1))
HOUR: Final = Unit("hour", "hourly", timedelta(hours=1))
DAILY: Final = Unit("day", "daily", DAY)
WEEK: Final = Unit("week", "weekly", 7 * DAY)
MONTH: Final = Unit("month", "monthly", 31 * DAY)

UNITS: Final = {unit.name: unit for unit in (SECOND, MINUTE, HOUR, DAILY, WEEK, MONTH)}
BY_ADVERB: Final = {unit.adverb: unit for unit in UNITS.values()}
