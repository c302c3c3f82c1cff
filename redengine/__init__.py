"""An in-process task scheduler for Python with a runtime control API.

The names below are imported when they are first used, so that `import redengine` is quick:
a worker process needs little of it, and the command line nothing of the scheduler.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from redengine._version import __version__

if TYPE_CHECKING:
    from redengine.exceptions import TaskInaction, TaskTermination
    from redengine.runtimes.context import current_job
    from redengine.scheduler.jobs.job import Job
    from redengine.sessions import Session

    session: Session

_HOMES: Final = {
    "Job": "redengine.scheduler.jobs.job",
    "Session": "redengine.sessions",
    "TaskInaction": "redengine.exceptions",
    "TaskTermination": "redengine.exceptions",
    "current_job": "redengine.runtimes.context",
    "session": "redengine.sessions",
}

__all__ = [
    "Job",
    "Session",
    "TaskInaction",
    "TaskTermination",
    "__version__",
    "current_job",
    "session",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module 'redengine' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
