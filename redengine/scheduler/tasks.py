"""The session's tasks by name: registering, changing and removing them at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redengine.conditions import (
    After,
    All,
    Any,
    BusinessDays,
    CalendarIs,
    ChannelField,
    ChannelTicked,
    Constant,
    CustomCondition,
    Env,
    Every,
    EveryStarting,
    FireTimeCondition,
    Has,
    IsRunning,
    ParamExists,
    ParamIs,
    Periodic,
    Retry,
    SchedulerRun,
    Since,
    TimeOf,
    Until,
)
from redengine.conditions.days.open_days import calendar_statements
from redengine.exceptions import AlreadyExists, Conflict, NotFound, counted
from redengine.parameters import task_name
from redengine.scheduler.calendars import conditions_of, refuse_unknown_calendars
from redengine.scheduler.checks import refuse_cycle, refuse_impossible, warn_of_doubts
from redengine.scheduler.events import (
    TASK_CHANGED,
    TASK_CREATED,
    TASK_DELETED,
    TASK_DISABLED,
    TASK_ENABLED,
)
from redengine.scheduler.recording.recorder import Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, ValuesView
    from datetime import datetime

    from redengine.conditions import Condition
    from redengine.scheduler.core import Core
    from redengine.scheduler.engine.poller import Predicates
    from redengine.scheduler.jobs.handling import Handling
    from redengine.tasks import Task


class Enabling:
    """The instant at which one task is enabled again: an item of the agenda."""

    __slots__ = ("_core", "_task", "wake")

    def __init__(self, core: Core, task: Task) -> None:
        self._core = core
        self._task = task
        self.wake: datetime | None = None

    def attend(self, at: datetime) -> None:
        """Enable the task, unless its instant was changed or the clock was set back."""
        del at
        core, task = self._core, self._task
        if core.tasks.get(task.name) is not task:
            return
        until = task.disabled_until
        if until is not None and core.clock.now() < until:
            core.agenda.put(self, until)
            return
        core.enablings.pop(task.name, None)
        if until is not None and task.disabled:
            core.settle_due((task,))
            task.reset(disabled=False, disabled_reason=None, disabled_until=None)
            core.show(task)
            core.events.publish(TASK_ENABLED, core.clock.now(), task.name)
            core.agenda.touch(task, until)


def follow(core: Core, task: Task) -> None:
    """See when a task is to be enabled, after it was made or changed; under the lock."""
    if core.tasks.get(task.name) is not task:
        return
    until = task.disabled_until if task.disabled else None
    known = core.enablings.pop(task.name, None)
    if known is not None:
        core.agenda.forget(known)
    if until is not None:
        item = core.enablings[task.name] = Enabling(core, task)
        core.agenda.put(item, until)
        core.wake_engine()


def forget(core: Core, name: str) -> None:
    """A task is gone; under the lock."""
    known = core.enablings.pop(name, None)
    if known is not None:
        core.agenda.forget(known)


_PLAIN: Final = (
    After
    | BusinessDays
    | CalendarIs
    | ChannelField
    | ChannelTicked
    | Constant
    | CustomCondition
    | Env
    | Has
    | IsRunning
    | ParamExists
    | ParamIs
    | SchedulerRun
    | TimeOf
    | Since
    | Until
)
"""The statements that say nothing of the task itself unless they name it."""
_CONDITION: Final = frozenset(("start_cond", "timezone"))
"""The options that say what a task's condition means."""
_DECISIVE: Final = _CONDITION | frozenset(
    (
        "end_cond",
        "disabled",
        "force_run",
        "grace",
        "jitter",
        "limits",
        "max_instances",
        "missed",
        "rate",
    )
)
"""The options whose change can let a task start."""
_DISABLING: Final = frozenset(("disabled", "disabled_reason", "disabled_until"))
_OWN: Final = "task:"
"""The topic of a statement about the task's own jobs."""


class Tasks:
    """The tasks of a session, in the order in which they were made.

    `session.tasks["fetch"]` is a task; iterating gives the tasks; `in` takes a name, a task
    or a decorated function.
    """

    def __init__(self, core: Core, handling: Handling, predicates: Predicates) -> None:
        self._core = core
        self._handling = handling
        self._predicates = predicates
        self._counted: dict[str, set[str]] = {}
        """By task, the actions of which some condition counts the moments."""

    # -- reading

    def __getitem__(self, task: object) -> Task:
        name = task_name(task)
        try:
            return self._core.tasks[name]
        except KeyError:
            raise NotFound("task", name, list(self._core.tasks)) from None

    def get(self, task: object, default: Task | None = None) -> Task | None:
        """The task, or `default` if there is none of that name."""
        return self._core.tasks.get(task_name(task), default)

    def __contains__(self, task: object) -> bool:
        return task_name(task) in self._core.tasks

    def __iter__(self) -> Iterator[Task]:
        return iter(list(self._core.tasks.values()))

    def __len__(self) -> int:
        return len(self._core.tasks)

    def values(self) -> ValuesView[Task]:
        """All tasks, as they are at this moment."""
        with self._core.lock:
            return dict(self._core.tasks).values()

    def names(self) -> list[str]:
        """The names of all tasks."""
        return list(self._core.tasks)

    def __repr__(self) -> str:
        return f"Tasks({self.names()!r})"

    # -- changing

    def add(self, task: Task, on_exists: str, *, is_checked: bool = False) -> Task:
        """Register a task.

        Args:
            task: the task.
            on_exists: what is done where its name is taken.
            is_checked: whether a session has it already, so that its condition has been checked.

        Raises:
            AlreadyExists: the name is taken and `on_exists` is "raise".
            ImpossibleCondition: its condition can never start it.
        """
        core = self._core
        core.refuse_fork()
        if not is_checked:
            refuse_impossible(task)
            refuse_unknown_calendars(conditions_of(task), core.calendars)
        if core.tells_doubts:
            warn_of_doubts(task, core)
        with core.lock:
            known = core.tasks.get(task.name)
            if known is not None:
                if on_exists == "ignore":
                    return known
                self._make_room(known, task, on_exists)
            if not is_checked:
                self._refuse_cycle(task)
                refuse_unknown_calendars(conditions_of(task), core.calendars)
            if known is None or task.name != known.name:
                core.recorder.welcome(task)
            core.tasks[task.name] = task
            self._note_service(task)
            follow(core, task)
            for name in task.secret_names():
                core.parameters.mark_secret(name)
            self._follow(task)
            core.show(task)
            core.touch(task)
            core.publish(f"task:{task.name}")
            is_replaced = known is not None and known.name == task.name
            core.events.publish(TASK_CREATED, core.clock.now(), task.name, is_replaced)
        if known is not None and on_exists == "replace" and not task.is_running:
            known.tear_down()
        self._remember(task)
        if core.hooks.has("task_init"):
            core.hooks.call("task_init", task)
        return task

    def _make_room(self, known: Task, task: Task, on_exists: str) -> None:
        """Rename a task whose name is taken, or let it take the place of the other."""
        if on_exists == "rename":
            task.rename(self._free_name(task.name))
        elif on_exists == "replace":
            self._replace(known, task)
        else:
            hint = "say on_exists='replace', 'ignore' or 'rename', or give it another name"
            raise AlreadyExists("task", task.name, hint)

    def _refuse_cycle(self, task: Task) -> None:
        core = self._core
        refuse_cycle(core.tasks, task, is_awaited=core.agenda.is_read(f"task:{task.name}"))

    def _note_service(self, task: Task) -> None:
        services = self._core.services
        (services.add if task.permanent else services.discard)(task.name)

    def _free_name(self, name: str) -> str:
        number = 1
        while f"{name}-{number}" in self._core.tasks:
            number += 1
        return f"{name}-{number}"

    def _replace(self, old: Task, new: Task) -> None:
        """The new task takes over the old one's name, history and running jobs' slots."""
        self._unfollow(old)
        core = self._core
        core.settle_due((old,))
        core.next_runs.forget(old)
        core.agenda.forget(old)
        new.history = old.history
        self._give_up_misfires(old, "its task was replaced")
        new.active = old.active
        for job in new.active:
            job.definition = new

    def _give_up_misfires(self, task: Task, reason: str) -> None:
        """Record the missed fire times for which no job will be made; under the lock."""
        core = self._core
        given_up = task.history.occurrences.change_hands()
        if given_up:
            row = Skipped(given_up[0], given_up[-1], len(given_up))
            message = f"{reason} before they were made up for"
            core.recorder.skip(task, row, "missed", message, None)
            core.recorder.misfires(task)

    def change(self, task: Task, names: frozenset[str], apply: Callable[[], None]) -> None:
        """Change a task's options in one step.

        Raises:
            ImpossibleCondition: the new condition can never start it; nothing is changed.
        """
        core = self._core
        core.refuse_fork()
        with core.lock:
            is_known = core.tasks.get(task.name) is task
            if is_known and names & _DECISIVE:
                core.settle_due((task,))
            before, was_disabled = task.settings, task.disabled
            body = task.body(secret=True) if names & set(task.body_fields) else {}
            follows = is_known and "start_cond" in names
            if follows:
                self._unfollow(task)
            try:
                apply()
                refuse_unknown_calendars(conditions_of(task), core.calendars)
                if names & _CONDITION:
                    refuse_impossible(task)
                    self._refuse_cycle(task)
            except Exception:
                task.settings = before
                if body:
                    task.apply_body(body)
                raise
            finally:
                if follows:
                    self._follow(task)
            task.history.occurrences.is_skip_noted = False
            follow(core, task)
            core.show(task)
            if is_known:
                self._take_effect(task, names)
                self._tell_change(task, names, was_disabled=was_disabled)
        if names & {*_CONDITION, "jitter"} and core.tells_doubts:
            warn_of_doubts(task, core)
        if follows:
            self._remember(task)

    def _tell_change(self, task: Task, names: frozenset[str], *, was_disabled: bool) -> None:
        """Publish that options of a task are others now; under the lock."""
        events, at = self._core.events, self._core.clock.now()
        others = sorted(names - _DISABLING)
        if task.disabled and names & _DISABLING:
            reason, until = task.disabled_reason, task.disabled_until
            events.publish(TASK_DISABLED, at, task.name, reason, until)
        elif was_disabled and not task.disabled:
            events.publish(TASK_ENABLED, at, task.name)
        if others:
            events.publish(TASK_CHANGED, at, task.name, tuple(others))

    def _take_effect(self, task: Task, names: frozenset[str]) -> None:
        """Some options are others now; under the lock."""
        if names & _DECISIVE:
            self._core.touch(task)
        if "timezone" in names:
            for job in task.active:
                if job.watch is not None:  # its end_cond is read by other clocks now
                    self._core.agenda.touch(job.watch)
        if "permanent" in names:
            self._note_service(task)
        if "limits" in names:
            self._handling.limits_changed(task)

    def _remember(self, new: Task) -> None:
        """Have tasks keep all moments of the actions that conditions count, not under the lock.

        These are the ones that the new task's condition counts, and the new task's own that
        others count.
        """
        core = self._core
        condition = new.start_cond
        refilled = []
        with core.lock:
            pairs = {(new.name, action) for action in self._counted.get(new.name, ())}
            for other, action in condition.remembered() if condition is not None else ():
                name = new.name if other is None else other
                self._counted.setdefault(name, set()).add(action)
                pairs.add((name, action))
            for name, action in pairs:
                counted = core.tasks.get(name)
                if counted is not None and counted.history.keep(action):
                    refilled.append((counted, action))
        if refilled:
            core.recorder.refill(refilled)
            with core.lock:
                core.touch_all()

    def remove(self, task: Task, *, force: bool) -> None:
        """Forget a task.

        Raises:
            NotFound: it is not registered (any more).
            Conflict: it runs, and `force` was not given; nothing is changed.
        """
        core = self._core
        core.refuse_fork()
        with core.lock:
            if core.tasks.get(task.name) is not task:
                raise NotFound("task", task.name, list(core.tasks))
            jobs = list(task.active)
            if jobs and not force:
                ids = [job.id for job in jobs]
                message = (
                    f"task '{task.name}' has {counted(len(jobs), 'active job')}, such as {ids[0]}; "
                    "terminate them first, or delete with force"
                )
                raise Conflict(message, task=task.name, jobs=ids)
            self._unfollow(task)
            self._give_up_misfires(task, "its task was deleted")
            del core.tasks[task.name]
            if jobs:
                core.deleted_tasks.add(task)
            core.services.discard(task.name)
            forget(core, task.name)
            core.agenda.forget(task)
            core.next_runs.forget(task)
            core.recorder.farewell(task)
            core.show(task)
            core.events.publish(TASK_DELETED, core.clock.now(), task.name)
            core.publish(f"task:{task.name}")
        self._handling.terminate_jobs(jobs, "its task was deleted")
        if not jobs:  # else it lets go as the last of them has ended
            task.tear_down()

    # -- what a task's condition reads

    def _follow(self, task: Task) -> None:
        """Subscribe a task to what its condition reads, and keep what it remembers."""
        condition = task.start_cond
        if condition is None:
            return
        task.hears_own_end = not is_consumed(condition, task.name)
        task.look_rank = look_rank_of(condition)
        task.history.occurrences.is_nominal = names_times(condition)
        task.history.occurrences.closed_until = None
        task.has_closed_days = bool(calendar_statements(condition))
        self._core.agenda.subscribe(task, topics_of(task, condition))
        self._predicates.follow(task, condition)

    def _unfollow(self, task: Task) -> None:
        condition = task.start_cond
        if condition is None:
            return
        self._core.agenda.unsubscribe(task, topics_of(task, condition))
        self._predicates.unfollow(task, condition)


def topics_of(task: Task, condition: Condition) -> list[str]:
    """What a task's condition reads; of its own jobs it hears anyway when one ends.

    Only a statement about records or running jobs has to hear of an own start as well.
    """
    reads = [topic for topic in condition.reads() if topic != _OWN]
    if any(
        isinstance(leaf, IsRunning | Has) and leaf.task in {None, task.name}
        for leaf in condition.leaves()
    ):
        reads.append(f"task:{task.name}")
    return reads


def is_consumed(condition: Condition, task: str) -> bool:
    """Whether a start uses up what made the condition hold, whatever comes of the job.

    Then the end of the task's own job cannot start it anew, unless an occurrence waits for the
    slot; and nobody has to look. Where fire times stand beside what goes on holding, one that
    is skipped may hide an end or an interval of the same instant, which does not wait then.
    """
    leaves = list(condition.leaves())
    has_fire_times = any(isinstance(leaf, FireTimeCondition) for leaf in leaves)
    if has_fire_times and any(isinstance(leaf, After | Every | Periodic) for leaf in leaves):
        return False
    reads_own = any(
        isinstance(leaf, Retry)
        or (isinstance(leaf, IsRunning | Has) and leaf.task in {None, task})
        or not isinstance(leaf, Every | Periodic | FireTimeCondition | _PLAIN)
        for leaf in leaves
    )
    return not reads_own and _always_due(condition)


def _always_due(condition: Condition) -> bool:
    """Whether it has a nominal time whenever it holds."""
    condition = condition.unzoned
    parts = condition.parts()
    if isinstance(condition, All):
        return any(map(_always_due, parts))
    if isinstance(condition, Any):
        return all(map(_always_due, parts))
    return isinstance(condition, Every | Periodic | FireTimeCondition | After)


def names_times(condition: Condition) -> bool:
    """Whether it names times of the calendar, each of which has one job at most."""
    named = FireTimeCondition | Periodic | EveryStarting
    return any(isinstance(leaf, named) for leaf in condition.leaves())


def look_rank_of(condition: Condition) -> int:
    """Where a task stands among very many that are all looked at; the lowest comes first.

    0: nothing of the calendar keeps it from starting. 1: it starts within periods of the calendar.
    2: it starts at instants of the calendar alone, so that it seldom starts at a given one.
    """
    if isinstance(condition, FireTimeCondition):
        return 2
    if isinstance(condition, Periodic | TimeOf | BusinessDays | CalendarIs):
        return 1
    parts = [look_rank_of(part) for part in condition.parts()]
    if not parts:
        return 0
    return max(parts) if isinstance(condition, All) else min(parts)
