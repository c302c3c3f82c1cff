"""Group commit: what is written together is committed together."""

import logging
import threading

import pytest

from redengine.exceptions import StoreError
from redengine.store.errors import Outage
from redengine.store.writing.writer import Writer


class Disk:
    """Takes batches; a test may hold it, or break it."""

    def __init__(self):
        self.batches = []
        self.threads = set()
        self.is_broken = False
        self.entered = threading.Event()
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.refused = ()

    def write(self, commits):
        self.entered.set()
        assert self.may_go_on.wait(60)
        self.threads.add(threading.current_thread().name)
        if self.is_broken:
            raise Outage("the disk is full")
        self.batches.append([entry for commit in commits for entry in commit.entries])
        for commit in commits:
            if set(commit.entries) & set(self.refused):
                commit.error = StoreError("disk", "refused")
            commit.done = True

    @property
    def entries(self):
        return [entry for batch in self.batches for entry in batch]


@pytest.fixture
def disk():
    """A place to write to."""
    return Disk()


@pytest.fixture
def writer_of(disk):
    """Makes writers, and closes them at the end."""
    writers = []

    def make(**options):
        options = {"linger_s": 60, "retry_delays_s": (0.001,), **options}
        writer = Writer("disk", disk.write, **options)
        writers.append(writer)
        return writer

    yield make
    disk.may_go_on.set()
    disk.is_broken = False
    for writer in writers:
        writer.close(1)


def test_writing_only_queues(writer_of, disk):
    """`put` returns before anything is written."""
    commit = writer_of().put(("a",))
    assert not commit.done
    assert disk.batches == []


def test_who_waits_commits_everything_queued(writer_of, disk):
    """A waiting caller writes all entries in one batch, in its own thread."""
    writer = writer_of()
    commits = [writer.put((name,)) for name in "abc"]
    commits[1].wait()
    assert disk.batches == [["a", "b", "c"]]
    assert disk.threads == {threading.current_thread().name}
    assert all(commit.done for commit in commits)


def test_what_comes_during_a_commit_is_the_next_batch(writer_of, disk):
    """Entries that gather while a batch is being written form one batch."""
    writer = writer_of()
    disk.may_go_on.clear()
    first = writer.put(("a",))
    leader = threading.Thread(target=first.wait)
    leader.start()
    assert disk.entered.wait(60)
    followers = [threading.Thread(target=writer.put((name,)).wait) for name in "bcdef"]
    for thread in followers:
        thread.start()
    disk.may_go_on.set()
    for thread in (leader, *followers):
        thread.join(60)
    assert disk.batches == [["a"], ["b", "c", "d", "e", "f"]]


def test_what_nobody_waits_for_is_committed_by_the_thread(writer_of, disk):
    """Without anybody waiting the writer's own thread commits after its lingering."""
    writer_of(linger_s=0.001).put(("a",))
    assert disk.entered.wait(60)


def test_callbacks_come_on_the_writer_thread(writer_of, disk):
    """`then` calls back on the store's thread, once, after the commit, without lingering."""
    called = threading.Event()
    seen = []
    commit = writer_of().put(("a",))
    commit.then(
        lambda: (seen.append((threading.current_thread().name, disk.entries)), called.set())
    )
    assert called.wait(60)
    assert seen == [("redengine-store", ["a"])]


def test_a_callback_on_a_done_ticket_comes_at_once(writer_of):
    """`then` on a ticket that is done calls back before it returns."""
    commit = writer_of().put(("a",))
    commit.wait()
    seen = []
    commit.then(lambda: seen.append(1))
    assert seen == [1]


def test_a_raising_callback_harms_nobody(writer_of, disk, caplog):
    """What a callback raises is logged, and the next ones are called."""
    disk.may_go_on.clear()
    called = threading.Event()
    commit = writer_of().put(("a",))
    commit.then(lambda: 1 / 0)
    commit.then(called.set)
    disk.may_go_on.set()
    assert called.wait(60)
    assert "a callback of the store raised" in caplog.text


def test_flushing_waits_for_a_batch_in_flight(writer_of, disk):
    """`flush` returns only when what another thread is writing is settled."""
    writer = writer_of()
    disk.may_go_on.clear()
    leader = threading.Thread(target=writer.put(("a",)).wait)
    leader.start()
    assert disk.entered.wait(60)
    with pytest.raises(StoreError, match=r"within 0\.01 s"):
        writer.flush(0.01)
    disk.may_go_on.set()
    writer.flush(10)
    assert disk.entries == ["a"]
    leader.join(60)


def test_an_outage_loses_nothing_and_keeps_the_order(writer_of, disk, caplog):
    """Entries of an outage are written in their order when it ends; it is told of once."""
    caplog.set_level(logging.WARNING)
    writer = writer_of()
    disk.is_broken = True
    first = writer.put(("a",))
    with pytest.raises(StoreError, match="the disk is full"):
        first.wait(0.01)
    commits = [writer.put((name,)) for name in "bc"]
    assert (writer.healthy, writer.last_error) == (False, "the disk is full")
    disk.is_broken = False
    for commit in (first, *commits):
        commit.wait(60)
    writer.flush(10)
    assert disk.entries == ["a", "b", "c"]
    assert (writer.healthy, writer.last_error) == (True, None)
    messages = [record.message for record in caplog.records]
    assert len(messages) == 2
    assert "cannot be written: the disk is full" in messages[0]
    assert "can be written again" in messages[1]


def test_an_unforeseen_error_is_an_outage_too(writer_of, disk, monkeypatch):
    """A bug below the writer loses no entries and does not end its thread."""
    writer = writer_of()
    failing = [ZeroDivisionError("bug")]
    write = disk.write

    def fail_once(commits):
        if failing:
            raise failing.pop()
        write(commits)

    monkeypatch.setattr(writer, "_write_batch", fail_once)
    writer.put(("a",)).wait(60)
    assert disk.entries == ["a"]


def test_without_a_thread_each_wait_tries_again(writer_of, disk):
    """A synchronous writer tries where it is asked to, and says at once that it cannot."""
    writer = writer_of(background=False)
    disk.is_broken = True
    commit = writer.put(("a",))
    for _ in range(2):
        with pytest.raises(StoreError, match="the disk is full"):
            commit.wait()
    disk.is_broken = False
    commit.wait()
    assert disk.entries == ["a"]
    assert disk.threads == {threading.current_thread().name}


def test_without_a_thread_callbacks_come_where_it_is_flushed(writer_of):
    """A synchronous writer calls back in the thread that makes it commit."""
    writer = writer_of(background=False)
    seen = []
    writer.put(("a",)).then(lambda: seen.append(threading.current_thread().name))
    assert seen == []
    writer.flush()
    assert seen == [threading.current_thread().name]


def test_memory_is_bounded_in_an_outage(writer_of, disk):
    """Beyond the bound entries are refused, and those before stay."""
    writer = writer_of(most_pending=2)
    disk.is_broken = True
    writer.put(("a", "b"))
    with pytest.raises(StoreError, match="2 entries wait already"):
        writer.put(("c",))
    disk.is_broken = False
    writer.flush(10)
    assert disk.entries == ["a", "b"]


def test_a_refused_ticket_raises_for_its_own_waiter_only(writer_of, disk):
    """One refused ticket does not trouble the others of its batch, nor a flush."""
    disk.refused = ("b",)
    writer = writer_of()
    commits = [writer.put((name,)) for name in "abc"]
    writer.flush(10)
    commits[0].wait()
    with pytest.raises(StoreError, match="refused"):
        commits[1].wait()
    commits[2].wait()


def test_closing_commits_and_refuses_the_rest(writer_of, disk):
    """`close` writes what is queued; afterwards nothing is taken until `reopen`."""
    writer = writer_of()
    writer.put(("a",))
    writer.close()
    assert disk.entries == ["a"]
    with pytest.raises(StoreError, match="closed"):
        writer.put(("b",))
    writer.reopen()
    writer.put(("b",)).wait(60)
    assert disk.entries == ["a", "b"]


def test_closing_in_an_outage_tells_those_who_wait(writer_of, disk, caplog):
    """What cannot be written by the end is refused, so that nobody waits for ever."""
    writer = writer_of()
    disk.is_broken = True
    commit = writer.put(("a",))
    errors = []

    def wait():
        try:
            commit.wait()
        except StoreError as error:
            errors.append(error.reason)

    waiter = threading.Thread(target=wait)
    waiter.start()
    assert disk.entered.wait(60)
    writer.close(0.01)
    waiter.join(60)
    assert errors
    assert "closed before it could be written" in errors[0]
    assert "1 entries are lost" in caplog.text


def test_many_writers_lose_and_repeat_nothing(writer_of, disk):
    """Entries of many threads are each written once, those of a thread in their order."""
    writer = writer_of(linger_s=0)

    def write(name):
        for number in range(200):
            commit = writer.put(((name, number),))
            if number % 7 == 0:
                commit.wait(60)

    threads = [threading.Thread(target=write, args=(name,)) for name in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    writer.flush(10)
    assert len(disk.entries) == 1000
    for name in range(5):
        assert [entry[1] for entry in disk.entries if entry[0] == name] == list(range(200))
    assert len(disk.batches) < 1000


@pytest.mark.parametrize("is_broken", [False, True])
def test_what_outlives_the_close_does_what_is_left_to_do(disk, writer_of, is_broken):
    """A try that is under way when the time is over ends first; nothing is tried after it."""
    disk.may_go_on.clear()
    writer = writer_of(linger_s=0)
    commit = writer.put(("one",))
    assert disk.entered.wait(60)
    assert not writer.close(0)
    ended = threading.Event()
    writer.call_at_end(ended.set)
    assert not ended.is_set()
    disk.is_broken = is_broken
    disk.may_go_on.set()
    assert ended.wait(60)
    assert commit.done
    assert (commit.error is None) is not is_broken
    assert disk.entries == ([] if is_broken else ["one"])


def test_what_is_put_off_to_the_end_is_done_at_once_where_nothing_is_tried(writer_of):
    """There may be nothing to wait for any more."""
    writer = writer_of()
    assert writer.close(0)
    ended = threading.Event()
    writer.call_at_end(ended.set)
    assert ended.is_set()
