"""The form of a server's database."""

from datetime import timedelta

import pytest
from alembic import command
from sqlalchemy import MetaData
from store_servers import server_for_test

from redengine.clock import ManualClock
from redengine.exceptions import StoreError
from redengine.store import ChangeEntry, OutputEntry
from redengine.store.engines import schema
from redengine.store.engines.schema import migrate, migration_config
from redengine.store.engines.urls import database_of
from redengine.store.life import upgrade
from redengine.store.tables import VERSION_TABLE, metadata

TABLES = ("logs", "jobs", "output", "tasks", "returns", "changes", "state", "api_keys")


def form_of(server):
    """What the server knows of tables, columns, keys and indexes."""
    if server.kind == "mariadb":
        made = {}
        for name in TABLES:
            rows = server.run(f"SHOW CREATE TABLE {server.table(f'redengine_{name}')}")
            made[name] = sorted(line.rstrip(",") for line in rows[0][1].splitlines())
        return made
    columns = server.run(
        "SELECT table_name, column_name, data_type, character_maximum_length, collation_name,"
        " is_nullable, replace(column_default, %s, '') FROM information_schema.columns"
        " WHERE table_schema = %s AND table_name <> %s ORDER BY 1, ordinal_position",
        f"{server.name}.",
        server.name,
        VERSION_TABLE,
    )
    indexes = server.run(
        "SELECT indexname, replace(indexdef, %s, '') FROM pg_indexes"
        " WHERE schemaname = %s AND tablename <> %s ORDER BY 1",
        f"{server.name}.",
        server.name,
        VERSION_TABLE,
    )
    return {"columns": columns, "indexes": indexes}


def test_migrations_lead_to_the_declared_form(server, opened):
    """A database that saw all migrations equals one that was made anew."""
    opened(server.url).close()
    with server_for_test(server.kind) as other:
        database = database_of(other.url, None)
        with database._changing() as connection:
            migrate(connection)
        made, migrated = form_of(server), form_of(other)
        database.engine.dispose()
    assert "redengine_logs_by_job" in str(made)
    assert migrated == made


def test_an_old_database_is_migrated(server, opened, make):
    """A database without the newest migration gets it when it is opened."""
    opened(server.url).close()
    for name in TABLES:
        server.run(f"DROP TABLE {server.table(f'redengine_{name}')}")
    server.run(f"DELETE FROM {server.table(VERSION_TABLE)}")
    store = opened(server.url)
    store.write(make.log(1)).wait(60)
    assert store.last_order() == 1


def test_a_journal_becomes_an_audit_trail(server, opened, make):
    """Changes of an older version keep their numbers, and new ones get higher ones."""
    database = database_of(server.url, None)
    with database._changing() as connection:
        command.upgrade(migration_config(connection), "0001")
        connection.exec_driver_sql(
            "INSERT INTO redengine_changes (resource, name, method, data, at)"
            " VALUES ('Task', 'x', 'patch', '{}', 1), ('Task', 'y', 'patch', '{}', 2)"
        )
    database.engine.dispose()
    upgrade(server.url)
    store = opened(server.url)
    store.write(ChangeEntry(make.start, "Task", "z", "patch"))
    store.flush(10)
    found = [(item["id"], item["name"]) for item in store.whole_changes()]
    assert found == [(1, "x"), (2, "y"), (3, "z")]


def test_a_newer_database_is_refused(server, opened):
    """A database of a newer version is left alone, and its lock is free again."""
    opened(server.url).close()
    server.run(f"UPDATE {server.table(VERSION_TABLE)} SET version_num = '9999'")
    for _ in range(2):
        with pytest.raises(StoreError, match="newer version of redengine; upgrade redengine"):
            opened(server.url)


def test_an_opening_that_fails_can_be_repeated(server, opened, monkeypatch):
    """When making the tables fails half way, what is left does not hinder the next opening."""
    with monkeypatch.context() as patch:
        patch.setattr(schema, "REVISION", object())
        with pytest.raises(StoreError):
            opened(server.url)
    assert opened(server.url).last_order() == 0


def test_rows_without_a_version_are_not_dropped(opened, make):
    """Where MariaDB's tables hold rows but no version, they are left as they are."""
    with server_for_test("mariadb") as server:
        with opened(server.url) as store:
            store.write(make.log(1)).wait(60)
        server.run(f"DROP TABLE {server.table(VERSION_TABLE)}")
        with pytest.raises(StoreError, match="holds rows, but redengine_version is missing"):
            opened(server.url)
        assert server.run(f"SELECT id FROM {server.table('redengine_logs')}") == [(1,)]


def test_text_columns_order_by_code_point(server, opened):
    """Every text column has the collation that compares as Python does."""
    store = opened(server.url)
    found = MetaData()
    with store._database.reading() as connection:
        found.reflect(connection, only=list(metadata.tables))
    collations = {
        column.type.collation
        for table in found.tables.values()
        for column in table.columns
        if column.type.python_type is str
    }
    assert collations == {"C" if server.kind == "postgresql" else "utf8mb4_nopad_bin"}


def test_old_history_is_pruned(server, opened, make):
    """Pruning by age works on a server too, in batches, and takes output along."""
    clock = ManualClock(make.start)
    store = opened(server.url, age=timedelta(seconds=10), clock=clock)
    store.write(*(make.log(number) for number in range(1, 6)))
    store.write(make.job("old"), OutputEntry("old", 1, make.start, "stdout", "x"))
    store.write(make.job("new", submitted_at=make.at(5)))
    assert store.prune() == 0
    clock.advance(timedelta(seconds=13))
    assert store.prune() == 3
    assert store.job("old") is None
    assert store.output("old") == []
    assert store.job("new") is not None
