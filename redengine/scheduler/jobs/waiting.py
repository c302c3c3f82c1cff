"""Waiting for the end of a job: in a thread, on an event loop, and inside another job."""

from __future__ import annotations

import contextlib
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from redengine.exceptions import BlocksEventLoop, Conflict
from redengine.runtimes.context import running_job
from redengine.support.interrupts import Latch

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable, Iterator

    from redengine.scheduler.core import Core
    from redengine.scheduler.environment import Environment
    from redengine.scheduler.jobs.concurrency import Limits
    from redengine.scheduler.jobs.job import Job


class EndEvent(Latch):
    """An event that is set when a job ends, and calls those who asked for it."""

    __slots__ = ("_asked", "_asking")

    def __init__(self) -> None:
        super().__init__()
        self._asked: list[Callable[[], None]] = []
        self._asking = threading.Lock()

    def set(self) -> None:
        super().set()
        with self._asking:
            asked, self._asked = self._asked, []
        for call in asked:
            call()

    def then(self, call: Callable[[], None]) -> None:
        """Call a function once the event is set: at once if it is, else in the thread that sets it.

        Args:
            call: it must be quick, and raise nothing.
        """
        with self._asking:
            if not self.is_set():
                self._asked.append(call)
                return
        call()

    async def reached(self) -> None:
        """Return when the event is set; the event loop goes on meanwhile."""
        from asyncio import get_running_loop

        loop = get_running_loop()
        future: asyncio.Future[None] = loop.create_future()

        def settle() -> None:
            if not future.done():
                future.set_result(None)

        def wake() -> None:
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(settle)

        self.then(wake)
        await future


def refuse_on_loop(what: str, *instead: str) -> None:
    """Refuse to wait on the thread of a running event loop.

    A notebook runs each cell on its kernel's loop, and has nothing else to do meanwhile.

    Args:
        what: what was called.
        *instead: the form to write, where it is not that of jobs.

    Raises:
        BlocksEventLoop: there is one.
    """
    # No loop runs where nobody has imported it, or another thread is about to. get_running_loop
    # raises where there is none, which is the usual case.
    running = getattr(sys.modules.get("asyncio.events"), "_get_running_loop", None)
    if running is not None and running() is not None and "ipykernel" not in sys.modules:
        raise BlocksEventLoop(what, *instead)


class Nesting:
    """Lends the place of a job that waits for another one, or refuses to wait for ever.

    A job that waits in a thread or a coroutine needs no place meanwhile: others run there. The
    main thread cannot be lent, and shared limits are not: there a wait that would never end is
    refused when it begins.
    """

    def __init__(self, core: Core, environment: Environment, limits: Limits) -> None:
        self._core = core
        self._environment = environment
        self._limits = limits
        self._waits: dict[str, Job] = {}
        """By job, the one whose end its code waits for."""

    @contextmanager
    def waiting_for(self, job: Job, *, blocks: bool = True) -> Iterator[None]:
        """Let others have the place of the job that waits here, where one does.

        Args:
            job: what is waited for.
            blocks: whether this thread may wait for the place when the block is left.

        Raises:
            Conflict: the wait would never end, or the scheduler would stand still meanwhile.
        """
        self._refuse_in_decision(job)
        waiting = self._waiting()
        if waiting is None or job.has_ended:
            yield
            return
        with self._core.lock:
            self._refuse_for_ever(waiting, job)
            self._waits[waiting.id] = job
            runtime, execution = self._core.runtimes.get(waiting.runtime), waiting.execution
        is_lent = runtime is not None and runtime.lend(execution)
        try:
            if self._environment.is_virtual:
                self._settle(waiting, job)
            yield
        finally:
            with self._core.lock:
                self._waits.pop(waiting.id, None)
            if runtime is not None and is_lent:
                runtime.take_back(execution, waits=blocks)

    def refuse_events(self) -> None:
        """Refuse to wait for events where nothing would happen meanwhile.

        Raises:
            BlocksEventLoop: this is the thread of a running event loop.
            Conflict: the scheduler itself calls the code, in a hook or a condition.
            SessionStateError: the process was forked from the one that runs the session.
        """
        refuse_on_loop("waiting for events")
        self._core.refuse_fork()
        if self._core.deciding == threading.get_ident():
            raise Conflict(
                "waiting for events in a hook or a condition that the scheduler itself calls "
                "would stop the scheduler; follow them in a thread of your own"
            )

    def _refuse_in_decision(self, job: Job) -> None:
        """Refuse to wait in a hook or a condition that the engine calls: nothing would start."""
        if self._core.deciding == threading.get_ident() and not job.has_ended:
            raise Conflict(
                f"waiting for job {job.id} of task '{job.task}' in a hook or a condition that the "
                "scheduler itself calls would stop the scheduler; submit it there, and take its "
                "result in a job_end hook or a task",
                job_id=job.id,
            )

    def _waiting(self) -> Job | None:
        """The job of this session whose code runs here."""
        context = running_job()
        job = None if context is None else self._core.jobs.get(context.job_id)
        return job if job is not None and job.context is context else None

    def _settle(self, waiting: Job, job: Job) -> None:
        """Have a job run whose end is waited for in the midst of another one, in virtual time."""
        self._environment.settle(self._core)
        if not job.has_ended:
            raise Conflict(
                f"job {waiting.id} of task '{waiting.task}' waits for job {job.id} of task "
                f"'{job.task}', which does not end while virtual time stands still; "
                "wait for it outside of the task's code, and advance the time",
                job_id=job.id,
            )

    def _refuse_for_ever(self, waiting: Job, job: Job) -> None:
        if self._needs(job, waiting, set()):
            raise Conflict(
                f"job {waiting.id} of task '{waiting.task}' would wait for ever for job {job.id} "
                f"of task '{job.task}', which needs what the first one has: its end, its limit or "
                f"the place in '{job.runtime}'; give one of the tasks another execution or limit, "
                "or start the second after the first, by its condition",
                job_id=job.id,
            )

    def _needs(self, job: Job, waiting: Job, seen: set[str]) -> bool:
        """Whether a job cannot end before the waiting one goes on."""
        if job is waiting:
            return True
        if job.id in seen or job.has_ended:
            return False
        seen.add(job.id)
        awaited = self._waits.get(job.id)
        if awaited is not None:
            return self._needs(awaited, waiting, seen)
        if not job.is_waiting:
            return False
        return any(
            all(self._needs(holder, waiting, seen) for holder in holders)
            for holders in self._in_the_way(job)
        )

    def _in_the_way(self, job: Job) -> Iterable[list[Job]]:
        """Groups of jobs of which one has to let go before a job can begin."""
        jobs = self._core.jobs
        if self._limits.keeps(job) and job.definition is not None:
            for holders in self._limits.holders_of_used_up(job.definition):
                yield [jobs[name] for name in holders if name in jobs]
        runtime = self._core.runtimes.get(job.runtime)
        if runtime is not None and runtime.kind == "main":
            there = [each for each in jobs.values() if each.runtime == job.runtime]
            running = [each for each in there if not each.is_waiting]
            if running:
                yield running
