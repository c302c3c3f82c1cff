"""The session's object, as the API shows it."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any, Final

from redengine._version import __version__
from redengine.markup import facts, listing

if TYPE_CHECKING:
    from redengine.scheduler.core import Core
    from redengine.scheduler.session import Session

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
        "store": core.journal.store.url,
        "versions": versions(),
    }


def session_html(session: Session) -> str:
    """The session for notebooks: its state, and its first tasks; the store is not asked."""
    tasks = list(session.tasks)
    pairs = [
        ("state", session.state),
        ("started at", session.started_at),
        ("timezone", session.zone),
        ("jobs active", len(session.jobs)),
        ("tasks", len(tasks)),
    ]
    html = facts(f"Session {session.name}", pairs, session.zone)
    if not tasks:
        return html
    title = "Tasks" if len(tasks) <= _MOST_ROWS else f"The first {_MOST_ROWS} tasks"
    rows = [(task.name, task.start_cond, task.status, task.last_run) for task in tasks[:_MOST_ROWS]]
    return html + listing(title, ("name", "start cond", "status", "last run"), rows, session.zone)


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
