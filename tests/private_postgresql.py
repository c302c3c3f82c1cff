"""A PostgreSQL server that a test has for itself, and may kill."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import pytest

LONGEST_WAIT_S = 30
FOLDERS = "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin"
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "listen_addresses": "127.0.0.1",
    "max_connections": "30",
    "shared_buffers": "16MB",
}
"""What a commit has to mean for a kill to prove anything; and little else: it starts sooner."""


def binaries():
    """The folder with initdb and postgres, the newest one; None where there is none."""
    found = [
        folder
        for pattern in FOLDERS
        for folder in Path("/").glob(pattern.removeprefix("/"))
        if (folder / "initdb").exists() and (folder / "postgres").exists()
    ]
    on_path = shutil.which("initdb")
    if not found and on_path:
        found = [Path(on_path).resolve().parent]
    return max(found, key=_version, default=None)


def _version(folder):
    return [int(part) for part in folder.parts if part.isdigit()]


class PrivatePostgresql:
    """A server in a folder of its own, on a port of its own, run by somebody who is not root.

    Args:
        folder: with the server's programs.
    """

    def __init__(self, folder):
        self._programs = folder
        self._home = Path(tempfile.mkdtemp(prefix="redengine-postgresql-"))
        self._data = self._home / "data"
        self._process = None
        self._user = None
        self.kills = 0
        if os.geteuid() == 0:  # the server refuses to be run by root
            self._user = pwd.getpwnam("postgres")
            os.chown(self._home, self._user.pw_uid, self._user.pw_gid)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"postgresql://redengine@127.0.0.1:{self.port}/postgres"
        self._make()

    def _as_user(self):
        user = self._user
        if user is None:
            return {}
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def _make(self):
        command = [self._programs / "initdb", "-D", self._data, "-U", "redengine", "-A", "trust"]
        done = subprocess.run(
            [*command, "--no-sync", "-E", "UTF8", "--locale=C"],
            cwd=self._home,
            capture_output=True,
            text=True,
            check=False,
            **self._as_user(),
        )
        if done.returncode:
            raise RuntimeError(done.stderr)

    def start(self):
        """Run it, and return when it answers; what was killed may be in the way of a first try."""
        deadline = time.monotonic() + LONGEST_WAIT_S
        while not self._answers():
            if self._process is None or self._process.poll() is not None:
                self._launch()
            if time.monotonic() > deadline:
                raise RuntimeError((self._home / "log").read_text()[-2000:])

    def _launch(self):
        options = [part for pair in SETTINGS.items() for part in ("-c", "=".join(pair))]
        with (self._home / "log").open("a") as log:
            self._process = subprocess.Popen(
                [
                    *(self._programs / "postgres", "-D", self._data),
                    *("-p", str(self.port), "-k", self._home, *options),
                ],
                cwd=self._home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self._as_user(),
            )

    def _answers(self):
        import psycopg

        try:
            self.run("SELECT 1")
        except psycopg.Error:
            with contextlib.suppress(subprocess.TimeoutExpired):
                if self._process is not None:
                    self._process.wait(0.05)  # that it ends, or a little while
            return False
        return True

    def run(self, sql, *parameters):
        """Run a statement; its rows."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(sql, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def kill(self):
        """Kill the server and all of its processes at once: no rollback, no checkpoint."""
        head = psutil.Process(self._process.pid)
        head.send_signal(signal.SIGSTOP)  # so that it starts nothing more
        members = [*head.children(recursive=True), head]
        for member in members:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        self._process.wait(LONGEST_WAIT_S)
        gone, alive = psutil.wait_procs(members, LONGEST_WAIT_S)
        assert all(each.status() == psutil.STATUS_ZOMBIE for each in alive), (gone, alive)
        self.kills += 1

    def close(self):
        """Leave nothing."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
        shutil.rmtree(self._home, ignore_errors=True)


@contextlib.contextmanager
def private_postgresql():
    """A server that runs, and is gone afterwards; the test is skipped where there is none.

    In continuous integration only a machine without its programs is a reason to skip.
    """
    folder = binaries()
    if folder is None:
        pytest.skip("PostgreSQL's programs (initdb, postgres) are not installed here")
    pytest.importorskip("psycopg")
    try:
        server = PrivatePostgresql(folder)
    except Exception as error:
        if os.environ.get("CI", "").lower() == "true":
            raise
        pytest.skip(f"a private PostgreSQL server cannot be made here: {error}")
    try:
        server.start()
        yield server
    finally:
        server.close()
