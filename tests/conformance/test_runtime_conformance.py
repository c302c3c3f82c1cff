"""What every runtime promises, asked of each of them."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from redengine.exceptions import Conflict, InvalidInput
from redengine.runtimes import (
    AsyncRuntime,
    MainRuntime,
    ProcessRuntime,
    RecordedExecution,
    ThreadRuntime,
    current_job,
)
from redengine.runtimes.output.capture import captured

TIMEOUT_S = 30.0
KINDS = ["thread", "process", "async", "async-sync", "main"]


class Host:
    """A runtime under test, and how functions are brought into it."""

    def __init__(self, kind, folder):
        self.kind = kind
        self.folder = folder
        self.opened = []

    def runtime(self, size=2):
        makers = {
            "thread": partial(ThreadRuntime, "thread"),
            "process": partial(ProcessRuntime, "process"),
            "async": partial(AsyncRuntime, "async"),
            "async-sync": partial(AsyncRuntime, "async"),
            "main": lambda _size: MainRuntime(),
        }
        runtime = makers[self.kind](size)
        self.opened.append(runtime)
        return runtime

    def execution(self, function, *arguments, **options):
        """An execution of a function; in the async runtime of a coroutine that calls it."""
        if self.kind == "async":
            return RecordedExecution(_as_coroutine, function, arguments, **options)
        return RecordedExecution(function, *arguments, **options)

    def gate(self, name="gate"):
        return Gate(str(self.folder / name))


class Gate:
    """A named pipe per direction: holds code in any process until it is let through."""

    def __init__(self, path):
        self.arrival = Path(f"{path}.arrival")
        self.leave = Path(f"{path}.leave")
        os.mkfifo(self.arrival)
        os.mkfifo(self.leave)

    def pass_through(self):
        """Say that the code has come here, then wait."""
        self.arrival.write_text("here")
        self.leave.read_text()

    def wait_for_arrival(self):
        assert self.arrival.read_text() == "here"

    def open(self):
        self.leave.write_text("go")


async def _as_coroutine(function, arguments):
    return function(*arguments)


@pytest.fixture(params=KINDS)
def host(request, tmp_path):
    host = Host(request.param, tmp_path)
    yield host
    for runtime in host.opened:
        runtime.close(5.0)


def add(left, right):
    return left + right


def fail(error):
    raise error


def talk():
    print("one ", end="")
    print("line")
    sys.stderr.write("two\nthree")
    logging.getLogger("talker").warning("four %d", 4)


def report_identity():
    job = current_job()
    job.progress(1, 2, "half")
    return job.job_id, job.task, job.attempt


def test_the_outcome_carries_what_the_function_returns(host):
    """A function that returns ends its execution with success and its value."""
    execution = host.execution(add, 1, 2)
    host.runtime().submit(execution)
    outcome = execution.wait(TIMEOUT_S)
    assert (outcome.action, outcome.value, outcome.exception) == ("success", 3, None)


@pytest.mark.parametrize("error", [ValueError("bad"), SystemExit(3), KeyboardInterrupt()], ids=repr)
def test_whatever_is_raised_is_a_fail_and_the_runtime_goes_on(host, error):
    """An exception, SystemExit and KeyboardInterrupt included, fails its own execution alone."""
    runtime = host.runtime(1)
    failing, following = host.execution(fail, error), host.execution(add, 1, 2)
    runtime.submit(failing)
    runtime.submit(following)
    outcome = failing.wait(TIMEOUT_S)
    assert outcome.action == "fail"
    assert type(outcome.exception) is type(error)
    assert outcome.reason == repr(error).replace("('", ": ").replace("')", "").replace(
        "(3)", ": 3"
    ).replace("()", "")
    assert following.wait(TIMEOUT_S).value == 3


def test_the_traceback_starts_at_the_users_code(host):
    """The text of a fail shows the user's frames and none of this package's."""
    execution = host.execution(fail, ValueError("bad"))
    host.runtime().submit(execution)
    text = execution.wait(TIMEOUT_S).exc_text
    assert text.startswith("Traceback (most recent call last):\n")
    assert text.endswith("ValueError: bad\n")
    assert "in fail" in text
    assert "redengine/runtimes" not in text


def test_begin_and_end_are_called_once(host):
    """Each execution begins once and ends once."""
    executions = [host.execution(add, number, 0) for number in range(20)]
    runtime = host.runtime(3)
    for execution in executions:
        runtime.submit(execution)
    assert [execution.wait(TIMEOUT_S).value for execution in executions] == list(range(20))
    runtime.close(5.0)
    assert {(execution.begun, len(execution.outcomes)) for execution in executions} == {(1, 1)}


def test_one_that_does_not_want_to_begin_is_neither_run_nor_ended(host):
    """When begin says False the code is not run, end is not called and the place is free."""
    runtime = host.runtime(1)
    unwanted = host.execution(fail, ValueError(), is_wanted=False)
    following = host.execution(add, 1, 2)
    runtime.submit(unwanted)
    runtime.submit(following)
    assert following.wait(TIMEOUT_S).value == 3
    assert unwanted.outcomes == []
    runtime.close(5.0)
    assert runtime.running == 0


def test_a_begin_that_raises_ends_the_execution_as_a_fail(host, caplog):
    """When begin raises, the execution ends as a fail with that error, and the error is logged."""
    execution = host.execution(add, 1, 2)
    execution.begin = partial(fail, OSError("no store"))
    host.runtime().submit(execution)
    outcome = execution.wait(TIMEOUT_S)
    assert (outcome.action, outcome.reason) == ("fail", "OSError: no store")
    assert "could not begin" in caplog.text


def test_an_end_that_raises_harms_nobody_else(host, caplog):
    """When end raises, the error is logged and the next execution is carried out."""
    runtime = host.runtime(1)
    bad, good = host.execution(add, 1, 2), host.execution(add, 3, 4)
    bad.end = lambda _outcome: fail(SystemExit("no way"))
    runtime.submit(bad)
    runtime.submit(good)
    assert good.wait(TIMEOUT_S).value == 7
    assert "could not be reported" in caplog.text


def test_never_more_than_size_run_and_the_rest_by_priority_then_order(host):
    """With every place taken executions wait, and leave the queue by priority, then order."""
    begun, lock, seen = [], threading.Lock(), []
    size = 1 if host.kind == "main" else 2
    runtime = host.runtime(size)
    gates = [host.gate(f"gate-{number}") for number in range(size)]
    blocked = [host.execution(gate.pass_through) for gate in gates]
    if host.kind == "async":  # a coroutine that blocks would block the others on the loop
        blocked = [RecordedExecution(gate.pass_through) for gate in gates]
    waiting = [host.execution(add, 0, 0, priority=priority) for priority in (0, 5, 0, 9)]
    for execution in waiting:

        def begin(execution=execution):
            with lock:
                begun.append(execution)
                seen.append(runtime.running)
            return True

        execution.begin = begin
    for execution in [*blocked, *waiting]:
        runtime.submit(execution)
    for gate in gates:
        gate.wait_for_arrival()
    assert (runtime.running, runtime.queued, begun) == (size, 4, [])
    gates[0].open()
    for execution in waiting:
        execution.wait(TIMEOUT_S)
    for gate in gates[1:]:
        gate.open()
    assert begun == [waiting[3], waiting[1], waiting[0], waiting[2]]
    assert max(seen) <= size


def test_a_queued_execution_can_be_withdrawn(host):
    """A withdrawn execution is not carried out; one that is not queued cannot be withdrawn."""
    runtime = host.runtime(1)
    gate = host.gate()
    first, second, third = (
        host.execution(gate.pass_through),
        host.execution(add, 1, 2),
        host.execution(add, 3, 4),
    )
    for execution in (first, second, third):
        runtime.submit(execution)
    gate.wait_for_arrival()
    assert runtime.withdraw(second)
    assert not runtime.withdraw(second)
    assert not runtime.withdraw(first)
    gate.open()
    assert third.wait(TIMEOUT_S).value == 7
    assert (second.begun, second.outcomes) == (0, [])


def test_output_reaches_the_sink_by_line_and_stream(host, caplog):
    """Prints come as whole lines, the last partial one at the end, and log records once."""
    execution = host.execution(talk)
    with captured():
        host.runtime().submit(execution)
        execution.wait(TIMEOUT_S)
    assert sorted(execution.lines) == [
        ("log", "WARNING talker: four 4"),
        ("stderr", "three"),
        ("stderr", "two"),
        ("stdout", "one line"),
    ]
    assert [record.getMessage() for record in caplog.records] == ["four 4"]


def test_the_code_knows_its_job_and_tells_its_progress(host):
    """current_job() is the job that the code runs as; its progress is told and remembered."""
    execution = host.execution(report_identity)
    host.runtime().submit(execution)
    assert execution.wait(TIMEOUT_S).value == (execution.id, "recorded", 1)
    assert execution.progress == [(1, 2, "half")]
    assert execution.context.latest_progress == (1, 2, "half")


def test_code_that_looks_is_stopped_by_the_flag(host):
    """Code that asks for should_stop ends by itself and is recorded as terminated."""
    gate = host.gate()

    def look():
        job = current_job()
        assert not job.should_stop
        gate.pass_through()
        stopped = threading.Event()
        job.on_stop(stopped.set)
        stopped.wait(TIMEOUT_S)
        assert job.should_stop
        return "ignored"

    runtime = host.runtime()
    execution = host.execution(look)
    runtime.submit(execution)
    gate.wait_for_arrival()
    gate.open()
    runtime.terminate(execution, TIMEOUT_S, "asked by a test")
    outcome = execution.wait(TIMEOUT_S)
    assert outcome == ("terminate", None, None, None, False, "asked by a test")


def test_a_checkpoint_raises_once_stop_is_asked(host):
    """checkpoint() ends the code of a job that was asked to stop; that is no fail."""
    gate = host.gate()

    def work():
        current_job().checkpoint()
        gate.pass_through()
        stopped = threading.Event()
        current_job().on_stop(stopped.set)
        stopped.wait(TIMEOUT_S)
        current_job().checkpoint()

    runtime = host.runtime()
    execution = host.execution(work)
    runtime.submit(execution)
    gate.wait_for_arrival()
    gate.open()
    runtime.terminate(execution, TIMEOUT_S, "asked by a test")
    outcome = execution.wait(TIMEOUT_S)
    assert (outcome.action, outcome.abandoned, outcome.reason) == (
        "terminate",
        False,
        "asked by a test",
    )


def test_code_that_does_not_stop_is_ended_after_the_grace_and_its_place_is_free(host):
    """Deaf code ends as terminated after the grace; the next execution gets its place."""
    gate = host.gate()

    def deaf():
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        gate.pass_through()
        return "late"

    runtime = host.runtime(1)
    execution, following = host.execution(deaf), host.execution(add, 1, 2)
    runtime.submit(execution)
    runtime.submit(following)
    gate.wait_for_arrival()
    runtime.terminate(execution, 0.05, "enough")
    outcome = execution.wait(TIMEOUT_S)
    assert outcome.action == "terminate"
    assert outcome.reason.startswith("enough")
    assert outcome.abandoned == (host.kind != "process")
    assert following.wait(TIMEOUT_S).value == 3
    if outcome.abandoned:
        assert runtime.load()["abandoned"] == 1
        assert "pass_through" in runtime.stack(execution)
        gate.open()
    runtime.close(5.0)
    assert execution.outcomes == [outcome]


def test_terminating_what_does_not_run_does_nothing(host):
    """terminate() leaves queued, ended and unknown executions alone."""
    runtime = host.runtime()
    execution = host.execution(add, 1, 2)
    runtime.terminate(execution, 0.0)
    assert not execution.context.is_stop_asked
    runtime.submit(execution)
    execution.wait(TIMEOUT_S)
    assert runtime.pause(execution) is None
    assert runtime.stack(execution) is None
    assert not runtime.resume(execution)


def test_a_closed_runtime_hands_back_its_queue_and_accepts_nothing(host):
    """close() ends what runs, returns what waited, refuses what comes; open() makes it work."""
    runtime = host.runtime(1)
    gate = host.gate()
    running, waiting = host.execution(gate.pass_through), host.execution(add, 1, 2)
    runtime.submit(running)
    runtime.submit(waiting)
    gate.wait_for_arrival()
    threads = threading.active_count()
    assert runtime.close(0.0) == [waiting]
    assert running.wait(TIMEOUT_S).action == "terminate"
    assert waiting.begun == 0
    assert threading.active_count() <= threads
    with pytest.raises(Conflict, match="is closed"):
        runtime.submit(waiting)
    if host.kind != "process":
        gate.open()
    runtime.open()
    runtime.submit(waiting)
    assert waiting.wait(TIMEOUT_S).value == 3


@pytest.mark.parametrize("size", [0, -1, 1.5, True, None])
def test_a_size_that_makes_no_sense_is_refused(host, size):
    """A size is a whole number of at least 1, when made and when changed."""
    runtime = host.runtime(1)
    with pytest.raises(InvalidInput, match="size"):
        runtime.resize(size)
    assert runtime.size == 1


def test_a_runtime_grows_and_shrinks(host):
    """After resize() as many run as the new size says."""
    if host.kind == "main":
        pytest.skip("there is one main thread")
    runtime = host.runtime(1)
    gates = [host.gate(f"gate-{number}") for number in range(2)]
    both = [RecordedExecution(gate.pass_through) for gate in gates]
    for execution in both:
        runtime.submit(execution)
    gates[0].wait_for_arrival()
    assert (runtime.running, runtime.queued) == (1, 1)
    runtime.resize(2)
    gates[1].wait_for_arrival()
    assert (runtime.running, runtime.queued) == (2, 0)
    runtime.resize(1)
    third = RecordedExecution(add, 1, 2)
    runtime.submit(third)
    gates[0].open()
    both[0].wait(TIMEOUT_S)
    gates[1].open()
    assert third.wait(TIMEOUT_S).value == 3
    runtime.close(5.0)
    assert (runtime.load()["size"], runtime.load()["threads"]) == (1, 0)


def test_the_representation_is_one_line_without_an_address(host):
    """A runtime is shown with its name and load."""
    assert repr(host.runtime(1)).endswith(", 0 of 1 running>")


def test_a_reserved_place_is_nobody_elses(host):
    """What is queued meanwhile waits, and what the place was kept for is carried out first."""
    runtime = host.runtime(1)
    kept, other = host.execution(add, 1, 2), host.execution(add, 3, 4)
    if not runtime.reserve(kept):
        assert host.kind == "main"
        return
    assert not runtime.reserve(other), "there is one place"
    runtime.submit(other)
    assert (runtime.queued, runtime.running) == (1, 0)
    runtime.submit(kept)
    assert kept.wait(TIMEOUT_S).value == 3
    assert other.wait(TIMEOUT_S).value == 7


def test_a_reserved_place_can_be_given_up(host):
    """Who waits for a place has it then."""
    runtime = host.runtime(1)
    kept, other = host.execution(add, 1, 2), host.execution(add, 3, 4)
    runtime.reserve(kept)
    runtime.submit(other)
    runtime.withdraw(kept)
    assert other.wait(TIMEOUT_S).value == 7


def test_what_is_terminated_before_it_gets_to_its_reserved_place_does_not_run(host, tmp_path):
    """It ends as one that was asked to stop, and its code leaves no trace."""
    runtime = host.runtime(1)
    execution = host.execution(Path.touch, tmp_path / "trace")
    if not runtime.reserve(execution):
        assert host.kind == "main"
        return
    runtime.terminate(execution, 1.0, "by hand")
    runtime.submit(execution)
    assert execution.wait(TIMEOUT_S).action == "terminate"
    assert not (tmp_path / "trace").exists()


def test_no_place_is_kept_where_others_wait(host):
    """Whoever waits comes first, and a closed runtime keeps no place at all."""
    runtime = host.runtime(1)
    gate = host.gate()
    running, waiting, late = (
        host.execution(gate.pass_through),
        host.execution(add, 1, 2),
        host.execution(add, 3, 4),
    )
    runtime.submit(running)
    gate.wait_for_arrival()
    runtime.submit(waiting)
    assert not runtime.reserve(late)
    gate.open()
    assert waiting.wait(TIMEOUT_S).value == 3
    runtime.close(5.0)
    assert not runtime.reserve(late)
