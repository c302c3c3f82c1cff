"""Statements about what tasks are doing and have last done: `after`, `is running`, `retry`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal, NoReturn

from redengine.conditions.condition import OWN, Condition, Dependency
from redengine.conditions.explanation import (
    Change,
    Effect,
    Event,
    quote,
    say_instant,
    say_task,
    task_name,
)
from redengine.durations import format_duration, parse_duration
from redengine.exceptions import InvalidInput, did_you_mean, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from redengine.conditions.context import EvaluationContext, History, Moment

OUTCOMES: Final = {
    "succeeded": ("success",),
    "failed": ("fail", "crash"),
    "finished": ("success", "fail", "terminate", "crash"),
    "terminated": ("terminate",),
    "crashed": ("crash",),
}
"""The actions that `after` waits for, by its word."""

MUST: Final = {
    "succeeded": "succeed",
    "failed": "fail",
    "finished": "finish",
    "started": "start",
    "terminated": "be terminated",
    "inacted": "skip a start",
    "crashed": "crash",
}
"""What has to happen for a word to become true."""

_RELATIONS: Final = {
    "succeeded": "DependSuccess",
    "failed": "DependFailure",
    "finished": "DependFinish",
    "terminated": "DependTerminate",
    "crashed": "DependCrash",
}
_SAID: Final = {
    "success": "succeeded",
    "fail": "failed",
    "terminate": "was terminated",
    "crash": "crashed",
}


def latest_of(history: History, actions: Iterable[str]) -> tuple[str, Moment] | None:
    """The latest of several actions, with its moment, or None if there was none of them."""
    known = ((action, history.last(action)) for action in actions)
    happened = [(action, moment) for action, moment in known if moment is not None]
    return max(happened, key=lambda each: each[1].order, default=None)


def say_record(history: History, context: EvaluationContext) -> str:
    """What a task last did, such as "last run 11:58:03, failed at 11:58:05"."""
    run = history.last("run")
    end = latest_of(history, _SAID)
    parts = []
    if run is not None:
        parts.append(f"last run {say_instant(run.at, context.zone)}")
    if end is not None and (run is None or end[1].order > run.order):
        parts.append(f"{_SAID[end[0]]} at {say_instant(end[1].at, context.zone)}")
    elif run is not None and history.running_since is not None:
        parts.append("still running")
    return ", ".join(parts) or "never ran"


@dataclass(frozen=True, slots=True, repr=False)
class After(Condition):
    """Holds while the task has not started since other tasks' latest such end.

    Attributes:
        tasks: the other tasks' names.
        outcome: succeeded, failed (fail or crash), finished (success, fail, terminate or crash),
            terminated or crashed.
        mode: whether all of several tasks have to, or any; None for a single one.
    """

    tasks: tuple[str, ...]
    outcome: str = "succeeded"
    mode: Literal["All", "Any"] | None = None

    def __post_init__(self) -> None:
        if not self.tasks:
            raise InvalidInput({"after": "name at least one task"})
        if self.outcome not in OUTCOMES:
            hint = did_you_mean(self.outcome, OUTCOMES)
            expected = f"expected one of {', '.join(OUTCOMES)}, got {shortened(self.outcome)}"
            raise InvalidInput({"after": expected + hint})
        object.__setattr__(self, "tasks", tuple(dict.fromkeys(map(task_name, self.tasks))))
        mode = None if len(self.tasks) == 1 else self.mode or "All"
        object.__setattr__(self, "mode", mode)

    def _new(self, context: EvaluationContext) -> list[Moment]:
        """The ends since which the task has not started."""
        own = context.history(None).last("run")
        actions = OUTCOMES[self.outcome]
        found = []
        for task in self.tasks:
            last = context.history(task).last
            latest = None
            for action in actions:
                moment = last(action)
                if moment is not None and (latest is None or moment.order > latest.order):
                    latest = moment
            if latest is not None and (own is None or own.order < latest.order):
                found.append(latest)
        return found

    def _suffices(self, count: int) -> bool:
        return count > 0 if self.mode == "Any" else count == len(self.tasks)

    def holds(self, context: EvaluationContext) -> bool:
        return self._suffices(len(self._new(context)))

    def until(self, context: EvaluationContext) -> None:  # noqa: ARG002 - as the base has it
        return None

    def due(self, context: EvaluationContext) -> datetime | None:
        moments = self._new(context)
        if not self._suffices(len(moments)):
            return None
        # The end of a clock that was ahead is due now: nothing is counted from the future.
        return min(max(moment.at for moment in moments), context.now)

    def reads(self) -> frozenset[str]:
        return OWN.union(f"task:{task}" for task in self.tasks)

    def dependencies(self) -> tuple[Dependency, ...]:
        relation = _RELATIONS[self.outcome]
        return tuple(Dependency(task, relation, self.mode) for task in self.tasks)

    def evidence(self, context: EvaluationContext) -> str:
        others = [
            f"{say_task(task)}: {say_record(context.history(task), context)}" for task in self.tasks
        ]
        own = context.history(None).last("run")
        when = say_instant(own.at, context.zone) if own else None
        return "; ".join(
            (*others, f"this task last started {when}" if when else "this one never ran")
        )

    def change(self, context: EvaluationContext) -> Change:
        if self.holds(context):
            return Change((Event.of("the task must start", Effect("task:", "run")),))
        own = context.history(None).last("run")
        waiting = []
        for task in self.tasks:
            latest = latest_of(context.history(task), OUTCOMES[self.outcome])
            if latest is None or (own is not None and own.order >= latest[1].order):
                effect = Effect(f"task:{task}", OUTCOMES[self.outcome][0])
                event = Event.of(f"{say_task(task)} must {MUST[self.outcome]}", effect)
                waiting.append(Change((event,)))
        combine = Change.smallest if self.mode == "Any" else Change.together
        return combine(waiting)

    def __str__(self) -> str:
        names = ", ".join(map(quote, self.tasks))
        noun = {None: "task", "All": "tasks", "Any": "any tasks"}[self.mode]
        outcome = "" if self.outcome == "succeeded" else f" {self.outcome}"
        return f"after {noun} {names}{outcome}"


@dataclass(frozen=True, slots=True, repr=False)
class IsRunning(Condition):
    """Holds while a task runs, or has run for more than a while.

    Attributes:
        task: the task's name; None for the asked one.
        longer_than: how long its oldest active job has to run; None for not at all.
    """

    task: str | None = None
    longer_than: timedelta | None = None

    def _start(self, context: EvaluationContext) -> datetime | None:
        """The instant from which it holds, if the task runs."""
        since = context.history(self.task).running_since
        return since if since is None or self.longer_than is None else since + self.longer_than

    def holds(self, context: EvaluationContext) -> bool:
        start = self._start(context)
        if start is None:
            return False
        return self.longer_than is None or start <= context.now

    def until(self, context: EvaluationContext) -> datetime | None:
        start = self._start(context)
        if start is None or self.longer_than is None or start <= context.now:
            return None
        return start

    def reads(self) -> frozenset[str]:
        return OWN if self.task is None else frozenset((f"task:{self.task}",))

    def evidence(self, context: EvaluationContext) -> str:
        since = context.history(self.task).running_since
        if since is None:
            return f"{say_task(self.task)} does not run"
        return f"{say_task(self.task)} runs since {say_instant(since, context.zone)}"

    def change(self, context: EvaluationContext) -> Change:
        if self.holds(context):
            effect = Effect(f"task:{self.task or ''}", "end")
            return Change((Event.of(f"{say_task(self.task)} must end", effect),))
        until = self.until(context)
        if until is not None:
            return Change(wait=until)
        span = self.longer_than
        wish = "start" if span is None else f"run for more than {format_duration(span)}"
        effect = Effect(f"task:{self.task or ''}", "begin", span or timedelta())
        return Change((Event.of(f"{say_task(self.task)} must {wish}", effect),))

    def _refuse_number(self, other: object) -> NoReturn:
        name = self.task or "fetch"
        reason = (
            f"how many jobs run is no condition here (got {shortened(other)}); "
            f"how many of '{name}' may be active at once is its option max_instances=3"
        )
        raise InvalidInput({"running": reason})

    __lt__ = __le__ = __gt__ = __ge__ = _refuse_number

    def for_more_than(self, duration: timedelta | str | float) -> IsRunning:
        """The statement that the task has run for more than a while."""
        return IsRunning(self.task, parse_duration(duration, field="is running for more than"))

    def __str__(self) -> str:
        subject = "" if self.task is None else f"task {quote(self.task)} "
        if self.longer_than is None:
            return f"{subject}is running"
        return f"{subject}is running for more than {format_duration(self.longer_than)}"


@dataclass(frozen=True, slots=True, repr=False)
class Retry(Condition):
    """Holds after the task has failed, a limited number of times in a row.

    Attributes:
        times: how many fails in a row are tried again.
    """

    times: int = 1

    def __post_init__(self) -> None:
        if isinstance(self.times, bool) or not isinstance(self.times, int) or self.times < 1:
            message = f"expected a whole number from 1 on, got {shortened(self.times)}"
            raise InvalidInput({"retry": message})

    def _fail(self, context: EvaluationContext) -> Moment | None:
        """The task's latest end, if it is a fail that is to be tried again; a crash is not."""
        history = context.history(None)
        latest = latest_of(history, _SAID)
        if latest is None or latest[0] != "fail" or history.failures > self.times:
            return None
        return latest[1]

    def holds(self, context: EvaluationContext) -> bool:
        return self._fail(context) is not None

    def until(self, context: EvaluationContext) -> None:  # noqa: ARG002 - as the base has it
        return None

    def due(self, context: EvaluationContext) -> datetime | None:
        fail = self._fail(context)
        return None if fail is None else min(fail.at, context.now)

    def reads(self) -> frozenset[str]:
        return OWN

    def evidence(self, context: EvaluationContext) -> str:
        history = context.history(None)
        return f"{say_record(history, context)}; {history.failures} failed in a row"

    def change(self, context: EvaluationContext) -> Change:
        if self.holds(context):
            return Change((Event.of("the task must succeed", Effect("task:", "success")),))
        fail = Effect("task:", "fail")
        if context.history(None).failures >= self.times:
            success = Effect("task:", "success")
            return Change((Event.of("the task must succeed once, then fail", success, fail),))
        return Change((Event.of("the task must fail", fail),))

    def __str__(self) -> str:
        return f"retry {self.times} {'time' if self.times == 1 else 'times'}"
