"""Real scripts, started, talked to, stopped and killed as a user would."""

import signal

import pytest
from script import Http, Script, free_port, write_script

ANCESTOR = """
import logging
logging.basicConfig(level=logging.INFO)

from redengine import session
from redengine.tasks import FuncTask
from redengine.tasks.api import FlaskAPI

@FuncTask(start_cond="every 10 seconds")
def fetch():
    print("fetched")

FlaskAPI(port={port})
session.start()
print("after start")
"""

EXPLICIT = """
import logging
logging.basicConfig(level=logging.INFO)

from redengine import Session
from redengine.conditions import after_success, daily, every, time_of_week
from redengine.parameters import Arg, Return
from redengine.tasks.api import FlaskAPI

app = Session(store="sqlite:///jobs.db", timezone="Europe/Helsinki")

@app.task(daily.after("00:00") | ~time_of_week.on("Sunday") & every("1 day"), retries=3)
def fetch(day=Arg("day")):
    return {{"rows": 42, "day": day}}

@app.task(after_success(fetch), execution="process")
def report(data=Return(fetch)):
    print("reporting", data["rows"])
    return data["rows"] + 1

@app.task()
def by_hand(number, times=2):
    return number * times

@app.condition(every="5 s")
def file_exists(path="inbox/data.csv"):
    return False

@app.task(file_exists() & daily)
def load(): ...

app.parameters["day"] = "today"
FlaskAPI(port={port})

if __name__ == "__main__":
    app.start()
"""


@pytest.fixture
def port():
    return free_port()


def start(tmp_path, text, port):
    path = write_script(tmp_path, "script.py", text.format(port=port))
    return Script(path, cwd=tmp_path)


def test_the_ancestors_script_runs_verbatim_and_ends_on_ctrl_c(tmp_path, port):
    """Default session, plain names, blocking start; Ctrl-C ends it well."""
    with start(tmp_path, ANCESTOR, port) as script:
        script.wait_for("listening on")
        status, tasks = Http(port)("GET", "/tasks")
        code = script.end(signal.SIGINT)

    assert status == 200
    assert {task["name"] for task in tasks} == {"fetch", "FlaskAPI"}
    assert code == 0
    assert "after start" in script.output
    assert "fetched" in script.output
    assert "Traceback" not in script.output


def test_the_explicit_script_runs_in_processes_and_remembers(tmp_path, port):
    """Returns flow to a process task; a restart does not run the daily task again."""
    http = Http(port)
    with start(tmp_path, EXPLICIT, port) as script:
        script.wait_for("reporting 42")
        status, job = http("POST", "/tasks/by_hand/jobs", {"parameters": {"number": 21}})
        assert status == 201
        assert script.end() == 0
    with start(tmp_path, EXPLICIT, port) as script:
        script.wait_for("listening on")
        _, again = http("GET", f"/jobs/{job['job_id']}/result")
        _, runs = http("GET", "/logs?task_name=fetch&action=run")
        _, returns = http("GET", "/returns")
        assert script.end(signal.SIGTERM) == 0

    assert again["result"] == 42
    assert len(runs) == 1
    assert returns["fetch"] == {"rows": 42, "day": "today"}
    assert returns["report"] == 43


def test_what_is_changed_over_http_survives_kill_9(tmp_path, port):
    """A task made, one patched, a parameter set and one deleted are so after a restart."""
    http = Http(port)
    with start(tmp_path, EXPLICIT, port) as script:
        script.wait_for("listening on")
        code = {"class": "CodeTask", "start_cond": "daily", "code": "print(1)"}
        assert http("POST", "/tasks/my-new-task", code)[0] == 201
        assert http("PATCH", "/tasks/load", {"disabled": True, "priority": 7})[0] == 200
        assert http("PATCH", "/parameters", {"day": "tomorrow"})[0] == 200
        assert http("DELETE", "/tasks/by_hand")[0] == 204
        script.end(signal.SIGKILL)
    with start(tmp_path, EXPLICIT, port) as script:
        script.wait_for("listening on")
        made = http("GET", "/tasks/my-new-task")
        patched = http("GET", "/tasks/load")[1]
        deleted = http("GET", "/tasks/by_hand")[0]
        parameters = http("GET", "/parameters")[1]
        changes = http("GET", "/changes")[1]
        assert script.end() == 0

    assert made[0] == 200
    assert made[1]["code"] == "print(1)"
    assert (patched["disabled"], patched["priority"]) == (True, 7)
    assert deleted == 404
    assert parameters["day"] == "tomorrow"
    assert len(changes) == 4


def test_a_job_that_ran_at_kill_9_is_recorded_as_crash(tmp_path, port):
    """The next start settles what the last one left."""
    text = EXPLICIT + ""
    text = text.replace(
        "FlaskAPI(",
        "@app.task()\ndef endless():\n"
        "    import threading; print('it runs', flush=True); threading.Event().wait()\n\nFlaskAPI(",
    )
    http = Http(port)
    with start(tmp_path, text, port) as script:
        script.wait_for("listening on")
        job = http("POST", "/tasks/endless/jobs", {})[1]
        script.wait_for("it runs")
        script.end(signal.SIGKILL)
    with start(tmp_path, text, port) as script:
        script.wait_for("listening on")
        found = http("GET", f"/jobs/{job['job_id']}")[1]
        task = http("GET", "/tasks/endless")[1]
        assert script.end() == 0

    assert found["status"] == "crash"
    assert task["status"] == "crash"
    assert task["last_crash"] is not None


def test_a_taken_port_is_an_error_that_names_it(tmp_path, port):
    """The second script ends with the port in its last line."""
    with start(tmp_path, ANCESTOR, port) as first:
        first.wait_for("listening on")
        other = tmp_path / "other"
        other.mkdir()
        with start(other, ANCESTOR, port) as second:
            assert second.process.wait(30) != 0
            second._reader.join(30)
        assert first.end() == 0

    assert f"port {port} on 127.0.0.1 is in use" in second.lines[-1]


def test_a_second_session_on_one_file_names_the_first(tmp_path, port):
    """It refuses to start rather than run everything twice."""
    with start(tmp_path, EXPLICIT, port) as first:
        first.wait_for("listening on")
        with start(tmp_path, EXPLICIT, free_port()) as second:
            assert second.process.wait(30) != 0
            second._reader.join(30)
        pid = first.process.pid
        assert first.end() == 0

    assert "StoreError" in second.output
    assert str(pid) in second.lines[-1]


UNGUARDED = """
from redengine import Session
app = Session()
factor = 3

def triple(x):
    return x * factor

@app.task(execution="process")
def work(x):
    print("in a worker")
    return triple(x)

print("script begins")
app.start(block=False)
print("result", work_result := app.submit(work, x=14).result(timeout=30))
app.shut_down()
"""


def test_an_unguarded_script_with_a_process_task_runs_once(tmp_path):
    """Functions of `__main__` reach the worker by value; the script is not run again there."""
    path = write_script(tmp_path, "script.py", UNGUARDED)
    with Script(path, cwd=tmp_path) as script:
        script.wait_for("result 42")
        assert script.process.wait(30) == 0

    assert script.output.count("script begins") == 1
    assert "in a worker" in script.output


FORKED = """
import os
from redengine import Session
app = Session()

@app.task()
def work(): ...

app.start(block=False)
child = os.fork()
if child == 0:
    try:
        app.submit(work)
    except Exception as error:
        print(type(error).__name__, error, flush=True)
    os._exit(0)
os.waitpid(child, 0)
app.shut_down()
print("parent done")
"""


def test_a_fork_after_the_start_is_refused_with_what_to_do(tmp_path):
    """The child gets an error, not a hang; the parent goes on."""
    path = write_script(tmp_path, "script.py", FORKED)
    # Python's own warning of the fork would be written into the midst of the child's error.
    with Script(path, cwd=tmp_path, env={"PYTHONWARNINGS": "ignore"}) as script:
        script.wait_for("SessionStateError.*start the session after the fork")
        script.wait_for("parent done")
        assert script.process.wait(30) == 0


STUBBORN = """
import time, threading
from redengine import Session
app = Session(config={"shutdown_timeout": "1 s", "termination_grace": "1 s"})

@app.task()
def stubborn():
    print("it runs", flush=True)
    while True:
        time.sleep(0.1)

@app.task("every 1 hour")
def starter(session=None): ...

app.task("every 1 hour", name="go")(lambda: app.submit("stubborn"))
app.start()
print("ended")
"""


def test_a_job_that_ignores_termination_does_not_keep_the_session(tmp_path):
    """It is abandoned after its grace, and the script ends."""
    path = write_script(tmp_path, "script.py", STUBBORN)
    with Script(path, cwd=tmp_path) as script:
        script.wait_for("it runs")
        assert script.end() == 0

    assert script.lines[-1] == "ended"
