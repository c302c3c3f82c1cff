"""Checks of a store's database."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from store_servers import server_for_test

from redengine.exceptions import InvalidInput, StoreError
from redengine.store import OutputEntry, ReturnEntry, StateEntry, TaskEntry
from redengine.store.engines.schema import COPYING
from redengine.store.life import back_up, check
from redengine.store.life.checking import _KINDS
from redengine.store.tables import REVISION, VERSION_TABLE, metadata
from redengine.testing import ManualSession


def run_in(url, *statements):
    """Change a file by hand."""
    with closing(sqlite3.connect(make_url(url).database)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def filled(opened, file_url, make):
    """The URL of a file with a few rows, whose session has gone."""
    with opened(file_url) as store:
        store.write(*(make.log(number) for number in range(1, 6)))
        store.write(make.job("j1", parameters={"x": 1}), make.job("j2"))
        store.write(OutputEntry("j1", 1, make.start, "stdout", "line"))
        store.write(TaskEntry("fetch", make.start, make.at(5), "[]"))
        store.write(ReturnEntry("fetch", make.start, "json", "[1]"), StateEntry("a", 1))
        store.flush(10)
    return file_url


def test_what_a_session_leaves_is_sound(tmp_path):
    """After runs, failures, retries and a kill: no error, and nothing that belongs to nothing."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    session = ManualSession(start="2026-03-02T00:30", store=url, durations={"slow": "90 min"})

    @session.task("every 10 min", name="odd", retries=1)
    def odd():
        print("some output")
        raise ValueError("no")

    session.task("hourly", name="slow")(lambda: None)
    session.advance("5 hours")
    session.store.flush(10)
    beside = check(url)
    session.store.close()
    after = check(url)
    assert (beside.errors, beside.warnings, after.errors, after.warnings) == ([], [], [], [])
    assert after.rows["redengine_jobs"] > 10


def test_a_new_store_on_a_server_is_sound(server, opened, make):
    """Tables, columns, types, keys and indexes are the declared ones."""
    store = opened(server.url)
    store.write(make.log(1), make.job("a\0b", parameters={"x": "\1"})).wait(60)
    report = check(server.url)
    assert (report.errors, report.warnings) == ([], [])
    assert (report.rows["redengine_logs"], report.rows["redengine_jobs"]) == (1, 1)


def test_every_column_has_a_kind_that_exists():
    """A kind is of a column that is declared, in a table that is."""
    for name, kinds in _KINDS.items():
        assert set(kinds) <= set(metadata.tables[name].columns.keys()), name
    assert set(_KINDS) == set(metadata.tables)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DROP TABLE redengine_returns", "table redengine_returns is missing"),
        (
            "ALTER TABLE redengine_logs DROP COLUMN skipped",
            "table redengine_logs: column 'skipped' is missing",
        ),
        (
            "DROP INDEX redengine_jobs_by_time",
            "table redengine_jobs: index 'redengine_jobs_by_time' is missing",
        ),
    ],
)
def test_a_form_that_lacks_something_is_an_error(filled, statement, words):
    """It is named, and the rest is read nevertheless."""
    run_in(filled, statement)
    report = check(filled)
    assert report.errors == [words]
    assert report.rows["redengine_logs"] == 5


def test_columns_of_another_type_are_an_error(server, opened):
    """On a server a column has one type."""
    opened(server.url).close()
    table = server.table("redengine_logs")
    kind = {"postgresql": "ALTER COLUMN duration TYPE INTEGER"}
    server.run(f"ALTER TABLE {table} {kind.get(server.kind, 'MODIFY COLUMN duration INTEGER')}")
    (error,) = check(server.url).errors
    assert "table redengine_logs: column 'duration' has type INTEGER" in error


def test_what_others_have_added_is_a_warning(filled):
    """A column and an index of somebody else, and a table not at all."""
    run_in(
        filled,
        "ALTER TABLE redengine_state ADD COLUMN extra INTEGER",
        "CREATE INDEX mine ON redengine_logs (message)",
        "CREATE TABLE other (x)",
    )
    report = check(filled)
    assert report.errors == []
    assert sorted(report.warnings) == [
        "table redengine_logs: index 'mine' is not one of redengine's",
        "table redengine_state: column 'extra' is not one of redengine's",
    ]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "UPDATE redengine_jobs SET parameters = '{\"x\"' WHERE job_id = 'j1'",
            "table redengine_jobs, job_id 'j1': 'parameters' is damaged, it is no JSON",
        ),
        (
            "UPDATE redengine_logs SET message = CAST(X'FF41' AS TEXT) WHERE id = 3",
            "table redengine_logs, id 3: 'message' is damaged, it is no text",
        ),
        (
            "UPDATE redengine_tasks SET last_due = 'soon'",
            "table redengine_tasks, name 'fetch': 'last_due' is damaged, it is no instant",
        ),
        (
            "UPDATE redengine_jobs SET started_at = 9223372036854775807 WHERE job_id = 'j2'",
            "table redengine_jobs, job_id 'j2': 'started_at' is damaged, it is no instant",
        ),
        (
            "UPDATE redengine_logs SET duration = 'long' WHERE id = 2",
            "table redengine_logs, id 2: 'duration' is damaged, it is no number",
        ),
        (
            "UPDATE redengine_state SET value = 'x' WHERE key = 'a'",
            "table redengine_state, key 'a': 'value' is damaged, it is no JSON",
        ),
    ],
)
def test_a_value_that_cannot_be_read_is_named(filled, statement, words):
    """By its table and row, and the rest of the table is read."""
    run_in(filled, statement)
    report = check(filled)
    assert report.errors == [words]
    assert report.rows["redengine_logs"] == 5


def test_much_damage_is_counted(opened, file_url, make):
    """A hundred are named of a table."""
    with opened(file_url) as store:
        store.write(*(make.log(number) for number in range(1, 251))).wait(60)
    run_in(file_url, "UPDATE redengine_logs SET skipped = 'x'")
    errors = check(file_url).errors
    assert len(errors) == 101
    assert errors[-1] == "table redengine_logs: 150 more values are damaged"


def test_a_file_with_a_broken_page_is_an_error(opened, file_url, make):
    """SQLite finds it; a check does not end by it."""
    with opened(file_url) as store:
        store.write(*(make.log(number, message="x" * 500) for number in range(1, 500))).wait(60)
    path = Path(make_url(file_url).database)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = b"\xa5" * 4096
    path.write_bytes(data)
    errors = check(file_url).errors
    assert errors
    assert any("integrity" in each or "malformed" in each for each in errors)


def test_what_belongs_to_no_job_is_a_warning(filled, opened, make):
    """Output and log records; not those of jobs that were pruned."""
    with opened(filled) as store:
        store.write(make.log(9, job_id="gone"), OutputEntry("lost", 1, make.start, "stdout", ""))
        store.flush(10)
    report = check(filled)
    assert report.errors == []
    assert report.warnings == [
        "table redengine_output: 1 lines of output are of jobs that are not there, as of 'lost'",
        "table redengine_logs: 1 log records are of jobs that are not there, as of 'gone'",
    ]


def test_records_of_pruned_jobs_are_as_they_should_be(opened, file_url, make):
    """Log records may be kept longer than jobs."""
    with opened(file_url, jobs=1) as store:
        for number in range(1, 5):
            name = f"j{number}"
            store.write(make.job(name, submitted_at=make.at(number)))
            store.write(make.log(number, job_id=name))
        store.flush(10)
        assert store.prune() == 3
    assert check(file_url).warnings == []


def test_an_older_revision_is_an_error(filled):
    """Which names the command; its rows are not those of this version."""
    run_in(filled, f"UPDATE {VERSION_TABLE} SET version_num = '0001'")
    (error,) = check(filled).errors
    assert f"of revision 0001, and this version needs {REVISION}; run: redengine db upgrade" in (
        error
    )


@pytest.mark.parametrize("revision", ["9999", COPYING])
def test_a_form_that_is_not_known_cannot_be_checked(filled, revision):
    """A newer one, or one that is half copied."""
    run_in(filled, f"UPDATE {VERSION_TABLE} SET version_num = '{revision}'")
    with pytest.raises(StoreError):
        check(filled)


def test_what_is_no_store_cannot_be_checked(file_url, tmp_path):
    """Nothing, another database, and no database."""
    with pytest.raises(StoreError, match="there is no file"):
        check(file_url)
    run_in(file_url, "CREATE TABLE other (x)")
    with pytest.raises(StoreError, match="there is no store in it"):
        check(file_url)
    (tmp_path / "text.db").write_text("no database" * 100)
    with pytest.raises(StoreError, match="file is not a database"):
        check(f"sqlite:///{tmp_path / 'text.db'}")
    with pytest.raises(InvalidInput):
        check("sqlite://")


def test_ids_that_postgresql_would_give_twice_are_an_error(opened, make):
    """As after a restore of rows without their sequences."""
    with server_for_test("postgresql") as server:
        with opened(server.url) as store:
            store.write(*(make.job(f"j{number}") for number in range(3))).wait(60)
        assert check(server.url).errors == []
        server.run(
            "SELECT setval(pg_get_serial_sequence(%s, 'seq'), 2)", server.table("redengine_jobs")
        )
        assert check(server.url).errors == [
            (
                "table redengine_jobs: the next 'seq' would be 3, and 3 is taken; "
                "set its sequence: setval"
            )
        ]


def test_a_backup_is_sound(filled, tmp_path):
    """A copy of a sound file has nothing wrong, and the same rows."""
    copy = back_up(filled, str(tmp_path / "b.db"))
    report = check(f"sqlite:///{copy}")
    assert (report.errors, report.rows) == ([], check(filled).rows)
