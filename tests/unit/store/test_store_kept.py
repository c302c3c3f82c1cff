"""Stores that earlier versions wrote are opened with all that they hold.

`kept` has a dump of each, made by `keep_store.py`: 83 log records of two sessions that were
killed, 38 jobs in every status, and what was changed over the API meanwhile.
"""

import contextlib
import sqlite3
from collections import Counter
from datetime import UTC, datetime

import pytest
from alembic.script import ScriptDirectory
from keep_store import DURATIONS, FOLDER, KEY, KINDS, define
from store_servers import server_for_test

from redengine.api import FlaskAPI
from redengine.exceptions import StoreError
from redengine.store import Store
from redengine.store.engines.schema import migration_config
from redengine.store.life import upgrade
from redengine.testing import ManualSession

FIRST_OF_SERVERS = "0006"
"""The first form of which dumps of servers were kept."""
STATUSES = {
    "success": 18, "fail": 5, "run": 5, "crash": 3, "inaction": 2, "queued": 2, "terminate": 1,
    "paused": 1, "cancel": 1,
}  # fmt: skip
SKIPS = {"first": "2026-01-01T00:05:00+00:00", "last": "2026-01-01T05:05:00+00:00", "count": 6}
KEPT = sorted(path.stem for path in FOLDER.glob("*.sql"))


def revision_of(name):
    """Which migration was the newest when a store was kept."""
    return name.partition("_")[0]


@pytest.fixture(params=KEPT)
def kept(request, tmp_path):
    """The name of a kept store, and the URL of a database that holds it now."""
    text = (FOLDER / f"{request.param}.sql").read_text("utf-8")
    with holding(request.param.partition("_")[2], text, tmp_path) as url:
        yield request.param, url


@contextlib.contextmanager
def holding(kind, text, folder):
    """The URL of a database of a kind that holds, within the block, what a dump says."""
    if kind == "sqlite":
        with contextlib.closing(sqlite3.connect(folder / "kept.db")) as connection:
            connection.executescript(text)
        yield f"sqlite:///{folder / 'kept.db'}"
        return
    with server_for_test(kind) as server:
        restore(server, text)
        upgrade(server.url)  # where others may use the database, an operator says when
        yield server.url


def restore(server, text):
    """Run the statements of a dump where a store is to be."""
    if server.kind == "postgresql":
        server.run(f"SET search_path TO {server.name}")
        server.run(text)
        return
    server.run(f"USE {server.name}")
    for statement in text.split(";\n"):
        if statement.strip():
            server.run(statement)
    server.run("USE information_schema")  # closing ends all connections that use the database


def test_each_form_of_the_database_is_kept():
    """Every migration has its store; `python tests/unit/store/keep_store.py` keeps the newest."""
    script = ScriptDirectory.from_config(migration_config(None))
    forms = [each.revision for each in script.walk_revisions()]
    servers = [each for each in forms if each >= FIRST_OF_SERVERS]
    wanted = {f"{each}_sqlite" for each in forms}
    assert {*KEPT} == wanted | {f"{each}_{kind}" for each in servers for kind in KINDS}


def test_a_kept_store_has_its_jobs_and_records(kept):
    """All jobs with their status, values and output, and all log records are there."""
    name, url = kept
    with Store.open(url) as store:
        jobs = store.jobs_in_state(*STATUSES)
        assert Counter(job["status"] for job in jobs) == STATUSES
        assert store.last_order() == 83
        later = store.job("later")
        assert (later["run_at"], later["priority"]) == (datetime(2026, 1, 2, tzinfo=UTC), 7)
        assert later["parameters"] == {"day": "tuesday"}
        assert later["options"] == {"timeout": 3600.0, "retries": 2}
        assert store.job("unlike")["result_kind"] == "preview"
        assert store.job("terminated")["reason"] == "enough"
        lines = store.output("by-hand")
        assert [line["text"] for line in lines] == ["fetching monday", "café ☕"]
        owed = store.histories()["owed"]
        assert owed.last_due == datetime(2026, 1, 1, 3, tzinfo=UTC)
        assert [each.hour for each in owed.misfires] == ([4, 5, 6] if has(name, "0006") else [])
        keys = ["gone", "reader"] if has(name, "0004") else []
        assert sorted(key.name for key in store.api_keys()) == keys


def has(name, revision):
    """Whether a store was written by a version that knew a migration."""
    return revision_of(name) >= revision


@pytest.fixture
def session(kept):
    """A session on a kept store, an hour after the one that wrote it was killed."""
    with ManualSession("2026-01-01T11:00", store=kept[1], durations=DURATIONS) as session:
        define(session)
        yield session


@pytest.fixture
def ask(session):
    """Asks the session's API."""
    keys = {"root": {"key": KEY, "scopes": ["admin"]}}
    client = FlaskAPI(port=0, session=session, api_keys=keys).app.test_client()
    session.advance("1 second")
    return lambda path: client.get(path, headers={"X-API-Key": KEY}).json


def test_a_kept_store_is_what_the_api_shows(kept, ask):
    """Results, records, changes, keys and all that was changed are there."""
    name, _ = kept
    assert ask("/jobs/by-hand/result")["result"] == {"day": "monday", "rows": [1, 2.5, None]}
    skip = ask("/logs?task_name=fail&action=inaction&$sort=id&$limit=1")[0]
    assert skip["skipped"] == (SKIPS if has(name, "0006") else None)
    assert len(ask("/logs?$limit=1000&id$max=83")) == 83
    changes = Counter(change["kind"] for change in ask("/changes"))
    others = {"action": 5, "refusal": 1} if has(name, "0005") else {}
    assert changes == {"change": 7, **others}
    assert ask("/parameters") == {"secret": "*****", "zone": "é"}
    assert ask("/config")["max_queue_size"] == 900
    assert ask("/tasks/nightly")["start_cond"] == "cron 0 3 * * *"
    assert (ask("/tasks/fetch")["priority"], ask("/tasks/idle")["disabled"]) == (0, True)
    assert ask("/runtimes/spare")["size"] == 2
    assert ask("/returns")["fetch"] == {"day": "today", "rows": [1, 2.5, None]}
    stored = {key["name"]: key for key in ask("/keys") if key["source"] == "store"}
    assert {*stored} == ({"gone", "reader"} if has(name, "0004") else set())


def test_a_kept_store_goes_on(kept, session, ask):
    """Jobs that ran have crashed, those that waited begin, and misfires are made up for."""
    name, _ = kept
    ended = {job_id: session.jobs[job_id].status for job_id in ("holder", "running", "crashed")}
    assert set(ended.values()) == {"crash"}
    assert session.job("paused").status == "paused"
    assert session.job("queued").status == "run"
    session.advance("14 hours")
    assert session.job("queued").status == session.job("later").status == "success"
    made_up = [f"2026-01-01T0{hour}:00:00+00:00" for hour in (4, 5, 6)]
    due = {job["due_at"] for job in ask("/jobs?task=owed&status=success&$limit=1000")}
    assert due.issuperset(made_up) == has(name, "0006")


@pytest.mark.parametrize("kind", KINDS)
def test_exit_codes_move_into_their_column(kind, tmp_path):
    """They stood among what was asked for: that stays, and so does what is no JSON."""
    text = (FOLDER / f"0007_{kind}.sql").read_text("utf-8")
    change = "UPDATE redengine_jobs SET options = '{}' WHERE job_id = '{}';\n"
    asked = {
        "later": '{"timeout":3600.0,"exit_code":-15,"labels":{"a":"é"}}',
        "posted": '{"exit_code":3}',
        "unlike": '{"exit_code":7',
    }
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(
            holding(kind, text + "".join(map(change.format, asked.values(), asked)), tmp_path)
        )
        store = stack.enter_context(Store.open(url))
        assert store.job("later")["options"] == {"timeout": 3600.0, "labels": {"a": "é"}}
        assert (store.job("later")["exit_code"], store.job("posted")["exit_code"]) == (-15, 3)
        assert store.job("posted")["options"] is None
        assert store.job("by-hand")["exit_code"] is None
        with pytest.raises(StoreError, match="options"):
            store.job("unlike")
