"""The processes of a session: its own, those of its runtimes, and what its jobs have started."""

from __future__ import annotations

import contextlib
import os
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import psutil

from redengine.runtimes.process.guardian import JOB_VARIABLE, environment_of, process_of, processes
from redengine.runtimes.process.runtime import ProcessRuntime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redengine.scheduler.core import Core

MAIN: Final = "main"
WORKER: Final = "worker"
SPAWNED: Final = "spawned"


def workers(core: Core) -> list[dict[str, Any]]:
    """The processes that belong to a session, on this host.

    The first is the one in which it runs, named as the session is; then the worker processes of
    its runtimes, named `<runtime>-<number>`; then what running jobs have started, such as
    commands, named as their tasks are.
    """
    own = [(core.session.name, os.getpid(), MAIN, core.started_at)]
    own += [(name, pid, WORKER, since) for name, pid, since in _of_runtimes(core)]
    known = {pid for _, pid, _, _ in own}
    found = [*own, *(each for each in _of_jobs(core) if each[1] not in known)]
    host, session = socket.gethostname(), core.session.name
    return [
        {"name": name, "pid": pid, "host": host, "kind": kind, "session": session, "since": since}
        for name, pid, kind, since in found
    ]


def _of_runtimes(core: Core) -> Iterator[tuple[str, int, datetime]]:
    for runtime in list(core.runtimes.values()):
        if isinstance(runtime, ProcessRuntime):
            for worker in runtime.workers():
                if process_of(worker.pid) is not None:
                    yield worker.name, worker.pid, worker.started_at


def _of_jobs(core: Core) -> Iterator[tuple[str, int, str, datetime | None]]:
    """What running jobs have started: the mark of its job stands in the environment of each."""
    with core.lock:
        jobs = [job for job in core.jobs.values() if job.context is not None]
    tasks = {f"{JOB_VARIABLE}={job.context.mark}": job.task for job in jobs if job.context}
    if not tasks:
        return
    for process in sorted(processes(), key=lambda each: each.pid):
        task = next(filter(None, map(tasks.get, environment_of(process.pid))), None)
        if task is not None:
            yield task, process.pid, SPAWNED, _since(process.pid)


def _since(pid: int) -> datetime | None:
    with contextlib.suppress(psutil.Error):
        return datetime.fromtimestamp(psutil.Process(pid).create_time(), UTC)
    return None
