"""Standard streams that several threads use: one at a time, and never freed under a print."""

from __future__ import annotations

import contextvars
import gc
import io
import os
import subprocess
import sys
import threading
import weakref
from contextlib import redirect_stderr, redirect_stdout

import pytest

from redengine.runtimes.context import JobContext, enter_job
from redengine.runtimes.output.capture import captured, ensure
from redengine.runtimes.output.terminal import BottomLine, exclusive

QUICK_S = 0.05
"""How long a thread is watched that is to do nothing."""


def in_thread(function):
    """Start a function in a thread; an event tells when it has returned."""
    is_done = threading.Event()
    threading.Thread(target=lambda: (function(), is_done.set()), daemon=True).start()
    return is_done


@pytest.fixture
def stream():
    """A text stream as a program has one."""
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


@pytest.mark.parametrize("use", [lambda: print("text"), lambda: print(end="", flush=True)])
def test_a_job_uses_a_stream_only_while_nobody_else_does(stream, use):
    """What a job prints or flushes waits for a thread that has the stream for itself."""
    with redirect_stdout(stream), captured():
        with exclusive(stream):
            is_done = in_thread(use)
            assert not is_done.wait(QUICK_S)
            assert stream.buffer.getvalue() == b""
        assert is_done.wait(60)


def test_the_bottom_line_waits_for_a_stream_too(stream):
    """The progress line is drawn only while nobody else uses the terminal's stream."""
    with exclusive(stream):
        is_drawn = in_thread(lambda: BottomLine(stream).show("half"))
        assert not is_drawn.wait(QUICK_S)
    assert is_drawn.wait(60)
    assert stream.buffer.getvalue() == b"\rhalf"


def test_a_stream_in_use_delays_no_other_stream(stream):
    """A blocked standard output does not keep errors from being written."""
    other = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(stream), redirect_stderr(other), captured(), exclusive(stream):
        assert in_thread(lambda: print("text", file=sys.stderr)).wait(60)


def test_code_of_a_user_never_runs_under_a_lock_of_the_package():
    """A stream of another class has its own locks, so two of both kinds cannot dead-lock."""

    class Mine:
        def __init__(self):
            self.lock = threading.Lock()
            self.is_entered = threading.Event()

        def write(self, text):
            self.is_entered.set()
            with self.lock:
                return len(text)

    mine = Mine()
    with redirect_stdout(mine), captured(), mine.lock:
        is_done = in_thread(lambda: print("from a job"))
        assert mine.is_entered.wait(60)
        with exclusive(mine):
            assert not is_done.is_set()
    assert is_done.wait(60)


def test_a_print_in_a_print_of_the_same_thread_goes_on(stream):
    """A signal handler may print while its own thread prints."""
    with redirect_stdout(stream), captured(), exclusive(stream):
        print("text")
    assert stream.buffer.getvalue() == b"text\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_prints_though_a_thread_of_its_parent_did(stream):
    """A lock that another thread holds at a fork does not stay locked in the child."""
    release = threading.Event()
    is_held = threading.Event()

    def hold():
        with exclusive(stream):
            is_held.set()
            release.wait(30)

    in_thread(hold)
    assert is_held.wait(60)
    child = os.fork()
    if child == 0:
        with exclusive(stream):
            os._exit(7)
    release.set()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_a_stream_that_was_replaced_is_not_freed_under_a_print(stream):
    """What stood as sys.stdout stays alive: print() of older CPython goes on using it."""
    with redirect_stdout(stream), captured():
        replaced = weakref.ref(sys.stdout)
        sys.stdout = stream
        gc.collect()
        assert replaced() is not None
        ensure()
        assert sys.stdout is replaced(), "and it is used again over the same stream"


def outcome_of_tests(folder):
    """The tests of a folder, run by a pytest that has no plugin but that of the package."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "redengine.pytest_plugin", str(folder)]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        command, cwd=folder, env=alone, capture_output=True, timeout=100, check=False
    )


CHATTY = """
import pytest
from redengine import Session
from redengine.parameters import TerminationFlag


@pytest.fixture(scope="module", autouse=True)
def chatty():
    session = Session()
    for number in range(3):

        @session.task(on_startup=True, name=f"talk-{number}")
        def talk(stop=TerminationFlag()):
            while not stop.is_set():
                print("some text")

    session.start(block=False)
    yield session
    session.shut_down(0)


@pytest.mark.parametrize("number", range(40))
def test_output_is_read(number, CAPTURE):
    for _ in range(20):
        CAPTURE.readouterr()


@pytest.mark.parametrize("number", range(40))
def test_output_is_captured(number):
    pass
"""


@pytest.mark.parametrize("capture", ["capsys", "capfd"])
def test_a_suite_whose_jobs_print_all_the_time_does_not_crash(tmp_path, capture):
    """The interpreter survives pytest reading what three jobs write at the same time."""
    (tmp_path / "test_chatty.py").write_text(CHATTY.replace("CAPTURE", capture))
    done = outcome_of_tests(tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert b"80 passed" in done.stdout


GOES_ON = """
import threading
from redengine import Session


def test_what_a_long_job_prints_is_its_output(CAPTURE):
    session = Session()
    has_begun, go_on = threading.Event(), threading.Event()

    @session.task()
    def talk():
        print("before")
        has_begun.set()
        go_on.wait(30)
        print("after")

    with session:
        job = session.submit(talk)
        assert has_begun.wait(30)
        with CAPTURE.disabled():
            pass
        go_on.set()
        job.wait(30)
        assert job.output() == ["before", "after"]
    assert CAPTURE.readouterr().out == "before\\nafter\\n"
"""


@pytest.mark.parametrize("capture", ["capsys", "capfd"])
def test_a_job_that_outlives_a_change_of_streams_still_has_its_output(tmp_path, capture):
    """A test puts the streams aside and back while a job runs; no line is lost."""
    (tmp_path / "test_goes_on.py").write_text(GOES_ON.replace("CAPTURE", capture))
    done = outcome_of_tests(tmp_path)
    assert done.returncode == 0, done.stdout[-3000:]


class Pieces(io.StringIO):
    """A stream that notes what is written to it at once."""

    def __init__(self):
        super().__init__()
        self.pieces = []

    def write(self, text):
        """Note a piece."""
        self.pieces.append(text)
        return len(text)


def as_job(code):
    """What code writes at once, run as a job that ends after it; and what stood there before."""
    stream, context = Pieces(), JobContext("j1", "chatty")
    with redirect_stdout(stream), captured():

        def run():
            enter_job(context)
            code()

        contextvars.copy_context().run(run)
        before = list(stream.pieces)
        context.close()
    return before, stream.pieces[len(before) :]


@pytest.mark.parametrize(
    ("code", "written", "at_the_end"),
    [
        (lambda: print("a line"), ["a line\n"], []),
        (lambda: print("a", "line", 1), ["a line 1\n"], []),
        (lambda: (print("half", end=""), print(" a line")), ["half a line\n"], []),
        (lambda: print("two\nlines and", end=" a half"), ["two\n"], ["lines and a half"]),
        (lambda: print("ask: ", end="", flush=True), ["ask: "], []),
        (lambda: print("\r50 %", end=""), ["\r50 %"], []),
        (lambda: print("x" * 20_000, end=""), ["x" * 20_000], []),
        (lambda: sys.stdout.writelines(["a", "b\n"]), ["ab\n"], []),
    ],
)
def test_a_line_that_a_job_prints_is_written_at_once(code, written, at_the_end):
    """Nothing comes between a text and its line end; what has none waits for a flush or the end."""
    assert as_job(code) == (written, at_the_end)


def test_two_threads_of_one_job_do_not_mix_their_lines():
    """Each thread's line is whole, although both belong to one job."""

    def code():
        context = contextvars.copy_context()
        print("mine", end="")
        thread = threading.Thread(target=context.run, args=(print, "another's"))
        thread.start()
        thread.join()
        print(" alone")

    assert as_job(code) == (["another's\n", "mine alone\n"], [])


def test_what_a_thread_prints_after_the_end_of_its_job_is_not_kept_back():
    """The job is over: nobody would write the rest."""
    stream, context = Pieces(), JobContext("j1", "chatty")
    with redirect_stdout(stream), captured():
        context.close()

        def run():
            enter_job(context)
            print("late", end="")

        contextvars.copy_context().run(run)
    assert stream.pieces == ["late"]
