"""Quarters and years as units, wherever a unit is read."""

from calendar import isleap, monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redengine.conditions import (
    CalendarContext,
    daily,
    parse,
    quarterly,
    time_of_quarter,
    time_of_year,
    yearly,
)
from redengine.conditions.calendar.positions import MONTHS
from redengine.conditions.insight.lint import doubts
from redengine.exceptions import ConditionSyntaxError, InvalidInput
from redengine.testing import ManualSession

START = datetime(2023, 1, 1, tzinfo=UTC)
YEARS = 6
DAYS = [START + timedelta(days=number) for number in range(YEARS * 366)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("yearly", "yearly"),
        ("YEARLY at 12-24 6 PM", "yearly at 24 December 18:00"),
        ("yearly on december 24th at 18:00", "yearly at 24 December 18:00"),
        ("yearly on 24 dec and 31. dec at 18:00",
         "yearly at 24 December 18:00 | yearly at 31 December 18:00"),
        ("yearly on 1st of March", "yearly on 1 March"),
        ("yearly after 03-01", "yearly after 1 March"),
        ("yearly before Sept 5", "yearly before 5 September"),
        ("yearly starting 1 July", "yearly starting 1 July"),
        ("yearly at last of February", "yearly at last of February"),
        ("yearly on February last", "yearly on last of February"),
        ("time of year on March", "time of year on March"),
        ("time of year between nov and feb", "time of year between November and February"),
        ("quarterly", "quarterly"),
        ("quarterly at 1st 08:00", "quarterly at 1st 08:00"),
        ("quarterly on last", "quarterly on last"),
        ("quarterly on last of third month", "quarterly on last"),
        ("quarterly at 15th of second month 07:00", "quarterly at 15th of 2nd month 07:00"),
        ("time of quarter on 1st month", "time of quarter on 1st month"),
        ("quarterly at 3rd of 1st month", "quarterly at 3rd"),
        ("has succeeded this year", "has succeeded this year"),
        ("has failed this quarter after 2nd month >= 3",
         "has failed this quarter after 2nd month >= 3"),
        ("has failed between 1 March and 1 May", "has failed this year between 1 March and 1 May"),
        ("every year on December 24th at 18:00", "yearly at 24 December 18:00"),
        ("once a quarter", "quarterly"),
    ],
)  # fmt: skip
def test_what_is_written_and_how_it_prints(text, read):
    """Months are named in full or in short, before or after the day, or by their numbers."""
    condition = parse(text)
    assert str(condition) == read
    assert parse(read) == condition


@pytest.mark.parametrize(
    "text",
    ["yearly at 30 February", "yearly at 13-01", "yearly on 1 Mai", "yearly at 31 April 07:00",
     "yearly at last", "quarterly at 4th month", "quarterly on 32nd", "yearly on March 07:00",
     "yearly before 1 January", "quarterly before 1st", "quarterly on 2nd month 07:00"],
)  # fmt: skip
def test_days_that_no_period_has_are_refused(text):
    """With the forms in which a day of the unit is written."""
    with pytest.raises(ConditionSyntaxError):
        parse(text)


def test_in_python():
    """The fluent names make the same objects."""
    assert yearly.at("24 December 18:00") == parse("yearly at 24 December 18:00")
    assert quarterly.between("2nd month", "last") == parse("quarterly between 2nd month and last")
    assert time_of_year.between("May", "September") & daily.at("07:00")
    assert time_of_quarter.before("15th") == parse("time of quarter before 15th")
    with pytest.raises(InvalidInput, match="expected a day of the year such as 24 December"):
        yearly.at("24 Dezember")


def nominal_days(condition):
    """The days of its nominal times."""
    end = DAYS[-1] + timedelta(hours=23)
    times = condition.nominal_times(CalendarContext(START), START - timedelta(seconds=1), end)
    return [each.replace(hour=0) for each in times]


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(1, 31))
def test_a_day_of_the_year_comes_in_each_year_that_has_it(month, day):
    """Compared with all days of six years: 29 February comes in leap years alone."""
    if day > monthrange(2024, month)[1]:
        with pytest.raises(ConditionSyntaxError):
            parse(f"yearly at {month:02}-{day:02}")
        return
    expected = [each for each in DAYS if (each.month, each.day) == (month, day)]
    assert nominal_days(parse(f"yearly at {day} {MONTHS[month - 1]} 07:00")) == expected
    window = parse(f"time of year on {MONTHS[month - 1][:3]} {day}")
    assert [each for each in DAYS if window.holds(CalendarContext(each))] == expected


@settings(deadline=None)
@given(st.integers(1, 3), st.integers(1, 31))
def test_a_day_of_the_quarter_comes_in_each_quarter_that_has_it(month, day):
    """Compared with all days of six years."""
    expected = [e for e in DAYS if e.day == day and (e.month - 1) % 3 + 1 == month]
    text = f"{day}. of {('1st', '2nd', '3rd')[month - 1]} month"
    assert nominal_days(parse(f"quarterly at {text}")) == expected
    window = parse(f"time of quarter on {text}")
    assert [each for each in DAYS if window.holds(CalendarContext(each))] == expected


@pytest.mark.parametrize(
    ("text", "is_in"),
    [
        ("time of year between May and September", lambda day: 5 <= day.month <= 9),
        ("time of year between November and February", lambda day: day.month in {11, 12, 1, 2}),
        ("time of year between 24 December and 6 January",
         lambda day: (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 6)),
        ("time of year between 15 March and March", lambda day: day.month == 3 and day.day >= 15),
        ("time of year between March and 15 March", lambda day: day.month == 3 and day.day <= 15),
        ("time of year before March", lambda day: day.month < 3),
        ("time of year after March", lambda day: day.month >= 3),
        ("time of year on last of February",
         lambda day: day.month == 2 and day.day == 28 + isleap(day.year)),
        ("time of year between 29 February and 2 March",
         lambda day: (2, 29) <= (day.month, day.day) <= (3, 2)),
        ("time of year between 20 February and 29 February",
         lambda day: day.month == 2 and day.day >= 20),
        ("time of quarter on 2nd month", lambda day: day.month in {2, 5, 8, 11}),
        ("time of quarter on last",
         lambda day: (day.month, day.day) in {(3, 31), (6, 30), (9, 30), (12, 31)}),
        ("time of quarter between 3rd month and 5th",
         lambda day: day.month % 3 == 0 or (day.month % 3 == 1 and day.day <= 5)),
    ],
)  # fmt: skip
def test_a_window_has_the_days_that_it_names(text, is_in):
    """Named days and months are part of it, and it may pass the end of its period."""
    window = parse(text)
    for day in DAYS:
        context = CalendarContext(day)
        assert window.holds(context) == is_in(day), f"{text} on {day:%Y-%m-%d}"
        until = window.until(context)
        assert window.holds(CalendarContext(until)) != window.holds(context) or until.day == 1


def test_a_year_is_counted_by_the_clocks_of_its_zone():
    """It begins at midnight there, daylight saving time or not."""
    zone = ZoneInfo("America/New_York")
    context = CalendarContext(datetime(2026, 12, 31, 23, tzinfo=UTC), zone)
    assert yearly.until(context) == datetime(2027, 1, 1, 5, tzinfo=UTC)
    times = parse("quarterly at 1st 08:00").nominal_times(
        context, datetime(2026, 1, 1, 14, tzinfo=UTC), context.now
    )
    assert [f"{at:%m-%d %H}" for at in times] == ["04-01 12", "07-01 12", "10-01 12"]


def test_a_task_runs_once_a_year_and_once_a_quarter():
    """Windows at the first chance, nominal times at theirs; and what has succeeded counts."""
    app = ManualSession("2026-11-20T00:00", timezone="Europe/Helsinki")
    app.task("yearly on 24 December", name="tree")(lambda: None)
    app.task("yearly at 24 December 18:00", name="gift")(lambda: None)
    app.task("quarterly after 2nd month & ~has succeeded this year", name="once")(lambda: None)
    app.task("quarterly at last 18:00", name="close")(lambda: None)
    app.advance("500 days")
    runs = {task.name: [f"{at:%Y-%m-%d %H}" for at in app.runs(task)] for task in app.tasks}
    assert runs == {
        "tree": ["2026-12-24 00", "2027-12-24 00"],
        "gift": ["2026-12-24 18", "2027-12-24 18"],
        "once": ["2026-11-20 00", "2027-02-01 00", "2028-02-01 00"],
        "close": ["2026-12-31 18", "2027-03-31 18", "2027-06-30 18", "2027-09-30 18",
                  "2027-12-31 18", "2028-03-31 18"],
    }  # fmt: skip


def test_the_29th_of_february_is_told_of():
    """It is passed over in three of four years, which may not be meant."""
    (found,) = doubts(parse("yearly at 29 February 07:00"), UTC)
    assert (found.code, found.fix) == ("missing-day", "yearly at last of February 07:00")
    assert parse(found.fix)
