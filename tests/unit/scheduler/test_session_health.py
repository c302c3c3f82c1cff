"""Health and readiness of a session, each check made to fail for its own reason."""

import threading
from datetime import timedelta

import pytest

from redengine import Session
from redengine.scheduler.insight.health import LATE_S, SILENT_S
from redengine.testing import ManualSession

WAIT_S = 20


@pytest.fixture
def app(session):
    """A running session on a virtual clock."""
    session.task(name="job", max_instances=10)(lambda: None)
    session.start(block=False)
    return session


def unwell(session):
    """The checks that fail, with what they say."""
    is_well, facts = session.health()
    failed = {name: check["message"] for name, check in facts["checks"].items() if not check["ok"]}
    assert is_well is (not failed)
    assert facts["status"] == ("unhealthy" if failed else "healthy")
    return failed


def test_a_running_session_is_well_and_ready(app):
    """Every check passes; paused it takes jobs as well."""
    assert unwell(app) == {}
    assert app.readiness() == (True, {"status": "ready", "state": "running", "reasons": []})
    app.pause()
    assert app.readiness()[0] is True
    assert unwell(app) == {}


def test_a_session_that_does_not_run_is_unready(session):
    """Before the start and after the end, with the state as the reason."""
    assert session.readiness() == (
        False,
        {
            "status": "unready",
            "state": "initialised",
            "reasons": ["the session is initialised"],
        },
    )
    session.start(block=False)
    session.shut_down()
    assert session.readiness()[1]["reasons"] == ["the session is stopped"]
    assert "engine" in unwell(session)


def test_a_session_that_stops_is_unready():
    """Its last jobs are still running by then."""
    started, release = threading.Event(), threading.Event()

    def work():
        started.set()
        release.wait(WAIT_S)

    with Session() as session:
        session.task(name="job")(work)
        session.submit("job")
        assert started.wait(WAIT_S)
        session.shut_down(wait=False)
        is_ready, facts = session.readiness()
        release.set()
    assert (is_ready, facts["reasons"]) == (False, ["the session is stopping"])


def test_an_engine_that_is_late_is_unwell(app):
    """Beyond the documented bound, and not before."""
    app.task("every 1 hour", name="hourly")(lambda: None)
    app.advance("1 minute")
    clock = app._core.clock
    due = app._core.agenda.next_instant()
    clock.move_to(due + timedelta(seconds=LATE_S))
    assert "lag" not in unwell(app)
    assert app.health()[1]["checks"]["lag"]["late_s"] == LATE_S
    clock.move_to(due + timedelta(seconds=LATE_S + 5))
    assert "15 s late" in unwell(app)["lag"]


def test_an_engine_that_is_silent_is_unwell(app, monkeypatch):
    """Its last look is longer ago than its longest wait."""
    now = app._core.clock.monotonic()
    monkeypatch.setattr(app._engine, "seen_at", now - SILENT_S - 1)
    assert "has not looked around" in unwell(app)["engine"]


def test_a_lock_that_is_held_is_told(app, monkeypatch):
    """Health answers even when the session does not get on."""
    monkeypatch.setattr("redengine.scheduler.insight.health._LOCK_WAIT_S", 0.01)
    held, release = threading.Event(), threading.Event()

    def hold():
        with app._core.lock:
            held.set()
            release.wait(WAIT_S)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(WAIT_S)
    try:
        assert "lock" in unwell(app)["lag"]
    finally:
        release.set()
        holder.join(WAIT_S)


def test_a_store_that_cannot_be_written_is_told(app, monkeypatch):
    """In both: unwell with the store's own words, unready without, as anybody may read that."""
    monkeypatch.setattr(app.store._writer, "last_error", "no route to db.internal")
    assert "db.internal" in unwell(app)["store"]
    assert app.readiness()[1]["reasons"] == ["the store cannot be written"]


def test_a_full_queue_is_told():
    """As many jobs wait as may: the session is unwell and unready until one has gone."""
    config = {"max_threads": 1, "max_queue_size": 2}
    with ManualSession(durations={"job": "1 minute"}, config=config) as session:
        session.task(name="job", max_instances=10)(lambda: None)
        session.start(block=False)
        session.submit("job")
        assert unwell(session) == {}
        session.submit("job")
        assert session.health()[1]["checks"]["queue"]["waiting"] == 2
        assert "max_queue_size is 2" in unwell(session)["queue"]
        assert "max_queue_size is 2" in session.readiness()[1]["reasons"][0]
        session.advance("30 s")
        assert unwell(session) == {}


def test_a_runtime_that_has_lost_all_its_slots_is_told():
    """A thread that was given up goes on; as many of them as slots, and it is unwell."""
    started, release = threading.Event(), threading.Event()

    def stubborn():
        started.set()
        release.wait(WAIT_S)

    with Session(config={"termination_grace": "0 s", "max_threads": 1}) as session:
        session.task(name="job")(stubborn)
        job = session.submit("job")
        assert started.wait(WAIT_S)
        assert unwell(session) == {}
        job.terminate()
        assert job.wait(WAIT_S)
        assert "'thread' has as many abandoned threads as slots" in unwell(session)["runtimes"]
        release.set()


def test_one_of_a_thing_is_not_several():
    """Messages count in the grammar of people."""
    from redengine.exceptions import Overloaded, TooManyWaiting, counted

    assert [counted(number, "job") for number in (0, 1, 2)] == ["0 jobs", "1 job", "2 jobs"]
    assert "with 1 job," in str(Overloaded(1, 1))
    assert "with 2 jobs," in str(Overloaded(2, 2))
    assert "1 request waiting" in str(TooManyWaiting(1))
