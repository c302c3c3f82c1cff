"""Predicates: conditions that run a user's code, which is polled, and nothing else is."""

from __future__ import annotations

import inspect
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from redengine.conditions import CheckResult, FuncCond
from redengine.parameters import Argument

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from redengine.conditions import CustomCondition
    from redengine.scheduler.core import Core

log = logging.getLogger("redengine.conditions")

MOST_THREADS: Final = 4


class Predicate:
    """One polled condition on the agenda; those who use it are counted."""

    __slots__ = ("_owner", "condition", "is_running", "users", "wake", "warned_of")

    def __init__(self, owner: Predicates, condition: CustomCondition) -> None:
        self._owner = owner
        self.condition = condition
        self.users = 0
        self.wake: datetime | None = None
        self.is_running = False
        self.warned_of: set[str] = set()

    def attend(self, at: datetime) -> None:
        """Its instant has come, or a topic it reads has changed: have it checked."""
        self._owner.check(self, at)

    def __repr__(self) -> str:
        return f"Predicate({self.condition})"


class Predicates:
    """Checks custom conditions outside the lock, in a few threads of their own.

    Args:
        core: the session's state.
        inline: check in the engine's thread instead, for a session on a virtual clock.
    """

    def __init__(self, core: Core, *, inline: bool = False) -> None:
        self._core = core
        self._inline = inline
        self._by_key: dict[str, Predicate] = {}
        self._threads: ThreadPoolExecutor | None = None

    def follow(self, conditions: Iterable[CustomCondition]) -> None:
        """Poll these conditions from now on; under the lock."""
        for condition in conditions:
            predicate = self._by_key.get(condition.key)
            if predicate is None:
                predicate = self._by_key[condition.key] = Predicate(self, condition)
                topics = [t for t in condition.reads() if not t.startswith("custom:")]
                self._core.agenda.subscribe(predicate, topics)
                self._core.agenda.touch(predicate)
                self._core.wake_engine()
            predicate.users += 1

    def unfollow(self, conditions: Iterable[CustomCondition]) -> None:
        """Stop polling conditions that nobody uses any more; under the lock."""
        for condition in conditions:
            predicate = self._by_key.get(condition.key)
            if predicate is None:
                continue
            predicate.users -= 1
            if predicate.users == 0:
                del self._by_key[condition.key]
                self._core.agenda.unsubscribe(predicate, condition.reads())
                self._core.agenda.forget(predicate)
                self._core.checks.pop(condition.key, None)

    def check(self, predicate: Predicate, at: datetime) -> None:
        """Have a condition checked now, and again after its interval; under the lock."""
        self._core.agenda.put(predicate, at + predicate.condition.every)
        if predicate.is_running:
            return
        predicate.is_running = True
        if self._inline:
            self._run(predicate)
            return
        if self._threads is None:
            self._threads = ThreadPoolExecutor(MOST_THREADS, "redengine-predicate")
        self._threads.submit(self._run, predicate)

    def _run(self, predicate: Predicate) -> None:
        condition = predicate.condition
        error: str | None = None
        try:
            holds = self._ask(condition)
        except Exception as raised:  # noqa: BLE001 - a user's code may raise anything
            holds, error = False, f"{type(raised).__name__}: {raised}"
            self._warn(predicate, error)
        core = self._core
        with core.lock:
            predicate.is_running = False
            before = core.checks.get(condition.key)
            if condition.key not in self._by_key:
                return
            core.checks[condition.key] = CheckResult(holds=holds, at=core.clock.now(), error=error)
            if before is None or before.holds != holds:
                core.publish(f"custom:{condition.key}")

    def _warn(self, predicate: Predicate, error: str) -> None:
        """Log each distinct message once."""
        if error not in predicate.warned_of:
            predicate.warned_of.add(error)
            if not self._core.config.silence_cond_check:
                log.warning(
                    "condition %s raised %s; it counts as false", predicate.condition, error
                )

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
                values[name] = self._core.parameters[name]
        return bool(condition.func(*condition.args, **values))

    def close(self) -> None:
        """Let the threads go."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None


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
        return self._core.parameters.get(name, default)

    def returned(self, task: str, default: Any) -> Any:
        """The latest return value of a task, or `default`."""
        return self._core.returns.get(task, default)
