"""Fixtures of the command line's tests."""

from __future__ import annotations

import json
import threading

import pytest
from click.testing import CliRunner

from redengine import Session
from redengine.api import FlaskAPI
from redengine.cli.main import redengine
from redengine.cli.settings import Settings
from redengine.parameters import TerminationFlag
from redengine.tasks import CommandTask


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch, tmp_path):
    """Neither the environment nor a file of the machine says anything; times are in UTC."""
    for name in ("URL", "API_KEY", "JSON", "QUIET", "STORE"):
        monkeypatch.delenv(f"REDENGINE_{name}", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.chdir(tmp_path)


class Live:
    """A running session with its API on a free port."""

    def __init__(self):
        self.release = threading.Event()
        self.session = Session(parameters={"city": "Bergen", "rows": 3})
        self.api = FlaskAPI(port=0, session=self.session)
        release = self.release

        @self.session.task()
        def fetch(day="Monday"):
            return {"day": day}

        @self.session.task("after task 'fetch'")
        def report(): ...

        @self.session.task()
        def broken():
            raise ValueError("no \x1b[2J rows")

        # A command's output is recorded, and not printed in this process as well.
        CommandTask(
            "printf 'fetching \\033[31mred\\n'", shell=True, name="noisy", session=self.session
        )

        @self.session.task()
        def slow(stop=TerminationFlag()):
            while not release.wait(0.01) and not stop.is_set():
                pass

    def started(self, task):
        """The id of a job that was just submitted, from inside."""
        return self.session.submit(task).id


@pytest.fixture
def live():
    """A session that runs until the test ends."""
    made = Live()
    made.session.start(block=False)
    try:
        made.api.wait_ready(60)
        yield made
    finally:
        made.release.set()
        made.session.shut_down(timeout=5)


@pytest.fixture
def run():
    """Runs a command line in this process; a result with `stdout`, `stderr` and `exit_code`."""

    def invoke(*words, transport=None, **options):
        settings = Settings(transport=transport)
        return CliRunner().invoke(redengine, [str(word) for word in words], obj=settings, **options)

    return invoke


@pytest.fixture
def call(live, run, monkeypatch):
    """The same against the live session."""
    monkeypatch.setenv("REDENGINE_URL", live.api.url)
    return run


@pytest.fixture
def read(call):
    """The JSON that a command line prints."""

    def invoke(*words, exit_code=0):
        result = call(*words, "--json")
        assert result.exit_code == exit_code, result.output
        return json.loads(result.stdout)

    return invoke
