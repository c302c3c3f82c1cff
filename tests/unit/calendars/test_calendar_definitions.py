"""What calendars are made of: holidays, dates, iCalendar texts and functions."""

import builtins
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from redengine.calendars import CalendarDefinition
from redengine.exceptions import InvalidInput, UnknownName

TODAY = date(2026, 11, 27)

EVENTS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:test
{events}
END:VCALENDAR
"""


def made(**given):
    """The calendar that named values make."""
    return CalendarDefinition.of(given, reads_files=True).make("bank", TODAY)


def ics(*events):
    """An iCalendar text; each event is given as its lines."""
    blocks = [
        "\r\n".join(("BEGIN:VEVENT", f"UID:{at}", *lines, "END:VEVENT")) for at, lines in events
    ]
    return EVENTS.replace("\n", "\r\n").format(events="\r\n".join(blocks))


def closed(*lines):
    """The closed days of one event, as text."""
    return [f"{day}" for day in sorted(made(ics=ics((1, lines))).closed)]


# -- holidays


def test_the_holidays_of_a_country_are_closed():
    """The library's public holidays have their English names, from two years back to ten ahead."""
    calendar = made(country="fi")
    assert calendar.closed[date(2026, 6, 19)] == "Midsummer Eve"
    assert not calendar.is_open(date(2026, 12, 6))
    assert calendar.is_open(date(2026, 12, 7))
    assert min(calendar.closed).year == 2024
    assert max(calendar.closed).year == 2036
    assert calendar.ends is None


def test_the_weekend_is_that_of_the_country():
    """Friday and Saturday in Saudi Arabia, unless the calendar says otherwise."""
    assert made(country="SA").weekend == {4, 5}
    assert made(country="SA", weekend=["sun"]).weekend == {6}


def test_working_days_of_the_weekend_are_open():
    """China makes some Sundays working days."""
    calendar = made(country="CN")
    [*_, day] = sorted(each for each in calendar.opened if each.year <= 2026)
    assert day.weekday() in {5, 6}
    assert calendar.is_open(day)


def test_a_part_of_a_country_and_categories_count():
    """Bavaria has Epiphany; unofficial days are closed where they are asked for."""
    assert date(2026, 1, 6) in made(country="DE", subdivision="BY").closed
    assert made(country="DE", state="BY").closed == made(country="DE", subdivision="BY").closed
    assert date(2026, 1, 6) not in made(country="DE").closed
    assert len(made(country="US", categories=["public", "unofficial"]).closed) > len(
        made(country="US").closed
    )


# -- dates


def test_listed_days_are_closed_and_end_with_the_last():
    """Days are texts or dates, and may have names."""
    calendar = made(dates=["2026-12-24", date(2026, 12, 31)], timezone="Europe/Helsinki")
    assert calendar.closed == {date(2026, 12, 24): "", date(2026, 12, 31): ""}
    assert calendar.ends == date(2026, 12, 31)
    assert calendar.zone == ZoneInfo("Europe/Helsinki")
    assert made(dates={"2026-12-24": "Christmas Eve"}).reason(date(2026, 12, 24)) == "Christmas Eve"


def test_sources_are_joined():
    """A country's holidays and days of one's own are closed together, each with its name."""
    calendar = made(country="FI", dates={"2026-06-19": "", "2026-07-01": "Stock-taking"})
    assert calendar.closed[date(2026, 6, 19)] == "Midsummer Eve"
    assert calendar.closed[date(2026, 7, 1)] == "Stock-taking"


# -- iCalendar


def test_all_day_events_are_closed_on_each_of_their_days():
    """DTEND is the day after the last one; without it an event lasts a day."""
    assert closed("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227") == [
        "2026-12-24",
        "2026-12-25",
        "2026-12-26",
    ]
    assert closed("DTSTART;VALUE=DATE:20261224") == ["2026-12-24"]
    assert closed("DTSTART;VALUE=DATE:20261224", "DURATION:P2D") == ["2026-12-24", "2026-12-25"]


def test_recurring_events_come_again():
    """Every year, but for the days that are left out, and up to UNTIL or COUNT."""
    start = "DTSTART;VALUE=DATE:20250606"
    assert closed(start, "RRULE:FREQ=YEARLY;COUNT=3", "EXDATE;VALUE=DATE:20260606") == [
        "2025-06-06",
        "2027-06-06",
    ]
    assert closed(start, "RRULE:FREQ=YEARLY;UNTIL=20260606") == ["2025-06-06", "2026-06-06"]
    assert closed(start, "RRULE:FREQ=YEARLY;UNTIL=20260606T000000Z") == ["2025-06-06", "2026-06-06"]
    assert closed(start, "RRULE:FREQ=YEARLY")[-1] == "2036-06-06"
    assert closed(start, "RRULE:FREQ=YEARLY;COUNT=2;BYMONTH=6;BYDAY=1FR") == [
        "2025-06-06",
        "2026-06-05",
    ]
    assert closed(start, "RDATE;VALUE=DATE:20250610") == ["2025-06-06", "2025-06-10"]


def test_an_event_may_stand_in_for_one_occurrence():
    """A moved occurrence closes its new day in place of the old one."""
    text = ics(
        (1, ["DTSTART;VALUE=DATE:20260501", "RRULE:FREQ=YEARLY;COUNT=2", "SUMMARY:May Day"]),
        (1, ["RECURRENCE-ID;VALUE=DATE:20270501", "DTSTART;VALUE=DATE:20270503", "SUMMARY:Moved"]),
    )
    assert made(ics=text).closed == {date(2026, 5, 1): "May Day", date(2027, 5, 3): "Moved"}


def test_what_has_a_time_or_is_cancelled_closes_nothing():
    """A meeting is no closed day."""
    text = ics(
        (1, ["DTSTART;VALUE=DATE:20261224", "SUMMARY:Eve"]),
        (2, ["DTSTART:20261230T090000Z", "DTEND:20261230T100000Z"]),
        (3, ["DTSTART;VALUE=DATE:20261231", "STATUS:CANCELLED"]),
    )
    assert made(ics=text).closed == {date(2026, 12, 24): "Eve"}


@pytest.mark.parametrize(
    ("rule", "ends"),
    [("RRULE:FREQ=YEARLY", None), ("RRULE:FREQ=YEARLY;COUNT=2", date(2025, 1, 2))],
)
def test_a_text_ends_with_its_last_event_unless_one_goes_on(rule, ends):
    """A list whose events are all past says so."""
    lines = ["DTSTART;VALUE=DATE:20240101", "DTEND;VALUE=DATE:20240103", rule]
    assert made(ics=ics((1, lines))).ends == ends


def test_a_file_is_read_where_the_script_names_it(tmp_path):
    """A path may be given in Python, and never over the API."""
    path = tmp_path / "bank.ics"
    path.write_text(ics((1, ["DTSTART;VALUE=DATE:20261224"])), encoding="utf-8")
    assert made(ics=path).closed == made(ics=str(path)).closed == {date(2026, 12, 24): ""}
    with pytest.raises(InvalidInput, match="expected the text of an iCalendar file"):
        CalendarDefinition.of({"ics": str(path)})


# -- functions


def test_a_function_is_asked_beforehand():
    """It is asked of a month back and 400 days ahead, and alone decides there."""
    asked = []

    def is_open(day):
        asked.append(day)
        return day.day % 2

    calendar = made(function=is_open)
    assert asked[0] == date(2026, 10, 27)
    assert asked[-1] == calendar.ends == date(2028, 1, 1)
    assert calendar.is_open(date(2026, 11, 29))  # a Sunday
    assert not calendar.is_open(date(2026, 11, 30))


def test_a_function_that_raises_makes_no_calendar():
    """The error names the day."""
    with pytest.raises(InvalidInput, match="function: raised ZeroDivisionError for 2026-10-27"):
        made(function=lambda day: day.day / 0)


# -- what does not fit


@pytest.mark.parametrize(
    ("given", "field", "part"),
    [
        ({}, "country", 'country="FI"'),
        ({"country": "XX"}, "country", "an ISO 3166 code such as FI, got 'XX'"),
        ({"country": "Finland"}, "country", "an ISO 3166 code"),
        ({"country": 3}, "country", "an ISO 3166 code"),
        ({"country": "DE", "subdivision": "ZZ"}, "subdivision", "known are BB"),
        ({"subdivision": "BY"}, "subdivision", "no country is given"),
        ({"country": "FI", "categories": ["bank"]}, "categories", "public, unofficial"),
        ({"country": "FI", "categories": [3]}, "categories", "expected names"),
        ({"state": "BY", "subdivision": "BY"}, "subdivision", "another spelling"),
        ({"dates": "2026-12-24"}, "dates", "expected a list"),
        ({"dates": ["2026-02-30"]}, "dates", "a day such as 2026-12-24, got '2026-02-30'"),
        ({"dates": [datetime(2026, 1, 1, tzinfo=UTC)]}, "dates", "expected a day"),
        ({"dates": {"2026-12-24": 3}}, "dates", "the name of a day"),
        ({"dates": ["2026-12-24"] * 10_001}, "dates", "at most 10000 days"),
        ({"weekend": ["sat", "sum"]}, "weekend", "got 'sum'"),
        ({"weekend": 3}, "weekend", "expected weekdays"),
        ({"weekend": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}, "weekend", "leave a"),
        ({"country": "FI", "timezone": "Europe/Helsinky"}, "timezone", "Europe/Helsinki"),
        ({"function": 3}, "function", "expected a function"),
        ({"function": bool, "country": "FI"}, "country", "given beside a function"),
        ({"ics": "/nowhere/bank.ics"}, "ics", "No such file"),
        ({"ics": 3}, "ics", "the path or the text"),
        ({"ics": "BEGIN:VCALENDAR\nnonsense"}, "ics", "cannot be read"),
        ({"ics": EVENTS.format(events="")}, "ics", "has no all-day event"),
        ({"ics": "BEGIN:VCALENDAR" + "x" * 1_000_000}, "ics", "at most 1000000 characters"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(given, field, part):
    """The message says what was expected, and what was given."""
    with pytest.raises(InvalidInput) as caught:
        made(**given)
    [reason] = [caught.value.fields.get(field) or str(caught.value.fields)]
    assert part in reason


@pytest.mark.parametrize(
    ("rule", "part"),
    [
        ("FREQ=SECONDLY", "FREQ=SECONDLY"),
        ("FREQ=DAILY;BYHOUR=3", "BYHOUR does not go"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "BYMONTHDAY does not go with FREQ=DAILY"),
        ("FREQ=MONTHLY;BYYEARDAY=3", "BYYEARDAY does not go"),
    ],
)
def test_recurrences_that_would_not_end_are_refused(rule, part):
    """Rules are limited to those of whole days that can be listed soon."""
    with pytest.raises(InvalidInput, match=part):
        made(ics=ics((1, ["DTSTART;VALUE=DATE:20260101", f"RRULE:{rule}"])))


def test_all_fields_are_complained_of_at_once():
    """Two wrong values are two reasons; an unknown field has the nearest one."""
    with pytest.raises(InvalidInput) as caught:
        CalendarDefinition.of({"dates": 3, "weekend": 3})
    assert set(caught.value.fields) == {"dates", "weekend"}
    with pytest.raises(UnknownName, match="did you mean 'country'"):
        CalendarDefinition.of({"contry": "FI"})


@pytest.mark.parametrize(
    ("library", "given", "extra"),
    [
        ("holidays", {"country": "FI"}, r"redengine\[holidays\]"),
        ("icalendar", {"ics": EVENTS.format(events="")}, r"redengine\[ics\]"),
    ],
)
def test_a_missing_library_is_named_with_its_extra(monkeypatch, library, given, extra):
    """The error says what to install."""
    real = builtins.__import__

    def without(name, *args, **options):
        if name == library:
            raise ImportError(name)
        return real(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InvalidInput, match=extra):
        made(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"country": "FI", "subdivision": None, "weekend": ["sat", "sun"], "timezone": "utc"},
        {"dates": ["2026-12-24"]},
        {"dates": {"2026-12-24": "Eve"}, "weekend": "friday"},
        {"country": "DE", "state": "BY", "categories": "catholic"},
    ],
)
def test_a_definition_reads_back_what_it_writes(given):
    """Its JSON makes an equal definition."""
    definition = CalendarDefinition.of(given)
    assert CalendarDefinition.of(definition.to_dict()) == definition
