"""Next runs: when each task starts next, worked out when asked for and kept while it is true."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from redengine.scheduler.core import PAUSED
from redengine.scheduler.engine.context import SessionContext
from redengine.scheduler.engine.trigger import has_fire_times
from redengine.tasks.task import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from redengine.conditions import Condition
    from redengine.scheduler.core import Core
    from redengine.tasks import Task

_MOST_STEPS: Final = 200
TOLERANCE: Final = timedelta(seconds=5)
"""A start that is later than this is overdue."""
_BATCH: Final = 32
"""So many tasks are worked out before the lock is given free."""


class NextRuns:
    """The next runs of a session's tasks; every method takes the session's lock.

    What a start rests on is what the engine looks at a task for: so an answer is doubted when the
    engine looks at the task or is about to, when anything else of the task changes, when the clock
    passes it or goes back, and when the session changes its state or zone. One that turns out to be
    another is a change of the task.

    Args:
        core: the session's state.
        is_full: whether as many jobs of a task are active as may be.
    """

    def __init__(self, core: Core, is_full: Callable[[Task], bool]) -> None:
        self._core = core
        self._is_full = is_full
        self._doubtful: dict[Task, None] = {}
        self._situation: tuple[object, ...] = ()
        self._asked_at: datetime | None = None
        self._earliest: datetime | None = None
        """No answer that is kept lies before this instant."""

    def doubt(self, task: Task) -> None:
        """The engine looks at the task, or it has changed: the answer may be another now."""
        if task.next_known is not UNKNOWN:
            self._doubtful[task] = None

    def forget(self, task: Task) -> None:
        """The task is not one of the session any more."""
        task.next_known = UNKNOWN
        self._doubtful.pop(task, None)

    def of(self, task: Task) -> datetime | None:
        """When a task starts next, as far as time alone decides it."""
        core = self._core
        with core.lock:
            now = self._now()
            known: datetime | None = task.next_known
            if (
                known is UNKNOWN
                or task in self._doubtful
                or core.agenda.is_to_look_at(task)
                or (known is not None and known <= now)
            ):
                return self._work_out(task, now)
            return known

    def refresh(self) -> None:
        """Work out again what is doubtful, so that `tasks_version` tells of it."""
        core = self._core
        with core.lock:
            now = self._now()
            if self._earliest is not None and self._earliest < now:
                self._doubt_all(lambda known: known is not None and known < now)
            touched = [task for task in core.agenda.items_to_look_at() if _is_known(task)]
            doubtful: list[Any] = [*self._doubtful, *touched]
        for first in range(0, len(doubtful), _BATCH):
            with core.lock:
                for task in doubtful[first : first + _BATCH]:
                    self.of(task)

    def _now(self) -> datetime:
        """The present; what is known is doubted if it is another than it was."""
        core = self._core
        now = core.clock.now()
        situation = (core.state, core.config.timezone, bool(core.startup_jobs), core.started_at)
        if situation != self._situation or (self._asked_at is not None and now < self._asked_at):
            self._situation = situation
            self._doubt_all(lambda _known: True)
        self._asked_at = now
        return now

    def _doubt_all(self, is_doubtful: Callable[[datetime | None], bool]) -> None:
        """Doubt some of all answers, and see anew which of the others is the earliest."""
        kept = []
        for task in self._core.tasks.values():
            known = task.next_known
            if known is UNKNOWN:
                continue
            if is_doubtful(known):
                self._doubtful[task] = None
            elif known is not None:
                kept.append(known)
        self._earliest = min(kept, default=None)

    def _work_out(self, task: Task, now: datetime) -> datetime | None:
        core = self._core
        known = task.next_known
        found = None
        is_registered = core.tasks.get(task.name) is task
        if is_registered and core.state != PAUSED and not task.permanent:
            found = next_start(core, task, SessionContext(core), now, self._is_full)
        if not is_registered:
            return found
        task.next_known = found
        if found is not None and (self._earliest is None or found < self._earliest):
            self._earliest = found
        if known is not UNKNOWN and known != found:
            core.show(task)
        if task.end_cond is None and (found is None or found > now):
            self._doubtful.pop(task, None)
        else:
            self._doubtful[task] = None  # it rests on more than the engine looks at a task for
        return found


def _is_known(item: Any) -> bool:
    return getattr(item, "next_known", UNKNOWN) is not UNKNOWN


def next_start(
    core: Core,
    task: Task,
    context: SessionContext,
    now: datetime,
    is_full: Callable[[Task], bool],
) -> datetime | None:
    """The same as `first_start`; a disabled task starts again when it is enabled by itself.

    Where a job of its condition waits for its jitter, that is its next start.
    """
    delayed = _delayed(task) if task.jitter is not None else None
    if delayed is not None:
        return delayed
    if not task.disabled:
        return first_start(core, task, context, now, is_full)
    until: datetime | None = task.disabled_until
    return None if until is None else first_start(core, task, context, max(now, until), is_full)


def _delayed(task: Task) -> datetime | None:
    """When the first of its jobs begins that wait for its jitter; None if none does."""
    return min((job.run_at for job in task.active if job.is_delayed), default=None)


def first_start(
    core: Core,
    task: Task,
    context: SessionContext,
    now: datetime,
    is_full: Callable[[Task], bool],
) -> datetime | None:
    """The first instant from now on at which time alone starts a task; under the lock.

    Not where something else has to happen first: an active job's end, or that of the start-up
    jobs.
    """
    try:
        for at in _holding(task, context, now):
            if at > now or not (core.startup_jobs or is_full(task)):
                return _begins(task, context)
            if not has_fire_times(task.start_cond, context):
                return None  # it starts as soon as it may
    except Exception:  # noqa: BLE001 - a user's own condition may raise anything: no prediction
        return None
    return None


def _holding(task: Task, context: SessionContext, now: datetime) -> Iterable[datetime]:
    """The instants at which the condition holds for an occurrence that has not been started."""
    condition: Condition | None = task.start_cond
    at = now
    if condition is None:
        return
    for _ in range(_MOST_STEPS):
        context.ask_for(task, at)
        if condition.holds(context) and _is_to_start(task, condition, context):
            yield at
        until = condition.until(context)
        if until is None:
            return
        at = until


def _begins(task: Task, context: SessionContext) -> datetime:
    """When the job begins for which a condition holds at the context's now."""
    at, due = context.now, None if task.jitter is None else task.start_cond.due(context)
    return at if due is None else max(at, task.timing.begins(due))


def _is_to_start(task: Task, condition: Condition, context: SessionContext) -> bool:
    """Whether a condition that holds does so for a start that has not been, and may be."""
    due = condition.due(context)
    occurrence = context.now if due is None else due
    if task.history.occurrences.has_run(occurrence):
        return False
    if due is not None and task.timing.is_late(due, context.now):
        return False
    return task.end_cond is None or not task.end_cond.holds(context)


def is_overdue(core: Core, task: Task, context: SessionContext) -> bool:
    """Whether a task should have started by now and has not, whatever is in its way.

    Not one that somebody has disabled, nor one without a start that time decides. Under the lock.
    """
    condition: Condition | None = task.start_cond
    if condition is None or task.disabled or task.permanent:
        return False
    now = core.clock.now()
    limit, occurrences = now - TOLERANCE, task.history.occurrences
    if occurrences.misfires or (occurrences.waiting is not None and occurrences.waiting < limit):
        return True
    if task.wake is not None and task.wake < limit:
        return True  # nobody has looked at it, though its time has come
    context.ask_for(task, now)
    try:
        if condition.holds(context):
            due = condition.due(context)
            return due is not None and due < limit and _is_to_start(task, condition, context)
        since = core.held_since
        missed = condition.latest_nominal(context, since, limit) if since is not None else None
    except Exception:  # noqa: BLE001 - a user's own condition may raise anything: no statement
        return False
    return missed is not None and not occurrences.has_run(missed)
