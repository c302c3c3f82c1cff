"""Stores on servers: opening one, and having it alone."""

import os
import re
import signal
import subprocess
import sys

import pytest
from sqlalchemy.engine import make_url
from store_servers import SERVERS, server_for_test

from redengine.exceptions import StoreError
from redengine.store import LOG_FIELDS, Store
from redengine.store.engines.database import Holder

HOLD = """
import sys
from redengine.store import Store
store = Store.open(sys.argv[1], name="first")
print("open", flush=True)
sys.stdin.read()
"""
DRIVERS = {"postgresql": "psycopg", "mariadb": "pymysql"}


def ids(store, make):
    return [item["id"] for item in store.logs(make.query(LOG_FIELDS)).items]


def changed(server, **parts):
    return make_url(server.url).set(**parts).render_as_string(hide_password=False)


@pytest.mark.parametrize(
    ("parts", "part"),
    [
        ({"host": "no-such-host.invalid"}, "look at the host in the URL"),
        ({"port": 1}, "start the server, or look at the host and the port in the URL"),
        ({"database": "no_such_database"}, "create the database, or name another one"),
        ({"username": "nobody_here", "password": "hush-hush"}, "look at the user"),
        ({"query": {"no_such_option": "1"}}, "look at what stands behind the '?'"),
        ({"query": {"connect_timeout": "soon"}}, "soon"),
    ],
)
def test_what_cannot_be_opened_is_explained(server, parts, part):
    """Opening fails with the reason and the next step, and shows no password."""
    with pytest.raises(StoreError) as caught:
        Store.open(changed(server, **parts))
    assert part in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("postgresql+asyncpg://x/y", "write 'postgresql://…'"),
        ("postgre://x/y", "'postgre' is not supported; did you mean 'postgres'?"),
        ("mariadb://x", "names no database"),
        ("mariadb://u:hush-hush@x", "mariadb://u:***@x: names no database"),
        ("postgresql://u:hush-hush@host:port/x", "***@host:port/x': is not a URL"),
        ("postgresql://u@/x?password=hush-hush&port=x", "password=hidden"),
    ],
)
def test_urls_that_mean_nothing_are_explained(url, part):
    """What is wrong with a URL is said without asking a server, and without the password."""
    with pytest.raises(StoreError) as caught:
        Store.open(url)
    assert part in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "mysql", "mariadb"])
def test_a_missing_driver_is_named(scheme, monkeypatch):
    """Without its driver a URL is refused with what to install."""
    for driver in DRIVERS.values():
        monkeypatch.setitem(sys.modules, driver, None)
    extra = "postgresql" if scheme.startswith("post") else "mariadb"
    with pytest.raises(StoreError, match=re.escape(f"pip install 'redengine[{extra}]'")):
        Store.open(f"{scheme}://user@127.0.0.1/x")


def test_every_scheme_reaches_its_server(server, opened):
    """Both spellings of a server's scheme open the same store, with or without the driver."""
    first, second = {"postgresql": ("postgres", "psycopg"), "mariadb": ("mysql", "pymysql")}[
        server.kind
    ]
    for scheme in (first, f"{server.kind}+{second}"):
        with opened(changed(server, drivername=scheme)) as store:
            assert store.durable
            assert store.url.startswith(f"{scheme}://")


def test_everything_is_there_after_reopening(server, opened, make):
    """What one store wrote the next one reads."""
    with opened(server.url) as store:
        store.write(make.log(1))
    assert opened(server.url).last_order() == 1


# -- one session


def test_a_database_has_one_session(server, opened):
    """The second one is told whose it is; it can have it afterwards."""
    first = opened(server.url, name="nightly")
    with pytest.raises(StoreError) as caught:
        opened(server.url)
    expected = rf"another session uses it: process {os.getpid()} on .+ \(session 'nightly'\); stop"
    assert re.search(expected, str(caught.value))
    first.close()
    opened(server.url)


def test_a_killed_session_gives_the_database_back(server, opened, make):
    """The lock of another process holds until it dies, even by SIGKILL."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, server.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"open\n"
        with pytest.raises(StoreError, match=f"process {process.pid} on "):
            opened(server.url)
        process.send_signal(signal.SIGKILL)
        process.wait(60)
    opened(server.url).write(make.log(1)).wait(60)


def test_places_on_one_server_do_not_share_a_lock(server, opened):
    """Two databases, or two schemas, of one server may have a session each."""
    opened(server.url)
    with server_for_test(server.kind) as other:
        opened(other.url).close()


def test_nothing_is_written_without_the_lock(server, opened, make):
    """A session whose lock went to another one while it was cut off writes nothing any more."""
    first = opened(server.url, synchronous=True, name="first")
    first.write(make.log(1)).wait(60)
    server.cut()
    second = opened(server.url, synchronous=True, name="second")
    commit = first.write(make.log(2))
    for _ in range(2):  # the first try finds the connection gone
        with pytest.raises(StoreError):
            commit.wait(60)
    assert "another session uses it: process" in first.last_error
    assert "(session 'second')" in first.last_error
    second.close()
    with pytest.raises(StoreError, match=r"has used it meanwhile: .*'second'.*start it again"):
        commit.wait(60)
    assert ids(second, make) == [1]


def test_an_own_connection_that_the_server_still_sees_is_ended(server, opened, make):
    """After a break that only this side noticed, the session takes its lock from its own ghost."""
    store = opened(server.url, synchronous=True)
    store.write(make.log(1)).wait(60)
    ghost, store._database._writing = store._database._writing, None
    store.write(make.log(2)).wait(60)
    assert ids(store, make) == [2, 1]
    ghost.invalidate()
    ghost.close()


def test_a_holder_is_read_as_it_was_written():
    """Who has a database survives the way into it and back."""
    first = Holder(session="nightly")
    assert Holder.read(first.to_json()) == first
    assert str(Holder(session=None)) == str(first).removesuffix(" (session 'nightly')")


def test_a_missing_server_is_no_reason_to_fail_but_in_integration(monkeypatch):
    """Without a server its tests are skipped with the reason; where CI is true they fail."""
    monkeypatch.setitem(SERVERS, "postgresql", lambda: 1 / 0)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"no postgresql server .* division"):
        server_for_test("postgresql").__enter__()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no postgresql server"):
        server_for_test("postgresql").__enter__()
