"""Explanations: why a condition holds or does not, and what would change that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo

_ESCAPED: Final = re.compile(r"\\([\\'\"])")


def quote(text: str) -> str:
    r"""The text in quotes, as the string language reads it back.

    Single quotes, or double ones if the text has a single one and no double one; a
    backslash and the quote itself are escaped by a backslash.
    """
    mark = '"' if "'" in text and '"' not in text else "'"
    escaped = text.replace("\\", "\\\\").replace(mark, f"\\{mark}")
    return f"{mark}{escaped}{mark}"


def unquote(literal: str) -> str:
    """The text that a quoted literal means."""
    return _ESCAPED.sub(r"\1", literal[1:-1])


def literal(value: object) -> str | None:
    """A value as the string language writes it, or None if it has no form there."""
    if isinstance(value, str):
        return quote(value)
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and value == value and abs(value) != float("inf"):  # noqa: PLR0124 - not NaN
        return repr(value)
    return None


def task_name(task: Any) -> str:
    """The name of a task given as its name, as a task, or as the function it was made of.

    Raises:
        InvalidInput: it is none of these.
    """
    name = task if isinstance(task, str) else _attribute(task)
    if isinstance(name, str) and name:
        return name
    raise InvalidInput(
        {"task": f"expected a task, its function or its name, got {shortened(task)}"}
    )


def _attribute(task: Any) -> Any:
    made = getattr(task, "__redengine_task__", None)
    named = getattr(task, "name", None) or getattr(made, "name", made)
    return named or getattr(task, "__name__", None)


def say_task(task: str | None) -> str:
    """How evidence names a task; None is the asked one."""
    return "the task" if task is None else f"task {quote(task)}"


_MILLISECOND: Final = 1_000
_HOLDS: Final = {True: "✓", False: "✗"}


def say_instant(instant: datetime, zone: tzinfo) -> str:
    """An instant in words, such as "2026-11-21 07:00 EET": the one form in all explanations."""
    return f"{instant.astimezone(zone):%Y-%m-%d} {say_clock(instant, zone)} {_zone(instant, zone)}"


def say_clock(instant: datetime, zone: tzinfo) -> str:
    """The wall-clock time to the millisecond; seconds and fractions only where there are any."""
    local = instant.astimezone(zone)
    if local.microsecond >= _MILLISECOND:
        return f"{local:%H:%M:%S}.{local.microsecond // _MILLISECOND:03}".rstrip("0")
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def _zone(instant: datetime, zone: tzinfo) -> str:
    local = instant.astimezone(zone)
    name = local.tzname() or ""
    return name if name.isalpha() else f"{local:%z}"


class Effect(NamedTuple):
    """What an event changes of what conditions read.

    Attributes:
        topic: what it is about, as `Condition.reads` names it; "task:" is the asked task.
        action: "set" or "delete" of a parameter; "begin", "end" or an action of a task; "turn" of a
            custom condition; "start" of the scheduler.
        value: the value that is set or turned to; how long the task or the scheduler has run.
    """

    topic: str
    action: str
    value: object = None


class Event(NamedTuple):
    """Something that has to happen.

    Attributes:
        text: it in words, a short sentence.
        effects: what it changes; nothing is known of it if there are none.
    """

    text: str
    effects: tuple[Effect, ...] = ()

    @classmethod
    def of(cls, text: str, *effects: Effect) -> Event:
        """The event with its effects."""
        return cls(text, effects)


@dataclass(frozen=True, slots=True)
class Change:
    """What would turn a verdict round.

    Attributes:
        events: what has to happen.
        wait: the instant until which to wait, if time is part of it; UTC.
        is_possible: False if nothing could ever do it.
    """

    events: tuple[Event, ...] = ()
    wait: datetime | None = None
    is_possible: bool = True

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What its events change, as far as that is known."""
        return tuple(each for event in self.events for each in event.effects)

    def text(self, zone: tzinfo) -> str:
        """The change in words, with times in a zone."""
        if not self.is_possible:
            return "nothing can change it"
        waits = () if self.wait is None else (f"wait until {say_instant(self.wait, zone)}",)
        events = (event.text for event in self.events)
        return " and ".join((*waits, *events)) or "nothing is known to change it"

    @classmethod
    def together(cls, changes: Iterable[Change]) -> Change:
        """All of several changes as one."""
        changes = tuple(changes)
        events = tuple(dict.fromkeys(event for change in changes for event in change.events))
        waits = [change.wait for change in changes if change.wait is not None]
        possible = all(change.is_possible for change in changes)
        return cls(events, max(waits, default=None), possible)

    @classmethod
    def smallest(cls, changes: Iterable[Change]) -> Change:
        """The one of several changes that asks for least: few events, then a short wait."""
        return min(changes, key=_size, default=IMPOSSIBLE)


def _size(change: Change) -> tuple[bool, int, float]:
    wait_s = change.wait.timestamp() if change.wait else 0.0
    return (not change.is_possible, len(change.events), wait_s)


IMPOSSIBLE: Final = Change(is_possible=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A verdict with its evidence, as a tree without short-circuit.

    Attributes:
        text: the condition, as the string language has it.
        holds: the verdict.
        evidence: what it rests on, in words; times are in the session's zone.
        until: when time alone could change it next; UTC; None: never.
        zone: the zone in which times are said.
        change: what would turn the verdict round.
        children: the explanations of its parts.
    """

    text: str
    holds: bool
    evidence: str
    until: datetime | None = None
    zone: tzinfo = UTC
    change: Change = IMPOSSIBLE
    children: tuple[Explanation, ...] = ()

    def smallest_change(self) -> str:
        """The smallest change that would let the condition hold, in words."""
        return "nothing: it holds now" if self.holds else self.change.text(self.zone)

    def to_dict(self) -> dict[str, object]:
        """The tree in JSON terms; the root adds `smallest_change`."""
        return {**self._node(), "smallest_change": self.smallest_change()}

    def _node(self) -> dict[str, object]:
        return {
            "text": self.text,
            "holds": self.holds,
            "evidence": self.evidence,
            "until": self.until.astimezone(self.zone).isoformat() if self.until else None,
            "children": [child._node() for child in self.children],  # noqa: SLF001 - same class
        }

    def lines(self) -> list[str]:
        """The tree, a line a node."""
        until = f" (until {say_instant(self.until, self.zone)})" if self.until else ""
        evidence = f": {self.evidence}" if self.evidence else ""
        head = f"{_HOLDS[self.holds]} {self.text}{evidence}{until}"
        tail: list[str] = []
        for child in self.children:
            tail += [f"  {line}" for line in child.lines()]
        return [head, *tail]

    def __str__(self) -> str:
        return "\n".join((*self.lines(), f"→ {self.smallest_change()}"))
