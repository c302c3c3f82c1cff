"""Predicates: conditions that run a user's code, which is polled, and nothing else is."""

from __future__ import annotations

import inspect
import logging
import threading
from datetime import timedelta
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redengine.conditions import CheckResult, CustomCondition, FuncCond, LaterContext, Not
from redengine.parameters import Argument, FuncArg

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from redengine.conditions import Condition, EvaluationContext
    from redengine.scheduler.core import Core
    from redengine.tasks import Task


class Answers:
    """Decides whether the answers that are known may serve one more start; under the lock.

    Args:
        predicates: asks the conditions, and has their answers.
    """

    def __init__(self, predicates: Predicates) -> None:
        self._predicates = predicates

    def pending(self, task: Task) -> datetime | None:
        """The occurrence for which answers were asked again."""
        return task.history.occurrences.asked_for if self._predicates.of(task) else None

    def note(self, task: Task, condition: Condition, context: EvaluationContext) -> None:
        """Remember whether all but the answers holds, to see when that newly comes true."""
        if self._predicates.of(task):
            occurrences = task.history.occurrences
            was_open, occurrences.is_open = occurrences.is_open, _is_open(condition, context)
            occurrences.is_opened = occurrences.is_open and (occurrences.is_opened or not was_open)

    def serve(
        self, task: Task, condition: Condition, context: EvaluationContext, due: datetime | None
    ) -> bool:
        """Whether a start may be made with the answers that are known; else they are awaited.

        Args:
            task: the task.
            condition: its condition, which holds.
            context: what it was asked about.
            due: its occurrence, which has not been started, if it has one.
        """
        leaves = self._predicates.of(task)
        occurrences = task.history.occurrences
        if not leaves or self._is_fresh(task, condition, context):
            return True
        if not self._predicates.asks:
            return due is not None
        is_new = occurrences.is_opened or due is not None
        is_asked = occurrences.is_asked and occurrences.asked_for == due
        stale = self._to_ask(task, context)
        for leaf in stale:
            self._predicates.expect(leaf, at_once=is_new and not is_asked)
        if stale:
            occurrences.is_asked, occurrences.asked_for = is_new, due
        return False

    def _to_ask(self, task: Task, context: EvaluationContext) -> list[CustomCondition]:
        """The conditions whose answers have served, and of which another may come at any time."""
        return [
            leaf
            for leaf in self._predicates.of(task)
            if not leaf.rising and self._is_stale(task, leaf, context.check(leaf))
        ]

    def use(self, task: Task) -> None:
        """The answers have served: those that were asked for by now serve no other start."""
        self.outdate(task)
        self.settle(task)

    def outdate(self, task: Task) -> None:
        """What was asked for by now says nothing any more, as the end of a job may change it."""
        occurrences = task.history.occurrences
        for leaf in self._predicates.of(task):
            occurrences.used_answers[leaf.key] = self._predicates.asked(leaf)

    @staticmethod
    def settle(task: Task) -> None:
        """Nothing is asked for the task any more."""
        occurrences = task.history.occurrences
        occurrences.is_asked = occurrences.is_opened = False
        occurrences.asked_for = None

    def have_come(self, task: Task, context: EvaluationContext) -> bool:
        """Whether the answers that were asked for at once are there."""
        return task.history.occurrences.is_asked and not self._to_ask(task, context)

    def _is_fresh(self, task: Task, condition: Condition, context: EvaluationContext) -> bool:
        """Whether the condition holds although nothing is made of answers that have served."""
        negated = _negated(condition)

        def answer(leaf: CustomCondition) -> CheckResult:
            result = context.check(leaf)
            if self._is_stale(task, leaf, result):
                return result._replace(holds=leaf.key in negated)
            return result

        return condition.holds(_Supposed(context, answer))

    @staticmethod
    def _is_stale(task: Task, leaf: CustomCondition, result: CheckResult) -> bool:
        return result.number <= task.history.occurrences.used_answers.get(leaf.key, -1)


class _Supposed(LaterContext):
    """A context with other answers."""

    __slots__ = ("_answer",)

    def __init__(
        self, context: EvaluationContext, answer: Callable[[CustomCondition], CheckResult]
    ) -> None:
        super().__init__(context, context.now)
        self.nominal = context.nominal
        self._answer = answer

    def check(self, condition: CustomCondition) -> CheckResult:
        return self._answer(condition)


def _is_open(condition: Condition, context: EvaluationContext) -> bool:
    """Whether a condition holds if all answers are as it needs them."""
    negated = _negated(condition)
    supposed = _Supposed(context, lambda leaf: CheckResult(holds=leaf.key not in negated))
    return condition.holds(supposed)


def _negated(condition: Condition, *, is_negated: bool = False) -> set[str]:
    """The keys of the custom conditions that have to be false."""
    if isinstance(condition, CustomCondition):
        return {condition.key} if is_negated else set()
    flips = isinstance(condition, Not)
    parts = (_negated(part, is_negated=is_negated is not flips) for part in condition.parts())
    return set().union(*parts)


log = logging.getLogger("redengine.conditions")

MOST_QUICK: Final = 4
"""So many checks run at once, those aside that take their time."""
QUICK_S: Final = 0.2
"""A check that runs longer keeps no other one from running."""
HUNG_S: Final = 2.0
"""A check that runs longer than this, and than its interval, is told of by `health`."""


class Predicate:
    """One polled condition on the agenda; those who use it are counted."""

    __slots__ = (
        "_owner",
        "asked",
        "began_s",
        "condition",
        "has_been_false",
        "is_awaited",
        "is_running",
        "is_to_repeat",
        "rose",
        "users",
        "wake",
        "warned_of",
    )

    def __init__(self, owner: Predicates, condition: CustomCondition) -> None:
        self._owner = owner
        self.condition = condition
        self.users = 0
        self.wake: datetime | None = None
        self.is_running = False
        """Whether a check waits for a thread or runs."""
        self.began_s: float | None = None
        """When the check that runs began, on the monotonic clock."""
        self.asked = 0
        """How many checks have begun."""
        self.rose = 0
        """The number of the check that found it true after it had been false."""
        self.has_been_false = False
        self.is_awaited = False
        """Whether a task needs the next answer, although it may be the same."""
        self.is_to_repeat = False
        """Whether it was asked for while a check ran."""
        self.warned_of: set[str] = set()

    def attend(self, at: datetime) -> None:
        """Its instant has come, or a topic it reads has changed: have it checked."""
        self._owner.check(self, at)

    def take(self, number: int, *, holds: bool, at: datetime, error: str | None) -> CheckResult:
        """What is known after a check: of a rising one, whether it rose and is true since."""
        if not getattr(self.condition, "rising", False):
            return CheckResult(holds=holds, at=at, error=error, number=number)
        if not holds:
            self.has_been_false = True
            self.rose = 0
        elif self.has_been_false and self.rose == 0:
            self.rose = number
        return CheckResult(holds=self.rose > 0, at=at, error=error, number=self.rose or number)

    def __repr__(self) -> str:
        return f"Predicate({self.condition})"


class Hung(NamedTuple):
    """A check that does not return.

    Attributes:
        condition: the condition as text.
        running_s: for how many seconds it has run.
    """

    condition: str
    running_s: float


class Predicates:
    """Checks custom conditions outside the lock, in threads of their own.

    Args:
        core: the session's state.
        inline: check in the engine's thread instead, for a session on a virtual clock.
        asks: whether to run the users' code at all; a forecast does not.
    """

    def __init__(self, core: Core, *, inline: bool = False, asks: bool = True) -> None:
        self._core = core
        self._inline = inline
        self.asks = asks
        self._by_key: dict[str, Predicate] = {}
        self._of_task: dict[Task, tuple[CustomCondition, ...]] = {}
        self._queue: SimpleQueue[Predicate | None] = SimpleQueue()
        self._queued = 0
        self._workers = 0
        self._running: dict[Predicate, float] = {}

    # -- who uses them, under the lock

    def follow(self, task: Task, condition: Condition) -> None:
        """Poll what a task's condition asks from now on."""
        leaves = custom_leaves(condition)
        if leaves:
            self._of_task[task] = leaves
        for leaf in leaves:
            predicate = self._by_key.get(leaf.key)
            if predicate is None:
                predicate = self._by_key[leaf.key] = Predicate(self, leaf)
                topics = [t for t in leaf.reads() if not t.startswith("custom:")]
                self._core.agenda.subscribe(predicate, topics)
                self._core.agenda.touch(predicate)
                self._core.wake_engine()
            predicate.users += 1

    def unfollow(self, task: Task, condition: Condition) -> None:
        """Stop polling what nobody asks any more."""
        self._of_task.pop(task, None)
        for leaf in custom_leaves(condition):
            predicate = self._by_key.get(leaf.key)
            if predicate is None:
                continue
            predicate.users -= 1
            if predicate.users == 0:
                del self._by_key[leaf.key]
                self._core.agenda.unsubscribe(predicate, leaf.reads())
                self._core.agenda.forget(predicate)
                self._core.checks.pop(leaf.key, None)

    def of(self, task: Task) -> tuple[CustomCondition, ...]:
        """The custom conditions in a task's condition."""
        return self._of_task.get(task, ())

    def asked(self, condition: CustomCondition) -> int:
        """The number of the latest check of a condition that has begun."""
        predicate = self._by_key.get(condition.key)
        return 0 if predicate is None else predicate.asked

    def expect(self, condition: CustomCondition, *, at_once: bool) -> None:
        """Let the tasks know of the next answer, whether or not it is another one.

        Args:
            condition: the condition.
            at_once: ask now rather than at its next instant.
        """
        predicate = self._by_key.get(condition.key)
        if predicate is None:
            return
        predicate.is_awaited = True
        if at_once and predicate.is_running:
            predicate.is_to_repeat = True
        elif at_once:
            self._core.agenda.touch(predicate)
            self._core.wake_engine()

    # -- checking

    def check(self, predicate: Predicate, at: datetime) -> None:
        """Have a condition checked now, and again after its interval; under the lock."""
        if not self.asks:
            return  # its answer stays as it is: there is nothing to look at each interval
        agenda, every = self._core.agenda, predicate.condition.every
        agenda.put(predicate, at + every)
        if not predicate.is_running:
            predicate.is_running = True
            if self._inline:
                self._run(predicate)
                return
            self._queued += 1
            self._queue.put(predicate)
        self._employ()
        if predicate.began_s is None:  # no thread was free: see whether one is, soon
            agenda.put(predicate, at + min(every, timedelta(seconds=QUICK_S)))

    def _employ(self) -> None:
        """Start a thread if a check waits and not too many that are quick run."""
        now_s = self._core.clock.monotonic()
        quick = sum(now_s - began_s < QUICK_S for began_s in self._running.values())
        idle = self._workers - len(self._running)
        if self._queued > idle and quick + max(idle, 0) < MOST_QUICK:
            self._workers += 1
            name = f"redengine-predicate-{self._workers}"
            threading.Thread(target=self._work, name=name, daemon=True).start()

    def _work(self) -> None:
        """The body of a thread: it ends when there are more than are needed."""
        while (predicate := self._queue.get()) is not None:
            with self._core.lock:
                self._queued -= 1
                predicate.began_s = self._running[predicate] = self._core.clock.monotonic()
            self._run(predicate)
            with self._core.lock:
                self._running.pop(predicate, None)
                is_spare = self._workers - len(self._running) > MOST_QUICK
                if is_spare:
                    self._workers -= 1
                    return
        with self._core.lock:
            self._workers -= 1

    def hung(self) -> list[Hung]:
        """The checks that have run for longer than they should."""
        now_s = self._core.clock.monotonic()
        return [
            Hung(str(predicate.condition), now_s - began_s)
            for predicate, began_s in list(self._running.items())
            if now_s - began_s > max(HUNG_S, predicate.condition.every.total_seconds())
        ]

    def _run(self, predicate: Predicate) -> None:
        condition, core = predicate.condition, self._core
        with core.lock:
            predicate.asked += 1
            number = predicate.asked
        error: str | None = None
        try:
            holds = self._ask(condition)
        except Exception as raised:  # noqa: BLE001 - a user's code may raise anything
            holds, error = False, f"{type(raised).__name__}: {raised}"
            self._warn(predicate, error)
        with core.lock:
            predicate.is_running = False
            predicate.began_s = None
            if self._by_key.get(condition.key) is predicate:
                at = core.clock.now()
                self._publish(predicate, predicate.take(number, holds=holds, at=at, error=error))

    def _publish(self, predicate: Predicate, result: CheckResult) -> None:
        """Keep an answer, and touch who waits for it; under the lock."""
        core, key = self._core, predicate.condition.key
        before = core.checks.get(key)
        core.checks[key] = result
        is_awaited, predicate.is_awaited = predicate.is_awaited, predicate.is_to_repeat
        if predicate.is_to_repeat:
            predicate.is_to_repeat = False
            core.agenda.touch(predicate)
            core.wake_engine()
        if is_awaited or before is None or before.holds != result.holds:
            core.publish(f"custom:{key}")

    def _warn(self, predicate: Predicate, error: str) -> None:
        """Log each distinct message once."""
        if error not in predicate.warned_of:
            predicate.warned_of.add(error)
            if not self._core.config.silence_cond_check:
                told = self._core.parameters.scrub(f"{predicate.condition} raised {error}")
                text = "condition %s; it counts as false"
                self._core.job_log.say(log, logging.WARNING, text, told)

    def _ask(self, condition: CustomCondition) -> bool:
        """Run the user's code, with the session's parameters that it asks for by name."""
        if not isinstance(condition, FuncCond):
            return bool(condition.check())
        source = PredicateSource(self._core, str(condition))
        signature = inspect.signature(condition.func)
        given = signature.bind_partial(*condition.args, **condition.kwargs).arguments
        values = dict(condition.kwargs)
        for name, parameter in signature.parameters.items():
            if name in given:
                continue
            if isinstance(parameter.default, Argument):
                values[name] = parameter.default.resolve(source, name)
            elif name in self._core.parameters:
                values[name] = source.parameter(name, None)
        return bool(condition.func(*condition.args, **values))

    def close(self) -> None:
        """Let the threads go."""
        with self._core.lock:
            for _ in range(self._workers):
                self._queue.put(None)


def custom_leaves(condition: Condition) -> tuple[CustomCondition, ...]:
    """The statements of a condition that run a user's code."""
    return tuple(leaf for leaf in condition.walk() if isinstance(leaf, CustomCondition))


class PredicateSource:
    """Where a custom condition's arguments are looked up (`parameters.ArgumentSource`)."""

    __slots__ = ("_core", "task_name")

    task: Any = None
    termination: Any = None

    def __init__(self, core: Core, text: str) -> None:
        self._core = core
        self.task_name = text

    @property
    def session(self) -> Any:
        """The session that polls."""
        return self._core.session

    def parameter(self, name: str, default: Any) -> Any:
        """A session parameter, or `default`."""
        value = self._core.parameters.get(name, default)
        return value.resolve(self, name) if isinstance(value, FuncArg) else value

    def returned(self, task: str, default: Any) -> Any:
        """The latest return value of a task, or `default`."""
        return self._core.returns.get(task, default)
