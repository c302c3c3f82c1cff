"""Changes: what a dry run is asked to try, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime


class Step(Protocol):
    """One change, as a plan has it.

    Attributes:
        resource: runtime, config, parameter, calendar, channel or task.
        action: create, change, replace or delete.
        name: the runtime's, key's, parameter's, calendar's, channel's or task's name.
        values: what it gets: `kind` and `size` of a runtime, `value` of a key or parameter, the
            fields of a calendar, channel or task.
    """

    @property
    def resource(self) -> str: ...

    @property
    def action(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def values(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What would come of changes.

    Attributes:
        errors: why a change cannot be made: its place among them, the field, the reason. If there
            are any, the rest is empty.
        order: the places of the changes in the order in which they can be made: tasks after those
            that they wait for.
        definitions: what the tasks would be that are made or changed, by name.
        settings: what the configuration would be.
        doubts: what of a task's condition may not be meant, by the task's name.
        before: the next starts as things are, by task.
        after: the next starts after the changes, by task.
        reasons: why fewer starts than asked for are foretold, by task.
    """

    errors: tuple[tuple[int, str, str], ...] = ()
    order: tuple[int, ...] = ()
    definitions: dict[str, dict[str, Any]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    doubts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    before: dict[str, tuple[datetime, ...]] = field(default_factory=dict)
    after: dict[str, tuple[datetime, ...]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AffectedStart:
    """A start that a change adds, moves or removes.

    Attributes:
        task: the task's name.
        at: when it starts, or would have; aware, UTC.
        moved_from: when it would have started without the change; None where it has not moved.
    """

    task: str
    at: datetime
    moved_from: datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values; `from` only where it has moved."""
        plain: dict[str, Any] = {"task": self.task, "at": self.at}
        return plain if self.moved_from is None else {**plain, "from": self.moved_from}


@dataclass(frozen=True, slots=True)
class Collision:
    """A start that something is in the way of.

    Attributes:
        task: the task's name.
        at: when it would start.
        reason: `overlap` (an earlier job of the task still runs, by its usual duration), `limit`
            (a limit of the task, its rate, or its runtime is full).
        message: the reason in words.
    """

    task: str
    at: datetime
    reason: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values."""
        return {"task": self.task, "at": self.at, "reason": self.reason, "message": self.message}


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What changes would do to the starts of the coming week; nothing is changed.

    Attributes:
        until: the end of the week.
        added: starts that there would be as well.
        moved: starts that would come at another time.
        removed: starts that there would not be any more.
        colliding: starts after the change that something would be in the way of.
        cut: where the search ended, if that is before `until`.
        unpredictable: why the starts of a task cannot be foretold, by the task's name.
    """

    until: datetime
    added: tuple[AffectedStart, ...] = ()
    moved: tuple[AffectedStart, ...] = ()
    removed: tuple[AffectedStart, ...] = ()
    colliding: tuple[Collision, ...] = ()
    cut: datetime | None = None
    unpredictable: Mapping[str, str] = field(default_factory=dict)

    def only(self, is_seen: Callable[[str], bool]) -> WhatIf:
        """The part of it that is about some of the tasks."""
        return replace(
            self,
            added=tuple(each for each in self.added if is_seen(each.task)),
            moved=tuple(each for each in self.moved if is_seen(each.task)),
            removed=tuple(each for each in self.removed if is_seen(each.task)),
            colliding=tuple(each for each in self.colliding if is_seen(each.task)),
            unpredictable={name: why for name, why in self.unpredictable.items() if is_seen(name)},
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values."""
        return {
            "until": self.until,
            "added": [each.to_dict() for each in self.added],
            "moved": [each.to_dict() for each in self.moved],
            "removed": [each.to_dict() for each in self.removed],
            "colliding": [each.to_dict() for each in self.colliding],
            "cut": self.cut,
            "unpredictable": [
                {"task": name, "reason": why} for name, why in self.unpredictable.items()
            ],
        }
