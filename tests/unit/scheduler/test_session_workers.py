"""The processes of a session are found by name: its own, its workers, and what jobs started."""

import os
import socket
import sys
import threading
from datetime import UTC, datetime

import psutil
import pytest

from redengine import Session
from redengine.parameters import TerminationFlag
from redengine.tasks import CodeTask, CommandTask
from redengine.testing import ManualSession

WAIT_S = 60


@pytest.fixture
def app():
    """A session in real time that is closed after the test."""
    made = Session(name="shop", config={"max_processes": 1})
    yield made
    made.close(0)


def test_a_session_is_one_process_at_first(app):
    """Named as it is; it has a time since when it runs."""
    (main,) = app.workers()
    assert main == {
        "name": "shop",
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "kind": "main",
        "session": "shop",
        "since": None,
    }
    with app:
        assert app.workers()[0]["since"] == app.started_at


def test_a_worker_process_is_named_by_its_runtime(app):
    """A later one has another name, and one that has gone is not shown; nor are others'."""
    code = "import os; return_value = os.getpid()"
    CodeTask(code, name="tell", execution="process", session=app)
    with Session(name="other") as other, app:
        first = app.submit("tell").result(WAIT_S)
        (_, worker) = app.workers()
        assert (worker["name"], worker["kind"], worker["pid"]) == ("process-1", "worker", first)
        assert worker["session"] == "shop"
        assert worker["since"] <= datetime.now(UTC)
        assert [each["kind"] for each in other.workers()] == ["main"]
        process = psutil.Process(first)
        process.kill()
        process.wait(WAIT_S)
        assert [each["kind"] for each in app.workers()] == ["main"]
        second = app.submit("tell").result(WAIT_S)
        assert [(each["name"], each["pid"]) for each in app.workers()[1:]] == [
            ("process-2", second)
        ]


@pytest.mark.skipif(sys.platform == "win32", reason="the command is one of a POSIX shell")
def test_what_a_job_has_started_is_named_by_its_task(app):
    """With its descendants, as long as the job runs."""
    CommandTask("echo begun; sleep 600 & wait", shell=True, name="backup", session=app)
    with app:
        job = app.submit("backup")
        assert app.wait_for_output(job.id, 0, WAIT_S)
        spawned = [each for each in app.workers() if each["kind"] == "spawned"]
        assert spawned
        assert {each["name"] for each in spawned} == {"backup"}
        assert all(psutil.pid_exists(each["pid"]) for each in spawned)
        job.terminate()
        assert job.wait(WAIT_S)
        assert [each["kind"] for each in app.workers()] == ["main"]


def test_a_job_in_a_thread_is_no_process_of_its_own(app):
    """It is in the session's."""
    begun = threading.Event()

    @app.task
    def wait(flag=TerminationFlag()):
        begun.set()
        flag.wait(WAIT_S)

    with app:
        job = app.submit(wait)
        assert begun.wait(WAIT_S)
        assert len(app.workers()) == 1
        job.terminate()
        assert job.wait(WAIT_S)


def test_over_virtual_time_there_is_one_process():
    """Jobs of process runtimes run in it."""
    with ManualSession(name="virtual") as session:
        assert [each["name"] for each in session.workers()] == ["virtual"]
