"""Steps: single changes of a plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECTIONS: Final = {
    "runtime": "runtimes",
    "config": "config",
    "parameter": "parameters",
    "task": "tasks",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change of a plan.

    Attributes:
        resource: runtime, config, parameter or task.
        action: create, change, replace or delete.
        name: the name of what is changed.
        values: what it gets.
        before: the fields that change as they are; those of a thing that is removed.
        after: the same as they will be.
    """

    resource: str
    action: str
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where the document says it."""
        return f"{_SECTIONS[self.resource]}.{self.name}"
