from redengine import Session
from redengine.testing import ManualSession


def make_tasks(app: Session) -> Session:
    """The tasks of the application: the script calls this, and so do the tests."""

    @app.task("daily at 02:30", retries=2, backoff={"base": 60, "jitter": 0})
    def nightly():
        if app.parameters.get("is_down"):
            message = "the server is down"
            raise ConnectionError(message)

    @app.task("after task 'nightly'")
    def report(): ...

    @app.task("hourly")
    def tidy(): ...

    return app


def test_a_short_night():
    """In New York the clock goes from 02:00 to 03:00 on 8 March: 02:30 becomes 03:00."""
    app = make_tasks(ManualSession(start="2026-03-07T12:00", timezone="America/New_York"))
    app.advance("2 days")
    assert [at.isoformat() for at in app.runs("nightly")] == [
        "2026-03-08T03:00:00-04:00",
        "2026-03-09T02:30:00-04:00",
    ]


def test_a_long_night():
    """On 1 November 01:00 comes twice: the hourly task runs in both, the nightly one once."""
    app = make_tasks(ManualSession(start="2026-11-01T00:00", timezone="America/New_York"))
    app.advance_to("2026-11-01T03:00")
    assert [at.isoformat() for at in app.runs("tidy")] == [
        "2026-11-01T00:00:00-04:00",
        "2026-11-01T01:00:00-04:00",
        "2026-11-01T01:00:00-05:00",
        "2026-11-01T02:00:00-05:00",
        "2026-11-01T03:00:00-05:00",
    ]
    assert len(app.runs("nightly")) == 1


def test_a_night_on_which_the_server_is_down():
    """It is tried three times, one and two minutes apart, and then has failed."""
    app = make_tasks(ManualSession(start="2026-06-01T00:00", parameters={"is_down": True}))
    app.advance_to("2026-06-01T06:00")
    assert app.tasks["nightly"].status == "fail"
    attempts = app.logs(action="run", task_name="nightly")
    assert [f"{attempt['timestamp']:%H:%M}" for attempt in attempts] == ["02:33", "02:31", "02:30"]
    assert app.runs("report") == []


def test_jobs_that_take_long():
    """A report that takes two hours starts every two hours: one job at a time."""
    app = ManualSession(start="2026-06-01T00:00", durations={"report": "2 hours"})

    @app.task("every 1 hour")
    def report(): ...

    app.advance("5 hours")
    assert [f"{at:%H:%M}" for at in app.runs("report")] == ["00:00", "02:00", "04:00"]
    assert app.tasks["report"].is_running
