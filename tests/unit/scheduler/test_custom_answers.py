"""What the answers of custom conditions serve, and what becomes of checks that hang."""

import threading
import time

import pytest

from redengine import Session
from redengine.conditions import parse
from redengine.testing import ManualSession


class Box:
    """A file that is there or not, how often it was asked for, and a task that takes it away."""

    def __init__(self, session, every, **options):
        self.is_there = False
        self.asked = 0
        self.session = session
        self.condition = session.condition(every=every, name="box", **options)(self.look)

    def look(self):
        self.asked += 1
        return self.is_there

    def take(self):
        self.is_there = False

    def task(self, start_cond="box()", func=None, **options):
        self.session.task(start_cond, name="job", **options)(func or self.take)
        return self.session.tasks["job"]


def clock(session):
    return [f"{at:%H:%M:%S}" for at in session.runs("job")]


@pytest.mark.parametrize("every", ["1 s", "1 min"])
@pytest.mark.parametrize("text", ["box()", "~~box()", "box() & time of day after 00:00"])
def test_one_answer_serves_one_start(session, every, text):
    """One file, one job, however seldom the condition is asked."""
    box = Box(session, every)
    box.is_there = True
    box.task(text)
    session.advance("5 min")

    assert clock(session) == ["00:00:00"]
    box.is_there = True
    session.advance("1 min")
    assert len(session.runs("job")) == 2


def test_an_answer_that_stays_true_starts_once_for_each_asking(session):
    """A queue that is not empty: one job at each `every`."""
    box = Box(session, "10 s")
    box.is_there = True
    box.task(func=lambda: None)
    session.advance("35 s")

    assert clock(session) == ["00:00:00", "00:00:10", "00:00:20", "00:00:30"]


def test_a_false_answer_serves_once_where_it_is_negated(session):
    """`~box()` is no hot loop either."""
    Box(session, "10 s").task("~box()", func=lambda: None)
    session.advance("35 s")

    assert len(session.runs("job")) == 4


def test_an_answer_that_came_while_the_job_ran_serves_no_start():
    """The job takes the file away at its end; what was seen before says nothing."""
    with ManualSession(durations={"job": "25 s"}) as session:
        box = Box(session, "10 s")
        box.is_there = True
        box.task(func=lambda: None)
        session.advance("24 s")
        box.is_there = False
        session.advance("1 min")

        assert clock(session) == ["00:00:00"]


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("box() & every 10 s", ["00:00:00", "00:00:10", "00:00:20", "00:00:30"]),
        ("box() & cron * * * * * 10,20,30", ["00:00:10", "00:00:20", "00:00:30"]),
        ("box() & minutely", ["00:00:00"]),
    ],
)
def test_a_time_that_comes_beside_it_has_it_asked_at_once(session, text, starts):
    """The start goes on, with a new answer; its due time stays."""
    box = Box(session, "1 hour")
    box.is_there = True
    task = box.task(text, func=lambda: None)
    session.advance("35 s")

    assert clock(session) == starts
    assert sorted(f"{job.due_at:%H:%M:%S}" for job in task.jobs()) == starts
    assert box.asked == len(starts)


def test_a_time_does_not_start_on_an_answer_that_has_served(session):
    """The file is gone since the first start: asked again at 00:00:10, it says no."""
    box = Box(session, "1 hour")
    box.is_there = True
    box.task("box() & cron * * * * * 0,10")
    session.advance("35 s")

    assert clock(session) == ["00:00:00"]
    assert box.asked == 2


def test_a_parameter_that_comes_true_beside_it_has_it_asked_at_once(session):
    """Also one that was true before the last start."""
    box = Box(session, "1 hour")
    box.is_there = True
    session.parameters["mode"] = "live"
    box.task("box() & param 'mode' is 'live'", func=lambda: None)
    session.advance("10 s")
    session.parameters["mode"] = "off"
    session.advance("10 s")
    session.parameters["mode"] = "live"
    session.advance("10 s")

    assert clock(session) == ["00:00:00", "00:00:20"]


def test_another_task_that_ends_beside_it_has_it_asked_at_once(session):
    """`after` newly holds at each end."""
    box = Box(session, "1 hour")
    box.is_there = True
    session.task("every 10 s", name="fetch")(lambda: None)
    box.task("box() & after task 'fetch'", func=lambda: None)
    session.advance("25 s")

    assert clock(session) == ["00:00:00", "00:00:10", "00:00:20"]


def test_a_rising_condition_counts_changes_to_true_alone(session):
    """True from the beginning is no change; a change that waits is not lost."""
    box = Box(session, "10 s", rising=True)
    box.is_there = True
    box.task(func=lambda: None)
    session.advance("25 s")
    assert clock(session) == []
    box.is_there = False
    session.advance("10 s")
    box.is_there = True
    session.advance("1 min")

    assert clock(session) == ["00:00:40"]


def test_a_rising_condition_round_trips(session):
    """Its text is its name; the session knows that it rises."""
    Box(session, "10 s", rising=True)

    assert str(session.parse("box()")) == "box()"
    assert session.parse("box()").rising
    assert parse("every 1 s") == session.parse("every 1 s")


def test_a_forecast_runs_no_custom_condition(session):
    """The user's code is not asked about times that are not."""
    box = Box(session, "10 s")
    box.task("box() & every 1 min", func=lambda: None)
    session.advance("1 s")
    asked = box.asked
    session.forecast("1 day")

    assert box.asked == asked


# -- checks that hang


def test_checks_that_hang_stop_no_others_and_health_names_them():
    """However many never return, another one is asked on."""
    app, release, fine = Session(), threading.Event(), threading.Semaphore(0)
    for number in range(6):
        app.condition(every="1 s", name=f"hang{number}")(lambda: release.wait(60))
        app.task(f"hang{number}()", name=f"task{number}")(lambda: None)
    app.condition(every="100 ms", name="fine")(lambda: fine.release() or False)
    app.task("fine()", name="well")(lambda: None)
    try:
        app.start(block=False)
        for _ in range(10):
            assert fine.acquire(timeout=30)
        deadline = time.monotonic() + 30
        hung = ()
        while len(hung) < 6 and time.monotonic() < deadline:
            assert fine.acquire(timeout=30)
            is_well, told = app.health()
            hung = told["checks"]["conditions"]["hung"]
        assert {each["condition"] for each in hung} == {f"hang{number}()" for number in range(6)}
        assert not is_well
        assert "hang0()" in told["checks"]["conditions"]["message"]
    finally:
        release.set()
        app.shut_down()
