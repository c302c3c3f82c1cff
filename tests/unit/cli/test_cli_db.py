"""`redengine db`: a store's database from the command line."""

import json
import os
import sqlite3
from contextlib import closing

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from redengine.cli import errors as exits
from redengine.store import StateEntry, Store
from redengine.store.engines.schema import migration_config
from redengine.store.tables import REVISION

OLD = ScriptDirectory.from_config(migration_config(None)).get_revision(REVISION).down_revision


@pytest.fixture
def url(tmp_path):
    """The URL of a file that a session has left."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    Store.open(url).close()
    return url


@pytest.fixture
def old_url(tmp_path):
    """The URL of a file that an older version has left."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(migration_config(connection), OLD)
    engine.dispose()
    return url


def test_current_shows_how_it_stands(run, url):
    """For a person and as JSON."""
    assert "status    current" in run("db", "current", url).stdout
    told = json.loads(run("db", "current", url, "--json").stdout)
    assert told == {
        "url": url,
        "kind": "sqlite",
        "revision": REVISION,
        "newest": REVISION,
        "state": "current",
        "upgrade_due": False,
        "holder": None,
    }


def test_current_shows_who_has_it(run, url):
    """The session, its process and its machine."""
    with Store.open(url, name="nightly"):
        told = json.loads(run("db", "current", url, "--json").stdout)
        assert f"process {os.getpid()} on" in run("db", "current", url).stdout
    assert (told["holder"]["session"], told["holder"]["process"]) == ("nightly", os.getpid())


def test_the_store_is_named_in_three_ways(run, url, monkeypatch):
    """As an argument, by the option, and by the variable; an argument wins over that."""
    assert run("db", "current", "--store", url).exit_code == exits.OK
    monkeypatch.setenv("REDENGINE_STORE", url)
    assert url in run("db", "current").stdout
    monkeypatch.setenv("REDENGINE_STORE", "sqlite:////nowhere.db")
    assert url in run("db", "current", url).stdout


def test_a_store_is_to_be_named_once(run, url):
    """Neither none nor two, in words."""
    none = run("db", "current")
    assert (none.exit_code, "name the store" in none.stderr) == (exits.USAGE, True)
    two = run("db", "current", url, "--store", "sqlite:///other.db")
    assert (two.exit_code, "not both" in two.stderr) == (exits.USAGE, True)


def test_upgrade_says_first_what_it_would_do(run, old_url):
    """And then does it; a third time there is nothing to do."""
    copy = old_url.removeprefix("sqlite:///").replace("old.db", f"old.before-{REVISION}.db")
    planned = run("db", "upgrade", old_url, "--dry-run")
    assert f"would copy the file to {copy}" in planned.stdout
    assert f"would apply {REVISION}" in planned.stdout
    assert "upgrade due" in run("db", "current", old_url).stdout
    done = run("db", "upgrade", old_url)
    assert (done.exit_code, done.stdout.split()[0]) == (exits.OK, REVISION)
    assert copy in done.stderr
    assert "nothing to do" in run("db", "upgrade", old_url).stderr
    told = json.loads(run("db", "upgrade", old_url, "--json").stdout)
    assert (told["applied"], told["copy"]) == ([], None)


def test_upgrade_is_refused_while_a_session_runs(run, old_url):
    """With its own exit code."""
    with Store.open(old_url, name="nightly"):
        refused = run("db", "upgrade", old_url)
    assert refused.exit_code == exits.REFUSED
    assert "stop that session first" in refused.stderr


def test_a_wrong_url_is_told(run):
    """A path is no URL, and a file that is not there is not made."""
    told = run("db", "current", "jobs.db")
    assert "write 'sqlite:///jobs.db'" in told.stderr
    assert run("db", "upgrade", "sqlite:///jobs.db").exit_code == exits.TROUBLE


def test_backup_writes_a_file_once(run, url, monkeypatch, tmp_path):
    """Of the store that is named, or of the environment's; a second time with --force."""
    target = tmp_path / "backup.db"
    told = json.loads(run("db", "backup", url, target, "--json").stdout)
    assert told == {"file": str(target), "bytes": target.stat().st_size}
    refused = run("db", "backup", url, target)
    assert (refused.exit_code, "or --force" in refused.stderr) == (exits.REFUSED, True)
    monkeypatch.setenv("REDENGINE_STORE", url)
    assert run("db", "backup", target, "--force").exit_code == exits.OK
    assert run("db", "backup", url, target, "more").exit_code == exits.USAGE


def test_backup_of_a_server_names_its_tool(run):
    """With the store named as the store, not as the URL of the API."""
    told = run("db", "backup", "mariadb://root@127.0.0.1/jobs", "x.db")
    assert told.exit_code == exits.USAGE
    assert "--store: a server's database is backed up by its own tool: mariadb-dump" in told.stderr


def test_copy_prints_the_rows_of_each_table(run, url, tmp_path):
    """Of both; and refuses a target that is in use already."""
    with Store.open(url) as store:
        store.write(StateEntry("a", 1)).wait(60)
    target = f"sqlite:///{tmp_path / 'other.db'}"
    done = run("db", "copy", url, target)
    assert ["redengine_state", "1", "1"] in [line.split() for line in done.stdout.splitlines()]
    refused = run("db", "copy", url, target)
    assert (refused.exit_code, "holds rows" in refused.stderr) == (exits.REFUSED, True)
    told = json.loads(run("db", "copy", url, f"{target}2", "--json", "--quiet").stdout)
    assert (told["from"], told["rows"]["redengine_state"]) == (url, 1)


def test_check_says_what_is_wrong(run, url, tmp_path):
    """By its exit code too: 0 is sound, 1 is not, 2 cannot be checked."""
    sound = run("db", "check", url)
    assert (sound.exit_code, sound.stdout) == (exits.OK, "")
    assert "0 errors, 0 warnings" in sound.stderr
    with closing(sqlite3.connect(tmp_path / "jobs.db")) as file, file:
        file.execute("INSERT INTO redengine_state (key, value) VALUES ('a', '{')")
    wrong = run("db", "check", url)
    assert wrong.exit_code == exits.FAILED
    assert "error: table redengine_state, key 'a': 'value' is damaged" in wrong.stdout
    told = json.loads(run("db", "check", url, "--json").stdout)
    assert (told["sound"], len(told["errors"]), told["rows"]["redengine_state"]) == (False, 1, 1)
    missing = run("db", "check", "sqlite:///none.db")
    assert missing.exit_code == exits.USAGE
    assert "cannot be checked: there is no file" in missing.stderr
