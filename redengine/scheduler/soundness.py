"""Soundness: conditions that can never start their task are refused when the task is made."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from redengine.conditions import Constant, impossible, suspicious
from redengine.exceptions import ImpossibleCondition

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from redengine.tasks import Task


class SuspiciousCondition(UserWarning):
    """A condition that is possible, but hardly what was meant."""


FALSE: Final = Constant(value=False)
"""How to say: only by hand."""


_IS_TOLD: Final = ContextVar("told otherwise", default=False)


@contextmanager
def told_otherwise() -> Iterator[None]:
    """Leave out the warnings in this context: an answer over HTTP has them in it."""
    token = _IS_TOLD.set(True)
    try:
        yield
    finally:
        _IS_TOLD.reset(token)


def doubts_of(task: Task, zone: tzinfo) -> tuple[str, ...]:
    """What of a task's condition may not be meant; a service is meant to go on."""
    condition = task.start_cond
    if condition is None or condition == FALSE or task.permanent:
        return ()
    return suspicious(condition, zone)


def refuse_impossible(task: Task, zone: tzinfo) -> None:
    """Refuse a condition that can never hold.

    Args:
        task: whose condition it is.
        zone: the zone of its wall-clock times.

    Raises:
        ImpossibleCondition: with the reason.
    """
    condition = task.start_cond
    if condition is None:
        return
    reason = None if condition == FALSE else impossible(condition, zone)
    if reason is not None:
        raise ImpossibleCondition(str(condition), reason).under("start_cond")


def warn_of_doubts(task: Task, zone: tzinfo) -> None:
    """Warn of a condition that hardly means what it says.

    Not under the scheduler's lock: what becomes of a warning is the user's code.
    """
    for doubt in () if _IS_TOLD.get() else doubts_of(task, zone):
        warnings.warn(f"task '{task.name}': {doubt}", SuspiciousCondition, stacklevel=4)
