"""What a job's code can ask and tell: stop, pause, progress, output."""

from __future__ import annotations

import asyncio
import contextvars
import threading

import pytest

from redengine.exceptions import Conflict, InvalidInput, JobTerminated
from redengine.runtimes import JobContext, Outcome, RecordedExecution, current_job
from redengine.runtimes.context import enter_job, set_process_job
from redengine.runtimes.outcome import (
    abandoned,
    format_exception,
    format_stack,
    raised,
    returned,
    stopped,
)

WAIT_S = 30.0


def test_current_job_outside_of_a_job_says_where_it_works():
    """current_job() in code that runs as no job is refused with the way out."""
    with pytest.raises(Conflict, match="outside of a job"):
        current_job()


def test_the_current_job_is_per_context_and_a_worker_process_has_one():
    """The contextvar decides; without one the job of the worker process does."""
    own, of_process = JobContext("1", "own"), JobContext("2", "process")
    set_process_job(of_process)
    try:
        assert current_job() is of_process
        inner = contextvars.copy_context()
        inner.run(enter_job, own)
        assert inner.run(current_job) is own
    finally:
        set_process_job(None)


def test_the_representation_names_job_task_and_attempt():
    """A context is shown in one line."""
    assert repr(JobContext("42", "fetch", 3)) == "<JobContext 42 of task 'fetch', attempt 3>"


def test_the_first_reason_to_stop_stays():
    """A second request changes the grace and not the reason."""
    context = JobContext("1", "t")
    context.request_stop("timeout", 5.0)
    context.request_stop("shut-down", 1.0)
    assert (context.stop_reason, context.grace_s) == ("timeout", 1.0)


def test_a_checkpoint_blocks_while_paused():
    """A paused job stands at its checkpoint until it is resumed."""
    context = JobContext("1", "t")
    context.pause()
    context.pause()
    assert (context.is_paused, context.is_held) == (True, False)
    passed = threading.Event()

    def work():
        context.checkpoint()
        passed.set()

    thread = threading.Thread(target=work)
    gate = context._gate
    arrived = threading.Event()
    original = gate._event.wait
    gate._event.wait = lambda: (arrived.set(), original())
    thread.start()
    assert arrived.wait(WAIT_S)
    assert context.is_held
    assert not passed.is_set()
    context.resume()
    thread.join(WAIT_S)
    assert passed.is_set()
    assert not context.is_paused


def test_a_request_to_stop_wakes_a_paused_job():
    """Stop is stronger than pause: the checkpoint raises, and a later pause has no effect."""
    context = JobContext("1", "t")
    context.pause()
    ends = []

    def work():
        try:
            context.checkpoint()
        except JobTerminated as error:
            ends.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    context.request_stop("enough")
    thread.join(WAIT_S)
    assert [(error.job_id, error.reason) for error in ends] == [("1", "enough")]
    fresh = JobContext("2", "t")
    fresh.request_stop()
    fresh.pause()
    assert not fresh.is_paused


def test_a_coroutine_awaits_its_checkpoint():
    """In a coroutine the waiting is in the await, and the loop goes on meanwhile."""
    context = JobContext("1", "t")
    order = []

    async def work():
        await context.checkpoint()
        order.append("resumed")

    async def main():
        context.enter_loop(asyncio.get_running_loop())
        await context.checkpoint()
        context.pause()
        task = asyncio.create_task(work())
        await asyncio.sleep(0)  # one turn of the loop takes the task to its checkpoint
        assert context.is_held
        order.append("held")
        context.resume()
        await task
        context.pause()
        task = asyncio.create_task(work())
        await asyncio.sleep(0)  # one turn of the loop takes the task to its checkpoint
        assert context.is_held
        context.request_stop("enough")
        with pytest.raises(JobTerminated):
            await task

    asyncio.run(main())
    assert order == ["held", "resumed"]


def test_on_stop_callbacks_are_called_once_and_can_be_taken_back(caplog):
    """Callbacks run off the asking thread; a failing one is logged and the next one called."""
    context = JobContext("1", "t")
    called, threads = threading.Event(), []
    forget = context.on_stop(lambda: threads.append("forgotten"))
    forget()
    context.on_stop(lambda: 1 / 0)
    context.on_stop(lambda: (threads.append(threading.current_thread()), called.set()))
    context.request_stop()
    context.request_stop()
    assert called.wait(WAIT_S)
    assert len(threads) == 1
    assert threads[0] is not threading.current_thread()
    late = []
    context.on_stop(lambda: late.append("at once"))
    assert late == ["at once"]
    assert "on_stop callback failed" in caplog.text


def test_progress_is_remembered_and_told():
    """The latest progress is kept; what is no number is refused."""
    told = []
    context = JobContext("1", "t", on_progress=told.append)
    context.progress(3, 10, "reading")
    assert context.latest_progress == (3, 10, "reading") == told[0]
    with pytest.raises(InvalidInput, match="total"):
        context.progress(3, "many")
    assert len(told) == 1


def test_written_lines_are_output():
    """write() adds lines; without a sink it does nothing."""
    execution = RecordedExecution(int)
    execution.context.write("stderr", "one\ntwo")
    execution.context.add_dropped_lines(4)
    JobContext("1", "t").write("stdout", "nowhere")
    assert execution.lines == [("stderr", "one"), ("stderr", "two")]
    assert execution.context.dropped_lines == 4


def test_code_that_returns_before_it_looked_has_succeeded():
    """A request to stop that the code has not noticed does not make its result void."""
    context = JobContext("1", "t")
    context.request_stop("late")
    assert returned(1, context) == Outcome("success", 1)
    assert context.should_stop
    assert returned(1, context) == Outcome("terminate", reason="late")


def test_another_jobs_end_is_a_plain_fail():
    """JobTerminated of another job, as its result raises it, fails the job that asked."""
    context = JobContext("1", "t")
    own, other = JobTerminated("1", "t", "by itself"), JobTerminated("2", "u", "other")
    assert raised(own, context)[:2] == ("terminate", None)
    assert raised(own, context).reason == "by itself"
    assert raised(other, context).action == "fail"


def test_what_is_raised_after_noticing_the_stop_is_kept_as_text():
    """An error while stopping leaves the job terminated, and its traceback can be read."""
    context = JobContext("1", "t")
    context.request_stop("enough")
    assert context.should_stop
    outcome = raised(ValueError("in clean-up"), context)
    assert (outcome.action, outcome.reason) == ("terminate", "enough")
    assert "in clean-up" in outcome.exc_text


def test_outcomes_of_jobs_that_others_ended():
    """The reason tells who ended it and whether its code runs on."""
    context = JobContext("1", "t")
    context.request_stop("timeout", 5.0)
    assert stopped(context) == Outcome("terminate", reason="timeout")
    assert abandoned(context).abandoned
    assert abandoned(context).reason == (
        "timeout; its code did not stop within 5 s and runs on, abandoned"
    )


def test_a_remembered_exception_does_not_keep_the_locals():
    """The frames of a formatted exception are cleared: they may hold much memory."""

    class Big:
        pass

    import gc
    import weakref

    seen = []

    def work():
        big = Big()
        seen.append(weakref.ref(big))
        raise ValueError("bad")

    try:
        work()
    except ValueError as error:
        kept = error
    text = format_exception(kept)
    gc.collect()
    assert "in work" in text
    assert seen[0]() is None


def test_an_endless_traceback_loses_its_middle():
    """A huge message does not make a huge record."""
    text = format_exception(ValueError("x" * 1_000_000))
    assert len(text) < 70_000
    assert "characters left out" in text


def test_a_stack_of_foreign_code_is_shown_whole():
    """format_stack shows everything where there is no frame of this package to skip."""
    import sys

    assert "test_a_stack_of_foreign_code" in format_stack(sys._getframe())
