"""The session's object, as the API shows it."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

from redengine._version import __version__

if TYPE_CHECKING:
    from redengine.scheduler.core import Core

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
        "jobs_active": len(core.jobs),
        "store": core.journal.store.url,
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """The versions of this package, Python and the libraries under it."""
    found = {"redengine": __version__, "python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found
