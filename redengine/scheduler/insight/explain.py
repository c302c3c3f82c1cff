"""Why a task does or does not start: the answer with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from redengine.conditions import Change
from redengine.conditions.explanation import Event, say_instant
from redengine.durations import format_duration
from redengine.exceptions import counted
from redengine.scheduler.core import PAUSED, RUNNING
from redengine.scheduler.engine.context import SessionContext
from redengine.scheduler.engine.next_runs import next_start
from redengine.scheduler.engine.trigger import late_message
from redengine.scheduler.runtimes import available
from redengine.support.html import block, facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, tzinfo

    from redengine.conditions import Condition, Explanation
    from redengine.scheduler.core import Core
    from redengine.scheduler.engine.trigger import Block, Starts
    from redengine.scheduler.jobs.job import Job
    from redengine.tasks import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskExplanation:
    """Why a task does or does not start now.

    Attributes:
        task: the task's name.
        holds: whether its condition holds now.
        will_start: whether it starts now: the condition holds and nothing is in the way.
        verdict: the answer in one sentence.
        blocks: what is in the way besides the condition, one sentence each.
        earliest: the earliest instant at which time alone lets it start; None if time does not.
        change: the smallest change that would let it start.
        condition: the condition's tree with the evidence of every part; None without a condition.
        zone: the zone in which the text form shows times.
    """

    task: str
    holds: bool
    will_start: bool
    verdict: str
    blocks: tuple[str, ...]
    earliest: datetime | None
    change: str | None
    condition: Explanation | None
    zone: tzinfo

    def to_dict(self) -> dict[str, Any]:
        """The explanation as JSON-ready values."""
        return {
            "task": self.task,
            "holds": self.holds,
            "will_start": self.will_start,
            "verdict": self.verdict,
            "blocks": list(self.blocks),
            "earliest": self.earliest and self.earliest.astimezone(self.zone),
            "change": self.change,
            "condition": None if self.condition is None else self.condition.to_dict(),
        }

    def __str__(self) -> str:
        lines = [f"{self.task}: {self.verdict}"]
        lines += [f"  in the way: {block}" for block in self.blocks]
        if self.earliest is not None:
            lines.append(f"  earliest start: {say_instant(self.earliest, self.zone)}")
        if self.change:
            lines.append(f"  smallest change: {self.change}")
        if self.condition is not None:
            lines += ["  condition:", *(f"    {line}" for line in str(self.condition).splitlines())]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<TaskExplanation of '{self.task}': {self.verdict}>"

    def _repr_html_(self) -> str:
        """For notebooks: the verdict, what is in the way, and the condition's tree."""
        pairs: list[tuple[str, object]] = [("verdict", self.verdict)]
        pairs += [("in the way", blocked) for blocked in self.blocks]
        pairs += [("earliest start", self.earliest), ("smallest change", self.change)]
        tree = "" if self.condition is None else block("\n".join(self.condition.lines()))
        return facts(self.task, pairs, self.zone) + tree


class _Obstacle(NamedTuple):
    """Something other than the condition that keeps a task from starting.

    Attributes:
        message: what it is, in a sentence.
        change: what would take it away.
        is_lasting: whether time alone never takes it away.
    """

    message: str
    change: Change
    is_lasting: bool = False


def explain_task(core: Core, starts: Starts, task: Task) -> TaskExplanation:
    """Ask a task's condition, and what else could keep the task from starting."""
    with core.lock:
        now, context = core.clock.now(), SessionContext(core)
        context.ask_for(task, now)
        zone = context.zone
        condition: Condition | None = task.start_cond
        explanation = None if condition is None else condition.explain(context)
        holds = explanation is not None and explanation.holds
        obstacles = list(_obstacles(core, starts, task, context))
        is_started = holds and condition is not None and _is_started(task, condition, context)
        earliest = next_start(core, task, context, now, starts.is_full)
        delayed = next((job for job in task.active if job.is_delayed), None)
    if any(each.is_lasting for each in obstacles) or (obstacles and earliest == now):
        earliest = None
    changes = [each.change for each in obstacles]
    if explanation is None:
        changes.append(Change((Event(f"give '{task.name}' a start_cond, or run it by hand"),)))
    elif is_started and earliest is not None:
        changes.append(Change(wait=earliest))
    elif not holds:
        changes.append(explanation.change)
    change = Change.together(changes) if changes else None
    is_of_time = change is not None and change.wait is not None and delayed is None
    if change is not None and condition is not None and is_of_time:
        context.ask_for(task, now)
        change = _in_time(condition, context, change, earliest)
    told = None if change is None else change.text(zone)
    if told is not None and task.jitter is not None and earliest is not None:
        told = f"{told} (its jitter, less than {format_duration(task.jitter)}, included)"
    return TaskExplanation(
        task=task.name,
        holds=holds,
        will_start=holds and not obstacles and not is_started,
        verdict=(delayed and _verdict_of_delayed(delayed, zone))
        or _verdict(condition, holds=holds, is_started=is_started, is_free=not obstacles),
        blocks=tuple(each.message for each in obstacles),
        earliest=earliest,
        change=told,
        condition=explanation,
        zone=zone,
    )


def _in_time(
    condition: Condition, context: SessionContext, change: Change, earliest: datetime | None
) -> Change:
    """A change whose instant is one at which the condition holds once nothing is in the way."""
    if earliest is not None and not change.events:
        return replace(change, wait=earliest)
    return condition.proven(context, change)


def _obstacles(
    core: Core, starts: Starts, task: Task, context: SessionContext
) -> Iterator[_Obstacle]:
    """Everything but the condition that keeps the task from starting."""
    if core.tasks.get(task.name) is not task:
        message = "the task is not registered; it was deleted or replaced"
        yield _Obstacle(message, Change((Event("the task must be made again"),)), is_lasting=True)
    if core.state == PAUSED:
        change = Change((Event("the session must be resumed"),))
        yield _Obstacle("the session is paused; resume it", change, is_lasting=True)
    elif core.state != RUNNING:
        change = Change((Event("the session must be started"),))
        yield _Obstacle(f"the session is {core.state}; start it", change)
    elif core.startup_jobs:
        jobs = counted(len(core.startup_jobs), "start-up job")
        yield _Obstacle(f"{jobs} did not end yet", Change((Event(f"{jobs} must end"),)))
    found = starts.block(task, context)
    if found is not None:
        is_lasting = found.reason == "disabled" and task.disabled_until is None
        yield _Obstacle(found.message, _change_of(found, task, context), is_lasting)
    yield from _lateness(task, context)
    runtime = core.runtimes[core.session.runtime_of(task)]
    if available(runtime) == 0:
        of = f" of {runtime.size}" if runtime.size else ""
        full = f"{runtime.running}{of} run, {runtime.queued} wait"
        change = Change((Event(f"a job in runtime '{runtime.name}' must end"),))
        yield _Obstacle(f"runtime '{runtime.name}' is full: {full}", change)
    yield from _limits(starts, task, context)


def _lateness(task: Task, context: SessionContext) -> Iterator[_Obstacle]:
    """That the nominal time for which its condition holds is later than its grace allows."""
    condition: Condition | None = task.start_cond
    if condition is None or task.grace is None or not condition.holds(context):
        return
    due = condition.due(context)
    is_late = due is not None and task.timing.is_late(due, context.now)
    if due is not None and is_late and not task.history.occurrences.has_run(due):
        message = late_message(task, due, context.now)
        yield _Obstacle(message, Change((Event("its next nominal time must come"),)))


def _change_of(found: Block, task: Task, context: SessionContext) -> Change:
    """What would take away what blocks a task."""
    if found.reason == "disabled" and task.disabled_until is not None:
        return Change(wait=task.disabled_until)
    if found.reason == "disabled":
        return Change((Event("disabled must be set to false"),))
    delayed = next((job for job in task.active if job.is_delayed), None)
    if delayed is not None and delayed.id == found.job_id:
        return Change(wait=delayed.run_at)
    end_cond: Condition | None = task.end_cond
    if found.reason == "condition" and end_cond is not None:
        return end_cond.change(context)
    return Change((Event(f"job {found.job_id} must end"),))


def _limits(starts: Starts, task: Task, context: SessionContext) -> Iterator[_Obstacle]:
    """What a job of the task would wait for, once it is made."""
    for name, job_id in starts.limits.used_up(task):
        message = f"limit '{name}' is used up; job {job_id} holds it"
        yield _Obstacle(message, Change((Event(f"job {job_id} must end"),)))
    at = starts.limits.next_chance(task)
    if at is not None:
        message = f"its rate is used up until {say_instant(at, context.zone)}"
        yield _Obstacle(message, Change(wait=at))


def _is_started(task: Task, condition: Condition, context: SessionContext) -> bool:
    """Whether the occurrence that makes the condition hold has been started already."""
    due = condition.due(context)
    return due is not None and task.history.occurrences.has_run(due)


def _verdict_of_delayed(job: Job, zone: tzinfo) -> str | None:
    """That a job of the task waits for its jitter."""
    due, begins = job.due_at, job.run_at
    if due is None or begins is None:
        return None
    return f"is due since {say_instant(due, zone)}, and begins at {say_instant(begins, zone)}"


def _verdict(condition: Condition | None, *, holds: bool, is_started: bool, is_free: bool) -> str:
    if condition is None:
        return "has no condition; it starts only by hand, over the API or by force_run"
    if is_started:
        return "its condition holds, and this occurrence has been started already"
    if holds:
        return "starts now" if is_free else "its condition holds, but it cannot start"
    return "its condition does not hold"
