"""How a database stands, and its upgrade."""

import logging
import sqlite3
from contextlib import closing

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from redengine.exceptions import Conflict, InvalidInput, StoreError
from redengine.store.engines import schema, sqlite_copy
from redengine.store.engines.schema import COPYING, migration_config
from redengine.store.engines.urls import database_of
from redengine.store.life import standing_of, upgrade
from redengine.store.tables import REVISION, VERSION_TABLE

OLD = ScriptDirectory.from_config(migration_config(None)).get_revision(REVISION).down_revision


@pytest.fixture
def old_file(file_url):
    """The URL of a file that an older version has made, with a record in it."""
    engine = create_engine(file_url)
    with engine.begin() as connection:
        command.upgrade(migration_config(connection), OLD)
        connection.exec_driver_sql(
            "INSERT INTO redengine_logs (id, timestamp, created, action, task_name)"
            " VALUES (7, 0, 0, 'run', 'fetch')"
        )
    engine.dispose()
    return file_url


def make_old(server):
    """Let a server's database be one that an older version has made."""
    database = database_of(server.url, None)
    with database._changing() as connection:
        command.upgrade(migration_config(connection), OLD)
    database.engine.dispose()


def revision_of(path):
    """The revision that a file tells."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()[0]


def logs_of(path):
    """The numbers of the log records in a file."""
    with closing(sqlite3.connect(path)) as connection:
        return [number for (number,) in connection.execute("SELECT id FROM redengine_logs")]


# -- how it stands


def test_a_database_of_this_version_is_current(opened, file_url):
    """Nothing is due, and nobody has it once its session has gone."""
    opened(file_url).close()
    found = standing_of(file_url)
    assert (found.state, found.revision, found.due) == ("current", REVISION, [])
    assert found.holder is None


def test_an_older_database_waits_for_its_migrations(old_file, tmp_path):
    """It is told which, and where the copy would be; asking changes nothing."""
    found = standing_of(old_file)
    assert (found.state, found.revision) == ("upgrade due", OLD)
    assert [number for number, _ in found.due] == [REVISION]
    assert found.copy == tmp_path / f"jobs.before-{REVISION}.db"
    assert [each.name for each in tmp_path.iterdir()] == ["jobs.db"]
    assert revision_of(tmp_path / "jobs.db") == OLD


def test_the_session_that_has_a_file_is_named(opened, file_url):
    """With its name, its process and its machine; it can still be asked how the file stands."""
    opened(file_url, name="nightly 'two'")
    holder = standing_of(file_url).holder
    assert (holder.session, str(holder.process)) == ("nightly 'two'", str(holder).split()[1])
    assert holder.host


def test_a_look_leaves_the_lock_to_sessions(opened, file_url):
    """A session can be opened after a look, and a look does not end its lock."""
    opened(file_url).close()
    assert standing_of(file_url).holder is None
    opened(file_url)
    standing_of(file_url)
    with pytest.raises(StoreError, match="another session uses it"):
        opened(file_url)


def test_a_file_that_is_not_there_is_not_made(file_url, tmp_path):
    """A wrong path is told, and leaves nothing."""
    for ask in (standing_of, upgrade):
        with pytest.raises(StoreError, match=r"there is no file .*jobs\.db"):
            ask(file_url)
    assert list(tmp_path.iterdir()) == []


def test_a_store_in_memory_has_no_life():
    """It ends with its process; the answer says what to give."""
    with pytest.raises(InvalidInput, match="in memory ends with its process"):
        standing_of("sqlite://")


def test_a_server_tells_who_has_it(server, opened):
    """By its lock and the name that the session has signed with."""
    assert standing_of(server.url).state == "empty"
    store = opened(server.url, name="nightly")
    assert standing_of(server.url).holder.session == "nightly"
    store.close()
    assert standing_of(server.url).holder is None


# -- upgrades


def test_opening_an_older_file_keeps_a_copy(opened, old_file, tmp_path, caplog):
    """The copy is the file as it was, its owner's alone, and the log says where."""
    with caplog.at_level(logging.WARNING, "redengine.store"):
        assert opened(old_file).last_order() == 7
    copy = tmp_path / f"jobs.before-{REVISION}.db"
    assert (revision_of(copy), logs_of(copy)) == (OLD, [7])
    assert copy.stat().st_mode & 0o777 == 0o600
    assert f"upgrading from revision {OLD} to {REVISION}; as it was, it is kept in {copy}" in (
        caplog.text
    )


def test_a_copy_is_never_overwritten(opened, old_file, tmp_path):
    """Another file of its name stays, and the copy gets the next number."""
    taken = tmp_path / f"jobs.before-{REVISION}.db"
    taken.write_text("mine")
    opened(old_file)
    assert taken.read_text() == "mine"
    assert logs_of(tmp_path / f"jobs.before-{REVISION}-2.db") == [7]


def test_an_upgrade_that_fails_is_undone_and_copies_once(opened, old_file, tmp_path, monkeypatch):
    """Tried again and again, it leaves one copy, and the file as it was."""

    def fail(_connection):
        raise StoreError(old_file, "no power")

    with monkeypatch.context() as patch:
        patch.setattr(schema, "migrate", fail)
        for _ in range(3):
            with pytest.raises(StoreError, match="no power"):
                opened(old_file)
    assert revision_of(tmp_path / "jobs.db") == OLD
    copies = [each.name for each in tmp_path.iterdir() if "before" in each.name]
    assert copies == [f"jobs.before-{REVISION}.db"]
    assert opened(old_file).last_order() == 7


def test_without_a_copy_there_is_no_upgrade(opened, old_file, tmp_path, monkeypatch):
    """A full disk refuses it in words, and the file stays as it was."""

    def fail(*_, **__):
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(sqlite_copy, "copy_file", fail)
        with pytest.raises(StoreError, match=r"no copy .* disk is full; free some space"):
            opened(old_file)
    assert revision_of(tmp_path / "jobs.db") == OLD


def test_an_upgrade_of_a_file_tells_what_it_did(old_file, tmp_path):
    """The migrations and the copy; a second one has nothing to do."""
    done = upgrade(old_file).to_dict()
    assert (done["from"], done["to"], done["applied"]) == (OLD, REVISION, [REVISION])
    assert done["copy"] == str(tmp_path / f"jobs.before-{REVISION}.db")
    again = upgrade(old_file).to_dict()
    assert (again["applied"], again["copy"]) == ([], None)


def test_an_upgrade_waits_for_no_session(opened, file_url):
    """It is refused while one runs, and says which."""
    opened(file_url, name="nightly")
    with pytest.raises(Conflict, match=r"session 'nightly'\) uses it; stop that session first"):
        upgrade(file_url)


def test_a_server_of_an_older_version_is_upgraded_when_told(server, opened):
    """A session is refused with the command to run, and opens it afterwards."""
    make_old(server)
    for _ in range(2):
        with pytest.raises(StoreError, match="back it up and run: redengine db upgrade"):
            opened(server.url)
    assert standing_of(server.url).state == "upgrade due"
    assert upgrade(server.url).to_dict()["applied"] == [REVISION]
    assert opened(server.url).last_order() == 0
    with pytest.raises(Conflict, match="uses it; stop that session first"):
        upgrade(server.url)


def test_a_newer_server_is_not_upgraded(server, opened):
    """Its form is not known here."""
    opened(server.url).close()
    server.run(f"UPDATE {server.table(VERSION_TABLE)} SET version_num = '9999'")
    assert standing_of(server.url).state == "newer"
    with pytest.raises(StoreError, match="newer version of redengine; upgrade redengine"):
        upgrade(server.url)


@pytest.mark.parametrize(
    ("revision", "state", "words"),
    [
        ("9999", "newer", f"revision is 9999, and the newest one known here is {REVISION}"),
        (COPYING, "copy interrupted", "a copy into it was interrupted, and it is not whole"),
    ],
)
def test_a_file_that_cannot_be_used_is_left_alone(
    opened, file_url, tmp_path, revision, state, words
):
    """Neither a session nor an upgrade takes it, and it is not copied."""
    opened(file_url).close()
    with closing(sqlite3.connect(tmp_path / "jobs.db")) as connection, connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = ?", (revision,))
    for take in (opened, upgrade):
        with pytest.raises(StoreError, match=words):
            take(file_url)
    assert standing_of(file_url).state == state
    assert not [each for each in tmp_path.iterdir() if "before" in each.name]
