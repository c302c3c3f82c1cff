"""What jobs have started when their session is killed: none of it lives on."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from redengine import Session
from redengine.runtimes.process import guardian

pytestmark = pytest.mark.skipif(not psutil.LINUX, reason="the ways are Linux's own")

PREAMBLE = """
import os, re, subprocess, sys, time
from redengine import Session
from redengine.tasks import CommandTask
folder = sys.argv[1]
app = Session(store=f"sqlite:///{folder}/jobs.db")
"""
COMMAND = """
CommandTask(
    f"echo $$ > {folder}/1; setsid sh -c 'echo $$ > {folder}/2; exec sleep 600' & "
    f"(setsid sh -c 'echo $$ > {folder}/3; sleep 600; true' &); sleep 600",
    shell=True, name="work", retries=1, on_crash="retry", session=app,
)
"""
JUST_STARTED = (
    COMMAND
    + """
class Held(subprocess.Popen):
    def __init__(self, command, **options):
        super().__init__(command, **options)
        if "sleep" in str(command):
            time.sleep(600)  # the session comes to nothing else before it is killed

subprocess.Popen = Held
"""
)
PROCESS = """
@app.task(name="work", execution="process")
def work():
    for name, command in (("2", "exec sleep 600"), ("3", "sleep 600; true")):
        subprocess.Popen(["setsid", "sh", "-c", f"echo $$ > {folder}/{name}; {command}"])
    with open(f"{folder}/1", "w") as file:
        print(os.getpid(), file=file)
    re.match("(a+)+$", "a" * 60 + "b")  # it holds the interpreter's lock for good
"""
RUN = """
app.start(block=False)
app.submit("work")
while not all(os.path.exists(f"{folder}/{n}") and os.path.getsize(f"{folder}/{n}") for n in "123"):
    time.sleep(0.01)
print("started", flush=True)
time.sleep(600)
"""


@pytest.fixture
def killed(tmp_path):
    """Kills a session while its job runs, and gives what the job had started by then."""
    left = []

    def run(script, *, with_guardian=False):
        path = tmp_path / "script.py"
        path.write_text(PREAMBLE + script + RUN)
        with subprocess.Popen([sys.executable, path, tmp_path], stdout=subprocess.PIPE) as process:
            for line in process.stdout:
                if line == b"started\n":
                    break
            started = [psutil.Process(int((tmp_path / name).read_text())) for name in "123"]
            left.extend(started)
            if with_guardian:
                for child in psutil.Process(process.pid).children():
                    if any("guardian" in word for word in child.cmdline()):
                        child.kill()
            process.kill()
        return started

    yield run
    for process in left:
        if process.is_running():
            process.kill()


def lives(process):
    """Whether a process has not ended; one that is only not collected yet has."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def gone(processes):
    """Whether all processes end within a while."""
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            descriptor = os.pidfd_open(process.pid)
            select.select([descriptor], [], [], 30)
            os.close(descriptor)
    return not any(map(lives, processes))


@pytest.mark.parametrize(
    "script", [COMMAND, JUST_STARTED, PROCESS], ids=["command", "just started", "process"]
)
def test_nothing_outlives_a_killed_session(killed, script):
    """A command, a worker that cannot look up, and what has left their groups die with it."""
    assert gone(killed(script))


def test_the_next_start_ends_what_was_left(killed, tmp_path):
    """Where nothing could end them, leftovers are ended before the job's next attempt begins."""
    started = killed(COMMAND, with_guardian=True)
    assert all(map(lives, started))
    app = Session(store=f"sqlite:///{tmp_path}/jobs.db")

    @app.task(name="work", retries=1, on_crash="retry")
    def work():
        return [lives(process) for process in started]

    with app:
        assert next(iter(app.jobs)).result(timeout=60) == [False, False, False]


def test_a_later_process_with_the_same_number_is_spared():
    """A number alone does not make a process a leftover: it has to be as old."""
    with subprocess.Popen(["sleep", "600"]) as process:
        found = guardian.process_of(process.pid)
        older = found._replace(started=found.started - 1)
        assert guardian.family_of([older], [found]) == set()
        assert guardian.family_of([found], [found]) == {found}
        process.kill()


def test_what_another_session_has_started_is_spared():
    """Leftovers are those of sessions on the same store, and of the jobs that were running."""
    environment = {**os.environ, guardian.JOB_VARIABLE: "mark/job"}
    with subprocess.Popen(["sleep", "600"], env=environment) as process:
        assert guardian.kill_leftovers("other mark", ["job"]) == set()
        assert guardian.kill_leftovers("mark", ["other job"]) == set()
        assert {each.pid for each in guardian.kill_leftovers("mark", ["job"])} == {process.pid}
        assert process.wait(30) == -signal.SIGKILL


def test_what_a_command_leaves_on_purpose_lives_on(tmp_path):
    """A background process of a command that has ended is not the session's any more."""
    path = tmp_path / "script.py"
    path.write_text(
        PREAMBLE
        + textwrap.dedent("""
        CommandTask("setsid sleep 600 >&2 & echo $!", shell=True, name="work", session=app)
        with app:
            job = app.submit("work")
            job.wait(60)
            print(job.output()[0], flush=True)
    """)
    )
    done = subprocess.run(
        [sys.executable, path, tmp_path], check=True, capture_output=True, text=True, timeout=120
    )
    left = psutil.Process(int(done.stdout.split()[-1]))
    assert left.is_running()
    left.kill()


def test_the_guardian_ends_with_the_session(tmp_path):
    """After a shut-down no process is left over in a program that goes on."""
    app = Session()
    app.task(name="work", command="true")
    with app:
        assert app.submit("work").wait(60)
    names = [" ".join(child.cmdline()) for child in psutil.Process().children()]
    assert not [name for name in names if Path(guardian.__file__).name in name]
