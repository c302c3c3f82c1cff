"""Soundness: conditions that can never start their task are refused when the task is made."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from redengine.conditions import Constant, impossible, suspicious
from redengine.exceptions import ImpossibleCondition

if TYPE_CHECKING:
    from datetime import tzinfo

    from redengine.tasks import Task


class SuspiciousCondition(UserWarning):
    """A condition that is possible, but hardly what was meant."""


def refuse_impossible(task: Task, zone: tzinfo, *, warn: bool = True) -> None:
    """Complain of a condition that can never hold, and warn of one that hardly means what it says.

    Args:
        task: whose condition it is.
        zone: the zone of its wall-clock times.
        warn: whether to warn at all.

    Raises:
        ImpossibleCondition: with the reason.
    """
    condition = task.start_cond
    if condition is None or isinstance(condition, Constant):
        return  # "always false" is how to say: only by hand
    reason = impossible(condition, zone)
    if reason is not None:
        raise ImpossibleCondition(str(condition), reason).under("start_cond")
    for doubt in suspicious(condition, zone) if warn else ():
        warnings.warn(f"task '{task.name}': {doubt}", SuspiciousCondition, stacklevel=4)
