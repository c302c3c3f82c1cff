"""The file of an SQLite database: made once, and watched from then on."""

from __future__ import annotations

import errno
import os
import struct
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from redengine.exceptions import StoreError
from redengine.store.engines.database import Holder
from redengine.store.errors import Outage

if TYPE_CHECKING:
    from pathlib import Path

_PAUSE_S: Final = 0.05
_SIGNATURE_BYTES: Final = 2_000
_LOOK_ENDS_S: Final = 0.2
"""So long another process may look who holds the lock, which it holds itself meanwhile."""
_TRIES: Final = 10
"""How often the lock's file may be taken away by its last owner while it is being opened."""
_TAKEN: Final = frozenset((errno.EAGAIN, errno.EACCES))
_BEYOND: Final = (1 << 63) - 2
"""The byte that is locked of a database file; SQLite locks some at 1 << 30."""
_KEPT: Final[dict[tuple[int, int], list[int]]] = {}
"""Descriptors of database files that had to stay open, by what tells the file."""

if sys.platform == "win32":
    import msvcrt

    _HAS_OWN_LOCKS: Final = False
    _LOCKED_BYTE: Final = 1 << 30
    """Beyond the text: Windows lets nobody read what is locked."""

    def _try_lock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    _try_share = _try_lock

else:
    import fcntl

    _HAS_OWN_LOCKS: Final = sys.platform == "linux" and sys.maxsize > 2**32

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _try_share(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)


class FileLock:
    """The exclusive right to a database file, marked by a file beside it.

    The database file itself is not locked: SQLite's own locks on it would be lost with the
    first descriptor that is closed (https://sqlite.org/howtocorrupt.html §2.2).

    Args:
        path: the database file, with all symbolic links followed.
        url: the store's URL, for errors.
        session: the session's name, for others that want the file.
    """

    def __init__(self, path: Path, url: str, session: str | None = None) -> None:
        self._path = path.with_name(path.name + "-lock")
        self._file = str(self._path)
        self._url = url
        self._session = session
        self._descriptor: int | None = None
        self._identity: tuple[int, int] | None = None

    def acquire(self, patience_s: float = 0.0) -> None:
        """Take the lock, or say who has it.

        Args:
            patience_s: for how many seconds to try again where another session has it.

        Raises:
            StoreError: another session has it, or its file cannot be made.
        """
        deadline = time.monotonic() + max(patience_s, _LOOK_ENDS_S)
        while True:
            try:
                self._acquire()
            except StoreError:
                if time.monotonic() >= deadline:
                    raise
                time.sleep(_PAUSE_S)  # nothing tells that a lock is free but trying
            else:
                return

    def _acquire(self) -> None:
        for _ in range(_TRIES):
            try:
                descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise StoreError(self._url, f"cannot make {self._path}: {error.strerror}") from None
            if self._holds(descriptor):
                self._descriptor = descriptor
                self._identity = identity_of(os.fstat(descriptor))
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
            owner = _signed(descriptor)
            os.close(descriptor)
            raise StoreError(
                self._url,
                f"another session uses it: {owner}; stop that one, or give this one another file",
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
        os.write(descriptor, f"{Holder(session=self._session)}\n".encode(errors="replace"))

    def holder(self) -> Holder | None:
        """The session that has the lock now; None while nobody has it."""
        try:
            descriptor = os.open(self._path, os.O_RDWR)
        except FileNotFoundError:
            return None
        except OSError:
            return Holder.unknown()
        try:
            _try_share(descriptor)
        except OSError:
            return _signed(descriptor)
        finally:
            os.close(descriptor)
        return None

    def keep(self) -> None:
        """Make sure that others still see the lock: take it again if its file was removed.

        Raises:
            StoreError: another session took it meanwhile, or its file cannot be made.
        """
        try:
            found = os.stat(self._file)  # noqa: PTH116 - asked at each commit; Path.stat takes three times as long
        except OSError:
            found = None
        if self._descriptor is None or (found and identity_of(found) == self._identity):
            return
        lost = self._descriptor
        self.acquire()
        os.close(lost)

    def release(self) -> None:
        """Give the lock back; its file goes too, unless it is another session's by now."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        if sys.platform != "win32" and self._is_own_file():
            self._path.unlink(missing_ok=True)
        os.close(descriptor)

    def _is_own_file(self) -> bool:
        try:
            return identity_of(self._path.stat()) == self._identity
        except OSError:
            return False

    def leave_to_parent(self) -> None:
        """In a forked child: let go of the parent's lock, which stays the parent's."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


class DatabaseHold:
    """A second hold on a database file, which nobody can remove beside it: a lock on the file.

    It is on a byte that SQLite does not use (https://sqlite.org/fileformat2.html: the file is
    never as large), and belongs to an open file description, so SQLite's own locks do not clash
    with it. Closing the descriptor would take those away that this process has on the file by
    others (https://sqlite.org/howtocorrupt.html §2.2): where there are others it stays open.
    Linux alone has such locks; elsewhere the file beside the database is all there is.

    Args:
        path: the database file, with all symbolic links followed.
        url: the store's URL, for errors.
    """

    def __init__(self, path: Path, url: str) -> None:
        self._path = path
        self._url = url
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take it, of the file that stands there now.

        Raises:
            StoreError: another session has it, whose lock's file was removed.
        """
        lost = self._descriptor
        if not _HAS_OWN_LOCKS:
            return
        descriptor = _open(self._path)
        try:
            _lock_beyond(descriptor, fcntl.F_WRLCK)
        except OSError as error:
            _close(descriptor)
            if error.errno not in _TAKEN:
                return  # a file system without locks: SQLite will say what it thinks of it
            reason = (
                f"another session uses it, and {self._path}-lock, which says so, was removed; "
                "stop that one, or give this one another file"
            )
            raise StoreError(self._url, reason) from None
        self._descriptor = descriptor
        if lost is not None:
            _close(lost)

    def release(self) -> None:
        """Give it back, after all connections of the store were closed."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(OSError):
                _lock_beyond(descriptor, fcntl.F_UNLCK)
            _close(descriptor)

    def leave_to_parent(self) -> None:
        """In a forked child: let go of the parent's hold, which stays the parent's."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)  # a child has no locks of its own yet that could go with it


def _lock_beyond(descriptor: int, kind: int) -> None:
    """Lock or free the byte, at once or not at all."""
    request = struct.pack("hhqqi4x", kind, os.SEEK_SET, _BEYOND, 1, 0)
    fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, request)


def _open(path: Path) -> int:
    """A descriptor of a database file: one that had to stay open, or a new one."""
    kept = _KEPT.get(identity_of(path.stat()))
    return kept.pop() if kept else os.open(path, os.O_RDWR)


def _close(descriptor: int) -> None:
    """Close a descriptor of a database file, or keep it while others are open on the file."""
    own = identity_of(os.fstat(descriptor))
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - names are wanted
        with suppress(OSError):
            if int(name) != descriptor and identity_of(os.fstat(int(name))) == own:
                _KEPT.setdefault(own, []).append(descriptor)
                return
    os.close(descriptor)


def identity_of(found: os.stat_result) -> tuple[int, int]:
    """What tells one file from another, whatever their names are."""
    return found.st_dev, found.st_ino


def _signed(descriptor: int) -> Holder:
    """The holder that the lock's file names, where it can be read."""
    text = os.pread(descriptor, _SIGNATURE_BYTES, 0) if hasattr(os, "pread") else b""
    return Holder.of_signature(text.decode(errors="replace"))


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
