"""Starts to come: what is foretold of a new task is what the scheduler does."""

import warnings
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from redengine.conditions import parse
from redengine.conditions.insight.explained import explained
from redengine.conditions.insight.starts import timely, upcoming
from redengine.sessions import SuspiciousCondition
from redengine.testing import ManualSession

NEW_YORK = ZoneInfo("America/New_York")
SINCE = datetime(2026, 11, 1, 3, 30, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "daily",
        "daily at 01:30",
        "cron */15 1 * * *",
        "cron 0 0 13 * fri",
        "hourly after 15:00",
        "weekly on Monday",
        "monthly at 31st",
        "every 90 s",
        "every 1 day starting 2026-10-01 01:30",
        "in 2 hours",
        "every 10 min & time of day between 08:00 and 18:00",
        "every 1 h & has succeeded today < 3",
        "daily between 22:00 and 03:00",
        "daily at 07:00 | hourly at 30",
        "daily at 07:00 in Asia/Tokyo",
        "daily & time of week on Tuesday & time of hour after 30:00",
        "scheduler has run over 1 hour & daily",
        "~has succeeded this week",
        "retry 3 | daily at 05:00",
        "daily at 07:00 on business days",
    ],
)
def test_the_starts_are_those_of_the_scheduler(text):
    """The same instants, also over a change of the clocks."""
    found = upcoming(parse(text), SINCE, NEW_YORK, count=6)
    durations = {"it": timedelta(milliseconds=1)}
    with ManualSession(SINCE, "America/New_York", durations=durations) as session:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SuspiciousCondition)
            session.task(text, name="it")(lambda: None)
        session.start(block=False)
        session.advance_to(found.starts[-1])
        assert [at.astimezone(UTC) for at in session.runs("it")] == list(found.starts)
    assert found.is_complete


def test_starts_without_pause_are_told_once():
    """The first of them, and that it goes on."""
    found = upcoming(parse("time of week on Monday"), SINCE, NEW_YORK)
    assert (len(found.starts), found.is_endless) == (1, True)


@pytest.mark.parametrize(
    ("text", "starts"),
    [("at 2026-12-24 18:00", 1), ("at 2020-12-24 18:00", 0), ("cron 0 0 29 2 *", 10)],
)
def test_a_search_ends_where_nothing_more_comes(text, starts):
    """It is complete with fewer starts than were asked for, and looks decades ahead."""
    found = upcoming(parse(text), SINCE, NEW_YORK)
    assert (len(found.starts), found.is_complete) == (starts, True)


def test_a_search_is_bounded_by_its_steps():
    """What holds never, or seldom, is given up, and how far it was looked is told."""
    condition = parse("every 1 min & has succeeded today > 5000")
    found = upcoming(condition, SINCE, NEW_YORK, most_steps=50)
    assert (found.starts, found.is_complete) == ((), False)
    assert found.searched_until > SINCE


def test_a_search_is_bounded_by_a_deadline():
    """Whoever waits for it says when it is late."""
    asked = []

    def is_late():
        asked.append(1)
        return len(asked) > 2

    found = upcoming(
        parse("every 1 s"),
        SINCE,
        NEW_YORK,
        count=1_000,
        is_late=is_late,
    )
    assert not found.is_complete
    assert 0 < len(found.starts) < 1_000


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("daily & after task 'a'", "daily"),
        ("after task 'a' & param 'x' is 1", None),
        ("daily | after task 'a'", "daily"),
        ("(daily at 07:00 & ~env 'x') in Asia/Tokyo", "daily at 07:00 in Asia/Tokyo"),
        ("every 1 h & has succeeded today < 3", "every 1 hour & has succeeded today < 3"),
    ],
)
def test_what_time_decides_is_told_apart(text, part):
    """Whatever else is read is taken to hold."""
    found = timely(parse(text))
    assert (found if found is None else str(found)) == part


def test_what_else_must_hold_is_named():
    """As the statements that read it, negated ones whole."""
    told = explained(parse("daily at 07:00 & (~env 'x' | after task 'a')"), NEW_YORK, SINCE)
    assert told.waits_for == ("~env 'x'", "after task 'a'")
    assert "provided that this also holds: ~env 'x', after task 'a'" in str(told)


def test_a_condition_that_never_holds_is_not_searched():
    """The finding says why."""
    told = explained(parse("env 'a' & env 'b' & daily"), NEW_YORK, SINCE)
    assert told.upcoming.starts == ()
    assert [each.code for each in told.findings] == ["never-true"]
