"""Zones that a condition names itself: how they are written, and where they count."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from redengine.conditions import (
    All,
    CalendarContext,
    Every,
    InZone,
    Not,
    contradiction,
    cron,
    daily,
    lint,
    parse,
    time_of_day,
    time_of_week,
)
from redengine.conditions.calendar.zones import ZoneError, zone_of
from redengine.exceptions import ConditionSyntaxError, InvalidInput
from redengine.testing import ManualSession

HELSINKI = ZoneInfo("Europe/Helsinki")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("cron 0 7 * * * in Europe/Helsinki", "cron 0 7 * * * in Europe/Helsinki"),
        ("cron '0 7 * * *' IN europe/helsinki", "cron 0 7 * * * in Europe/Helsinki"),
        ("daily at 07:00 in 'utc'", "daily at 07:00 in UTC"),
        ("daily at 07:00, 19:00 in Asia/Tokyo", "(daily at 07:00 | daily at 19:00) in Asia/Tokyo"),
        ("~daily in UTC", "~daily in UTC"),
        ("(~daily) in UTC", "(~daily) in UTC"),
        ("daily in UTC & every 5 s", "daily in UTC & every 5 seconds"),
        ("(daily & env 'a') in UTC", "(daily & env 'a') in UTC"),
        ("(daily in UTC) in Asia/Tokyo", "(daily in UTC) in Asia/Tokyo"),
        ("at 2026-12-24 18:00 in Asia/Tokyo", "at 2026-12-24 18:00 in Asia/Tokyo"),
        ("has succeeded in the past 2 hours in UTC", "has succeeded past 2 hours in UTC"),
        ("has succeeded today in UTC", "has succeeded today in UTC"),
        ("weekly on Monday and Thursday at 07:00 in UTC",
         "(weekly at Monday 07:00 | weekly at Thursday 07:00) in UTC"),
        ("every day at 7 in Europe/Helsinki", "daily at 07:00 in Europe/Helsinki"),
        ("0 7 * * * in Europe/Helsinki", "cron 0 7 * * * in Europe/Helsinki"),
    ],
)  # fmt: skip
def test_what_is_written_and_how_it_prints(text, read):
    """A zone binds closer than `~`, and stands after a parenthesis where there are several."""
    condition = parse(text)
    assert str(condition) == read
    assert parse(read) == condition
    assert hash(parse(read)) == hash(condition)


def test_in_python_it_is_the_same_object():
    """`in_zone` takes a name or a `ZoneInfo`; either is the one object that the caches know."""
    text = "(time of day between 09:00 and 17:00 & time of week between Monday and Friday)"
    window = time_of_day.between("09:00", "17:00") & time_of_week.between("Monday", "Friday")
    assert window.in_zone("America/New_York") == parse(f"{text} in America/New_York")
    mine = cron("0 7 * * *").in_zone(ZoneInfo.no_cache("Europe/Helsinki"))
    assert mine.zone is HELSINKI is daily.in_zone("europe/helsinki").zone
    assert (~daily).in_zone("UTC") != ~daily.in_zone("UTC") == Not.of(InZone.of(daily, "utc"))
    assert InZone.of("daily", "UTC") == daily.in_zone("UTC")


@pytest.mark.parametrize(
    ("text", "place", "expected", "suggestion"),
    [
        ("daily in Helsinki", 9, "expected a time zone", "daily in Europe/Helsinki"),
        ("daily in Europe/Helsinky & env 'a'", 9, "expected a time zone",
         "daily in Europe/Helsinki & env 'a'"),
        ("daily in UTC+2", 9, "is an offset, which has no daylight saving", "daily in Etc/GMT-2"),
        ("daily in -03:00", 9, "is an offset", "daily in Etc/GMT+3"),
        ("daily in gmt+0:00", 9, "is an offset", "daily in UTC"),
        ("daily in +05:30", 9, "name a zone such as Europe/Helsinki", None),
        ("daily in EEST", 9, "got the abbreviation 'EEST'", "daily in Europe/Helsinki"),
        ("daily in", 8, "expected a time zone such as Europe/Helsinki", None),
        ("daily in & env 'a'", 9, "expected a time zone such as Europe/Helsinki", None),
        ("daily in UTC in Asia/Tokyo", 13, "the zone UTC is named already", "daily in Asia/Tokyo"),
    ],
)  # fmt: skip
def test_what_is_no_zone_is_refused_at_its_place(text, place, expected, suggestion):
    """The nearest zone is suggested; an offset is told from a zone."""
    with pytest.raises(ConditionSyntaxError) as caught:
        parse(text)
    assert (caught.value.position, caught.value.suggestion) == (place, suggestion)
    assert expected in str(caught.value)
    assert suggestion is None or parse(suggestion)


@pytest.mark.parametrize("value", ["Nowhere/Land", "", "../etc/passwd", "\0", "x" * 9999, None, 5])
def test_what_names_no_zone_is_refused_in_python(value):
    """With a `ZoneError` inside, and the field's name outside."""
    with pytest.raises(ZoneError):
        zone_of(value)
    with pytest.raises(InvalidInput, match="zone: expected "):
        daily.in_zone(value)


def test_the_innermost_zone_counts():
    """Parts that name none are read in the zone around them, and the rest in the session's."""
    condition = parse(
        "((daily at 07:00 | daily at 09:00 in Asia/Tokyo) in Europe/Helsinki) | daily at 12:00"
    )
    day = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC)
    found = condition.nominal_times(CalendarContext(day[0], ZoneInfo("America/New_York")), *day)
    assert [f"{each:%H:%M}" for each in found] == ["04:00", "16:00", "00:00"]


def test_nominal_times_are_limited_by_windows_of_other_zones():
    """A time counts if it lies in the window by the clocks of the window's own zone."""
    condition = parse("cron 0 * * * * & time of day between 09:00 and 11:00 in Asia/Tokyo")
    day = datetime(2026, 6, 1, 12, tzinfo=UTC), datetime(2026, 6, 2, 12, tzinfo=UTC)
    found = condition.nominal_times(CalendarContext(day[0], HELSINKI), *day)
    assert [f"{each:%d %H:%M}" for each in found] == ["02 00:00", "02 01:00"]


def test_what_is_odd_or_impossible_is_seen_in_zones():
    """The linter looks through zones, and reads each date in its own."""
    assert contradiction(parse("(false) in UTC"))
    assert contradiction(parse("(param 'a' is 1 in UTC) & param 'a' is 2"))
    night, day = "time of day between 00:00 and 02:00", "time of day between 09:00 and 11:00"
    assert contradiction(parse(f"{night} & {day}"))
    assert contradiction(parse(f"{night} & ({day} in Asia/Tokyo)"), ZoneInfo("UTC")) is None
    assert lint(parse("(cron 0 7 * * * in UTC) & retry 3"))
    assert lint(parse("time of day after 08:00 in UTC"))
    assert contradiction(parse("until 2026-01-01 & from 2026-01-02")) is not None
    assert contradiction(parse("until 2026-01-01 in America/New_York & from 2026-01-02")) is None


def test_an_explanation_says_the_times_of_each_zone():
    """The part is explained by its own clocks, and the zone says what time it is there."""
    context = CalendarContext(datetime(2026, 11, 21, 3, tzinfo=UTC), ZoneInfo("America/New_York"))
    lines = str(parse("time of day after 07:00 in Europe/Helsinki").explain(context))
    assert "in Europe/Helsinki: it is 2026-11-21 05:00 EET there" in lines
    assert "time of day after 07:00: it opens at 2026-11-21 07:00 EET" in lines


def test_a_session_starts_tasks_by_the_clocks_that_they_name():
    """Across both ends of summer time, beside a task of the session's own zone."""
    app = ManualSession("2026-03-07T12:00", timezone="Europe/Helsinki")
    app.task("daily at 07:00 in America/New_York", name="far")(lambda: None)
    app.task("daily at 07:00", name="near")(lambda: None)
    app.task("(daily after 09:00 & ~time of week on Sunday) in Asia/Tokyo", name="work")(
        lambda: None
    )
    app.advance("4 days")
    assert [f"{at:%d %H:%M}" for at in app.runs("far")] == [
        "07 14:00", "08 13:00", "09 13:00", "10 13:00",
    ]  # fmt: skip
    assert {f"{at:%H:%M}" for at in app.runs("near")} == {"07:00"}
    assert [f"{at:%d %H:%M}" for at in app.runs("work")] == [
        "07 12:00", "09 02:00", "10 02:00", "11 02:00",
    ]  # fmt: skip
    assert str(app.tasks["far"].next_run) == "2026-03-11 11:00:00+00:00"
    assert app.forecast("1 day").of("far") == [datetime(2026, 3, 11, 11, tzinfo=UTC)]


def test_a_time_that_was_missed_in_another_zone_is_made_up_for():
    """And the same from a condition that names its zone around several parts."""
    app = ManualSession("2026-06-01T00:00", timezone="UTC")
    app.task("(cron 0 7 * * * & on weekdays) in Asia/Tokyo", name="a", missed="all")(lambda: None)
    app.advance("1 hour")
    app.pause()
    app.advance("4 days")
    app.resume()
    app.advance("1 second")
    dues = [job.due_at for job in app.tasks["a"].jobs()][::-1]
    assert [f"{at:%d %H:%M}" for at in dues] == ["01 22:00", "02 22:00", "03 22:00", "04 22:00"]


def test_a_zone_around_an_interval_changes_nothing():
    """`every` counts time that passes."""
    app = ManualSession("2026-03-28T22:00", timezone="UTC")
    app.task(Every("6 hours").in_zone("Europe/Helsinki"), name="a")(lambda: None)
    app.advance("1 day")
    assert [f"{at:%H}" for at in app.runs("a")] == ["22", "04", "10", "16", "22"]


def test_a_parenthesis_may_hold_all_that_a_task_waits_for():
    """Tasks that it waits for are known from outside, and a circle is refused."""
    condition = parse("(after task 'a' & daily after 07:00) in Asia/Tokyo")
    assert isinstance(condition, InZone)
    assert isinstance(condition.condition, All)
    assert [link.task for link in condition.dependencies()] == ["a"]
    app = ManualSession()
    app.task("(after task 'b') in UTC", name="a")(lambda: None)
    with pytest.raises(InvalidInput, match="each of these tasks waits for the next"):
        app.task("(after task 'a') in UTC", name="b")(lambda: None)


def test_a_task_has_a_zone_of_its_own():
    """It counts for the whole condition, unless that names one; and can be changed at any time."""
    app = ManualSession("2026-06-01T00:00", timezone="Europe/Helsinki")
    app.task("daily at 07:00", name="own", timezone="america/new_york")(lambda: None)
    app.task("daily at 07:00", name="none")(lambda: None)
    named = "daily at 07:00 in Asia/Tokyo"
    app.task(named, name="named", timezone="America/New_York")(lambda: None)
    task = app.tasks["own"]
    assert (task.timezone.key, task.zone.key) == ("America/New_York", "America/New_York")
    assert app.tasks["none"].zone is app.zone
    assert app.forecast("1 day").of("own") == [datetime(2026, 6, 1, 11, tzinfo=UTC)]
    app.advance("1 day")
    runs = {name: [f"{at:%H:%M}" for at in app.runs(name)] for name in ("own", "none", "named")}
    assert runs == {"own": ["14:00"], "none": ["07:00"], "named": ["01:00"]}
    assert task.next_run == datetime(2026, 6, 2, 11, tzinfo=UTC)
    task.timezone = "Asia/Tokyo"
    assert task.next_run == datetime(2026, 6, 1, 22, tzinfo=UTC)
    assert "2026-06-02 07:00 JST" in str(app.why("own"))
    app.config.timezone = "America/New_York"
    assert task.next_run == datetime(2026, 6, 1, 22, tzinfo=UTC)
    task.timezone = None
    assert task.next_run == datetime(2026, 6, 2, 11, tzinfo=UTC)


def test_a_condition_is_checked_in_the_zone_of_its_task():
    """A zone in which it can never start the task is refused, and nothing is changed."""
    app = ManualSession()
    text = "daily & time of day before 02:00 in UTC & time of day before 02:00"
    app.task(text, name="a")(lambda: None)
    with pytest.raises(InvalidInput, match="never hold at the same time"):
        app.tasks["a"].timezone = "Asia/Tokyo"
    assert app.tasks["a"].timezone is None
    with pytest.raises(InvalidInput, match="never hold at the same time"):
        app.task(text, name="b", timezone="Asia/Tokyo")(lambda: None)


def test_an_end_condition_is_read_in_the_zone_of_its_task():
    """The job is ended by the clocks of the task."""
    app = ManualSession("2026-06-01T00:00", durations={"a": "1 day"})
    app.task("daily at 01:00", name="a", timezone="Asia/Tokyo", end_cond="time of day after 03:00")(
        lambda: None
    )
    app.advance("1 day")
    job = next(iter(app.tasks["a"].jobs()))
    assert (job.status, f"{job.ended_at:%H:%M}") == ("terminate", "18:00")


def test_an_end_condition_may_be_moved_while_a_job_runs():
    """By another zone; and it may tell of the task itself."""
    app = ManualSession("2026-06-01T00:00", durations={"a": "1 day", "b": "1 day"})
    app.task("daily at 01:00", name="a", end_cond="time of day after 15:00")(lambda: None)
    app.task("daily at 01:00", name="b", end_cond="is running for more than 3 hours")(lambda: None)
    app.advance("2 hours")
    app.tasks["a"].timezone = "Asia/Tokyo"
    app.advance("6 hours")
    ends = [next(iter(app.tasks[name].jobs())).ended_at for name in "ab"]
    assert [f"{at:%H:%M}" for at in ends] == ["06:00", "04:00"]


def test_the_zone_of_a_task_is_part_of_its_definition():
    """The object that is shown makes the same task again."""
    app = ManualSession()
    app.task("daily at 07:00", name="a", timezone="europe/helsinki", command="true")
    definition = app.tasks["a"].definition()
    assert definition["timezone"] == app.tasks["a"].snapshot()["timezone"] == "Europe/Helsinki"
    copy = app.create_task({**definition, "name": "b"})
    assert copy.timezone is HELSINKI
    assert copy.definition_tag() == app.tasks["a"].definition_tag()
