"""Forgetting what need not be kept."""

import threading
from datetime import timedelta

import pytest

from redengine.clock import ManualClock
from redengine.store import (
    CHANGE_FIELDS,
    JOB_FIELDS,
    LOG_FIELDS,
    ChangeEntry,
    OutputEntry,
    pruning,
)
from redengine.store.pruning import BATCH


def ids(store, make, *items):
    return [item["id"] for item in store.logs(make.query(LOG_FIELDS, *items)).items]


def names(store, make, *items):
    return [item["job_id"] for item in store.jobs(make.query(JOB_FIELDS, *items)).items]


def test_the_newest_records_are_kept(opened, make):
    """Pruning by count keeps the newest records and the latest of each action of each task."""
    store = opened(None, records=3)
    store.write(
        make.log(1, "success"),
        make.log(2, "fail"),
        make.log(3, "fail"),
        make.log(4, "fail", reason="retry"),
        make.log(5, task="report"),
        *(make.log(number) for number in range(6, 12)),
    )
    assert store.prune() == 5
    assert ids(store, make) == [11, 10, 9, 5, 3, 1]
    assert store.histories()["fetch"].latest["fail"][0] == 3
    assert store.prune() == 0


def test_jobs_that_have_not_ended_are_kept(opened, make):
    """Pruning takes ended jobs with their output, but for each task's latest occurrence."""
    store = opened(None, records=2)
    store.write(make.job("first", occurrence=make.at(1)))
    store.write(make.job("latest", occurrence=make.at(2)))
    store.write(make.job("running", "run"))
    store.write(make.job("old"), OutputEntry("old", 1, make.start, "stdout", "x"))
    store.write(make.job("a"), make.job("b"))
    assert store.prune() == 2
    assert names(store, make) == ["b", "a", "running", "latest"]
    assert store.output("old") == []
    assert store.histories()["fetch"].last_due == make.at(2)


def test_old_records_are_forgotten(opened, make, file_url):
    """Pruning by age takes what is older than that by the store's clock."""
    clock = ManualClock(make.start)
    store = opened(file_url, age=timedelta(seconds=10), clock=clock)
    store.write(*(make.log(number) for number in range(1, 6)))
    store.write(make.job("old"), make.job("new", submitted_at=make.at(5)))
    assert store.prune() == 0
    clock.advance(timedelta(seconds=13))
    assert store.prune() == 3
    assert ids(store, make) == [5, 4, 3]
    assert names(store, make) == ["new"]


def test_a_durable_store_keeps_all_unless_told(opened, make, file_url):
    """Without an age a file forgets nothing; `records` bounds memory only."""
    store = opened(file_url, records=1)
    store.write(*(make.log(number) for number in range(1, 6)))
    assert store.prune() == 0
    assert ids(store, make) == [5, 4, 3, 2, 1]


def test_totals_are_right_after_pruning(opened, make):
    """A total that was remembered is counted anew after rows have gone."""
    store = opened(None, records=3)
    store.write(*(make.log(number) for number in range(1, 11)))
    query = make.query(LOG_FIELDS, ("action", "run"), ("$limit", "1"))
    assert store.logs(query).total == 10
    store.prune()
    assert store.logs(query).total == 3


@pytest.mark.parametrize("synchronous", [True, False])
def test_memory_prunes_itself(opened, make, synchronous):
    """A store in memory stays within its bound and a little slack, whatever is written."""
    store = opened(None, records=100, synchronous=synchronous)
    for number in range(1, 6001):
        store.write(make.log(number))
        if number % 500 == 0:
            store.flush()
    for number in range(6001, 6003):  # the thread prunes between two of its callbacks
        called = threading.Event()
        store.write(make.log(number)).then(called.set)
        store.flush()
        assert called.wait(10)
    query = make.query(LOG_FIELDS, ("$limit", "1"))
    assert 100 <= store.logs(query).total <= 2500


def test_pruning_goes_by_small_batches(opened, make, monkeypatch):
    """Writers get their turn between two batches."""
    store = opened(None, records=1)
    store.write(*(make.log(number) for number in range(1, 2 * BATCH + 100)))
    store.flush()
    turns = []
    exclusive = store._writer.exclusive
    monkeypatch.setattr(store._writer, "exclusive", lambda: turns.append(1) or exclusive())
    assert store.prune() == 2 * BATCH + 98
    assert len(turns) == 3


def trail(store, make, *items):
    return [item["id"] for item in store.changes(make.query(CHANGE_FIELDS, *items)).items]


def test_a_flood_of_refusals_is_forgotten_but_for_the_newest(opened, make, file_url, monkeypatch):
    """Of refused requests a bounded number is kept, also in a file that keeps all history."""
    monkeypatch.setattr(pruning, "MOST_REFUSALS", 3)
    store = opened(file_url)
    store.write(ChangeEntry(make.start, "Task", "x", "patch"))
    store.write(ChangeEntry(make.start, "Task", "x", "run", kind="action"))
    store.write(*(ChangeEntry(make.at(n), "Task", "x", "patch", kind="refusal") for n in range(10)))
    assert len(trail(store, make)) == 12
    store.prune()
    assert trail(store, make) == [12, 11, 10, 2, 1]
    assert store.changes(make.query(CHANGE_FIELDS, ("kind", "refusal"))).total == 3


def test_changes_in_a_file_outlive_everything(opened, make, file_url):
    """A session that starts anew needs them, so no age makes them go; actions go by age."""
    clock = ManualClock(make.start)
    store = opened(file_url, age=timedelta(seconds=10), clock=clock)
    store.write(ChangeEntry(make.start, "Task", "x", "patch"))
    store.write(ChangeEntry(make.start, "Task", "x", "run", kind="action"))
    clock.advance(timedelta(days=1))
    store.prune()
    assert trail(store, make) == [1]


def test_changes_in_memory_are_bounded(opened, make):
    """Nothing is applied again from memory, so the newest entries of each kind are enough."""
    store = opened(None, records=2)
    store.write(*(ChangeEntry(make.at(n), "Task", "x", "patch") for n in range(5)))
    store.prune()
    assert trail(store, make) == [5, 4]
