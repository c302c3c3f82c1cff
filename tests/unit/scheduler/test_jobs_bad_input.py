"""What people and programs get wrong, and what tasks do that they should not."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from redengine import Session, current_job
from redengine.exceptions import (
    AlreadyExists,
    InvalidInput,
    JobCrashed,
    JobFailed,
    NotFound,
    ResultNotKept,
)
from redengine.testing import ManualSession

WAIT_S = 30
LARGE = 50 * 1024 * 1024


@pytest.fixture
def app():
    """A running session in real time, stopped after the test."""
    with Session(config={"termination_grace": "0.2 s", "shutdown_timeout": "0 s"}) as session:
        yield session


@pytest.fixture
def stored(tmp_path):
    """A running session with a durable store."""
    with Session(store=f"sqlite:///{tmp_path}/jobs.db") as session:
        yield session


def eventually(holds):
    """Wait for what the system does in its own time."""
    deadline = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)


def test_an_unknown_task_is_refused_with_the_nearest_one(app):
    """Nothing is stored."""
    app.task(name="fetch")(lambda: None)
    with pytest.raises(NotFound, match="did you mean 'fetch'"):
        app.submit("fecth")
    assert len(app.jobs) == 0


@pytest.mark.parametrize("size", [-1, 1.5, "2", True])
def test_a_runtime_has_a_size_that_can_be(app, size):
    """Whether it is made, resized or configured, the error names the field."""
    with pytest.raises(InvalidInput, match="size"):
        app.runtime("small", size=size)
    assert "small" not in app.runtimes
    app.runtime("fine", size=2)
    with pytest.raises(InvalidInput, match="size"):
        app.runtimes.resize("fine", size)
    assert app.runtimes.snapshot("fine")["size"] == 2
    with pytest.raises(InvalidInput, match="max_threads"):
        app.config.max_threads = size


class Odd:
    def __repr__(self):
        return "<odd>"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (Odd(), "not JSON serializable: Odd"),
        ({"deep": [Odd()]}, "not JSON serializable: Odd"),
        ({1, 2}, "set"),
        (Path("x"), "Path"),
        (2**70, r"from -2\*\*63 to 2\*\*64-1"),
        ("\ud800", "surrogates"),
    ],
    ids=["object", "nested", "set", "path", "large", "surrogate"],
)
def test_a_durable_store_takes_parameters_that_have_a_json_form(stored, value, reason):
    """Another one is refused by name, and nothing is stored."""
    stored.task(name="job")(lambda good, value: None)
    with pytest.raises(InvalidInput, match=reason) as caught:
        stored.submit("job", good=1, value=value)
    assert list(caught.value.fields) == ["parameters.value"]
    assert len(stored.jobs) == 0
    assert stored.tasks["job"].jobs() == []


def test_a_cycle_is_refused_by_a_durable_store(stored):
    """It has no JSON form either."""
    cycle = []
    cycle.append(cycle)
    stored.task(name="job")(lambda value: None)
    with pytest.raises(InvalidInput, match=r"parameters\.value"):
        stored.submit("job", value=cycle)


def test_a_store_in_memory_takes_any_parameter_and_describes_it(app):
    """The function gets the object itself; lists show what it is."""
    app.task(name="job")(lambda value: value)
    odd = Odd()
    job = app.submit("job", value=odd)
    assert job.result(WAIT_S) is odd
    assert app.job(job.id).parameters == {"value": "<odd>"}


def test_parameters_keep_their_type_over_a_restart(tmp_path):
    """What the store keeps as text is read again as the signature has it."""
    from datetime import date

    seen = []

    def work(day: date):
        seen.append(day)

    url = f"sqlite:///{tmp_path}/jobs.db"
    with ManualSession(store=url) as first:
        first.task(name="job")(work)
        first.start(block=False)
        first.submit_task(
            first.tasks["job"], {"day": "2026-01-31"}, options={"run_at": "2026-01-01T05:00"}
        )
    with ManualSession(start="2026-01-01T01:00", store=url) as second:
        second.task(name="job")(work)
        second.advance("1 day")

    assert seen == [date(2026, 1, 31)]


def large_result():
    return "x" * LARGE


@pytest.mark.parametrize("execution", ["thread", "process"])
def test_a_huge_result_is_described_and_not_stored(tmp_path, execution):
    """The job and the session's returns say so; who holds the job has the value."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    with Session(store=url) as app:
        app.task(name="job", execution=execution)(large_result)
        job = app.submit("job")
        assert len(job.result(WAIT_S)) == LARGE
        why = "is larger than 1048576 characters"
        assert job.reason == f"its result, a str, {why}, and was not stored"
        assert app.job(job.id).reason == job.reason
        assert app.logs(job_id=job.id, action="success")[0]["reason"] == job.reason
        with pytest.raises(ResultNotKept, match=why) as caught:
            app.job(job.id).result(0)
        assert caught.value.details()["result"]["type"] == "str"
        shown = app.returns.snapshot()["job"]
        assert (shown["type"], shown["why"]) == ("str", why)
        assert len(shown["preview"]) <= 500
        assert len(app.returns["job"]) == LARGE
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < LARGE // 10


def test_a_result_that_fits_again_is_shown_again(app):
    """A description does not outlive the value."""
    results = [Odd(), 7, {"a": 1}]
    app.task(name="job")(lambda: results.pop(0))
    why = "has no JSON form (Type is not JSON serializable: Odd)"
    for shown in ({"type": "Odd", "why": why, "preview": "<odd>"}, 7, {"a": 1}):
        app.submit("job").result(WAIT_S)
        assert app.returns.snapshot()["job"] == shown
    results.append(Odd())
    app.submit("job").result(WAIT_S)
    app.returns.update({"job": 5})
    assert app.returns.snapshot()["job"] == 5


CHATTER = """
import resource, sys
from redengine import Session

def lines():
    for number in range(200):
        print("x" * 99 + "\\n" + ("y" * 99 + "\\n") * 9_999, end="")

def one_line():
    for number in range(200):
        sys.stdout.write("x" * 1_000_000)

app = Session()
for name, func in (("lines", lines), ("one_line", one_line)):
    for execution in ("thread", "process"):
        app.task(name=f"{name} {execution}", execution=execution)(func)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with app:
    for name in list(app.tasks):
        job = app.submit(name.name)
        assert job.wait(100), name
        shown = [job.status, len(job.output()), *job.output()[-2:]]
        print(*shown, sep="|", file=sys.stderr)
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(used // 1024, worker // 1024, file=sys.stderr)
"""


def test_two_hundred_megabytes_of_output_are_bounded(tmp_path):
    """In lines or in one without an end, from a thread or a process: told, and not kept."""
    path = tmp_path / "chatter.py"
    path.write_text(CHATTER)
    ended = subprocess.run(
        [sys.executable, str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=100,
        check=True,
        cwd=tmp_path,
    )
    *told, memory = ended.stderr.strip().splitlines()
    lines = "success|10002|… output truncated after 10000 lines and 990000 bytes"
    assert told == [
        f"{lines}|… 1990000 lines dropped",
        f"{lines}|… 1990000 lines dropped",
        "success|66|… output truncated after 64 lines and 1048576 bytes|… 1 line dropped",
        "success|66|… output truncated after 64 lines and 1048576 bytes|… 1 line dropped",
    ]
    assert all(int(megabytes) < 150 for megabytes in memory.split())


def test_a_command_that_prints_without_end_of_line_is_bounded(app):
    """It is read in pieces; nothing waits for the end of the line."""
    from redengine.tasks import CommandTask

    code = "import sys; [sys.stdout.write('x' * 100_000) for _ in range(100)]"
    task = CommandTask([sys.executable, "-c", code], name="c", session=app)
    job = task.run()
    assert len(job.result(WAIT_S)) == 64 * 1024
    assert max(map(len, job.output())) <= 16 * 1024
    assert job.output()[-1].endswith("lines dropped")


def test_the_stack_of_an_abandoned_thread_can_be_read_by_the_jobs_id(app):
    """As long as its code goes on; then there is none to see."""
    begun, release, ended = threading.Event(), threading.Event(), threading.Event()

    def stubborn():
        begun.set()
        release.wait()
        ended.set()

    app.runtime("narrow", size=1)
    app.task(name="job", execution="narrow")(stubborn)
    job_id = app.submit("job").id
    assert begun.wait(WAIT_S)
    app.job(job_id).terminate()
    assert app.job(job_id).wait(WAIT_S)

    assert app.job(job_id).status == "terminate"
    assert app.job(job_id).abandoned
    assert "release.wait()" in app.job(job_id).stack()
    app.task(name="other", execution="narrow")(lambda: 7)
    assert app.submit("other").result(WAIT_S) == 7
    release.set()
    assert ended.wait(WAIT_S)
    eventually(lambda: app.job(job_id).stack() is None)


def test_a_killed_worker_is_a_crash_and_the_next_job_has_a_fresh_one(app):
    """As by `kill -9`, or by the system when memory runs out."""

    def pid_then_wait():
        current_job().progress(os.getpid())
        threading.Event().wait()

    told = app.events.follow(["progress"])
    app.runtime("one", kind="process", size=1)
    app.task(name="victim", execution="one")(pid_then_wait)
    job = app.submit("victim")
    pid = told.next(WAIT_S).data["progress"]["done"]
    os.kill(pid, signal.SIGKILL)

    with pytest.raises(JobCrashed, match="SIGKILL"):
        job.result(WAIT_S)
    assert (job.status, job.progress["done"]) == ("crash", pid)
    app.task(name="next", execution="one")(os.getpid)
    assert app.submit("next").result(WAIT_S) not in {pid, os.getpid()}
    assert not psutil.pid_exists(pid)


def test_a_worker_that_is_killed_while_idle_is_replaced(app):
    """The next job does not notice."""
    app.runtime("one", kind="process", size=1)
    app.task(name="job", execution="one")(os.getpid)
    pid = app.submit("job").result(WAIT_S)
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert app.submit("job").result(WAIT_S) != pid


def test_a_function_that_cannot_be_sent_to_a_process_fails_by_name(app):
    """The error says what to do; nothing hangs, and the next job runs."""
    lock = threading.Lock()

    def holds_a_lock():
        return lock

    app.task(name="job", execution="process")(holds_a_lock)
    with pytest.raises(JobFailed, match=r"holds_a_lock.*cannot be sent.*run the task in a thread"):
        app.submit("job").result(WAIT_S)
    app.task(name="other", execution="process")(os.getpid)
    assert app.submit("other").result(WAIT_S) != os.getpid()


def test_what_cannot_be_sent_back_fails_by_name(app):
    """A return value that does not pickle is a failure with its type, not a crash."""

    def returns_a_lock():
        return threading.Lock()

    app.task(name="job", execution="process")(returns_a_lock)
    with pytest.raises(JobFailed, match=r"returned a _thread\.lock, which cannot be sent back"):
        app.submit("job").result(WAIT_S)


@pytest.mark.parametrize("is_durable", [False, True])
def test_one_id_from_many_threads_at_once_is_one_job(tmp_path, is_durable):
    """Also when it ends in between; another content is refused; each answer is stored."""
    store = f"sqlite:///{tmp_path}/jobs.db" if is_durable else None
    runs, errors = [], []

    def run(value):
        runs.append(value)

    with Session(store=store) as app:
        app.task(name="job", max_instances=100)(run)
        start = threading.Barrier(16)
        found = []

        def submit(value):
            start.wait()
            for number in range(20):
                try:
                    job = app.submit("job", job_id=f"id-{number}", value=value)
                    found.append(job)
                except AlreadyExists as error:
                    errors.append(error)

        threads = [threading.Thread(target=submit, args=(n // 12,)) for n in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for job in found:
            assert job.wait(WAIT_S)

        assert len(runs) == 20
        assert len({job.id for job in found}) == 20
        assert len(found) + len(errors) == 16 * 20
        assert len(app.tasks["job"].jobs()) == 20
