"""What a simulation starts from: of one instant, taken at a small cost, and then a value."""

import gc
import sys
import threading
from datetime import timedelta

import pytest

from redengine.simulation.simulator import Simulator
from redengine.simulation.spec import SessionSpec
from redengine.store.queries.reader import Reader
from redengine.tasks import TaskHistory
from redengine.tasks.occurrences import FireTimes, Occurrences
from redengine.testing import ManualSession


def nothing():
    """A task's function."""


def spec_of(session):
    return SessionSpec.of(session._core, session._names.by_name)


def starts(simulator, by):
    """The instants at which each task starts in a simulation."""
    found = []
    simulator.core.hooks.add("job_end", lambda job: found.append((job.task, job.started_at)))
    simulator.begin()
    simulator.advance(simulator.spec.now + by, lambda: False)
    return found


@pytest.fixture
def many():
    """A session of 1,000 tasks, each of which has succeeded."""
    session = ManualSession()
    for number in range(1_000):
        session.task(f"daily at 00:{number % 60:02d}", name=f"t{number}")(nothing)
    session.advance("1 hour")
    return session


class WatchedLock:
    """A lock that counts how often it is taken, and the calls of functions while it is held."""

    def __init__(self):
        self.lock = threading.RLock()
        self.depth = self.times = self.calls = 0

    def __enter__(self):
        self.lock.acquire()
        self.depth += 1
        self.times += self.depth == 1

    def __exit__(self, *exc_info):
        self.depth -= 1
        self.lock.release()

    def note(self, frame, event, argument):
        """As `sys.setprofile` takes it."""
        del frame, argument
        self.calls += bool(self.depth) and event in {"call", "c_call"}


def test_a_spec_takes_the_lock_once_and_asks_the_store_once(many, monkeypatch):
    """1,000 tasks are seen at one instant, and one statement tells how long their jobs take."""
    lock, asked = WatchedLock(), []
    rows = Reader._rows
    monkeypatch.setattr(many._core, "lock", lock)
    monkeypatch.setattr(Reader, "_rows", lambda self, each: asked.append(each) or rows(self, each))
    spec = spec_of(many)
    assert (lock.times, len(asked)) == (1, 1)
    assert len(spec.tasks) == len(spec.durations) == 1_000


def test_a_spec_costs_some_calls_a_task_under_the_lock(many, monkeypatch):
    """What is held up meanwhile is held up by some 12 calls a task, most of them built in."""
    lock = WatchedLock()
    monkeypatch.setattr(many._core, "lock", lock)
    gc.disable()  # what other tests have left is not counted
    sys.setprofile(lock.note)
    try:
        spec_of(many)
    finally:
        sys.setprofile(None)
        gc.enable()
    assert 1_000 < lock.calls < 15 * 1_000


def test_a_spec_stays_as_the_session_was(many):
    """Neither changes of the session nor a simulation that starts from it change a spec."""
    spec = spec_of(many)
    first = starts(Simulator(spec), timedelta(days=1))
    many.tasks["t1"].update({"start_cond": "daily at 05:00"})
    many.tasks["t2"].delete()
    many.advance("1 day")
    assert starts(Simulator(spec), timedelta(days=1)) == first
    assert sorted({task for task, _ in first}) == sorted(f"t{number}" for number in range(1_000))


def test_a_simulator_may_take_some_of_the_tasks(many):
    """The others are not there."""
    assert Simulator(spec_of(many).only({"t1", "t7", "t2000"})).tasks.names() == ["t1", "t7"]


def test_a_history_comes_back_from_its_snapshot_whole(many):
    """Every slot of a history and its occurrences is the same, and independent of the first."""
    history = many.tasks["t1"].history
    history.keep("success")
    occurrences = history.occurrences
    occurrences.owe((many.now,))
    occurrences.used_answers["x"] = 3
    made = TaskHistory.of_snapshot(history.snapshot())
    for slot in {*TaskHistory.__slots__} - {"occurrences"}:
        assert getattr(made, slot) == getattr(history, slot)
    for slot in {*Occurrences.__slots__} - {"_run"}:
        assert getattr(made.occurrences, slot) == getattr(occurrences, slot)
    for slot in FireTimes.__slots__:
        assert getattr(made.occurrences._run, slot) == getattr(occurrences._run, slot)
    before = history.snapshot()
    made.occurrences.misfires.clear()
    made.occurrences._run.add(many.now)
    made._latest.clear()
    made._kept["success"].clear()
    assert history.snapshot() == before


def test_a_job_that_holds_a_slot_is_named_in_a_simulation_as_it_is(many):
    """A simulation's active jobs have the ids of the session's."""
    job = many.submit("t3")
    job.pause()
    simulator = Simulator(spec_of(many))
    simulator.begin()
    assert job.id in {each.id for each in simulator.tasks["t3"].active}
