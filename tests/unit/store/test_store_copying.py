"""Copies of a store: backups of a file, and all of it in another database."""

import contextlib
import sqlite3
import threading

import pytest
from sqlalchemy import select
from store_servers import server_for_test

from redengine.api import FlaskAPI
from redengine.client import Client
from redengine.exceptions import AlreadyExists, Conflict, InvalidInput, StoreError
from redengine.store import (
    ChangeEntry,
    KeyEntry,
    OutputEntry,
    ReturnEntry,
    StateEntry,
    TaskEntry,
)
from redengine.store.engines.database import SILENCE_S
from redengine.store.engines.schema import COPYING, revision_of, tables_in
from redengine.store.engines.urls import database_of
from redengine.store.life import back_up, copy, standing_of, upgrade
from redengine.store.life.copying import Copier
from redengine.store.tables import metadata, state
from redengine.testing import ManualSession

ODD = "0\0 1\1 'quoted' \\ %s \U0001f98a \u0301 " + "long" * 30_000


def filled(store, make):
    """A store with something in every table, and more rows than a batch has."""
    store.write(*(make.log(number, message=f"line {number}") for number in range(1, 1_205)))
    store.write(make.log(1_205, message=ODD, duration=0.1, skipped='{"count":2}'))
    for number in range(3):
        store.write(make.job(f"j{number}", duration=1 / 3, parameters={"x": ODD}, abandoned=True))
    store.write(make.job("waiting", "queue", occurrence=make.at(9), run_at=make.at(9)))
    store.write(OutputEntry("j1", 1, make.start, "stdout", ODD))
    store.write(TaskEntry("fetch", make.start, make.at(5), '["2026-03-07T12:00:07+00:00"]'))
    store.write(ReturnEntry("fetch", make.start, "json", '{"rows":[1,null]}'))
    store.write(ChangeEntry(make.start, "Task", "fetch", "patch", data={"priority": 3}))
    store.write(StateEntry("kept", {"a": ODD}))
    store.write(KeyEntry("ops", "00", "01", ("read", "run"), "fetch*", make.start))
    store.flush(20)
    return store


def rows_of(url):
    """All rows by table, without those of one database alone."""
    database = database_of(url, None)
    with database.looking() as connection:
        found = {
            table.name: [tuple(row) for row in connection.execute(ordered(table))]
            for table in metadata.sorted_tables
        }
    database.engine.dispose()
    return found


def ordered(table):
    chosen = select(table).order_by(*table.primary_key.columns)
    return chosen.where(state.c.key.not_like("store.%")) if table is state else chosen


@pytest.fixture
def place(tmp_path):
    """Gives the URL of a new and empty place of a kind."""
    with contextlib.ExitStack() as stack:

        def make_place(kind, name):
            if kind == "sqlite":
                return f"sqlite:///{tmp_path / name}.db"
            return stack.enter_context(server_for_test(kind)).url

        yield make_place


# -- backups


def test_a_backup_beside_a_writing_session_is_one_moment(opened, file_url, make, tmp_path):
    """It has each batch whole or not at all, and stands in its place when it is whole."""
    store = opened(file_url)
    goes_on = threading.Event()
    writes = threading.Event()

    def write():
        number = 0
        while not goes_on.is_set():
            number += 2
            store.write(make.log(number - 1), make.log(number)).wait(60)
            writes.set()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert writes.wait(60)
        for number in range(5):
            back_up(file_url, str(tmp_path / f"b{number}.db"))
    finally:
        goes_on.set()
        thread.join()
    newest = [opened(f"sqlite:///{tmp_path}/b{number}.db").last_order() for number in range(5)]
    assert newest == sorted(newest)
    assert newest[0] >= 2
    assert all(number % 2 == 0 for number in newest)


def test_a_backup_is_its_owners_and_overwrites_nothing(opened, file_url, make, tmp_path):
    """Not without force; and no part of a copy is left beside it."""
    opened(file_url).write(make.log(1)).wait(60)
    target = tmp_path / "backup" / "b.db"
    target.parent.mkdir()
    target.write_text("mine")
    with pytest.raises(AlreadyExists, match="exists already; give another path"):
        back_up(file_url, str(target))
    assert target.read_text() == "mine"
    back_up(file_url, str(target), force=True)
    assert target.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in target.parent.iterdir()] == ["b.db"]
    assert opened(f"sqlite:///{target}").last_order() == 1


def test_a_backup_never_takes_the_place_of_its_store(opened, file_url, tmp_path):
    """Not even with force, nor by another name."""
    opened(file_url).close()
    (tmp_path / "link.db").symlink_to(tmp_path / "jobs.db")
    for name in ("jobs.db", "link.db"):
        with pytest.raises(InvalidInput, match="is the store itself"):
            back_up(file_url, str(tmp_path / name), force=True)


def test_what_cannot_be_backed_up_is_told(opened, file_url, tmp_path, server):
    """A server, a URL in the place of the file, no store, and a folder that is not there."""
    with pytest.raises(InvalidInput, match=r"its own tool: (pg_dump|mariadb-dump)"):
        back_up(server.url, str(tmp_path / "b.db"))
    with pytest.raises(StoreError, match="there is no file"):
        back_up(file_url, str(tmp_path / "b.db"))
    opened(file_url).close()
    with pytest.raises(InvalidInput, match="not a URL"):
        back_up(file_url, "sqlite:///b.db")
    with pytest.raises(StoreError, match=r"cannot be backed up to .*/none/b\.db"):
        back_up(file_url, str(tmp_path / "none" / "b.db"))
    (tmp_path / "text.db").write_text("no database" * 100)
    with pytest.raises(StoreError, match="file is not a database"):
        back_up(f"sqlite:///{tmp_path}/text.db", str(tmp_path / "b.db"))
    assert not (tmp_path / "b.db").exists()


# -- copies


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("sqlite", "sqlite"),
        ("sqlite", "postgresql"),
        ("sqlite", "mariadb"),
        ("postgresql", "sqlite"),
        ("mariadb", "sqlite"),
        ("postgresql", "mariadb"),
    ],
)
def test_a_copy_has_every_row(opened, make, place, source, target):
    """To the last character; its counts are told, and new ids follow those it has."""
    source, target = place(source, "source"), place(target, "target")
    filled(opened(source), make).close()
    told = []
    copied = copy(source, target, told.append)
    before = rows_of(source)
    assert rows_of(target) == before
    assert copied.rows == {name: len(rows) for name, rows in before.items()}
    assert "redengine_logs: 1,205 rows" in told
    store = opened(target)
    store.write(make.job("next"), ChangeEntry(make.start, "Task", "next", "patch")).wait(60)
    assert [each["name"] for each in store.whole_changes()] == ["fetch", "next"]
    assert [each["job_id"] for each in store.jobs_in_state("success")][-1] == "next"


def test_an_empty_store_can_be_copied_and_goes_on(opened, make, place):
    """The first ids on PostgreSQL are those of a new store."""
    source, target = place("sqlite", "source"), place("postgresql", "target")
    opened(source).close()
    copy(source, target)
    store = opened(target)
    store.write(ChangeEntry(make.start, "Task", "x", "patch")).wait(60)
    assert [each["id"] for each in store.whole_changes()] == [1]


def hourly(url, start):
    """A session with a task that is slow to catch up, and an API."""
    session = ManualSession(
        start=start, store=url, durations={"slow": "30 min"}, parameters={"city": "Bergen"}
    )
    session.task("cron 0 * * * *", name="slow", missed="all")(lambda: None)
    api = FlaskAPI(
        port=0, session=session, api_keys={"boss": {"key": "s" * 40, "scopes": ["admin"]}}
    )
    return session, Client(app=api, api_key="s" * 40)


def outcome_of(url):
    """What a session does that starts on a database at 09:20."""
    session, client = hourly(url, "2026-03-02T09:20")
    with session:
        session.advance("3 hours")
        dues = [f"{job.due_at:%H}" for job in session.tasks["slow"].jobs() if job.started_at]
        skips = [each["skipped"] for each in session.logs(action="inaction") if each["skipped"]]
        keys = [(key.name, key.source) for key in client.keys.list()]
        changes = [(each.id, each.resource) for each in client.changes.list()]
        return sorted(dues), skips, keys, changes, session.parameters["city"]


def test_tables_without_rows_are_an_empty_target(opened, make, place, server):
    """As an upgrade of an empty database makes them, and a session that kept nothing."""
    source = place("sqlite", "source")
    filled(opened(source), make).close()
    upgrade(server.url)
    opened(server.url).close()
    copy(source, server.url)
    assert rows_of(server.url) == rows_of(source)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_a_target_that_cannot_be_made_is_left_without_tables(opened, place, kind, monkeypatch):
    """Also on MariaDB, where each table is there as soon as it is made."""
    source, target = place("sqlite", "source"), place(kind, "target")
    opened(source).close()
    database = database_of(target, None)

    def stop(_connection, **_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(metadata, "create_all", stop)
        with pytest.raises(KeyboardInterrupt):
            copy(source, target)
    if kind != "sqlite":
        with database.looking() as connection:
            assert (tables_in(connection), revision_of(connection)) == ([], None)
    database.engine.dispose()
    copy(source, target)
    opened(target)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_a_schedule_goes_on_after_a_copy(place, kind):
    """It does what it would have done without the move, and no fire time has two jobs."""
    source, target = place("sqlite", "source"), place(kind, "target")
    first, client = hourly(source, "2026-03-02T00:30")
    with first:
        first.advance("2 hours")
        client.parameters.update({"city": "Oslo"})
        client.keys.create("ops", scopes=["read"])
    second, _client = hourly(source, "2026-03-02T08:30")
    second.advance("40 min")
    second.store.close()
    copy(source, target)
    moved = outcome_of(target)
    assert moved == outcome_of(source)
    dues, _skips, keys, changes, city = moved
    assert len(dues) == len(set(dues))
    assert set(dues) >= {f"{hour:02}" for hour in range(1, 9)}
    assert ("ops", "store") in keys
    assert changes
    assert city == "Oslo"


def test_both_are_locked(opened, place):
    """A session on one of them refuses the copy, and so does the same database."""
    source, target = place("sqlite", "source"), place("sqlite", "target")
    opened(source, name="nightly")
    with pytest.raises(Conflict, match=r"source\.db: .*'nightly'\) uses it"):
        copy(source, target)
    opened(target, name="daily").close()
    with pytest.raises(InvalidInput, match="the same database"):
        copy(target, target)
    third = place("postgresql", "third")
    opened(third, name="weekly")
    with pytest.raises(Conflict, match=r"'weekly'\) uses it"):
        copy(target, third)


def test_a_target_that_holds_rows_is_left_alone(opened, make, place):
    """It is told which table, and nothing of it changes."""
    source, target = place("sqlite", "source"), place("postgresql", "target")
    opened(source).close()
    with opened(target) as store:
        store.write(make.log(1)).wait(60)
    before = rows_of(target)
    with pytest.raises(Conflict, match="redengine_logs holds rows; give an empty database"):
        copy(source, target)
    assert rows_of(target) == before
    assert standing_of(target).state == "current"


def test_a_source_that_is_no_store_is_told(place, tmp_path):
    """Neither it nor the target is made."""
    source, target = place("sqlite", "source"), place("sqlite", "target")
    with pytest.raises(StoreError, match="there is no file"):
        copy(source, target)
    sqlite3.connect(tmp_path / "source.db").close()
    with pytest.raises(StoreError, match="there is no store in it"):
        copy(source, target)
    assert not (tmp_path / "target.db").exists()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_a_copy_that_fails_leaves_nothing(opened, make, place, kind, monkeypatch, tmp_path):
    """The target is as new, and can be copied to again or used by a session."""
    source, target = place("sqlite", "source"), place(kind, "target")
    filled(opened(source), make).close()

    def fail(_self):
        raise StoreError(target, "no power")

    with monkeypatch.context() as patch:
        patch.setattr(Copier, "finish", fail)
        with pytest.raises(StoreError, match="no power"):
            copy(source, target)
    if kind == "sqlite":
        assert not list(tmp_path.glob("target*"))
    else:
        assert standing_of(target).state == "empty"
    copy(source, target)
    assert rows_of(target) == rows_of(source)


def test_rows_that_are_missing_fail_the_copy(opened, make, place, monkeypatch):
    """Counts of both are compared, and the table is told."""
    source, target = place("sqlite", "source"), place("sqlite", "target")
    filled(opened(source), make).close()
    write = Copier._write

    def lose(self, table, sql, batch):
        write(self, table, sql, batch[1:] if table.name == "redengine_logs" else batch)

    monkeypatch.setattr(Copier, "_write", lose)
    with pytest.raises(StoreError, match="rows are missing: redengine_logs 1202 of 1205"):
        copy(source, target)


def test_a_row_that_does_not_fit_is_named(opened, make, place):
    """SQLite takes names of any length, and a server does not."""
    source, target = place("sqlite", "source"), place("postgresql", "target")
    store = opened(source)
    store.write(StateEntry("x" * 501, 1)).wait(60)
    store.close()
    with pytest.raises(StoreError, match="the copy failed: table redengine_state, rows with key"):
        copy(source, target)
    assert standing_of(target).state == "empty"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_a_killed_copy_says_so(opened, make, place, kind, monkeypatch):
    """No session opens what it has left; another copy begins from the start."""
    source, target = place("sqlite", "source"), place(kind, "target")
    filled(opened(source), make).close()
    killed_half_way(source, target, monkeypatch)
    assert standing_of(target).revision == COPYING
    with pytest.raises(StoreError, match="a copy into it was interrupted"):
        opened(target)
    copy(source, target)
    assert rows_of(target) == rows_of(source)
    opened(target)


def killed_half_way(source, target, monkeypatch):
    """Leave the target as a copy that was killed after its first table."""
    with monkeypatch.context() as patch:
        patch.setattr("redengine.store.life.copying._empty", lambda _target: None)
        patch.setattr("redengine.store.life.copying.Path.unlink", lambda *_, **__: None)
        patch.setattr(Copier, "finish", lambda _self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            copy(source, target)


def test_a_long_read_of_a_server_has_time(server, opened):
    """A call's time bounds its first answer, not the rows that follow."""
    database = opened(server.url)._database
    with database.reading_on():
        assert database.silence_limit.left_s() == SILENCE_S
