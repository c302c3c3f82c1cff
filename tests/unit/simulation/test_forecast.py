"""What is to be expected: active jobs, pauses, cut searches, and what a forecast costs."""

from datetime import UTC, datetime, timedelta

import pytest

from redengine.exceptions import InvalidInput
from redengine.simulation import forecast as forecasts
from redengine.store.queries.reader import Reader
from redengine.testing import ManualSession


def nothing():
    """A task's function."""


def clock(instants):
    """Instants as short texts."""
    return [f"{at:%H:%M}" for at in instants]


def started(session, name, **options):
    """A job of a task, asked for by hand."""
    return session.submit_task(session.tasks[name], {}, options=options)


def test_a_held_job_keeps_its_slot_in_a_forecast(session):
    """Nothing is foretold that the scheduler would not start; the reason names the job."""
    session.task("every 10 minutes", name="fetch")(nothing)
    session.task("after task 'fetch'", name="report")(nothing)
    session.advance("5 minutes")
    assert clock(session.forecast("30 minutes").of("report")) == ["00:10", "00:20", "00:30"]

    job = started(session, "fetch")
    job.pause()
    forecast = session.forecast("30 minutes")
    session.advance("30 minutes")
    later = [at for at in session.runs("fetch") if at > forecast.since]
    assert clock(forecast.of("fetch")) == clock(later)
    if not later:
        assert job.id in forecast.unpredictable["fetch"]


def test_a_job_for_later_stands_in_a_forecast_as_it_stands(session):
    """Whatever a job with `run_at` does to its task's schedule, the forecast knows."""
    session.task("every 10 minutes", name="fetch")(nothing)
    session.advance("5 minutes")
    started(session, "fetch", run_at=session.now + timedelta(minutes=23))
    forecast = session.forecast("1 hour")
    session.advance("1 hour")
    later = [
        job.started_at
        for job in session.tasks["fetch"].jobs()
        if job.trigger == "condition" and job.started_at and job.started_at > forecast.since
    ]
    assert clock(forecast.of("fetch")) == clock(sorted(later))


def test_a_paused_process_holds_its_place_in_a_forecast():
    """A job that somebody paused while it ran does not end by itself."""
    with ManualSession(durations={"job": "10 minutes"}) as session:
        session.task("every 1 hour", name="job")(nothing)
        session.advance("5 minutes")
        session.advance("1 hour")
        (job,) = session.tasks["job"].active
        job.pause()
        forecast = session.forecast("5 hours")
        assert forecast.of("job") == []
        assert job.id in forecast.unpredictable["job"]
        session.advance("4 hours")
        assert len(session.runs("job")) == 2


def test_queued_jobs_wait_for_a_place_in_a_forecast():
    """What runs holds its place as long as it usually takes; what waits comes first then."""
    with ManualSession(durations={"job": "10 minutes"}, config={"max_threads": 1}) as session:
        session.task("cron 0 * * * *", name="job", max_instances=5)(nothing)
        session.advance("1 hour")
        session.advance("5 minutes")
        for _ in range(6):
            started(session, "job")
        forecast = session.forecast("2 hours")
        session.advance("3 hours")
        later = [
            job.started_at
            for job in session.tasks["job"].jobs()
            if job.trigger == "condition" and forecast.since < job.started_at <= forecast.until
        ]
        assert clock(forecast.of("job")) == clock(sorted(later))


def test_a_paused_session_starts_nothing_and_its_forecast_says_so(session):
    """Every task that would start has the reason beside it."""
    session.task("every 1 hour", name="a")(nothing)
    session.task("daily", name="b", disabled=True)(nothing)
    session.advance("5 minutes")
    session.pause()
    forecast = session.forecast("1 day")
    assert forecast.starts == ()
    assert {"paused" in reason for reason in forecast.unpredictable.values()} == {True}
    assert set(forecast.unpredictable) == {"a", "b"}
    session.resume()
    assert session.forecast("2 hours").of("a")


def test_a_forecast_that_was_cut_says_how_far_it_went(session, monkeypatch):
    """A task that starts later than the search went is not said not to start."""
    monkeypatch.setattr(forecasts, "MOST_STARTS", 50)
    session.task("every 1 minute", name="often")(nothing)
    session.task("cron 0 7 * * *", name="morning")(nothing)
    session.advance("30 s")
    forecast = session.forecast("1 day")
    assert not forecast.is_complete
    assert f"{forecast.searched_until:%H:%M}" == "00:50"
    assert "searched until 2026-01-01 00:50" in forecast.unpredictable["morning"]
    assert forecast.to_dict()["searched_until"] == forecast.searched_until

    whole = session.forecast("10 minutes")
    assert (whole.is_complete, whole.searched_until) == (True, whole.until)


def test_a_forecast_that_looks_too_often_is_cut_and_says_how_far_it_went(session, monkeypatch):
    """Where conditions are looked at again and again, although few of them start anything."""
    monkeypatch.setattr(forecasts, "MOST_LOOKS", 50)
    session.task("every 1 minute", name="often")(nothing)
    session.task("cron 0 7 * * *", name="morning")(nothing)
    session.advance("30 s")
    forecast = session.forecast("1 day")
    assert not forecast.is_complete
    assert forecast.since < forecast.searched_until < forecast.until
    assert (
        f"until {forecast.searched_until:%Y-%m-%d %H:%M} UTC" in forecast.unpredictable["morning"]
    )
    assert forecast.of("often")


def test_a_custom_condition_costs_a_forecast_no_look_each_interval(session):
    """Its code is not asked, so that the virtual time passes from start to start."""
    ready = session.cond(every="1 s")(lambda: False)
    session.task(ready() & session.parse("daily"), name="seldom")(nothing)
    session.task("daily", name="other")(nothing)
    session.advance("1 s")
    forecast = session.forecast("360 days")
    assert (forecast.is_complete, len(forecast.of("other"))) == (True, 360)
    assert "depends on code" in forecast.unpredictable["seldom"]


@pytest.mark.parametrize(
    "until",
    [
        datetime.fromisoformat("0001-01-01T00:00:00+14:00"),
        datetime.fromisoformat("9999-12-31T23:59:59-12:00"),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        "999 years",
        "1000 years",
    ],
)
def test_the_edges_of_the_calendar_are_refused_by_name(session, until):
    """Neither the first nor the last instants of the calendar make a traceback."""
    with pytest.raises(InvalidInput, match="until"):
        session.forecast(until)


def test_a_forecast_asks_the_store_a_bounded_number_of_times(session, monkeypatch):
    """One statement for 300 tasks that have run, none for those that have not."""
    for number in range(300):
        session.task(f"daily at {number % 2:02d}:30", name=f"t{number}")(nothing)
    session.advance("1 minute")
    asked = []
    rows = Reader._rows

    def counted(reader, statement):
        asked.append(statement)
        return rows(reader, statement)

    monkeypatch.setattr(Reader, "_rows", counted)
    session.forecast("1 hour")
    assert asked == []
    session.advance("3 hours")
    asked.clear()
    session.forecast("1 hour")
    assert len(asked) == 1
