"""Tasks that are disabled until an instant: the engine enables them when it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from redengine.scheduler.core import Core
    from redengine.tasks import Task


class Enabling:
    """The instant at which one task is enabled again: an item of the agenda."""

    __slots__ = ("_core", "_task", "wake")

    def __init__(self, core: Core, task: Task) -> None:
        self._core = core
        self._task = task
        self.wake: datetime | None = None

    def attend(self, at: datetime) -> None:
        """Enable the task, unless its instant was changed or the clock was set back."""
        del at
        core, task = self._core, self._task
        if core.tasks.get(task.name) is not task:
            return
        until = task.disabled_until
        if until is not None and core.clock.now() < until:
            core.agenda.put(self, until)
            return
        core.enablings.pop(task.name, None)
        if until is not None and task.disabled:
            core.settle_due((task,))
            task.reset(disabled=False, disabled_reason=None, disabled_until=None)
            core.show(task)
            core.agenda.touch(task, until)


def follow(core: Core, task: Task) -> None:
    """See when a task is to be enabled, after it was made or changed; under the lock."""
    if core.tasks.get(task.name) is not task:
        return
    until = task.disabled_until if task.disabled else None
    known = core.enablings.pop(task.name, None)
    if known is not None:
        core.agenda.forget(known)
    if until is not None:
        item = core.enablings[task.name] = Enabling(core, task)
        core.agenda.put(item, until)
        core.wake_engine()


def forget(core: Core, name: str) -> None:
    """A task is gone; under the lock."""
    known = core.enablings.pop(name, None)
    if known is not None:
        core.agenda.forget(known)
