"""The form of the database."""

import sqlite3
import sys

import pytest
from alembic import command
from sqlalchemy import create_engine
from sqlalchemy.engine.interfaces import Compiled
from sqlalchemy.schema import DDLElement
from sqlalchemy.sql.dml import UpdateBase

from redengine.exceptions import StoreError
from redengine.store import ChangeEntry, Store
from redengine.store.engines import schema
from redengine.store.engines.schema import bring_up_to_date, migrate, migration_config
from redengine.store.tables import REVISION, VERSION_TABLE, metadata


def form_of(engine):
    """The statements that make the tables and indexes of a database, by name."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master").all()
    return {
        name: sql and " ".join(sql.split())
        for name, sql in rows
        if name.removesuffix("_1") != f"sqlite_autoindex_{name}"
    }


@pytest.fixture
def engine(tmp_path):
    """An engine on an empty file."""
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    yield engine
    engine.dispose()


def test_migrations_lead_to_the_declared_form(engine, tmp_path):
    """A database that saw all migrations equals one that was made anew."""
    other = create_engine(f"sqlite:///{tmp_path / 'y.db'}")
    with engine.begin() as connection:
        bring_up_to_date(connection, "new")
    with other.begin() as connection:
        migrate(connection)
    made, migrated = form_of(engine), form_of(other)
    other.dispose()
    made.pop(VERSION_TABLE)
    migrated.pop(VERSION_TABLE)
    assert {name for name in made if name.startswith("redengine")} > {"redengine_logs_by_job"}
    assert migrated == made


def test_what_every_store_writes_is_compiled_once(tmp_path, monkeypatch):
    """A further store on the same engine compiles only the note of its version."""
    compiled = []
    compile_now = Compiled.__init__

    def watched(compiler, dialect, statement, *args, **options):
        compiled.append(statement)
        compile_now(compiler, dialect, statement, *args, **options)

    Store.open("sqlite://").close()
    monkeypatch.setattr(Compiled, "__init__", watched)
    Store.open(f"sqlite:///{tmp_path / 'z.db'}").close()
    (noted,) = (each for each in compiled if isinstance(each, UpdateBase | DDLElement))
    assert noted.table.name == VERSION_TABLE


def test_a_journal_becomes_an_audit_trail(opened, make, engine, tmp_path):
    """Changes of an older version keep their numbers, and count as changes."""
    with engine.begin() as connection:
        command.upgrade(migration_config(connection), "0001")
        connection.exec_driver_sql(
            "INSERT INTO redengine_changes (id, at, resource, name, method, data, actor)"
            " VALUES (7, 1000000, 'Task', 'x', 'patch', '{\"priority\":1}', 'me')"
        )
    store = opened(f"sqlite:///{tmp_path / 'x.db'}")
    (change,) = store.whole_changes()
    assert (change["id"], change["kind"], change["data"]) == (7, "change", {"priority": 1})
    assert (change["name"], change["actor"], change["status"]) == ("x", "me", None)
    store.write(ChangeEntry(make.start, "Task", "x", "patch"))
    assert [item["id"] for item in store.whole_changes()] == [7, 8]


def test_the_newest_migration_is_the_declared_one():
    """`REVISION` is the head of the migrations, and there is one head."""
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(migration_config(None))
    assert script.get_heads() == [REVISION]


def test_a_fresh_database_is_made_without_alembic(opened, monkeypatch):
    """Opening a new or an up-to-date database does not import Alembic."""
    monkeypatch.delitem(sys.modules, "alembic", raising=False)
    monkeypatch.setitem(sys.modules, "alembic", None)
    opened(None)


def test_an_old_database_is_migrated(opened, file_url, make, engine):
    """A database without the newest migration gets it when it is opened."""
    with opened(file_url) as store:
        store.write(make.log(1))
        with store._database.engine.begin() as connection:
            for table in metadata.tables:
                connection.exec_driver_sql(f"DROP TABLE {table}")
            connection.exec_driver_sql(f"DELETE FROM {VERSION_TABLE}")
    store = opened(file_url)
    store.write(make.log(1)).wait(60)
    assert store.last_order() == 1


def test_a_database_of_the_first_version_keeps_its_rows(opened, file_url, make, engine):
    """Migrating brings the new tables and leaves what was there."""
    from alembic import command

    from redengine.store import KeyEntry

    file = create_engine(file_url)
    with file.begin() as connection:
        command.upgrade(migration_config(connection), "0001")
        connection.exec_driver_sql(
            "INSERT INTO redengine_logs (id, timestamp, created, action, task_name)"
            " VALUES (7, 0, 0, 'run', 'fetch')"
        )
    file.dispose()
    store = opened(file_url)
    assert store.last_order() == 7
    store.write(KeyEntry("ops", "00", "01", ("read",), None, make.start)).wait(60)
    assert [key.name for key in store.api_keys()] == ["ops"]


def test_a_newer_database_is_refused(opened, file_url):
    """A database of a newer version is left alone, and the message says what to do."""
    with opened(file_url) as store, store._database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer version of redengine; upgrade redengine"):
        opened(file_url)


def test_tables_of_others_are_left_alone(opened, file_url, tmp_path):
    """A database that holds another program's tables can hold the store beside them."""
    other = sqlite3.connect(tmp_path / "jobs.db")
    other.execute("CREATE TABLE jobs (id)")
    other.execute("CREATE TABLE alembic_version (version_num)")
    other.close()
    assert opened(file_url).last_order() == 0


def test_an_opening_that_fails_leaves_nothing(opened, file_url, monkeypatch):
    """When making the tables fails half way, none of them is there afterwards."""
    with monkeypatch.context() as patch:
        patch.setattr(schema, "REVISION", object())
        with pytest.raises(StoreError):
            opened(file_url)
    assert opened(file_url).last_order() == 0
