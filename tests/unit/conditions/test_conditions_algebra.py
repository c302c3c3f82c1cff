"""How conditions combine, compare, print and explain themselves, and how Python names them."""

from datetime import time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from strategies import ME, FakeWorld, Record
from wall_oracle import utc

import redengine.conditions
from redengine.conditions import (
    MISSING,
    After,
    All,
    Any,
    CheckResult,
    Condition,
    CustomCondition,
    FuncCond,
    Not,
    Periodic,
    after_all_fail,
    after_all_success,
    after_any_finish,
    after_fail,
    after_finish,
    after_success,
    after_terminate,
    condition,
    crashed,
    cron,
    daily,
    env,
    every,
    failed,
    false,
    finished,
    hourly,
    inacted,
    minutely,
    monthly,
    param,
    parse,
    retry,
    running,
    scheduler_running,
    scheduler_started,
    secondly,
    started,
    succeeded,
    terminated,
    time_of_day,
    time_of_hour,
    time_of_minute,
    time_of_month,
    time_of_week,
    true,
    weekly,
)
from redengine.exceptions import ImpossibleCondition, InvalidInput

NOW = utc("2026-11-19T12:00:00")


def context(**given):
    """A world at noon UTC, which is 14:00 in Helsinki."""
    return FakeWorld(now=NOW, zone=ZoneInfo("Europe/Helsinki"), **given)


# -- the algebra


def test_combinations_flatten():
    """Nested combinations of one kind are one."""
    assert (daily & hourly) & minutely == daily & (hourly & minutely)
    assert len((daily & hourly & minutely).conditions) == 3
    assert len((daily | hourly | (minutely | weekly)).conditions) == 4


def test_double_negation_cancels():
    """The opposite of the opposite is the condition itself."""
    assert ~~daily is daily
    assert isinstance(~daily, Not)


def test_equality_is_by_structure():
    """Conditions with the same parts in the same order are equal and hash alike."""
    assert daily & hourly == daily & hourly
    assert hash(daily & hourly) == hash(daily & hourly)
    assert daily & hourly != hourly & daily
    assert daily & hourly != daily | hourly
    assert daily != hourly
    assert len({daily, Periodic(daily.window), hourly}) == 2


def test_conditions_are_immutable():
    """Nothing of a condition can be assigned."""
    with pytest.raises(AttributeError):
        daily.window = hourly.window
    with pytest.raises(AttributeError):
        (daily & hourly).conditions = ()


@pytest.mark.parametrize("bad", [every("10 s"), cron("* * * * *"), daily.at("10:00"),
                                 daily & every("10 s"), ~daily | cron("0 7 * * *")])  # fmt: skip
def test_instants_have_no_opposite(bad):
    """`~` over an interval or an instant is refused, with the reason."""
    with pytest.raises(ImpossibleCondition, match="no opposite"):
        Not.of(bad)


def test_python_trees_do_not_nest_without_end():
    """Deep trees made in Python are refused before Python's recursion limit."""
    tree = daily
    for _ in range(25):
        tree = hourly & (minutely | tree)
    assert tree.depth == 50
    with pytest.raises(InvalidInput, match="deep"):
        minutely | tree


def test_combinations_need_parts():
    """A combination of nothing is refused; of one it is that one."""
    with pytest.raises(InvalidInput):
        All.of(())
    assert Any.of((daily,)) is daily
    assert All.of(("daily", hourly)) == daily & hourly


def test_due_of_combinations():
    """The due time is the latest of the parts that hold."""
    tree = parse("daily & hourly | weekly")
    assert tree.due(context()) == NOW
    assert parse("daily & is running").due(context()) == utc("2026-11-18T22:00")
    assert (~daily).due(context()) is None


def test_a_false_conjunction_sleeps_until_its_last_part():
    """A false `All` cannot hold before the last of its false parts, a false `Any` the first."""
    parts = "daily after 15:00", "daily after 16:00"
    assert parse(" & ".join(parts)).until(context()) == utc("2026-11-19T14:00")
    assert parse(" | ".join(parts)).until(context()) == utc("2026-11-19T13:00")
    assert parse(" & ".join(reversed(parts))).until(context()) == utc("2026-11-19T14:00")
    assert parse("daily after 15:00 & is running").until(context()) is None


def test_repr_is_one_line():
    """Every condition shows its class and its text."""
    assert repr(daily.after("07:00")) == "Periodic('daily after 07:00')"
    assert repr(daily & ~hourly) == "All('daily & ~hourly')"
    assert repr(param("x")) == "param('x')"
    assert repr(MISSING) == "MISSING"


def test_a_subclass_needs_only_holds():
    """A user's condition that says nothing else is asked again after a second."""

    class Lucky(Condition):
        def holds(self, context):
            return context.now.second == 0

    lucky = Lucky()
    assert lucky.until(context()) == NOW + timedelta(seconds=1)
    assert lucky.reads() == frozenset()
    assert (lucky & daily).holds(context())
    assert "Lucky()" in str((~lucky).explain(context()))
    assert lucky != Lucky()


def test_exports():
    """Every exported name exists, and the list is sorted as the linter wants it."""
    for name in redengine.conditions.__all__:
        assert getattr(redengine.conditions, name) is not None


# -- names in Python


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (every("10 s"), "every 10 seconds"),
        (every(90), "every 1 minute 30 seconds"),
        (every(timedelta(hours=1)), "every 1 hour"),
        (cron("0 7 * * mon-fri"), "cron 0 7 * * mon-fri"),
        (secondly, "secondly"),
        (minutely.before(30), "minutely before 30"),
        (hourly.starting("15:00"), "hourly starting 15:00"),
        (daily.after("07:00"), "daily after 07:00"),
        (daily.after(7), "daily after 07:00"),
        (daily.at(time(7, 30, 5)), "daily at 07:30:05"),
        (daily.between("22:00", "03:00"), "daily between 22:00 and 03:00"),
        (weekly.on("Monday"), "weekly on Monday"),
        (monthly.at("last 10:00"), "monthly at last 10:00"),
        (monthly.before(15), "monthly before 15th"),
        (time_of_minute.before("30"), "time of minute before 30"),
        (time_of_hour.after("30:00"), "time of hour after 30:00"),
        (time_of_day.at("10:00"), "time of day on 10:00"),
        (~time_of_week.on("Sunday"), "~time of week on Sunday"),
        (time_of_month.between("1st", "5th"), "time of month between 1st and 5th"),
        (after_success("a"), "after task 'a'"),
        (after_fail("a"), "after task 'a' failed"),
        (after_finish("a"), "after task 'a' finished"),
        (after_terminate("a"), "after task 'a' terminated"),
        (after_all_success("a", "b"), "after tasks 'a', 'b'"),
        (after_all_fail("a", "b"), "after tasks 'a', 'b' failed"),
        (after_any_finish("a", "b"), "after any tasks 'a', 'b' finished"),
        (succeeded(), "has succeeded"),
        (succeeded(task="a").today, "task 'a' has succeeded today"),
        (failed("a").today >= 3, "task 'a' has failed today >= 3"),
        (failed("a").past("2 h") == 3, "task 'a' has failed past 2 hours == 3"),
        (failed("a").this_hour != 3, "task 'a' has failed this hour != 3"),
        (failed("a").this_minute < 3, "task 'a' has failed this minute < 3"),
        (failed("a").this_month <= 3, "task 'a' has failed this month <= 3"),
        (finished().this_week.between("Mon", "Fri") > 1,
         "has finished this week between Monday and Friday > 1"),
        (started().between("10:00", "12:00"), "has started today between 10:00 and 12:00"),
        (terminated().after("10:00"), "has terminated today after 10:00"),
        (inacted().before("10:00"), "has inacted today before 10:00"),
        (crashed().on("Monday"), "has crashed this week on Monday"),
        (running(), "is running"),
        (running("a", more_than="10 min"), "task 'a' is running for more than 10 minutes"),
        (running("a").for_more_than(60), "task 'a' is running for more than 1 minute"),
        (retry(), "retry 1 time"),
        (retry(3), "retry 3 times"),
        (param("x").equals("y"), "param 'x' is 'y'"),
        (param("x").equals(5), "param 'x' is 5"),
        (param("x").differs("y"), "~param 'x' is 'y'"),
        (param("x").is_in("y", "z"), "param 'x' is 'y' | param 'x' is 'z'"),
        (param("x").exists(), "param 'x' exists"),
        (env("prod"), "env 'prod'"),
        (scheduler_running("1 h"), "scheduler has run over 1 hour"),
        (scheduler_started(60), "scheduler has run over 1 minute"),
        (true, "always true"),
        (false, "always false"),
    ],
)  # fmt: skip
def test_names(made, text):
    """Each name makes the condition of its text."""
    assert str(made) == text
    assert made == parse(text)


def test_tasks_are_named_by_themselves():
    """A task is given as its name, as an object with one, or as its function."""

    def fetch():
        """A task's function."""

    assert after_success(SimpleNamespace(name="fetch")) == after_success("fetch")
    assert after_success(fetch) == after_success("fetch")
    fetch.__redengine_task__ = "renamed"
    assert after_success(fetch) == after_success("renamed")
    with pytest.raises(InvalidInput, match="expected a task"):
        after_success(5)


@pytest.mark.parametrize(
    "make",
    [
        lambda: every("0 s"),
        lambda: every(-5),
        lambda: every("soon"),
        lambda: cron("61 * * * *"),
        lambda: cron(5),
        lambda: cron("* * *"),
        lambda: cron("r * * * *"),
        lambda: cron("h(9-2) * * * *"),
        lambda: cron("* * * * * * *"),
        lambda: cron("0 0 30 2 *"),
        lambda: daily.after("25:00"),
        lambda: daily.after("07:00").before("08:00"),
        lambda: daily.after("07:00").at("08:00"),
        lambda: weekly.on("Mondey"),
        lambda: monthly.on("32nd"),
        lambda: daily.between("10:00", "10:00:00"),
        lambda: daily.before("00:00"),
        lambda: hourly.at("60:00"),
        lambda: minutely.at("60"),
        lambda: retry(0),
        lambda: retry(True),
        lambda: param("").exists(),
        lambda: param("x").equals([1]),
        lambda: param("x").equals(float("nan")),
        lambda: param("x").is_in(),
        lambda: env(""),
        lambda: failed().today >= "3",
        lambda: (failed() >= 3) >= 4,
        lambda: failed() >= True,
        lambda: After(()),
        lambda: After(("a",), "suceeded"),
        after_all_success,
        lambda: scheduler_running("soon"),
        lambda: failed().past("x"),
    ],
)
def test_bad_values_are_refused(make):
    """What makes no condition is refused with an InvalidInput."""
    with pytest.raises(InvalidInput):
        make()


def test_errors_suggest():
    """A misspelt weekday or outcome is answered with the nearest."""
    with pytest.raises(InvalidInput, match="did you mean 'Monday'"):
        weekly.on("Mondey")
    with pytest.raises(InvalidInput, match="did you mean 'succeeded'"):
        After(("a",), "suceeded")


# -- custom conditions


@condition(every="5 s", reads=["parameter:path"])
def file_exists(path="inbox", *, strict=False):
    """Whether it is there."""
    return path == "here"


def test_functions_as_conditions():
    """A decorated function makes conditions; the world knows their answer."""
    made = file_exists("here", strict=True)
    assert isinstance(made, FuncCond)
    assert made.check() is True
    assert made.every == timedelta(seconds=5)
    assert str(made) == "file_exists('here', strict=true)"
    assert made.reads() == {f"custom:{made.key}", "parameter:path"}
    assert not made.holds(context())
    assert made.holds(context(checks={made.key: CheckResult(holds=True, at=NOW)}))
    assert made.until(context()) is None
    assert made == file_exists("here", strict=True)
    assert made != file_exists("there")
    assert len({made, file_exists("here", strict=True)}) == 1


def test_functions_without_names_of_their_own_are_told_apart():
    """Two lambdas, or two closures of one function, are different conditions."""

    def made(value):
        return condition(lambda: value)

    assert made(1)() != made(2)()
    assert made(1)().key != made(2)().key


def test_the_decorator_needs_no_parentheses():
    """`@condition` alone asks every second."""

    @condition
    def ready():
        return 1

    assert ready().every == timedelta(seconds=1)
    assert ready().check() is True
    assert ready.name == "ready"
    assert repr(ready) == "ConditionFactory('ready')"


def test_bad_custom_conditions():
    """Arguments that the function does not take, and intervals of nothing, are refused."""
    with pytest.raises(InvalidInput):
        file_exists(1, 2)
    with pytest.raises(InvalidInput):
        file_exists(other=1)
    with pytest.raises(InvalidInput):
        condition(every=0)
    with pytest.raises(InvalidInput):
        condition("daily")


def test_classes_as_conditions():
    """A subclass with `check` is told apart by its attributes."""

    class Longer(CustomCondition):
        every = "5 s"

        def __init__(self, limit):
            self.limit = limit

        def check(self):
            return self.limit > 3

    assert Longer(5).check()
    assert Longer(5).every == timedelta(seconds=5)
    assert Longer(5) == Longer(5)
    assert Longer(5) != Longer(6)
    assert Longer(5).key != Longer(6).key
    assert (Longer(5) & daily).reads() == {f"custom:{Longer(5).key}", "task:"}


def test_evidence_of_custom_conditions():
    """An explanation says when user code was asked and what it raised."""
    made = file_exists()
    assert "not been asked" in made.explain(context()).evidence
    raised = CheckResult(holds=False, at=NOW, error="OSError: gone")
    assert "OSError: gone" in made.explain(context(checks={made.key: raised})).evidence
    asked = CheckResult(holds=True, at=NOW)
    assert "2026-11-19 14:00 EET" in made.explain(context(checks={made.key: asked})).evidence


# -- explanations


def fetch_record():
    """A task that failed two minutes ago."""
    record = Record()
    record.note("run", 1, utc("2026-11-19T11:58:03"))
    record.note("fail", 2, utc("2026-11-19T11:58:05"))
    return record


def test_explanation_as_text():
    """The tree has verdict, text, evidence and until of each node, and the smallest change."""
    tree = parse("daily after 15:00 & after task 'fetch'")
    explanation = tree.explain(context(records={"fetch": fetch_record()}))
    ran, failed = "2026-11-19 13:58:03 EET", "2026-11-19 13:58:05 EET"
    record = f"task 'fetch': last run {ran}, failed at {failed}"
    assert str(explanation).splitlines() == [
        "✗ daily after 15:00 & after task 'fetch': 0 of 2 hold",
        "  ✗ daily after 15:00: it opens at 2026-11-19 15:00 EET (until 2026-11-19 15:00 EET)",
        f"  ✗ after task 'fetch': {record}; this one never ran",
        "→ wait until 2026-11-19 15:00 EET and task 'fetch' must succeed",
    ]


def test_explanation_as_data():
    """The tree is JSON-ready; instants are ISO 8601 in the zone, with offset."""
    data = parse("daily after 15:00 | is running").explain(context()).to_dict()
    assert data["holds"] is False
    assert data["until"] == "2026-11-19T15:00:00+02:00"
    assert data["smallest_change"] == "wait until 2026-11-19 15:00 EET"
    assert [child["text"] for child in data["children"]] == ["daily after 15:00", "is running"]
    assert set(data["children"][0]) == {"text", "holds", "evidence", "until", "children"}


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("daily", "nothing: it holds now"),
        ("false", "nothing can change it"),
        ("daily after 15:00", "wait until 2026-11-19 15:00 EET"),
        ("cron 30 15 * * *", "wait until 2026-11-19 15:30 EET"),
        ("after task 'fetch'", "task 'fetch' must succeed"),
        ("after task 'fetch' finished", "nothing: it holds now"),
        ("after any tasks 'a', 'b'", "task 'a' must succeed"),
        ("after tasks 'a', 'b'", "task 'a' must succeed and task 'b' must succeed"),
        ("param 'x' is 'y'", "parameter 'x' must be 'y'"),
        ("param 'x' exists", "parameter 'x' must be set"),
        ("env 'prod'", "parameter 'env' must be 'prod'"),
        ("is running", "the task must start"),
        ("retry 2", "the task must fail"),
        ("task 'fetch' has succeeded today", "task 'fetch' must succeed"),
        ("task 'fetch' has failed today >= 2",
         "task 'fetch' must have failed >= 2 times today, it has 1"),
        ("~task 'fetch' has failed today", "wait until 2026-11-20 00:00 EET"),
        ("~task 'fetch' has failed", "nothing can change it"),
        ("~env 'prod' & param 'x' is 'y'", "parameter 'x' must be 'y'"),
        ("is running | param 'x' is 'y' & env 'z'", "the task must start"),
        ("scheduler has run over 1 h",
         "wait until 2026-11-19 15:00 EET and the scheduler must be started"),
        ("time of day after 15:00 & time of week on Friday", "wait until 2026-11-20 15:00 EET"),
        ("monthly at 31st 07:30:15", "wait until 2026-12-31 07:30:15 EET"),
        ("task 'fetch' has succeeded today after 15:00",
         "wait until 2026-11-19 15:00 EET and task 'fetch' must succeed"),
    ],
)  # fmt: skip
def test_smallest_change(text, change):
    """The explanation names the smallest change that would let the condition hold."""
    explanation = parse(text).explain(context(records={"fetch": fetch_record()}))
    assert explanation.smallest_change() == change


def test_daily_done_explains_when_it_comes_again():
    """What is done for today says when it finished and when the next period begins."""
    done = Record()
    done.note("success", 1, utc("2026-11-19T05:00:07"))
    explanation = parse("daily after 07:00").explain(context(records={ME: done}))
    assert explanation.evidence == "it succeeded at 2026-11-19 07:00:07 EET"
    assert explanation.smallest_change() == "wait until 2026-11-20 07:00 EET"


def test_zones_without_letters_are_said_as_offsets():
    """A zone that has no abbreviation is named by its offset."""
    there = FakeWorld(now=NOW, zone=ZoneInfo("America/Sao_Paulo"))
    change = parse("daily after 15:00").explain(there).smallest_change()
    assert change == "wait until 2026-11-19 15:00 -0300"


# -- what can be decided
