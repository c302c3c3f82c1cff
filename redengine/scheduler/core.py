"""Core: what the parts of one session share, and the lock that guards it."""

from __future__ import annotations

import logging
import threading
from collections import deque
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

from redengine.exceptions import SessionStateError
from redengine.runtimes.progress import PROGRESS_EVERY_S
from redengine.scheduler.engine.agenda import Agenda
from redengine.scheduler.events import SESSION_STATE, Events
from redengine.support.forks import HeldLocks, Order, times_forked, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from redengine.clock import Clock
    from redengine.conditions import Calendar, ChannelFacts, CheckResult
    from redengine.parameters import Parameters
    from redengine.runtimes import Runtime
    from redengine.scheduler.commands import Commands
    from redengine.scheduler.config import Config
    from redengine.scheduler.engine.agenda import Item
    from redengine.scheduler.engine.next_runs import NextRuns
    from redengine.scheduler.engine.trigger import Block
    from redengine.scheduler.hooks import Hooks
    from redengine.scheduler.jobs.handling import Handling
    from redengine.scheduler.jobs.job import Job
    from redengine.scheduler.jobs.results import Returns
    from redengine.scheduler.recording.joblog import JobLog
    from redengine.scheduler.recording.recorder import Recorder
    from redengine.scheduler.tasks import Enabling
    from redengine.scheduler.timers import Timers
    from redengine.store import Store
    from redengine.tasks import Task

log = logging.getLogger("redengine")

MOST_SHOWN: Final = 1_024
"""So many changes of tasks are known by the task."""

INITIALISED, STARTING, RUNNING, PAUSED, STOPPING, STOPPED = (
    "initialised",
    "starting",
    "running",
    "paused",
    "stopping",
    "stopped",
)


class Core:
    """The state of a session.

    Everything here is read and changed under `lock`, which is held for microseconds:
    never across a user's code, I/O or a call to the database. `changed` is the lock's
    condition variable; the engine waits on it.
    """

    calendars: dict[str, Calendar]
    channels: dict[str, ChannelFacts]
    """What conditions know of the channels."""
    config: Config
    handling: Handling
    hooks: Hooks
    job_log: JobLog
    recorder: Recorder
    mark: str
    """Tells what its jobs start from all other processes; the same for a store's sessions."""
    next_runs: NextRuns
    parameters: Parameters
    returns: Returns
    store: Store
    forks = 0
    """How often the process had been forked when it started the session."""
    note_block: Callable[[Task, datetime, Block], None] | None = None
    """Told which occurrence of a task cannot start at its time, and why; for simulations."""
    commands: Commands | None = None
    """The commands, once somebody has asked for them."""
    timers: Timers | None = None
    """The timers, once there was one."""
    publish_return: Callable[[Job, Any], None] | None = None
    """Sends what a job has returned to the channel of its task, if it has one."""
    deciding: int | None = None
    """The thread in which the engine decides now; code of the user may not wait there."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.listeners = threading.Condition(self.lock)
        """Those who follow a job's output wait here."""
        watch(self, Order.SESSION)
        self.is_engine_waiting = False
        self.state = INITIALISED
        self.events = Events()
        self.started_at: datetime | None = None
        self.tells_doubts = True
        """Whether conditions that are hardly meant are warned of."""
        self.held_since: datetime | None = None
        """Since when nominal times pass unattended; None while they are attended to."""
        self.agenda = Agenda(clock.now)
        self.tasks: dict[str, Task] = {}
        self.enablings: dict[str, Enabling] = {}
        """By task, what enables it at an instant."""
        self.tasks_version = 0
        self._latest_shown: deque[str] = deque(maxlen=MOST_SHOWN)
        """The names of the tasks for which the version has grown, the latest last."""
        self.services: set[str] = set()
        """The names of the permanent tasks, which run as long as the session."""
        self.deleted_tasks: set[Task] = set()
        """The tasks that were deleted while jobs of theirs were active, until these have ended."""
        self.jobs: dict[str, Job] = {}
        """The jobs that have not ended."""
        self.abandoned: WeakValueDictionary[str, Job] = WeakValueDictionary()
        """Ended jobs whose code goes on in a thread, as long as it does."""
        self.startup_jobs: set[str] = set()
        """The start-up jobs that everything else waits for."""
        self.checks: dict[str, CheckResult] = {}
        """The latest results of conditions that run a user's code."""
        self.runtimes: dict[str, Runtime] = {}
        self.leaving: set[str] = set()
        """The runtimes that are being removed: they take no job any more."""
        self.outbox: list[Job] | None = None
        """While the engine decides: the jobs it has started, to be handed over together."""
        self.session: Any = None
        self.note_submit: Callable[[Job], None] | None = None
        """Counts a job that was made, for the metrics."""
        self.note_begin: Callable[[Job, float], None] | None = None
        """Counts a job that begins after so many seconds in a queue, for the metrics."""
        self.note_end: Callable[[Job], None] | None = None
        """Counts a job that has ended, for the metrics."""
        self.progress_every_s = PROGRESS_EVERY_S
        """How many seconds lie between two of them; 0 on a virtual clock."""
        self.settle_due: Callable[[Iterable[Item]], None] = lambda _items: None
        """Decides on what is due of some items, before what they read changes; under the lock."""

    @property
    def has_lock(self) -> bool:
        """Whether this thread holds the lock; user code, such as log handlers, has to wait then."""
        return bool(self.lock._is_owned())  # type: ignore[attr-defined] # noqa: SLF001 - threading.Condition asks it as well

    # -- forks

    @property
    def is_parents(self) -> bool:
        """Whether this process was forked from the one that runs the session."""
        return self.state not in {INITIALISED, STOPPED} and times_forked() != self.forks

    def refuse_fork(self) -> None:
        """Raise in a forked child of the process that runs the session.

        Raises:
            SessionStateError: this is one.
        """
        if self.is_parents:
            message = (
                "this process was forked from the one that runs the session, and threads do not "
                "survive a fork; start the session after the fork, for instance in gunicorn's "
                "post_fork, or in one process of its own"
            )
            raise SessionStateError("forked", message)

    def before_fork(self) -> None:
        """Keep what is shared whole."""
        self._held = HeldLocks(self.lock)
        self._held.take()

    def after_fork(self, *, is_child: bool) -> None:
        """Go on; in a child of a running session nothing is to be changed."""
        self._held.give_back(is_child=is_child)
        if is_child:
            self.events.after_fork()

    @property
    def is_scheduling(self) -> bool:
        """Whether conditions may start tasks now."""
        return self.state == RUNNING and not self.startup_jobs

    @property
    def waiting(self) -> int:
        """How many jobs have not begun; without the lock, an estimate."""
        running = sum(each.running for each in list(self.runtimes.values()))
        return max(0, len(self.jobs) - running)

    @property
    def active_jobs(self) -> list[Job]:
        """The jobs that have not ended; those of permanent tasks are services, and none of them."""
        return [job for job in list(self.jobs.values()) if job.task not in self.services]

    def enter(self, state: str) -> None:
        """Go to another state, and let all know; under the lock."""
        before, self.state = self.state, state
        if state == STARTING:
            self.events.open()
        if before != state:
            self.events.publish(SESSION_STATE, self.clock.now(), state, before)
        if state == STOPPED:
            self.events.close()

    def tear_down(self, task: Task) -> None:
        """Have a task let go of what it holds; not under the lock, as it is a user's code."""
        try:
            task.tear_down()
        except Exception:  # noqa: BLE001 - logged; who waits for a job's or the session's end goes on
            text = "task '%s' cannot let go of what it holds"
            self.job_log.say(log, logging.ERROR, text, task.name)

    def takes_jobs(self, runtime: str) -> bool:
        """Whether there is a runtime of that name, which is not being removed."""
        return runtime in self.runtimes and runtime not in self.leaving

    def wake_engine(self) -> None:
        """Let the engine look at the agenda; under the lock."""
        if self.is_engine_waiting:
            self.is_engine_waiting = False
            self.changed.notify_all()

    def hand_over(self) -> None:
        """Give the jobs in the outbox to their runtimes; under the lock."""
        jobs, self.outbox = self.outbox, None
        for job in jobs or ():
            if job.status == "queued" and job.execution is not None:
                self.runtimes[job.runtime].submit(job.execution)

    def publish(self, topic: str) -> None:
        """A topic has changed: let those look who read it; under the lock."""
        self.agenda.publish(topic)
        if self.agenda.is_touched:
            self.wake_engine()

    def touch(self, task: Task) -> None:
        """Let the engine look at a task; under the lock."""
        self.agenda.touch(task)
        self.wake_engine()

    def touch_all(self, since: datetime | None = None) -> None:
        """Let the engine look at every task, those first that may start soonest; under the lock.

        Args:
            since: from when on nobody has looked at them; now if not given.
        """
        at = self.clock.now() if since is None else since
        self.agenda.sweep(sorted(self.tasks.values(), key=attrgetter("look_rank")), at)
        self.wake_engine()

    def shown_since(self, version: int) -> tuple[int, frozenset[str] | None]:
        """The version now, and which tasks have changed since an earlier one; None: maybe all."""
        with self.lock:
            behind = self.tasks_version - version
            if not 0 <= behind <= len(self._latest_shown):
                return self.tasks_version, None
            return self.tasks_version, frozenset(islice(reversed(self._latest_shown), behind))

    def show(self, task: Task) -> None:
        """What others see of a task has changed; under the lock."""
        task.touch()
        self.next_runs.doubt(task)
        self.tasks_version += 1
        self._latest_shown.append(task.name)
