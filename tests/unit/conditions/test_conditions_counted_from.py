"""Statements that count from an instant: `every … starting …`, and `in …` from the creation."""

from datetime import UTC, date, datetime, timedelta

import pytest

from redengine.conditions import CalendarContext, EveryStarting, In, every, in_, parse
from redengine.conditions.insight.lint import doubts
from redengine.exceptions import ConditionSyntaxError, ImpossibleCondition, InvalidInput
from redengine.testing import ManualSession


def nothing():
    """What the tasks do."""


def times(app, name="a"):
    """When a task ran, in the session's zone."""
    return [f"{at:%d %H:%M}" for at in app.runs(name)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("every 6 hours starting 2026-12-01 07:00", "every 6 hours starting 2026-12-01 07:00"),
        ("every 6 h STARTING 2026-12-01", "every 6 hours starting 2026-12-01"),
        ("every 1 h starting at 2026-12-01", "every 1 hour starting 2026-12-01"),
        ("every 1 h starting '2026-12-01T07:00+02:00'", "every 1 hour starting 2026-12-01T05:00Z"),
        ("every 1 h starting 2026-12-01 & env 'a'", "every 1 hour starting 2026-12-01 & env 'a'"),
        ("every 1 h starting 2026-12-01 in utc", "every 1 hour starting 2026-12-01 in UTC"),
        ("in 10 minutes", "in 10 minutes"),
        ("IN 90", "in 1 minute 30 seconds"),
        ("in '1 h 30 min' | daily", "in 1 hour 30 minutes | daily"),
        ("in 10 minutes in UTC", "in 10 minutes in UTC"),
    ],
)
def test_what_is_written_and_how_it_prints(text, read):
    """Each prints as text that means the same; `in` is a zone behind a statement only."""
    condition = parse(text)
    assert str(condition) == read
    assert parse(read) == condition
    assert hash(parse(read)) == hash(condition)


@pytest.mark.parametrize(
    ("text", "place", "part"),
    [
        ("every 1 h starting", 18, "expected a date such as 2026-12-24 18:00"),
        ("every 1 h starting 08:00", 19, "expected a date such as 2026-12-24"),
        ("every 1 h starting 2026-02-30", 19, "expected a date such as 2026-12-24"),
        ("every 0 s starting 2026-12-01", 6, "the interval is longer than nothing"),
        ("in", 2, "expected a duration such as 10 minutes"),
        ("in Helsinki", 3, "expected a duration such as"),
        ("in 0 s", 3, "the delay is longer than nothing"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(text, place, part):
    """The message names what was expected."""
    with pytest.raises(ConditionSyntaxError, match=part) as caught:
        parse(text)
    assert caught.value.position == place


def test_in_python():
    """The objects are those that the texts make."""
    first = every("6 h").starting("2026-12-01 07:00")
    assert first == EveryStarting("6 h", datetime(2026, 12, 1, 7)) != every("6 h")  # noqa: DTZ001 - a wall clock
    assert every(60).starting(date(2026, 12, 1)) == parse("every 1 min starting 2026-12-01")
    assert in_("10 min") == In(600) == parse("in 10 minutes")
    with pytest.raises(InvalidInput, match="date: expected a date"):
        every(60).starting("soon")
    with pytest.raises(InvalidInput, match="in: the delay is longer than nothing"):
        in_(0)
    for condition in (first, in_(5)):
        with pytest.raises(ImpossibleCondition):
            ~condition  # noqa: B018 - it raises
        assert list(doubts(condition, UTC)) == []


def test_a_grid_begins_at_its_instant_and_counts_from_it():
    """Nothing is due before; a task that is made later starts at the next time of the grid."""
    app = ManualSession("2026-06-01T06:00", timezone="Europe/Helsinki")
    app.task("every 6 hours starting 2026-06-01 07:00", name="a")(nothing)
    app.advance("9 hours")
    app.task("every 6 hours starting 2026-06-01 07:00", name="late")(nothing)
    assert f"{app.tasks['late'].next_run:%H:%M}" == "16:00"
    app.advance("10 hours")
    assert times(app) == ["01 07:00", "01 13:00", "01 19:00", "02 01:00"]
    assert times(app, "late") == ["01 19:00", "02 01:00"]
    assert [job.due_at for job in app.tasks["late"].jobs()] == app.runs("late")[::-1]
    assert app.forecast("8 h").of("late") == [datetime(2026, 6, 2, 4, tzinfo=UTC)]


def test_missed_times_of_a_grid_are_one_start_which_shifts_nothing():
    """As of all intervals, whatever the policy."""
    app = ManualSession("2026-06-01T00:00")
    app.task("every 1 hour starting 2026-06-01 00:30", name="a", missed="all")(nothing)
    app.advance("1 hour")
    app.pause()
    app.advance("5 hours")
    app.resume()
    app.advance("2 hours")
    assert times(app) == ["01 00:30", "01 06:00", "01 06:30", "01 07:30"]
    dues = [f"{job.due_at:%H:%M}" for job in app.tasks["a"].jobs()]
    assert dues == ["07:30", "06:30", "05:30", "00:30"]


def test_a_grid_keeps_its_phase_over_a_restart(tmp_path):
    """The time that was due while nobody ran is one start; the rest follows the grid."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    text = "every 1 hour starting 2026-06-01 00:30"
    with ManualSession("2026-06-01T00:00", store=url) as first:
        first.task(text, name="a")(nothing)
        first.advance("1 hour")
        assert times(first) == ["01 00:30"]
    with ManualSession("2026-06-01T01:10", store=url) as second:
        second.task(text, name="a")(nothing)
        second.advance("1 hour")
        assert times(second) == ["01 01:30"]
    with ManualSession("2026-06-01T05:10", store=url) as third:
        third.task(text, name="a")(nothing)
        third.advance("1 hour")
        assert times(third) == ["01 05:10", "01 05:30"]


def test_a_grid_counts_time_that_passes():
    """An interval of a day moves by an hour on the wall when the clocks change."""
    app = ManualSession("2026-03-28T00:00", timezone="Europe/Helsinki")
    app.task("every 1 day starting 2026-03-28 07:00", name="a")(nothing)
    app.advance("2 days")
    assert times(app) == ["28 07:00", "29 08:00"]


def test_a_grid_is_not_due_twice_when_the_clock_goes_back():
    """It goes on at the next time of the grid."""
    app = ManualSession("2026-06-01T00:00")
    app.task("every 1 hour starting 2026-06-01 00:30", name="a")(nothing)
    app.advance("100 minutes")
    app.step_clock(timedelta(minutes=-30))
    app.advance("1 hour")
    assert len({job.due_at for job in app.tasks["a"].jobs()}) == len(app.runs("a")) == 2
    app.advance("1 hour")
    assert times(app)[-1] == "01 02:30"


def test_the_explanation_of_a_grid():
    """It says when it begins, and which time was the latest."""
    condition = parse("every 1 hour starting 2026-06-01 00:30")
    before = str(condition.explain(CalendarContext(datetime(2026, 5, 31, tzinfo=UTC))))
    assert "it begins at 2026-06-01 00:30 UTC" in before
    assert "→ wait until 2026-06-01 00:30 UTC" in before
    after = str(condition.explain(CalendarContext(datetime(2026, 6, 1, 2, tzinfo=UTC))))
    assert "its latest time was 2026-06-01 01:30 UTC" in after


def test_a_delay_counts_from_the_creation_of_the_task():
    """Once, and by its own nominal time."""
    app = ManualSession("2026-06-01T00:00")
    app.advance("1 hour")
    app.task("in 10 minutes", name="a")(nothing)
    assert f"{app.tasks['a'].next_run:%H:%M}" == "01:10"
    assert len(app.forecast("1 day").of("a")) == 1
    app.advance("1 day")
    assert times(app) == ["01 01:10"]
    assert app.tasks["a"].next_run is None
    assert "it was at 2026-06-01 01:10 UTC" in str(app.why("a"))
    assert "nothing can change it" in str(app.why("a"))


@pytest.mark.parametrize(("policy", "expected"), [("once", ["01 02:00"]), ("skip", [])])
def test_a_delay_that_was_missed_follows_its_policy(policy, expected):
    """It is a nominal time like that of `at`."""
    app = ManualSession("2026-06-01T00:00")
    app.task("in 10 minutes", name="a", missed=policy)(nothing)
    app.advance("1 minute")
    app.pause()
    app.advance("119 minutes")
    app.resume()
    app.advance("1 hour")
    assert times(app) == expected
    reasons = [record["reason"] for record in app.logs(action="inaction")]
    assert reasons == ([] if expected else ["missed"])


def test_a_delay_is_kept_over_restarts(tmp_path):
    """The task is known from its first creation on, so that the delay does not begin again."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    found = []
    for start in ("2026-06-01T00:00", "2026-06-01T00:07", "2026-06-01T01:00"):
        with ManualSession(start, store=url) as app:
            app.task("in 10 minutes", name="a")(nothing)
            app.advance("5 minutes")
            found += times(app)
    assert found == ["01 00:10"]


def test_a_delay_of_a_task_that_is_not_known_never_comes():
    """Nor does one that is beyond all dates."""
    now = CalendarContext(datetime(2026, 6, 1, tzinfo=UTC))
    condition = in_("10 min")
    assert (condition.holds(now), condition.until(now), condition.due(now)) == (False, None, None)
    app = ManualSession("9998-12-31T00:00")
    app.task("in 300000 days", name="a")(nothing)
    assert app.tasks["a"].next_run is None
