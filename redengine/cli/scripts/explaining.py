"""Explaining a condition: what it says in plain words, and when it would start a task."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from redengine.conditions.insight.speaking import spoken
from redengine.scheduler.config import SETTINGS
from redengine.simulation.virtual import advance
from redengine.testing import ManualSession

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from redengine.conditions import Condition

LONGEST: Final = timedelta(days=366)
_MOST_LOOKS: Final = 100_000
"""So often the scheduler looks, a few seconds long, before the search is given up."""
_NAME: Final = "it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A condition, explained.

    Attributes:
        condition: the condition.
        words: what it says, in lines.
        doubts: what may not be meant.
        starts: when a new task with it would start.
        others: the tasks that it waits for.
        zone: the zone of its times.
        asked: how many starts were asked for.
        searched_until: where the search for starts ended.
    """

    condition: Condition
    words: list[str]
    doubts: list[str]
    starts: list[datetime]
    others: list[str]
    zone: str
    asked: int
    searched_until: datetime

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "condition": str(self.condition),
            "words": self.words,
            "warnings": self.doubts,
            "waits_for": self.others,
            "timezone": self.zone,
            "starts": [at.isoformat() for at in self.starts],
            "searched_until": self.searched_until.isoformat(),
        }

    def lines(self) -> Iterator[str]:
        """The explanation as lines."""
        yield str(self.condition)
        yield ""
        yield "A task with this condition starts"
        yield from (f"  {line}" for line in self.words)
        for doubt in self.doubts:
            yield f"Beware: {doubt}"
        yield ""
        yield from self._starts()

    def _starts(self) -> Iterator[str]:
        if self.asked and not self.starts:
            reason = f"; it waits for {', '.join(self.others)}" if self.others else ""
            until = f"{self.searched_until:%Y-%m-%d %H:%M}"
            yield f"No start was found by time alone; searched until {until}{reason}."
            return
        if self.asked:
            yield f"The next starts of a new task, in {self.zone}:"
        for at in self.starts:
            is_whole = not at.microsecond
            yield f"  {at:%a %Y-%m-%d %H:%M:%S}{'' if is_whole else f'{at:.%f}'} {at:%z}"


def explain_condition(text: str, timezone: str, since: str | None, count: int) -> Explained:
    """Explain a condition string.

    Args:
        text: the string.
        timezone: the zone of its wall-clock times.
        since: from when the starts are told; now if not given.
        count: how many starts are told.

    Raises:
        InvalidInput: the string cannot be read or never holds; a zone or a time does not fit.
    """
    zone: ZoneInfo = SETTINGS["timezone"].convert("timezone", timezone)
    start: Any = since or datetime.now(UTC).replace(microsecond=0)
    durations = {_NAME: timedelta(milliseconds=1)}  # else "always true" would never let time pass
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with ManualSession(start, str(zone), durations=durations) as session:
            session.task(text, name=_NAME)(_nothing)
            condition = session.tasks[_NAME].start_cond
            starts = _starts(session, count)
            searched_until = session.now
    assert condition is not None
    return Explained(
        condition=condition,
        words=spoken(condition),
        doubts=[str(each.message).removeprefix(f"task '{_NAME}': ") for each in caught],
        starts=starts,
        others=_waits_for(condition),
        zone=str(zone),
        asked=count,
        searched_until=searched_until,
    )


def _nothing() -> None:
    """What the task of an explanation does."""


def _starts(session: ManualSession, count: int) -> list[datetime]:
    """The first starts; the search ends after a year, or after very many looks in vain."""
    core, engine = session._core, session._engine  # noqa: SLF001 - made here

    def is_enough() -> bool:
        return len(session.runs(_NAME)) >= count or engine.looks > _MOST_LOOKS

    if count:
        session.start(block=False)
        end = (session.now + LONGEST).astimezone(UTC)
        advance(core, engine, session._manual_environment, end, is_enough)  # noqa: SLF001 - made here
    return session.runs(_NAME)[:count]


def _waits_for(condition: Condition) -> list[str]:
    words = {"task": "task", "parameter": "session parameter"}
    found = (topic.partition(":") for topic in sorted(condition.reads()))
    return [f"{words[kind]} '{name}'" for kind, _, name in found if kind in words and name]
