"""Stores on servers: riding out the server's troubles, and what is particular to each kind."""

import logging

import pytest
from store_servers import Proxy, server_for_test

from redengine.exceptions import StoreError
from redengine.store import CHANGE_FIELDS, LOG_FIELDS, ChangeEntry, OutputEntry
from redengine.store.engines.postgresql import TextDumper, TextLoader
from redengine.store.tables import metadata


@pytest.fixture
def proxied(server, opened):
    """A synchronous store behind a proxy, and the proxy."""
    proxy = Proxy(server.url)
    yield opened(proxy.url, synchronous=True), proxy
    proxy.stop()


def ids(store, make):
    return [item["id"] for item in store.logs(make.query(LOG_FIELDS)).items]


# -- troubles


def test_ended_connections_are_ridden_out(server, opened, make, caplog):
    """When the server ends all connections, entries are kept and written by new ones."""
    caplog.set_level(logging.WARNING)
    store = opened(server.url)
    store.write(make.log(1)).wait(60)
    assert server.cut() > 0
    commits = [store.write(make.log(number)) for number in (2, 3)]
    for commit in commits:
        commit.wait(30)
    store.flush(10)
    assert ids(store, make) == [3, 2, 1]
    assert store.healthy
    told = [record.message for record in caplog.records if record.name == "redengine.store"]
    assert len(told) == 2
    assert "nothing is lost, it is tried again" in told[0]
    assert "can be written again" in told[1]


def test_readers_do_not_notice_ended_connections(server, opened, make):
    """Reading tries a connection before it uses it."""
    store = opened(server.url, synchronous=True)
    store.write(make.log(1)).wait(60)
    assert ids(store, make) == [1]
    server.cut()
    assert ids(store, make) == [1]


def test_a_vanished_server_is_waited_for(proxied, make):
    """While there is no server entries are kept and reading says why; then all is written."""
    store, proxy = proxied
    store.write(make.log(1)).wait(60)
    proxy.stop()
    commit = store.write(make.log(2), OutputEntry("j", 1, make.start, "stdout", "x"))
    for _ in range(2):
        with pytest.raises(StoreError):
            commit.wait(60)
        assert not store.healthy
    assert "start the server" in store.last_error
    with pytest.raises(StoreError, match="start the server"):
        store.last_order()
    assert store.pending == 2
    proxy.start()
    commit.wait(60)
    assert store.healthy
    assert ids(store, make) == [2, 1]
    assert len(store.output("j")) == 1


def test_a_vanished_server_is_found_again_by_the_thread(server, opened, make):
    """Nobody needs to ask: the store's thread tries until the server is back."""
    proxy = Proxy(server.url)
    store = opened(proxy.url)
    store.write(make.log(1)).wait(60)
    proxy.stop()
    commit = store.write(make.log(2))
    with pytest.raises(StoreError):
        commit.wait(0.1)
    proxy.start()
    commit.wait(30)
    assert ids(store, make) == [2, 1]
    store.close()
    proxy.stop()


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_commit_whose_answer_is_lost_is_made_once(server, opened, make, monkeypatch, is_kept):
    """When the connection breaks in a commit, the next one finds out whether it was made."""
    store = opened(server.url, synchronous=True)
    store.write(make.log(1)).wait(60)
    database = store._database
    commit = database.commit_now

    def commit_and_break(connection, cursor):
        monkeypatch.undo()
        if is_kept:
            commit(connection, cursor)
        server.cut()
        commit(connection, cursor)

    monkeypatch.setattr(database, "commit_now", commit_and_break)
    change = ChangeEntry(make.start, "Task", "x", "patch")
    commits = [store.write(make.log(2), change), store.write(make.log(3))]
    for commit in commits:
        commit.wait(60)
    store.write(make.log(4)).wait(60)
    assert ids(store, make) == [4, 3, 2, 1]
    assert store.changes(make.query(CHANGE_FIELDS)).total == 1


def test_a_full_disk_is_ridden_out(server, opened, make, monkeypatch):
    """An error that is not the entries' fault keeps them, and says what to do."""
    store = opened(server.url, synchronous=True)
    dbapi = store._database.engine.dialect.loaded_dbapi
    if server.kind == "postgresql":
        error = dbapi.errors.DiskFull("could not extend file: No space left on device")
    else:
        error = dbapi.err.OperationalError(1114, "The table 'redengine_logs' is full")

    def fail(_connection, _cursor):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(store._database, "commit_now", fail)
        commit = store.write(make.log(1))
        with pytest.raises(StoreError, match="free some space on the server's disk"):
            commit.wait(60)
        assert not store.healthy
    commit.wait(60)
    assert ids(store, make) == [1]


def test_missing_tables_are_an_outage(server, opened, make):
    """Where somebody drops the tables, nothing is refused: they are made again."""
    store = opened(server.url, synchronous=True)
    for table in ("redengine_version", *metadata.tables):
        server.run(f"DROP TABLE {server.table(table)}")
    store.write(make.log(1)).wait(60)
    assert ids(store, make) == [1]


def test_an_interrupted_batch_leaves_nothing(server, opened, make):
    """Ctrl-C in the midst of a transaction keeps nothing of it, and the next one is sound."""
    store = opened(server.url, synchronous=True)
    database = store._database

    def interrupted():
        with database.transaction() as cursor:
            cursor.execute("DELETE FROM redengine_state")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    store.write(make.log(1)).wait(60)
    assert server.run(f"SELECT count(*) FROM {server.table('redengine_state')}")[0][0] == 2


def test_a_row_larger_than_mariadb_takes_is_refused(opened, make):
    """What no packet holds harms only its own ticket; the message says what to raise."""
    with server_for_test("mariadb") as server:
        store = opened(server.url)
        largest = int(server.run("SELECT @@max_allowed_packet")[0][0])
        commits = [store.write(make.log(n, message="x" * 100_000)) for n in range(1, 30)]
        bad = store.write(make.log(99, message="'" * (largest // 2)))
        with pytest.raises(StoreError, match="raise its max_allowed_packet"):
            bad.wait(30)
        for commit in commits:
            commit.wait(30)
        assert store.last_order() == 29
        assert store.healthy
        store.close()


def test_a_batch_takes_few_statements(server, opened, make, monkeypatch):
    """A batch is one group of statements a table, the batch's name, and one commit."""
    store = opened(server.url, synchronous=True)
    seen = []
    begin = store._database.begin

    def watched(connection):
        cursor = begin(connection)
        for name in ("execute", "executemany"):
            method = getattr(cursor, name)

            def call(sql, *values, method=method):
                seen.append(sql.split("(")[0].strip())
                return method(sql, *values)

            monkeypatch.setattr(cursor, name, call)
        return cursor

    monkeypatch.setattr(store._database, "begin", watched)
    for number in range(1, 101):
        store.write(make.job(f"j{number}"), make.log(2 * number), make.log(2 * number + 1))
    store.flush()
    if seen[-1] == "COMMIT":
        seen.pop()
    assert seen == [f"INSERT INTO redengine_{name}" for name in ("logs", "jobs", "state")]


def test_mariadb_puts_the_rows_of_a_table_together(opened, make):
    """A hundred jobs with their records are three statements and one commit for the server."""
    with server_for_test("mariadb") as server:
        store = opened(server.url, synchronous=True)

        def counts():
            cursor = store._database._writing.cursor()
            cursor.execute("SHOW SESSION STATUS WHERE variable_name IN ('Com_insert','Com_commit')")
            return {name: int(value) for name, value in cursor.fetchall()}

        store.write(make.log(1)).wait(60)
        before = counts()
        for number in range(1, 101):
            store.write(make.job(f"j{number}"), make.log(2 * number), make.log(2 * number + 1))
        store.flush()
        after = counts()
        assert after["Com_insert"] - before["Com_insert"] == 3
        assert after["Com_commit"] - before["Com_commit"] == 1
        store.close()


@pytest.mark.parametrize("text", ["", "a", "\0", "\1", "\0\1\2", "a\0\0b\1\1", "🚀\0é"])
def test_all_text_comes_back_from_postgresql(text):
    """What PostgreSQL has no character for is written so that it can be read again."""
    data = TextDumper(str).dump(text)
    assert b"\0" not in data
    assert TextLoader(25).load(data) == text


def test_texts_keep_their_order_in_postgresql():
    """The written forms compare as the texts do, by code point."""
    texts = sorted(a + b + c for a in "\0\1\2a" for b in ("", *"\0\1\2a") for c in ("", "\0", "é"))
    written = [TextDumper(str).dump(text) for text in texts]
    assert written == sorted(written)
