"""A store's file that is moved, replaced, linked or stripped of its log while it is in use."""

import contextlib
import os
import pathlib
import shutil
import sqlite3
import stat
import subprocess
import sys

import pytest

from redengine.exceptions import StoreError
from redengine.store import StateEntry, Store
from redengine.store.engines import sqlite_file as file_lock

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows moves no open file")


@pytest.fixture
def path(tmp_path):
    """The file that `file_url` names."""
    return tmp_path / "jobs.db"


@pytest.fixture
def store(opened, file_url):
    """A store whose log holds twenty values that were acknowledged."""
    store = opened(file_url)
    for number in range(20):
        store.write(StateEntry(f"key {number}", number)).wait(60)
    return store


def values_in(path):
    """How many of the values a file holds, read without redengine."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        sql = "SELECT count(*) FROM redengine_state WHERE key LIKE 'key %'"
        return connection.execute(sql).fetchone()[0]


def move_away(path):
    """Move the file alone, as an operator does who does not know of its log."""
    away = path.with_name("away.db")
    path.rename(away)
    return away


def copy_away(path):
    """Move it as `mv` does to another disk: by a copy, after which the first is deleted."""
    away = path.with_name("away.db")
    shutil.copy2(path, away)
    path.unlink()
    return away


class TestGone:
    """The file is not in its place."""

    def test_reading_does_not_make_it_again(self, store, path):
        """A read without the file is refused with words, and leaves the folder as it is."""
        away = move_away(path)
        before = sorted(path.parent.iterdir())
        with pytest.raises(StoreError, match=rf"is gone \(it is now {away}\); put it back"):
            store.state("key 3")
        assert sorted(path.parent.iterdir()) == before

    def test_health_knows_at_once(self, store, path):
        """It needs no write that fails to be told."""
        move_away(path)
        assert not store.healthy
        assert "is gone" in store.last_error

    @pytest.mark.parametrize("take_away", [move_away, copy_away])
    def test_all_goes_on_when_it_is_put_back(self, store, path, take_away):
        """Nothing that was committed before, or taken meanwhile, is lost."""
        away = take_away(path)
        late = store.write(StateEntry("key late", 1))
        with pytest.raises(StoreError, match="is gone"):
            late.wait(0.05)
        with contextlib.suppress(StoreError):
            store.state("key 3")
        shutil.move(away, path)
        late.wait(30)
        assert store.healthy
        assert store.state("key 3") == 3
        store.close()
        assert values_in(path) == 21

    def test_a_folder_that_was_moved_can_be_put_back(self, opened, tmp_path):
        """The same holds of the folder that the file is in."""
        folder, away = tmp_path / "data", tmp_path / "elsewhere"
        folder.mkdir()
        store = opened(f"sqlite:///{folder}/jobs.db")
        folder.rename(away)
        late = store.write(StateEntry("key late", 1))
        with pytest.raises(StoreError, match="is gone"):
            late.wait(0.05)
        assert not folder.exists()
        away.rename(folder)
        late.wait(30)
        assert store.state("key late") == 1

    def test_closing_leaves_the_moved_file_whole(self, store, path):
        """What was committed stands in the file itself, not in a log beside its old place."""
        away = move_away(path)
        store.close(timeout=0)
        assert not path.exists()
        assert values_in(away) == 20

    def test_it_cannot_be_opened_again_without_the_file(self, store, path):
        """A session that is started once more does not begin with an empty file."""
        store.close()
        path.unlink()
        with pytest.raises(StoreError, match="is gone"):
            store.reopen()
        assert not path.exists()

    def test_a_log_without_its_file_is_not_thrown_away(self, file_url, path):
        """A new session refuses to make a file beside a log with committed work."""
        path.with_name("jobs.db-wal").write_bytes(b"committed work")
        with pytest.raises(StoreError, match=r"jobs\.db-wal holds what was committed last"):
            Store.open(file_url)
        assert path.with_name("jobs.db-wal").read_bytes() == b"committed work"
        assert not path.exists()


class TestReplaced:
    """Another file stands in its place."""

    def test_another_database_is_left_alone(self, store, path, tmp_path):
        """The session neither reads nor writes what it has not opened, and says so."""
        Store.open(f"sqlite:///{tmp_path}/other.db").close()
        (tmp_path / "other.db").replace(path)
        content = path.read_bytes()
        with pytest.raises(StoreError, match="another file stands in the place of"):
            store.state("key 3")
        with pytest.raises(StoreError, match="another file stands in the place of"):
            store.write(StateEntry("key late", 1)).wait(0.05)
        assert not store.healthy
        store.close(timeout=0)
        assert path.read_bytes() == content
        assert values_in(path) == 0

    def test_the_first_one_may_come_back(self, store, path):
        """An empty file that took its place is not used, and the first one is taken up again."""
        away = move_away(path)
        path.touch()
        late = store.write(StateEntry("key late", 1))
        with pytest.raises(StoreError, match="another file stands in the place of"):
            late.wait(0.05)
        assert path.stat().st_size == 0
        away.replace(path)
        late.wait(30)
        store.close()
        assert values_in(path) == 21

    def test_a_copy_in_its_place_is_the_same_database(self, store, path):
        """A file that was copied and put back between two commits is gone on with."""
        shutil.copy(copy_away(path), path)
        assert store.state("key 3") == 3
        store.write(StateEntry("key late", 1)).wait(60)
        store.close()
        assert values_in(path) == 21


class TestLog:
    """The log beside the file is taken away."""

    @pytest.mark.parametrize("names", [["jobs.db-wal"], ["jobs.db-wal", "jobs.db-shm"]])
    def test_what_was_committed_is_saved(self, store, path, names, opened, file_url):
        """A removed log is still open: its content is moved into the file, then a new one begun."""
        for name in names:
            path.with_name(name).unlink()
        assert store.state("key 3") == 3
        store.write(StateEntry("key late", 1)).wait(60)
        store.close()
        assert opened(file_url).state("key late") == 1
        assert values_in(path) == 21


class TestOneSession:
    """A file has one session, however it is named."""

    @pytest.mark.parametrize(
        "name", ["link.db", "folder/jobs.db", "folder/../jobs.db", "folder/link.db"]
    )
    def test_other_names_of_the_file_are_the_same(self, store, tmp_path, name):
        """Symbolic links, to the file or its folder, and ".." lead to the lock of the file."""
        (tmp_path / "link.db").symlink_to(tmp_path / "jobs.db")
        (tmp_path / "folder").symlink_to(tmp_path, target_is_directory=True)
        if ".." in name:
            (tmp_path / "folder").unlink()
            (tmp_path / "folder").mkdir()
        with pytest.raises(StoreError, match="another session uses it"):
            Store.open(f"sqlite:///{tmp_path}/{name}")

    def test_a_relative_name_is_the_same(self, store, tmp_path, monkeypatch):
        """A path from the working directory leads to the same lock."""
        monkeypatch.chdir(tmp_path)
        with pytest.raises(StoreError, match="another session uses it"):
            Store.open("sqlite:///./jobs.db")

    def test_a_second_hard_link_is_refused(self, store, file_url, path):
        """Two names would have two logs, so such a file is not opened."""
        store.close()
        path.with_name("again.db").hardlink_to(path)
        with pytest.raises(StoreError, match="has 2 names"):
            Store.open(file_url)

    def test_a_removed_lock_file_is_made_again(self, store, path, file_url):
        """Whatever cleans the folder up does not let a second session in after the next commit."""
        path.with_name("jobs.db-lock").unlink()
        store.write(StateEntry("key late", 1)).wait(60)
        with pytest.raises(StoreError, match="another session uses it"):
            Store.open(file_url)

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such locks")
    def test_a_removed_lock_file_lets_nobody_in(self, store, path, file_url, opened):
        """A session that writes nothing has its file alone all the same, here and elsewhere."""
        path.with_name("jobs.db-lock").unlink()
        for _ in range(2):
            with pytest.raises(StoreError, match=r"another session uses it, and .*jobs\.db-lock"):
                Store.open(file_url)
        code = "import sys; from redengine.store import Store; Store.open(sys.argv[1])"
        other = subprocess.run(
            [sys.executable, "-c", code, file_url], capture_output=True, text=True, check=False
        )
        assert "another session uses it" in other.stderr
        store.write(StateEntry("key late", 1)).wait(60)
        assert path.with_name("jobs.db-lock").exists()
        store.close()
        assert opened(file_url).state("key late") == 1

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such locks")
    def test_a_hold_costs_no_lock_of_others(self, store, path, file_url):
        """What this process has open on the file keeps its locks when the hold is given back."""
        reader = sqlite3.connect(path)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM redengine_state").fetchone()
        before = _locks_of(path)
        store.close()
        assert before
        assert _locks_of(path) >= {lock for lock in before if lock[0] == "POSIX"}
        reader.close()
        for _ in range(3):
            Store.open(file_url).close()
        assert not _locks_of(path)

    def test_the_one_that_lost_its_lock_stands_back(self, path, file_url, opened, monkeypatch):
        """Where the file beside it is all that tells, the first one does not write any more."""
        monkeypatch.setattr(file_lock, "_HAS_OWN_LOCKS", False)
        store = opened(file_url)
        path.with_name("jobs.db-lock").unlink()
        second = opened(file_url)
        with pytest.raises(StoreError, match="another session uses it"):
            store.write(StateEntry("key late", 1)).wait(0.05)
        second.write(StateEntry("key second", 1)).wait(60)
        store.close(timeout=0)
        assert path.with_name("jobs.db-lock").exists()


def _locks_of(path):
    """The kinds and ranges of the locks on a file, on Linux."""
    inode = path.stat().st_ino
    lines = [line.split() for line in pathlib.Path("/proc/locks").read_text().splitlines()]
    return {(line[1], line[6], line[7]) for line in lines if line[5].endswith(f":{inode}")}


def test_only_its_owner_may_read_the_file(store, path):
    """The file and what SQLite and the session keep beside it are for their owner alone."""
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    names = ("jobs.db", "jobs.db-wal", "jobs.db-shm", "jobs.db-lock")
    assert modes == dict.fromkeys(names, 0o600)
