"""Dates, lists of times, and days of the week: how they are read, and when they start a task."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from redengine.conditions import At, CalendarContext, Since, Until, at, parse, since, until
from redengine.exceptions import ConditionSyntaxError, ImpossibleCondition, InvalidInput
from redengine.testing import ManualSession

HELSINKI = ZoneInfo("Europe/Helsinki")


def holds(text, moment, zone=UTC):
    """Whether a condition holds at a wall-clock time in a zone."""
    instant = datetime.fromisoformat(moment).replace(tzinfo=zone).astimezone(UTC)
    return parse(text).holds(CalendarContext(instant, zone))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("at 2026-12-24 18:00", "at 2026-12-24 18:00"),
        ("AT 2026-12-24T18:00:30", "at 2026-12-24 18:00:30"),
        ("at '2026-12-24T18:00+02:00'", "at 2026-12-24T16:00Z"),
        ("at 2026-12-24T16:00Z", "at 2026-12-24T16:00Z"),
        ("from 2026-12-24", "from 2026-12-24"),
        ("until 2026-12-24", "until 2026-12-24"),
        (
            "daily & from 2026-12-01 & until 2026-12-24",
            "daily & from 2026-12-01 & until 2026-12-24",
        ),
        ("daily at 07:00, 19:00", "daily at 07:00 | daily at 19:00"),
        ("daily at 07:00 and 19:00", "daily at 07:00 | daily at 19:00"),
        ("hourly at 10:00, 40:00", "hourly at 10:00 | hourly at 40:00"),
        ("weekly on Monday and Thursday", "weekly on Monday | weekly on Thursday"),
        ("weekly on Monday, Thu at 07:00", "weekly at Monday 07:00 | weekly at Thursday 07:00"),
        ("monthly on 1st and 15th at 8 PM", "monthly at 1st 20:00 | monthly at 15th 20:00"),
        ("on weekdays", "time of week between Monday and Friday"),
        ("on weekends", "time of week between Saturday and Sunday"),
        ("daily on weekdays", "daily & time of week between Monday and Friday"),
        (
            "daily at 07:00, 19:00 on weekends",
            "(daily at 07:00 | daily at 19:00) & time of week between Saturday and Sunday",
        ),
        ("task 'a' is not running", "~task 'a' is running"),
        ("has not succeeded today", "~has succeeded today"),
        ("param 'a' is not 'b'", "~param 'a' is 'b'"),
    ],
)
def test_what_is_written_and_how_it_prints(text, read):
    """Each prints as text that means the same."""
    condition = parse(text)
    assert str(condition) == read
    assert parse(read) == condition


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("at noon", "expected a date such as 2026-12-24"),
        ("at", "expected a date such as 2026-12-24"),
        ("from 2026-02-30", "expected a date such as 2026-12-24"),
        ("until 20261224", "expected a date such as 2026-12-24"),
        ("at 0001-01-01", "expected a year from 1970 to 9998, got 1"),
        ("until 9999-12-31", "expected a year from 1970 to 9998, got 9999"),
        ("on holidays", "expected 'weekdays' or 'weekends'"),
        ("weekly on Monday and Fridya", "expected a weekday"),
        ("weekly on Monday 07:00 and Friday at 08:00", "expected a weekday"),
        ("weekly on Monday at", "expected a time such as 07:00"),
        ("task 'a' has not", "expected 'succeeded'"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_form(text, part):
    """The message names what was expected, at its place."""
    with pytest.raises(ConditionSyntaxError, match=part):
        parse(text)


def test_a_day_and_a_time_in_the_zone_that_asks():
    """Without an offset a date is of the session's zone; the end is included."""
    assert holds("from 2026-12-24", "2026-12-24T00:00", HELSINKI)
    assert not holds("from 2026-12-24", "2026-12-23T23:59:59", HELSINKI)
    assert holds("until 2026-12-24", "2026-12-24T23:59:59", HELSINKI)
    assert not holds("until 2026-12-24", "2026-12-25T00:00", HELSINKI)
    assert holds("until 2026-12-24 18:00", "2026-12-24T18:00", HELSINKI)
    assert not holds("until 2026-12-24 18:00", "2026-12-24T18:00:01", HELSINKI)
    assert holds("at 2026-12-24T16:00Z", "2026-12-24T18:00", HELSINKI)
    assert not holds("at 2026-12-24 16:00", "2026-12-24T18:00", HELSINKI)


def test_a_time_in_a_gap_comes_at_its_end_and_one_in_a_fold_once():
    """The same rule as for all fixed times."""
    assert holds("at 2026-03-29 03:30", "2026-03-29T04:00", HELSINKI)
    late = at("2026-10-25 03:30")
    window = datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC)
    found = list(late.nominal_times(CalendarContext(window[0], HELSINKI), *window))
    assert found == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_objects_take_dates_as_python_has_them():
    """A time with an offset is the instant, whatever the offset."""
    east = datetime(2026, 12, 24, 18, tzinfo=timezone(timedelta(hours=2)))
    assert at(east) == at("2026-12-24T16:00Z") == At(east)
    assert since(date(2026, 12, 24)) == Since("2026-12-24") == parse("from 2026-12-24")
    assert until("2026-12-24") == Until("2026-12-24")
    with pytest.raises(InvalidInput, match="date: expected a date"):
        at(5)


def test_an_instant_cannot_be_negated():
    """It would hold all the time."""
    with pytest.raises(ImpossibleCondition):
        parse("~at 2026-12-24 18:00")


def test_a_task_starts_once_at_its_date():
    """And is done then; its explanation says so."""
    app = ManualSession("2026-12-24T12:00", timezone="Europe/Helsinki")
    app.task("at 2026-12-24 18:00", name="gift")(lambda: None)
    app.advance_to("2026-12-24T17:59:59")
    assert app.runs("gift") == []
    app.advance("3 days")
    assert [run.isoformat() for run in app.runs("gift")] == ["2026-12-24T18:00:00+02:00"]
    assert app.tasks["gift"].next_run is None
    assert "it was at 2026-12-24 18:00 EET" in str(app.why("gift"))


def test_a_schedule_between_two_dates_runs_on_the_last_day():
    """Both ends count."""
    app = ManualSession("2026-12-20T12:00")
    app.task("daily at 07:00, 19:00 & from 2026-12-22 & until 2026-12-23 19:00", name="a")(
        lambda: None
    )
    app.advance("10 days")
    assert [run.strftime("%d %H") for run in app.runs("a")] == ["22 07", "22 19", "23 07", "23 19"]


def test_a_job_of_the_days_of_work():
    """No run on a weekend."""
    app = ManualSession("2026-11-26T12:00")  # a Thursday
    app.task("daily at 07:00 on weekdays", name="a")(lambda: None)
    app.advance("5 days")
    assert [run.strftime("%a") for run in app.runs("a")] == ["Fri", "Mon", "Tue"]


@pytest.mark.parametrize(
    "text",
    [
        "from 2026-12-24 & until 2026-12-01",
        "at 2026-12-24 18:00 & until 2026-12-24 17:00",
        "at 2026-12-24 18:00 & at 2026-12-25 18:00",
        "daily at 07:00 & from 2026-12-24 08:00 & until 2026-12-24 20:00",
        "at 2026-12-24 18:00 & on weekends",
    ],
)
def test_dates_that_exclude_each_other_are_refused(text):
    """The task would never start."""
    with pytest.raises(ImpossibleCondition, match="never hold at the same time"):
        ManualSession().task(text, name="a")(lambda: None)


@pytest.mark.parametrize(
    "text",
    [
        "daily at 07:00 & until 1999-12-31",
        "monthly at 1st & until 2020-06-30",
        "daily at 07:00 & from 2150-01-01",
        "(daily at 07:00 | hourly at 30:00) & from 2150-01-01 & until 2150-01-01",
        "on weekdays & at 2150-01-01",
        "daily & from 2026-12-24 & until 2026-12-24",
    ],
)
def test_what_is_over_or_far_away_is_taken(text):
    """A script is not wrong because time has passed."""
    ManualSession().task(text, name="a")(lambda: None)
