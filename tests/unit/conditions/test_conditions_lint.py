"""The linter: what of a condition can never hold, or is hardly meant, with place, code and fix."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from strategies import conditions

from redengine.conditions import Condition, Finding, contradiction, lint, parse
from redengine.conditions.calendar.cron_hash import hashed
from redengine.conditions.insight.clock_changes import clock_changes
from redengine.conditions.insight.contradictions import Limits
from redengine.conditions.insight.lint import KINDS
from redengine.conditions.language.places import located

NOW = datetime(2026, 11, 27, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


def found(text, zone=UTC, now=NOW, **known):
    """The findings of a text, which stand in places of it."""
    findings = lint(parse(text), zone, now=now, places=located(text), known=known or None)
    for each in findings:
        assert isinstance(each, Finding)
        assert 0 <= each.start < each.end <= len(text)
        assert each.severity == KINDS[each.code].severity
        if each.fix is not None:
            assert isinstance(parse(each.fix), Condition)
            assert isinstance(parse(text[: each.start] + each.fix + text[each.end :]), Condition)
    return findings


def one(text, code, **kwargs):
    """The one finding of a text with a code, and the part of the text that it is about."""
    findings = [each for each in found(text, **kwargs) if each.code == code]
    assert len(findings) == 1, findings
    return findings[0], text[findings[0].start : findings[0].end]


@pytest.mark.parametrize(
    "text",
    [
        "false",
        "daily & ~daily",
        "(daily | hourly) & ~(daily | hourly)",
        "~true",
        "~(daily | ~daily)",
        "~time of day",
        "daily & false",
        "false | param 'x' is 'a' & param 'x' is 'b'",
        "env 'prod' & env 'test'",
        "env 'prod' & param 'env' is 'test'",
        "param 'x' is 'a' & ~param 'x' exists",
        "has failed today < 0",
        "has failed today > 3 & has failed today < 2",
        "has failed today == 3 & has failed today != 3",
        "time of day before 10:00 & time of day after 12:00",
        "time of week on Monday & time of week on Tuesday",
        "daily at 10:00 & time of day between 12:00 and 13:00 & is running",
        "cron 0 10 * * mon & time of week on Tuesday",
        "monthly at 15th & time of month before 10th",
        "cron 0 7 * * * & cron 0 8 * * *",
    ],
)
def test_impossible(text):
    """What can be decided never to hold is, with a reason."""
    assert contradiction(parse(text))


def test_a_hash_is_impossible_only_where_it_is_for_the_task():
    """Without a task nothing is refused that is possible for one; with it the values are told."""
    half = parse("cron H 7 * * * & time of day between 07:00 and 07:30")
    minutes = {name: int(hashed("h 7 * * *", name).split()[0]) for name in ("fetch", "third")}
    assert {each >= 30 for each in minutes.values()} == {True, False}
    assert contradiction(half) is None
    for name, minute in minutes.items():
        found = contradiction(half, task=name)
        assert (found is None) == (minute < 30)
        if found is not None:
            assert f"for task '{name}' 'cron h 7 * * *' is 'cron {minute} 7 * * *'" in found.reason
    assert contradiction(parse("cron H 7 * * * & time of day between 08:00 and 09:00"))
    assert contradiction(parse("(cron H 7 * * *) in Asia/Tokyo & time of day before 07:00"))


def test_changes_of_clocks_are_told_of_the_times_of_a_task():
    """An H names no time of its own before there is a task."""
    zone, now = ZoneInfo("Europe/Helsinki"), datetime(2026, 1, 1, tzinfo=UTC)
    condition = parse("cron H 3 * * *")
    assert lint(condition, zone, now=now) == ()
    codes = [each.code for each in lint(condition, zone, now=now, task="fetch")]
    assert codes == ["skipped-time", "doubled-time"]


@pytest.mark.parametrize(
    "text",
    [
        "true",
        "daily",
        "daily | false",
        "cron 0 0 29 2 * & time of week on Monday",
        "monthly at 31st & time of week on Friday",
        "cron 30 2 * * * & time of hour before 15:00",
        "param 'x' is '5' & param 'x' is 5",
        "param 'x' is 'a' | param 'x' is 'b'",
        "has failed today >= 3 & has failed past 2 h < 3",
        "has failed today >= 0",
        "time of day between 22:00 and 03:00 & time of day before 02:00",
        "secondly at .5 & minutely",
        "secondly at .5 & time of month on last",
        "after task 'a' & ~is running",
    ],
)
def test_possible(text):
    """What may hold, however rarely, is never called impossible."""
    zone = ZoneInfo("America/New_York")
    assert contradiction(parse(text), zone) is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (
            "daily at 07:00 & param 'x' is 3 & time of day after 09:00",
            "daily at 07:00 & param 'x' is 3 & time of day after 09:00",
        ),
        (
            "param 'x' is 3 & time of week on Monday & time of week on Tuesday",
            "time of week on Monday & time of week on Tuesday",
        ),
        ("daily after 07:00 & daily before 06:00", "daily after 07:00 & daily before 06:00"),
        (
            "daily after 22:00 & cron 0 9 * * * & env 'a'",
            "daily after 22:00 & cron 0 9 * * *",
        ),
        (
            "(daily before 06:00) in Asia/Tokyo & (daily before 06:00) in Europe/London",
            "(daily before 06:00) in Asia/Tokyo & (daily before 06:00) in Europe/London",
        ),
        ("daily & (env 'a' & env 'b')", "env 'a' & env 'b'"),
        ("daily & ~(true)", "~(true)"),
        (
            "(param 'a' is 1 | param 'a' is 2) & param 'a' is 3 & daily",
            "(param 'a' is 1 | param 'a' is 2) & param 'a' is 3",
        ),
        ("~(daily | env 'a') & daily & is running", "~(daily | env 'a') & daily"),
        (
            "scheduler has run over 1 h & daily & ~scheduler has run over 10 min",
            "scheduler has run over 1 h & daily & ~scheduler has run over 10 min",
        ),
    ],
)
def test_the_smallest_contradiction_is_named(text, part):
    """An error stands at the parts that exclude each other, and no others are needed for it."""
    finding, place = one(text, "never-true")
    assert finding.severity == "error"
    if place != text:
        assert place == part
    parts = contradiction(parse(text)).parts
    for left_out in parts if len(parts) > 1 else ():
        rest = [each for each in parts if each != left_out]
        assert contradiction(rest[0] if len(rest) == 1 else rest[0] & rest[1]) is None


def test_either_is_offered_where_both_exclude_each_other():
    """Two windows with "and" between them were hardly meant so."""
    finding, _ = one("time of week on Monday & time of week on Tuesday", "never-true")
    assert finding.fix == "time of week on Monday | time of week on Tuesday"


def test_a_contradiction_of_three_parts_is_found():
    """No two of them exclude each other, all three do; what is beside them is left out."""
    counts = ("has failed today > 1", "has failed today < 3", "has failed today != 2")
    parts = contradiction(parse(" & ".join(("daily", *counts, "env 'x'")))).parts
    assert set(map(str, parts)) == set(counts)


@pytest.mark.parametrize(
    ("text", "code", "part", "words"),
    [
        ("time of day after 10:00", "no-pause", None, "goes on holding"),
        ("env 'prod'", "no-pause", None, "goes on holding"),
        ("daily | param 'x' exists", "no-pause", None, "goes on holding"),
        ("task 'a' has succeeded today", "no-pause", None, "goes on holding"),
        ("~task 'a' is running", "no-pause", None, "goes on holding"),
        ("always true", "always-true", None, "goes on holding"),
        ("time of day before 12:00 | time of day after 12:00", "always-true", None, "no time out"),
        ("env 'a' | ~env 'a'", "always-true", None, "its opposite"),
        ("daily & true", "always-true", None, "says nothing"),
        ("daily | false", "dead-part", None, "can never hold"),
        ("daily & daily", "said-twice", None, "the same twice"),
        ("daily & at 2020-01-01 10:00", "is-over", "at 2020-01-01 10:00", "no time of it"),
        ("daily & until 2020-01-01", "is-over", "until 2020-01-01", "no time of it"),
        ("cron 0 7 * * * & after task 'a'", "instant-and-event", None, "instants only"),
        ("cron */60 * * * *", "lonely-step", None, "'*/60' in the minute is 0 alone; write 0"),
        ("cron 5,10/55 * * * *", "lonely-step", None, "'10/55' in the minute is 10 alone"),
        ("hourly between 09:00 and 17:00", "minutes-as-hours", None, "from minute 9 to minute 17"),
        ("hourly after 07:00", "minutes-as-hours", None, "after minute 7"),
        ("env 'x' & every 24 hours", "interval-of-days", "every 24 hours", "daily at 07:00"),
        ("every 7 days", "interval-of-days", None, "weekly at Monday 07:00"),
        ("cron * 7 * * *", "every-minute-of-the-hour", None, "from 07:00 to 07:59"),
        ("cron 0 0 13 * fri", "either-day", None, "either of them"),
        ("monthly at 31st 07:00", "missing-day", None, "no day 31"),
        ("cron 0 7 30 * *", "missing-day", None, "no day 30"),
    ],
)
def test_what_is_hardly_meant_is_told(text, code, part, words):
    """Each kind of doubt has its code, its place and its words."""
    finding, place = one(text, code)
    assert words in finding.message
    assert place == (part or text)


@pytest.mark.parametrize(
    ("text", "code", "fix"),
    [
        ("daily & true", "always-true", "daily"),
        ("daily | false", "dead-part", "daily"),
        ("env 'x' & (daily & daily)", "said-twice", "env 'x' & daily"),
        ("hourly between 09:00 and 17:00", "minutes-as-hours",
         "every 1 hour & time of day between 09:00 and 17:00"),
        ("env 'x' & hourly after 07:00", "minutes-as-hours",
         "(every 1 hour & time of day after 07:00)"),
        ("every 24 hours", "interval-of-days", "daily"),
        ("cron * 7 * * *", "every-minute-of-the-hour", "cron 0 7 * * *"),
        ("monthly at 31st 07:00", "missing-day", "monthly at last 07:00"),
        ("cron 0 7 31 * *", "missing-day", "cron 0 7 l * *"),
        ("env 'x' & daily at 07:00 & after task 'a'", "instant-and-event",
         "env 'x' & daily after 07:00 & after task 'a'"),
    ],
)  # fmt: skip
def test_what_may_be_meant_is_offered(text, code, fix):
    """A fix can stand in the place of what it is about."""
    assert one(text, code)[0].fix == fix


@pytest.mark.parametrize(
    "text",
    [
        "daily",
        "~has succeeded today",
        "every 10 s & env 'x'",
        "cron 0 7 * * * & env 'prod'",
        "after task 'a'",
        "cron */30 */12 * * *",
        "hourly between 10 and 20",
        "hourly between 15:00 and 45:00",
        "hourly at 15:00",
        "time of hour before 15:00 & every 1 min",
        "every 2 days",
        "cron 0 0 1-7 * *",
        "cron * * * * *",
        "monthly at last",
        "monthly at 28th",
        "at 2030-01-01 10:00",
        "always false",
        "daily at 02:30",
    ],
)
def test_what_is_meant_is_left_alone(text):
    """Ordinary conditions are not commented on."""
    assert found(text) == ()


@pytest.mark.parametrize(
    ("text", "zone", "code", "days", "words"),
    [
        ("daily at 02:30", "America/New_York", "skipped-time",
         ["2027-03-14", "2028-03-12"], "it is 2027-03-14 03:00 EDT"),
        ("cron 30 2 * * *", "America/New_York", "skipped-time",
         ["2027-03-14", "2028-03-12"], "it is 2028-03-12 03:00 EDT"),
        ("daily between 02:00 and 02:30", "America/New_York", "skipped-time",
         ["2027-03-14", "2028-03-12"], "it is 2027-03-14 03:00 EDT"),
        ("cron */15 2-3 * * *", "America/New_York", "skipped-time",
         ["2027-03-14", "2028-03-12"], "03:00 EDT"),
        ("cron 15 2 * * *", "Australia/Lord_Howe", "skipped-time",
         ["2027-10-03", "2028-10-01"], "02:30 +1100"),
        ("daily at 00:00", "America/Santiago", "skipped-time",
         ["2027-09-05", "2028-09-03"], "01:00"),
        ("cron 30 1 * * *", "America/New_York", "doubled-time",
         ["2027-11-07", "2028-11-05"], "it is the first, 2027-11-07 01:30 EDT"),
        ("cron */30 1 * * *", "America/New_York", "doubled-time",
         ["2027-11-07", "2028-11-05"], "it is both, 2027-11-07 01:00 EDT and 2027-11-07 01:00 EST"),
        ("weekly at Sunday 03:30", "Europe/Helsinki", "skipped-time",
         ["2027-03-28", "2028-03-26"], "04:00 EEST"),
    ],
)  # fmt: skip
def test_changes_of_clocks_are_told_with_their_days(text, zone, code, days, words):
    """A time that is skipped or doubled within two years is told, and when it starts then."""
    finding, _ = one(text, code, zone=ZoneInfo(zone))
    assert re.findall(r"(\d{4}-\d\d-\d\d) at", finding.message) == days
    assert words in finding.message
    assert zone in finding.message
    assert finding.severity == "info"


@pytest.mark.parametrize(
    "text",
    ["cron 0 * * * *", "cron */10 * * * *", "hourly at 30", "daily at 07:00", "every 10 min",
     "weekly at Monday 02:30", "daily", "daily between 08:00 and 18:00",
     "time of day between 08:00 and 18:00 & every 1 min"],
)  # fmt: skip
def test_what_clocks_do_not_touch_is_not_told(text):
    """What starts in every hour, or never in that one, has nothing to be told of it."""
    assert found(text, zone=NEW_YORK) == ()


def test_a_zone_that_the_condition_names_counts():
    """The clocks of the innermost zone are looked at, and those of the session are not."""
    text = "(daily at 02:30 in America/New_York | daily at 03:30) in Europe/Helsinki"
    skipped = [each for each in found(text, zone=NEW_YORK) if each.code == "skipped-time"]
    assert [text[each.start : each.end] for each in skipped] == ["daily at 02:30", "daily at 03:30"]
    assert "America/New_York" in skipped[0].message
    assert "Europe/Helsinki" in skipped[1].message


def test_zones_keep_times_apart():
    """The same hour of two zones is not the same hour, and the same date may be."""
    first = "time of day between 09:00 and 10:00 in Europe/Helsinki"
    finding, _ = one(f"{first} & daily at 09:30 in America/New_York", "never-true")
    assert "never hold at the same time" in finding.message
    assert contradiction(parse(f"{first} & daily at 02:30 in America/New_York")) is None
    zoned = "has failed today > 3 in Asia/Tokyo & has failed today < 2 in Europe/Helsinki"
    assert contradiction(parse(zoned)) is None


def test_a_zone_without_changes_has_none():
    """UTC and Tokyo change nothing, New York twice a year."""
    until = datetime(2028, 11, 27, tzinfo=UTC)
    assert clock_changes(UTC, NOW, until) == ()
    assert clock_changes(ZoneInfo("Asia/Tokyo"), NOW, until) == ()
    assert len(clock_changes(NEW_YORK, NOW, until)) == 4


@pytest.mark.parametrize(
    ("text", "code", "message", "fix"),
    [
        ("after task 'fetsh'", "unknown-task",
         "there is no task 'fetsh'; did you mean 'fetch'?", "after task 'fetch'"),
        ("daily & task 'zzz' has failed", "unknown-task", "there is no task 'zzz'", None),
        ("daily & ~param 'mod' is 'x'", "unknown-parameter",
         "there is no session parameter 'mod'; did you mean 'mode'?", "param 'mode' is 'x'"),
    ],
)  # fmt: skip
def test_names_that_do_not_exist_are_told_with_the_nearest(text, code, message, fix):
    """A name of a known kind that is not known may be a slip."""
    finding, _ = one(text, code, task=["fetch"], parameter=["mode"])
    assert (finding.message, finding.fix) == (message, fix)


def test_names_are_left_alone_where_nobody_says_which_exist():
    """A text alone is not linted for names."""
    assert found("after task 'fetch'") == ()
    assert found("after task 'fetch'", task=["fetch"]) == ()


def test_plain_english_is_one_place():
    """A finding about a statement of plain English stands where it was written."""
    text = "env 'x' & every day at 7 and 19:30 & daily  "
    finding, place = one("every 24 hours & " + text, "interval-of-days")
    assert place == "every 24 hours"
    finding = next(iter(lint(parse(text), places=located(text))), None)
    assert finding is None
    assert located(text).of(parse("every day at 7 and 19:30")) == (10, 34)


@pytest.mark.parametrize("code", KINDS)
def test_each_code_is_in_the_reference(code):
    """The table of findings has each code with its severity."""
    page = (REFERENCE / "lint.md").read_text("utf-8")
    assert re.search(rf"^\| `{code}` \| {KINDS[code].severity} \|", page, re.MULTILINE)


def test_the_reference_has_no_other_codes():
    """What the table names exists."""
    page = (REFERENCE / "lint.md").read_text("utf-8")
    codes = re.findall(r"^\| `([a-z-]+)` \| (?:error|warning|info) \|", page, re.MULTILINE)
    assert codes == list(KINDS)


@settings(deadline=None)
@given(conditions)
def test_any_condition_can_be_linted(condition):
    """Findings of whatever condition stand in its text, and what is never true never holds."""
    text = str(condition)
    for each in lint(condition, NEW_YORK, now=NOW):
        assert 0 <= each.start <= each.end <= len(text)
        assert each.fix is None or isinstance(parse(each.fix), Condition)


TIMES = [f"{hour:02}:{minute:02}" for hour in range(23) for minute in range(0, 60, 5)]


@pytest.mark.parametrize(
    "text",
    [
        " & ".join(f"daily at {time}" for time in TIMES),
        " & ".join(f"time of day between {time} and 23:59" for time in TIMES),
        " | ".join(f"daily at {time}" for time in TIMES),
        " & ".join(f"(param 'p{time}' is 1 | param 'p{time}' is 2)" for time in TIMES),
        " & ".join(["daily"] * len(TIMES)),
    ],
)
def test_a_huge_condition_is_looked_at_within_limits(text):
    """Statements are asked so often and no more, and findings are no longer than anybody reads."""
    limits = Limits()
    contradiction(parse(text), NEW_YORK, limits=limits)
    assert 0 <= limits.asks <= Limits().asks
    assert limits.choices >= 0
    assert len(lint(parse(text), NEW_YORK, now=NOW)) <= 150
