"""A store in memory before it has a database: what it takes, what it answers, when it gets one."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from redengine.exceptions import StoreError
from redengine.query import parse_query
from redengine.store import (
    LOG_FIELDS,
    KeyEntry,
    LogEntry,
    OutputEntry,
    ReturnEntry,
    StateEntry,
    open_store,
)
from redengine.store import early as module
from redengine.store.early import EarlyStore

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EVERYTHING = parse_query((), LOG_FIELDS, zone=UTC, default_limit=10_000, max_limit=10_000)


def log(number):
    """A log record."""
    return LogEntry(number, NOW + timedelta(seconds=number), "run", "fetch")


@pytest.fixture
def store():
    """A store in memory."""
    with open_store(None) as store:
        yield store


def has_database(store):
    """Whether it has got its database."""
    return store._store is not None


def numbers(store):
    """The ids of its log records."""
    return [item["id"] for item in store.logs(EVERYTHING).items]


def test_a_session_starts_with_nothing_and_no_database(store):
    """What a start asks for is empty, without a database; so is what is asked beside it."""
    assert (store.last_order(), store.histories(), store.returns()) == (0, {}, {})
    assert (store.state("x"), store.job("x"), store.was_pruned("x")) == (None, None, False)
    assert (store.api_keys(), store.whole_changes(), store.jobs_in_state("run")) == ([], [], [])
    assert (store.output("x"), store.last_line("x"), store.durations(["x"])) == ([], 0, {})
    assert (store.healthy, store.pending, store.outage_s, store.has_room) == (True, 0, 0.0, True)
    store.write(log(1)).wait(0)
    assert (store.state("x"), store.returns()) == (None, {})
    store.relieve()
    store.flush()
    assert not has_database(store)


@pytest.mark.parametrize(
    ("entry", "ask", "answer"),
    [
        (log(7), lambda store: store.last_order(), 7),
        (log(7), lambda store: list(store.histories()), ["fetch"]),
        (log(7), lambda store: len(store.moments("fetch", "run")), 1),
        (StateEntry("x", [1]), lambda store: store.state("x"), [1]),
        (ReturnEntry("fetch", NOW, "json", "3"), lambda store: store.returns(), {"fetch": 3}),
        (OutputEntry("x", 2, NOW, "stdout", "a"), lambda store: store.last_line("x"), 2),
        (
            KeyEntry("x", "salt", "digest", ("read",), None, NOW, None, None, None),
            lambda store: [key.name for key in store.api_keys()],
            ["x"],
        ),
    ],
)
def test_what_was_written_is_read(store, entry, ask, answer):
    """The first question that it has a part in opens the database, and finds it there."""
    store.write(entry)
    assert ask(store) == answer
    assert has_database(store)
    store.write(log(8)).wait(60)
    assert 8 in numbers(store)


def test_many_entries_get_a_database_beside_the_session(store):
    """Entries keep their order, and none is lost, while the database is opened."""
    for number in range(1, 2 * module.MOST_EARLY):
        store.write(log(number))
    store._opener.join()
    assert has_database(store)
    assert numbers(store) == list(range(2 * module.MOST_EARLY - 1, 0, -1))


def test_without_threads_it_is_opened_in_place():
    """Virtual time has no threads beside it."""
    before = threading.active_count()
    with open_store(None, synchronous=True) as store:
        for number in range(1, module.MOST_EARLY + 1):
            store.write(log(number))
        assert has_database(store)
        assert threading.active_count() == before


def test_it_takes_nothing_when_it_is_closed_and_can_be_read(store):
    """As any store; reopened it takes more."""
    store.write(log(1))
    store.close()
    assert not store.is_open
    with pytest.raises(StoreError, match="is closed"):
        store.write(log(2))
    assert numbers(store) == [1]
    with pytest.raises(StoreError, match="is closed"):
        store.write(log(2))
    store.reopen()
    store.write(log(3)).wait(60)
    assert numbers(store) == [3, 1]


def test_what_is_kept_is_what_was_set_before(store):
    """Bounds that were set early hold in the database."""
    store.keep(records=10)
    for number in range(1, 101):
        store.write(log(number))
    store.prune()
    assert numbers(store) == list(range(100, 90, -1))


def test_a_copy_of_a_running_session_keeps_nothing(store):
    """In a forked child what the copy writes is refused; a session of its own may write."""
    store.serves = True
    store.before_fork()
    store.after_fork(is_child=True)
    with pytest.raises(StoreError, match="forked"):
        store.write(log(1)).wait(0)
    store.serves = False
    store.before_fork()
    store.after_fork(is_child=True)
    store.write(log(2)).wait(0)
    assert store.last_order() == 2


def test_only_memory_is_early(tmp_path):
    """A file is opened at once: it may not be there, or be somebody else's."""
    with open_store(f"sqlite:///{tmp_path / 'x.db'}") as store:
        assert not isinstance(store, EarlyStore)
    with pytest.raises(AttributeError):
        _ = open_store("sqlite://").colour


def test_what_was_flushed_is_committed_in_the_database_that_opens(store):
    """Rows that a reader of the tables finds at once, as `flush` returned before it was opened."""
    store.write(log(1), log(2))
    store.flush()
    assert not has_database(store)

    with store._database.engine.connect() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM redengine_logs").scalar()

    assert count == 2
