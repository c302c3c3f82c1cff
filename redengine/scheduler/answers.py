"""Answers: which starts the answer of a custom condition may serve.

An answer serves one start that only it made possible. Where something else newly became true
beside it, such as a time or a parameter, it is asked again at once; else at its next instant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redengine.conditions import CheckResult, CustomCondition, LaterWorld, Not

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from redengine.conditions import Condition, World
    from redengine.scheduler.predicates import Predicates
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

    def note(self, task: Task, condition: Condition, world: World) -> None:
        """Remember whether all but the answers holds, to see when that newly comes true."""
        if self._predicates.of(task):
            occurrences = task.history.occurrences
            was_open, occurrences.is_open = occurrences.is_open, _is_open(condition, world)
            occurrences.is_opened = occurrences.is_open and (occurrences.is_opened or not was_open)

    def serve(self, task: Task, condition: Condition, world: World, due: datetime | None) -> bool:
        """Whether a start may be made with the answers that are known; else they are awaited.

        Args:
            task: the task.
            condition: its condition, which holds.
            world: what it was asked about.
            due: its occurrence, which has not been started, if it has one.
        """
        leaves = self._predicates.of(task)
        occurrences = task.history.occurrences
        if not leaves or self._is_fresh(task, condition, world):
            return True
        if not self._predicates.asks:
            return due is not None
        is_new = occurrences.is_opened or due is not None
        is_asked = occurrences.is_asked and occurrences.asked_for == due
        stale = self._to_ask(task, world)
        for leaf in stale:
            self._predicates.expect(leaf, at_once=is_new and not is_asked)
        if stale:
            occurrences.is_asked, occurrences.asked_for = is_new, due
        return False

    def _to_ask(self, task: Task, world: World) -> list[CustomCondition]:
        """The conditions whose answers have served, and of which another may come at any time."""
        return [
            leaf
            for leaf in self._predicates.of(task)
            if not leaf.rising and self._is_stale(task, leaf, world.check(leaf))
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

    def have_come(self, task: Task, world: World) -> bool:
        """Whether the answers that were asked for at once are there."""
        return task.history.occurrences.is_asked and not self._to_ask(task, world)

    def _is_fresh(self, task: Task, condition: Condition, world: World) -> bool:
        """Whether the condition holds although nothing is made of answers that have served."""
        negated = _negated(condition)

        def answer(leaf: CustomCondition) -> CheckResult:
            result = world.check(leaf)
            if self._is_stale(task, leaf, result):
                return result._replace(holds=leaf.key in negated)
            return result

        return condition.holds(_Supposed(world, answer))

    @staticmethod
    def _is_stale(task: Task, leaf: CustomCondition, result: CheckResult) -> bool:
        return result.number <= task.history.occurrences.used_answers.get(leaf.key, -1)


class _Supposed(LaterWorld):
    """A world with other answers."""

    __slots__ = ("_answer",)

    def __init__(self, world: World, answer: Callable[[CustomCondition], CheckResult]) -> None:
        super().__init__(world, world.now)
        self.nominal = world.nominal
        self._answer = answer

    def check(self, condition: CustomCondition) -> CheckResult:
        return self._answer(condition)


def _is_open(condition: Condition, world: World) -> bool:
    """Whether a condition holds if all answers are as it needs them."""
    negated = _negated(condition)
    supposed = _Supposed(world, lambda leaf: CheckResult(holds=leaf.key not in negated))
    return condition.holds(supposed)


def _negated(condition: Condition, *, is_negated: bool = False) -> set[str]:
    """The keys of the custom conditions that have to be false."""
    if isinstance(condition, CustomCondition):
        return {condition.key} if is_negated else set()
    flips = isinstance(condition, Not)
    parts = (_negated(part, is_negated=is_negated is not flips) for part in condition.parts())
    return set().union(*parts)
