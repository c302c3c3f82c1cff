"""The guardian: a small process that ends what a session has started, when the session is killed.

A killed process cannot end its children. Linux has a signal for that, but it comes when the
*thread* ends that started the child, and it comes to the child alone. So the session tells a
process beside it what it has started; that one sleeps until the session's end, whatever brings
it, and then kills what is left, with all that it has started in turn. It is started when the
first command or worker process is.

What it kills it knows by two things: descendants by their parents, and processes that left
those behind (`setsid`, a double fork) by a variable in their environment, which names the job.

This file is also the program that the guardian runs, so it needs nothing but Python itself.
"""

import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

JOB_VARIABLE = "_REDENGINE_JOB"
"""Stands in the environment of what a job has started: the session's mark and the job's id."""
WORKER_VARIABLE = "_REDENGINE_WORKER"
"""Stands in the environment of a worker process: the session's mark."""
_PASSES = 20
"""So often what may fork while it is being killed is looked for again."""
_PAUSE_S = 0.05
_HAS_PROC = os.path.exists("/proc/self/environ")  # noqa: PTH110 - pathlib would slow the guardian's start


class Process(NamedTuple):
    """A process, as the system lists it.

    Attributes:
        pid: its number.
        parent: its parent's.
        group: its process group's.
        session: its (Unix) session's.
        started: when it was started, in the system's own unit; tells it from a later process
            with the same number.
    """

    pid: int
    parent: int
    group: int
    session: int
    started: float


def processes() -> list[Process]:
    """All processes that the system shows."""
    if _HAS_PROC:
        found = (process_of(int(name)) for name in os.listdir("/proc") if name.isdigit())  # noqa: PTH208 - names are wanted
        return [process for process in found if process is not None]
    return list(_processes_elsewhere())


def process_of(pid: int) -> Process | None:
    """The process of a number; None where there is none."""
    if not _HAS_PROC:
        return next((each for each in _processes_elsewhere() if each.pid == pid), None)
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - pathlib would slow the guardian's start
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    if fields[0] in {b"Z", b"X"}:  # dead, and not yet collected
        return None
    return Process(pid, int(fields[1]), int(fields[2]), int(fields[3]), float(fields[19]))


def _processes_elsewhere() -> Iterator[Process]:
    import psutil

    for each in psutil.process_iter():
        try:
            pid = each.pid
            group, session = (
                (0, 0) if sys.platform == "win32" else (os.getpgid(pid), os.getsid(pid))
            )
            yield Process(pid, each.ppid() or 0, group, session, each.create_time())
        except (psutil.Error, OSError):
            continue


def environment_of(pid: int) -> list[str]:
    """The environment that a process was started with, as far as this user may see it."""
    if _HAS_PROC:
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:  # noqa: PTH123 - see above
                return file.read().decode(errors="replace").split("\0")
        except OSError:
            return []
    import psutil

    try:
        return [f"{name}={value}" for name, value in psutil.Process(pid).environ().items()]
    except (psutil.Error, OSError):
        return []


def family_of(roots: Iterable[Process], known: Iterable[Process]) -> set[Process]:
    """Processes with all their descendants, and what is in their groups and sessions."""
    known = list(known)
    by_name = {(process.pid, process.started): process for process in known}
    names = [(root.pid, root.started) for root in roots]
    found = {by_name[name] for name in names if name in by_name}
    leaders = {root.pid for root in found}
    found |= {each for each in known if each.group in leaders or each.session in leaders}
    while True:
        pids = {each.pid for each in found}
        more = {each for each in known if each.parent in pids} - found
        if not more:
            return found
        found |= more


def marked(is_wanted: Callable[[str], bool], known: Iterable[Process]) -> set[Process]:
    """Processes with an entry in their environment that is wanted, such as "NAME=value"."""
    return {each for each in known if any(map(is_wanted, environment_of(each.pid)))}


def kill_all(find: Callable[[list[Process]], set[Process]]) -> set[Process]:
    """Kill what is found among all processes, until nothing more is; what was killed.

    This process and those above it are spared.

    Args:
        find: chooses among all processes.
    """
    killed: set[Process] = set()
    for _ in range(_PASSES):
        known = processes()
        victims = find(known) - _own_line(known)
        for victim in victims:
            _kill(victim)
        if not victims:
            break
        killed |= victims
        time.sleep(_PAUSE_S)
    return killed


def _own_line(known: list[Process]) -> set[Process]:
    by_pid = {process.pid: process for process in known}
    line: set[Process] = set()
    process = by_pid.get(os.getpid())
    while process is not None and process not in line:
        line.add(process)
        process = by_pid.get(process.parent)
    return line


def _kill(process: Process) -> None:
    try:
        if sys.platform == "win32":
            os.kill(process.pid, signal.SIGTERM)
        else:
            os.kill(process.pid, signal.SIGKILL)
    except OSError:
        return  # it has ended, or is another user's


def kill_job(mark: str) -> set[Process]:
    """Kill all that a job has started and that is still there."""
    wanted = f"{JOB_VARIABLE}={mark}"
    return kill_all(lambda known: marked(wanted.__eq__, known))


def kill_leftovers(session: str, jobs: Iterable[str]) -> set[Process]:
    """Kill what an earlier session left behind: its worker processes, and what jobs started.

    Args:
        session: the session's mark, which is that of the earlier one on the same store.
        jobs: the ids of those that were running.
    """
    wanted = {f"{JOB_VARIABLE}={session}/{job}" for job in jobs}
    wanted.add(f"{WORKER_VARIABLE}={session}")

    def find(known: list[Process]) -> set[Process]:
        return family_of(marked(wanted.__contains__, known), known)

    return kill_all(find)


# -- in the guardian's process


class _Watch:
    """What is to be ended with the session."""

    def __init__(self) -> None:
        self._roots: dict[str, Process] = {}
        self._marks: set[str] = set()

    def take(self, line: str) -> None:
        """Follow what the session says: "+42", "-42", "+mark", "-mark"."""
        sign, name = line[0], line[1:]
        if sign == "-":
            self._roots.pop(name, None)
            self._marks.discard(f"{JOB_VARIABLE}={name}")
        elif not name.isdigit():
            self._marks.add(f"{JOB_VARIABLE}={name}")
        else:
            process = process_of(int(name))
            if process is not None:
                self._roots[name] = process

    def end_all(self) -> None:
        """Kill what is left."""
        if self._roots or self._marks:
            kill_all(self._find)

    def _find(self, known: list[Process]) -> set[Process]:
        found = family_of(self._roots.values(), known)
        self._roots |= {str(each.pid): each for each in found}  # it may lose its parents now
        return found | (marked(self._marks.__contains__, known) if self._marks else set())


def _watch_process(poller: select.poll, session: int) -> int | None:
    """See the end of a process, also while a child of it has the pipe: how long to wait for it."""
    if hasattr(os, "pidfd_open"):
        try:
            poller.register(os.pidfd_open(session), select.POLLIN)
        except ProcessLookupError:
            return 0
        except OSError:  # the kernel is too old
            return None
    return None


def main(session: int, library: list[str]) -> None:
    """Watch until the session's process is gone, then end what it has started.

    Args:
        session: its number.
        library: folders to import from.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.path += library
    watch = _Watch()
    poller = select.poll()
    poller.register(0, select.POLLIN)
    patience_ms = _watch_process(poller, session)
    rest = b""
    while any(descriptor == 0 for descriptor, _ in poller.poll(patience_ms)):
        data = os.read(0, 1 << 16)
        if not data:
            break
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            watch.take(line.decode())
    watch.end_all()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
