"""The fields of lists that can be filtered and sorted, and what kind of value they hold.

Those of log records, jobs and changes stand where they are stored: in `redengine.store`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redengine.tasks.shown import KINDS, STATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def _fields(**names_by_kind: str) -> dict[str, str]:
    def pairs() -> Iterator[tuple[str, str]]:
        for kind, names in names_by_kind.items():
            for name in names.split():
                yield name, kind

    return dict(pairs())


TASK_FIELDS: Final[Mapping[str, str]] = KINDS
RUNTIME_FIELDS: Final[Mapping[str, str]] = _fields(
    text="runtime_id kind status",
    number="size thread_pool_size running queued available abandoned threads workers recycle_after",
    boolean="is_default is_builtin shared",
    json="tasks",
)
DEPENDENCY_FIELDS: Final[Mapping[str, str]] = _fields(text="parent child relation type")

STATE_FIELDS: Final = frozenset((*STATE, "warnings"))
"""Fields of a task that tell its state: shown, and passed over when a whole object is written."""

ACTION_FIELDS: Final = frozenset(("force_run", "force_termination"))
"""Fields of a task that do something once: applied, and never journalled."""

TASK_SPELLINGS: Final = {
    "permanent": "permanent_task",
    "runtime": "execution",
    "func_name": "func",
}
"""Other spellings of fields of a task that a write may use."""
