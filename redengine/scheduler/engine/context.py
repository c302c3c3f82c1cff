"""The context as conditions see it: a read-only view of a session at one instant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine.conditions import MISSING, WORKING_WEEK, CheckResult, condition
from redengine.exceptions import NotFound
from redengine.parameters import sounds_secret
from redengine.tasks import TaskHistory

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from redengine.conditions import Calendar, ChannelFacts, ConditionFactory, CustomCondition
    from redengine.scheduler.core import Core
    from redengine.tasks import Task


class CustomNames:
    """The condition factories that were made with `@session.condition()`."""

    def __init__(self) -> None:
        self.by_name: dict[str, ConditionFactory] = {}

    def decorator(self, **options: Any) -> Callable[[Callable[..., Any]], ConditionFactory]:
        """See `Session.condition`."""
        condition(**options)  # unknown options are refused here, not below the decorator

        def take(func: Callable[..., Any]) -> ConditionFactory:
            factory = condition(**options)(func)
            self.by_name[factory.name] = factory
            return factory

        return take


_UNKNOWN = TaskHistory()
_NOT_CHECKED = CheckResult(holds=False, at=None, error=None)


class SessionContext:
    """What one condition is asked about (`conditions.EvaluationContext`).

    Args:
        core: the session's state; read under its lock.
    """

    __slots__ = ("_core", "_own", "_zone", "nominal", "now", "scheduler_started", "task", "zone")

    def __init__(self, core: Core) -> None:
        self._core = core
        self._own: TaskHistory = _UNKNOWN
        self.now: datetime = core.clock.now()
        self.nominal: datetime | None = None
        self.task = ""
        self.zone: tzinfo = core.config.timezone
        self._zone = self.zone
        """The session's, for tasks that have none of their own."""
        self.scheduler_started: datetime | None = core.started_at

    def ask_for(self, task: Task | None, at: datetime, nominal: datetime | None = None) -> None:
        """Turn to a task and an instant."""
        self.now = at
        self.nominal = nominal
        if task is None:
            self.task = ""
            self._own = _UNKNOWN
            self.zone = self._zone
        else:
            self.task = task.name
            self._own = task.history
            self.zone = task.timezone or self._zone

    def refresh(self) -> None:
        """Take over the session's zone and start, which seldom change."""
        self.zone = self._zone = self._core.config.timezone
        self.scheduler_started = self._core.started_at

    def history(self, task: str | None) -> TaskHistory:
        """What is known of a task; None is the one whose condition is asked."""
        if task is None:
            return self._own
        known = self._core.tasks.get(task)
        return _UNKNOWN if known is None else known.history

    def parameter(self, name: str) -> Any:
        """A session parameter, or `MISSING`."""
        return self._core.parameters.get(name, MISSING)

    def is_secret(self, name: str) -> bool:
        """Whether a session parameter is masked where it is shown."""
        return self._core.parameters.is_secret(name) or sounds_secret(name)

    def calendar(self, name: str | None) -> Calendar:
        """The calendar of a name; Monday to Friday for None.

        Raises:
            NotFound: there is none of that name.
        """
        if name is None:
            return WORKING_WEEK
        found = self._core.calendars.get(name)
        if found is None:
            raise NotFound("calendar", name, list(self._core.calendars))
        return found

    def channel(self, name: str) -> ChannelFacts | None:
        """What is known of a channel; None if there is none of that name."""
        return self._core.channels.get(name)

    def check(self, condition: CustomCondition) -> CheckResult:
        """The latest result of a condition that runs a user's code."""
        return self._core.checks.get(condition.key, _NOT_CHECKED)
