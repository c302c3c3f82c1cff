"""Capabilities: what can be submitted to a session and where it would run, as it really is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.scheduler.requests import OPTIONS
from redengine.scheduler.summary import versions

if TYPE_CHECKING:
    from redengine.scheduler.core import Core
    from redengine.scheduler.pools import Runtimes

FEATURES: Final = (
    "cancel",
    "deadlines",
    "idempotent_ids",
    "limits",
    "output",
    "pause",
    "priorities",
    "progress",
    "rates",
    "results",
    "retries",
    "run_at",
    "terminate",
    "timeouts",
)


def capabilities(core: Core, runtimes: Runtimes) -> dict[str, Any]:
    """Tasks with their parameters, runtimes with their sizes, limits, features and versions."""
    tasks = [
        {
            "name": task.name,
            "description": task.description,
            "tags": list(task.tags),
            "runtime": core.session.runtime_of(task),
            "max_instances": task.max_instances,
            "parameters": task.parameter_schema(),
        }
        for task in core.session.tasks
        if not task.permanent
    ]
    return {
        "tasks": tasks,
        "runtimes": [
            {"runtime_id": name, "kind": runtimes[name].kind, "size": runtimes[name].size}
            for name in runtimes
        ],
        "job_options": list(OPTIONS),
        "limits": {"max_queue_size": core.config.max_queue_size},
        "features": list(FEATURES),
        "store": core.journal.store.url,
        "durable": core.journal.store.durable,
        "versions": versions(),
    }
