"""What a session's linter knows beside the condition itself: names, circles, durations, crowds."""

import warnings
from datetime import timedelta

import pytest

from redengine import Session
from redengine.exceptions import ImpossibleCondition, NotFound
from redengine.scheduler.insight.lint import CROWD
from redengine.testing import ManualSession


def nothing():
    """A task's function."""


def with_tasks(**conditions):
    """A session with tasks of these conditions."""
    session = ManualSession("2026-11-27T00:00")
    for name, condition in conditions.items():
        session.task(condition, name=name)(nothing)
    return session


def found(session, **of):
    """Task, code and message of each finding."""
    return [(each.task, each.finding.code, each.finding.message) for each in session.lint(**of)]


def test_a_sound_session_has_no_findings():
    """Tasks with names that exist, a chain, a join and tasks started by hand."""
    session = with_tasks(
        a="daily", b="after task 'a'", c="after any tasks 'a', 'b'", d="after tasks 'b', 'c'",
        hand=None, e="after task 'hand'", f="~task 'e' is running & every 10 min",
    )  # fmt: skip
    assert found(session) == []


def test_a_name_that_does_not_exist_is_told_once_all_tasks_are_there():
    """At registration a later task may still bring it; the linter looks at what is there."""
    session = with_tasks(report="after task 'fetch' & param 'mode' is 'x'", other="daily")
    assert [each[1] for each in found(session)] == ["unknown-task", "unknown-parameter"]
    session.task("daily", name="fetch")(nothing)
    session.parameters["mode"] = "x"
    assert found(session) == []


def test_the_condition_that_ends_a_task_is_looked_at_too():
    """Its names, not that it goes on holding."""
    session = ManualSession()
    session.task("daily", name="a", end_cond="param 'x' exists")(nothing)
    (finding,) = session.lint()
    assert (finding.field, finding.finding.code) == ("end_cond", "unknown-parameter")
    assert finding.to_dict()["text"] == "param 'x' exists"
    assert str(finding) == "task 'a', end_cond: there is no session parameter 'x'"


def test_tasks_that_wait_for_each_other_are_told():
    """No required link leads back, and yet nobody can begin; who waits for them is told too."""
    session = with_tasks(
        a="after any tasks 'b', 'c'", b="after task 'a'", c="daily & after task 'a'",
        d="after task 'b'", e="after any tasks 'b', 'free'", free="daily",
    )  # fmt: skip
    stuck = {name: message for name, code, message in found(session) if code == "deadlock"}
    assert set(stuck) == {"a", "b", "c", "d"}
    assert stuck["a"] == "each of these tasks waits for the one before it: 'a' → 'b' → 'a'"
    assert stuck["d"].startswith("it waits for 'b', and each of these")


@pytest.mark.parametrize(
    "condition",
    ["after any tasks 'b', 'free'", "after task 'b' | daily", "~task 'b' has succeeded & daily"],
)
def test_a_circle_that_can_be_entered_is_none(condition):
    """One way in is enough."""
    assert found(with_tasks(a=condition, b="after task 'a'", free="daily")) == []


def test_a_circle_that_has_begun_is_none():
    """What happened before lets it go on."""
    begun = "after any tasks 'b', 'b2' & ~has succeeded today"
    session = with_tasks(a=begun, b="after task 'a'", b2="after task 'a'")
    assert {each[1] for each in found(session)} == {"deadlock"}
    with session:
        session.start(block=False)
        session.submit("b")
        session.advance("1 s")
        assert found(session) == []


def slow(minutes, **conditions):
    """A session whose task 'a' has run for so many minutes."""
    durations = {"a": timedelta(minutes=minutes)}
    session = ManualSession("2026-11-27T00:00", durations=durations)
    for name, condition in conditions.items():
        session.task(condition, name=name)(nothing)
    return session


@pytest.mark.parametrize(
    ("condition", "minutes", "code", "words"),
    [
        ("daily between 10:00 and 10:30", 45, "window-too-short", "usually takes, 45 minutes"),
        ("every 1 h & time of day between 10:00 and 10:30", 45, "window-too-short", "less than"),
        ("every 10 min", 45, "period-too-short", "every 10 minutes"),
        ("cron */30 * * * *", 45, "period-too-short", "every 30 minutes"),
        ("hourly", 90, "period-too-short", "every 1 hour"),
        ("daily between 10:00 and 11:30", 45, None, None),
        ("every 1 h", 45, None, None),
        ("cron 0 * * * *", 45, None, None),
    ],
)
def test_what_is_shorter_than_the_usual_duration_is_told(condition, minutes, code, words):
    """Windows and periods, by how long the task took."""
    session = slow(minutes, a=condition)
    with session:
        session.start(block=False)
        session.advance("1 day")
        told = [(each[1], each[2]) for each in found(session)]
    assert [each for each, _ in told] == ([code] if code else [])
    assert all(words in message for _, message in told)


def test_a_crowd_at_one_instant_is_told_once():
    """By the first of the tasks, with what spreads them."""
    session = ManualSession("2026-11-27T00:00")
    for number in range(CROWD - 1):
        session.task("cron 0 7 * * *", name=f"t{number}")(nothing)
    session.task("every 1 h", name="other")(nothing)
    assert found(session) == []
    session.task("daily at 07:00", name="last")(nothing)
    ((task, code, message),) = found(session)
    assert (task, code) == ("t0", "crowded")
    assert message.startswith("10 tasks start at 2026-11-27 07:00 UTC: 't0', 't1', 't2' and 7 more")
    session.tasks["last"].jitter = "30 s"
    assert found(session) == []


def test_tasks_with_a_hash_are_no_crowd():
    """Each has a minute of its own, and is looked at with it."""
    session = with_tasks(**{f"t{number}": "cron H * * * *" for number in range(CROWD)})
    assert found(session) == []


def test_a_hash_beside_a_window_is_refused_for_the_tasks_that_never_start():
    """The minute of 'fetch' is 19 and that of 'third' 47."""
    condition = "cron H 7 * * * & time of day between 07:30 and 08:00"
    session = with_tasks(third=condition)
    assert f"{session.tasks['third'].next_run:%H:%M}" == "07:47"
    with pytest.raises(ImpossibleCondition, match=r"for task 'fetch' .* is 'cron 19 7"):
        session.task(condition, name="fetch")(nothing)


def test_the_first_chance_of_a_period_is_an_instant_too():
    """Whatever is `daily` starts at midnight."""
    session = with_tasks(**{f"t{number}": "daily" for number in range(CROWD)})
    assert [each[1] for each in found(session)] == ["crowded"]


def test_one_task_can_be_asked_for():
    """By its name, and not one that does not exist."""
    session = with_tasks(a="after task 'y'", b="after task 'x'")
    assert [each[1] for each in found(session, task="b")] == ["unknown-task"]
    with pytest.raises(NotFound):
        session.lint("c")


def test_a_condition_without_a_task_is_linted():
    """With the zone and the names of the session."""
    session = Session(timezone="America/New_York")
    codes = [each.code for each in session.lint_condition("daily at 02:30 & after task 'x'")]
    assert codes == ["skipped-time", "instant-and-event", "unknown-task"]
    (refused,) = session.lint_condition("evry 5 min")
    assert (refused.code, refused.fix) == ("syntax", "every 5 min")
    (never,) = session.lint_condition("cron 0 0 30 2 *")
    assert (never.code, never.end) == ("never-true", 15)


def test_a_condition_is_linted_as_that_of_a_task():
    """The circle that it would close is told, and so is how long the task takes."""
    session = slow(45, a="daily", b="after task 'a'")
    with session:
        session.start(block=False)
        session.advance("1 day")
        (circle,) = session.lint_condition("after task 'b'", "a")
        (window,) = session.lint_condition("daily between 10:00 and 10:10", "a")
    assert circle.code != window.code == "window-too-short"


def test_an_explanation_of_a_session_has_its_zone_and_names():
    """The zone may be another one."""
    session = ManualSession("2026-11-27T00:00", "Europe/Helsinki")
    told = session.explain_condition("daily at 07:00 & param 'x' is 1").to_dict()
    assert told["next"][0] == "2026-11-27T07:00:00+02:00"
    assert told["waits_for"] == ["param 'x' is 1"]
    assert [each["code"] for each in told["findings"]] == ["unknown-parameter"]
    there = session.explain_condition("daily at 07:00", "Asia/Tokyo").to_dict()
    assert (there["timezone"], there["next"][0]) == ("Asia/Tokyo", "2026-11-27T07:00:00+09:00")


# -- calendars that run out


def with_calendar(now, condition, **given):
    """A session at a time, with a calendar and one task, and the warnings of making the task."""
    session = ManualSession(now)
    session.calendar("bank", **given)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        session.task(condition, name="a")(nothing)
    return session, [str(each.message) for each in told]


LISTED = {"dates": ["2026-12-24", "2026-12-31"]}
ON_BANK_DAYS = "daily at 07:00 on business days of 'bank'"


@pytest.mark.parametrize(
    "condition",
    [ON_BANK_DAYS, "cron 0 7 * * * & calendar 'bank' is open", "daily & ~calendar 'bank' is open",
     "(every 1 hour & calendar 'bank' is closed) in Asia/Tokyo",
     "monthly at 1st 08:00 on business days of 'bank' or the next"],
)  # fmt: skip
def test_a_calendar_that_has_run_out_is_told(condition):
    """With its last day, what is closed from then on, and what to do; when the task is made too."""
    session, told = with_calendar("2027-01-02T00:00", condition, **LISTED)
    (finding,) = [each.finding for each in session.lint() if each.finding.code == "calendar-over"]
    assert finding.severity == "warning"
    assert finding.message == (
        "calendar 'bank' has run out: the last day that it knows was 2026-12-31, so that since "
        "then only Saturday and Sunday count as closed; give it later days, with "
        "app.calendar('bank', …) or over HTTP"
    )
    assert "'bank'" in str(session.tasks["a"].start_cond)[finding.start : finding.end]
    assert told == [f"task 'a': {finding.message}"]
    assert session.doubts_of(session.tasks["a"]) == (finding.message,)
    assert [each.code for each in session.lint_condition(condition)] == ["calendar-over"]
    explained = session.explain_condition(condition)
    assert "calendar-over" in [each.code for each in explained.findings]


def test_a_calendar_with_later_days_is_not_told_of():
    """A new list of days puts the finding right."""
    session, _ = with_calendar("2027-01-02T00:00", ON_BANK_DAYS, **LISTED)
    session.calendar("bank", dates=["2026-12-24", "2027-12-24"])
    assert session.lint() == []
    assert session.doubts_of(session.tasks["a"]) == ()


@pytest.mark.parametrize(
    ("now", "condition", "start"),
    [
        ("2026-12-01T12:00", ON_BANK_DAYS, None),
        ("2026-12-28T12:00", ON_BANK_DAYS, "2027-01-01 07:00 UTC"),
        ("2026-01-01T00:00", "weekly at Monday 07:00 on business days of 'bank'", None),
        ("2026-06-01T00:00", "yearly at 24 December 18:00 on business days of 'bank'",
         "2027-12-24 18:00 UTC"),
        ("2026-10-01T00:00", "monthly at 1st 08:00 on business days of 'bank' or the next",
         "2027-01-01 08:00 UTC"),
        ("2026-10-01T00:00", "after task 'b' & calendar 'bank' is open", None),
    ],
)  # fmt: skip
def test_a_calendar_that_runs_out_soon_is_told(now, condition, start):
    """Within a month, or among the ten starts to come, of which the first is named."""
    session, told = with_calendar(now, condition, **LISTED)
    found = [each.finding for each in session.lint() if each.finding.code == "calendar-ends"]
    assert told == []
    if now < "2026-12" and start is None:
        assert found == []
        return
    (finding,) = found
    assert finding.severity == "info"
    assert "it knows the days until 2026-12-31, and from 2027-01-01 on" in finding.message
    assert (f", at the start of {start} too" in finding.message) is (start is not None)
    assert finding.message.endswith("or over HTTP")


def test_the_day_of_a_calendar_is_that_of_its_zone():
    """In Tokyo the last day is over while it goes on in Los Angeles."""
    for zone, code in (("Asia/Tokyo", "calendar-over"), ("America/Los_Angeles", "calendar-ends")):
        session, _ = with_calendar("2026-12-31T20:00", ON_BANK_DAYS, **LISTED, timezone=zone)
        assert [each.finding.code for each in session.lint()] == [code]


def test_a_calendar_that_goes_on_is_not_told_of():
    """One of a function is asked again each day, one of a country knows years ahead."""
    yearly = "yearly at 24 December 18:00 on business days of 'bank'"
    session = ManualSession("2026-11-27T00:00")
    session.calendar("bank", lambda day: day.weekday() < 5)
    session.calendar("week", weekend=["fri"])
    session.calendar("finland", country="FI")
    session.task(yearly, name="a")(nothing)
    session.task(yearly.replace("bank", "week"), name="b")(nothing)
    session.task(yearly.replace("bank", "finland"), name="c")(nothing)
    assert session.lint() == []


def test_a_calendar_without_a_weekend_closes_no_day_once_it_has_run_out():
    """A task of its closed days does not start any more."""
    session, _ = with_calendar("2027-01-02T00:00", "daily & calendar 'bank' is closed",
                               dates=["2026-12-24"], weekend=[])  # fmt: skip
    (finding,) = session.lint()
    assert "no day counts as closed" in finding.finding.message
