"""Forgetting what need not be kept."""

import contextlib
import threading
import uuid
from datetime import timedelta

import pytest
from store_servers import SERVERS, server_for_test

from redengine.clock import ManualClock
from redengine.store import (
    CHANGE_FIELDS,
    JOB_FIELDS,
    LOG_FIELDS,
    ChangeEntry,
    DeleteEntry,
    OutputEntry,
    Store,
    housekeeping,
)
from redengine.store import retention as pruning
from redengine.store.housekeeping import _LEAST_SLACK, _MOST_SLACKS
from redengine.store.retention import BATCH
from redengine.store.store import MUCH_PENDING
from redengine.store.writing.writer import _MOST_IN_BATCH


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


def test_pruning_does_not_look_again_and_again_at_what_has_to_stay(opened, make, monkeypatch):
    """With very many tasks, whose latest records all stay, an entry costs no more than with few."""
    prune, looked_at, tasks, written = pruning.prune, [], 3_000, 12_000

    def counted(*args):
        pruned = prune(*args)
        looked_at.append(sum(pruned))
        return pruned

    monkeypatch.setattr(housekeeping, "prune", counted)
    store = opened(None, records=100, synchronous=True)
    for first in range(0, written, 500):
        numbers = range(first + 1, first + 501)
        store.write(*(make.log(number, task=f"task-{number % tasks}") for number in numbers))

    assert looked_at
    assert sum(looked_at) <= 2 * written
    query = make.query(LOG_FIELDS, ("$limit", "1"))
    assert tasks <= store.logs(query).total <= 2 * tasks + 600


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
        assert called.wait(60)
    query = make.query(LOG_FIELDS, ("$limit", "1"))
    assert 100 <= store.logs(query).total <= 2500


def test_pruning_goes_by_small_batches(opened, make, monkeypatch):
    """No transaction of pruning takes more than a batch."""
    monkeypatch.setattr(pruning, "BATCH", 100)  # few enough that nobody prunes them before
    store = opened(None, records=1)
    store.write(*(make.log(number) for number in range(1, 2 * 100 + 90)))
    store.flush()
    turns = []
    exclusive = store._writer.exclusive
    monkeypatch.setattr(store._writer, "exclusive", lambda: turns.append(1) or exclusive())
    assert store.prune() == 2 * 100 + 88
    assert len(turns) == 3


def test_writers_have_their_turn_between_batches(opened, make, file_url, monkeypatch):
    """What is written in the midst of a pruning is committed before the pruning ends."""
    monkeypatch.setattr(pruning, "BATCH", 100)  # few enough that nobody prunes them before
    store = opened(file_url, logs=1)
    store.write(*(make.log(number) for number in range(1, 3 * 100)))
    store.flush()
    database = store._database
    remove, sizes, commits = database.remove, [], []

    def watched(cursor, what, keys):
        assert all(commit.done for commit in commits)
        sizes.append(len(keys))
        commits.append(store.write(make.job(f"j{len(sizes)}", "run")))
        remove(cursor, what, keys)

    monkeypatch.setattr(database, "remove", watched)
    assert store.prune() == 3 * 100 - 2
    assert [commit.done for commit in commits] == [True] * 3
    assert max(sizes) <= 100
    assert sorted(names(store, make)) == ["j1", "j2", "j3"]


def test_a_durable_store_keeps_so_many_jobs_and_logs(opened, make, file_url):
    """A file can be bounded by count, of jobs and of log records apart."""
    store = opened(file_url, jobs=2, logs=4)
    store.write(*(make.log(number) for number in range(1, 11)))
    store.write(*(make.job(f"j{number}") for number in range(1, 6)), make.job("active", "run"))
    assert store.prune() == 6 + 4
    assert ids(store, make) == [10, 9, 8, 7]
    assert names(store, make) == ["active", "j5"]


def test_what_is_kept_can_be_changed(opened, make, file_url):
    """A new bound holds from the next pruning on."""
    store = opened(file_url)
    store.write(*(make.job(f"j{number}") for number in range(1, 6)))
    assert store.prune() == 0
    store.keep(jobs=1)
    assert store.prune() == 4
    store.keep()
    assert store.prune() == 0


@pytest.mark.parametrize("status", ["queued", "run", "paused"])
def test_active_jobs_are_never_pruned(opened, make, file_url, status):
    """However old and however many, a job that has not ended stays, with its output."""
    clock = ManualClock(make.start)
    store = opened(file_url, jobs=1, age=timedelta(seconds=1), clock=clock)
    line = OutputEntry("active", 1, make.start, "stdout", "x")
    store.write(make.job("active", status), line, make.job("old"), make.job("new"))
    clock.advance(timedelta(days=400))
    assert store.prune() == 2
    assert names(store, make) == ["active"]
    assert len(store.output("active")) == 1


def test_who_writes_too_fast_helps_to_write_and_to_prune(opened, make):
    """However fast entries come, so many wait and so many rows are there, and none is refused."""
    store = opened(None, records=1000)
    most = 0
    for number in range(1, 60_001):
        store.write(make.log(number))
        store.relieve()
        most = max(most, store.pending)
    store.flush()
    assert most <= MUCH_PENDING + BATCH
    total = store.logs(make.query(LOG_FIELDS, ("$limit", "1"))).total
    # What is pruned is settled when a pruning begins: so there is what came since the one before it
    # began, and what has come since.
    between_prunings = MUCH_PENDING + _MOST_IN_BATCH + _MOST_SLACKS * _LEAST_SLACK
    assert 1000 <= total <= 1000 + 2 * between_prunings
    assert store.last_order() == 60_000


# -- what can be said of what is gone


@pytest.fixture(params=["memory", "file", *SERVERS])
def pruned(request, make, file_url):
    """A store in which jobs of three ids of a session, and one of a caller's own, were pruned."""
    with contextlib.ExitStack() as stack:
        if request.param in SERVERS:
            url = stack.enter_context(server_for_test(request.param)).url
        else:
            url = file_url if request.param == "file" else None
        store = stack.enter_context(Store.open(url, jobs=2))
        store.write(*(make.job(id_at(ms), submitted_at=make.at(ms)) for ms in (1, 2, 5)))
        store.write(make.job("own", submitted_at=make.at(6)), make.log(6, job_id="own"))
        store.write(make.job(id_at(7), "run", submitted_at=make.at(7)))
        store.write(make.job(id_at(8), submitted_at=make.at(8)))
        assert store.pruned_before is None
        assert not any(map(store.was_pruned, (id_at(1), "own", "other")))
        assert store.prune() == 4
        yield store


def id_at(ms):
    """A UUIDv7 of a millisecond."""
    return str(uuid.UUID(int=(ms << 80) | (7 << 76) | (2 << 62)))


def test_a_pruned_job_is_known_to_have_been(pruned, make):
    """The time in a session's id tells that jobs of that time are gone."""
    assert pruned.pruned_before == make.at(6)
    assert all(pruned.was_pruned(id_at(ms)) for ms in (1, 2, 5))
    assert not pruned.was_pruned(id_at(7))
    assert not pruned.was_pruned(id_at(8))
    assert not pruned.was_pruned(id_at(9))


def test_of_a_callers_own_id_the_log_tells(pruned, make):
    """While there are log records of it, a caller's own id is known to have been."""
    assert pruned.was_pruned("own")
    assert not pruned.was_pruned("other")
    pruned.write(DeleteEntry("log", 6))
    assert not pruned.was_pruned("own")


def test_the_mark_outlives_the_store(opened, make, file_url):
    """A later session knows what an earlier one has pruned; a smaller mark does not replace it."""
    with opened(file_url, jobs=1) as store:
        store.write(make.job(id_at(5), submitted_at=make.at(5)), make.job("a"))
        assert store.prune() == 1
    store = opened(file_url, jobs=1)
    assert store.was_pruned(id_at(5))
    store.write(make.job(id_at(2), submitted_at=make.at(2)), make.job("b"))
    assert store.prune() == 2
    assert store.was_pruned(id_at(5))
    assert store.pruned_before == make.at(5)


def test_an_id_from_the_future_tells_nothing(opened, make, file_url):
    """A caller's own UUIDv7 that lies ahead does not make all ids look pruned."""
    store = opened(file_url, jobs=1)
    far = 1 << 47
    store.write(make.job(id_at(far)), make.job(id_at(3)), make.job("a"))
    assert store.prune() == 2
    assert store.was_pruned(id_at(3))
    assert not store.was_pruned(id_at(far - 1))


# -- the audit trail


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
