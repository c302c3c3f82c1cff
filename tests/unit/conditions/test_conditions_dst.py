"""Wall-clock times across the transitions of time zones: the table, and all by brute force."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from wall_oracle import at_clock, changes_of_offset, starts, utc, walk, wall

from redengine.conditions import (
    CalendarContext,
    Cron,
    InZone,
    TimeOf,
    daily,
    hourly,
    monthly,
    parse,
    weekly,
)
from redengine.conditions.calendar.wall_clock import instant_of

MINUTE = timedelta(minutes=1)
SAMPLE = (
    "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia",
    "Pacific/Chatham", "Antarctica/Troll", "America/St_Johns", "Africa/Casablanca",
    "America/Havana", "Asia/Gaza", "Europe/Dublin", "Asia/Tehran", "America/Scoresbysund",
    "Africa/Monrovia", "America/Sao_Paulo", "Asia/Kathmandu",
)  # fmt: skip


def ways(condition, zone, instant):
    """The condition where the session has the zone, and with the zone named where it has another.

    Each with its context.
    """
    other = ZoneInfo("Asia/Kathmandu" if zone.key != "Asia/Kathmandu" else "America/St_Johns")
    named = InZone.of(condition, zone)
    return (condition, CalendarContext(instant, zone)), (named, CalendarContext(instant, other))


def local_times(condition, zone_name, since, until):
    """The nominal times between two local times, as local ISO texts with offsets."""
    zone = ZoneInfo(zone_name)
    first, last = (instant_of(datetime.fromisoformat(text), zone) for text in (since, until))
    there, named = (
        list(each.nominal_times(context, first - MINUTE, last))
        for each, context in ways(condition, zone, first)
    )
    assert there == named
    return [each.astimezone(zone).isoformat(timespec="minutes") for each in there]


TABLE = [
    ("America/New_York", "30 2 * * *", "2026-03-08", ["2026-03-08T03:00-04:00"]),
    ("America/New_York", "30 1 * * *", "2026-11-01", ["2026-11-01T01:30-04:00"]),
    ("America/New_York", "*/15 2-3 * * *", "2026-03-08",
     [f"2026-03-08T03:{minute}-04:00" for minute in ("00", "15", "30", "45")]),
    ("Australia/Lord_Howe", "15 2 * * *", "2026-10-04", ["2026-10-04T02:30+11:00"]),
    ("America/Santiago", "0 0 * * *", "2026-09-06", ["2026-09-06T01:00-03:00"]),
    ("America/New_York", "30 2 8 3 *", "2026-03-08", ["2026-03-08T03:00-04:00"]),
    ("America/New_York", "30 2 * * sun", "2026-03-08", ["2026-03-08T03:00-04:00"]),
    ("America/New_York", "0 2,3 * * *", "2026-03-08", ["2026-03-08T03:00-04:00"]),
    ("America/New_York", "0 1,2 * * *", "2026-11-01",
     ["2026-11-01T01:00-04:00", "2026-11-01T02:00-05:00"]),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "expression", "day", "expected"), TABLE)
def test_cron_table(zone, expression, day, expected):
    """A fixed time is neither lost in a gap nor doubled in a fold; wildcards run through."""
    assert local_times(Cron(expression), zone, f"{day}T00:00", f"{day}T23:59") == expected


def test_every_hour_of_a_fold():
    """An hourly expression runs in both halves of a fold."""
    times = local_times(
        Cron("0 * * * *"), "America/New_York", "2026-11-01T00:00", "2026-11-01T02:00"
    )
    assert [each[11:] for each in times] == ["00:00-04:00", "01:00-04:00", "01:00-05:00",
                                             "02:00-05:00"]  # fmt: skip


def test_every_half_hour_of_a_fold():
    """A step expression runs at each half hour, 6 of 6 from 00:30 to 02:00."""
    times = local_times(Cron("*/30 * * * *"), "America/New_York", "2026-11-01T00:30",
                        "2026-11-01T02:00")  # fmt: skip
    assert len(times) == 6
    assert times == ["2026-11-01T00:30-04:00", "2026-11-01T01:00-04:00", "2026-11-01T01:30-04:00",
                     "2026-11-01T01:00-05:00", "2026-11-01T01:30-05:00",
                     "2026-11-01T02:00-05:00"]  # fmt: skip


def test_day_that_does_not_exist():
    """Midnight of a skipped day is that of the next one, once."""
    for condition in (Cron("0 0 * * *"), daily.at("00:00")):
        times = local_times(condition, "Pacific/Apia", "2011-12-29T00:00", "2012-01-01T00:00")
        assert [each[:10] for each in times] == ["2011-12-29", "2011-12-31", "2012-01-01"]


@pytest.mark.parametrize("zone", ["Pacific/Chatham", "Antarctica/Troll"])
def test_every_day_of_a_year(zone):
    """A daily time comes once on each day of a year in zones with odd offsets and shifts."""
    times = local_times(Cron("30 2 * * *"), zone, "2026-01-01T00:00", "2026-12-31T23:59")
    assert len(times) == 365
    assert len({each[:10] for each in times}) == 365
    at_other = [each for each in times if each[11:16] != "02:30"]
    assert all(each[11:16] == "03:00" for each in at_other)
    assert len(at_other) == {"Pacific/Chatham": 0, "Antarctica/Troll": 1}[zone]


@pytest.mark.parametrize(("zone", "expression", "day", "expected"), TABLE[:2] + TABLE[3:5])
def test_at_is_like_cron(zone, expression, day, expected):
    """`daily at` means the same instants as the cron expression of a fixed time."""
    minute, hour = expression.split()[:2]
    condition = parse(f"daily at {hour}:{minute:0>2}")
    assert local_times(condition, zone, f"{day}T00:00", f"{day}T23:59") == expected


def test_weekly_and_monthly_at_in_a_gap():
    """`weekly at` and `monthly at` follow the same rule."""
    for condition in (weekly.at("Sunday 02:30"), monthly.at("8th 02:30")):
        times = local_times(condition, "America/New_York", "2026-03-08T00:00", "2026-03-08T23:59")
        assert times == ["2026-03-08T03:00-04:00"]


def occurrences(condition, zone_name, since, count):
    """The next occurrences of a window, as pairs of local times."""
    zone = ZoneInfo(zone_name)
    instant = utc(since)
    found = []
    for _ in range(count):
        start, end = condition.window.occurrence(instant, zone)
        found.append((f"{start.astimezone(zone):%dT%H:%M%z}", f"{end.astimezone(zone):%dT%H:%M%z}"))
        instant = end
    return found


@pytest.mark.parametrize(
    ("condition", "zone", "since", "expected"),
    [
        (daily.between("01:00", "02:00"), "America/New_York", "2026-03-08T05:00",
         ("08T01:00-0500", "08T03:00-0400")),
        (daily.between("01:00", "02:00"), "America/New_York", "2026-11-01T04:00",
         ("01T01:00-0400", "01T02:00-0500")),
        (daily.between("01:15", "01:45"), "America/New_York", "2026-11-01T04:00",
         ("01T01:15-0400", "01T01:45-0400")),
        (daily.between("02:00", "03:00"), "America/New_York", "2026-03-08T05:00",
         ("08T03:00-0400", "08T04:00-0400")),
        (daily.between("02:15", "02:30"), "America/New_York", "2026-03-08T05:00",
         ("08T03:00-0400", "08T03:15-0400")),
        (daily.after("02:30"), "America/New_York", "2026-03-08T05:00",
         ("08T03:00-0400", "09T00:00-0400")),
        (daily, "America/Santiago", "2026-09-06T04:00", ("06T01:00-0300", "07T00:00-0300")),
        (daily, "Pacific/Apia", "2011-12-29T10:00", ("29T00:00-1000", "31T00:00+1400")),
        (daily, "Pacific/Apia", "2011-12-30T10:00", ("31T00:00+1400", "01T00:00+1400")),
        (daily.on("02:15"), "Australia/Lord_Howe", "2026-10-03T13:00",
         ("04T02:30+1100", "04T02:31+1100")),
        (weekly.on("Sunday"), "America/New_York", "2026-11-01T12:00",
         ("01T00:00-0400", "02T00:00-0500")),
        (monthly.on("last"), "Pacific/Apia", "2011-12-30T10:00",
         ("31T00:00+1400", "01T00:00+1400")),
        (hourly, "Australia/Lord_Howe", "2026-04-04T14:30", ("05T01:00+1100", "05T01:30+1030")),
        (hourly, "Australia/Lord_Howe", "2026-04-04T15:00", ("05T01:30+1030", "05T02:00+1030")),
        (hourly.between("40:00", "20:00"), "Australia/Lord_Howe", "2026-04-04T14:45",
         ("05T01:40+1100", "05T01:30+1030")),
        (hourly, "Australia/Lord_Howe", "2026-10-03T15:30", ("04T02:30+1100", "04T03:00+1100")),
    ],
)  # fmt: skip
def test_windows_across_transitions(condition, zone, since, expected):
    """The edges of windows follow the rule; one that a gap swallows opens after it."""
    assert occurrences(condition, zone, since, 1) == [expected]


# -- all zones, by brute force


def _near(zone, change):
    """A span around a transition that has both halves of it, and some more."""
    shift = abs(wall(change, zone) - wall(change - timedelta(seconds=1), zone))
    reach = min(shift, timedelta(hours=3)) + timedelta(minutes=75)
    return change - reach, change + reach


def _fixed(moment):
    return at_clock(moment.hour, moment.minute, moment.second)


def _check_near(zone, change):
    """Compare all that is compared near one transition, with one walk second by second."""
    ticks = walk(zone, *_near(zone, change))
    _check_cron_near(zone, change, ticks)
    _check_windows_near(zone, change, ticks)


def _check_cron_near(zone, change, ticks):
    """Compare fixed and recurring expressions with the brute-force walk near one transition."""
    since, until = _near(zone, change)
    before, after = wall(change - timedelta(seconds=1), zone), wall(change, zone)
    for base in (before, after):
        for shift in (-31, -1, 0, 1, 29):
            moment = base + shift * MINUTE
            condition = Cron(f"{moment.minute} {moment.hour} * * * {moment.second}")
            expected = starts(_fixed(moment), ticks, repeats=False)
            for each, context in ways(condition, zone, since):
                found = list(each.nominal_times(context, since, until))
                assert found == expected, (str(zone), str(each), change)
    for step in (20, 30):
        condition = Cron(f"*/{step} * * * *")
        expected = starts(
            lambda now, step=step: now.minute % step == 0 and now.second == 0, ticks, repeats=True
        )
        for each, context in ways(condition, zone, since):
            assert list(each.nominal_times(context, since, until)) == expected, (str(zone), change)


def _check_windows_near(zone, change, ticks):
    """Compare the edges of daily windows, and hourly ones by their meaning, near a transition."""
    since, until = _near(zone, change)
    base = wall(change, zone) - 10 * MINUTE
    first, last = base.replace(second=0, microsecond=0), base + 25 * MINUTE
    condition = TimeOf(daily.between(f"{first:%H:%M}", f"{last:%H:%M}").window)
    opens = starts(at_clock(first.hour, first.minute), ticks, repeats=False)
    closes = starts(at_clock(last.hour, last.minute), ticks, repeats=False)
    for opened in opens:
        closed = [each for each in closes if each > opened]
        start, end = condition.window.occurrence(opened, zone)
        assert start == opened, (str(zone), str(condition), change)
        for each, context in ways(condition, zone, opened):
            assert (each.holds(context), each.until(context)) == (True, end), str(each)
        if opened not in closes and closed:
            assert end == closed[0], (str(zone), str(condition), change)
    within = parse("time of hour between 20:00 and 40:00")
    around = parse("time of hour between 50:00 and 10:00")
    for each, context in (*ways(within, zone, since), *ways(around, zone, since)):
        while context.now < until:
            minute = wall(context.now, zone).minute
            is_within = 20 <= minute < 40
            is_around = minute >= 50 or minute < 10
            expected = is_within if "20:00" in str(each) else is_around
            assert each.holds(context) == expected, (str(zone), str(each), context.now)
            assert each.until(context) > context.now
            context.now += timedelta(seconds=47)


def _check_minutes(zone, since, days):
    """Compare with a walk minute by minute, away from transitions or across them."""
    until = since + timedelta(days=days)
    ticks = walk(zone, since, until, MINUTE)
    for hour, minute in ((0, 0), (2, 30), (23, 59)):
        expected = starts(at_clock(hour, minute), ticks, repeats=False)  # fmt: skip
        for condition in (Cron(f"{minute} {hour} * * *"), parse(f"daily at {hour:02}:{minute:02}")):
            for each, context in ways(condition, zone, since):
                found = list(each.nominal_times(context, since, until))
                assert found == expected, (str(zone), str(each), since)


@pytest.mark.parametrize("name", SAMPLE)
def test_sample_of_zones_against_brute_force(name):
    """In zones with odd transitions, cron and windows agree with a walk second by second."""
    zone = ZoneInfo(name)
    years = (utc("2011-06-01"), utc("2026-01-01"))
    for since in years:
        for change in changes_of_offset(zone, since, since + timedelta(days=366))[:2]:
            _check_near(zone, change)
    if (zone.utcoffset(utc("2026-01-01").astimezone(zone)) % MINUTE) == timedelta(0):
        _check_minutes(zone, utc("2026-03-05"), 5)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("letter", sorted({name[:6] for name in available_timezones()}))
def test_all_zones_against_brute_force(letter):
    """In every IANA zone, cron and windows agree with a walk second by second."""
    for name in sorted(each for each in available_timezones() if each.startswith(letter)):
        zone = ZoneInfo(name)
        for year in (1949, 1986, 2011, 2026):
            since = utc(f"{year}-01-01")
            for change in changes_of_offset(zone, since, since + timedelta(days=366)):
                _check_near(zone, change)
        _check_minutes(zone, utc("2026-03-05"), 30)
