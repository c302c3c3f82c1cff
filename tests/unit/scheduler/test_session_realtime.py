"""The scheduler in real time: threads, worker processes, the event loop, and their ends."""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from redengine import Session, current_job
from redengine.exceptions import (
    Conflict,
    JobCrashed,
    JobFailed,
    JobSkipped,
    JobTerminated,
    WaitTimeout,
)
from redengine.tasks import CommandTask

WAIT_S = 30


@pytest.fixture
def app():
    """A running session in real time, stopped after the test."""
    session = Session(config={"termination_grace": "1 s", "shutdown_timeout": "0 s"})
    with session:
        yield session


def make(app, func, name="job", **options):
    app.task(name=name, **options)(func)
    return app.tasks[name]


def triple(x):
    print("tripling", x)
    logging.getLogger("worker").warning("careful")
    return 3 * x


def raise_value_error():
    message = "no good"
    raise ValueError(message)


async def double_later(x):
    await asyncio.sleep(0)
    return 2 * x


@pytest.mark.parametrize("execution", ["thread", "process", "async", "main"])
def test_a_job_runs_in_each_runtime(app, execution):
    """The result comes back, and prints and logging are the job's output."""
    task = make(app, triple, execution=execution)
    job = task.run(x=14)

    assert job.result(WAIT_S) == 42
    assert [line for line in job.output() if "tripling 14" in line]
    assert [line for line in job.output() if "careful" in line]
    assert (job.status, job.attempt, job.trigger) == ("success", 1, "run")


@pytest.mark.parametrize("execution", ["thread", "process", "async", "main"])
def test_an_exception_fails_the_job_with_its_cause(app, execution):
    """The original exception is the cause, and its traceback is in the log."""
    job = make(app, raise_value_error, execution=execution).run()

    with pytest.raises(JobFailed, match="no good") as caught:
        job.result(WAIT_S)
    assert isinstance(caught.value.__cause__, ValueError)
    assert isinstance(job.exception(), ValueError)
    (record,) = app.logs(action="fail")
    assert "raise_value_error" in record["exc_text"]


def test_a_coroutine_runs_on_the_loop(app):
    """`async def` with execution="async"."""
    assert make(app, double_later, execution="async").run(x=21).result(WAIT_S) == 42


def test_closures_reach_the_worker(app):
    """A function that is defined in a function is sent by value."""
    factor = 7
    task = make(app, lambda x: x * factor, execution="process")

    assert task.run(x=6).result(WAIT_S) == 42


def test_a_worker_that_dies_is_a_crash_not_a_hang(app):
    """The reason names the signal; the next job gets a new worker."""
    task = make(app, lambda: os.kill(os.getpid(), signal.SIGKILL), execution="process")
    job = task.run()

    with pytest.raises(JobCrashed):
        job.result(WAIT_S)
    assert "SIGKILL" in job.reason
    assert task.status == "crash"
    assert make(app, triple, "other", execution="process").run(x=1).result(WAIT_S) == 3


def test_what_cannot_be_pickled_fails_by_name(app):
    """The error says which argument."""
    task = make(app, lambda lock: lock, execution="process")
    job = task.run(lock=threading.Lock())

    with pytest.raises(JobFailed, match="lock"):
        job.result(WAIT_S)


def test_a_thread_job_ends_at_its_checkpoint(app):
    """Cooperative termination."""
    begun = threading.Event()

    def work():
        begun.set()
        while True:
            current_job().checkpoint()
            time.sleep(0.001)  # stands for work between two checkpoints

    job = make(app, work).run()
    assert begun.wait(WAIT_S)
    job.terminate("enough")

    with pytest.raises(JobTerminated, match="enough"):
        job.result(WAIT_S)
    assert not job.abandoned


def test_a_thread_job_that_ignores_termination_is_abandoned(app):
    """After the grace its slot is free, and the record says so."""
    release = threading.Event()
    begun = threading.Event()

    def stubborn():
        begun.set()
        release.wait()

    task = make(app, stubborn)
    job = task.run()
    assert begun.wait(WAIT_S)
    assert task.terminate("now") == 1
    assert job.wait(WAIT_S)

    assert (job.status, job.abandoned) == ("terminate", True)
    assert not task.is_running
    release.set()


def test_a_process_job_is_ended_with_its_children(app, tmp_path):
    """SIGTERM, then SIGKILL, for the whole tree."""
    pid_file = tmp_path / "pid"

    def stubborn(path):
        import signal
        import subprocess
        import sys
        import time

        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        Path(path + ".new").write_text(str(child.pid))
        Path(path + ".new").rename(path)
        time.sleep(600)

    job = make(app, stubborn, execution="process").run(path=str(pid_file))
    while not pid_file.exists():
        assert not job.wait(0.01)
    child = int(pid_file.read_text())
    job.terminate()
    assert job.wait(WAIT_S)

    assert job.status == "terminate"
    assert not _lives(child)


def _lives(pid):
    """Whether the process is still there after it had time to go."""
    try:
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE:
            process.wait(60)
    except psutil.NoSuchProcess:
        return False
    except psutil.TimeoutExpired:
        return True
    return False


def test_a_command_is_ended_with_its_whole_group(app):
    """The shell's children go too."""
    task = CommandTask(
        f"{sys.executable} -c 'import os,time; print(os.getpid(), flush=True); time.sleep(600)'; :",
        shell=True,
        name="c",
        session=app,
    )
    job = task.run()
    while not job.output():
        assert not job.wait(0.01)
    pid = int(job.output()[0])
    job.terminate()
    assert job.wait(WAIT_S)

    assert job.status == "terminate"
    assert not _lives(pid)


def test_an_async_job_is_cancelled(app):
    """Termination cancels the coroutine."""
    begun = threading.Event()

    async def forever():
        begun.set()
        await asyncio.Event().wait()

    job = make(app, forever, execution="async").run()
    assert begun.wait(WAIT_S)
    job.terminate()
    assert job.wait(WAIT_S)

    assert job.status == "terminate"


def test_an_attempt_out_of_time_is_retried_and_then_settled(app):
    """A timeout counts as a failed attempt; the last one settles the job."""

    def slow():
        threading.Event().wait(current_job().attempt * 600 if current_job().attempt < 2 else 0)
        current_job().checkpoint()
        return "second"

    app.config.termination_grace = "0.1 s"
    task = make(app, slow, timeout="0.2 s", retries=1, backoff=0)

    assert task.run().result(WAIT_S) == "second"


def test_a_queued_job_can_be_cancelled(app):
    """It never starts, and a running one cannot be cancelled."""
    app.runtime("narrow", kind="thread", size=1)
    release = threading.Event()
    begun = threading.Event()

    def block():
        begun.set()
        release.wait()

    first = make(app, block, "first", execution="narrow").run()
    assert begun.wait(WAIT_S)
    second = make(app, triple, "second", execution="narrow").run(x=1)
    second.cancel()
    with pytest.raises(Conflict, match="'run'"):
        first.cancel()
    release.set()

    with pytest.raises(JobSkipped):
        second.result(WAIT_S)
    assert first.wait(WAIT_S)
    assert (first.status, second.status) == ("success", "cancel")
    with pytest.raises(Conflict, match="'success'"):
        first.terminate()


def test_a_job_can_be_paused_at_its_checkpoint(app):
    """It goes on where it was."""
    begun = threading.Event()
    go_on = threading.Event()

    def work():
        begun.set()
        go_on.wait()
        current_job().checkpoint()
        return "done"

    job = make(app, work).run()
    assert begun.wait(WAIT_S)
    assert job.pause() == "checkpoint"
    go_on.set()
    assert job.status == "paused"
    job.resume()

    assert job.result(WAIT_S) == "done"


def test_waiting_has_an_end(app):
    """`result(timeout)` raises when it has not come."""
    release = threading.Event()
    job = make(app, lambda: release.wait() and 7).run()
    with pytest.raises(WaitTimeout):
        job.result(0.01)
    release.set()

    assert job.result(WAIT_S) == 7


def test_progress_is_told_while_it_runs(app):
    """done, total and text."""
    told = threading.Event()
    release = threading.Event()

    def work():
        current_job().progress(3, 10, "three")
        told.set()
        release.wait()

    job = make(app, work).run()
    assert told.wait(WAIT_S)
    progress = job.progress
    assert {key: progress[key] for key in ("done", "total", "text")} == {
        "done": 3,
        "total": 10,
        "text": "three",
    }
    release.set()
    assert job.wait(WAIT_S)


def test_output_is_bounded(app):
    """A job that prints without end keeps its first lines and says that more came."""
    app.config.output_lines = 10
    job = make(app, lambda: [print(number) for number in range(1000)] and None).run()
    assert job.wait(WAIT_S)

    assert len(job.output()) == 12
    assert "truncated" in job.output()[-2]
    assert job.output()[-1] == "… 990 lines dropped"


def test_a_change_from_another_thread_is_seen_at_once(app):
    """An idle engine is woken by an event, not by a tick."""
    ran = threading.Event()
    app.task("param 'go' is 'yes' & every 1 hour", name="job")(ran.set)
    app.parameters["go"] = "yes"

    assert ran.wait(WAIT_S)


def test_an_idle_session_does_not_wake_up(app):
    """Between two looks nothing happens, with a thousand tasks waiting."""
    for number in range(1000):
        app.task("every 1 hour", name=f"t{number}")(lambda: None)
    quiet = False
    for _ in range(20):  # what is measured is that hardly anything happens in a second
        before = app._engine.wake_ups
        threading.Event().wait(1)
        quiet = app._engine.wake_ups - before <= 2
        if quiet:
            break

    assert quiet


def test_threads_do_not_grow_with_jobs(app):
    """Five hundred jobs use no more threads than the runtime has."""
    names = set()
    task = make(app, lambda: names.add(threading.current_thread().name), max_instances=1000)
    for job in [task.run() for _ in range(500)]:
        job.result(WAIT_S)

    assert len(names) <= app.config.max_threads
