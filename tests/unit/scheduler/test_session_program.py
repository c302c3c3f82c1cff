"""A program that a reloader starts twice, and one that ends before its session."""

import os
import subprocess
import sys
import warnings

import pytest

from redengine import Session

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


def started(**options):
    """The warnings of a session that starts and stops."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        session = Session(**options)
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


def test_a_durable_store_is_not_warned_of(monkeypatch, tmp_path):
    """It refuses the second session by itself."""
    monkeypatch.setenv("WERKZEUG_RUN_MAIN", "true")
    monkeypatch.setenv("_REDENGINE_STARTED_BY", str(os.getppid()))
    assert started(store=f"sqlite:///{tmp_path}/jobs.db") == []


def run(program):
    """A program in a process of its own, which comes from no reloader."""
    environ = {name: each for name, each in os.environ.items() if "RUN_MAIN" not in name}
    return subprocess.run(
        [sys.executable, program],
        env=environ,
        cwd=program.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


def test_a_real_reloader_is_warned_of_once(tmp_path):
    """The watching process starts one, and so does its child."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = run(program)
    assert done.stderr.count("RuntimeWarning: a session was started in this process") == 1


ENDING = """
import sys, threading
from redengine import Session

app = Session(name="nightly")
began = threading.Event()

@app.task(name="load")
def load():
    began.set()
    threading.Event().wait()

app.start(block=False)
app.submit("load")
began.wait(30)
{last}
"""


def test_a_program_that_ends_before_its_session_says_what_is_cut_off(tmp_path):
    """A main thread that ends takes running jobs with it, which nobody would see otherwise."""
    program = tmp_path / "program.py"
    program.write_text(ENDING.format(last=""))
    stderr = run(program).stderr
    assert stderr.count("RuntimeWarning: the program ends, and session 'nightly' with it") == 1
    assert "1 running job cut off" in stderr


def test_a_program_that_stops_its_session_says_nothing(tmp_path):
    """After a shut-down there is nothing to be cut off."""
    program = tmp_path / "program.py"
    program.write_text(ENDING.format(last="app.shut_down(timeout=0)"))
    assert "RuntimeWarning" not in run(program).stderr
