"""Misfires: fire times that passed while the scheduler did not look, and what becomes of them."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from redengine.durations import format_duration
from redengine.scheduler.jobs.control import GRACE
from redengine.tasks.occurrences import INSTANT, SLOT

if TYPE_CHECKING:
    from datetime import datetime

    from redengine.conditions import Condition
    from redengine.scheduler.core import Core
    from redengine.scheduler.engine.context import SessionContext
    from redengine.scheduler.engine.trigger import Block, Starts
    from redengine.tasks import Task

MOST: Final = 1000
"""No more missed times of one task are made up for."""
TOLERANCE: Final = timedelta(seconds=60)
"""A fire time that is late by no more than this, nor by half the interval, is on time."""
_MOST_LOOKS: Final = 1000


class Away(NamedTuple):
    """The span in which nobody looked at a task: after `since`, up to `until`."""

    since: datetime
    until: datetime


class Missed:
    """Gives missed fire times their chance, as each task's `missed` policy says."""

    def __init__(self, core: Core, starts: Starts) -> None:
        self._core = core
        self._starts = starts

    def review(
        self, task: Task, condition: Condition, context: SessionContext, since: datetime
    ) -> None:
        """Look for what a task missed from `since` up to the context's now; under the lock."""
        history, until = task.history, context.now
        known = (history.created, history.occurrences.decided, history.occurrences.skipped)
        # What lies ahead is from before the clock was put back.
        past = (at for at in known if at is not None and at <= until)
        away = self._within_grace(task, condition, context, Away(max((since, *past)), until))
        latest = self._latest(task, condition, context, away)
        if latest is None:
            return
        if task.missed == "all":
            self._catch_up(task, condition, context, away, latest)
        elif task.missed == "once" or self._is_on_time(condition, context, latest):
            started = self._give_chance(task, condition, context, latest)
            so = f"; made up for by the start due {latest}" if started else ""
            earlier = Away(away.since, latest - INSTANT)
            self._skip(task, condition, context, earlier, f"due while the scheduler was away{so}")
        else:
            message = "due while the scheduler was away, and missed='skip'"
            self._skip(task, condition, context, Away(away.since, latest), message)
        if task.history.occurrences.has_misfires:
            self._core.recorder.misfires(task)
        context.ask_for(task, until)

    def _within_grace(
        self, task: Task, condition: Condition, context: SessionContext, away: Away
    ) -> Away:
        """The part of the span of which fire times may still start; the others are skipped."""
        grace: timedelta | None = task.grace
        if grace is None or away.until - away.since <= grace:
            return away
        late = Away(away.since, away.until - grace - INSTANT)
        message = f"due longer ago than its grace of {format_duration(grace)}"
        self._skip(task, condition, context, late, message, GRACE)
        return Away(late.until, away.until)

    @staticmethod
    def _latest(
        task: Task, condition: Condition, context: SessionContext, away: Away
    ) -> datetime | None:
        """The latest fire time in the span that has not had its job."""
        until = away.until
        for _ in range(_MOST_LOOKS):
            if until <= away.since:
                return None
            latest = condition.latest_nominal(context, away.since, until)
            if latest is None or not task.history.occurrences.has_run(latest):
                return latest
            until = latest - INSTANT
        return None

    @staticmethod
    def _is_on_time(condition: Condition, context: SessionContext, latest: datetime) -> bool:
        """Whether the look is late by no more than 60 s and half the interval."""
        late = context.now - latest
        if late > TOLERANCE:
            return False
        following = next(condition.nominal_times(context, latest, latest + 2 * TOLERANCE), None)
        return following is None or late <= (following - latest) / 2

    def _catch_up(
        self,
        task: Task,
        condition: Condition,
        context: SessionContext,
        away: Away,
        latest: datetime,
    ) -> None:
        """Start a job for each missed time, oldest first, where slots are free; the rest waits."""
        occurrences = task.history.occurrences
        times = list(islice(condition.nominal_times(context, away.since, away.until), MOST))
        for time in times:
            if not occurrences.has_run(time):
                self._give_chance(task, condition, context, time)
        if times[-1] < latest:
            message = f"due while the scheduler was away; more than {MOST} were missed"
            self._skip(task, condition, context, Away(times[-1], latest), message)

    def _give_chance(
        self, task: Task, condition: Condition, context: SessionContext, time: datetime
    ) -> bool:
        """Start a job for a missed time, or say why not; whether it starts, if maybe later."""
        now, occurrences = context.now, task.history.occurrences
        is_on_time = self._is_on_time(condition, context, time)
        context.ask_for(task, time if is_on_time else now, nominal=time)
        block = self._starts.block(task, context)
        holds = condition.holds(context)
        context.ask_for(task, now)
        if not holds:
            message = f"due while the scheduler was away; '{condition}' does not hold any more"
            self._starts.record_skip(task, time, "missed", message)
        elif block is None:
            self._starts.make_up(task, time)
            return True
        elif block.reason in SLOT and (task.missed == "all" or _is_kept_too(task, block)):
            occurrences.owe((time,))
            return True
        else:
            self._starts.record_skip(task, time, block.reason, block.message, block.job_id)
        return False

    def _skip(
        self,
        task: Task,
        condition: Condition,
        context: SessionContext,
        away: Away,
        message: str,
        reason: str = "missed",
    ) -> None:
        """Record all fire times of a span that have not had their job, as one row."""
        if away.until <= away.since:
            return
        first = next(condition.nominal_times(context, away.since, away.until), None)
        if first is None:
            return
        last = condition.latest_nominal(context, away.since, away.until) or first
        count = condition.count_nominal(context, away.since, away.until)
        count -= task.history.occurrences.run_between(away.since, away.until)
        if count > 0:
            self._starts.record_skip(task, first, reason, message, last=last, count=count)

    def work_off(self, task: Task) -> None:
        """Start jobs for the oldest waiting misfires, while slots are free; under the lock."""
        occurrences = task.history.occurrences
        while occurrences.has_misfires and self._starts.block(task) is None:
            misfire = occurrences.next_misfire()
            if task.timing.is_late(misfire, self._core.clock.now()):
                occurrences.settle(misfire)
                self._core.recorder.misfires(task)
                self._starts.record_late(task, misfire)
            else:
                self._starts.make_up(task, misfire)


def _is_kept_too(task: Task, block: Block) -> bool:
    """Whether the slot is held by a job that the same stall has kept from beginning.

    Then the late fire time waits for the slot, if no other one does: a late look is no overlap.
    """
    is_begun = task.active.oldest.started_at is not None
    return block.reason == "overlap" and not is_begun and not task.history.occurrences.has_misfires
