"""Keeps stores of today's form for the tests of tomorrow's code; run it as a script.

    PYTHONPATH=tests .venv/bin/python tests/unit/store/keep_store.py

A session fills a database of each kind with something of everything and is killed in the midst
of it. The dumps go to `tests/unit/store/kept`, named after the newest migration: run it when
one is added. What is kept already is never written again. Names of older migrations
(`0001 0004 0005`) write the SQLite rows of 0006 in the forms that those made.
"""

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from store_servers import MARIADB, POSTGRESQL, SERVERS

from redengine import TaskInaction, current_job
from redengine.api import FlaskAPI
from redengine.store.engines.schema import migration_config
from redengine.store.tables import REVISION, VERSION_TABLE
from redengine.testing import ManualSession

FOLDER = Path(__file__).with_name("kept")
KEY = "the-key-of-kept-stores"
KINDS = ("sqlite", *SERVERS)
DURATIONS = {"hourly": "2 hours", "long": "5 hours", "limited": "5 hours", "owed": "2 hours"}


_LEFT_OUT = r"--|SET |\\|SELECT pg_catalog.set_config"


class Unlike:
    """A value that has no JSON form."""

    def __repr__(self):
        return "<something unlike JSON>"


def define(session):
    """The tasks of the session."""

    @session.task("every 30 min", name="fetch")
    def fetch(day: str = "today", password: str = ""):
        print(f"fetching {day}")
        print("café ☕")
        current_job().progress(3, 4, "three of four")
        return {"day": day, "rows": [1, 2.5, None]}

    @session.task(name="unlike")
    def unlike():
        return Unlike()

    @session.task("cron 5 * * * *", name="fail", retries=1, missed="skip")
    def fail():
        raise ValueError('no rows;\nlook at the source\\table\'s "name"')

    @session.task("every 2 hours", name="idle")
    def idle():
        raise TaskInaction("nothing new")

    session.task("cron 0 * * * *", name="owed", missed="all")(lambda: None)
    session.task("cron 0 * * * *", name="hourly")(lambda: None)
    session.task(name="long", timeout="10 hours")(lambda: None)
    session.task(name="limited", limits={"database": 1})(lambda: None)


def fill_first(url):
    """A session that is killed while a job runs."""
    session = ManualSession("2026-01-01T00:00", store=url, durations=DURATIONS)
    define(session)
    session.advance("1 minute")
    session.submit("long", job_id="crashed")
    session.advance("1 minute")


def fill_second(url):
    """Another one, that does everything else, and is killed as well."""
    session = ManualSession("2026-01-01T06:00", store=url, durations=DURATIONS)
    define(session)
    session.parameters["region"] = "eu"
    session.advance("30 minutes")
    session.submit("unlike", job_id="unlike")
    session.submit("fetch", day="monday", password="hunter2", job_id="by-hand")
    session.advance("2 minutes")
    session.submit("long", job_id="terminated")
    session.advance("1 minute")
    session.job("terminated").terminate("enough")
    call(session)
    session.advance("4 hours")
    session.submit("limited", job_id="holder")
    session.submit("long", job_id="running")
    session.advance("1 minute")
    for name in ("queued", "paused", "cancelled"):
        session.submit("limited", job_id=name)
    session.job("paused").pause()
    session.job("cancelled").cancel()
    session.advance("1 minute")
    session.store.flush(10)


def call(session):
    """Write over the API: changes, actions, refusals, a revert, keys."""
    keys = {"root": {"key": KEY, "scopes": ["admin"]}}
    client = FlaskAPI(port=0, session=session, api_keys=keys).app.test_client()
    session.advance("1 minute")

    def ask(method, path, status, body=None):
        answer = client.open(path, method=method, json=body, headers={"X-API-Key": KEY})
        assert answer.status_code == status, (method, path, answer.text)
        return answer.json

    ask("PATCH", "/parameters", 200, {"zone": "é", "secret": "hunter2"})
    ask("POST", "/tasks/nightly", 201, {"command": ["true"], "start_cond": "cron 0 3 * * *"})
    ask("PATCH", "/tasks/fetch", 200, {"priority": 7})
    ask("PATCH", "/tasks/idle", 200, {"disabled": True})
    ask("PATCH", "/config", 200, {"max_queue_size": 900})
    ask("POST", "/runtimes", 201, {"runtime_id": "spare", "kind": "thread", "size": 2})
    posted = {"task": "fetch", "parameters": {"day": "tuesday"}}
    ask("POST", "/jobs", 201, {"job_id": "posted", **posted})
    later = {"run_at": "2026-01-02T00:00:00Z", "retries": 2, "timeout": "1 hour"}
    ask("POST", "/jobs", 201, {"job_id": "later", **posted, **later})
    ask("POST", "/tasks/nightly", 409, {"command": ["true"]})
    ask("POST", "/keys", 201, {"name": "reader", "scopes": ["read"], "tasks": "fetch"})
    ask("POST", "/keys", 201, {"name": "gone", "scopes": ["write"]})
    ask("DELETE", "/keys/gone", 204)
    last = ask("GET", "/changes?resource=Task&name=fetch&$sort=-id", 200)[0]["id"]
    ask("POST", f"/changes/{last}/revert", 200)


def keep(kind):
    """Fill a database of a kind and dump it."""
    path = FOLDER / f"{REVISION}_{kind}.sql"
    if path.exists():
        print(f"{path.name} is kept already")
        return
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "kept.db"
            fill(f"sqlite:///{file}")
            with sqlite3.connect(file) as connection:
                text = "\n".join(connection.iterdump()) + "\n"
    else:
        server = SERVERS[kind]()
        try:
            fill(server.url)
            text = {"postgresql": dump_postgresql, "mariadb": dump_mariadb}[kind](server)
        finally:
            server.close()
    path.write_text(_without_place(text), "utf-8", newline="\n")
    print(f"{path.name}: {len(text):,} characters")


def keep_older(revision):
    """The rows of the SQLite store that is kept, in an older form of its tables.

    It has what that form has a place for: before 0005 there was a journal of changes alone, whose
    `data` was whole.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "older.db"
        engine = create_engine(f"sqlite:///{file}")
        with engine.begin() as connection:
            command.upgrade(migration_config(connection), revision)
        engine.dispose()
        with sqlite3.connect(file) as older, sqlite3.connect(":memory:") as kept:
            kept.executescript((FOLDER / "0006_sqlite.sql").read_text("utf-8"))
            for (table,) in older.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
                if table != VERSION_TABLE:
                    copy_rows(kept, older, table)
            older.commit()
            text = "\n".join(older.iterdump()) + "\n"
    path = FOLDER / f"{revision}_sqlite.sql"
    path.write_text(_without_place(text), "utf-8", newline="\n")


def _without_place(text):
    """The statements without where this project happens to lie."""
    return text.replace(str(Path(__file__).parents[3]), "/srv/redengine")


def copy_rows(kept, older, table):
    """The rows of a table, as far as an older form of it has their columns."""
    columns = [row[1] for row in older.execute(f"PRAGMA table_info({table})")]
    known = [row[1] for row in kept.execute(f"PRAGMA table_info({table})")]
    taken = {each: f'"{each}"' for each in columns if each in known}
    where = ""
    if "at" in columns and table == "redengine_changes":
        whole = "coalesce(json_extract(sealed, '$.data'), data)"
        taken |= {"at": "created", "data": whole}
        where = " WHERE kind = 'change'"
    rows = kept.execute(f"SELECT {', '.join(taken.values())} FROM {table}{where}").fetchall()
    names = ", ".join(f'"{each}"' for each in taken)
    marks = ", ".join("?" for _ in taken)
    older.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def fill(url):
    """Let two processes fill a database, one after the other."""
    for part in ("first", "second"):
        subprocess.run([sys.executable, __file__, part, url], check=True)


def dump_postgresql(server):
    """A schema as statements that make it where they are run."""
    options = ("--inserts", "--no-owner", "--no-privileges", f"--schema={server.name}")
    text = run("pg_dump", *options, POSTGRESQL)
    kept = [line for line in text.splitlines() if not re.match(_LEFT_OUT, line)]
    text = "\n".join(kept).replace(f"{server.name}.", "")
    return re.sub(rf"CREATE SCHEMA {server.name};|\n(?=\n)", "", text).strip() + "\n"


def dump_mariadb(server):
    """A database as statements that make it where they are run."""
    url = make_url(MARIADB)
    place = ("-h", url.host, "-P", str(url.port or 3306), "-u", url.username)
    options = ("--compact", "--skip-extended-insert", "--default-character-set=utf8mb4")
    text = run("mariadb-dump", *place, *options, server.name)
    return "\n".join(line for line in text.splitlines() if not line.startswith(("/*", "--"))) + "\n"


def run(*command):
    """What a program prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    if sys.argv[1:2] in (["first"], ["second"]):
        {"first": fill_first, "second": fill_second}[sys.argv[1]](sys.argv[2])
        os._exit(0)
    for each in KINDS:
        keep(each)
    for each in sys.argv[1:]:
        keep_older(each)
