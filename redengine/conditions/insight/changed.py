"""Contexts in which something else has happened: how a change is proven to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from redengine.conditions.context import MISSING, CheckResult, LaterContext, Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from redengine.conditions.context import ChannelFacts, EvaluationContext, History
    from redengine.conditions.custom import CustomCondition
    from redengine.conditions.explanation import Effect

_FIRST_ORDER: Final = 1 << 62
"""Later than all that is on record."""


class ChangedContext(LaterContext):
    """Another context at an instant, after events that happen at it.

    Args:
        context: the other context.
        now: the instant.
        effects: what the events change of what conditions read.
    """

    __slots__ = ("_at", "_effects")

    def __init__(
        self, context: EvaluationContext, now: datetime, effects: Iterable[Effect]
    ) -> None:
        super().__init__(context, now)
        self._at = now
        self._effects = tuple(effects)
        for effect in self._of("scheduler"):
            self.scheduler_started = now - cast("timedelta", effect.value)

    def _of(self, *topics: str) -> list[Effect]:
        return [each for each in self._effects if each.topic in topics]

    def history(self, task: str | None) -> History:
        """The history of a task with what has happened to it since."""
        known = self._context.history(task)
        topics = {f"task:{task or ''}", *(("task:", f"task:{self.task}") if not task else ())}
        effects = self._of(*topics)
        return _ChangedHistory(known, self._at, effects) if effects else known

    def parameter(self, name: str) -> object:
        """The value that the parameter has been given; `MISSING` if it has been deleted."""
        effects = self._of(f"parameter:{name}")
        if not effects:
            return self._context.parameter(name)
        return effects[-1].value if effects[-1].action == "set" else MISSING

    def channel(self, name: str) -> ChannelFacts | None:
        """The channel, which has ticked if it is told so."""
        known = self._context.channel(name)
        return _Ticked(known, self._at) if self._of(f"channel:{name}") else known

    def check(self, condition: CustomCondition) -> CheckResult:
        """The answer that the condition has turned to."""
        effects = self._of(f"custom:{condition.key}")
        if not effects:
            return self._context.check(condition)
        return CheckResult(holds=bool(effects[-1].value), at=self._at)


class _Ticked:
    """A channel to which a record is sent of which nothing is known (`conditions.ChannelFacts`).

    Args:
        known: the channel; None where there is none yet.
        at: when it is sent.
    """

    __slots__ = ("_known", "ticked")

    def __init__(self, known: ChannelFacts | None, at: datetime) -> None:
        self._known = known
        self.ticked = Moment(_FIRST_ORDER, at)

    def latest(self, now: datetime) -> Mapping[str, object] | None:
        return None if self._known is None else self._known.latest(now)

    def expires(self, now: datetime) -> datetime | None:
        return None if self._known is None else self._known.expires(now)


class _ChangedHistory:
    """A history with what has happened since (`conditions.History`).

    Args:
        known: the history.
        at: when it happened.
        effects: what happened, in its order.
    """

    __slots__ = ("_known", "_moments", "created", "failures", "last_due", "running_since")

    def __init__(self, known: History, at: datetime, effects: Iterable[Effect]) -> None:
        self._known = known
        self._moments: list[tuple[str, Moment]] = []
        self.created = known.created
        self.last_due = known.last_due
        self.failures = known.failures
        self.running_since = known.running_since
        for number, (_, action, value) in enumerate(effects):
            if action == "begin":
                self.running_since = at - cast("timedelta", value)
            elif action == "end":
                self.running_since = None
            else:
                self._moments.append((action, Moment(_FIRST_ORDER + number, at)))
                self.failures = {"fail": self.failures + 1, "success": 0}.get(action, self.failures)

    def last(self, action: str) -> Moment | None:
        return next(
            (moment for each, moment in reversed(self._moments) if each == action),
            self._known.last(action),
        )

    def moments(self, action: str, since: datetime, until: datetime) -> Sequence[Moment]:
        more = [
            moment
            for each, moment in self._moments
            if each == action and since <= moment.at < until
        ]
        return [*self._known.moments(action, since, until), *more]
