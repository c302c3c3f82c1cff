"""Hooks: the places at which a user's functions are called."""

from __future__ import annotations

import logging
from datetime import timedelta
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any, Final, TypeVar

from redengine.conditions.condition import OWN
from redengine.exceptions import UnknownName
from redengine.scheduler.engine.context import SessionContext
from redengine.support.functions import refuse_no_function
from redengine.support.interrupts import INTERRUPTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from redengine.conditions import Condition
    from redengine.scheduler.core import Core
    from redengine.tasks import Task

SOON: Final = timedelta(minutes=1)
_MOST_STEPS: Final = 200


class Watch:
    """An end condition of a running job, or the condition that ends the session.

    Args:
        condition: what is watched.
        action: called under the lock each time the condition is seen to hold.
        task: the task whose condition it is, if it is one's.
    """

    __slots__ = ("_action", "condition", "task", "wake")

    def __init__(
        self, condition: Condition, action: Callable[[], None], task: Task | None = None
    ) -> None:
        self.condition = condition
        self._action = action
        self.task = task
        self.wake: datetime | None = None

    def subscribe(self, core: Core) -> None:
        """Start watching; under the lock."""
        core.agenda.subscribe(self, self._topics())
        core.agenda.touch(self)
        core.wake_engine()

    def unsubscribe(self, core: Core) -> None:
        """Stop watching; under the lock."""
        core.agenda.unsubscribe(self, self._topics())
        core.agenda.forget(self)

    def _topics(self) -> list[str]:
        """What it reads, with the task's own name where it reads of its task."""
        own = "" if self.task is None else self.task.name
        return [f"{each}{own}" if each in OWN else each for each in self.condition.reads()]

    def look(self, core: Core, context: SessionContext) -> None:
        """Act if the condition holds; else see when time could change that."""
        if self.condition.holds(context):
            self._action()
        else:
            core.agenda.put(self, self.condition.until(context))


def holds_soon(core: Core, condition: Condition) -> bool:
    """Whether a condition holds now, or time alone lets it hold within a minute of a start now."""
    with core.lock:
        context = SessionContext(core)
        at = end = context.scheduler_started = core.clock.now()
        end += SOON
        for _ in range(_MOST_STEPS):
            context.ask_for(None, at)
            if condition.holds(context):
                return True
            until = condition.until(context)
            if until is None or until > end:
                return False
            at = until
    return False


log = logging.getLogger("redengine.hooks")
F = TypeVar("F", bound="Callable[..., Any]")

HOOKS: Final = {
    "task_init": "A task has been registered; called with the task.",
    "task_execute": "A job is about to run its code; called with the job, where it runs.",
    "scheduler_startup": "The session starts, before anything runs; called with the session.",
    "scheduler_cycle": "The scheduler woke up and started something; called with the session.",
    "scheduler_shutdown": "The session has shut down, after everything; called with the session.",
    "job_end": "A job has ended; called with the job.",
}
"""The hooks by name, and when each is called."""


class Hooks:
    """The functions to call at each hook; one that raises is logged and does no harm."""

    __slots__ = ("_functions", "say")

    def __init__(self) -> None:
        self.say: Callable[..., None] | None = None
        """Logs what a hook raised, where that is not for its thread to do."""
        self._functions: dict[str, list[Callable[..., Any]]] = {}

    def add(self, name: str, func: Callable[..., Any]) -> None:
        """Call `func` at the hook from now on.

        Raises:
            UnknownName: there is no such hook.
            InvalidInput: `func` is no function whose call runs its code.
        """
        if name not in HOOKS:
            raise UnknownName("hook", name, HOOKS)
        refuse_no_function(func, f'app.hook("{name}")(func)')
        self._functions.setdefault(name, []).append(func)

    def decorator(self, name: str) -> Callable[[F], F]:
        """A decorator that adds the function to the hook."""
        if name not in HOOKS:
            raise UnknownName("hook", name, HOOKS)

        def take(func: F) -> F:
            self.add(name, func)
            return func

        return take

    def has(self, name: str) -> bool:
        """Whether anybody listens at the hook."""
        return name in self._functions

    @INTERRUPTS.caller
    def call(self, name: str, *args: Any) -> None:
        """Call the hook's functions in the order in which they were added."""
        for func in self._functions.get(name, ()):
            try:
                func(*args)
            except BaseException as error:  # sys.exit() ends neither the worker nor the engine
                if isinstance(error, KeyboardInterrupt) and current_thread() is main_thread():
                    raise  # Ctrl-C, which is the program's own affair
                text = "the %s hook %r raised; it is ignored"
                if self.say is None:
                    log.exception(text, name, func)
                else:
                    self.say(log, logging.ERROR, text, name, func)
