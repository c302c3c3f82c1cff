"""Cron expressions: the fields as Vixie cron reads them, and the extensions to the days."""

import random
from calendar import monthrange
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, reduce
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter
from thoroughness import examples

from redengine.conditions import Cron, cron, parse
from redengine.conditions.calendar.cron import CronTimes
from redengine.conditions.calendar.cron_days import CronDays
from redengine.conditions.calendar.cron_fields import CronError
from redengine.conditions.calendar.cron_hash import hashed
from redengine.conditions.context import CalendarContext
from redengine.conditions.insight.lint import lint
from redengine.conditions.insight.speaking import cron_words
from redengine.exceptions import ConditionSyntaxError, ImpossibleCondition, InvalidInput

FIRST = date(2023, 7, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(5 * 365 + 2)]
"""Five years, with a leap year in them."""
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FIELDS = {
    "minute": (0, 59, ()),
    "hour": (0, 23, ()),
    "day": (1, 31, ()),
    "month": (1, 12, MONTHS),
    "weekday": (0, 6, WEEKDAYS),
    "second": (0, 59, ()),
}


def at(*numbers):
    """A time of a wall clock."""
    return datetime(*numbers)  # noqa: DTZ001 - as the docstring says


def days_from(day, count=6, *, expression):
    """The first matching days from a day on."""
    times, found = CronTimes(expression), []
    wall = datetime.combine(day, time()) - timedelta(seconds=1)
    while len(found) < count:
        wall = times.following(wall)
        found.append(wall.date())
        wall = datetime.combine(wall.date(), time(23, 59, 59))
    return found


# -- another reading of the fields, slow and plain


def number(text, field):
    low, _, names = FIELDS[field]
    value = names.index(text) + low if text in names else int(text)
    return value % 7 if field == "weekday" else value


@cache
def values(part, field):
    """The values of one part, counted one by one from its left end."""
    low, high, _ = FIELDS[field]
    span, _, step = part.partition("/")
    if span in {"*", "?"}:
        first, last = low, high
    elif "-" in span:
        first, last = (number(each, field) for each in span.split("-"))
    else:
        first, last = number(span, field), (high if step else number(span, field))
    if field == "weekday" and span.endswith("-7") and not span.startswith("7"):
        return frozenset(each % 7 for each in range(first, 8, int(step or 1)))
    found, value, count = set(), first, 0
    while True:
        if count % int(step or 1) == 0:
            found.add(value)
        if value == last:
            return frozenset(found)
        value, count = (low if value == high else value + 1), count + 1


def is_nearest(day, wanted):
    """Whether a day is the weekday nearest to the given day of its month."""
    length = monthrange(day.year, day.month)[1]
    if wanted > length:
        return False
    nearby = [
        each
        for each in (day.replace(day=one) for one in range(1, length + 1))
        if each.isoweekday() <= 5
    ]
    return min(nearby, key=lambda each: abs(each.day - wanted)) == day


def fits_month(day, part):
    length = monthrange(day.year, day.month)[1]
    if part == "l":
        return day.day == length
    if part == "lw":
        later = (day.replace(day=each) for each in range(day.day + 1, length + 1))
        return day.isoweekday() <= 5 and all(each.isoweekday() > 5 for each in later)
    if part.startswith("l-"):
        return length - day.day == int(part[2:])
    if part.endswith("w"):
        return is_nearest(day, int(part[:-1]))
    return day.day in values(part, "day")


def fits_week(day, part):
    week = timedelta(days=7)
    if part.endswith("l"):
        is_of = day.isoweekday() % 7 == number(part[:-1], "weekday")
        return is_of and (day + week).month != day.month
    if "#" in part:
        name, which = part.split("#")
        before = day - (int(which) - 1) * week
        is_of = day.isoweekday() % 7 == number(name, "weekday")
        return is_of and before.month == day.month and (before - week).month != day.month
    return day.isoweekday() % 7 in values(part, "weekday")


@cache
def matching(part, fits):
    return frozenset(day for day in DAYS if fits(day, part))


def days_of(of_month, month, of_week):
    by_month = reduce(frozenset.union, (matching(each, fits_month) for each in of_month.split(",")))
    by_week = reduce(frozenset.union, (matching(each, fits_week) for each in of_week.split(",")))
    is_either = of_month[0] not in "*?" and of_week[0] not in "*?"
    days = by_month | by_week if is_either else by_month & by_week
    months = frozenset().union(*(values(each, "month") for each in month.split(",")))
    return sorted(day for day in days if day.month in months)


# -- expressions at random


class Expressions:
    """Draws the fields of expressions."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def value(self, field):
        low, high, names = FIELDS[field]
        drawn = self.random.randint(low, high + (field == "weekday"))
        is_named = names and drawn <= high and self.random.random() < 0.4
        return names[drawn - low] if is_named else str(drawn)

    def step(self, field):
        low, high, _ = FIELDS[field]
        return f"/{self.random.randint(1, high - low + 1)}"

    def part(self, field):
        kind = self.random.random()
        if kind < 0.15:
            return "*" + self.step(field)
        if kind < 0.5:
            step = self.step(field) if self.random.random() < 0.4 else ""
            return f"{self.value(field)}-{self.value(field)}{step}"
        if field == "day" and kind < 0.75:
            number = self.random.randint(1, 30)
            return self.random.choice(("l", "lw", f"l-{number}", f"{number}w", "31w", "1w"))
        if field == "weekday" and kind < 0.75:
            return self.value(field) + self.random.choice(("l", f"#{self.random.randint(1, 5)}"))
        return self.value(field)

    def field(self, field):
        if self.random.random() < 0.3:
            return "?" if field in {"day", "weekday"} and self.random.random() < 0.3 else "*"
        return ",".join(self.part(field) for _ in range(self.random.choice((1, 1, 1, 2, 3))))


@pytest.mark.parametrize("seed", range(20))
def test_days_are_those_of_a_plain_reading_of_the_fields(seed):
    """Up to a hundred random expressions a seed match the same days over five years."""
    expressions = Expressions(seed)
    for _ in range(examples(100)):
        fields = [expressions.field(each) for each in ("day", "month", "weekday")]
        expected = days_of(*fields)
        days = CronDays.read(*fields)
        assert [day for day in DAYS if days.in_month(day.year, day.month) >> day.day & 1] == (
            expected
        ), fields
        if expected:
            soon = days_from(FIRST, min(len(expected), 10), expression=f"0 0 {' '.join(fields)}")
            assert soon == expected[:10], fields


@pytest.mark.parametrize("seed", range(5))
def test_times_of_a_day_are_those_of_a_plain_reading_of_the_fields(seed):
    """Twenty random expressions hold at the same times of a day."""
    expressions = Expressions(1000 + seed)
    for _ in range(20):
        minute, hour, second = (expressions.field(each) for each in ("minute", "hour", "second"))
        wanted = [
            frozenset().union(*(values(part, name) for part in text.split(",")))
            for name, text in (("hour", hour), ("minute", minute), ("second", second))
        ]
        expected = [
            datetime.combine(FIRST, time(*each))
            for each in sorted((h, m, s) for h in wanted[0] for m in wanted[1] for s in wanted[2])
        ]
        times = CronTimes(f"{minute} {hour} * * * {second}")
        wall, found = datetime.combine(FIRST, time()) - timedelta(seconds=1), []
        for _ in expected[:500]:
            wall = times.following(wall)
            found.append(wall)
        assert found == expected[:500]
        assert times.number_until(datetime.combine(FIRST, time.max)) == len(expected)
        assert times.following(expected[-1]) == expected[0] + timedelta(days=1)


@pytest.mark.parametrize(
    ("expression", "days"),
    [
        ("0 0 */2 * mon", ["2026-06-01", "2026-06-15", "2026-06-29", "2026-07-13"]),
        ("0 0 13 * */5", ["2026-09-13", "2026-11-13", "2026-12-13", "2027-06-13"]),
        ("0 0 13 * fri", ["2026-06-05", "2026-06-12", "2026-06-13", "2026-06-19"]),
        ("0 0 13 * fri#2", ["2026-06-12", "2026-06-13", "2026-07-10", "2026-07-13"]),
        ("0 0 31w * *", ["2026-07-31", "2026-08-31", "2026-10-30", "2026-12-31"]),
        ("0 0 1w * *", ["2026-06-01", "2026-07-01", "2026-08-03", "2026-09-01"]),
        ("0 0 lw * *", ["2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30"]),
        ("0 0 l-3 * *", ["2026-06-27", "2026-07-28", "2026-08-28", "2026-09-27"]),
        ("0 0 1,l * *", ["2026-06-01", "2026-06-30", "2026-07-01", "2026-07-31"]),
        ("0 0 * * 5l", ["2026-06-26", "2026-07-31", "2026-08-28", "2026-09-25"]),
        ("0 0 * * fril", ["2026-06-26", "2026-07-31", "2026-08-28", "2026-09-25"]),
        ("0 0 * * mon#1,mon#3", ["2026-06-01", "2026-06-15", "2026-07-06", "2026-07-20"]),
        ("0 0 29 2 *", ["2028-02-29", "2032-02-29", "2036-02-29", "2040-02-29"]),
        ("0 0 5-5 * *", ["2026-06-05", "2026-07-05", "2026-08-05", "2026-09-05"]),
        ("0 0 * * 7-7", ["2026-06-07", "2026-06-14", "2026-06-21", "2026-06-28"]),
        ("0 0 * * 0-7/7", ["2026-06-07", "2026-06-14", "2026-06-21", "2026-06-28"]),
        ("0 0 * * 5-7/2", ["2026-06-05", "2026-06-07", "2026-06-12", "2026-06-14"]),
        ("0 0 * * 7-0", ["2026-06-07", "2026-06-14", "2026-06-21", "2026-06-28"]),
        ("0 0 * nov-feb/2 sun#1", ["2026-11-01", "2027-01-03", "2027-11-07", "2028-01-02"]),
    ],
)
def test_days_that_others_read_otherwise(expression, days):
    """Stars by their first character, restricted days either way, and the extensions."""
    found = days_from(date(2026, 6, 1), 4, expression=expression)
    assert [each.isoformat() for each in found] == days


@pytest.mark.parametrize(
    ("expression", "theirs", "ours"),
    [
        ("0 0 */2 * mon", "01 03 05 07 08", "01 15 29 13 27"),
        ("0 0 13 * fri#2", "12 10 14 11 09", "12 13 10 13 13"),
        ("0 0 5-5 * *", "01 02 03 04 05", "05 05 05 05 05"),
        ("0 0 31w * *", "30 31 31 30 30", "31 31 30 31 29"),
    ],
)
def test_croniter_reads_some_days_otherwise(expression, theirs, ours):
    """The table of differences in the guide is true of the croniter that is installed."""
    times = croniter(expression, at(2026, 5, 31, 12, 0))
    assert " ".join(f"{times.get_next(datetime):%d}" for _ in range(5)) == theirs
    found = days_from(date(2026, 6, 1), 5, expression=expression)
    assert " ".join(f"{each:%d}" for each in found) == ours


def test_croniter_reads_some_hours_otherwise():
    """A step over midnight counts from the left end of the range here."""
    times = croniter("0 23-7/2 * * *", at(2026, 6, 1, 22, 0))
    assert [times.get_next(datetime).hour for _ in range(5)] == [23, 2, 4, 6, 23]
    wall, own = at(2026, 6, 1, 22, 0), CronTimes("0 23-7/2 * * *")
    hours = []
    for _ in range(5):
        wall = own.following(wall)
        hours.append(wall.hour)
    assert hours == [23, 1, 3, 5, 7]


def test_a_range_of_one_value_is_that_value():
    """`5-5` is 5 in each field, with a step too, and not the whole field."""
    assert days_from(date(2026, 6, 1), 2, expression="5-5 5-5/3 5-5 * *") == [
        date(2026, 6, 5),
        date(2026, 7, 5),
    ]
    following = CronTimes("5-5 3-3/2 * * *").following(at(2026, 6, 1, 3, 5))
    assert following == at(2026, 6, 2, 3, 5)


@pytest.mark.parametrize(
    "expression",
    [
        "0 0 l-0 * *",
        "0 0 0w * *",
        "0 0 32w * *",
        "0 0 wl * *",
        "0 0 1-5w * *",
        "0 0 w5 * *",
        "0 0 5w/2 * *",
        "0 0 * * mo-fri",
        "1-٣ 0 * * *",
        "*/٣ 0 * * *",
        "0 0 * * fri#0",
        "0 0 * * fri#6",
        "0 0 * * 8l",
        "0 0 * * l",
        "0 0 * * mon-fri#2",
        "0 0 * * ?,mon",
        "0 0 1,,2 * *",
        "l 0 * * *",
        "? 0 * * *",
        "0 0 * l *",
    ],
)
def test_a_part_that_stands_for_nothing_is_refused_with_its_whole_field(expression):
    """The error names the field, what it takes and what was written."""
    wrong = next(each for each in expression.split() if each not in {"0", "*"})
    with pytest.raises(CronError, match=r"takes .*, got") as caught:
        CronTimes(expression)
    assert str(caught.value).endswith(repr(wrong))
    assert caught.value.field == expression.split().index(wrong)
    with pytest.raises(InvalidInput):
        Cron(expression)


@pytest.mark.parametrize("expression", ["0 0 30 2 *", "0 0 l-30 2 *", "0 0 31w 2,4 *"])
def test_days_that_never_come_are_refused(expression):
    """There is no such day in fifty years."""
    with pytest.raises(ImpossibleCondition):
        Cron(expression)


def test_the_rarest_day_is_found():
    """29 February is no Sunday for forty years, as 2100 is no leap year."""
    following = CronTimes("0 0 29 2 */7").following(at(2088, 2, 29))
    assert following == at(2128, 2, 29)


def test_there_is_nothing_after_the_last_year():
    """The calendar ends with the year 9999."""
    for expression in ("0 0 * * *", "0 0 1 1 *", "0 0 29 2 *"):
        assert CronTimes(expression).following(at(9999, 12, 31, 0, 0)) is None


# -- H, a value of the task's own


def starts(text, task, since=datetime(2026, 3, 2, tzinfo=UTC), count=3):
    """The first nominal times of a task's condition, as texts."""
    context = CalendarContext(since, UTC, task)
    times = parse(text).nominal_times(context, since, since + timedelta(days=400))
    return [each.strftime("%m-%d %H:%M") for each in islice(times, count)]


def test_a_hashed_value_is_the_same_for_ever():
    """It depends on the names of the task and of the field alone: a restart changes nothing."""
    assert [hashed("h h h h h h", each) for each in ("fetch", "clean", "")] == [
        "19 18 10 8 5 8",
        "12 6 20 2 2 35",
        "19 4 22 3 5 41",
    ]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_all_seconds_of_a_day_are_counted_where_the_clocks_change(day, hours):
    """However many they are, and from and to any second of it."""
    condition = parse("cron * * * * * * seconds first")
    zone = ZoneInfo("Europe/Helsinki")
    begin = datetime.fromisoformat(day).replace(tzinfo=zone).astimezone(UTC)
    context = CalendarContext(begin, zone, "fetch")
    seconds = hours * 60 * 60
    for first, last in ((0, seconds), (7_000, 11_000), (10_800, 10_801), (1, seconds - 1)):
        since, until = begin + timedelta(seconds=first), begin + timedelta(seconds=last)
        assert condition.count_nominal(context, since, until) == last - first


def test_tasks_with_one_condition_start_at_times_of_their_own():
    """The tasks share the condition, and each sees its own times, whichever asks first."""
    condition = parse("cron H 7 * * *")
    for task in ("fetch", "clean", "fetch"):
        context = CalendarContext(datetime(2026, 3, 2, tzinfo=UTC), UTC, task)
        minute = hashed("h * * * *", task).split()[0]
        until = condition.until(context)
        assert (until.hour, until.minute) == (7, int(minute))
        assert f"for task '{task}' it is 'cron {minute} 7 * * *'" in condition.evidence(context)
        assert condition.count_nominal(context, context.now, until) == 1
        then = CalendarContext(until, UTC, task)
        assert condition.holds(then)
        assert condition.due(then) == until


def test_a_hash_is_read_within_combinations_and_zones():
    """The task's name reaches a part of a combination and of a zone."""
    own = int(hashed("h * * * *", "fetch").split()[0])
    combined = starts("cron H * * * * & time of day after 12:00", "fetch")
    assert combined == [f"03-02 {hour}:{own:02}" for hour in (12, 13, 14)]
    zoned = starts("(cron H 7 * * * & on weekdays) in Asia/Tokyo", "fetch")
    assert zoned == [f"03-0{day} 22:{own:02}" for day in (2, 3, 4)]


@pytest.mark.parametrize(
    ("field", "number", "expected"),
    [
        ("h", 0, range(60)),
        ("h", 2, range(1, 29)),
        ("h", 4, range(7)),
        ("h(0-29)", 0, range(30)),
        ("h(9-16)", 1, range(9, 17)),
        ("h(mon-fri)", 4, range(1, 6)),
    ],
)
def test_hashed_values_are_spread_evenly(field, number, expected):
    """Of 20,000 tasks no value has a quarter more, or a quarter less, than its share."""
    fields = ["*"] * 5
    fields[number] = field
    count = Counter(
        int(hashed(" ".join(fields), f"task-{each}").split()[number]) for each in range(20_000)
    )
    share = 20_000 / len(expected)
    assert sorted(count) == list(expected)
    assert 0.75 * share < min(count.values()) <= max(count.values()) < 1.25 * share


def test_steps_of_a_hash_begin_anywhere_within_the_first_step():
    """`H/15` is four times an hour, and `H(0-29)/10` three times in its first half."""
    begins = set()
    for number in range(200):
        times = CronTimes(hashed("h/15 7 * * *", f"task-{number}"))
        first = times.following(at(2026, 3, 2, 7, 0) - timedelta(seconds=1))
        begins.add(first.minute)
        assert times.number_until(at(2026, 3, 2, 7, 59)) == 4
        half = CronTimes(hashed("h(0-29)/10 7 * * *", f"task-{number}"))
        assert half.number_until(at(2026, 3, 2, 7, 29)) == 3
        assert half.number_until(at(2026, 3, 2, 7, 59)) == 3
    assert begins == set(range(15))


@pytest.mark.parametrize("field", ["h", "h/15", "h(0-29)/10", "h,30", "5,h(10-19)"])
def test_what_holds_for_any_task_holds_whenever_one_does(field):
    """Written out for no task in particular, an H stands for all values that it can have."""
    condition = Cron(f"{field} 7 * * *")
    for number in range(50):
        own = condition.for_task(f"task-{number}")
        assert not own.is_hashed
        context = CalendarContext(datetime(2026, 3, 2, tzinfo=UTC), UTC)
        times = list(own.nominal_times(context, context.now, context.now + timedelta(days=1)))
        assert times
        for at in times:
            assert condition.for_task(None).holds(CalendarContext(at, UTC))


def test_what_has_no_hash_is_the_same_for_each_task():
    """Combinations and zones are written out part by part, and kept where nothing changes."""
    plain = parse("(cron 0 7 * * * & daily) in Asia/Tokyo | every 1 h")
    assert plain.for_task("fetch") is plain
    hashed_text = parse("(cron H 7 * * * & daily) in Asia/Tokyo | every 1 h")
    own = hashed("h 7 * * *", "fetch")
    assert hashed_text.for_task("fetch") == parse(f"(cron {own} & daily) in Asia/Tokyo | every 1 h")
    moved = parse("cron H 7 * * * on business days or the next")
    assert moved.for_task("fetch") == parse(f"cron {own} on business days or the next")


@pytest.mark.parametrize(
    "text",
    ["cron h(5) * * * *", "cron h(5-5) * * * *", "cron h(9-2) * * * *", "cron h/61 * * * *",
     "cron 0 0 h(29-31) * *", "cron h-5 * * * *", "cron hh * * * *", "cron h(0-9)/11 * * * *"],
)  # fmt: skip
def test_a_hash_that_cannot_be_read_is_refused_with_its_forms(text):
    """The error names the forms and the values that the field takes, at the field."""
    with pytest.raises(ConditionSyntaxError, match=r"is written H, H/5, H\(") as caught:
        parse(text)
    assert text[caught.value.position] == "h"
    assert "1 to 28" in str(caught.value) if "29" in text else True


def test_a_hash_that_may_never_come_is_refused():
    """The month that `H` stands for may have no 30th."""
    with pytest.raises(ImpossibleCondition):
        Cron("0 0 30 h *")
    assert Cron("0 0 28 h *").is_hashed


# -- six fields


def test_seconds_may_come_first():
    """The expression is kept with the seconds last, and says so where that could be misread."""
    assert Cron("15 30 7 * * *", seconds="first") == Cron("30 7 * * * 15")
    assert str(Cron("0 30 7 * * *", seconds="first")) == "cron 30 7 * * *"
    assert str(cron("5 0 7 * * 1", seconds="first")) == "cron 0 7 * * 1 5 seconds last"
    assert parse("cron 0 0 7 * * 1 seconds first") == Cron("0 7 * * 1")
    assert parse("cron 0 0 7 * * 1") != parse("cron 0 0 7 * * 1 seconds last")


@pytest.mark.parametrize("text", ["cron 0 0 7 * * 1", "cron */5 * * * * *"])
def test_fields_with_two_readings_are_told(text):
    """Without a word about the seconds there is a finding; with it there is none."""
    assert [each.code for each in lint(parse(text))] == ["six-fields"]
    assert lint(parse(f"{text} seconds last")) == ()
    assert lint(parse(f"{text} seconds first")) == ()


@pytest.mark.parametrize("text", ["cron 0 7 * * * 30", "cron * * * * * *", "cron 0 7 * * mon 0"])
def test_fields_with_one_reading_are_not_told(text):
    """They cannot be read with the seconds first, or mean the same so."""
    assert "six-fields" not in [each.code for each in lint(parse(text))]


@pytest.mark.parametrize(
    ("expression", "kept"),
    [
        ("0 0 7 15 * ?", "cron 0 7 15 * ?"),
        ("0 0 7 ? * mon-fri", "cron 0 7 ? * mon-fri"),
        ("0 0 7 * * mon#2", "cron 0 7 * * mon#2"),
        ("15 30 18 L * *", "cron 30 18 l * * 15"),
        ("0 H 7 * * mon", "cron h 7 * * mon"),
        ("0 H H(20-23) H * fri", "cron h h(20-23) h * fri"),
        ("5 30 7 * * 1", "cron 30 7 * * 1 5 seconds last"),
    ],
)
def test_six_fields_with_one_reading_are_read_so(expression, kept):
    """The seconds come first where nothing else can be meant, and the text says what is kept."""
    assert str(Cron(expression)) == kept
    assert str(parse(f"cron {expression}")) == kept
    assert parse(kept) == Cron(expression) == Cron(expression, "first")
    assert "six-fields" not in [each.code for each in lint(parse(f"cron {expression}"))]


@pytest.mark.parametrize("expression", ["0 0 7 ? * 2", "0 0 7 ? * 2-6", "0 0 7 ? * 2#1"])
def test_numbers_of_weekdays_beside_a_question_mark_are_not_guessed(expression):
    """Quartz, which writes the mark, counts from Sunday as 1."""
    with pytest.raises(ConditionSyntaxError) as caught:
        parse(f"cron {expression}")
    assert caught.value.suggestion.startswith("cron 0 7 * * 1")
    assert Cron(expression, "first") != parse(caught.value.suggestion)


def test_six_fields_of_hashes_are_ambiguous_for_all_tasks_or_for_none():
    """What an H stands for is a value of the field in which it is read."""
    codes = [each.code for each in lint(parse("cron 0 H H * * 1"))]
    assert codes == ["six-fields"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("0 7 * * *", "first"), "6 fields, got 5"),
        (("0 7 * * *", "last"), "6 fields, got 5"),
        (("0 0 25 * * *", "first"), "the hour takes 0-23, got '25'"),
        (("0 0 7 * * *", "second"), "expected 'first' or 'last'"),
    ],
)
def test_what_is_said_of_the_seconds_has_to_fit(arguments, reason):
    """The field, or the argument, is named."""
    with pytest.raises(InvalidInput, match=reason):
        Cron(*arguments)


def test_an_error_in_fields_with_the_seconds_first_is_at_its_field():
    """The place is that of the text, in which the fields stand otherwise."""
    text = "cron 0 0 25 * * * seconds first"
    with pytest.raises(ConditionSyntaxError) as caught:
        parse(text)
    assert text[caught.value.position :].startswith("25")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 7 l,15w * *",
         ("at 07:00, on the last day of the month or the weekday nearest to day 15 of the month")),
        ("0 7 */2 * mon", "at 07:00, on every 2nd day and Monday"),
        ("0 7 13 * fri#2", "at 07:00, on day 13 of the month or the 2nd Friday of the month"),
        ("0 7 ? * 5l", "at 07:00, on the last Friday of the month"),
        ("0 7 lw,l-3 * ?",
         ("at 07:00, on the last weekday of the month or 3 days before the last day of the "
          "month")),
        ("h 7 * * *", "at minute H of hour 7; H is a value of the task's own"),
    ],
)  # fmt: skip
def test_days_are_said_as_they_are_joined(expression, words):
    """Either day where both are restricted, and both where one is a star."""
    assert cron_words(expression) == words
