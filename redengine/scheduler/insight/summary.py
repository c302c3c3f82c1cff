"""The session's own object, and what it can be asked to run."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any, Final

from redengine._version import __version__
from redengine.scheduler.config import LARGEST_RUNTIMES, LONGEST_FORECAST
from redengine.scheduler.jobs.job import Job
from redengine.scheduler.jobs.submission import LONGEST_ID, OPTIONS
from redengine.support.html import facts, listing
from redengine.tasks import OPTIONS as TASK_OPTIONS
from redengine.tasks.options import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from redengine.scheduler.core import Core
    from redengine.scheduler.runtimes import Runtimes
    from redengine.tasks import Task

_MOST_ROWS: Final = 20
_LIBRARIES: Final = ("flask", "flask-restful", "waitress", "croniter", "sqlalchemy")


def session_snapshot(core: Core, name: str) -> dict[str, Any]:
    """Configuration, parameters, task names, returns, state, start, uptime and versions."""
    now = core.clock.now()
    uptime = (now - core.started_at).total_seconds() if core.started_at else None
    return {
        "name": name,
        "state": core.state,
        "started_at": core.started_at,
        "uptime": uptime,
        "config": core.config.snapshot(),
        "parameters": core.parameters.snapshot(),
        "tasks": list(core.tasks),
        "returns": core.returns.snapshot(),
        "jobs_active": len(core.active_jobs),
        "store": core.store.url,
        "versions": versions(),
    }


def session_html(core: Core, name: str) -> str:
    """The session for notebooks: its state, and its first tasks; the store is not asked."""
    zone = core.config.timezone
    tasks = list(core.tasks.values())
    pairs = [
        ("state", core.state),
        ("started at", core.started_at),
        ("timezone", zone),
        ("jobs active", len(core.session.jobs)),
        ("tasks", len(tasks)),
    ]
    html = facts(f"Session {name}", pairs, zone)
    if not tasks:
        return html
    title = "Tasks" if len(tasks) <= _MOST_ROWS else f"The first {_MOST_ROWS} tasks"
    rows = [(task.name, task.start_cond, task.status, task.last_run) for task in tasks[:_MOST_ROWS]]
    return html + listing(title, ("name", "start cond", "status", "last run"), rows, zone)


def versions() -> dict[str, str]:
    """The versions of this package, Python and the libraries under it."""
    from importlib.metadata import PackageNotFoundError, version

    found = {"redengine": __version__, "python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


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

    store = core.store
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
        "longest_forecast_days": LONGEST_FORECAST.days,
        "output_lines": core.config.output_lines,
    }
