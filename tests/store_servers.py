"""Databases for tests on the servers that the machine offers.

`REDENGINE_TEST_POSTGRESQL` and `REDENGINE_TEST_MARIADB` say where they are, if not on their usual
ports of 127.0.0.1. Where there is none, tests are skipped; but not in continuous integration,
where `CI` is true.
"""

import contextlib
import os
import socket
import threading
import uuid
from urllib.parse import quote

import pytest
from sqlalchemy.engine import make_url

POSTGRESQL = os.environ.get("REDENGINE_TEST_POSTGRESQL", "postgresql://root@127.0.0.1:5432/test")
MARIADB = os.environ.get("REDENGINE_TEST_MARIADB", "mariadb://root@127.0.0.1:3306/test")


class PostgresqlServer:
    """A schema of its own on a PostgreSQL server."""

    kind = "postgresql"

    def __init__(self):
        import psycopg

        self.name = f"redengine_test_{uuid.uuid4().hex[:16]}"
        self.admin = psycopg.connect(POSTGRESQL, autocommit=True, connect_timeout=5)
        self.run(f"CREATE SCHEMA {self.name}")

    @property
    def url(self):
        """Where a store can be made."""
        mark = "&" if "?" in POSTGRESQL else "?"
        path = quote(f"-csearch_path={self.name}")
        return f"{POSTGRESQL}{mark}options={path}&application_name={self.name}"

    def run(self, sql, *parameters):
        """Run a statement as another connection; its rows."""
        cursor = self.admin.execute(sql, parameters or None)
        return cursor.fetchall() if cursor.description else []

    def table(self, name):
        """A table of the store, as another connection names it."""
        return f"{self.name}.{name}"

    def cut(self):
        """Let the server end all connections of stores; how many those were."""
        rows = self.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s",
            self.name,
        )
        return len(rows)

    def close(self):
        """Leave nothing."""
        self.cut()
        self.run(f"DROP SCHEMA {self.name} CASCADE")
        self.admin.close()


class MariadbServer:
    """A database of its own on a MariaDB server."""

    kind = "mariadb"

    def __init__(self):
        import pymysql

        url = make_url(MARIADB)
        self.name = f"redengine_test_{uuid.uuid4().hex[:16]}"
        self.admin = pymysql.connect(
            host=url.host,
            port=url.port or 3306,
            user=url.username,
            password=url.password or "",
            autocommit=True,
            connect_timeout=5,
        )
        self.run(f"CREATE DATABASE {self.name}")

    @property
    def url(self):
        """Where a store can be made."""
        return make_url(MARIADB).set(database=self.name).render_as_string(hide_password=False)

    def run(self, sql, *parameters):
        """Run a statement as another connection; its rows."""
        with self.admin.cursor() as cursor:
            cursor.execute(sql, parameters or None)
            return list(cursor.fetchall())

    def table(self, name):
        """A table of the store, as another connection names it."""
        return f"{self.name}.{name}"

    def cut(self):
        """Let the server end all connections of stores; how many those were."""
        rows = self.run("SELECT id FROM information_schema.processlist WHERE db = %s", self.name)
        for (number,) in rows:
            with contextlib.suppress(Exception):  # it may have ended by itself
                self.run(f"KILL {number}")
        return len(rows)

    def close(self):
        """Leave nothing."""
        self.cut()
        self.run(f"DROP DATABASE {self.name}")
        self.admin.close()


SERVERS = {"postgresql": PostgresqlServer, "mariadb": MariadbServer}


@contextlib.contextmanager
def server_for_test(kind):
    """A place on a server, which is gone afterwards; the test is skipped where there is none."""
    try:
        server = SERVERS[kind]()
    except Exception as error:
        reason = f"there is no {kind} server for tests here: {error}"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    try:
        yield server
    finally:
        server.close()


class Proxy:
    """Stands between a store and a server, so that a test can take the server away."""

    def __init__(self, url):
        parsed = make_url(url)
        self._target = (
            parsed.host,
            parsed.port or {"postgresql": 5432}.get(parsed.drivername, 3306),
        )
        self._pairs = []
        self._flows = threading.Event()
        self._flows.set()
        self._listener = None
        self._port = 0
        self.start()
        self.url = parsed.set(host="127.0.0.1", port=self._port).render_as_string(
            hide_password=False
        )

    def start(self):
        """Let the server be there (again)."""
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self):
        """Let the server vanish: its connections break, and new ones are refused."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self._flows.set()
        pairs, self._pairs = self._pairs, []
        for end in pairs:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def freeze(self):
        """Let the server fall silent: connections stay open, and nothing goes through."""
        self._flows.clear()

    def thaw(self):
        """Let everything go on where it stood."""
        self._flows.set()

    def _accept(self, listener):
        while True:
            try:
                near, _ = listener.accept()
                far = socket.create_connection(self._target)
            except OSError:
                return
            self._pairs += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                self._flows.wait()
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
        source.close()
