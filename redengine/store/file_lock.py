"""One session a file: a lock that the operating system gives back when the process dies."""

from __future__ import annotations

import os
import socket
import sys
from typing import TYPE_CHECKING, Final

from redengine.exceptions import StoreError

if TYPE_CHECKING:
    from pathlib import Path

_TRIES: Final = 10
"""How often the lock's file may be taken away by its last owner while it is being opened."""

if sys.platform == "win32":
    import msvcrt

    _LOCKED_BYTE: Final = 1 << 30
    """Beyond the text: Windows lets nobody read what is locked."""

    def _try_lock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """The exclusive right to a database file, marked by a file beside it.

    The database file itself is not locked: SQLite's own locks on it would be lost with the
    first descriptor that is closed (https://sqlite.org/howtocorrupt.html §2.2).

    Args:
        path: the database file.
        url: the store's URL, for errors.
    """

    def __init__(self, path: Path, url: str) -> None:
        self._path = path.with_name(path.name + "-lock")
        self._url = url
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, or say who has it.

        Raises:
            StoreError: another session has it, or its file cannot be made.
        """
        for _ in range(_TRIES):
            try:
                descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
            except OSError as error:
                raise StoreError(self._url, f"cannot make {self._path}: {error.strerror}") from None
            if self._holds(descriptor):
                self._descriptor = descriptor
                self._sign(descriptor)
                return
        raise StoreError(self._url, f"{self._path} keeps vanishing; is something cleaning up?")

    def _holds(self, descriptor: int) -> bool:
        """Lock an open file; False if its last owner has just removed it.

        Raises:
            StoreError: another session holds it.
        """
        try:
            _try_lock(descriptor)
        except OSError:
            owner = os.pread(descriptor, 200, 0) if hasattr(os, "pread") else b""
            os.close(descriptor)
            raise StoreError(
                self._url,
                f"another session uses it: {_owner(owner)}; stop that one, or give this one "
                "another file",
            ) from None
        try:
            is_current = os.path.samestat(os.fstat(descriptor), self._path.stat())
        except OSError:
            is_current = False
        if not is_current:
            os.close(descriptor)
        return is_current

    def _sign(self, descriptor: int) -> None:
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, f"process {os.getpid()} on {socket.gethostname()}\n".encode())

    def release(self) -> None:
        """Give the lock back; its file goes too."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        if sys.platform != "win32":
            self._path.unlink(missing_ok=True)
        os.close(descriptor)


def _owner(signature: bytes) -> str:
    return signature.decode(errors="replace").strip() or "its process is not known"
