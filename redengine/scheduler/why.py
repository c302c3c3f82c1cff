"""Why a task does or does not start: the answer with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redengine.markup import block, facts
from redengine.scheduler.core import RUNNING
from redengine.scheduler.next_runs import first_start
from redengine.scheduler.starts import names_times
from redengine.scheduler.world import SessionWorld

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from redengine.conditions import Condition, Explanation
    from redengine.scheduler.core import Core
    from redengine.scheduler.starts import Starts
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
            "earliest": self.earliest,
            "change": self.change,
            "condition": None if self.condition is None else self.condition.to_dict(),
        }

    def __str__(self) -> str:
        lines = [f"{self.task}: {self.verdict}"]
        lines += [f"  in the way: {block}" for block in self.blocks]
        if self.earliest is not None:
            lines.append(
                f"  earliest start: {self.earliest.astimezone(self.zone):%Y-%m-%d %H:%M:%S %Z}"
            )
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


def explain_task(core: Core, starts: Starts, task: Task) -> TaskExplanation:
    """Ask a task's condition, and what else could keep the task from starting."""
    with core.lock:
        now = core.clock.now()
        world = SessionWorld(core)
        world.ask_for(task, now)
        condition: Condition | None = task.start_cond
        explanation = None if condition is None else condition.explain(world)
        holds = explanation is not None and explanation.holds
        blocks = _blocks(core, starts, task, world)
        is_started = holds and condition is not None and _is_started(task, condition, world)
        earliest = first_start(core, task, world, now, starts.is_full)
    verdict = _verdict(condition, blocks, holds=holds, is_started=is_started)
    return TaskExplanation(
        task=task.name,
        holds=holds,
        will_start=holds and not blocks and not is_started,
        verdict=verdict,
        blocks=tuple(blocks),
        earliest=earliest,
        change=_change(task, explanation, blocks),
        condition=explanation,
        zone=core.config.timezone,
    )


def _blocks(core: Core, starts: Starts, task: Task, world: SessionWorld) -> list[str]:
    """Everything but the condition that keeps the task from starting."""
    blocks = []
    if core.tasks.get(task.name) is not task:
        blocks.append("the task is not registered; it was deleted or replaced")
    if core.state != RUNNING:
        hint = "; resume it" if core.state == "paused" else "; start it"
        blocks.append(f"the session is {core.state}{hint}")
    elif core.startup_jobs:
        blocks.append(f"{len(core.startup_jobs)} start-up job(s) have not ended yet")
    block = starts.block(task, world)
    if block is not None:
        blocks.append(block.message)
    runtime = core.runtimes[core.session.runtime_of(task)]
    if runtime.running >= runtime.size:
        blocks.append(
            f"runtime '{runtime.name}' is full: {runtime.running} of {runtime.size} run, "
            f"{runtime.queued} wait"
        )
    return blocks


def _is_started(task: Task, condition: Condition, world: SessionWorld) -> bool:
    """Whether the occurrence that makes the condition hold has been started already."""
    due = condition.due(world)
    is_nominal = names_times(condition)
    return due is not None and task.history.occurrences.has_run(due, is_nominal=is_nominal)


def _verdict(
    condition: Condition | None, blocks: list[str], *, holds: bool, is_started: bool
) -> str:
    if condition is None:
        return "has no condition; it starts only by hand, over the API or by force_run"
    if is_started:
        return "its condition holds, and this occurrence has been started already"
    if holds:
        return "its condition holds, but it cannot start" if blocks else "starts now"
    return "its condition does not hold"


def _change(task: Task, explanation: Explanation | None, blocks: list[str]) -> str | None:
    if blocks:
        return blocks[0]
    if explanation is None:
        return f"give '{task.name}' a start_cond, or run it by hand"
    return None if explanation.holds else explanation.smallest_change()
