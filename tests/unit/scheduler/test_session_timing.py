"""Starts beside their nominal times: `jitter`, which delays them, and `grace`, which ends them."""

import warnings
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redengine.scheduler.checks import SuspiciousCondition
from redengine.tasks.occurrences import PUNCTUAL, Late, Occurrences, Start, Timing
from redengine.testing import ManualSession

MIDNIGHT = datetime(2026, 6, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
instants = st.integers(0, 10**9).map(lambda ms: MIDNIGHT + timedelta(milliseconds=ms))
spans = st.integers(1, 10**8).map(lambda ms: timedelta(milliseconds=ms))
names = st.text(min_size=1, max_size=12)


def nothing():
    """What the tasks do."""


def add(app, start_cond, name="a", **options):
    """A task of a session."""
    app.task(start_cond, name=name, **options)(nothing)
    return app.tasks[name]


def times(app, name="a"):
    """When a task's code ran."""
    return [f"{at:%H:%M:%S.%f}"[:12] for at in app.runs(name)]


def begins(name, text, jitter):
    """When the job of a nominal time on the first day begins."""
    due = datetime.fromisoformat(f"2026-06-01T{text}+00:00")
    return f"{Timing(name, jitter).begins(due):%H:%M:%S.%f}"[:12]


def skips(app, name="a"):
    """The records of skipped times: reason, first, last and number, oldest first."""
    return [
        (each["reason"], each["skipped"]["first"][11:16], each["skipped"]["last"][11:16],
         each["skipped"]["count"])
        for each in app.logs(action="inaction", task_name=name)[::-1]
        if each["skipped"]
    ]  # fmt: skip


# -- the delay


@given(names, instants, spans)
def test_the_delay_is_as_documented_and_less_than_the_jitter(name, due, jitter):
    """A part of it by the digest of name and nominal time, in whole milliseconds."""
    delay = Timing(name, jitter).begins(due) - due
    assert timedelta(0) <= delay < jitter
    assert delay % timedelta(milliseconds=1) == timedelta(0)
    text = f"{name}\0{due.isoformat(timespec='microseconds')}".encode("utf-8", "surrogatepass")
    share = int.from_bytes(blake2b(text, digest_size=8).digest(), "big") / 2**64
    assert abs(delay - jitter * share) <= timedelta(milliseconds=1)


def test_the_delay_is_the_same_in_every_process():
    """It is a rule, not a state: these never change."""
    assert begins("a", "01:00", 10 * MINUTE) == "01:06:03.093"
    assert begins("fetch", "07:00", timedelta(seconds=30)) == "07:00:02.483"
    due = datetime.fromisoformat("2026-06-01T04:00+03:00")
    assert Timing("a", 10 * MINUTE).begins(due) == Timing("a", 10 * MINUTE).begins(
        due.astimezone(UTC)
    )


def test_delays_are_spread_evenly():
    """Over the times of a task, and over the tasks of a time."""
    jitter = timedelta(seconds=100)
    dues = [MIDNIGHT + number * MINUTE for number in range(2000)]
    of_times = [Timing("a", jitter).begins(due) - due for due in dues]
    of_tasks = [Timing(f"job-{n}", jitter).begins(MIDNIGHT) - MIDNIGHT for n in range(2000)]
    for delays in (of_times, of_tasks):
        tenths = [sum(each // (jitter / 10) == tenth for each in delays) for tenth in range(10)]
        assert all(150 < each < 250 for each in tenths), tenths


# -- the decision


@given(instants, st.integers(-(10**8), 10**8), spans, st.sampled_from((None, "overlap", "limit")),
       st.booleans())  # fmt: skip
def test_what_is_later_than_its_grace_is_skipped_once(due, late_ms, grace, block, is_instant):
    """Whatever is in the way; what is not, is decided on as without a grace."""
    now = due + timedelta(milliseconds=late_ms)
    occurrences = Occurrences()
    asked = {"is_due": True, "is_instant": lambda: is_instant, "is_event": lambda: False}
    verdict = occurrences.offer(due, block, **asked, now=now, timing=Timing("a", None, grace))
    if now - due > grace:
        assert verdict == Late()
        occurrences.skipped = due
        again = occurrences.offer(due, block, **asked, now=now, timing=Timing("a", None, grace))
        assert not isinstance(again, Late | Start)
    else:
        assert verdict == occurrences.offer(due, block, **asked)


@given(names, instants, spans, st.booleans())
def test_a_start_is_delayed_only_where_it_has_a_nominal_time(name, due, jitter, is_due):
    """Its occurrence stays the nominal time."""
    asked = {"is_due": is_due, "is_instant": lambda: False, "is_event": lambda: False}
    timing = Timing(name, jitter)
    verdict = Occurrences().offer(due, None, **asked, now=due, timing=timing)
    assert verdict == Start(due, timing.begins(due) if is_due else None)
    assert Occurrences().offer(due, None, **asked, now=due, timing=PUNCTUAL) == Start(due)


# -- jitter in a session


def test_starts_are_delayed_and_stay_due_at_their_nominal_times():
    """Each by its own part of the jitter; the forecast, `next_run` and `why` say so."""
    app = ManualSession("2026-06-01T00:30")
    task = add(app, "cron 0 * * * *", jitter="10 min")
    expected = [begins("a", f"{hour:02}:00", 10 * MINUTE) for hour in range(1, 5)]
    assert [f"{at:%H:%M:%S.%f}"[:12] for at in app.forecast("4 h").of("a")] == expected
    assert f"{task.next_run:%H:%M:%S.%f}"[:12] == expected[0] == "01:06:03.093"
    app.advance("1 min")
    assert "wait until 2026-06-01 01:06:03.093 UTC (its jitter" in str(app.why("a"))
    app.advance("30 min")
    (job,) = task.jobs()
    assert (job.status, f"{job.due_at:%H:%M}") == ("queued", "01:00")
    assert f"{task.next_run:%H:%M:%S.%f}"[:12] == expected[0]
    assert "begins at 2026-06-01 01:06:03.093 UTC" in app.why("a").verdict
    starts = app.forecast("59 min").starts
    assert [(start.due_at, start.at) for start in starts] == [(job.due_at, task.next_run)]
    app.advance("4 hours")
    assert times(app) == expected
    assert [f"{job.due_at:%H:%M}" for job in task.jobs()][-4:] == [
        "04:00",
        "03:00",
        "02:00",
        "01:00",
    ]


def test_an_interval_keeps_its_phase():
    """It is counted from nominal times, and no delay adds up."""
    app = ManualSession("2026-06-01T00:00")
    task = add(app, "every 10 min", jitter="1 min")
    app.advance("59 min")
    dues = [f"{job.due_at:%M}" for job in task.jobs()][::-1]
    assert dues == ["00", "10", "20", "30", "40", "50"]
    assert times(app) == [begins("a", f"00:{due}", MINUTE) for due in dues]


def test_a_window_and_an_end_are_delayed_from_their_nominal_times():
    """What is later than that anyway begins at once."""
    app = ManualSession("2026-06-01T06:00", durations={"b": "1 min"})
    add(app, "daily after 07:00", jitter="1 min")
    add(app, "daily at 08:00", "b")
    add(app, "after task 'b'", "c", jitter="1 min")
    app.advance("3 hours")
    assert times(app) == [begins("a", "07:00", MINUTE)]
    assert times(app, "c") == [begins("c", "08:01", MINUTE)]
    add(app, "daily after 07:00", "late", jitter="1 min")
    app.advance("1 s")
    assert times(app, "late") == ["09:00:00.000"]


def test_a_condition_without_nominal_times_has_no_jitter():
    """It holds while it holds: there is nothing to be later than."""
    app = ManualSession("2026-06-01T00:00")
    app.parameters["on"] = True
    add(app, "param 'on' exists & ~has started past 1 min", jitter="30 s")
    app.advance("2 min")
    assert times(app) == ["00:00:00.000", "00:01:00.000", "00:02:00.000"]


def test_a_delayed_job_holds_its_slot():
    """So a task never runs more often at once than it may; what else comes is on record."""
    app = ManualSession("2026-06-01T00:59", durations={"a": "1 s"})
    with pytest.warns(SuspiciousCondition, match="its jitter of 10 minutes is longer than the 1 m"):
        task = add(app, "cron * * * * *", jitter="10 min")
    app.advance("30 s")
    assert task.active.slots == 1
    app.advance("20 min")
    reasons = {each["reason"] for each in app.logs(action="inaction")}
    assert reasons == {"overlap"}
    assert any(
        "as its jitter has it" in str(each["message"]) for each in app.logs(action="inaction")
    )
    dues = [job.due_at for job in task.jobs()]
    assert len(dues) == len(set(dues))


def test_a_restart_neither_doubles_nor_loses_a_delayed_start(tmp_path):
    """It begins when it was to begin, or at once where nobody was there then."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    found = []
    for start in ("00:59:00", "01:02:00", "03:00:30"):
        with ManualSession(f"2026-06-01T{start}", store=url) as app:
            add(app, "cron 0 * * * *", jitter="10 min", missed="skip")
            app.advance("2 min")
            found += times(app)
    with ManualSession("2026-06-01T04:30", store=url) as app:
        add(app, "cron 0 * * * *", jitter="10 min", missed="skip")
        app.advance("1 min")
        found += times(app)
        dues = [f"{job.due_at:%H:%M}" for job in app.tasks["a"].jobs()]
    assert begins("a", "01:00", 10 * MINUTE) == "01:06:03.093"
    assert begins("a", "03:00", 10 * MINUTE) == "03:01:54.960"
    assert found == ["03:00:30.000", "03:01:54.960"]
    assert sorted(dues) == ["01:00", "03:00"]


def test_a_kill_neither_doubles_nor_loses_a_delayed_start(tmp_path):
    """The job is stored at its nominal time, when the decision is made."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    killed = ManualSession("2026-06-01T00:59", store=url)
    add(killed, "cron 0 * * * *", jitter="10 min")
    killed.advance("2 min")
    killed.store.close()
    with ManualSession("2026-06-01T01:02", store=url) as app:
        task = add(app, "cron 0 * * * *", jitter="10 min")
        app.advance("30 min")
        assert times(app) == ["01:06:03.093"]
        assert [f"{job.due_at:%H:%M}" for job in task.jobs()] == ["01:00"]


def test_a_missed_time_is_made_up_for_after_the_same_delay():
    """A look that comes late, within the delay, moves nothing."""
    app = ManualSession("2026-06-01T00:59")
    add(app, "cron 0 * * * *", jitter="10 min")
    app.advance("30 s")
    app.pause()
    app.advance("3 min")
    app.resume()
    app.advance("10 min")
    assert times(app) == ["01:06:03.093"]


def test_a_delay_is_a_span_which_no_clock_moves():
    """A clock that is set forward or back leaves what is left of it."""
    for step, expected in (("1 hour", "02:06:03.093"), (timedelta(minutes=-30), "00:36:03.093")):
        app = ManualSession("2026-06-01T00:59")
        add(app, "cron 0 * * * *", jitter="10 min", missed="skip")
        app.advance("2 min")
        app.step_clock(step)
        app.advance("10 min")
        assert times(app)[0] == expected


@pytest.mark.parametrize(
    ("condition", "jitter", "is_told"),
    [
        ("every 10 s", "11 s", True),
        ("every 10 s", "10 s", False),
        ("cron */5 * * * *", "6 min", True),
        ("cron */5 * * * *", "5 min", False),
        ("daily at 07:00, 07:01", "2 min", True),
        ("(cron 0 7 * * *) in Asia/Tokyo", "2 days", True),
        ("hourly", "2 hours", True),
        ("cron * * * * * & time of day on 07:00", "2 min", False),
        ("after task 'b'", "1 day", False),
    ],
)
def test_a_jitter_longer_than_the_interval_is_told_of(condition, jitter, is_told):
    """When the task is made, and when the option is changed."""
    app = ManualSession()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        task = add(app, condition, jitter=jitter)
        assert len(caught) == is_told
        task.jitter = None
        task.jitter = jitter
    assert [str(each.message).count("its jitter of") for each in caught] == [1, 1] * is_told
    assert any("its jitter of" in each for each in app.doubts_of(task)) == is_told


# -- grace in a session


def pause_for(app, span):
    """Let nobody look for a while."""
    app.pause()
    app.advance(span)
    app.resume()
    app.advance("1 s")


@pytest.mark.parametrize("policy", ["once", "all", "skip"])
def test_fire_times_that_are_later_than_their_grace_are_skipped_and_recorded(policy):
    """Whatever `missed` says; the others follow it."""
    app = ManualSession("2026-06-01T00:30")
    add(app, "cron 0 * * * *", missed=policy, grace="90 min")
    app.advance("1 min")
    pause_for(app, "5 hours")
    made_up = {"once": ["05:00"], "all": ["05:00"], "skip": []}[policy]
    assert [f"{job.due_at:%H:%M}" for job in app.tasks["a"].jobs()] == made_up
    expected = [("grace", "01:00", "04:00", 4)]
    assert skips(app) == expected + ([] if made_up else [("missed", "05:00", "05:00", 1)])


def test_a_grace_that_is_shorter_than_what_counts_as_on_time_is_heeded():
    """A look that is late by a few seconds only is late enough."""
    app = ManualSession("2026-06-01T00:59:30")
    add(app, "cron 0 * * * *", grace="5 s")
    app.advance("10 s")
    app._clock.advance(timedelta(seconds=30))
    app.advance("1 s")
    assert times(app) == []
    assert skips(app) == [("grace", "01:00", "01:00", 1)]
    app.advance("1 hour")
    assert times(app) == ["02:00:00.000"]


def test_a_window_that_opened_too_long_ago_is_skipped_once():
    """It is due when it opens; the next one is as good as any, and `next_run` and `why` say so."""
    app = ManualSession("2026-06-01T06:00")
    task = add(app, "daily after 07:00", grace="10 min")
    app.advance("1 s")
    app.pause()
    app.advance("2 hours")
    app.resume()
    assert task.next_run == MIDNIGHT.replace(day=2, hour=7)
    assert "its grace is 10 minutes" in str(app.why("a"))
    app.advance("30 min")
    assert times(app) == []
    assert skips(app) == [("grace", "07:00", "07:00", 1)]
    app.advance("1 day")
    assert times(app) == ["07:00:00.000"]


def test_what_waits_for_a_slot_for_too_long_is_skipped():
    """An end of another task waits for the job of another start, but not beyond the grace."""
    app = ManualSession("2026-06-01T06:00", durations={"a": "3 hours"})
    add(app, "daily at 07:00", "b")
    task = add(app, "after task 'b'", grace="10 min")
    app.advance("1 s")
    task.run()
    app.advance("4 hours")
    assert times(app) == ["06:00:01.000"]
    assert skips(app) == [("grace", "07:00", "07:00", 1)]


def test_a_job_that_waits_for_a_place_for_too_long_is_skipped():
    """The nominal time was started in time, and its job has no place to run in."""
    app = ManualSession("2026-06-01T06:59", config={"max_threads": 1}, durations={"b": "1 hour"})
    add(app, "daily at 07:00", "b", priority=5)
    task = add(app, "daily at 07:00", grace="10 min")
    app.advance("2 hours")
    assert times(app) == []
    (job,) = task.jobs()
    assert (job.status, job.reason) == ("inaction", "grace")
    assert "had not begun within the grace" in job.error
    app.advance("1 day")
    assert times(app, "b")[1:] == ["07:00:00.000"]


def test_the_jitter_does_not_count_as_late():
    """The grace begins where the job was to begin."""
    app = ManualSession("2026-06-01T00:59")
    add(app, "cron 0 * * * *", jitter="10 min", grace="5 s")
    app.advance("15 min")
    assert times(app) == ["01:06:03.093"]


def test_a_skip_for_lateness_is_not_repeated_after_a_restart(tmp_path):
    """The store remembers the record; a new session tells of it no more."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    for start in ("06:00", "09:00", "10:00"):
        with ManualSession(f"2026-06-01T{start}", store=url) as app:
            add(app, "daily after 07:00", grace="10 min")
            app.advance("1 min")
            assert times(app) == []
            found = skips(app)
    assert found == [("grace", "07:00", "07:00", 1)]


def test_missed_times_that_wait_for_a_slot_are_given_up_when_they_are_too_late():
    """One by one, as their turn comes."""
    app = ManualSession("2026-06-01T00:30", durations={"a": "50 min"})
    task = add(app, "cron 0 * * * *", missed="all", grace="3 hours")
    app.advance("1 min")
    pause_for(app, "4 hours")
    app.advance("4 hours")
    skipped = [first for reason, first, _, _ in skips(app) if reason == "grace"]
    ran = [f"{job.due_at:%H:%M}" for job in task.jobs()]
    assert "01:00" in skipped
    assert not {*skipped} & {*ran}
    assert {"02:00", "03:00", "04:00"} <= {*skipped, *ran}
