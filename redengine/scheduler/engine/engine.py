"""The engine: decides, at the right instants, what starts."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import get_ident
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Final

from redengine.scheduler.core import PAUSED, RUNNING
from redengine.scheduler.engine.context import SessionContext
from redengine.scheduler.hooks import Watch
from redengine.scheduler.jobs.job import Job
from redengine.tasks import Task
from redengine.tasks.occurrences import INSTANT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redengine.conditions import Condition
    from redengine.scheduler.core import Core
    from redengine.scheduler.engine.agenda import Item
    from redengine.scheduler.engine.misfires import Missed
    from redengine.scheduler.engine.trigger import Starts
    from redengine.scheduler.jobs.control import Control

log = logging.getLogger("redengine.engine")

LONGEST_WAIT: Final = timedelta(seconds=60)
"""No wait is longer, so that a stepped clock or a resume from suspend is soon seen."""
BATCH: Final = 32
"""So many items are looked at before the lock is given free: about half a millisecond."""
_MOST_GLANCED: Final = 1
"""The conditions of tasks with a higher rank hold too seldom for a glance before the look."""
_SWEPT_IN: Final = 4
"""Of so many items that are looked at one is swept, where there are any."""
FIRST_PAUSE_S: Final = 0.05
LONGEST_PAUSE_S: Final = 10.0
"""After a look that failed the next one waits; twice as long after each that follows."""
JUMP: Final = timedelta(seconds=2)
"""A difference between the wall clock and the monotonic one that counts as a jump."""
LATE: Final = timedelta(seconds=1)
"""A look that comes later may have passed over a whole interval: it is a look as of now, after what
was missed has had its chance. A cron expression names no two instants that are closer."""


_MOST_SETTLED: Final = 100


def give_way() -> None:
    """Let a thread run that waits for the interpreter, which a busy one keeps for 5 ms else."""
    sleep(0)


class Engine:
    """Looks at what is due or touched, and waits for the next instant or event.

    Nothing here waits for anything but the lock's condition variable, and the lock is
    given free between any few tasks.
    """

    def __init__(self, core: Core, starts: Starts, control: Control, missed: Missed) -> None:
        self._core = core
        self._starts = starts
        self._control = control
        self._missed = missed
        self._context = SessionContext(core)
        self._last_now: datetime | None = None
        self._last_monotonic = 0.0
        self._attended_until: datetime | None = None
        self._catching_up_since: datetime | None = None
        """Since when those have not been looked at that a sweep has not come to yet."""
        self._broken: dict[str, str] = {}
        self.wake_ups = 0
        """How often the engine has looked at the agenda."""
        self.seen_at: float | None = None
        """When it last did, on the monotonic clock."""
        self.looks = 0
        """How many tasks and other items it has looked at."""
        self.looking_s = 0.0
        """How long that took: evaluating conditions, and making the jobs that start."""

    def run(self) -> None:
        """Step until the session stops; the body of the engine's thread."""
        core = self._core
        pause_s = 0.0
        while True:
            try:
                self.step(gives_way=True)
                pause_s = 0.0
            except Exception:
                log.exception("a look at the agenda failed; the scheduler goes on")
                pause_s = min(2 * pause_s or FIRST_PAUSE_S, LONGEST_PAUSE_S)
            with core.lock:
                if pause_s:  # what makes all looks fail must not keep a core busy
                    core.changed.wait_for(self._is_to_end, pause_s)
                if self._is_to_end():
                    return
                if not pause_s:
                    self._wait()

    def _is_to_end(self) -> bool:
        return self._core.state not in {RUNNING, PAUSED}

    def _wait(self) -> None:
        core = self._core
        if core.agenda.is_touched:
            return
        timeout = LONGEST_WAIT
        instant = core.agenda.next_instant()
        if instant is not None:
            timeout = min(timeout, instant - core.clock.now())
        seconds = timeout.total_seconds()
        if seconds > 0:
            core.is_engine_waiting = True
            core.changed.wait(seconds)
            core.is_engine_waiting = False

    def step(self, *, gives_way: bool = False) -> None:
        """Look at everything that is touched or due by now.

        Args:
            gives_way: whether threads run the jobs, which begin while the engine looks at the rest.
        """
        core = self._core
        before, core.deciding = core.deciding, get_ident()
        try:
            self._step(gives_way=gives_way)
        finally:
            core.deciding = before

    def _step(self, *, gives_way: bool) -> None:
        core = self._core
        started = self._starts.count
        with core.lock:
            self.wake_ups += 1
            now = core.clock.now()
            self._notice_jump(now)
            self._context.refresh()
            is_scheduling = core.is_scheduling
            if is_scheduling and core.held_since is not None:
                self._catching_up_since = min(core.held_since, now)
                core.touch_all(self._catching_up_since)
                core.held_since = None
        self._look_at_all(now, gives_way=gives_way)
        with core.lock:
            if is_scheduling and core.is_scheduling:
                self._attended_until, self._catching_up_since = now, None
            core.recorder.note_alive(now, self.attended_until)
        core.job_log.flush_aside()
        if core.hooks.has("scheduler_cycle") and self._starts.count != started:
            core.hooks.call("scheduler_cycle", core.session)

    def _look_at_all(self, now: datetime, *, gives_way: bool) -> None:
        """Look at a few items at a time until there is none.

        The first of many starts do not wait for the decisions on the others: the threads that
        run them are let in once, which costs less than to let them in between any few.
        """
        known, was_starting = self._starts.count, False
        while self._look_at_some(now):
            is_starting = self._starts.count != known
            if gives_way and is_starting and not was_starting:
                give_way()
            known, was_starting = self._starts.count, is_starting

    def _look_at_some(self, now: datetime) -> bool:
        """Look at a few items, then hand over what they started; whether there may be more.

        Items are first those touched, as of now, then those due, as of their instant, then those
        that are swept; of any few one is swept, so that a sweep comes to its end.
        Handing over together keeps the workers from interrupting the decisions of a burst.
        """
        core = self._core
        with core.lock:
            core.outbox = []
            try:
                return self._look_at_batch(now)
            finally:
                core.hand_over()

    def _look_at_batch(self, now: datetime) -> bool:
        """Look at a few items, and take the time of it; whether there may be more."""
        began = perf_counter()
        number = 0
        agenda = self._core.agenda
        agenda.sweep_touched()
        present = self._core.clock.now() if agenda.is_sweeping else now
        try:
            while number < BATCH and self._look_at_one(number, present, now):
                number += 1
        finally:
            self.looking_s += perf_counter() - began
        return number == BATCH

    @property
    def attended_until(self) -> datetime | None:
        """Up to when all that was due has been decided on; None before the first look."""
        return self._core.held_since or self._catching_up_since or self._attended_until

    def settle(self, items: Iterable[Item]) -> None:
        """Look at those items that are touched or due, before what they read changes.

        So a change never takes away what was due before it; under the lock.
        """
        core = self._core
        agenda, now = core.agenda, core.clock.now()
        is_deciding = core.outbox is not None  # in this thread, which has the lock
        if is_deciding or not core.is_scheduling or core.held_since is not None:
            return
        for item in items:
            for _ in range(_MOST_SETTLED):
                is_due = item.wake is not None and item.wake <= now
                if not isinstance(item, Task) or not (is_due or agenda.is_to_look_at(item)):
                    break
                self._look(item, agenda.take(item, now), now)

    def _look_at_one(self, number: int, present: datetime, began: datetime) -> bool:
        """Look at one item, under the lock; whether there was one.

        Args:
            number: how many were looked at before it, in the same batch.
            present: as of when to look at what is touched or due.
            began: as of when to look at what is swept: when the step began.
        """
        if number % _SWEPT_IN == 0 and self._look_at_swept(began):
            return True
        return self._look_at_next(present) or self._look_at_swept(began)

    def _look_at_next(self, now: datetime) -> bool:
        """Look at one item that is touched or due, under the lock; whether there was one."""
        agenda = self._core.agenda
        found = agenda.pop_touched() or agenda.pop_due(now)
        if found is None:
            return False
        since, item = found
        self._look(item, since, now)
        return True

    def _look_at_swept(self, now: datetime) -> bool:
        """Look at one of the items that are swept, under the lock; whether there was one.

        What is seen not to hold is put off: what holds has to start, and the rest to wait.
        """
        swept = self._core.agenda.pop_swept()
        if swept is None:
            return False
        since, item, is_put_off = swept
        if is_put_off or self._holds_by(item, now):
            self._look(item, since, now)
        else:
            self._core.agenda.put_off(item, since)
        return True

    def _holds_by(self, item: Item, now: datetime) -> bool:
        """Whether a task's condition holds, as far as a glance tells that no decision rests on."""
        if not isinstance(item, Task) or item.look_rank > _MOST_GLANCED or item.force_run:
            return True  # a look tells no less
        condition: Condition | None = item.start_cond
        if condition is None or not self._core.is_scheduling:
            return True
        self._context.ask_for(item, now)
        try:
            return condition.holds(self._context)
        except Exception:  # noqa: BLE001 - the look itself says what a user's condition raises
            return True

    def _look(self, item: Item, since: datetime, now: datetime) -> None:
        """Look at an item that has not been looked at since an instant.

        One that was touched after it was due is looked at as of its due time first.
        """
        self.looks += 1
        if item.wake is not None and item.wake < since:
            since = item.wake
        is_late = now - since >= LATE
        at = now if is_late else since
        try:
            if isinstance(item, Task):
                self.look_at_task(item, at, since if is_late else None)
            elif isinstance(item, Job):
                self._control.attend(item)
            elif isinstance(item, Watch):
                self._context.ask_for(item.task, at)
                item.look(self._core, self._context)
            else:
                item.attend(at)  # type: ignore[attr-defined]
        except Exception:  # noqa: BLE001 - the engine outlives whatever one item does to it
            text = "looking at %r failed; the scheduler goes on"
            self._core.job_log.say(log, logging.ERROR, text, item)

    def look_at_task(self, task: Task, at: datetime, since: datetime | None = None) -> None:
        """Start the task if it is to start, and see when to look again.

        Args:
            task: the task.
            at: the instant of the question.
            since: from when on nobody has looked at it, where that is long before: what it
                missed has its chance first.
        """
        core = self._core
        core.next_runs.doubt(task)
        if not core.is_scheduling:
            return
        if task.force_run:
            task.reset(force_run=False)
            self._starts.start(task, "force_run")
        if task.history.occurrences.has_misfires:
            self._missed.work_off(task)
        condition = task.start_cond
        if condition is None or core.tasks.get(task.name) is not task:
            return
        try:
            holds = self._holds(task, condition, at, since)
        except Exception as error:  # noqa: BLE001 - a user's own condition may raise anything
            self._note_broken(task, error)
            core.agenda.put(task, at + LONGEST_WAIT)
            return
        again = None
        try:
            if holds:
                again = self._starts.consider(task, condition, self._context)
            until = condition.until(self._context)
            if task.has_closed_days:
                until = self._starts.note_closed(task, condition, self._context, since, until)
        except Exception:
            core.agenda.put(task, at + LONGEST_WAIT)  # whatever it is, the task is not forgotten
            raise
        if again is not None and (until is None or again < until):
            until = again
        core.agenda.put(task, until)

    def _holds(
        self, task: Task, condition: Condition, at: datetime, since: datetime | None
    ) -> bool:
        """Whether a task's condition holds, once what it missed has had its chance."""
        context, answers = self._context, self._starts.answers
        if since is not None:
            context.ask_for(task, at)
            self._missed.review(task, condition, context, since - INSTANT)
        context.ask_for(task, at, nominal=answers.pending(task))
        answers.note(task, condition, context)
        holds = condition.holds(context)
        if not holds and answers.have_come(task, context):
            answers.settle(task)
        return holds

    def _note_broken(self, task: Task, error: Exception) -> None:
        """A condition raised: it counts as false; each message is logged once."""
        message = f"{type(error).__name__}: {error}"
        if self._broken.get(task.name) != message:
            self._broken[task.name] = message
            if not self._core.config.silence_cond_check:
                text = "the condition of task '%s' raised %s"
                self._core.job_log.say(log, logging.ERROR, text, task.name, message)

    def _notice_jump(self, now: datetime) -> None:
        """See whether the wall clock was stepped or the machine slept since the last look."""
        core = self._core
        monotonic = core.clock.monotonic()
        last, last_monotonic = self._last_now, self._last_monotonic
        self._last_now, self._last_monotonic = now, monotonic
        self.seen_at = monotonic
        if last is None:
            return
        jump = (now - last) - timedelta(seconds=monotonic - last_monotonic)
        if abs(jump) <= JUMP:
            return
        core.recorder.jumped(now, jump)
        self._control.machine.move_timers(jump)
        if core.started_at is not None:
            core.started_at += jump
        if jump < timedelta(0):
            self._go_back(now)

    def _go_back(self, now: datetime) -> None:
        """The clock was set back: what was put on the agenda for later is looked at now.

        What passed since the last look still counts, as far as the clock has not left it behind.
        """
        core = self._core
        since = min(now, self.attended_until or now)
        if core.held_since is not None:
            core.held_since = min(core.held_since, now)
        for item in core.agenda.restart():
            if isinstance(item, Job):
                self._control.machine.set_timer(item)
            else:
                core.agenda.touch(item, since)
        for task in core.tasks.values():
            task.history.go_back(now)
            core.recorder.put_back(task)
        core.touch_all(since)
