"""The fields of lists that can be filtered and sorted, and what kind of value they hold.

Those of log records, jobs and changes stand where they are stored: in `redengine.store`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def _fields(**names_by_kind: str) -> dict[str, str]:
    def pairs() -> Iterator[tuple[str, str]]:
        for kind, names in names_by_kind.items():
            for name in names.split():
                yield name, kind

    return dict(pairs())


TASK_FIELDS: Final[Mapping[str, str]] = _fields(
    text="name class description start_cond end_cond execution runtime missed on_crash"
    " func path code cwd argform status",
    number="priority timeout retries max_instances jobs_running",
    boolean="disabled force_run on_startup on_shutdown permanent_task shell is_running",
    datetime="last_run last_success last_fail last_terminate last_inaction last_crash next_run",
    json="tags backoff parameters command env",
)
RUNTIME_FIELDS: Final[Mapping[str, str]] = _fields(
    text="runtime_id kind status",
    number="size thread_pool_size running queued available abandoned threads workers recycle_after",
    boolean="is_default is_builtin",
    json="tasks",
)
DEPENDENCY_FIELDS: Final[Mapping[str, str]] = _fields(text="parent child relation type")

STATE_FIELDS: Final = frozenset(
    (
        "status",
        "is_running",
        "last_run",
        "last_success",
        "last_fail",
        "last_terminate",
        "last_inaction",
        "last_crash",
        "next_run",
        "jobs_running",
    )
)
"""Fields of a task that tell its state: shown, and passed over when a whole object is written."""

ACTION_FIELDS: Final = frozenset(("force_run", "force_termination"))
"""Fields of a task that do something once: applied, and never journalled."""

TASK_SPELLINGS: Final = {
    "permanent": "permanent_task",
    "runtime": "execution",
    "func_name": "func",
}
"""Other spellings of fields of a task that a write may use."""
