"""Calendars of a session: what they let start, what they skip, and how they change."""

import threading
from datetime import date, datetime

import pytest

from redengine import Session
from redengine.exceptions import Conflict, InvalidInput, NotFound
from redengine.testing import ManualSession

EVE = "2026-12-24"


def run():
    """A task's code."""


@pytest.fixture
def app():
    """A session on Wednesday, the 23rd of December, with a calendar closed on the 24th."""
    app = ManualSession(start="2026-12-23 00:00", timezone="Europe/Helsinki")
    app.calendar("bank", dates={EVE: "Christmas Eve"})
    return app


def started(app, task):
    """When a task has started, by the wall clock."""
    return [f"{each.astimezone(app.zone):%m-%d %H:%M}" for each in app.runs(task)]


def skips(app, task):
    """The skips on record, oldest first: reason, first, last and count."""
    records = reversed(app.logs(task_name=task, action="inaction"))
    return [
        (each["reason"], each["skipped"]["first"][5:16], each["skipped"]["count"])
        for each in records
    ]


# -- starts


def test_tasks_start_on_open_days(app):
    """A window opens on open days, and a fixed time counts on them."""
    app.task("daily after 07:00 on business days of 'bank'", name="window")(run)
    app.task("daily at 08:00 on business days of 'bank'", name="time")(run)
    app.task("cron 0 9 * * * & calendar 'bank' is closed", name="closed")(run)
    app.advance("6 days")
    assert started(app, "window") == ["12-23 07:00", "12-25 07:00", "12-28 07:00"]
    assert started(app, "time") == ["12-23 08:00", "12-25 08:00", "12-28 08:00"]
    assert started(app, "closed") == ["12-24 09:00", "12-26 09:00", "12-27 09:00"]


def test_a_fixed_time_of_a_closed_day_is_moved(app):
    """Two that fall on one instant are one start, whose due time is the new one."""
    app.task("daily at 08:00 on business days of 'bank' or the next", name="next")(run)
    app.task("monthly at 26th 08:00 on business days of 'bank' or the previous", name="before")(run)
    app.advance("6 days")
    assert started(app, "next") == ["12-23 08:00", "12-25 08:00", "12-28 08:00"]
    assert started(app, "before") == ["12-25 08:00"]
    assert skips(app, "next") == []


# -- skips on record


def test_a_skipped_time_is_on_record_with_the_day_s_name(app):
    """Each has a record of its own, made at its time."""
    app.task("daily at 08:00 on business days of 'bank'", name="time")(run)
    app.advance_to("2026-12-24 08:00")
    [record] = app.logs(task_name="time", action="inaction")
    assert record["reason"] == "calendar"
    assert "2026-12-24 is closed in calendar 'bank': Christmas Eve" in record["message"]
    app.advance_to("2026-12-28 12:00")
    assert skips(app, "time") == [
        ("calendar", "12-24T06:00", 1),
        ("calendar", "12-26T06:00", 1),
        ("calendar", "12-27T06:00", 1),
    ]


def test_times_that_come_often_are_a_record_an_hour(app):
    """Every time of the closed day is on record, in rows."""
    app.task("cron */10 * * * * & calendar 'bank' is open", name="often")(run)
    app.advance_to("2026-12-25 12:00")
    found = skips(app, "often")
    assert sum(count for _, _, count in found) == 24 * 6
    assert len(found) <= 25


def test_what_else_is_in_the_way_makes_no_record(app):
    """A time that would not start on an open day either is not skipped by the calendar."""
    app.task("cron 0 8 * * * & on business days of 'bank' & param 'go' is true", name="other")(run)
    app.task("daily after 07:00 on business days of 'bank'", name="window")(run)
    app.advance("3 days")
    assert skips(app, "other") == skips(app, "window") == []
    app.parameters["go"] = True
    app.advance("1 day")
    assert skips(app, "other") == [("calendar", "12-26T06:00", 1)]


@pytest.mark.parametrize("missed", ["once", "all", "skip"])
def test_skips_of_a_stopped_session_are_recorded_when_it_starts(tmp_path, missed):
    """What a closed day has skipped is no misfire, and on record all the same."""
    store = f"sqlite:///{tmp_path / 'jobs.db'}"

    def opened(start):
        app = ManualSession(start=start, store=store)
        app.calendar("bank", dates={EVE: "Christmas Eve", "2027-01-01": "New Year"})
        app.task("daily at 08:00 on business days of 'bank'", name="time", missed=missed)(run)
        return app

    with opened("2026-12-23 00:00") as app:
        app.advance("12 hours")
    with opened("2026-12-27 12:00") as app:
        app.advance("1 hour")
        reasons = {reason: count for reason, _, count in skips(app, "time")}
        assert reasons["calendar"] == 3
        assert len(app.runs("time")) == (missed != "skip")


def test_more_skips_than_a_row_takes_are_recorded_in_several(tmp_path):
    """Each time is in one row, however many of them a closed day has."""
    store = f"sqlite:///{tmp_path / 'jobs.db'}"

    def opened(start):
        app = ManualSession(start=start, store=store)
        app.calendar("bank", dates={EVE: "Christmas Eve", "2027-01-01": "New Year"})
        text = "cron */5 * * * * * seconds first & calendar 'bank' is open"
        app.task(text, name="time", missed="skip")(run)
        return app

    with opened("2026-12-23 23:59:58") as app:
        app.advance("1 second")
    with opened("2026-12-25 00:00:00") as app:
        app.advance("1 second")
        rows = [each["skipped"] for each in app.logs(task_name="time", reason="calendar")][::-1]
        at = [datetime.fromisoformat(row[key]) for row in rows for key in ("first", "last")]
        assert at == sorted(at)
        assert f"{at[0]:%m-%d %H:%M:%S} {at[-1]:%m-%d %H:%M:%S}" == (
            "12-24 00:00:00 12-24 23:59:55"
        )
        assert sum(row["count"] for row in rows) == 24 * 60 * 12
        assert max(row["count"] for row in rows) <= 10_000


# -- changes


def test_a_change_is_seen_at_once(app):
    """A task whose day has become open starts; a replaced calendar is another one as a whole."""
    app.task("daily after 07:00 on business days of 'bank'", name="window")(run)
    app.advance_to("2026-12-24 12:00")
    assert started(app, "window") == ["12-23 07:00"]
    version = app.tasks_version
    app.calendar("bank", dates=["2026-12-31"])
    assert app.tasks_version > version
    app.advance(0)
    assert started(app, "window") == ["12-23 07:00", "12-24 12:00"]
    assert list(app.calendars["bank"].closed) == [date(2026, 12, 31)]


def test_a_calendar_that_cannot_be_made_leaves_the_old_one(app):
    """A wrong value changes nothing."""
    known = app.calendars["bank"]
    with pytest.raises(InvalidInput):
        app.calendar("bank", dates=["never"])
    assert app.calendars["bank"] is known


@pytest.mark.parametrize("name", ["", " ", "a/b", 3, "x" * 201])
def test_a_name_is_a_text_that_a_path_can_have(app, name):
    """Others are refused."""
    with pytest.raises(InvalidInput, match="name: expected a text"):
        app.calendar(name, dates=[EVE])


def test_the_calendars_are_a_mapping(app):
    """They are listed, found and counted by name; an unknown one has the nearest."""
    assert list(app.calendars) == ["bank"]
    assert len(app.calendars) == 1
    assert app.calendars.definition("bank").dates == {date(2026, 12, 24): "Christmas Eve"}
    with pytest.raises(NotFound, match="did you mean 'bank'"):
        app.calendars["bnak"]
    del app.calendars["bank"]
    assert "bank" not in app.calendars
    with pytest.raises(NotFound):
        del app.calendars["bank"]


@pytest.mark.parametrize("options", [{}, {"end_cond": "calendar 'bank' is closed"}])
def test_a_calendar_that_is_named_stays(app, options):
    """It cannot be removed before its tasks name it no more."""
    condition = "daily" if options else "daily on business days of 'bank'"
    task = app.task(condition, name="report", func=run, **options)
    with pytest.raises(Conflict, match="'report' name calendar 'bank'") as caught:
        del app.calendars["bank"]
    assert caught.value.facts["tasks"] == ["report"]
    task.update({"start_cond": "daily", "end_cond": None})
    del app.calendars["bank"]


def test_the_session_s_end_may_name_one(app):
    """`shut_cond` keeps a calendar as well."""
    app.config.shut_cond = "calendar 'bank' is closed"
    with pytest.raises(Conflict, match="'shut_cond' names calendar 'bank'"):
        del app.calendars["bank"]


@pytest.mark.parametrize("option", ["start_cond", "end_cond"])
def test_a_task_cannot_name_a_calendar_that_is_not_there(app, option):
    """It is refused with the nearest name, when it is made and when it is changed."""
    with pytest.raises(InvalidInput, match="no calendar 'bnak'; did you mean 'bank'") as caught:
        app.task(name="report", func=run, **{option: "daily & calendar 'bnak' is open"})
    assert list(caught.value.fields) == [option]
    assert "report" not in app.tasks
    task = app.task("daily", name="report", func=run)
    with pytest.raises(InvalidInput, match="make it first"):
        task.update({option: "calendar 'xyz' is open"})
    assert str(task.start_cond) == "daily"


def test_the_session_cannot_end_by_a_calendar_that_is_not_there(app):
    """`shut_cond` is refused as well."""
    with pytest.raises(InvalidInput, match="no calendar 'bnak'"):
        app.config.shut_cond = "calendar 'bnak' is closed"


# -- what is foretold


def test_forecasts_and_explanations_know_the_calendar(app):
    """The forecast passes over closed days, and why says which holiday it is."""
    app.task("daily at 08:00 on business days of 'bank'", name="time")(run)
    starts = app.forecast("5 days").of("time")
    assert [f"{each.astimezone(app.zone):%m-%d}" for each in starts] == ["12-23", "12-25"]
    app.advance_to("2026-12-24 08:00")
    why = str(app.why("time"))
    assert "closed: Christmas Eve" in why
    assert "earliest start: 2026-12-25 08:00" in why
    assert app.tasks["time"].next_run.day == 25


# -- functions and time that goes on


def test_a_function_is_asked_again_each_day():
    """What it says of later days is seen from the next day on."""
    strikes = set()
    app = ManualSession(start="2026-12-21 00:00")
    app.calendar("plant", lambda day: day not in strikes)
    app.task("daily at 08:00 on business days of 'plant'", name="time")(run)
    app.advance_to("2026-12-21 12:00")
    strikes.add(date(2026, 12, 23))
    app.advance_to("2026-12-24 12:00")
    assert [each.day for each in app.runs("time")] == [21, 22, 24]
    assert app.calendars["plant"].ends == date(2028, 1, 28)


def test_a_function_that_raises_later_leaves_what_is_known(app, caplog):
    """The days stand as they are, and each message is logged once."""
    broken = False

    def is_open(_day):
        if broken:
            message = "the line is dead"
            raise OSError(message)
        return True

    app.calendar("plant", is_open)
    broken = True
    app.task("daily at 08:00 on business days of 'plant'", name="time")(run)
    app.advance("3 days")
    assert len(app.runs("time")) == 3
    told = [each for each in caplog.messages if "the line is dead" in each]
    assert len(told) <= 3


def test_holidays_are_made_again_when_the_year_changes():
    """Ten years ahead are known, whatever the year."""
    app = ManualSession(start="2026-12-31 12:00")
    app.calendar("bank", country="FI")
    assert max(app.calendars["bank"].closed).year == 2036
    app.advance("1 day")
    assert max(app.calendars["bank"].closed).year == 2037


def test_a_slow_function_does_not_hold_the_engine_up():
    """In real time it is asked in the thread that makes the calendar, and nothing waits for it."""
    inside, release = threading.Event(), threading.Event()
    ran = threading.Event()

    def is_open(_day):
        inside.set()
        return release.wait(60)

    with Session() as app:
        made = threading.Thread(target=app.calendar, args=("plant", is_open))
        made.start()
        assert inside.wait(60)
        app.task("every 1 hour", func=ran.set, name="other")
        assert ran.wait(60)
        assert "plant" not in app.calendars
        release.set()
        made.join(60)
        assert app.calendars["plant"].is_open(date.today())  # noqa: DTZ011 - any day near


def test_an_explained_condition_knows_the_calendar(app):
    """The next starts pass over closed days, and an unknown calendar is a finding."""
    found = app.explain_condition("daily at 08:00 on business days of 'bank'")
    assert [each.day for each in found.upcoming.starts][:3] == [23, 25, 28]
    assert found.waits_for == ()
    found = app.explain_condition("daily at 08:00 on business days of 'bnak'")
    assert [each.code for each in found.findings] == ["unknown-calendar"]
