"""Every fire time has its job or its record, whatever touches, stalls and clocks do."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from redengine.conditions import Cron, parse
from redengine.conditions.context import CalendarContext
from redengine.runtimes import Outcome
from redengine.tasks.occurrences import FireTimes, Occurrences, Start
from redengine.testing import ManualSession

MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)


def add(session, name, start_cond=None, func=None, **options):
    session.task(start_cond, name=name, **options)(func or (lambda: None))
    return session.tasks[name]


def look_late(session, **span):
    """Let time pass without a look, as in a process that stands still."""
    session._clock.advance(timedelta(**span))


def dues(task):
    """The due times of a task's jobs that ran, in the order of time."""
    return sorted(f"{job.due_at:%H:%M:%S}" for job in task.jobs() if job.started_at is not None)


def skips(session, name):
    """Reason, first, last and count of each record of skipped fire times, oldest first."""
    records = session.logs(action="inaction", task_name=name)[::-1]
    return [
        (each["reason"], *(each["skipped"][key][11:16] for key in ("first", "last")), count)
        for each in records
        if each["skipped"] and (count := each["skipped"]["count"])
    ]


def count_of_skips(session, name):
    return sum(skip[3] for skip in skips(session, name))


# -- touches


@pytest.mark.parametrize("late_ms", [0, 1, 700, 1500, 50_000])
def test_a_due_time_survives_a_parameter_change_before_the_look(session, late_ms):
    """What was due is decided on before the parameter is another one."""
    session.parameters["mode"] = "live"
    task = add(session, "job", "cron 0 7 * * * & param 'mode' is 'live'")
    session.advance_to("2026-01-01T06:59")
    look_late(session, seconds=60, milliseconds=late_ms)
    session.parameters["mode"] = "dead"
    session.advance("1 s")

    assert dues(task) == ["07:00:00"]


@pytest.mark.parametrize("late_ms", [0, 700, 1500])
@pytest.mark.parametrize(
    "touch",
    [
        lambda task: task.host.pause(),
        lambda task: task.update({"start_cond": "cron 0 9 * * *"}),
        lambda task: task.update({"disabled": True}),
        lambda task: task.update({"max_instances": 3}),
        lambda task: add(task.host, "job", "cron 0 9 * * *", on_exists="replace"),
        lambda task: task.host._core.touch(task),
        lambda task: task.host.config.update({"task_priority": 3}),
        lambda task: task.host.config.update({"timezone": "Asia/Tokyo"}),
    ],
)
def test_a_due_time_survives_every_touch(session, touch, late_ms):
    """Pausing, changing, disabling, replacing: 07:00 has been due before, and has its job."""
    task = add(session, "job", "cron 0 7 * * *")
    session.advance_to("2026-01-01T06:59")
    look_late(session, seconds=60, milliseconds=late_ms)
    touch(task)
    session.advance("1 s")

    assert dues(session.tasks["job"]) == ["07:00:00"]


def test_a_change_that_opens_the_condition_counts_from_then_on(session):
    """The look comes 300 ms after 07:00; the parameter was right 100 ms before it."""
    task = add(session, "job", "cron 0 7 * * * & param 'mode' is 'live'")
    session.advance_to("2026-01-01T06:59:59.900")
    session.parameters["mode"] = "live"
    look_late(session, milliseconds=400)
    session.advance("1 s")

    assert dues(task) == ["07:00:00"]


def test_what_opens_after_a_fire_time_does_not_make_it_due(session):
    """At 07:00 the parameter was wrong; a minute later it is too late."""
    task = add(session, "job", "cron 0 7 * * * & param 'mode' is 'live'")
    session.advance_to("2026-01-01T07:01")
    session.parameters["mode"] = "live"
    session.advance("10 minutes")

    assert dues(task) == []


# -- late looks


@pytest.mark.parametrize(
    ("policy", "late_s", "ran", "skipped"),
    [
        ("once", 6.2, ["00:00:16"], 5),
        ("all", 6.2, [f"00:00:{second}" for second in range(11, 17)], 0),
        ("skip", 6.2, ["00:00:16"], 5),
        ("skip", 6.8, [], 6),
        ("once", 6.8, ["00:00:16"], 5),
    ],
)
def test_a_process_that_stood_still_takes_no_stall_for_an_overlap(policy, late_s, ran, skipped):
    """The latest fire time starts if it is late by half the interval at most."""
    with ManualSession() as session:
        task = add(session, "job", "cron * * * * * *", missed=policy)
        session.advance("10 s")
        known = dues(task)
        look_late(session, seconds=late_s)
        session.advance("1 ms")

        assert dues(task)[len(known) :] == ran
        assert count_of_skips(session, "job") == skipped
        assert {skip[0] for skip in skips(session, "job")} <= {"missed"}


@pytest.mark.parametrize(("late_s", "ran"), [(59, ["07:00:00"]), (61, [])])
def test_a_daily_time_is_on_time_up_to_a_minute(session, late_s, ran):
    """Although what is missed is to be skipped."""
    task = add(session, "job", "cron 0 7 * * *", missed="skip")
    session.advance_to("2026-01-01T06:59")
    look_late(session, seconds=60 + late_s)
    session.advance("1 s")

    assert dues(task) == ran
    assert count_of_skips(session, "job") == 1 - len(ran)


@pytest.mark.parametrize("policy", ["once", "all", "skip"])
def test_a_job_that_the_stall_kept_from_beginning_is_no_overlap(policy):
    """The latest time waits for its slot, and starts; what ran is told apart by its due time."""
    with ManualSession() as session:
        task = add(session, "job", "cron * * * * * *", missed=policy)
        session.advance("2 s")
        known = dues(task)
        session._clock.advance(timedelta(seconds=1))
        session._engine.step()  # 00:00:03 is queued, and the process stands still
        look_late(session, seconds=3.2)
        session._engine.step()
        session.advance("1 ms")

        assert {skip[0] for skip in skips(session, "job")} <= {"missed"}
        assert dues(task)[len(known) :][-1] == "00:00:06"
        assert len(dues(task)) - len(known) + count_of_skips(session, "job") == 4


def test_a_window_that_closed_during_a_stall_starts_nothing(session):
    """A window is a statement about now, also after a stall."""
    task = add(session, "job", "daily between 07:00 and 07:05")
    session.advance_to("2026-01-01T06:59")
    look_late(session, minutes=10)
    session.advance("1 s")

    assert dues(task) == []


def test_an_interval_makes_one_start_of_a_stall(session):
    """`every` keeps its phase, and what was missed is one start."""
    task = add(session, "job", "every 10 s")
    session.advance("10 s")
    look_late(session, seconds=47)
    session.advance("4 s")

    assert dues(task) == ["00:00:00", "00:00:10", "00:00:50", "00:01:00"]


# -- skips


def test_each_fire_time_that_is_skipped_is_on_record_with_its_reason():
    """Disabled, kept away by an end condition, or without a slot: one record for each."""
    with ManualSession(durations={"slow": "150 min"}) as session:
        add(session, "off", "cron 30 * * * *", disabled=True)
        add(session, "ended", "cron 30 * * * *", end_cond="always true")
        slow = add(session, "slow", "cron 30 * * * *")
        session.advance("4 hours")

        each = [f"{hour:02}:30" for hour in range(4)]
        assert skips(session, "off") == [("disabled", at, at, 1) for at in each]
        assert skips(session, "ended") == [("condition", at, at, 1) for at in each]
        assert skips(session, "slow") == [("overlap", at, at, 1) for at in each[1:3]]
        assert len(slow.jobs()) == 2


@pytest.mark.parametrize(
    ("policy", "row"),
    [
        ("once", [("missed", "00:30", "02:30", 3)]),
        ("skip", [("missed", "00:30", "03:30", 4)]),
        ("all", []),
    ],
)
@pytest.mark.parametrize("how", ["pause", "jump"])
def test_a_row_of_missed_times_is_one_record(session, how, policy, row):
    """It tells the first, the last and how many."""
    task = add(session, "job", "cron 30 * * * *", missed=policy)
    session.advance("10 min")
    if how == "pause":
        session.pause()
        session.advance("4 hours")
        session.resume()
    else:
        session.step_clock("4 hours")
    session.advance("1 s")

    assert skips(session, "job") == row
    assert len(dues(task)) + count_of_skips(session, "job") == 4


def test_a_year_of_seconds_is_counted_exactly_and_soon(session):
    """A cron expression is counted by days, not by listing."""
    add(session, "job", "cron * * * * * *", missed="skip")
    session.advance("1 s")
    session.pause()
    look_late(session, days=365)
    session.resume()
    session.advance("700 ms")

    assert count_of_skips(session, "job") == 365 * 86_400 - 1  # the last is on time


def test_more_than_a_thousand_missed_times_are_recorded_where_they_are_not_made_up_for(session):
    """`missed='all'` makes up for the first thousand."""
    add(session, "job", "cron * * * * *", missed="all", max_instances=10_000)
    session.advance("30 s")
    session.step_clock("1 day")
    session.advance("1 s")

    assert len(session.runs("job")) == 1001
    assert count_of_skips(session, "job") == 440


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Australia/Lord_Howe"])
def test_counting_agrees_with_listing(zone):
    """Over days with and without a change of the offset, from and to any second."""
    from zoneinfo import ZoneInfo

    context = CalendarContext(MIDNIGHT, ZoneInfo(zone))
    randomly = random.Random(7)
    for text in ("0 7 * * *", "*/7 2-3 * * mon-fri", "30 1 * * *", "5,17 */5 1-9 * *"):
        condition = Cron(text)
        for _ in range(30):
            since = MIDNIGHT + timedelta(seconds=randomly.randrange(366 * 86_400))
            until = since + timedelta(seconds=randomly.randrange(40 * 86_400))
            listed = sum(1 for _ in condition.nominal_times(context, since, until))
            assert condition.count_nominal(context, since, until) == listed


# -- misfires that wait


def hourly_backlog(url, start):
    session = ManualSession(start=start, store=url, durations={"slow": "30 min"})
    add(session, "slow", "cron 0 * * * *", missed="all")
    return session


@pytest.mark.parametrize("is_killed", [False, True])
def test_misfires_that_wait_survive_the_session(tmp_path, is_killed):
    """01:00 … 08:00 have one job each, over two restarts."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    with hourly_backlog(url, "2026-03-02T00:30") as first:
        first.advance("2 hours")
    second = hourly_backlog(url, "2026-03-02T08:30")
    second.advance("40 min")
    if is_killed:
        second.store.close()
    else:
        second.shut_down()
    with hourly_backlog(url, "2026-03-02T09:20") as third:
        third.advance("3 hours")
        ran = {f"{job.due_at:%H}" for job in third.tasks["slow"].jobs() if job.started_at}
        assert ran >= {f"{hour:02}" for hour in range(1, 9)}


@pytest.mark.parametrize("is_killed", [False, True])
@pytest.mark.parametrize("policy", ["once", "all", "skip"])
def test_a_skip_on_record_is_not_made_up_for_by_the_next_session(tmp_path, policy, is_killed):
    """Nor recorded again, where nothing else happened before the first one ended."""
    url = f"sqlite:///{tmp_path}/jobs.db"

    def hourly(start):
        session = ManualSession(start=start, store=url, durations={"slow": "100 min"})
        add(session, "slow", "cron 0 * * * *", missed=policy)
        return session

    first = hourly("2026-03-02T00:30")
    first.advance("100 min")
    if is_killed:
        first.store.close()
    else:
        first.shut_down()
    with hourly("2026-03-02T02:50") as second:
        second.advance("5 min")
        assert dues(second.tasks["slow"]) == ["01:00:00"]
        assert skips(second, "slow") == [("overlap", "02:00", "02:00", 1)]


@pytest.mark.parametrize("is_replaced", [False, True])
def test_misfires_go_with_their_task(is_replaced):
    """The next task of the name does not run for them; the record says that they are given up."""
    with ManualSession(durations={"x": "50 min"}) as session:
        task = add(session, "x", "cron 0 * * * *", missed="all")
        session.advance("30 min")
        session.pause()
        session.advance("6 hours")
        session.resume()
        session.advance("1 min")
        if not is_replaced:
            task.delete(force=True)
        add(session, "x", "cron 0 0 1 6 *", on_exists="replace")
        session.advance("5 hours")

        assert len([job for job in session.tasks["x"].jobs() if job.started_at]) == 2
        assert skips(session, "x") == [("missed", "02:00", "06:00", 5)]


# -- clocks


@pytest.mark.parametrize("condition", ["every 1 s", "cron * * * * * *", "secondly", "minutely"])
@pytest.mark.parametrize("ahead", [timedelta(days=365), timedelta(hours=5)])
def test_a_clock_that_was_ahead_and_is_put_right_stops_nothing(session, condition, ahead):
    """All goes on from the new time, in the run."""
    add(session, "job", condition)
    session.advance("1 s")
    session.step_clock(ahead)
    session.advance("100 s")
    before = len(session.runs("job"))
    session.step_clock(-ahead)
    session.advance("125 s")

    assert len(session.runs("job")) - before >= (2 if condition == "minutely" else 120)
    assert session.health()[0]


@pytest.mark.parametrize(
    "condition", ["every 1 s", "cron * * * * * *", "secondly", "minutely", "daily"]
)
def test_a_clock_that_was_ahead_in_an_earlier_run_stops_nothing(tmp_path, condition):
    """All goes on from the new time, between two runs."""
    url = f"sqlite:///{tmp_path}/year.db"
    for year in (2027, 2026):
        with ManualSession(start=f"{year}-06-10T12:00", store=url) as session:
            add(session, "job", condition)
            session.advance("10 s")
            expected = 10 if condition in {"every 1 s", "cron * * * * * *", "secondly"} else 1
            assert len(session.runs("job")) >= expected


def test_a_misfire_that_waits_is_not_on_record_as_skipped(session):
    """Also the one that is due at the very instant of the late look."""
    task = add(session, "job", "cron */10 * * * *", missed="all")
    session.advance("1 min")
    look_late(session, minutes=29)
    session.advance("1 min")

    assert dues(task) == ["00:00:00", "00:10:00", "00:20:00", "00:30:00"]
    assert skips(session, "job") == []


def test_misfires_of_a_clock_that_was_ahead_do_not_stop_the_schedule():
    """Those that are made up for after the clock was put right lie in the future then."""
    with ManualSession(durations={"job": "1 min"}) as session:
        add(session, "job", "cron 0 * * * *", missed="all")
        session.advance("1 s")
        session.step_clock("2 days")
        session.advance("2 min")
        session.step_clock(timedelta(days=-4))
        session.advance("3 hours")
        before = len(session.runs("job"))
        session.advance("3 hours")

        assert len(session.runs("job")) - before == 3


def test_what_is_missed_after_the_clock_was_put_right_is_on_record(tmp_path):
    """Also where the task is known since a time that lies in the future now."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    for start in ("2026-01-10T00:00", "2026-01-01T00:10", "2026-01-01T05:30"):
        with ManualSession(start=start, store=url) as session:
            add(session, "job", "cron 0 * * * *", missed="skip")
            session.advance("1 min")
            found = skips(session, "job")

    assert found == [("missed", "01:00", "05:00", 5)]


def test_what_is_missed_while_the_clock_repeats_itself_is_on_record(tmp_path):
    """Neither when a task was made nor its latest start hides what comes before them again."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    with ManualSession(start="2026-01-01T00:00", store=url) as session:
        task = add(session, "job", "cron 0 * * * *", missed="skip")
        session.advance("1 min")
        assert dues(task) == ["00:00:00"]
        session.step_clock(timedelta(minutes=-150))
        session.advance("1 min")
    with ManualSession(start="2026-01-01T02:35", store=url) as session:
        task = add(session, "job", "cron 0 * * * *", missed="skip")
        session.advance("1 min")
        assert skips(session, "job") == [("missed", "22:00", "02:00", 4)]
        assert dues(task) == ["00:00:00"]


def test_what_a_suspend_hides_is_on_record_where_the_clock_is_put_back_after_it(session):
    """The look that finds both is late by what has really passed."""
    add(session, "job", "cron */10 * * * *", missed="skip")
    session.advance("1 s")
    look_late(session, minutes=70)
    session.step_clock(timedelta(minutes=-5))
    session.advance(0)

    assert skips(session, "job") == [("missed", "00:10", "01:00", 6)]


def test_what_a_stall_before_the_end_hides_is_on_record_after_a_correction(tmp_path):
    """The latest start lies ahead of the clock, and nobody has looked since the session began."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    with ManualSession(start="2026-01-01T00:00", store=url) as session:
        add(session, "job", "cron */10 * * * *", missed="skip")
        session.advance(0)
        session.step_clock(timedelta(minutes=-150))
    with ManualSession(start="2025-12-31T21:30", store=url) as session:
        add(session, "job", "cron */10 * * * *", missed="skip")
        session.advance(0)
        look_late(session, minutes=13)
    with ManualSession(start="2025-12-31T21:43", store=url) as session:
        add(session, "job", "cron */10 * * * *", missed="skip")
        session.advance(0)
        assert skips(session, "job") == [("missed", "21:40", "21:40", 1)]


def test_a_job_takes_as_long_as_it_does_whatever_the_clock_does():
    """A step of the wall clock is no part of its duration, nor of its record's."""
    with ManualSession(durations={"job": "10 min"}) as session:
        add(session, "job")
        session.advance("1 min")
        job = session.submit("job")
        session.advance("4 min")
        session.step_clock(timedelta(hours=-2))
        session.advance("6 min")

        assert job.status == "success"
        assert job.duration == 600
        assert session.logs(action="success")[0]["duration"] == 600


@pytest.mark.parametrize("is_durable", [False, True])
@pytest.mark.parametrize("back", [timedelta(hours=2), timedelta(hours=9), timedelta(days=400)])
def test_a_fire_time_never_runs_twice_whatever_the_clock_does(tmp_path, back, is_durable):
    """Back and forth, by little and by much."""
    url = f"sqlite:///{tmp_path}/jobs.db" if is_durable else None
    with ManualSession(store=url) as session:
        tasks = [
            add(session, name, text, missed="all")
            for name, text in (("cron", "cron 0 * * * *"), ("at", "hourly at 30:00"))
        ]
        session.advance("10 hours")
        session.step_clock(-back)
        session.advance("3 hours")
        session.step_clock(back)
        session.advance("5 hours")

        for task in tasks:
            ran = [job.due_at for job in task.jobs() if job.started_at is not None]
            assert len(ran) == len(set(ran))
            assert len(ran) >= 15


@pytest.mark.parametrize("condition", ["daily", "hourly", "cron 0 * * * *", "every 1 hour"])
def test_a_clock_that_goes_back_a_little_runs_nothing_again(session, condition):
    """Half an hour is passed twice; what ran in it does not run again in it."""
    add(session, "job", condition)
    session.advance_to("2026-01-01T02:10")
    before = len(session.runs("job"))
    session.step_clock(timedelta(minutes=-30))
    session.advance("29 minutes")

    assert len(session.runs("job")) == before


def test_timeouts_and_uptime_follow_no_jump_of_the_clock():
    """A span is a span, whatever the wall clock does meanwhile."""
    with ManualSession(durations={"slow": "10 hours"}) as session:
        slow = add(session, "slow", timeout="30 min")
        session.advance("5 s")
        job = slow.run()
        session.advance("1 s")
        session.step_clock(timedelta(hours=4))
        session.advance("1 min")
        assert job.status == "run"
        session.step_clock(timedelta(days=-300))
        session.advance("29 min")

        assert (job.status, job.reason) == ("terminate", "timeout")
        assert session.now - session.started_at == timedelta(minutes=30, seconds=6)


def test_a_rate_follows_no_jump_of_the_clock(session):
    """Two an hour are two an hour after the clock was put right."""
    add(session, "rated", "every 1 min", rate="2/hour")
    session.step_clock(timedelta(days=365))
    session.advance("10 min")
    session.step_clock(timedelta(days=-365))
    session.advance("2 hours")

    assert len(session.runs("rated")) in {5, 6}


def test_a_polled_condition_is_asked_on_after_the_clock_went_back(session):
    """Its next instant lies a year ahead; it is asked at once."""
    asked = []
    session.condition(every="10 s", name="look")(lambda: asked.append(1))
    add(session, "job", "look()")
    session.step_clock("365 days")
    session.advance("1 min")
    session.step_clock(timedelta(days=-365))
    before = len(asked)
    session.advance("1 min")

    assert len(asked) - before >= 6


# -- the object


def test_a_regular_schedule_takes_one_progression():
    """A year of seconds costs as much as two instants."""
    times = FireTimes()
    for second in range(100_000):
        times.add(MIDNIGHT + timedelta(seconds=second))

    assert len(times._runs) == 1
    assert MIDNIGHT + timedelta(seconds=99_999) in times
    assert MIDNIGHT + timedelta(seconds=0.5) not in times
    assert times.between(MIDNIGHT, MIDNIGHT + timedelta(seconds=10)) == 10


def test_an_offer_changes_nothing():
    """The verdict is the same until the task has started."""
    occurrences = Occurrences()
    offer = {"is_due": True, "is_instant": lambda: True, "is_event": lambda: False}

    assert occurrences.offer(MIDNIGHT, None, **offer) == Start(MIDNIGHT)
    assert occurrences.offer(MIDNIGHT, None, **offer) == Start(MIDNIGHT)
    occurrences.started(MIDNIGHT, 1)
    assert occurrences.has_run(MIDNIGHT)
    assert not isinstance(occurrences.offer(MIDNIGHT, None, **offer), Start)


# -- crashes


@pytest.mark.parametrize("word", ["failed", "finished", "crashed"])
def test_a_crash_is_an_end(session, word):
    """`after task … failed`, `finished` and `crashed` hold after a crash, and print as they are."""
    text = f"after task 'crunch' {word}"
    crunch = add(session, "crunch")
    add(session, "follow", text)
    session.advance("1 s")
    crunch.run()
    job = next(iter(session._core.jobs.values()))
    session._control.begin(job.execution)
    session._control.crash(job, "its worker was killed")
    session.advance("1 s")

    assert crunch.status == "crash"
    assert len(session.runs("follow")) == 1
    assert str(parse(text)) == text
    assert parse(f"has {word} past 2 hours") == parse(str(parse(f"has {word} past 2 hours")))


def killed_session(url, condition, start="2026-01-01T00:00"):
    """A session that died while a job of its task ran; its job's id."""
    session = ManualSession(start=start, store=url, durations={"job": "1 hour"})
    add(session, "job", condition)
    session.advance("1 min")
    (job,) = session._core.jobs.values()
    session.store.close()
    return job.id


@pytest.mark.parametrize(
    ("condition", "chances"),
    [("daily", 1), ("hourly", 1), ("cron 0 0 * * *", 0), ("daily at 00:00", 0)],
)
def test_the_death_of_the_session_gives_one_more_chance_in_the_period(tmp_path, condition, chances):
    """Not for a nominal time, which is never run twice; and not a second time."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    killed_session(url, condition)
    with ManualSession(start="2026-01-01T00:10", store=url) as second:
        task = add(second, "job", condition)
        second.advance("1 min")
        assert len(second.runs("job")) == chances
        assert [job.status for job in task.jobs()].count("crash") == 1


def test_a_period_gets_no_third_chance(tmp_path):
    """Two sessions died with the job: the next one leaves the period alone."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    killed_session(url, "daily")
    killed_session(url, "daily", "2026-01-01T00:10")
    with ManualSession(start="2026-01-01T00:20", store=url) as third:
        add(third, "job", "daily")
        third.advance("1 hour")
        assert third.runs("job") == []
        third.advance("1 day")
        assert len(third.runs("job")) == 1


@pytest.mark.parametrize("is_restarted", [False, True])
@pytest.mark.parametrize("action", ["crash", "inaction"])
def test_a_run_that_crashed_or_did_nothing_is_done_for_the_period(tmp_path, action, is_restarted):
    """A worker's crash is a failed run; a run's own inaction is a run."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    with ManualSession(store=url) as session:
        add(session, "job", "daily")
        session._manual_environment.runtimes[0]._perform = lambda _execution: Outcome(action)
        session.advance("1 hour")
        (job,) = session.tasks["job"].jobs()
        assert job.status == action
        if not is_restarted:
            session.advance("5 hours")
            assert len(session.tasks["job"].jobs()) == 1
    with ManualSession(start="2026-01-01T06:00", store=url) as session:
        add(session, "job", "daily")
        session.advance("1 hour")
        assert session.runs("job") == []


def test_a_skipped_start_is_not_done_for_the_period(session):
    """Disabled at midnight, enabled at noon: it runs at noon."""
    task = add(session, "job", "daily", disabled=True)
    session.advance("12 hours")
    task.disabled = False
    session.advance("1 s")

    assert len(session.runs("job")) == 1


def test_an_end_that_is_retried_is_no_end(session):
    """Neither `after … failed` nor `has failed` sees the first attempt."""
    add(session, "fetch", "daily", lambda: 1 / 0, retries=1, backoff=600)
    add(session, "alarm", "after task 'fetch' failed")
    session.advance("5 min")
    assert session.runs("alarm") == []
    session.advance("20 min")
    assert len(session.runs("alarm")) == 1


def test_a_fire_time_whose_job_had_not_begun_is_not_lost_by_a_kill(tmp_path):
    """Queued behind another task's job when the session died: the next one makes up for it."""
    url = f"sqlite:///{tmp_path}/jobs.db"

    def made(start):
        config = {"max_threads": 1}
        session = ManualSession(start=start, store=url, config=config, durations={"busy": "1 day"})
        add(session, "busy")
        add(session, "job", "cron 0 * * * *")
        return session

    first = made("2026-01-01T00:30")
    first.advance("1 min")
    first.submit("busy")
    first.advance("32 min")
    assert [job.status for job in first._core.jobs.values()] == ["run", "queued"]
    first.store.close()
    with made("2026-01-01T01:20") as second:
        second.tasks["busy"].terminate()
        second.advance("1 min")
        assert dues(second.tasks["job"]) == ["01:00:00"]


def test_what_is_due_while_a_session_stops_is_made_up_for_by_the_next(tmp_path):
    """The next start begins where the last look ended, not where the stop did."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    with ManualSession(store=url) as first:
        add(first, "job", "cron 0 * * * *")
        first.advance("30 min")
        look_late(first, minutes=31)
    with ManualSession(start="2026-01-01T01:10", store=url) as second:
        task = add(second, "job", "cron 0 * * * *")
        second.advance("1 s")
        assert dues(task) == ["00:00:00", "01:00:00"]


def test_what_was_missed_in_a_pause_survives_a_kill(tmp_path):
    """Paused at 00:30, killed at 02:30: 01:00 and 02:00 have not been attended to."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    first = ManualSession(store=url)
    add(first, "job", "cron 0 * * * *", missed="all")
    first.advance("30 min")
    first.pause()
    first.advance("2 hours")
    first.store.close()
    with ManualSession(start="2026-01-01T02:40", store=url) as second:
        task = add(second, "job", "cron 0 * * * *", missed="all")
        second.advance("5 min")
        assert dues(task) == ["00:00:00", "01:00:00", "02:00:00"]


def test_jumps_of_the_clock_are_recorded(tmp_path):
    """In the run and between two runs; health shows them, also after a restart."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    with ManualSession(store=url) as first:
        first.advance("1 min")
        first.step_clock("2 days")
        first.advance("1 s")
        (jump,) = first.health()[1]["checks"]["clock"]["jumps"]
        assert (jump["at"][:10], jump["by_s"]) == ("2026-01-03", 2 * 86_400)
    with ManualSession(start="2026-01-01T01:00", store=url) as second:
        second.advance("1 s")
        back = second.health()[1]["checks"]["clock"]["jumps"][1]
        assert (back["at"][:10], back["by_s"] < -80_000) == ("2026-01-01", True)


def test_what_is_told_is_true_after_a_correction(session):
    """`next_run` and `why` name the next second, not one in a year."""
    task = add(session, "job", "cron 0 * * * *")
    session.step_clock("365 days")
    session.advance("3 hours")
    session.step_clock(timedelta(days=-365))
    session.advance("1 s")

    assert f"{task.next_run:%Y-%m-%d %H:%M}" == "2026-01-01 04:00"
    assert "2026-01-01 04:00" in str(session.why("job"))


def test_an_end_of_a_clock_that_was_ahead_is_due_now(session):
    """What waits for it starts, and its interval goes on from now."""
    fetch = add(session, "fetch")
    follow = add(session, "follow", "after task 'fetch' | every 1 hour", disabled=True)
    session.advance("1 min")
    session.step_clock("365 days")
    session.advance("1 s")
    fetch.run()
    session.advance("1 s")
    session.step_clock(timedelta(days=-365))
    session.advance("1 s")
    follow.disabled = False
    session.advance("150 min")

    assert len(session.runs("follow")) == 3
    assert {f"{job.due_at:%Y}" for job in follow.jobs()} == {"2026"}


def test_a_crash_by_the_death_of_the_session_is_an_end_too(tmp_path):
    """The next session starts what waits for the failure."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    killed_session(url, "cron 0 0 * * *")
    with ManualSession(start="2026-01-01T00:10", store=url) as second:
        add(second, "job", "cron 0 0 * * *")
        add(second, "alarm", "after task 'job' failed")
        second.advance("1 s")
        assert len(second.runs("alarm")) == 1


def test_dependencies_know_crashes(session):
    """The relation of `after … crashed` has a name of its own."""
    add(session, "crunch")
    add(session, "alarm", "after any tasks 'crunch', 'other' crashed")

    assert {
        (link["parent"], link["relation"], link["type"]) for link in session.dependencies()
    } == {("crunch", "DependCrash", "Any"), ("other", "DependCrash", "Any")}


@pytest.mark.parametrize("other", ["after task 'fetch'", "every 30 minutes"])
@pytest.mark.parametrize("ended_at", ["20:59", "21:00", "21:01"])
def test_a_skipped_fire_time_hides_nothing_that_goes_on_holding(other, ended_at):
    """An end or an interval at its very instant is served as the slot comes free, as others are."""
    with ManualSession(start="2026-01-01T20:30", durations={"me": "40 minutes"}) as session:
        session.task(f"{other} | hourly at 00:00", name="me")(lambda: None)
        session.task(name="fetch")(lambda: None)
        session.start(block=False)
        if other.startswith("after"):
            session.submit("me")
        session.advance_to(f"2026-01-01T{ended_at}")
        session.submit("fetch")
        session.advance_to("2026-01-01T21:20")
        assert [f"{at:%H:%M}" for at in session.runs("me")] == ["20:30", "21:10"]


@pytest.mark.parametrize("policy", ["once", "skip", "all"])
def test_a_look_that_comes_late_at_a_fire_time_records_one_skip_of_it(policy):
    """The clock went forward to just a fire time, for which a job of before is in the way."""
    with ManualSession("2026-03-02T00:00", durations={"job": "200 s"}) as session:
        session.task("cron */3 * * * *", name="job", missed=policy)(lambda: None)
        session.advance("8 min 30 s")
        session.step_clock("6 min 30 s")
        session.advance("1 min")
        rows = [each["skipped"] for each in session.logs(action="inaction") if each["skipped"]]
        told = [each for each in rows if each["last"].endswith("00:15:00+00:00")]
        assert len(told) == (0 if policy == "all" else 1)
