"""Guarding: what a session has started does not outlive it; its side of the guardian."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from typing import Final

from redengine.runtimes.process import guardian
from redengine.support.forks import HeldLocks, Order, watch

_HAS_GUARDIAN: Final = sys.platform != "win32"


class Guardian:
    """The session's side: tells the guardian's process what to end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held = HeldLocks(self._lock)
        self._pipe: int | None = None
        self._pid = 0
        self._watched: set[str] = set()

    def watch(self, *things: int | str) -> None:
        """Have processes (by their numbers) and what jobs start (by their marks) ended."""
        self._tell("+", things)

    def release(self, *things: int | str) -> None:
        """They have ended, or are to live on."""
        self._tell("-", things)

    def rest(self) -> None:
        """End the guardian's process where there is nothing to watch."""
        with self._lock:
            if not self._watched:
                self._end()

    def _tell(self, sign: str, things: tuple[int | str, ...]) -> None:
        if not _HAS_GUARDIAN:
            return
        names = [str(thing) for thing in things]
        with self._lock:
            self._watched = self._watched.union(names) if sign == "+" else self._watched - {*names}
            try:
                if self._pipe is not None:
                    self._write(self._pipe, sign, names)
                elif self._watched:
                    self._write(self._start(), "+", sorted(self._watched))
            except OSError:  # it was killed, or cannot be started: the session's next start settles
                self._end()

    @staticmethod
    def _write(pipe: int, sign: str, names: list[str]) -> None:
        os.write(pipe, "".join(f"{sign}{name}\n" for name in names).encode())

    def _start(self) -> int:
        script = guardian.__file__
        command = [sys.executable, "-I", "-S", script, str(os.getpid()), *_library()]
        read, self._pipe = os.pipe()
        os.set_blocking(self._pipe, False)  # no job waits for it, whatever holds it up
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
                command,
                stdin=read,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
            )
        finally:
            os.close(read)
        self._pid = process.pid
        process.returncode = 0  # `_end` waits for it, and Popen need not warn that it runs
        return self._pipe

    def _end(self) -> None:
        """End its process, which must not take that for the end of the session."""
        pipe, self._pipe = self._pipe, None
        pid, self._pid = self._pid, 0
        with contextlib.suppress(OSError):
            if pid:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        if pipe is not None:
            os.close(pipe)

    def before_fork(self) -> None:
        """Keep what stands here whole."""
        self._held.take()

    def after_fork(self, *, is_child: bool) -> None:
        """Go on; a child has no part in what its parent has started."""
        if is_child:
            self._pid = 0
            self._watched = set()
            self._end()
        self._held.give_back(is_child=is_child)


def _library() -> list[str]:
    """Where psutil stands, for systems without `/proc`."""
    if os.path.isdir("/proc"):  # noqa: PTH112 - a text
        return []
    import psutil

    return [os.path.dirname(os.path.dirname(psutil.__file__))]  # noqa: PTH120 - a text is wanted


GUARDIAN: Final = Guardian()
watch(GUARDIAN, Order.RUNTIME)
