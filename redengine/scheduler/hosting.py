"""Hosting: a scheduler put together from its parts, and what it does for its tasks."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from redengine.conditions import Condition, parse
from redengine.parameters import Parameters
from redengine.runtimes import OutputLimits
from redengine.scheduler.calendars import Calendars, refuse_unknown_calendars
from redengine.scheduler.config import Config
from redengine.scheduler.core import Core
from redengine.scheduler.engine.context import CustomNames
from redengine.scheduler.engine.engine import Engine
from redengine.scheduler.engine.misfires import Missed
from redengine.scheduler.engine.next_runs import NextRuns
from redengine.scheduler.engine.poller import Answers, Predicates
from redengine.scheduler.engine.trigger import Starts
from redengine.scheduler.events import CONFIG_CHANGED, PARAMETER_CHANGED, Events
from redengine.scheduler.hooks import Hooks
from redengine.scheduler.insight.explain import TaskExplanation, explain_task
from redengine.scheduler.jobs.control import Control
from redengine.scheduler.jobs.handling import Handling
from redengine.scheduler.jobs.history import Jobs
from redengine.scheduler.jobs.recovery import mark_of
from redengine.scheduler.jobs.results import Returns
from redengine.scheduler.jobs.submission import Submission
from redengine.scheduler.jobs.waiting import Nesting
from redengine.scheduler.lifecycle import Lifecycle
from redengine.scheduler.recording.joblog import JobLog
from redengine.scheduler.runtimes import Runtimes
from redengine.scheduler.tasks import Tasks
from redengine.tasks.spec import create_task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime, timedelta, tzinfo

    from redengine.clock import Clock
    from redengine.scheduler.commands import Commands
    from redengine.scheduler.environment import Environment
    from redengine.scheduler.jobs.job import Job
    from redengine.scheduler.timers import Timer, Timers
    from redengine.store import Store
    from redengine.tasks import Task


class Hosting:
    """A whole scheduler: the base of the session that users hold, and of the simulator.

    Args:
        name: its name for people.
        settings: configuration keys and values.
        parameters: the first session parameters.
        store: the store, or its URL; None for the one of the environment.
        clock: what tells the time.
        environment: where jobs run and where the memory is kept.

    Raises:
        InvalidInput: a config key is unknown, or a value does not fit.
        StoreError: the store cannot be opened, or another session has it.
    """

    jobs: Jobs
    """The jobs that have not ended, and by their ids those that have."""

    calendars: Calendars
    """The calendars by name: a mapping; `del` removes one that no condition names."""

    def __init__(
        self,
        name: str,
        settings: Mapping[str, Any],
        parameters: Mapping[str, Any] | None,
        store: str | Store | None,
        clock: Clock,
        environment: Environment,
    ) -> None:
        self.name = name
        self._environment = environment
        self._core = core = Core(clock)
        core.session = self
        core.hooks = Hooks()
        core.channels = {}
        self._names = CustomNames()
        core.config = Config(
            settings, parse=self.parse, changed=self._config_changed, check=self._check_config
        )
        self.output_limits = OutputLimits(lines=core.config.output_lines)
        """How much output of a job is kept."""
        core.parameters = Parameters(
            parameters, changing=self._changing_parameters, check=core.refuse_fork
        )
        core.job_log = JobLog(
            core, speaks=environment.runs_code, has_threads=not environment.is_virtual
        )
        if store is None or isinstance(store, str):
            store = environment.open_store(core, store or environment.said_store())
        self.store = core.store = store
        core.mark = mark_of(store.place)
        core.recorder = environment.make_recorder(core)
        core.returns = Returns(store.returns(), core.recorder.returned, core.refuse_fork)
        self._assemble(core, environment)

    def _assemble(self, core: Core, environment: Environment) -> None:
        """Make the parts that decide and run, each from those before it."""
        self._control = control = Control(core)
        nesting = Nesting(core, environment, control.limits)
        core.events.refuse_wait = nesting.refuse_events
        core.events.is_virtual = environment.is_virtual
        core.handling = self._handling = Handling(core, control, nesting)
        self._predicates = Predicates(
            core, inline=environment.is_virtual, asks=environment.runs_code
        )
        self._starts = starts = Starts(core, control, Answers(self._predicates))
        core.next_runs = NextRuns(core, starts.is_full)
        self._engine = Engine(core, starts, control, Missed(core, starts))
        core.settle_due = self._engine.settle
        self._submission = Submission(core, starts, control)
        self._tasks = Tasks(core, self._handling, self._predicates)
        self.calendars = Calendars(core, environment)
        environment.furnish(core)
        self._lifecycle = Lifecycle(
            core, self._engine, control, starts, self._predicates, environment
        )
        self.jobs = Jobs(core)
        self.runtimes = Runtimes(core, environment, control)

    # -- what it holds

    @property
    def tasks(self) -> Tasks:
        """The tasks by name."""
        return self._tasks

    @property
    def parameters(self) -> Parameters:
        """The session parameters: a mapping; a change is seen by conditions at once."""
        return self._core.parameters

    @parameters.setter
    def parameters(self, values: Mapping[str, Any]) -> None:
        self._core.parameters.update(values)

    @property
    def events(self) -> Events:
        """What happens in the session, in order: `for event in app.events.follow(["jobs"])`."""
        return self._core.events

    def after(self, delay: timedelta | str | float, func: Callable[[], Any], /) -> Timer:
        """Have a function called once, after a while; it makes no job.

        A timer that is made while the session runs counts from then on, and ends with that run;
        one that is made before counts from each start.

        Args:
            delay: a duration of at least 1 ms.
            func: takes no arguments, and may be an `async def`.

        Returns:
            The timer, which has `.cancel()`.

        Raises:
            InvalidInput: the duration or the function does not fit.
            Conflict: there are 1,000 timers already.
            SessionStateError: the session stops.

        Example:
            >>> app.after("5 s", lambda: print("five seconds later"))  # doctest: +SKIP
        """
        return self._timers.add(delay, func, repeats=False)

    def every(self, interval: timedelta | str | float, func: Callable[[], Any], /) -> Timer:
        """Have a function called again and again, first after one interval; it makes no jobs.

        It keeps its phase, and does not overlap with itself: a call that would is left out.

        Args:
            interval: a duration of at least 1 ms.
            func: takes no arguments, and may be an `async def`.

        Returns:
            The timer, which has `.cancel()`; when it counts, see `after`.

        Raises:
            InvalidInput: the duration or the function does not fit.
            Conflict: there are 1,000 timers already.
            SessionStateError: the session stops.

        Example:
            >>> timer = app.every("500 ms", lambda: print("tick"))
            >>> timer.cancel()
        """
        return self._timers.add(interval, func, repeats=True)

    @property
    def _timers(self) -> Timers:
        core = self._core
        if core.timers is None:
            from redengine.scheduler.timers import Timers  # most sessions have none

            with core.lock:
                core.timers = core.timers or Timers(core)
        return core.timers

    @property
    def is_restarting(self) -> bool:
        """Whether the session stops in order to start again."""
        return self._lifecycle.is_restarting

    @property
    def commands(self) -> Commands:
        """The functions that are called by name: `for name in app.commands`."""
        core = self._core
        if core.commands is None:
            from redengine.scheduler.commands import Commands  # most sessions have none

            with core.lock:
                core.commands = core.commands or Commands(core)
        return core.commands

    @property
    def config(self) -> Config:
        """The configuration; assigning a key validates it and takes effect at once."""
        return self._core.config

    @property
    def now(self) -> datetime:
        """The time by the session's clock, in its zone: a virtual session's is virtual."""
        return self._core.clock.now().astimezone(self.zone)

    @property
    def zone(self) -> tzinfo:
        """The zone in which wall-clock conditions and naive times are read."""
        zone: tzinfo = self._core.config.timezone
        return zone

    def parse(self, text: str) -> Condition:
        """A condition string, read with this session's own conditions.

        Raises:
            ConditionSyntaxError: it cannot be read.
        """
        return parse(text, customs=self._names.by_name)

    def create_task(
        self,
        data: Mapping[str, Any] | None = None,
        /,
        *,
        on_exists: str | None = None,
        **fields: Any,
    ) -> Task:
        """Make a task from its JSON object.

        Args:
            data: the object.
            on_exists: what to do when the name is taken; as the config's `task_pre_exist` says
                if not given.
            **fields: further fields of the object, such as `name` and `command`.

        Raises:
            InvalidInput: a field is missing, unknown or does not fit.
            AlreadyExists: the name is taken and `on_exists` is "raise".
        """
        return create_task({**(data or {}), **fields}, self, on_exists)

    # -- what its tasks ask

    def add_task(self, task: Task, on_exists: str | None) -> Task:
        """Register a task that has just been made.

        Raises:
            NotFound: its runtime does not exist.
        """
        self._environment.runtime_name(self._core, task)
        return self._tasks.add(task, on_exists or self._core.config.task_pre_exist)

    def discard_task(self, task: Task, *, force: bool) -> None:
        """Forget a task."""
        self._tasks.remove(task, force=force)

    def task_changed(self, task: Task, names: frozenset[str], apply: Callable[[], None]) -> None:
        """Apply a change of options in one step.

        Raises:
            NotFound: its new runtime does not exist; nothing is changed.
        """

        def apply_checked() -> None:
            apply()
            if "execution" in names:
                self._environment.runtime_name(self._core, task)

        self._tasks.change(task, names, apply_checked)

    def submit_task(
        self,
        task: Task,
        parameters: Mapping[str, Any],
        *,
        job_id: str | None = None,
        trigger: str = "run",
        options: Mapping[str, Any] | None = None,
    ) -> Job:
        """Start a job by hand; as `submit`, for programs.

        Args:
            task: the task.
            parameters: values for its arguments.
            job_id: an id of the caller's own.
            trigger: who asks.
            options: `priority`, `runtime`, `timeout`, `retries`, `deadline`, `run_at`, `labels`;
                see `redengine.scheduler.jobs.submission.JobRequest`.
        """
        return self.accept_job(task, parameters, job_id=job_id, trigger=trigger, options=options)[0]

    def accept_job(
        self,
        task: Any,
        parameters: Mapping[str, Any],
        /,
        *,
        job_id: str | None = None,
        trigger: str = "run",
        options: Mapping[str, Any] | None = None,
    ) -> tuple[Job, bool]:
        """As `submit_task`, and whether the job is new: an id that was given before names it."""
        return self._submission.submit(
            task, parameters, job_id=job_id, trigger=trigger, options=options
        )

    def terminate_task(self, task: Task, reason: str) -> int:
        """Ask all active jobs of a task to end."""
        return self._handling.terminate_jobs(list(task.active), reason)

    def explain_task(self, task: Task) -> TaskExplanation:
        """Why the task does or does not start."""
        return explain_task(self._core, self._starts, task)

    def next_run(self, task: Task) -> datetime | None:
        """When the task starts next, as far as time alone decides it."""
        return self._core.next_runs.of(task)

    def jobs_of(self, task: Task) -> list[Job]:
        """The task's jobs, newest first."""
        return self.jobs.of(task.name)

    def runtime_of(self, task: Task) -> str:
        """The name of the runtime in which the task's jobs run."""
        return self._environment.runtime_name(self._core, task)

    def jobs_running(self, task: Task) -> int:
        """How many jobs of the task are running now."""
        return task.active.running

    # -- what its parts ask

    def refuse_fork(self) -> None:
        """Raise in a forked child of the process that runs the session.

        Raises:
            SessionStateError: this is one.
        """
        self._core.refuse_fork()

    @contextmanager
    def _changing_parameters(self, names: frozenset[str]) -> Iterator[None]:
        """Decide on what is due before parameters change, and touch who reads them after."""
        core = self._core
        topics = [f"parameter:{name}" for name in sorted(names)]
        with core.lock:
            for topic in topics:
                core.settle_due(core.agenda.readers(topic))
            yield
            for topic in topics:
                core.publish(topic)
            core.events.publish(PARAMETER_CHANGED, core.clock.now(), tuple(sorted(names)))

    def _check_config(self, values: Mapping[str, Any]) -> None:
        self._core.refuse_fork()
        self._environment.refuse_unfit(self._core, values)
        conditions = {key: each for key, each in values.items() if isinstance(each, Condition)}
        refuse_unknown_calendars(conditions, self._core.calendars)

    def _config_changed(self, keys: frozenset[str]) -> None:
        self.output_limits = OutputLimits(lines=self._core.config.output_lines)
        self._lifecycle.config_changed(keys)
        self._core.events.publish(CONFIG_CHANGED, self._core.clock.now(), tuple(sorted(keys)))
