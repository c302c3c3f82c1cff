"""Watch: a condition that is not a task's start, and what to do when it holds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from redengine.scheduler.world import SessionWorld

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from redengine.conditions import Condition
    from redengine.scheduler.core import Core

SOON: Final = timedelta(minutes=1)
_MOST_STEPS: Final = 200


class Watch:
    """An end condition of a running job, or the condition that ends the session.

    Args:
        condition: what is watched.
        action: called under the lock each time the condition is seen to hold.
    """

    __slots__ = ("_action", "condition", "wake")

    def __init__(self, condition: Condition, action: Callable[[], None]) -> None:
        self.condition = condition
        self._action = action
        self.wake: datetime | None = None

    def subscribe(self, core: Core) -> None:
        """Start watching; under the lock."""
        core.agenda.subscribe(self, self.condition.reads())
        core.agenda.touch(self)
        core.wake_engine()

    def unsubscribe(self, core: Core) -> None:
        """Stop watching; under the lock."""
        core.agenda.unsubscribe(self, self.condition.reads())
        core.agenda.forget(self)

    def look(self, core: Core, world: SessionWorld) -> None:
        """Act if the condition holds; else see when time could change that."""
        if self.condition.holds(world):
            self._action()
        else:
            core.agenda.put(self, self.condition.until(world))


def holds_soon(core: Core, condition: Condition) -> bool:
    """Whether a condition holds now, or time alone lets it hold within a minute of a start now."""
    with core.lock:
        world = SessionWorld(core)
        at = end = world.scheduler_started = core.clock.now()
        end += SOON
        for _ in range(_MOST_STEPS):
            world.ask_for(None, at)
            if condition.holds(world):
                return True
            until = condition.until(world)
            if until is None or until > end:
                return False
            at = until
    return False
