"""A session gives its store back: when it is closed, and when nobody thinks of it any more."""

from __future__ import annotations

import gc
import sqlite3
import subprocess
import sys
import threading
import warnings
import weakref

import pytest

from redengine import Session
from redengine.sessions import forget_default
from redengine.store import Store
from redengine.testing import ManualSession


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'jobs.db'}"


def can_be_opened(url):
    """Whether another session could have the store now."""
    Store.open(url).close()
    return True


def warnings_of_forgetting(make):
    """What is warned of when what was made is forgotten."""
    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always")
        made = weakref.ref(make())
        forget_default()
        for _ in range(500):  # a thread of it that ends may hold it for a moment
            gc.collect()
            if made() is None:
                break
            threading.Event().wait(0.02)
        assert made() is None
    return [str(each.message) for each in noted if each.category is ResourceWarning]


@pytest.mark.parametrize("kind", [Session, ManualSession])
def test_a_session_that_was_never_started_can_be_closed(url, kind):
    """Its store is free for another one, and closing it again does no harm."""
    session = kind(store=url)
    session.close()
    assert not session.store.is_open
    assert can_be_opened(url)
    session.close()


@pytest.mark.parametrize("kind", [Session, ManualSession])
def test_a_running_session_that_is_closed_stops_first(url, kind):
    """Closing shuts down, and gives the store back; it may be started again."""
    session = kind(store=url)
    for _ in range(2):
        session.start(block=False)
        session.close()
        assert session.state == "stopped"
        assert can_be_opened(url)


def test_a_closed_session_can_still_be_read(url):
    """What it remembers is read from the file, which it does not have any more."""
    session = Session(store=url)

    @session.task()
    def fetch(): ...

    with session:
        session.submit(fetch, job_id="mine").result(30)
    session.close()
    assert session.job("mine").status == "success"
    assert can_be_opened(url)


def test_a_forgotten_session_closes_its_store_and_says_so(url):
    """The warning names the session, the store and what to do; the store is free."""
    [said] = warnings_of_forgetting(lambda: Session(store=url, name="plant"))
    assert "session 'plant'" in said
    assert url in said
    assert "close()" in said
    assert can_be_opened(url)


@pytest.mark.parametrize("kind", [Session, ManualSession])
@pytest.mark.parametrize("is_started", [True, False])
def test_a_closed_session_is_forgotten_in_silence(url, kind, is_started):
    """Neither the session nor SQLite warns, though the store was read after its end."""

    def make():
        session = kind(store=url)
        if is_started:
            session.start(block=False)
        session.close()
        assert session.logs() == []
        return session

    assert warnings_of_forgetting(make) == []


@pytest.mark.parametrize("kind", [Session, ManualSession])
def test_a_session_in_memory_is_forgotten_in_silence(kind):
    """There is nothing to lose: Python 3.13 warns of every SQLite connection left open."""
    assert warnings_of_forgetting(kind) == []


def test_the_connection_in_memory_is_closed_with_its_store():
    """Nothing is left to the garbage collector, on any version of Python."""
    store = Store.open()
    with store._database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
    store.close()
    del store, connection
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        raw.execute("SELECT 1")


SCRIPT = """
from redengine import Session
app = Session(store={url!r}, name="plant")
@app.task("daily")
def fetch(): ...
"""


@pytest.mark.parametrize(
    ("more", "words"), [("", ["session 'plant' was not closed"]), ("app.close()", [])]
)
def test_a_script_that_ends_without_closing_is_told_so_in_development_mode(url, more, words):
    """Python -X dev shows what is left open; nothing else is said."""
    command = [sys.executable, "-X", "dev", "-c", SCRIPT.format(url=url) + more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    said = [line for line in done.stderr.splitlines() if "ResourceWarning" in line]
    assert len(said) == len(words), done.stderr
    assert all(word in line for word, line in zip(words, said, strict=True))
