"""What a calendar is made of: checked once, kept, shown, and made into days.

The days are worked out when a calendar is made, so that nothing is left to be computed while a
condition is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redengine.calendars.ics import MOST_DAYS, Days, closed_days, is_text, read_file
from redengine.conditions import Calendar
from redengine.conditions.calendar.positions import WEEKDAYS
from redengine.conditions.calendar.zones import ZoneError, zone_of
from redengine.exceptions import InvalidInput, UnknownName, did_you_mean, shortened
from redengine.support.functions import refuse_no_function

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

FIELDS: Final = ("country", "subdivision", "categories", "dates", "ics", "weekend", "timezone")
"""What a calendar is told by, in JSON and YAML as well."""
_ALIASES: Final = {"state": "subdivision"}
_YEARS_BACK: Final = 2
_YEARS_AHEAD: Final = 10
"""The holidays of so many years are known beforehand; the calendar is made again each year."""
DAYS_BACK: Final = 31
DAYS_AHEAD: Final = 400
"""A function is asked of so many days beforehand, and again each day."""
_LONGEST_NAME: Final = 200
_LONGEST_CODE: Final = 3
_DAY: Final = timedelta(days=1)
_SHORT: Final = {name[:3].lower(): number for number, name in enumerate(WEEKDAYS)}
_LANGUAGE: Final = "en_US"
"""Names of holidays do not depend on the machine's locale."""

Day = date | str
IsOpen = Callable[[date], object]


class _Known(NamedTuple):
    """What a source says.

    Attributes:
        closed: the closed days with their names.
        opened: the days of the weekend that are open.
        weekend: the closed weekdays.
        ends: the last day that it knows; None: it goes on.
    """

    closed: Mapping[date, str]
    opened: frozenset[date] = frozenset()
    weekend: frozenset[int] | None = None
    ends: date | None = None


def checked_name(name: object) -> str:
    """A name that a calendar may have.

    Raises:
        InvalidInput: it is none.
    """
    if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME or "/" in name:
        reason = f"expected a text of 1 to {_LONGEST_NAME} characters without '/', got "
        raise InvalidInput({"name": reason + shortened(name)})
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDefinition:
    """What a calendar is made of; its sources are joined. Make it with `of`.

    Attributes:
        country: an ISO 3166 code, whose holidays are closed.
        subdivision: a part of the country.
        categories: which of the country's holidays; the public ones if none are given.
        dates: closed days with their names, which may be empty.
        ics: the text of an iCalendar file, whose all-day events are closed days.
        weekend: the closed weekdays, from Monday as 0; None: as the country has it, or Saturday
            and Sunday.
        timezone: the IANA zone that tells which day it is; None: that of the condition.
        function: says whether a day is open, in place of all the others.
    """

    country: str | None = None
    subdivision: str | None = None
    categories: tuple[str, ...] = ()
    dates: Mapping[date, str] = field(default_factory=dict)
    ics: str | None = None
    weekend: tuple[int, ...] | None = None
    timezone: str | None = None
    function: IsOpen | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any], *, reads_files: bool = False) -> CalendarDefinition:
        """The definition that named values mean; None stands for what is not given.

        Args:
            given: the values by field; `state` is another name of `subdivision`.
            reads_files: whether `ics` may be the path of a file.

        Raises:
            InvalidInput: values do not fit; each is named with the reason.
            UnknownName: there is no such field.
        """
        values = _named(given)
        reasons: dict[str, str] = {}
        made: dict[str, Any] = {}
        for name, value in values.items():
            try:
                made[name] = _READERS[name](value, reads_files)
            except InvalidInput as error:
                reasons |= error.fields
        if reasons:
            raise InvalidInput(reasons)
        found = cls(**made)
        found._refuse_incomplete()
        return found

    def _refuse_incomplete(self) -> None:
        others = [name for name in FIELDS if name != "timezone" and getattr(self, name)]
        if self.function is not None:
            if others:
                reason = "is given beside a function, which says alone which days are open"
                raise InvalidInput(dict.fromkeys(others, reason))
        elif not others and self.weekend is None:
            form = 'country="FI", dates=["2026-12-24"], ics="bank.ics" or weekend=("fri", "sat")'
            raise InvalidInput({"country": f"expected what closes days: {form}"})
        if self.country is None and (self.subdivision or self.categories):
            name = "subdivision" if self.subdivision else "categories"
            raise InvalidInput({name: "is of a country, and no country is given"})

    @property
    def zone(self) -> ZoneInfo | None:
        """The zone that tells which day it is; None: that of the condition."""
        return None if self.timezone is None else zone_of(self.timezone)

    @property
    def function_name(self) -> str | None:
        """The name of its function; None if it has none."""
        if self.function is None:
            return None
        name = getattr(self.function, "__qualname__", None) or type(self.function).__qualname__
        return f"{getattr(self.function, '__module__', '')}.{name}"

    @property
    def moves_on(self) -> bool:
        """Whether it has to be made again as time goes on: it knows the days ahead only so far."""
        return self.function is not None or self.country is not None or self.ics is not None

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON-ready values, all fields but the function."""
        named = any(self.dates.values())
        days = {day.isoformat(): name for day, name in sorted(self.dates.items())}
        weekend = None if self.weekend is None else [list(_SHORT)[day] for day in self.weekend]
        return {
            "country": self.country,
            "subdivision": self.subdivision,
            "categories": list(self.categories),
            "dates": days if named else list(days),
            "ics": self.ics,
            "weekend": weekend,
            "timezone": self.timezone,
        }

    def make(self, name: str, today: date) -> Calendar:
        """The calendar, with the days around today.

        It takes milliseconds for holidays; a function takes as long as it takes for some 430 days.

        Args:
            name: the calendar's name.
            today: the day from which on it is looked ahead.

        Raises:
            InvalidInput: a library is missing, the country is not known, the text cannot be read,
                or the function raised.
        """
        known = self._joined(today) if self.function is None else _asked(self.function, today)
        weekend = self.weekend if self.weekend is not None else known.weekend
        return Calendar(
            name=name,
            closed=known.closed,
            opened=frozenset(known.opened - known.closed.keys()),
            weekend=Calendar().weekend if weekend is None else frozenset(weekend),
            zone=self.zone,
            ends=known.ends,
            moves_on=self.function is not None,
        )

    def _joined(self, today: date) -> _Known:
        """What all sources say together: it ends where the last of them does."""
        first, last = today.year - _YEARS_BACK, today.year + _YEARS_AHEAD
        parts = []
        if self.country is not None:
            years = range(max(first, 1), min(last, date.max.year) + 1)
            parts.append(_holidays(self.country, self.subdivision, self.categories, years))
        if self.ics is not None:
            days: Days = closed_days(self.ics, date(max(first, 1), 1, 1), date(last, 12, 31))
            parts.append(_Known(days.closed, ends=days.ends))
        if self.dates:
            parts.append(_Known(self.dates, ends=max(self.dates)))
        closed: dict[date, str] = {}
        for part in parts:
            closed |= {day: name for day, name in part.closed.items() if name or day not in closed}
        ends = [part.ends for part in parts]
        return _Known(
            closed,
            frozenset().union(*(part.opened for part in parts)),
            next((part.weekend for part in parts if part.weekend is not None), None),
            None
            if None in ends
            else max((each for each in ends if each is not None), default=None),
        )


def _named(given: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in given.items():
        name = _ALIASES.get(key, key)
        if name not in _READERS:
            raise UnknownName("field", key, FIELDS)
        if value is None:
            continue
        if name in values:
            raise InvalidInput({key: f"is another spelling of '{name}', given as well"})
        values[name] = value
    return values


# -- reading each field


def _text(field_name: str, form: str) -> Callable[[Any, bool], str]:
    def read(value: Any, _reads_files: bool) -> str:
        if not isinstance(value, str) or not value.strip():
            raise InvalidInput({field_name: f"expected {form}, got {shortened(value)}"})
        return value.strip()

    return read


def _categories(value: Any, _reads_files: bool) -> tuple[str, ...]:
    given = (value,) if isinstance(value, str) else value
    is_list = isinstance(given, list | tuple | set | frozenset)
    if not is_list or not all(isinstance(each, str) and each for each in given):
        reason = f"expected names such as ['public', 'bank'], got {shortened(value)}"
        raise InvalidInput({"categories": reason})
    return tuple(dict.fromkeys(given))


def _dates(value: Any, _reads_files: bool) -> Mapping[date, str]:
    is_named = isinstance(value, Mapping)
    if not is_named and (isinstance(value, str) or not isinstance(value, Iterable)):
        reason = (
            f"expected a list such as ['2026-12-24'], or days with names, got {shortened(value)}"
        )
        raise InvalidInput({"dates": reason})
    pairs = list(value.items()) if is_named else [(each, "") for each in value]
    if len(pairs) > MOST_DAYS:
        raise InvalidInput({"dates": f"expected at most {MOST_DAYS} days, got {len(pairs)}"})
    found: dict[date, str] = {}
    for day, name in pairs:
        if not isinstance(name, str):
            raise InvalidInput({"dates": f"expected the name of a day, got {shortened(name)}"})
        found[_day(day)] = name
    return dict(sorted(found.items()))


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise InvalidInput({"dates": f"expected a day such as 2026-12-24, got {shortened(value)}"})


def _ics(value: Any, reads_files: bool) -> str:
    if isinstance(value, str) and is_text(value):
        return value
    if not reads_files:
        reason = (
            f"expected the text of an iCalendar file, BEGIN:VCALENDAR …, got {shortened(value)}"
        )
        raise InvalidInput({"ics": reason})
    return read_file(value)


def _weekend(value: Any, _reads_files: bool) -> tuple[int, ...]:
    given = (value,) if isinstance(value, str) else value
    form = "weekdays such as ['sat', 'sun']"
    if not isinstance(given, list | tuple | set | frozenset):
        raise InvalidInput({"weekend": f"expected {form}, got {shortened(value)}"})
    found = set()
    for each in given:
        number = _SHORT.get(each.strip().lower()[:3]) if isinstance(each, str) else None
        is_whole = number is not None and WEEKDAYS[number].lower().startswith(each.strip().lower())
        if number is None or not is_whole:
            hint = did_you_mean(str(each), WEEKDAYS)
            raise InvalidInput({"weekend": f"expected {form}, got {shortened(each)}{hint}"})
        found.add(number)
    if len(found) == len(WEEKDAYS):
        raise InvalidInput({"weekend": "leave a weekday open"})
    return tuple(sorted(found))


def _timezone(value: Any, _reads_files: bool) -> str:
    try:
        return zone_of(value).key
    except ZoneError as error:
        raise InvalidInput({"timezone": str(error)}) from None


def _function(value: Any, _reads_files: bool) -> IsOpen:
    refuse_no_function(value, 'app.calendar("plant", is_open)', field="function")
    function: IsOpen = value
    return function


_READERS: Final[Mapping[str, Callable[[Any, bool], Any]]] = {
    "country": _text("country", "an ISO 3166 code such as FI"),
    "subdivision": _text("subdivision", "a part of the country such as BY"),
    "categories": _categories,
    "dates": _dates,
    "ics": _ics,
    "weekend": _weekend,
    "timezone": _timezone,
    "function": _function,
}


# -- what the sources say


def _holidays(
    country: str, subdivision: str | None, categories: tuple[str, ...], years: range
) -> _Known:
    """The holidays of a country, as the library `holidays` has them."""
    try:
        import holidays
    except ImportError:
        reason = "needs the library 'holidays'; run: pip install 'redengine[holidays]'"
        raise InvalidInput({"country": reason}) from None
    code = country.upper()
    countries: dict[str, list[str]] = holidays.list_supported_countries(include_aliases=True)
    if code not in countries:
        reason = f"expected an ISO 3166 code such as FI, got {shortened(country)}"
        hint = did_you_mean(code, countries) if len(code) <= _LONGEST_CODE else ""
        raise InvalidInput({"country": reason + hint})
    entity: Any = getattr(holidays, code)
    if subdivision is not None and subdivision not in countries[code]:
        known = ", ".join(countries[code]) or "none"
        reason = f"expected a part of {code}, got {shortened(subdivision)}; known are {known}"
        raise InvalidInput({"subdivision": reason})
    unknown = [each for each in categories if each not in entity.supported_categories]
    if unknown:
        known = ", ".join(entity.supported_categories)
        reason = f"expected some of {known}, got {shortened(unknown[0])}"
        raise InvalidInput(
            {"categories": reason + did_you_mean(unknown[0], entity.supported_categories)}
        )
    return _held(entity, subdivision, categories, years)


def _held(
    entity: Any, subdivision: str | None, categories: tuple[str, ...], years: range
) -> _Known:
    first, last = max(years[0], entity.start_year), min(years[-1], entity.end_year)
    found = entity(
        years=range(first, last + 1),
        subdiv=subdivision,
        categories=categories or None,
        language=_LANGUAGE if _LANGUAGE in entity.supported_languages else None,
        expand=False,
    )
    opened = frozenset(getattr(found, "weekend_workdays", ()))
    ends = date(last, 12, 31) if last < years[-1] else None
    return _Known(dict(found), opened, frozenset(found.weekend), ends)


def _asked(function: IsOpen, today: date) -> _Known:
    """What a function says of the days around today.

    Raises:
        InvalidInput: it raised.
    """
    closed: dict[date, str] = {}
    opened = set()
    day, last = today - DAYS_BACK * _DAY, today + DAYS_AHEAD * _DAY
    while day <= last:
        try:
            is_open = bool(function(day))
        except Exception as error:
            reason = f"raised {type(error).__name__} for {day}: {error}"
            raise InvalidInput({"function": reason}) from error
        if is_open:
            opened.add(day)
        else:
            closed[day] = ""
        day += _DAY
    return _Known(closed, frozenset(opened), ends=last)
