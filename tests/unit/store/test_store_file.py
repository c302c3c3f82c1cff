"""A store in a file: opening it, having it alone, riding out its troubles."""

import os
import signal
import sqlite3
import subprocess
import sys

import psutil
import pytest
from sqlalchemy import event

from redengine.exceptions import StoreError
from redengine.store import LOG_FIELDS, StateEntry, Store

HOLD = """
import sys
from redengine.store import Store
store = Store.open(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    """The file that `file_url` names."""
    return tmp_path / "jobs.db"


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("jobs.db", "write 'sqlite:///jobs.db'"),
        ("redis://localhost", "'redis' is not supported"),
        ("sqlite:////no/such/folder/jobs.db", "there is no folder /no/such/folder"),
        ("sqlite:////tmp", "is a folder"),
        ("sqlite:///x.db?mode=ro", "unknown option 'mode'"),
        ("sqlite:///x.db?synchronous=maybe", "off, normal, full, extra"),
    ],
)
def test_what_cannot_be_opened_is_explained(url, part):
    """Opening fails with the reason and the next step."""
    with pytest.raises(StoreError) as caught:
        Store.open(url)
    assert part in str(caught.value)


def test_a_file_of_something_else_is_refused(file_url, path):
    """A file that is no database stays as it is."""
    path.write_text("these are my memoirs, not a database" * 100)
    with pytest.raises(StoreError, match="file is not a database; the file holds something else"):
        Store.open(file_url)
    assert path.read_text().startswith("these are my memoirs")
    assert not path.with_name("jobs.db-lock").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_file_that_may_not_be_written_is_refused(file_url, path):
    """Missing permissions are named."""
    path.touch(0o400)
    with pytest.raises(StoreError, match="may not be written"):
        Store.open(file_url)


def test_everything_is_there_after_reopening(opened, file_url, make):
    """What one store wrote the next one reads."""
    with opened(file_url) as store:
        store.write(make.log(1))
    assert opened(file_url).last_order() == 1


def test_the_path_is_fixed_when_it_is_opened(opened, tmp_path, monkeypatch, make):
    """Changing the working directory does not move the store."""
    monkeypatch.chdir(tmp_path)
    store = opened("sqlite:///jobs.db")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    store.write(make.log(1)).wait(60)
    assert os.listdir(".") == []  # noqa: PTH208 - the directory one stands in


def test_a_file_has_one_session(opened, file_url):
    """The second one is told which process has the file; it can have it afterwards."""
    first = opened(file_url)
    with pytest.raises(StoreError, match=rf"another session uses it: process {os.getpid()} on "):
        opened(file_url)
    first.close()
    opened(file_url)


def test_closing_leaves_nothing_but_the_database(opened, file_url, path):
    """After a clean end there is one file."""
    opened(file_url).close()
    assert os.listdir(path.parent) == ["jobs.db"]  # noqa: PTH208 - names are compared


def test_a_killed_session_gives_the_file_back(opened, file_url, make):
    """The lock of another process holds until it dies, even by SIGKILL."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, file_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"open\n"
        with pytest.raises(StoreError, match=f"process {process.pid} on "):
            opened(file_url)
        process.send_signal(signal.SIGKILL)
        process.wait(60)
    opened(file_url).write(make.log(1)).wait(60)


def test_a_lock_file_that_vanishes_is_made_again(opened, file_url, path):
    """A removed lock file does not let two sessions in for long: the next one makes its own."""
    opened(file_url).close()
    path.with_name("jobs.db-lock").write_text("left over")
    opened(file_url)


def test_a_dropped_store_writes_what_it_has(file_url, make):
    """A store that nobody closed commits when it is collected, and gives the file back."""
    store = Store.open(file_url)
    store.write(make.log(1))
    del store
    with Store.open(file_url) as again:
        assert again.last_order() == 1


def test_a_locked_database_is_ridden_out(opened, file_url, path, make):
    """Entries wait while another program holds the database, and are written afterwards."""
    store = opened(file_url)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    commit = store.write(make.log(1))
    with pytest.raises(StoreError, match="database is locked"):
        commit.wait(0)
    assert not store.healthy
    assert "locked" in store.last_error
    assert store.logs(make.query(LOG_FIELDS)).total == 0
    other.execute("ROLLBACK")
    other.close()
    commit.wait(30)
    store.flush(10)
    assert store.healthy
    assert store.logs(make.query(LOG_FIELDS)).total == 1


def test_a_full_disk_is_ridden_out(opened, file_url, make):
    """Entries wait while the disk is full, and are written when there is room."""
    store = opened(file_url, synchronous=True)
    limits = [1]

    @event.listens_for(store._database.engine, "connect")
    def limit(raw, _record):
        raw.execute(f"PRAGMA max_page_count = {limits[0]}")

    store._database.engine.dispose()
    commits = [store.write(make.log(n, message="x" * 10_000)) for n in range(1, 20)]
    with pytest.raises(StoreError, match="disk is full; free some space"):
        store.flush()
    assert not store.healthy
    limits[0] = 1_000_000
    for commit in commits:
        commit.wait(60)
    assert store.healthy
    assert store.last_order() == 19


def test_a_vanished_file_is_missed_and_taken_up_again(opened, file_url, path, make, tmp_path):
    """Nothing is written into a file that is gone; when it is back, all is written."""
    store = opened(file_url, synchronous=True)
    store.write(make.log(1)).wait(60)
    hidden = tmp_path / "elsewhere"
    hidden.mkdir()
    for name in ("jobs.db", "jobs.db-wal", "jobs.db-shm"):
        (tmp_path / name).rename(hidden / name)
    commit = store.write(make.log(2))
    with pytest.raises(StoreError, match=r"jobs\.db is gone"):
        commit.wait(60)
    assert not store.healthy
    for name in ("jobs.db", "jobs.db-wal", "jobs.db-shm"):
        (hidden / name).rename(tmp_path / name)
    commit.wait(60)
    assert store.last_order() == 2


def test_a_replaced_file_is_brought_into_form(opened, file_url, path, make):
    """Where another file takes the place of the first, the store goes on in that one."""
    store = opened(file_url, synchronous=True)
    store.write(make.log(1)).wait(60)
    for name in ("jobs.db", "jobs.db-wal", "jobs.db-shm"):
        path.with_name(name).unlink()
    path.touch()
    store.write(make.log(2)).wait(60)
    assert [item["id"] for item in store.logs(make.query(LOG_FIELDS)).items] == [2]


def test_power_cuts_can_be_guarded_against(opened, file_url):
    """`?synchronous=full` reaches SQLite; without it WAL is used with NORMAL."""
    for suffix, level in (("", 1), ("?synchronous=full", 2)):
        with opened(file_url + suffix) as store, store._database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == level
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_commits_leave_the_log_to_the_thread(opened, file_url, monkeypatch, make):
    """After many batches what was committed is moved from SQLite's log into its file."""
    store = opened(file_url, synchronous=True)
    tended = []
    monkeypatch.setattr(store._database, "tend", lambda: tended.append(1))
    for number in range(1, 201):
        store.write(make.log(number)).wait(60)
    assert len(tended) == 2


def test_moving_the_log_fills_the_file(opened, file_url, path, make):
    """Tending a database makes its file grow to what was committed."""
    store = opened(file_url, synchronous=True)
    before = path.stat().st_size
    store.write(*(make.log(number, message="x" * 1000) for number in range(1, 500))).wait(60)
    assert path.stat().st_size == before
    store._database.tend()
    assert path.stat().st_size > before + 400_000


def test_without_a_thread_gathering_entries_are_committed_in_time(tmp_path):
    """A synchronous store that nobody reads does not pile entries up."""
    with Store.open(f"sqlite:///{tmp_path}/jobs.db", synchronous=True) as store:
        for number in range(5_000):
            store.write(StateEntry("key", number))

        assert store.pending < 1_000


@pytest.mark.skipif(not psutil.LINUX, reason="open files are told by Linux")
def test_an_outage_leaves_no_connection_open(opened, make, file_url, monkeypatch):
    """Each try in an outage closes its connection, whatever still refers to what failed."""
    store = opened(file_url, synchronous=True)
    database = store._database
    failed = []

    def fail(_connection, cursor):
        cursor.execute("SELECT 1")  # a statement that has not been read to its end
        failed.append(cursor)
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(database, "commit", fail)
    commit = store.write(make.log(1))
    for _ in range(3):
        with pytest.raises(StoreError, match="look after its disk"):
            commit.wait(1)
    database.engine.dispose()
    path = file_url.removeprefix("sqlite:///")
    assert len(failed) >= 3
    hold = database._hold._descriptor
    assert [each.fd for each in psutil.Process().open_files() if each.path == path] == [hold]
