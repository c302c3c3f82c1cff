"""Databases for tests on the servers that the machine offers.

`REDENGINE_TEST_POSTGRESQL` and `REDENGINE_TEST_MARIADB` say where they are, if not on their usual
ports of 127.0.0.1. Where there is none, tests are skipped; but not in continuous integration,
where `CI` is true.
"""

import contextlib
import os
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
        cursor = self.admin.execute(sql, parameters)
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
