"""The job machine: every pair of its table, what goes with it, and what cannot happen."""

import threading
from datetime import timedelta

import pytest

from redengine import Session
from redengine.scheduler.jobs.job import ENDED
from redengine.scheduler.jobs.machine import (
    TABLE,
    Effect,
    Event,
    IllegalTransition,
    Machine,
    RetryNote,
    state_of,
)
from redengine.testing import ManualSession

LIVE = ("queued", "held", "run", "paused")
PAIRS = sorted(TABLE)
FORBIDDEN = sorted(
    (state, event) for state in (*LIVE, *ENDED) for event in Event if (state, event) not in TABLE
)
STATUS = {"held": "paused"}


@pytest.fixture
def session():
    with ManualSession(durations={"work": "1 hour"}, config={"max_threads": 1}) as session:
        session.task(name="work", max_instances=5, timeout="30 min", retries=3)(lambda: None)
        session.advance(0)
        yield session


def job_in(session, state):
    """A job in a state, brought there as users do."""
    if state in {"queued", "held"}:
        session.advance(0)
        session.submit("work")  # it has the only place
        session.advance(0)
    job = session.submit("work")
    session.advance(0)
    if state in ENDED:
        event = next(row for row in PAIRS if row[0] == "run" and TABLE[row].state == state)[1]
        return apply(session, job, event)
    if state in {"held", "paused"}:
        job.pause()
    assert state_of(job) == state
    return job


def apply(session, job, event):
    with session._core.lock:
        session._control.machine.apply(job, event, note=RetryNote("fail", "once more"))
    return job


def stored(session, job):
    """The job's row, in the form of the store."""
    return session.store.job(job.id)


@pytest.mark.parametrize(("state", "event"), PAIRS)
def test_an_allowed_event_leads_to_its_state_with_its_effects(session, state, event):
    """Status, hold, active jobs, slots, timers, records and history are those of the new state."""
    job = job_in(session, state)
    task, core = session.tasks["work"], session._core
    job.timeout_at = job.timeout_at or session.now + timedelta(hours=5)
    records = core.recorder.order
    apply(session, job, event)
    after, effects = TABLE[state, event]
    assert (state_of(job), job.status) == (after, STATUS.get(after, after))
    is_away = after in ENDED or event is Event.PARKED
    assert (core.jobs.get(job.id) is job) is not is_away
    assert (job in list(task.active)) is not is_away
    assert (job.ended_at is not None) == (after in ENDED)
    assert (core.recorder.order > records) == (
        after in ENDED or event in {Event.BEGAN, Event.RETRIED}
    )
    if event is Event.DEFERRED or (after == "held" and event is Event.PAUSED):
        assert task.active.is_resting(job)
    if event is Event.ADMITTED:
        assert not task.active.is_resting(job)
    if is_away or event in {Event.RETRIED, Event.PAUSED}:
        assert job.timeout_at is None
    if after in ENDED:
        action = "inaction" if after == "cancel" else after
        assert task.history.latest((action,))[1].order == core.recorder.order
        assert stored(session, job)["status"] == after
        assert Effect.HISTORY in effects


@pytest.mark.parametrize(("state", "event"), FORBIDDEN)
def test_any_other_event_is_refused_and_changes_nothing(session, state, event):
    """An illegal pair raises an internal error that names job, state and event."""
    job = job_in(session, state)
    before, records = job.snapshot(), session._core.recorder.order
    with pytest.raises(IllegalTransition, match=f"'{state}': {event.value}"):
        apply(session, job, event)
    assert job.snapshot() == before
    assert session._core.recorder.order == records


def test_ended_states_have_no_way_on_and_all_others_are_reached():
    """The table leads from queued to every state, and out of no state that is an end."""
    reached, todo = set(), ["queued"]
    while todo:
        state = todo.pop()
        if state not in reached:
            reached.add(state)
            todo += [row.state for (from_, _), row in TABLE.items() if from_ == state]
    assert reached == {*LIVE, *ENDED}
    assert ENDED.isdisjoint(state for state, _ in TABLE)
    assert {event for _, event in TABLE} == set(Event)


def test_every_effect_of_a_row_is_brought_about_once(session):
    """A row names an effect once, and the machine has a step for each."""
    for row in TABLE.values():
        assert len(set(row.effects)) == len(row.effects)
    steps = session._control.machine._steps
    assert steps.keys() == TABLE.keys()
    for pair, (*_, found) in steps.items():
        assert len(found) >= len(TABLE[pair].effects)


def test_a_job_withdrawn_between_two_attempts_keeps_the_time_of_the_first(session):
    """The wait for the next attempt is no part of the duration."""
    session.task(name="fails", retries=1, backoff=600)(lambda: 1 / 0)
    job = session.submit("fails")
    session.advance(1)
    assert (job.status, job.attempt) == ("queued", 2)
    session.advance(60)
    job.cancel()
    assert job.duration == 0


def test_the_machine_is_only_ever_applied_under_the_lock(tmp_path, monkeypatch):
    """Whichever thread it is, it holds the session's lock."""
    seen, apply = [], Machine.apply

    def watched(self, job, event, *args, **options):
        seen.append((event, self._core.has_lock, threading.current_thread().name))
        return apply(self, job, event, *args, **options)

    monkeypatch.setattr(Machine, "apply", watched)
    app = Session(store=f"sqlite:///{tmp_path}/jobs.db")
    runs = iter([True, False])

    @app.task(retries=1, backoff=0)
    def flaky():
        if next(runs):
            raise ValueError("again")

    @app.task(max_instances=5)
    def idle():
        pass

    app.start(block=False)
    flaking = app.submit("flaky")
    assert flaking.wait(30)
    tomorrow = app._core.clock.now() + timedelta(days=1)
    held = app.submit_task(app.tasks["idle"], {}, options={"run_at": tomorrow})
    held.pause()
    held.resume()
    held.cancel()
    app.shut_down()
    app.store.close()
    events = {event for event, _, _ in seen}
    assert {Event.BEGAN, Event.RETRIED, Event.SUCCEEDED, Event.WITHDRAWN} <= events
    assert {Event.PAUSED, Event.RESUMED, Event.DEFERRED} <= events
    assert all(has_lock for _, has_lock, _ in seen)
    assert len({thread for _, _, thread in seen}) > 1
