"""Changes: what a dry run is asked to try, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Step(Protocol):
    """One change, as a plan has it.

    Attributes:
        resource: runtime, config, parameter, calendar or task.
        action: create, change, replace or delete.
        name: the runtime's, key's, parameter's, calendar's or task's name.
        values: what it gets: `kind` and `size` of a runtime, `value` of a key or parameter, the
            fields of a calendar or task.
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
