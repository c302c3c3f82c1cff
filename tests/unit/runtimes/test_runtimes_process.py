"""Worker processes: what crosses over, how they end, and that none is left behind."""

from __future__ import annotations

import logging
import os
import platform
import select
import signal
import subprocess
import sys
import textwrap
import threading

import pytest

from redengine.exceptions import InvalidInput, WaitTimeout
from redengine.runtimes import (
    OutputLimits,
    ProcessRuntime,
    RecordedExecution,
    RemoteError,
    TransferError,
    current_job,
)
from redengine.runtimes.output.capture import captured
from redengine.runtimes.process.wire import Wire
from redengine.runtimes.process.worker_process import WorkerProcess

WAIT_S = 30.0


@pytest.fixture
def runtime():
    runtime = ProcessRuntime("process", 1)
    yield runtime
    runtime.close(5.0)


def run(runtime, function, *arguments):
    execution = RecordedExecution(function, *arguments)
    runtime.submit(execution)
    return execution.wait(WAIT_S)


def held(path):
    """Say on a pipe that the code is here, with its process id, then sleep for good."""
    with open(path, "w") as pipe:  # noqa: PTH123 # runs in a worker
        pipe.write(str(os.getpid()))
    threading.Event().wait()


@pytest.fixture
def pipe(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def gone(pid):
    """Wait until a process has ended; whoever must reap it may take his time."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    has_ended = bool(poll.poll(WAIT_S * 1000))
    os.close(descriptor)
    return has_ended


class TestWhatCrosses:
    def test_functions_of_modules_closures_and_lambdas_work(self, runtime):
        """Functions go by reference or by value, whichever works."""
        offset = 10
        assert run(runtime, platform.node).value == platform.node()
        assert run(runtime, lambda number: number + offset, 1).value == 11

    def test_it_is_another_process_and_the_next_job_finds_it_warm(self, runtime):
        """A worker is not this process, and is used again."""
        first, second = run(runtime, os.getpid).value, run(runtime, os.getpid).value
        assert first == second != os.getpid()

    def test_a_coroutine_function_is_run_on_a_loop(self, runtime):
        """A worker runs `async def` functions, too."""

        async def answer():
            return 42

        assert run(runtime, answer).value == 42

    def test_an_argument_that_cannot_be_sent_is_named(self, runtime):
        """A lock as an argument is a fail that names the argument and its type."""
        outcome = run(runtime, print, "fine", threading.Lock())
        assert outcome.action == "fail"
        assert isinstance(outcome.exception, TransferError)
        assert "argument 2 (a _thread.lock) cannot be sent" in outcome.reason

    def test_a_function_that_cannot_be_sent_is_named(self, runtime):
        """A closure over a lock is a fail that names the function."""
        lock = threading.Lock()

        def guarded():
            return lock

        assert "guarded' (or a variable that it uses) cannot" in run(runtime, guarded).reason

    def test_a_function_that_cannot_be_loaded_there_is_a_fail(self, runtime):
        """A module that the worker cannot import is named."""
        import types

        module = types.ModuleType("only_here")
        exec("def work(): pass", module.__dict__)
        sys.modules["only_here"] = module
        try:
            outcome = run(runtime, module.work)
        finally:
            del sys.modules["only_here"]
        assert "No module named 'only_here'" in outcome.reason

    def test_a_value_that_cannot_come_back_is_a_fail_with_its_type(self, runtime):
        """A lock as the return value is a fail that names it."""
        outcome = run(runtime, threading.Lock)
        assert outcome.action == "fail"
        assert "returned a _thread.lock, which cannot be sent back" in outcome.reason

    def test_a_value_that_cannot_be_rebuilt_here_is_a_fail(self, runtime):
        """A value whose unpickling raises in the session is a fail."""

        class Trap:
            def __reduce__(self):
                return os.fspath, (1,)

        outcome = run(runtime, Trap)
        assert outcome.action == "fail"
        assert "cannot be rebuilt in the session's process" in outcome.reason

    def test_an_exception_that_cannot_come_back_has_a_stand_in(self, runtime):
        """An exception that does not survive pickling comes as a RemoteError with its text."""

        class Awkward(Exception):
            def __init__(self, one, two):
                super().__init__(f"{one} and {two}")

        def work():
            raise Awkward(1, 2)

        outcome = run(runtime, work)
        assert isinstance(outcome.exception, RemoteError)
        assert outcome.exception.type_name.endswith("Awkward")
        assert "1 and 2" in str(outcome.exception)
        assert "in work" in outcome.exc_text
        assert "in work" in str(outcome.exception.__cause__)

    def test_the_search_path_is_handed_over_when_it_changes(self, runtime, tmp_path, monkeypatch):
        """A folder that was added to sys.path later is known to a warm worker."""
        run(runtime, int)
        (tmp_path / "late_module.py").write_text("def work(): return 'found'\n")
        monkeypatch.syspath_prepend(tmp_path)
        import late_module

        assert run(runtime, late_module.work).value == "found"

    def test_arguments_are_resolved_as_the_job(self, runtime):
        """What resolves the arguments runs in the session, as the job, its output captured."""
        execution = RecordedExecution(int)

        def payload():
            print("resolving for", current_job().job_id)
            return int, (7,), {}

        execution.payload = payload
        with captured():
            runtime.submit(execution)
            assert execution.wait(WAIT_S).value == 7
        assert execution.lines == [("stdout", f"resolving for {execution.id}")]

    def test_a_worker_needs_no_more_than_it_uses(self, runtime):
        """Neither the scheduler nor the libraries of the API or store are imported by a worker."""
        loaded = set(run(runtime, lambda: list(sys.modules)).value)
        heavy = {"redengine.scheduler", "redengine.runtimes.pool", "sqlalchemy", "flask", "asyncio"}
        assert not loaded & heavy

    def test_the_face_of_the_package_is_there_for_who_asks(self, runtime):
        """`from redengine import current_job` works in a worker."""
        code = (
            "def work():\n    from redengine import current_job\n    return current_job().job_id\n"
        )
        names = {}
        exec(code, names)
        execution = RecordedExecution(names["work"])
        runtime.submit(execution)
        assert execution.wait(WAIT_S).value == execution.id


class TestOutput:
    def test_it_is_bounded_in_the_worker(self, runtime):
        """Lines past the limit do not even cross; they are counted."""

        def chatter():
            for number in range(100):
                print(number)

        execution = RecordedExecution(chatter)
        execution.context.limits = OutputLimits(lines=10)
        runtime.submit(execution)
        execution.wait(WAIT_S)
        texts = [text for _, text in execution.lines]
        assert texts[:10] == [str(number) for number in range(10)]
        assert texts[10].startswith("… output truncated after 10 lines")
        assert texts[11:] == ["… 90 lines dropped"]
        assert execution.context.dropped_lines == 90

    def test_progress_is_thinned_and_the_last_one_comes(self, runtime):
        """Progress in a tight loop does not flood the session; the last state arrives."""

        def work():
            for number in range(10_000):
                current_job().progress(number, 10_000)

        execution = RecordedExecution(work)
        runtime.submit(execution)
        execution.wait(WAIT_S)
        assert execution.progress[-1] == (9_999, 10_000, None)
        assert len(execution.progress) < 1_000

    def test_a_record_that_the_worker_handles_is_captured_and_not_handled_twice(
        self, runtime, caplog, tmp_path
    ):
        """With handlers of its own in the worker, a record reaches those and the output."""
        path = tmp_path / "log.txt"

        def work():
            handler = logging.FileHandler(path)
            logging.getLogger("own").addHandler(handler)
            logging.getLogger("own").warning("kept")
            logging.getLogger("own").removeHandler(handler)

        execution = RecordedExecution(work)
        with captured():
            runtime.submit(execution)
            execution.wait(WAIT_S)
        assert execution.lines == [("log", "WARNING own: kept")]
        assert path.read_text() == "kept\n"
        assert caplog.records == []

    def test_the_sessions_level_holds_in_the_worker(self, runtime, caplog):
        """Records below the session's root level do not cross, those above do."""

        def work():
            logging.getLogger("level").info("told %s", "once")
            logging.getLogger("level").debug("hidden")

        with caplog.at_level(logging.INFO), captured():
            execution = RecordedExecution(work)
            runtime.submit(execution)
            execution.wait(WAIT_S)
        assert execution.lines == [("log", "INFO level: told once")]


class TestEnds:
    @pytest.mark.parametrize(
        ("end", "reason"),
        [
            (lambda: os._exit(3), "ended with exit code 3"),
            (lambda: os._exit(0), "ended with exit code 0"),
            (lambda: os.kill(os.getpid(), signal.SIGKILL), "was killed by SIGKILL"),
            (lambda: os.kill(os.getpid(), signal.SIGABRT), "was killed by SIGABRT"),
        ],
    )
    def test_the_death_of_a_worker_is_a_crash_and_the_next_job_gets_a_new_one(
        self, runtime, end, reason
    ):
        """A worker that dies under its job is a crash that says how; the runtime goes on."""
        outcome = run(runtime, end)
        assert outcome.action == "crash"
        assert reason in outcome.reason
        assert run(runtime, int).value == 0

    def test_a_crash_is_seen_while_a_forked_child_holds_the_pipe(self, runtime):
        """A child that was forked in the worker neither hides the crash nor survives it."""

        def work():
            reading, writing = os.pipe()
            if os.fork() == 0:
                os.close(reading)
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                os.write(writing, b"x")
                while True:
                    signal.pause()
            os.read(reading, 1)
            os._exit(9)

        outcome = run(runtime, work)
        assert (outcome.action, "exit code 9" in outcome.reason) == ("crash", True)

    def test_an_idle_worker_that_dies_is_replaced(self, runtime):
        """A worker killed between jobs costs nobody a job."""
        pid = run(runtime, os.getpid).value
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert run(runtime, os.getpid).value != pid

    def test_sigterm_lets_the_code_clean_up(self, runtime, pipe, tmp_path):
        """Code that does not look is ended by an exception; its finally blocks run."""
        witness = tmp_path / "witness"

        def work():
            try:
                held(pipe)
            finally:
                witness.write_text("cleaned")

        execution = RecordedExecution(work)
        runtime.submit(execution)
        pid = int(pipe.read_text())
        runtime.terminate(execution, WAIT_S, "enough")
        outcome = execution.wait(WAIT_S)
        assert (outcome.action, outcome.reason, outcome.abandoned) == ("terminate", "enough", False)
        assert witness.read_text() == "cleaned"
        assert gone(pid)

    def test_code_that_used_to_look_is_ended_halfway_through_the_grace(self, runtime, pipe):
        """Code that looked for a stop once and then hangs still gets to clean up."""

        def work():
            current_job().checkpoint()
            held(pipe)

        execution = RecordedExecution(work)
        runtime.submit(execution)
        pipe.read_text()
        runtime.terminate(execution, 2.0, "enough")
        outcome = execution.wait(WAIT_S)
        assert (outcome.action, outcome.reason) == ("terminate", "enough")

    def test_sigterm_in_a_flood_of_output_ends_the_job_too(self, runtime, pipe):
        """A stop that comes while output is being sent is made up for right after."""

        def work():
            pipe.write_text("here")
            while True:
                print("flood")

        execution = RecordedExecution(work)
        execution.context.limits = OutputLimits(lines=10**9, size=10**12)
        runtime.submit(execution)
        pipe.read_text()
        runtime.terminate(execution, WAIT_S, "enough")
        outcome = execution.wait(WAIT_S)
        assert (outcome.action, outcome.reason) == ("terminate", "enough")

    def test_a_deaf_job_is_killed_with_all_it_has_started(self, runtime, pipe):
        """After the grace SIGKILL ends the worker and its whole tree, other sessions included."""

        def work():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            child = subprocess.Popen(
                [sys.executable, "-c", "import signal; signal.pause()"], start_new_session=True
            )
            pipe.write_text(f"{os.getpid()} {child.pid}")
            while True:
                signal.pause()

        execution = RecordedExecution(work)
        runtime.submit(execution)
        pids = [int(pid) for pid in pipe.read_text().split()]
        runtime.terminate(execution, 0.05, "enough")
        outcome = execution.wait(WAIT_S)
        assert outcome.action == "terminate"
        assert outcome.reason.startswith("enough; worker process")
        assert "SIGKILL" in outcome.reason
        assert all(gone(pid) for pid in pids)

    def test_resolving_arguments_for_ever_is_abandoned(self, runtime):
        """Where the session's own thread hangs there is no process to kill: it is abandoned."""
        arrived, leave = threading.Event(), threading.Event()
        execution = RecordedExecution(int)

        def payload():
            arrived.set()
            leave.wait()
            return int, (), {}

        execution.payload = payload
        runtime.submit(execution)
        assert arrived.wait(WAIT_S)
        assert "payload" in runtime.stack(execution)
        runtime.terminate(execution, 0.0, "enough")
        outcome = execution.wait(WAIT_S)
        assert (outcome.action, outcome.abandoned) == ("terminate", True)
        assert run(runtime, int).value == 0
        leave.set()

    def test_a_suspended_job_stands_still_and_can_go_on_or_be_ended(self, runtime, pipe):
        """pause() suspends the process; terminate() wakes it to let it end."""
        execution = RecordedExecution(held, pipe)
        runtime.submit(execution)
        pid = int(pipe.read_text())
        assert runtime.pause(execution) == "suspended"
        assert os.waitid(os.P_PID, pid, os.WSTOPPED).si_code == os.CLD_STOPPED
        assert runtime.stack(execution) is None
        assert runtime.resume(execution)
        assert os.waitid(os.P_PID, pid, os.WCONTINUED).si_code == os.CLD_CONTINUED
        assert "in held" in runtime.stack(execution)
        runtime.pause(execution)
        runtime.terminate(execution, WAIT_S, "enough")
        assert execution.wait(WAIT_S).action == "terminate"

    def test_a_worker_is_recycled(self):
        """After `recycle_after` jobs a worker makes place for a fresh one."""
        runtime = ProcessRuntime("process", 1, recycle_after=2)
        pids = [run(runtime, os.getpid).value for _ in range(4)]
        runtime.close(5.0)
        assert pids[0] == pids[1] != pids[2] == pids[3]
        with pytest.raises(InvalidInput, match="recycle_after"):
            ProcessRuntime("process", 1, recycle_after=0)

    def test_a_worker_that_cannot_start_is_a_crash_that_says_so(self, runtime, monkeypatch):
        """A Python that cannot run is told as the reason."""
        monkeypatch.setattr(sys, "executable", "/bin/false")
        outcome = run(runtime, int)
        assert outcome.action == "crash"
        assert "ended with exit code 1 before it was ready" in outcome.reason
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        assert "No such file" in run(runtime, int).reason

    def test_closing_leaves_no_process(self):
        """After close() no worker is left, idle or busy."""
        runtime = ProcessRuntime("process", 2)
        pid = run(runtime, os.getpid).value
        assert runtime.load()["workers"] == 1
        runtime.close(5.0)
        assert gone(pid)
        assert runtime.load()["workers"] == 0


SCRIPT = textwrap.dedent("""
    import os, sys, threading
    print("script", os.getpid(), file=open(sys.argv[1], "a"))
    from redengine.runtimes import ProcessRuntime, RecordedExecution

    def work(path):
        with open(path, "w") as pipe:
            pipe.write(str(os.getpid()))
        threading.Event().wait()

    runtime = ProcessRuntime("process", 2)
    runtime.submit(idle := RecordedExecution(os.getpid))
    idle_pid = idle.wait().value
    busy = RecordedExecution(work, sys.argv[2])
    other = RecordedExecution(work, sys.argv[3])
    runtime.submit(busy)
    runtime.submit(other)
    if sys.argv[4] == "suspend":
        print("ready", flush=True)
        sys.stdin.readline()
        runtime.pause(busy)
    print("ready", flush=True)
    threading.Event().wait()
""")


@pytest.mark.parametrize("how", ["run", "suspend"])
def test_no_worker_survives_a_killed_session(tmp_path, how):
    """SIGKILL of the session ends its workers, suspended ones too; the script ran only once."""
    script, runs = tmp_path / "script.py", tmp_path / "runs"
    script.write_text(SCRIPT)
    pipes = [tmp_path / "one", tmp_path / "two"]
    for path in pipes:
        os.mkfifo(path)
    session = subprocess.Popen(
        [sys.executable, script, runs, *pipes, how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert session.stdout.readline() == "ready\n"
    pids = [int(path.read_text()) for path in pipes]
    if how == "suspend":
        session.stdin.write("go\n")
        session.stdin.flush()
        assert session.stdout.readline() == "ready\n"
    session.kill()
    session.communicate()
    assert all(gone(pid) for pid in pids)
    assert len(runs.read_text().splitlines()) == 1


def test_a_worker_leads_its_own_process_group():
    """Ctrl-C in the terminal reaches the session and not its workers."""
    worker = WorkerProcess()
    try:
        assert os.getpgid(worker.pid) == worker.pid
        assert os.getsid(worker.pid) == os.getsid(0)
    finally:
        worker.end(WAIT_S)
    assert worker.how_it_ended().endswith("ended with exit code 0")


class TestWire:
    def test_frames_arrive_whole_and_in_order(self):
        """Frames larger than a pipe's buffer come as they were sent."""
        reading, writing = os.pipe()
        left, right = Wire(reading, writing), None
        big = b"x" * 3_000_000
        sender = threading.Thread(target=lambda: (left.send("big", big), left.send("small", 1)))
        sender.start()
        assert left.receive() == ("big", big)
        assert left.receive() == ("small", 1)
        sender.join()
        left.close()
        assert right is None

    def test_a_busy_or_broken_wire_is_not_waited_for(self):
        """send_if_free() gives up at once where send() would block or fail."""
        reading, writing = os.pipe()
        wire = Wire(reading, writing)
        with wire._lock:
            wire.send_if_free("stop")
        assert not wire.has_ended()
        os.close(reading)
        wire.send_if_free("stop")
        with pytest.raises(OSError, match="Broken pipe"):
            wire.send("stop")
        os.close(writing)


class TestStarting:
    """A job whose worker is not ready yet."""

    @pytest.fixture
    def middleware(self, monkeypatch):
        """Workers wait here before they start: the first event tells, the second lets them."""
        waiting, opened = threading.Event(), threading.Event()

        class Slow(WorkerProcess):
            def __init__(self, *arguments):
                waiting.set()
                opened.wait(WAIT_S)
                super().__init__(*arguments)

        monkeypatch.setattr("redengine.runtimes.process.runtime.WorkerProcess", Slow)
        yield waiting, opened
        opened.set()

    def test_it_can_be_paused_and_resumed(self, runtime, middleware):
        """Its code does not begin before it is resumed."""
        waiting, opened = middleware
        execution = RecordedExecution(os.getpid)
        runtime.submit(execution)
        assert waiting.wait(WAIT_S)
        assert runtime.pause(execution) == "checkpoint"
        opened.set()
        with pytest.raises(WaitTimeout):
            execution.wait(0.2)
        assert runtime.resume(execution)
        assert execution.wait(WAIT_S).action == "success"

    def test_a_paused_one_can_be_terminated(self, runtime, middleware):
        """It ends without having begun its code."""
        waiting, opened = middleware
        execution = RecordedExecution(os.getpid)
        runtime.submit(execution)
        assert waiting.wait(WAIT_S)
        runtime.pause(execution)
        opened.set()
        runtime.terminate(execution, 30.0, "enough")
        outcome = execution.wait(WAIT_S)
        assert (outcome.action, outcome.reason) == ("terminate", "enough")
