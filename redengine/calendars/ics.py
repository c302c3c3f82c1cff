"""Closed days of an iCalendar text (RFC 5545): its all-day events, with those that recur.

icalendar reads the text and dateutil, which it brings along, lists the recurrences, up to the end
of the span that is looked at.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MOST_DAYS: Final = 10_000
"""So many closed days are taken of one calendar."""
_LONGEST_TEXT: Final = 1_000_000
_MOST_EVENTS: Final = 5_000
_DAY: Final = timedelta(days=1)
_BEGIN: Final = "BEGIN:VCALENDAR"
_FREQUENCIES: Final = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
_LONGEST_S: Final = 5.0
"""A text whose recurrences take longer to be listed is refused."""
_TIMED: Final = ("BYHOUR", "BYMINUTE", "BYSECOND")
_OF_YEARS: Final = ("BYYEARDAY", "BYWEEKNO")
_EARLIEST: Final = 1900
"""Recurrences are listed from their beginning; one that is older begins in this year."""


class Days(NamedTuple):
    """What a text says.

    Attributes:
        closed: the closed days with the titles of their events.
        ends: the last day of the last event; None if one recurs without an end.
    """

    closed: Mapping[date, str]
    ends: date | None


def is_text(value: str) -> bool:
    """Whether a text is that of an iCalendar file, rather than a path."""
    return value.lstrip("\ufeff \t\r\n")[: len(_BEGIN)].upper() == _BEGIN


def read_file(path: Any) -> str:
    """The text of an iCalendar file.

    Raises:
        InvalidInput: there is no such file, or it is none.
    """
    if not isinstance(path, str | Path) or not str(path):
        reason = f"expected the path or the text of an iCalendar file, got {shortened(path)}"
        raise InvalidInput({"ics": reason})
    try:
        with Path(path).open(encoding="utf-8-sig") as file:
            text = file.read(_LONGEST_TEXT + 1)
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "strerror", None) or error)
        raise InvalidInput({"ics": f"cannot read {shortened(str(path))}: {reason}"}) from None
    if not is_text(text):
        raise InvalidInput({"ics": f"{shortened(str(path))} does not begin with {_BEGIN}"})
    return text


def closed_days(text: str, first: date, last: date) -> Days:
    """The closed days from one day to another, and where they end.

    All-day events count, each of their days; what has a time of day does not, nor what is
    cancelled. `DTEND` is the day after the last one.

    Raises:
        InvalidInput: the library is missing; the text cannot be read, has no all-day event, or
            more than is taken.
    """
    if len(text) > _LONGEST_TEXT:
        raise InvalidInput({"ics": f"expected at most {_LONGEST_TEXT} characters, got {len(text)}"})
    events, began_s = _events(text), monotonic()
    replaced = {(str(each.get("UID")), _start(each, "RECURRENCE-ID")) for each in events}
    closed: dict[date, str] = {}
    ends: list[date | None] = []
    for event in events:
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        rule = _Rule(event, replaced)
        for day in rule.days(first, last):
            closed[day] = closed.get(day) or _title(event)
            if len(closed) > MOST_DAYS:
                raise InvalidInput({"ics": f"has more than {MOST_DAYS} closed days"})
        ends.append(rule.ends(last))
        if monotonic() - began_s > _LONGEST_S:
            reason = (
                f"takes more than {_LONGEST_S:g} s to list; leave out what recurs and never comes"
            )
            raise InvalidInput({"ics": reason})
    if not ends:
        raise InvalidInput({"ics": "has no all-day event (VEVENT with DTSTART;VALUE=DATE)"})
    return Days(closed, None if None in ends else max(each for each in ends if each is not None))


def _events(text: str) -> list[Any]:
    """The all-day events of a text."""
    try:
        import icalendar
    except ImportError:
        reason = "needs the library 'icalendar'; run: pip install 'redengine[ics]'"
        raise InvalidInput({"ics": reason}) from None
    try:
        calendars = icalendar.Calendar.from_ical(text, multiple=True)
        found = [each for calendar in calendars for each in calendar.walk("VEVENT")]
        events = [each for each in found if _start(each) is not None]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise InvalidInput({"ics": f"cannot be read: {shortened(str(error))}"}) from None
    if len(events) > _MOST_EVENTS:
        raise InvalidInput({"ics": f"has more than {_MOST_EVENTS} all-day events"})
    return events


def _start(event: Any, name: str = "DTSTART") -> date | None:
    """The day that a property names; None for one with a time of day, and for none."""
    given = event.get(name)
    day = getattr(given, "dt", None)
    return day if isinstance(day, date) and not isinstance(day, datetime) else None


def _title(event: Any) -> str:
    return " ".join(str(event.get("SUMMARY", "")).split())[:200]


class _Rule:
    """The days of one event.

    Args:
        event: the event, all day.
        replaced: the occurrences that other events stand in for, each by UID and day.
    """

    def __init__(self, event: Any, replaced: set[tuple[str, date | None]]) -> None:
        start = _start(event)
        assert start is not None
        self._start = start
        self._length = _length(event, start)
        self._rules = [_checked(each) for each in _several(event.get("RRULE"))]
        self._added = list(_listed(event, "RDATE"))
        self._left_out = set(_listed(event, "EXDATE"))
        if event.get("RECURRENCE-ID") is None:
            uid = str(event.get("UID"))
            self._left_out |= {day for other, day in replaced if other == uid and day is not None}

    def days(self, first: date, last: date) -> Iterator[date]:
        """The days from one to another that are closed; one may come twice."""
        for start in self._starts(first, last):
            for number in range(self._length):
                day = start + number * _DAY
                if first <= day <= last:
                    yield day

    def ends(self, last: date) -> date | None:
        """The last of its days; None if it recurs beyond a day."""
        if any("UNTIL" not in rule and "COUNT" not in rule for rule in self._rules):
            return None
        starts = [*self._starts(date.min, last), self._start]
        return max(starts) + (self._length - 1) * _DAY

    def _starts(self, first: date, last: date) -> Iterator[date]:
        earliest = first - self._length * _DAY if first > date.min + self._length * _DAY else first
        starts = [self._start, *self._added]
        for rule in self._rules:
            starts += _recurrences(rule, self._start, last)
        for start in starts:
            if earliest <= start <= last and start not in self._left_out:
                yield start


def _length(event: Any, start: date) -> int:
    """How many days an event lasts: up to the day before DTEND, or DURATION; one by default."""
    end = _start(event, "DTEND")
    duration = getattr(event.get("DURATION"), "dt", None)
    if end is None and isinstance(duration, timedelta):
        end = start + duration
    length = 1 if end is None else max((end - start).days, 1)
    if length > MOST_DAYS:
        raise InvalidInput({"ics": f"has an event of {length} days, more than {MOST_DAYS}"})
    return length


def _several(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _listed(event: Any, name: str) -> Iterable[date]:
    """The days of a property that lists several."""
    for each in _several(event.get(name)):
        for given in getattr(each, "dts", ()):
            yield _plain_day(given.dt)


def _plain_day(given: Any) -> date:
    day: date = given.date() if isinstance(given, datetime) else given
    return day


def _checked(rule: Any) -> Any:
    frequency = str(_several(rule.get("FREQ"))[0]).upper() if rule.get("FREQ") else "none"
    if frequency not in _FREQUENCIES:
        reason = f"expected a recurrence that is {', '.join(_FREQUENCIES)}, got FREQ={frequency}"
        raise InvalidInput({"ics": reason})
    for part in _TIMED:
        if part in rule:
            raise InvalidInput({"ics": f"{part} does not go with an all-day event"})
    for part in (*_OF_YEARS, *(("BYMONTHDAY",) if frequency == "DAILY" else ())):
        if part in rule and frequency != "YEARLY":
            reason = f"{part} does not go with FREQ={frequency}; write FREQ=YEARLY or MONTHLY"
            raise InvalidInput({"ics": reason})
    return rule


def _recurrences(rule: Any, start: date, last: date) -> list[date]:
    """The days on which a rule has an event begin, up to a day."""
    from dateutil.rrule import rrulestr

    parts = {key: value for key, value in rule.items() if key not in {"UNTIL", "COUNT"}}
    count = _several(rule.get("COUNT"))
    end = min([last, *(_plain_day(each) for each in _several(rule.get("UNTIL")))])
    begin = start if count or start.year >= _EARLIEST else start.replace(year=_EARLIEST, day=1)
    text = type(rule)(parts).to_ical().decode()
    try:
        found: Any = rrulestr(text, dtstart=datetime.combine(begin, time()))
        found = found.replace(until=datetime.combine(end, time()))
        listed = islice(found, count[0] if count else MOST_DAYS + 1)
        return [each.date() for each in listed]
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidInput({"ics": f"RRULE:{text[:80]} cannot be read: {error}"}) from None
