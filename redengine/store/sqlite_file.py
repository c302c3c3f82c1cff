"""The file of an SQLite database: made once, and watched from then on."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from redengine.exceptions import StoreError
from redengine.store.file_lock import identity_of
from redengine.store.outage import Outage

if TYPE_CHECKING:
    from pathlib import Path

_CHUNK: Final = 1 << 20
_OPEN_FILES: Final = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
_DELETED: Final = " (deleted)"
"""How Linux marks the path of a descriptor whose file has no name any more."""


class SqliteFile:
    """A database file that may be moved away, put back or replaced while it is in use.

    It is created at the first opening and never again: SQLite throws the log (`-wal`) of a
    file away that it finds empty, and with the log what was committed last
    (https://sqlite.org/wal.html#the_wal_file).

    Args:
        path: the file, with all symbolic links followed.
        url: the store's URL, for errors.
    """

    def __init__(self, path: Path, url: str) -> None:
        self.path = path
        self._name = str(path)
        self._log = f"{path}-wal"
        self._url = url
        self._identity: tuple[int, int] | None = None
        self._log_identity: tuple[int, int] | None = None
        self._strangers: set[tuple[int, ...]] = set()

    # -- opening

    def open(self) -> None:
        """Find the file, or make it where none was opened before; it is its owner's alone.

        Raises:
            StoreError: it cannot be used, and what to do.
        """
        if not self.path.exists():
            self._create()
        found = self.path.stat()
        if found.st_nlink > 1:
            reason = (
                f"{self.path} has {found.st_nlink} names (hard links), and each would get a log "
                "of its own; remove the others, or give this session a copy"
            )
            raise StoreError(self._url, reason)
        self._identity = identity_of(found)

    def _create(self) -> None:
        if self._identity is not None:
            raise StoreError(self._url, self._gone())
        if _size(self._log):
            reason = (
                f"{self.path} is gone, but its log {self._log} holds what was committed last; "
                "put the file back, or remove the log for a new database"
            )
            raise StoreError(self._url, reason)
        try:
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise StoreError(self._url, f"cannot make {self.path}: {error.strerror}") from None

    # -- watching

    @property
    def is_there(self) -> bool:
        """Whether the very file that was opened stands in its place."""
        return _identity(self._name) == self._identity

    @property
    def has_name(self) -> bool:
        """Whether the file that was opened still has a name, whichever that is.

        It is known where the system lists what a process has open.
        """
        descriptor = self._descriptor()
        return descriptor is not None and os.fstat(descriptor).st_nlink > 0

    def _descriptor(self) -> int | None:
        """The one by which SQLite reaches the file, wherever that is now.

        A descriptor of our own would not do: SQLite's locks go with the first descriptor of the
        file that this process closes (https://sqlite.org/howtocorrupt.html §2.2).
        """
        try:
            numbers = [int(name) for name in os.listdir(_OPEN_FILES)]  # noqa: PTH208 - names are wanted
        except OSError:
            return None
        return next((number for number in numbers if self._is_open_as(number)), None)

    def _is_open_as(self, descriptor: int) -> bool:
        try:
            return identity_of(os.fstat(descriptor)) == self._identity
        except OSError:  # the one that listed them
            return False

    def check(self) -> bool:
        """Look for the file; whether one stands there that may take its place.

        That is a copy, the same to the byte; or an empty file, where the first was deleted and
        can never be put back.

        Raises:
            Outage: it is gone, or something else stands there.
        """
        if self.is_there:
            return False
        trouble = self.trouble()
        if trouble is not None:
            raise Outage(trouble)
        return True

    def trouble(self) -> str | None:
        """Why the database cannot be used now, and what to do; None if it can."""
        if self.is_there:
            return None
        if _identity(self._name) is None:
            return self._gone()
        if self._is_successor():
            return None
        return (
            f"another file stands in the place of {self.path}{self._whereabouts()}; put the first "
            "one back, or start the session again to use the other"
        )

    def _gone(self) -> str:
        return f"the file {self.path} is gone{self._whereabouts()}; put it back"

    def _whereabouts(self) -> str:
        """Where the file that was opened is now, where the system knows."""
        descriptor = self._descriptor()
        if descriptor is None or sys.platform != "linux":
            return ""
        path = os.readlink(f"{_OPEN_FILES}/{descriptor}")  # noqa: PTH115 - a text is wanted
        return "" if path.endswith(_DELETED) or path == self._name else f" (it is now {path})"

    def _is_successor(self) -> bool:
        try:
            found = self.path.stat()
        except OSError:
            return False
        if found.st_size == 0:
            return not self.has_name and _size(self._log) == 0
        key = (*identity_of(found), found.st_size, found.st_mtime_ns)
        if key not in self._strangers and self._has_same_bytes(found.st_size):
            return True
        self._strangers.add(key)
        return False

    def _has_same_bytes(self, size: int) -> bool:
        descriptor = self._descriptor()
        if sys.platform == "win32" or descriptor is None or os.fstat(descriptor).st_size != size:
            return False
        with self.path.open("rb") as other:
            for start in range(0, size, _CHUNK):
                if other.read(_CHUNK) != os.pread(descriptor, _CHUNK, start):
                    return False
        return self._is_open_as(descriptor)

    # -- its log

    def note_log(self) -> None:
        """Remember the log that a connection has just opened."""
        self._log_identity = _identity(self._log)

    def forget_log(self) -> None:
        """The connection that wrote was closed, and perhaps the log with it."""
        self._log_identity = None

    @property
    def has_lost_log(self) -> bool:
        """Whether the log that connections write to was taken away."""
        return self._log_identity is not None and _identity(self._log) != self._log_identity


def _identity(path: str) -> tuple[int, int] | None:
    """What tells the file of a name from all others; None where there is none."""
    try:
        return identity_of(os.stat(path))  # noqa: PTH116 - asked at each commit; Path.stat takes three times as long
    except OSError:
        return None


def _size(path: str) -> int:
    """How many bytes the file of a name holds; 0 where there is none."""
    try:
        return os.stat(path).st_size  # noqa: PTH116 - see above
    except OSError:
        return 0
