"""Calendars and the statements about them: what is open, what is skipped and what is moved."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import FakeWorld, calendars, moved_times, worlds
from thoroughness import examples

from redengine.conditions import (
    WORKING_WEEK,
    BusinessDays,
    Calendar,
    CalendarContext,
    CalendarIs,
    MovedToOpenDay,
    at,
    calendar_is_closed,
    calendar_is_open,
    contradiction,
    cron,
    daily,
    hourly,
    lint,
    monthly,
    on_business_days,
    parse,
    weekly,
)
from redengine.conditions.calendar.wall_clock import instant_of
from redengine.conditions.days.calendar import days_between, has_run_out
from redengine.conditions.days.open_days import calendars_of, closed_reasons, closed_times
from redengine.conditions.insight.speaking import spoken
from redengine.exceptions import ConditionSyntaxError, InvalidInput

HELSINKI = ZoneInfo("Europe/Helsinki")
BANK = Calendar(
    name="bank",
    closed={date(2026, 6, 19): "Midsummer Eve", date(2026, 12, 24): "Christmas Eve"},
)
DAY = timedelta(days=1)


def world(moment, zone=HELSINKI, **calendars):
    """A world at a wall-clock time, with the bank's calendar."""
    now = datetime.fromisoformat(moment).replace(tzinfo=zone).astimezone(UTC)
    return FakeWorld(now=now, zone=zone, calendars={"bank": BANK, **calendars})


def listed(condition, context, days):
    """The nominal times of some days, as text in the context's zone."""
    found = condition.nominal_times(context, context.now, context.now + days * DAY)
    return [f"{each.astimezone(context.zone):%m-%d %H:%M}" for each in found]


def skipped(condition, context, days):
    """The same of those that closed days have kept from being."""
    found = closed_times(condition, context, context.now, context.now + days * DAY)
    return [f"{each.astimezone(context.zone):%m-%d %H:%M}" for each in found]


# -- the language


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("on business days", "on business days"),
        ("ON BUSINESS DAYS OF 'bank'", "on business days of 'bank'"),
        (
            "daily at 07:00 on business days of 'bank'",
            "daily at 07:00 & on business days of 'bank'",
        ),
        ("daily after 07:00 on business days", "daily after 07:00 & on business days"),
        ("weekly on business days", "weekly & on business days"),
        ("weekly on Monday on business days", "weekly on Monday & on business days"),
        (
            "weekly on Monday at 07:00 on business days",
            "weekly at Monday 07:00 & on business days",
        ),
        ("cron 0 7 * * * on business days", "cron 0 7 * * * & on business days"),
        (
            "monthly at 1st 08:00 on business days of 'bank' or the next",
            "monthly at 1st 08:00 on business days of 'bank' or the next",
        ),
        (
            "daily at 07:00, 19:00 on business days or the previous",
            " | ".join(
                f"daily at {time} on business days or the previous" for time in ("07:00", "19:00")
            ),
        ),
        (
            "cron '0 7 1 * *' on business days or the next one",
            "cron 0 7 1 * * on business days or the next",
        ),
        (
            "at 2026-12-26 18:00 on business days or next",
            "at 2026-12-26 18:00 on business days or the next",
        ),
        ("calendar 'bank' is open", "calendar 'bank' is open"),
        ("calendar 'bank' is closed & daily", "calendar 'bank' is closed & daily"),
        ("calendar 'bank' is not open", "~calendar 'bank' is open"),
        ("~on business days of 'it''s'", None),
        (
            "daily at 07:00 on business days of 'bank' in Asia/Tokyo",
            "(daily at 07:00 & on business days of 'bank') in Asia/Tokyo",
        ),
        (
            "cron 0 7 1 * * on business days or the next in Asia/Tokyo",
            "cron 0 7 1 * * on business days or the next in Asia/Tokyo",
        ),
    ],
)
def test_what_is_written_and_how_it_prints(text, read):
    """Each prints as text that is read as the same condition."""
    if read is None:
        with pytest.raises(ConditionSyntaxError):
            parse(text)
        return
    condition = parse(text)
    assert str(condition) == read
    assert parse(read) == condition


@pytest.mark.parametrize(
    ("text", "part", "suggestion"),
    [
        ("on business days of bank", "the name of a calendar", "on business days of 'bank'"),
        ("on busines days", "expected 'weekdays'", "on business days"),
        ("calendar 'bank' is opn", "'open' or 'closed'", "calendar 'bank' is open"),
        ("daily at 07:00 on business days or the nxt", "'next' or 'previous'", None),
        ("daily after 07:00 on business days or the next", "moves fixed times", None),
        ("minutely at 30 on business days or the next", "at most 24 times a day", None),
        ("cron * * * * * on business days or the next", "at most 24 times a day", None),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_form(text, part, suggestion):
    """The message names what was expected, and the suggestion can be read."""
    with pytest.raises(ConditionSyntaxError, match=part) as caught:
        parse(text)
    if suggestion is not None:
        assert caught.value.suggestion == suggestion
        parse(suggestion)


def test_python_says_the_same_as_the_strings():
    """The fluent names and methods make what the strings mean."""
    assert on_business_days() == parse("on business days") == BusinessDays()
    assert on_business_days("bank") == parse("on business days of 'bank'")
    assert calendar_is_open("bank") == parse("calendar 'bank' is open")
    assert calendar_is_closed("bank") == parse("calendar 'bank' is closed")
    assert daily.after("07:00").on_business_days("bank") == parse(
        "daily after 07:00 on business days of 'bank'"
    )
    assert cron("0 7 * * *").on_business_days("bank", shift="next") == parse(
        "cron 0 7 * * * on business days of 'bank' or the next"
    )
    both = daily.at("07:00") | weekly.at("Monday 09:00")
    assert both.on_business_days(shift="previous") == parse(
        "daily at 07:00 on business days or the previous | "
        "weekly at Monday 09:00 on business days or the previous"
    )
    assert daily.at("07:00").in_zone("UTC").on_business_days(shift="next") == parse(
        "daily at 07:00 on business days or the next in UTC"
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda: BusinessDays(""),
        lambda: CalendarIs(None),
        lambda: CalendarIs("bank", "ajar"),
        lambda: daily.on_business_days(shift="next"),
        lambda: daily.at("07:00").on_business_days(shift="nearest"),
        lambda: MovedToOpenDay(at("2026-01-01").on_business_days(shift="next"), "next"),
        lambda: (daily.at("07:00") & daily).on_business_days(shift="next"),
    ],
)
def test_python_refuses_what_means_nothing(make):
    """Names are non-empty texts, and fixed times alone are moved, once."""
    with pytest.raises(InvalidInput):
        make()


def test_what_is_read_is_told():
    """A named calendar is a topic; the default one never changes."""
    assert on_business_days("bank").reads() == {"calendar:bank"}
    assert on_business_days().reads() == frozenset()
    condition = parse(
        "cron 0 7 * * * on business days of 'bank' or the next | calendar 'x' is open"
    )
    assert calendars_of(condition) == {"bank", "x"}


# -- open and closed


@pytest.mark.parametrize(
    ("text", "moment", "holds"),
    [
        ("on business days", "2026-06-19 12:00", True),
        ("on business days", "2026-06-20 00:00", False),
        ("on business days of 'bank'", "2026-06-18 23:59", True),
        ("on business days of 'bank'", "2026-06-19 00:00", False),
        ("calendar 'bank' is closed", "2026-06-19 00:00", True),
        ("calendar 'bank' is not closed", "2026-06-19 00:00", False),
    ],
)
def test_a_day_is_open_or_closed(text, moment, holds):
    """Weekends and the calendar's own days are closed."""
    assert parse(text).holds(world(moment)) is holds


def test_an_explanation_names_the_day():
    """The evidence is the holiday's name, and the change is the next open day."""
    explanation = on_business_days("bank").explain(world("2026-06-19 12:00"))
    assert explanation.evidence == "closed: Midsummer Eve"
    assert explanation.smallest_change() == "wait until 2026-06-22 00:00 EEST"
    assert on_business_days("bank").evidence(world("2026-06-20 12:00")) == "closed: Saturday"
    assert on_business_days("bank").evidence(world("2026-06-22 12:00")) == "open on 2026-06-22"


def test_the_calendar_s_zone_tells_which_day_it_is():
    """A calendar of another zone opens at that zone's midnight."""
    there = Calendar(name="tokyo", zone=ZoneInfo("Asia/Tokyo"))
    context = world("2026-06-19 19:00", tokyo=there)  # one in the night of Saturday there
    statement = on_business_days("tokyo")
    assert not statement.holds(context)
    context.now -= timedelta(hours=2)
    assert statement.holds(context)
    assert statement.until(context) == datetime(2026, 6, 19, 15, tzinfo=UTC)
    assert on_business_days("bank").in_zone("Asia/Tokyo").until(context) == datetime(
        2026, 6, 21, 15, tzinfo=UTC
    )


def test_midnight_that_is_skipped_begins_at_the_first_instant():
    """Where the clock goes from 00:00 to 01:00, the day begins at 01:00."""
    santiago = ZoneInfo("America/Santiago")
    context = world("2026-09-05 12:00", santiago)  # a Saturday; the 6th has no midnight
    sundays = Calendar(name="bank", weekend=frozenset((5,)))
    context.calendars["bank"] = sundays
    assert on_business_days("bank").until(context) == datetime(2026, 9, 6, 4, tzinfo=UTC)


def test_a_day_that_has_begun_does_not_end_by_a_clock_that_goes_back():
    """St. John's once went back from 00:01 to 23:01: the new day goes on."""
    zone = ZoneInfo("America/St_Johns")
    start = datetime(2010, 11, 7, 2, 30, tzinfo=UTC)  # midnight of the 7th, for the first time
    assert WORKING_WEEK.day_of(start - timedelta(seconds=1), zone) == date(2010, 11, 6)
    assert WORKING_WEEK.day_of(start, zone) == date(2010, 11, 7)
    assert WORKING_WEEK.day_of(start + timedelta(minutes=30), zone) == date(2010, 11, 7)


def test_a_start_that_is_late_counts_on_the_day_on_which_it_was_due():
    """What was due on Friday is made up for on Saturday."""
    context = world("2026-06-20 01:00")
    context.nominal = datetime(2026, 6, 18, 20, 30, tzinfo=UTC)
    assert on_business_days("bank").holds(context)


def test_a_calendar_without_closed_days_never_changes():
    """Nothing is to be waited for."""
    context = world("2026-06-20 12:00", always=Calendar(name="always", weekend=frozenset()))
    statement = on_business_days("always")
    assert statement.holds(context)
    assert statement.until(context) is None
    assert "must be closed" in statement.change(context).text(UTC)


# -- fixed times


def test_fixed_times_of_closed_days_are_skipped_and_can_be_told():
    """Thursday and Monday have their times; those between are known to be skipped, and why."""
    condition = parse("daily at 07:00 on business days of 'bank'")
    context = world("2026-06-18 00:00")
    assert listed(condition, context, 5) == ["06-18 07:00", "06-22 07:00"]
    assert skipped(condition, context, 5) == ["06-19 07:00", "06-20 07:00", "06-21 07:00"]
    friday = datetime(2026, 6, 19, 4, tzinfo=UTC)
    assert closed_reasons(condition, context, friday) == (
        "2026-06-19 is closed in calendar 'bank': Midsummer Eve"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cron 0 7 * * * & calendar 'bank' is open", ["06-19 07:00", "06-20 07:00", "06-21 07:00"]),
        ("cron 0 7 * * * & calendar 'bank' is closed", ["06-18 07:00", "06-22 07:00"]),
        (
            "cron 0 7 * * * & ~calendar 'bank' is closed & on weekends",
            ["06-20 07:00", "06-21 07:00"],
        ),
        ("cron 0 7 * * * & on business days of 'bank' & on weekdays", ["06-19 07:00"]),
        ("cron 0 7 * * * & on business days of 'bank' & param 'x' exists", []),
        (
            "daily at 07:00 on business days of 'bank' | daily at 07:00 on weekends",
            ["06-19 07:00"],
        ),
        (
            "(cron 0 7 * * * & on business days of 'bank') in Asia/Tokyo",
            ["06-19 01:00", "06-20 01:00", "06-21 01:00"],
        ),
        ("daily at 07:00 on business days of 'bank' or the next", []),
        ("daily after 07:00 on business days of 'bank'", []),
        ("daily at 07:00 & on weekdays", []),
    ],
)  # fmt: skip
def test_what_else_is_in_the_way_is_no_closed_day(text, expected):
    """A skip is told where open days alone are missing."""
    context = world("2026-06-18 00:00")
    assert skipped(parse(text), context, 4.5) == expected


def test_a_time_of_a_closed_day_moves_to_the_nearest_open_one():
    """At the same wall-clock time, before or after it; what falls together is one."""
    context = world("2026-06-17 12:00")
    daily_times = parse("daily at 07:00 on business days of 'bank' or the next")
    assert listed(daily_times, context, 6) == ["06-18 07:00", "06-22 07:00", "06-23 07:00"]
    forward = monthly.at("20th 08:00").on_business_days("bank", shift="next")
    back = monthly.at("20th 08:00").on_business_days("bank", shift="previous")
    assert listed(forward, context, 30) == ["06-22 08:00"]
    assert listed(back, context, 40) == ["06-18 08:00", "07-20 08:00"]
    several = cron("0 9,8 * * 5,6").on_business_days("bank", shift="next")
    assert listed(several, context, 6) == ["06-22 08:00", "06-22 09:00"]
    assert parse("at 2026-12-24 18:00 on business days of 'bank' or the next").until(
        context
    ) == datetime(2026, 12, 25, 16, tzinfo=UTC)
    assert hourly.at("30:00").on_business_days(shift="next")  # 24 a day are not too many


def test_a_moved_time_keeps_the_wall_clock_over_a_change_of_offset():
    """From Saturday at 03:30 to Monday at 03:30, although the clock goes forward between."""
    context = world("2026-03-28 00:00")
    moved = daily.at("03:30").on_business_days(shift="next")
    assert listed(moved, context, 2.5) == ["03-30 03:30"]


def test_a_time_may_be_moved_over_an_open_day_of_another_zone():
    """From 23:30 in Berlin to 00:30 two days later: in Santiago, one day of 25 hours has passed."""
    closed, berlin = {date(2026, 4, 4): "closed"}, ZoneInfo("Europe/Berlin")
    calendar = Calendar(name="b", closed=closed, weekend=frozenset(), zone=berlin)
    santiago = ZoneInfo("America/Santiago")
    moved = parse("cron 30 18 * * sat on business days of 'b' or the next")
    for minutes in range(0, 46 * 60 + 30, 10):
        now = datetime(2026, 4, 4, tzinfo=UTC) + timedelta(minutes=minutes)
        context = CalendarContext(now, santiago, "", lambda _: calendar)
        assert moved.after(now, context) == datetime(2026, 4, 5, 22, 30, tzinfo=UTC)


@settings(max_examples=examples(150), deadline=None)
@given(moved_times, worlds())
def test_moved_times_are_those_of_the_other_statement_each_moved(timed, context):
    """Brute force: every time is moved by itself, day by day, and the results are a set."""
    calendar, zone = context.calendar(timed.calendar), context.zone
    since, until = context.now - 10 * DAY, context.now + 25 * DAY
    step = DAY if timed.shift == "next" else -DAY
    expected = set()
    for time in timed.timed.nominal_times(context, since - 60 * DAY, until + 60 * DAY):
        if calendar.is_open(calendar.day_of(time, zone)):
            expected.add(time)
    wall = (since - 60 * DAY).astimezone(zone).replace(tzinfo=None)
    while (wall := timed.timed.times.following(wall)) < until.replace(tzinfo=None) + 60 * DAY:
        moved, place = instant_of(wall, zone), wall
        if calendar.is_open(calendar.day_of(moved, zone)):
            continue
        while not calendar.is_open(calendar.day_of(moved, zone)):
            place += step
            moved = instant_of(place, zone)
        expected.add(moved)
    expected = {each for each in expected if since < each <= until}
    assert list(timed.nominal_times(context, since, until)) == sorted(expected)


@settings(max_examples=examples(60), deadline=None)
@given(calendars("bank", date(2026, 10, 24)), st.integers(0, 200))
def test_a_change_of_the_day_is_the_first_one(calendar, hours):
    """`change_after` finds the first day that is otherwise, as trying each one does."""
    day = date(2026, 10, 20) + timedelta(days=hours % 20)
    found = calendar.change_after(day)
    if found is None:
        assert not calendar.closed
        assert not calendar.weekend
        return
    between = [day + number * DAY for number in range((found - day).days)]
    assert len({calendar.is_open(each) for each in between}) == 1


# -- values


def test_closed_days_are_listed_with_their_reasons():
    """Weekends are told by the weekday; a day without a name is closed."""
    calendar = Calendar(
        name="x", closed={date(2026, 6, 18): ""}, opened=frozenset((date(2026, 6, 20),))
    )
    assert days_between(calendar, date(2026, 6, 17), date(2026, 6, 21)) == [
        (date(2026, 6, 18), "closed"),
        (date(2026, 6, 21), "Sunday"),
    ]


@pytest.mark.parametrize(
    ("ends", "expected"), [(None, False), (date(2026, 6, 18), True), (date(2026, 6, 19), False)]
)
def test_a_calendar_runs_out_after_its_last_day(ends, expected):
    """The day itself is still known."""
    assert has_run_out(Calendar(name="x", ends=ends), date(2026, 6, 19)) is expected


def test_what_is_said_of_a_calendar_alone_is_not_refused():
    """What a calendar says is not known beforehand, but of the default one."""
    assert contradiction(parse("calendar 'x' is closed & on weekdays")) is None
    assert contradiction(parse("calendar 'x' is open & on weekends")) is None
    assert contradiction(parse("on business days & on weekends")) is not None


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("on business days of 'x'", ["no-pause"]),
        ("on business days", ["no-pause"]),
        ("daily on business days of 'x'", []),
        ("cron 0 7 1 * * on business days of 'x' or the next", []),
        ("at 2020-01-01 07:00 on business days of 'x'", ["is-over"]),
    ],
)
def test_the_linter_knows_the_statements(text, codes):
    """A bare day goes on holding; a moved time does not."""
    found = lint(parse(text), now=datetime(2026, 6, 1, tzinfo=UTC))
    assert [each.code for each in found if each.severity != "info"] == codes


def test_a_calendar_that_does_not_exist_is_a_finding():
    """With the nearest that does."""
    found = lint(parse("daily on business days of 'bnak'"), known={"calendar": ["bank"]})
    assert [(each.code, each.fix) for each in found] == [
        ("unknown-calendar", "on business days of 'bank'")
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("on business days", "on the days of Monday to Friday"),
        ("on business days of 'bank'", "on the open days of calendar 'bank'"),
        ("calendar 'bank' is open", "on the open days of calendar 'bank'"),
        ("calendar 'bank' is closed", "on the closed days of calendar 'bank'"),
        (
            "daily at 07:00 on business days of 'bank' or the next",
            "every day at 07:00, moved to the next of the open days of calendar 'bank'",
        ),
    ],
)
def test_plain_words_name_the_calendar(text, line):
    """Each statement is said in a line."""
    assert spoken(parse(text)) == [line]


def test_a_hashed_time_is_moved_for_each_task_by_itself():
    """`H` is a value of the task's own, and moves with it."""
    condition = parse("cron H 7 * * * on business days or the next")
    found = set()
    for task in ("fetch", "report", "fetch"):
        context = world("2026-06-20 00:00")
        context.task = task
        [first, *_] = listed(condition, context, 3)
        assert condition.until(context) is not None
        assert first.startswith("06-22 07:")
        found.add(first)
    assert len(found) == 2
