"""Explaining a condition on the command line, without a session."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from redengine.conditions import parse
from redengine.conditions.insight.explained import (
    ConditionExplanation,
    deadline_of_this_thread,
    explained,
)
from redengine.conditions.language.places import located
from redengine.exceptions import InvalidInput, shortened
from redengine.scheduler.config import SETTINGS

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def explain_condition(
    text: str, timezone: str, since: str | None, count: int, task: str | None = None
) -> ConditionExplanation:
    """Explain a condition string.

    Args:
        text: the string.
        timezone: the zone of its wall-clock times.
        since: from when the starts are told; now if not given.
        count: how many starts are told.
        task: the name of the task that would have it; None for any.

    Raises:
        InvalidInput: the string cannot be read; a zone or a time does not fit.
    """
    zone: ZoneInfo = SETTINGS["timezone"].convert("timezone", timezone)
    condition = parse(text)
    return explained(
        condition,
        zone,
        _instant(since, zone),
        count=count,
        places=located(text),
        is_late=deadline_of_this_thread(),
        task=task,
    )


def _instant(text: str | None, zone: ZoneInfo) -> datetime:
    """From when the starts are told."""
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        message = f"expected a time such as '2026-11-21 07:00', got {shortened(text)}"
        raise InvalidInput({"from": message}) from None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
