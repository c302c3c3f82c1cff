"""What each statement says of the world."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from strategies import ME, FakeWorld, Record
from wall_oracle import utc

from redengine.conditions import Dependency, Moment, parse

NOW = utc("2026-11-19T12:00:00")  # a Thursday
MINUTE = timedelta(minutes=1)


def context(now=NOW, zone="UTC", **given):
    """A world at noon."""
    return FakeWorld(now=now, zone=ZoneInfo(zone), **given)


def record(*moments, **facts):
    """A record of (action, minutes before noon), in the order of the log."""
    made = Record(**facts)
    for order, (action, minutes_ago) in enumerate(moments, start=1):
        made.note(action, order, NOW - minutes_ago * MINUTE)
    return made


def ask(text, **given):
    """The verdict of a text in a world at noon."""
    return parse(text).holds(context(**given))


# -- every


def test_every_starts_at_once_on_a_fresh_task():
    """`every` holds at once for a task that was never due, with now as its due time."""
    here = context()
    condition = parse("every 10 s")
    assert condition.holds(here)
    assert condition.due(here) == NOW
    assert condition.until(here) is None


def test_every_keeps_its_phase():
    """Late starts do not shift the grid, and missed intervals are one start."""
    condition = parse("every 10 s")
    here = context(records={ME: Record(last_due=NOW - timedelta(seconds=34))})
    assert condition.holds(here)
    assert condition.due(here) == NOW - timedelta(seconds=4)
    assert condition.until(here) == NOW + timedelta(seconds=6)


def test_every_waits_for_the_interval():
    """It holds from the instant on that is one interval after the last due time."""
    condition = parse("every 10 s")
    here = context(records={ME: Record(last_due=NOW - timedelta(seconds=4))})
    assert not condition.holds(here)
    assert condition.due(here) is None
    assert condition.until(here) == NOW + timedelta(seconds=6)
    here.now = condition.until(here)
    assert condition.holds(here)
    assert condition.due(here) == here.now


def test_every_after_the_clock_was_set_back():
    """A last due time in the future counts as now: the task waits one interval, not longer."""
    condition = parse("every 10 s")
    here = context(records={ME: Record(last_due=NOW + timedelta(days=9))})
    assert not condition.holds(here)
    assert condition.until(here) == NOW + timedelta(seconds=10)


# -- daily and its kin


@pytest.mark.parametrize("action", ["success", "fail", "terminate"])
def test_daily_is_done_for_the_day(action):
    """A success, a final fail or a termination in the window ends it."""
    assert not ask("daily", records={ME: record((action, 60))})
    assert ask("daily", records={ME: record((action, 13 * 60))})
    assert ask("daily after 11:30", records={ME: record((action, 60))})


@pytest.mark.parametrize("action", ["run", "crash", "inaction"])
def test_daily_goes_on(action):
    """A start, a crash or a skip does not end it."""
    assert ask("daily", records={ME: record((action, 60))})


def test_daily_is_due_at_the_start_of_its_window():
    """The due time is the start of the window's occurrence."""
    here = context()
    assert parse("daily after 07:00").due(here) == utc("2026-11-19T07:00")
    assert parse("daily starting 13:00").due(here) == utc("2026-11-18T13:00")
    assert parse("daily between 22:00 and 13:00").due(here) == utc("2026-11-18T22:00")
    assert parse("daily after 13:00").due(here) is None


@pytest.mark.parametrize(
    ("text", "holds", "until"),
    [
        ("daily", True, "2026-11-20T00:00"),
        ("daily after 12:00", True, "2026-11-20T00:00"),
        ("daily before 12:00", False, "2026-11-20T00:00"),
        ("daily between 10:00 and 12:00", False, "2026-11-20T10:00"),
        ("daily between 22:00 and 12:01", True, "2026-11-19T12:01"),
        ("daily on 12:00", True, "2026-11-19T12:01"),
        ("daily starting 13:00", True, "2026-11-19T13:00"),
        ("hourly after 30:00", False, "2026-11-19T12:30"),
        ("hourly between 50:00 and 10:00", True, "2026-11-19T12:10"),
        ("minutely before 30", True, "2026-11-19T12:00:30"),
        ("secondly", True, "2026-11-19T12:00:01"),
        ("weekly on Thursday", True, "2026-11-20T00:00"),
        ("weekly on Wednesday", False, "2026-11-25T00:00"),
        ("weekly between Monday and Thursday", True, "2026-11-20T00:00"),
        ("weekly between Friday and Monday", False, "2026-11-20T00:00"),
        ("weekly between Thursday 12:00 and Thursday 13:00", True, "2026-11-19T13:00"),
        ("weekly before Thursday", False, "2026-11-23T00:00"),
        ("weekly after Thursday", True, "2026-11-23T00:00"),
        ("monthly on last", False, "2026-11-30T00:00"),
        ("monthly on 31st", False, "2026-12-31T00:00"),
        ("monthly after 19th 12:00", True, "2026-12-01T00:00"),
        ("monthly between 19th and 25th", True, "2026-11-26T00:00"),
        ("monthly between 25th and 19th", True, "2026-11-20T00:00"),
        ("time of day between 10:00 and 12:00", False, "2026-11-20T10:00"),
        ("time of day at 12:00", True, "2026-11-19T12:01"),
        ("time of week on Thursday", True, "2026-11-20T00:00"),
        ("time of hour before 30:00", True, "2026-11-19T12:30"),
        ("time of minute after 30", False, "2026-11-19T12:00:30"),
        ("time of month before 19th", False, "2026-12-01T00:00"),
    ],
)
def test_windows(text, holds, until):
    """A window holds from its start up to but without its end; a named unit is inside."""
    condition = parse(text)
    assert condition.holds(context()) is holds
    assert condition.until(context()) == utc(until)


def test_windows_are_in_the_worlds_zone():
    """Wall-clock times are those of the zone."""
    assert parse("daily after 13:59").holds(context(zone="Europe/Helsinki"))
    assert not parse("daily after 14:01").holds(context(zone="Europe/Helsinki"))


# -- pulses


@pytest.mark.parametrize("text", ["cron 0 12 * * *", "daily at 12:00", "weekly at Thursday 12:00",
                                  "monthly at 19th 12:00", "hourly at 00:00", "minutely at 00",
                                  "cron 0 12 * * * 0"])  # fmt: skip
def test_pulses_hold_at_their_instant_only(text):
    """`cron` and `at` hold at the nominal instant, not a microsecond beside it."""
    condition = parse(text)
    assert condition.holds(context())
    assert condition.due(context()) == NOW
    for beside in (timedelta(microseconds=1), -timedelta(microseconds=1)):
        there = context(NOW + beside)
        assert not condition.holds(there)
        assert condition.due(there) is None


def test_a_missed_pulse_holds_through_nominal():
    """A missed nominal time that is given its chance makes the pulse hold late."""
    condition = parse("daily at 10:00")
    late = context(nominal=utc("2026-11-19T10:00"))
    assert condition.holds(late)
    assert condition.due(late) == utc("2026-11-19T10:00")
    assert not condition.holds(context(nominal=utc("2026-11-19T10:01")))


def test_nominal_times_of_a_conjunction():
    """Only those count at which all that depends on time alone holds."""
    condition = parse("cron 0 */6 * * * & time of day after 07:00 & is running")
    times = list(condition.nominal_times(context(), NOW - timedelta(days=1), NOW))
    assert times == [utc("2026-11-18T18:00"), utc("2026-11-19T12:00")]


def test_nominal_times_of_a_disjunction():
    """They are merged in order, each once; the start of the span is not part of it."""
    condition = parse("daily at 10:00 | cron 0 8-10 * * * | daily")
    times = list(condition.nominal_times(context(), utc("2026-11-19T08:00"), NOW))
    assert times == [utc("2026-11-19T09:00"), utc("2026-11-19T10:00")]


def test_latest_nominal_looks_far_back():
    """The last nominal time is found however long ago it was."""
    condition = parse("monthly at 1st")
    assert condition.latest_nominal(context(), NOW - timedelta(days=400), NOW) == utc("2026-11-01")
    assert parse("daily").latest_nominal(context(), NOW - timedelta(days=400), NOW) is None


def test_months_without_the_day_are_passed_over():
    """`monthly at 31st` waits for a month that has one."""
    assert parse("monthly at 31st").until(context(utc("2026-01-31"))) == utc("2026-03-31")


# -- after


def test_after_success():
    """It holds when the other one succeeded and this one has not started since."""
    fetch = record(("run", 20), ("success", 10))
    assert ask("after task 'fetch'", records={"fetch": fetch})
    own = Record()
    own.note("run", 1, NOW)
    assert ask("after task 'fetch'", records={"fetch": fetch, ME: own})
    own.note("run", 3, NOW - 15 * MINUTE)
    assert not ask("after task 'fetch'", records={"fetch": fetch, ME: own})


def test_after_settles_ties_by_the_log():
    """Of two equal instants the later record counts."""
    own, fetch = Record(), Record()
    own.note("run", 5, NOW)
    fetch.note("success", 6, NOW)
    assert ask("after task 'fetch'", records={"fetch": fetch, ME: own})
    own.note("run", 7, NOW)
    assert not ask("after task 'fetch'", records={"fetch": fetch, ME: own})


@pytest.mark.parametrize(
    ("outcome", "actions"),
    [
        ("succeeded", {"success"}),
        ("failed", {"fail", "crash"}),
        ("terminated", {"terminate"}),
        ("crashed", {"crash"}),
        ("finished", {"success", "fail", "terminate", "crash"}),
    ],
)
def test_after_outcomes(outcome, actions):
    """Each outcome waits for its actions."""
    for action in ("run", "success", "fail", "terminate", "crash", "inaction"):
        held = ask(f"after task 'fetch' {outcome}", records={"fetch": record((action, 5))})
        assert held is (action in actions)


def test_after_several():
    """`tasks` waits for all of them, `any tasks` for one; it is due at the last end."""
    records = {"a": record(("success", 10)), "b": record(("fail", 5))}
    assert not ask("after tasks 'a', 'b'", records=records)
    assert ask("after tasks 'a', 'b' finished", records=records)
    assert ask("after any tasks 'a', 'b'", records=records)
    here = context(records=records)
    assert parse("after tasks 'a', 'b' finished").due(here) == NOW - 5 * MINUTE
    assert parse("after any tasks 'a', 'b'").due(here) == NOW - 10 * MINUTE
    assert parse("after tasks 'a', 'b'").due(here) is None


def test_dependencies_at_any_depth():
    """The tasks that a tree waits for are listed once, with relation and type."""
    tree = parse("daily & (after task 'a' | ~after any tasks 'b', 'c' failed) & after task 'a'")
    assert tree.dependencies() == (
        Dependency("a", "DependSuccess", "Any"),
        Dependency("b", "DependFailure", "Any"),
        Dependency("c", "DependFailure", "Any"),
        Dependency("a", "DependSuccess", "All"),
    )


# -- has …


def test_has_ever():
    """Without a span, anything that ever happened counts."""
    records = {"fetch": record(("success", 100_000))}
    assert ask("task 'fetch' has succeeded", records=records)
    assert not ask("task 'fetch' has failed", records=records)
    assert not ask("has succeeded", records=records)


def test_has_today():
    """`today` counts from midnight in the zone and ends with the day."""
    records = {ME: record(("success", 12 * 60))}
    assert ask("has succeeded today", records=records)
    assert not ask("has succeeded today", records={ME: record(("success", 12 * 60 + 1))})
    assert parse("has succeeded today").until(context()) == utc("2026-11-20")
    assert not ask("has succeeded today", records=records, zone="America/New_York")


def test_has_in_the_past():
    """A moment falls out of the span exactly one span after it."""
    here = context(records={ME: record(("fail", 30))})
    condition = parse("has failed past 1 hour")
    assert condition.holds(here)
    assert condition.until(here) == NOW + 30 * MINUTE
    here.now = condition.until(here) - timedelta(microseconds=1)
    assert condition.holds(here)
    here.now = NOW + 30 * MINUTE
    assert not condition.holds(here)
    assert condition.until(here) is None


def test_has_in_a_window_of_today():
    """What happened in the window counts until the day, or the next window, begins."""
    records = {ME: record(("success", 90), ("success", 5))}
    assert ask("has succeeded today between 10:00 and 11:00", records=records)
    assert not ask("has succeeded today between 11:00 and 11:30", records=records)
    assert not ask("has succeeded today after 13:00", records=records)
    assert ask("has succeeded this week on Thursday", records=records)
    condition = parse("has succeeded today between 13:00 and 14:00")
    assert condition.until(context(records=records)) == utc("2026-11-19T13:00")


def test_has_in_a_window_over_midnight():
    """A window that began yesterday evening counts today until it begins again."""
    records = {ME: record(("success", 13 * 60))}
    assert ask("has succeeded today between 22:00 and 03:00", records=records)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("has failed today >= 2", True),
        ("has failed today > 2", False),
        ("has failed today == 2", True),
        ("has failed today != 2", False),
        ("has failed today < 3", True),
        ("has failed past 30 min <= 1", True),
        ("has failed >= 3", True),
        ("has finished today >= 3", True),
        ("has started >= 1", False),
    ],
)
def test_has_counts(text, holds):
    """A comparison counts the moments of the span."""
    records = {ME: record(("fail", 5000), ("fail", 60), ("success", 30), ("fail", 20))}
    assert ask(text, records=records) is holds


def test_remembered():
    """Statements that need more than the last moment say of which task and action."""
    tree = parse("task 'a' has finished today >= 2 & has failed & ~has started today on 10:00")
    assert tree.remembered() == {
        ("a", "success"), ("a", "fail"), ("a", "terminate"), ("a", "crash"), (None, "run"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["daily", "weekly", "monthly", "~has succeeded today", "~has succeeded past 2 hours"],
)
@pytest.mark.parametrize(("minutes_ahead", "holds"), [(60, False), (240, True), (10**6, True)])
def test_what_a_clock_that_was_ahead_has_noted_says_nothing_of_now(text, minutes_ahead, holds):
    """Up to three hours it may be the same period; beyond, the clock was put right."""
    assert ask(text, records={ME: record(("success", -minutes_ahead))}) is holds


# -- running, retry, parameters, scheduler


def test_is_running():
    """It holds while a job is active; `for more than` from that long on."""
    records = {"a": Record(running_since=NOW - 5 * MINUTE)}
    assert ask("task 'a' is running", records=records)
    assert not ask("is running", records=records)
    assert ask("task 'a' is running for more than 5 min", records=records)
    condition = parse("task 'a' is running for more than 7 min")
    assert not condition.holds(context(records=records))
    assert condition.until(context(records=records)) == NOW + 2 * MINUTE


def test_retry():
    """It holds after a fail, for a limited number of fails in a row."""
    failed = record(("success", 20), ("fail", 10), failures=2)
    assert ask("retry 2 times", records={ME: failed})
    assert not ask("retry 1 time", records={ME: failed})
    assert parse("retry 2").due(context(records={ME: failed})) == NOW - 10 * MINUTE
    for end in ("success", "terminate", "crash"):
        assert not ask("retry 2", records={ME: record(("fail", 10), (end, 5), failures=1)})
    assert not ask("retry 2")


@pytest.mark.parametrize(
    ("value", "text", "holds"),
    [
        ("fast", "'fast'", True),
        ("fast", "'slow'", False),
        (5, "'5'", True),
        (5, "5", True),
        (5.0, "5", True),
        ("5", "5", False),
        (True, "true", True),
        (True, "'true'", True),
        (True, "1", False),
        (1, "true", False),
        (None, "none", True),
        (0, "none", False),
    ],
)
def test_param_is(value, text, holds):
    """A parameter equals a value; a text also fits a value whose text it is."""
    assert ask(f"param 'x' is {text}", parameters={"x": value}) is holds


def test_param_exists():
    """A parameter exists whatever its value, None included."""
    assert ask("param 'x' exists", parameters={"x": None})
    assert not ask("param 'x' exists")
    assert not ask("param 'x' is none")


def test_env():
    """`env` looks at the parameter of that name."""
    assert ask("env 'prod'", parameters={"env": "prod"})
    assert not ask("env 'prod'", parameters={"env": "test"})
    assert parse("env 'prod'").reads() == {"parameter:env"}


def test_scheduler():
    """It holds from the instant on at which the scheduler has run so long."""
    condition = parse("scheduler has run over 10 min")
    here = context(scheduler_started=NOW - 4 * MINUTE)
    assert not condition.holds(here)
    assert condition.until(here) == NOW + 6 * MINUTE
    here.now = NOW + 6 * MINUTE
    assert condition.holds(here)
    assert condition.until(here) is None
    assert not condition.holds(context())


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("daily", {"task:"}),
        ("cron * * * * *", set()),
        ("time of day after 10:00", set()),
        ("after any tasks 'a', 'b'", {"task:a", "task:b", "task:"}),
        ("task 'a' has failed", {"task:a"}),
        ("task 'a' is running", {"task:a"}),
        ("is running", {"task:"}),
        ("retry 2", {"task:"}),
        ("param 'x' exists | env 'prod'", {"parameter:x", "parameter:env"}),
        ("~scheduler has run over 1 s", {"scheduler"}),
        ("true", set()),
    ],
)
def test_reads(text, topics):
    """Each statement names the topics whose change could change it."""
    assert parse(text).reads() == topics


def test_moments_are_ordered():
    """A moment's order is its place in the log."""
    assert Moment(1, NOW) < Moment(2, NOW - MINUTE)
