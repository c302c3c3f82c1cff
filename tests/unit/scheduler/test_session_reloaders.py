"""A reloader of a web framework starts a program twice."""

import os
import subprocess
import sys
import warnings

import pytest

from redengine import Session
from redengine.scheduler import reloading

PROGRAM = """
import os, subprocess, sys
from redengine import Session

app = Session(store=sys.argv[1] if len(sys.argv) > 1 else None)
app.start(block=False)
if "WERKZEUG_RUN_MAIN" not in os.environ:
    again = {**os.environ, "WERKZEUG_RUN_MAIN": "true"}
    subprocess.run([sys.executable, *sys.argv], env=again, check=False)
app.shut_down()
"""


@pytest.fixture(autouse=True)
def _clean(monkeypatch):
    """This process has started no session, and comes from no reloader."""
    for name in ("WERKZEUG_RUN_MAIN", "RUN_MAIN", "_REDENGINE_STARTED_BY"):
        monkeypatch.setenv(name, "")


def started():
    """The warnings of a session that starts and stops."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        session = Session()
        session.start(block=False)
        session.shut_down(timeout=5)
    return [str(each.message) for each in caught if each.category is RuntimeWarning]


@pytest.mark.parametrize("variable", ["WERKZEUG_RUN_MAIN", "RUN_MAIN"])
def test_the_second_session_of_a_reloader_is_warned_of(monkeypatch, variable):
    """Where the parent process has started one, and this process is its reloader's."""
    monkeypatch.setenv(variable, "true")
    monkeypatch.setenv("_REDENGINE_STARTED_BY", str(os.getppid()))
    (message,) = started()
    assert variable in message


def test_a_session_in_the_serving_process_alone_is_not_warned_of(monkeypatch):
    """The parent has started none, or another process has."""
    monkeypatch.setenv("WERKZEUG_RUN_MAIN", "true")
    assert started() == []
    monkeypatch.setenv("_REDENGINE_STARTED_BY", "1")
    assert started() == [] or os.getppid() == 1


def test_a_child_that_is_no_reloaders_is_not_warned_of(monkeypatch):
    """A program may start others on purpose."""
    monkeypatch.setenv("_REDENGINE_STARTED_BY", str(os.getppid()))
    assert started() == []


def test_a_durable_store_is_not_warned_of(monkeypatch):
    """It refuses the second session by itself."""
    monkeypatch.setenv("WERKZEUG_RUN_MAIN", "true")
    monkeypatch.setenv("_REDENGINE_STARTED_BY", str(os.getppid()))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        reloading.note_start(is_durable=True)


def test_a_real_reloader_is_warned_of_once(tmp_path):
    """The watching process starts one, and so does its child."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environ = {name: each for name, each in os.environ.items() if "RUN_MAIN" not in name}
    done = subprocess.run(
        [sys.executable, program],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr.count("RuntimeWarning: a session was started in this process") == 1
