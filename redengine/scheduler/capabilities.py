"""Capabilities: what can be submitted to a session and where it would run, as it really is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.scheduler.config import LARGEST_RUNTIMES
from redengine.scheduler.forecast import LONGEST
from redengine.scheduler.job import Job
from redengine.scheduler.requests import LONGEST_ID, OPTIONS
from redengine.scheduler.summary import versions
from redengine.tasks import OPTIONS as TASK_OPTIONS
from redengine.tasks.options import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from redengine.scheduler.core import Core
    from redengine.scheduler.pools import Runtimes
    from redengine.tasks import Task

_EVIDENCE: Final[Mapping[str, tuple[str, Container[str]]]] = {
    "cancel": ("cancel", dir(Job)),
    "deadlines": ("deadline", OPTIONS),
    "idempotent_ids": ("is_new", dir(Job)),
    "limits": ("limits", TASK_OPTIONS),
    "output": ("output", dir(Job)),
    "pause": ("pause", dir(Job)),
    "priorities": ("priority", OPTIONS),
    "progress": ("progress", dir(Job)),
    "rates": ("rate", TASK_OPTIONS),
    "results": ("result", dir(Job)),
    "retries": ("retries", OPTIONS),
    "run_at": ("run_at", OPTIONS),
    "terminate": ("terminate", dir(Job)),
    "timeouts": ("timeout", OPTIONS),
}
"""By feature, what is there if it is: a member of jobs, or an option of jobs or tasks."""


def capabilities(core: Core, runtimes: Runtimes) -> dict[str, Any]:
    """Tasks with their parameters, runtimes with their sizes, limits, features and versions."""
    from redengine.store import database_kinds, kind_of

    store = core.journal.store
    in_use = kind_of(store.url)
    return {
        "tasks": [_shown(task, core) for task in core.session.tasks if not task.permanent],
        "runtimes": runtimes.snapshots(),
        "job_options": list(OPTIONS),
        "limits": _limits(core),
        "features": [name for name, (word, words) in _EVIDENCE.items() if word in words],
        "databases": [{**kind, "in_use": kind["kind"] == in_use} for kind in database_kinds()],
        "store": store.url,
        "durable": store.durable,
        "versions": versions(),
    }


def _shown(task: Task, core: Core) -> dict[str, Any]:
    return {
        "name": task.name,
        "description": task.description,
        "tags": list(task.tags),
        "runtime": core.session.runtime_of(task),
        "max_instances": task.max_instances,
        "parameters": task.parameter_schema(),
    }


def _limits(core: Core) -> dict[str, Any]:
    """How much is taken, and how long names may be."""
    return {
        "max_queue_size": core.config.max_queue_size,
        "longest_job_id": LONGEST_ID,
        "longest_name": LONGEST_NAME,
        "largest_runtimes": dict(LARGEST_RUNTIMES),
        "longest_forecast_days": LONGEST.days,
        "output_lines": core.config.output_lines,
    }
