"""What is particular to the thread, async, main and inline runtimes, and to their queue."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redengine.clock import ManualClock
from redengine.exceptions import Conflict, InvalidInput, WaitTimeout
from redengine.runtimes import (
    AsyncRuntime,
    InlineRuntime,
    MainRuntime,
    Outcome,
    RecordedExecution,
    ThreadRuntime,
    current_job,
)
from redengine.runtimes.output.lines import UNSAID
from redengine.runtimes.pool import ReadyQueue

WAIT_S = 30.0
START = datetime(2026, 1, 1, tzinfo=UTC)
VARIABLE = contextvars.ContextVar("variable", default="unset")


@pytest.fixture
def close():
    opened = []
    yield lambda runtime: opened.append(runtime) or runtime
    for runtime in opened:
        runtime.close(5.0)


class TestQueue:
    @given(st.lists(st.tuples(st.integers(-2, 2), st.booleans()), max_size=40))
    def test_what_stays_leaves_by_priority_then_order(self, items):
        """Whatever is taken out in between, the rest leaves sorted."""
        queue = ReadyQueue()
        executions = [RecordedExecution(int, priority=priority) for priority, _ in items]
        for execution in executions:
            queue.push(execution)
        stay = []
        for execution, (_, leaves) in zip(executions, items, strict=True):
            if leaves:
                assert queue.remove(execution)
            else:
                stay.append(execution)
        assert len(queue) == len(stay)
        assert queue.clear() == sorted(stay, key=lambda e: (-e.priority, e.order))
        assert queue.pop() is None

    def test_one_that_was_taken_out_can_come_again(self):
        """An execution that is queued again comes up once."""
        queue, execution = ReadyQueue(), RecordedExecution(int)
        queue.push(execution)
        queue.remove(execution)
        queue.push(execution)
        assert queue.clear() == [execution]
        assert not queue.remove(execution)


class TestThreads:
    def test_threads_are_named_daemons_started_when_needed(self, close):
        """There is no thread before the first execution, and one serves many."""
        runtime = close(ThreadRuntime("gpu", 4))
        assert runtime.load()["threads"] == 0
        names = set()
        for _ in range(5):
            execution = RecordedExecution(threading.current_thread)
            runtime.submit(execution)
            thread = execution.wait(WAIT_S).value
            names.add(thread.name)
            assert thread.daemon
        assert names <= {f"redengine-gpu-{number}" for number in range(1, 5)}
        assert runtime.load()["threads"] <= 4

    def test_a_context_variable_does_not_leak_into_the_next_job(self, close):
        """What a task sets in a ContextVar is gone when the next one runs in the same thread."""
        runtime = close(ThreadRuntime("thread", 1))
        first, second = RecordedExecution(VARIABLE.set, "leak"), RecordedExecution(VARIABLE.get)
        runtime.submit(first)
        runtime.submit(second)
        first.wait(WAIT_S)
        assert second.wait(WAIT_S).value == "unset"

    def test_a_coroutine_function_is_run_on_a_loop_of_its_own(self, close):
        """An `async def` function works in a thread, too."""
        runtime = close(ThreadRuntime("thread", 1))

        async def answer():
            await asyncio.sleep(0)
            return current_job().job_id

        execution = RecordedExecution(answer)
        runtime.submit(execution)
        assert execution.wait(WAIT_S).value == execution.id

    def test_a_stop_that_comes_while_beginning_keeps_the_code_from_running(self, close):
        """An execution that is terminated while begin() blocks ends without running its code."""
        runtime = close(ThreadRuntime("thread", 1))
        execution = RecordedExecution(int)
        arrived, leave = threading.Event(), threading.Event()

        def begin():
            arrived.set()
            return leave.wait(WAIT_S)

        execution.begin = begin
        runtime.submit(execution)
        assert arrived.wait(WAIT_S)
        runtime.terminate(execution, 0.0, "early")
        runtime.terminate(execution, 0.0, "again")
        leave.set()
        assert execution.wait(WAIT_S) == Outcome("terminate", reason="early")

    def test_pause_takes_hold_at_a_checkpoint(self, close):
        """A thread job is held at its next checkpoint and goes on when resumed."""
        runtime = close(ThreadRuntime("thread", 1))
        arrived, leave = threading.Event(), threading.Event()

        def work():
            arrived.set()
            leave.wait(WAIT_S)
            current_job().checkpoint()
            return "through"

        execution = RecordedExecution(work)
        runtime.submit(execution)
        assert arrived.wait(WAIT_S)
        assert runtime.pause(execution) == "checkpoint"
        leave.set()
        with pytest.raises(WaitTimeout):
            execution.wait(0.0)
        assert runtime.resume(execution)
        assert execution.wait(WAIT_S).value == "through"

    def test_a_task_may_close_its_own_runtime(self, close):
        """close() from inside a job waits for the others, not for itself."""
        runtime = close(ThreadRuntime("thread", 1))
        execution = RecordedExecution(runtime.close, 0.0)
        runtime.submit(execution)
        assert execution.wait(WAIT_S).value == []

    def test_a_system_without_threads_is_logged(self, close, monkeypatch):
        """Where no thread can be started the execution waits for the next chance.

        The caller may hold the scheduler's lock, so the line is left for the session to write.
        """
        UNSAID.clear()
        runtime = close(ThreadRuntime("thread", 1))
        execution = RecordedExecution(int)

        def refuse(_thread):
            raise RuntimeError("can't start new thread")

        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", refuse)
            runtime.submit(execution)
        said = [line.getMessage() for line in UNSAID]
        assert said == ["runtime 'thread' cannot start another thread"]
        UNSAID.clear()
        assert runtime.queued == 1
        runtime.submit(RecordedExecution(int))
        assert execution.wait(WAIT_S).value == 0


class TestAsync:
    def test_coroutines_share_one_loop_and_run_together(self, close):
        """As many coroutines as the size says are in progress at once, in one thread."""
        runtime = close(AsyncRuntime("async", 3))
        meeting = []

        async def meet():
            if not meeting:
                meeting.append(asyncio.Barrier(3))
            await meeting[0].wait()
            return threading.current_thread().name

        executions = [RecordedExecution(meet) for _ in range(3)]
        for execution in executions:
            runtime.submit(execution)
        names = {execution.wait(WAIT_S).value for execution in executions}
        assert names == {"redengine-async-loop"}

    def test_a_function_that_is_no_coroutine_is_off_the_loop(self, close):
        """A blocking function does not keep coroutines from running."""
        runtime = close(AsyncRuntime("async", 2))
        leave = threading.Event()

        async def coroutine():
            return "done"

        blocking, other = RecordedExecution(leave.wait, WAIT_S), RecordedExecution(coroutine)
        runtime.submit(blocking)
        runtime.submit(other)
        assert other.wait(WAIT_S).value == "done"
        leave.set()
        assert blocking.wait(WAIT_S).value is True

    def test_terminate_cancels(self, close):
        """A waiting coroutine is cancelled; its finally blocks run, and its stack can be read."""
        runtime = close(AsyncRuntime("async", 1))
        arrived, cleaned = threading.Event(), threading.Event()

        async def inner():
            arrived.set()
            await asyncio.Event().wait()

        async def work():
            try:
                await inner()
            finally:
                cleaned.set()

        execution = RecordedExecution(work)
        runtime.submit(execution)
        assert arrived.wait(WAIT_S)
        stack = runtime.stack(execution)
        assert stack.index("in work") < stack.index("in inner")
        runtime.terminate(execution, WAIT_S, "enough")
        assert execution.wait(WAIT_S) == Outcome("terminate", reason="enough")
        assert cleaned.is_set()

    def test_a_coroutine_that_swallows_the_cancellation_is_terminated_all_the_same(self, close):
        """Returning after a cancellation is no success."""
        runtime = close(AsyncRuntime("async", 1))
        arrived = threading.Event()

        async def work():
            try:
                arrived.set()
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                return "partial"

        execution = RecordedExecution(work)
        runtime.submit(execution)
        assert arrived.wait(WAIT_S)
        runtime.terminate(execution, WAIT_S, "enough")
        assert execution.wait(WAIT_S) == Outcome("terminate", reason="enough")

    def test_a_cancellation_by_itself_is_a_fail(self, close):
        """A coroutine that raises CancelledError though nobody asked has failed."""
        runtime = close(AsyncRuntime("async", 1))

        async def work():
            raise asyncio.CancelledError

        execution = RecordedExecution(work)
        runtime.submit(execution)
        assert execution.wait(WAIT_S).action == "fail"

    def test_a_blocked_loop_is_replaced(self, close):
        """A coroutine that blocks the loop is abandoned, and later ones run on a new loop."""
        runtime = close(AsyncRuntime("async", 1))
        arrived, leave = threading.Event(), threading.Event()

        async def rude():
            arrived.set()
            leave.wait(WAIT_S)

        async def polite():
            return "done"

        bad, good = RecordedExecution(rude), RecordedExecution(polite)
        runtime.submit(bad)
        runtime.submit(good)
        assert arrived.wait(WAIT_S)
        assert "in rude" in runtime.stack(bad)
        runtime.terminate(bad, 0.0, "enough")
        assert bad.wait(WAIT_S).abandoned
        assert good.wait(WAIT_S).value == "done"
        assert runtime.load()["abandoned"] == 1
        leave.set()

    def test_pause_takes_hold_at_an_awaited_checkpoint(self, close):
        """A coroutine awaits its checkpoint while it is paused."""
        runtime = close(AsyncRuntime("async", 1))
        arrived, leave = threading.Event(), threading.Event()

        async def work():
            arrived.set()
            await asyncio.to_thread(leave.wait, WAIT_S)
            await current_job().checkpoint()
            return "through"

        execution = RecordedExecution(work)
        runtime.submit(execution)
        assert arrived.wait(WAIT_S)
        assert runtime.pause(execution) == "checkpoint"
        leave.set()
        runtime.resume(execution)
        assert execution.wait(WAIT_S).value == "through"


class TestMain:
    def test_whoever_serves_it_carries_out_its_executions(self, close):
        """Inside run_until() executions run in the calling thread, until the event is set."""
        runtime = close(MainRuntime())
        stop = threading.Event()
        first = RecordedExecution(threading.current_thread)
        runtime.submit(first)
        first.wait(WAIT_S)
        served = RecordedExecution(lambda: (threading.current_thread(), runtime.is_served))
        last = RecordedExecution(stop.set)
        starter = threading.Thread(target=lambda: (runtime.submit(served), runtime.submit(last)))
        original = runtime._take_place

        def take_place(event):
            host = original(event)
            starter.start()
            return host

        runtime._take_place = take_place
        runtime.run_until(stop)
        assert first.outcomes[0].value.name == "redengine-main-1"
        assert served.outcomes[0].value == (threading.current_thread(), True)
        assert not runtime.is_served
        starter.join()

    def test_after_serving_a_thread_of_its_own_takes_over(self, close):
        """When run_until() has returned, executions run in the fallback thread again."""
        runtime = close(MainRuntime())
        stop = threading.Event()
        stop.set()
        runtime.run_until(stop)
        execution = RecordedExecution(threading.current_thread)
        runtime.submit(execution)
        assert execution.wait(WAIT_S).value is not threading.current_thread()

    def test_an_idle_host_is_woken_by_the_event(self, close):
        """run_until() returns when the event is set while nothing runs."""
        runtime = close(MainRuntime())
        stop = threading.Event()
        original = runtime._sleep
        runtime._sleep = lambda slot: (stop.set(), original(slot))
        runtime.run_until(stop)
        assert stop.is_set()

    def test_two_cannot_serve_it(self, close):
        """A second run_until() is refused."""
        runtime = close(MainRuntime())
        stop, refusals = threading.Event(), []

        def again():
            with pytest.raises(Conflict) as refusal:
                runtime.run_until(stop)
            refusals.append(str(refusal.value))
            stop.set()

        runtime._sleep = lambda _slot: again()
        runtime.run_until(stop)
        assert refusals == ["runtime 'main' is served by another thread already"]

    def test_an_interrupt_leaves_it_usable(self, close):
        """Ctrl-C while it waits ends run_until() and leaves nothing behind."""
        runtime = close(MainRuntime())

        def interrupted(_slot):
            raise KeyboardInterrupt

        runtime._sleep = interrupted
        with pytest.raises(KeyboardInterrupt):
            runtime.run_until(threading.Event())
        del runtime._sleep
        assert not runtime.is_served
        execution = RecordedExecution(int)
        runtime.submit(execution)
        assert execution.wait(WAIT_S).value == 0

    def test_there_is_one_main_thread(self):
        """Its size cannot be changed."""
        with pytest.raises(InvalidInput, match="one main thread"):
            MainRuntime().resize(2)


class TestInline:
    def test_drain_carries_out_what_waits(self):
        """Executions run when drain() is called, by priority; what they submit runs in it too."""
        runtime = InlineRuntime("thread", 2)
        order = []
        runtime.submit(RecordedExecution(order.append, "low"))

        def high():
            order.append("high")
            runtime.submit(RecordedExecution(order.append, "later"))

        runtime.submit(RecordedExecution(high, priority=1))
        assert (order, runtime.queued) == ([], 2)
        assert runtime.drain() == 3
        assert order == ["high", "low", "later"]
        assert runtime.running == 0
        assert runtime.load()["kind"] == "thread"
        assert runtime.next_end is None

    def test_durations_pass_in_virtual_time(self):
        """An execution with a duration takes its place until virtual time has come so far."""
        clock = ManualClock(START)
        runtime = InlineRuntime(
            "thread", 1, clock=clock, duration_of=lambda _execution: timedelta(seconds=10)
        )
        first, second = RecordedExecution(int, 1), RecordedExecution(int, 2)
        runtime.submit(first)
        runtime.submit(second)
        runtime.drain()
        assert (first.outcomes, runtime.running, runtime.queued) == ([], 1, 1)
        assert runtime.next_end == START + timedelta(seconds=10)
        clock.advance(timedelta(seconds=10))
        runtime.drain()
        assert (first.outcomes[0].value, second.outcomes) == (1, [])
        runtime.terminate(second, 0.0, "enough")
        assert second.outcomes == [Outcome("terminate", reason="enough")]
        assert repr(runtime) == "<InlineRuntime 'thread', 0 of 1 running>"

    def test_another_performer_can_pretend(self):
        """A forecast gives its own performer; the user's code is not run."""
        runtime = InlineRuntime("thread", perform=lambda _execution: Outcome("success", "as if"))
        execution = RecordedExecution(int, "no number")
        runtime.submit(execution)
        runtime.drain()
        assert execution.outcomes == [Outcome("success", "as if")]

    def test_it_keeps_the_promises_of_a_runtime(self, caplog):
        """Withdrawing, refusing to begin, failing to begin, closing: as in the real ones."""
        runtime = InlineRuntime("thread", 1)
        gone, unwanted = RecordedExecution(int), RecordedExecution(int, is_wanted=False)
        broken = RecordedExecution(int)
        broken.begin = lambda: 1 / 0
        for execution in (gone, unwanted, broken):
            runtime.submit(execution)
        assert runtime.withdraw(gone)
        assert runtime.drain() == 2
        assert (gone.begun, unwanted.outcomes, broken.outcomes[0].action) == (0, [], "fail")
        assert "could not begin" in caplog.text
        assert (runtime.pause(gone), runtime.resume(gone), runtime.stack(gone)) == (
            None,
            False,
            None,
        )
        runtime.submit(gone)
        runtime.resize(3)
        assert (runtime.size, runtime.close(0.0)) == (3, [gone])
        with pytest.raises(Conflict, match="closed"):
            runtime.submit(gone)
        runtime.open()
        runtime.submit(gone)
        assert runtime.drain() == 1

    def test_a_task_that_drains_its_own_runtime_goes_no_further(self):
        """drain() inside an execution does nothing, so virtual time cannot nest."""
        runtime = InlineRuntime("thread", 2)
        runtime.submit(RecordedExecution(int))
        nested = RecordedExecution(runtime.drain, priority=1)
        runtime.submit(nested)
        assert runtime.drain() == 2
        assert nested.outcomes[0].value == 0
