"""A worker process as the session sees it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redengine.runtimes.process.guardian import WORKER_VARIABLE
from redengine.runtimes.process.guarding import GUARDIAN
from redengine.runtimes.process.wire import Frame, Wire, process_descriptor

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psutil

_BOOTSTRAP = str(Path(__file__).with_name("bootstrap.py"))
_STACK_WAIT_S = 2.0


class WorkerProcess:
    """A process of the same Python that runs jobs for this session.

    It is started by executing a new interpreter: never by a fork, which is
    unsafe in a program with threads, and never by importing the user's script.
    It leads a process group of its own, so that Ctrl-C in the terminal is the
    session's and its whole group can be ended. It ends itself when this
    process dies, and the guardian ends it where it cannot.

    Args:
        session: the mark of the session that it works for.
        name: tells it from others of its runtime.

    Raises:
        OSError: it cannot be started.
        EOFError: it ended before it was ready.
    """

    def __init__(self, session: str = "", name: str = "worker") -> None:
        self.name = name
        self.started_at = datetime.now(UTC)
        self.path = list(sys.path)
        self.jobs = 0
        self.is_suspended = False
        self._lock = threading.Lock()
        self._stack: str | None = None
        self._has_stack = threading.Event()
        self._process, read_fd, write_fd = _start(session)
        GUARDIAN.watch(self.pid)
        self._wire = Wire(read_fd, write_fd, process_descriptor(self._process.pid))
        try:
            self._wire.send("start", self.path, sys.argv)
            self._wire.receive()
        except (EOFError, OSError):
            self.end()
            raise EOFError(self.how_it_ended()) from None

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be given a job."""
        if sys.platform == "win32":
            return self._process.poll() is None
        return not self._wire.has_ended()

    def send(self, *frame: Any) -> None:
        """Send a frame; OSError when it is gone."""
        self._wire.send(*frame)

    def receive(self) -> Frame:
        """The next frame, stacks aside, which are answered here; EOFError when it is gone."""
        while (frame := self._wire.receive())[0] == "stack":
            self._stack = frame[1]
            self._has_stack.set()
        return frame

    def interrupt(self, reason: str | None, grace_s: float) -> None:
        """Ask its job to stop: by the flag, and where there are signals by SIGTERM."""
        if self.is_suspended:
            self.resume()
        self._wire.send_if_free("stop", reason, grace_s)
        if sys.platform != "win32":
            with self._lock:
                if self._process.returncode is None:
                    os.kill(self.pid, signal.SIGTERM)

    def suspend(self) -> None:
        """Stop it and its children where they stand; comes back when it does stand still.

        The kernel ends a stopped process group whose session's process dies, but not
        one that was only about to stop: so the stop is waited for.
        """
        self.is_suspended = True
        for process in self._tree():
            with _gone_is_fine():
                process.suspend()
        if hasattr(os, "waitid"):
            with contextlib.suppress(ChildProcessError):
                os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def resume(self) -> None:
        """Let it and its children go on."""
        self.is_suspended = False
        for process in self._tree():
            with _gone_is_fine():
                process.resume()

    def stack(self) -> str | None:
        """What its job is doing; None when it does not answer."""
        if self.is_suspended:
            return None
        self._has_stack.clear()
        self._wire.send_if_free("stack")
        return self._stack if self._has_stack.wait(_STACK_WAIT_S) else None

    def kill(self) -> None:
        """Kill it and everything that it has started."""
        for process in self._tree():
            with _gone_is_fine():
                process.kill()
        self._kill_group()

    def end(self, timeout_s: float = 0.0) -> None:
        """End it, with what is left in its process group, and free what it holds here.

        Args:
            timeout_s: how long it may take to end by itself; 0: it is killed at once.
        """
        if timeout_s > 0 and self._process.returncode is None:
            self._wire.send_if_free("quit")
            self._wait(timeout_s)
        self._kill_group()
        self._process.wait()
        GUARDIAN.release(self.pid)
        self._wire.close()

    def how_it_ended(self) -> str:
        """In words, for a log record: with its exit code, or the signal that killed it."""
        code = self._process.returncode
        name = f"worker process {self.pid}"
        if code is None or code >= 0:
            return f"{name} ended with exit code {code}"
        with contextlib.suppress(ValueError):
            return f"{name} was killed by {signal.Signals(-code).name}"
        return f"{name} was killed by signal {-code}"

    def _wait(self, timeout_s: float) -> None:
        if sys.platform == "win32":
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout_s)
        else:
            self._wire.wait_for_end(timeout_s)

    def _kill_group(self) -> None:
        """Kill what is in its process group; before it is reaped, while the id is surely its."""
        with self._lock:
            if self._process.returncode is not None:
                return
            if sys.platform == "win32":
                self._process.kill()
                return
            # Not Popen.kill: it would reap a dead leader first, whose group may live on.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    def _tree(self) -> list[psutil.Process]:
        """It and all processes below it, as long as it lives."""
        import psutil

        try:
            root = psutil.Process(self.pid)
            return [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


@contextlib.contextmanager
def _gone_is_fine() -> Iterator[None]:
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        yield


def _start(session: str) -> tuple[subprocess.Popen[bytes], int, int]:
    """The process, and the descriptors to read from and write to it."""
    theirs_read, write_fd = os.pipe()
    read_fd, theirs_write = os.pipe()
    options: dict[str, Any]
    if sys.platform == "win32":
        import msvcrt

        ends = [msvcrt.get_osfhandle(theirs_read), msvcrt.get_osfhandle(theirs_write)]
        for end in ends:
            os.set_handle_inheritable(end, True)
        options = {"close_fds": False}
    else:
        ends = [theirs_read, theirs_write]
        options = {"pass_fds": ends, "process_group": 0}
    options["env"] = {**os.environ, WORKER_VARIABLE: session}
    command = [sys.executable, *_interpreter_flags(), _BOOTSTRAP, *map(str, (*ends, os.getpid()))]
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)  # noqa: S603 # our own interpreter and script
    except BaseException:
        os.close(read_fd)
        os.close(write_fd)
        raise
    finally:
        os.close(theirs_read)
        os.close(theirs_write)
    return process, read_fd, write_fd


def _interpreter_flags() -> list[str]:
    """This interpreter's own options, such as -O and -W; never the script's folder as a path."""
    flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined] # noqa: SLF001 # what multiprocessing uses for the same
    return [*flags, "-P"]
