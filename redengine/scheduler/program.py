"""The program that a session runs in: it may be started twice, and it may end too early.

Reloaders of web frameworks run a program in two processes: one watches its files, one serves.
"""

from __future__ import annotations

import atexit
import os
import warnings
import weakref
from typing import TYPE_CHECKING, Final

from redengine.exceptions import counted
from redengine.scheduler.core import PAUSED, RUNNING

if TYPE_CHECKING:
    from redengine.scheduler.core import Core
    from redengine.scheduler.job import Job

_STARTED_BY: Final = "_REDENGINE_STARTED_BY"
"""The variable that tells child processes which process has started a session."""
_OF_A_RELOADER: Final = ("WERKZEUG_RUN_MAIN", "RUN_MAIN")
"""The variables that Werkzeug and Django set in the process that serves."""
_TWICE: Final = (
    "a session was started in this process and in its reloader's: with a store in memory every "
    "job runs in both. Start it where {variable} is set, or switch the reloader off"
)
_CUT_OFF: Final = (
    "the program ends, and session '{name}' with it{jobs}: keep the main thread, call "
    "shut_down() before, or use 'with app:'"
)

_started: Final[weakref.WeakKeyDictionary[Core, int]] = weakref.WeakKeyDictionary()
"""The process in which each session was started last."""


def note_start(core: Core) -> None:
    """Remember that this process has started a session, and warn where its parent has, too.

    A durable store refuses the second session by itself.
    """
    variable = next((name for name in _OF_A_RELOADER if os.environ.get(name) == "true"), None)
    is_twice = os.environ.get(_STARTED_BY) == str(os.getppid())
    if variable is not None and is_twice and not core.journal.store.durable:
        warnings.warn(_TWICE.format(variable=variable), RuntimeWarning, stacklevel=2)
    os.environ[_STARTED_BY] = str(os.getpid())
    _started[core] = os.getpid()


@atexit.register
def warn_of_running() -> None:
    """Warn of sessions that run when the program ends; Python 3.12 starts no thread by then."""
    for core, pid in list(_started.items()):
        if pid == os.getpid() and core.state in {RUNNING, PAUSED}:
            jobs = [job for job in list(core.jobs.values()) if _is_cut_off(job)]
            told = f", {counted(len(jobs), 'running job')} cut off" if jobs else ""
            message = _CUT_OFF.format(name=core.session.name, jobs=told)
            warnings.warn(message, RuntimeWarning, stacklevel=2)


def _is_cut_off(job: Job) -> bool:
    is_service = job.definition is not None and job.definition.permanent
    return job.status == "run" and not is_service
