"""SQLite: a database in memory, or in a file."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

from redengine.exceptions import StoreError
from redengine.store.database import Database
from redengine.store.file_lock import FileLock
from redengine.store.outage import Outage
from redengine.store.sqlite_functions import register_functions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import URL, Connection

    from redengine.store.batch import Cursor

_BUSY_TIMEOUT_S: Final = 1.0
_SYNCHRONOUS: Final = ("off", "normal", "full", "extra")
_MOST_IN_WAL: Final = 8_000
"""Pages in the log at which a commit itself moves them, where nobody has done it before."""
_READERS: Final = 16
_STATEMENTS: Final = 256
_ADVICE: Final = {
    "database or disk is full": "free some space on its disk",
    "database is locked": "another program holds it; it is tried again",
    "file is not a database": "the file holds something else; give another path",
    "attempt to write a readonly database": "make the file and its folder writable",
    "unable to open database file": "look whether its folder exists and is writable",
    "database disk image is malformed": "restore it from a backup, or give another path",
    "disk I/O error": "look after its disk",
}


def open_sqlite(url: URL) -> Database:
    """The database of an SQLite URL.

    `?synchronous=full` makes SQLite wait for the disk at each commit; without it, a power cut
    may lose the last commits, and a killed process loses none
    (https://sqlite.org/pragma.html#pragma_synchronous).

    Raises:
        StoreError: the URL asks for what there is not.
    """
    shown = url.render_as_string()
    given = dict(url.query)
    synchronous = str(given.pop("synchronous", "normal")).lower()
    if given:
        raise StoreError(shown, f"unknown option '{next(iter(given))}'; known is 'synchronous'")
    if synchronous not in _SYNCHRONOUS:
        raise StoreError(shown, f"synchronous is one of {', '.join(_SYNCHRONOUS)}")
    if url.database in {None, "", ":memory:"}:
        return MemoryDatabase(shown)
    return FileDatabase(shown, Path(str(url.database)).absolute(), synchronous)


class _SqliteDatabase(Database):
    """What both kinds have in common."""

    matches_in_sql: ClassVar[bool] = True
    advice: ClassVar[Mapping[str, str]] = _ADVICE

    def begin(self, connection: Any) -> Cursor:
        cursor = super().begin(connection)
        cursor.execute("BEGIN IMMEDIATE")
        return cursor

    def is_outage(self, error: Exception) -> bool:
        if isinstance(error, sqlite3.DatabaseError):
            return type(error) in {sqlite3.DatabaseError, sqlite3.OperationalError}
        return super().is_outage(error)


class MemoryDatabase(_SqliteDatabase):
    """One connection that all share in turn: what it holds ends with the process."""

    durable: ClassVar[bool] = False
    linger_s: ClassVar[float] = 0.05

    def __init__(self, url: str) -> None:
        self._turn = threading.RLock()
        connection = _connect(":memory:")
        engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
        super().__init__(url, engine)

    def acquire(self) -> None:
        """Nobody else can reach it."""

    def release(self) -> None:
        """Nobody else can reach it."""

    def close(self) -> None:
        """Stay readable."""

    def _drop_writing(self) -> None:
        """Keep the one connection: with it all would be gone."""

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Cursor]:
        with self._turn, super().transaction() as cursor:
            yield cursor

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._turn, super().reading() as connection:
            yield connection


class FileDatabase(_SqliteDatabase):
    """A file in WAL mode: readers do not wait for the writer, nor it for them.

    Args:
        url: the store's URL, for errors.
        path: the file; it is made if it does not exist.
        synchronous: how hard a commit tries (https://sqlite.org/pragma.html#pragma_synchronous).
    """

    def __init__(self, url: str, path: Path, synchronous: str) -> None:
        self._path = path
        self._file = str(path)
        self._lock = FileLock(path, url)
        self._identity: tuple[int, int] | None = None
        engine = create_engine(
            "sqlite://",
            creator=lambda: _connect(str(path)),
            poolclass=QueuePool,
            pool_size=4,
            max_overflow=_READERS,
        )
        event.listen(engine, "connect", lambda raw, _record: _use_wal(raw, synchronous))
        super().__init__(url, engine)

    def acquire(self) -> None:
        folder = self._path.parent
        if not folder.is_dir():
            raise StoreError(
                self.url, f"there is no folder {folder}; make it, or give another path"
            )
        if self._path.is_dir():
            raise StoreError(self.url, f"{self._path} is a folder; give the path of a file")
        if not os.access(self._path if self._path.exists() else folder, os.W_OK):
            raise StoreError(self.url, f"{self._path} may not be written; change its permissions")
        self._lock.acquire()

    def release(self) -> None:
        self._lock.release()

    def _bring_into_form(self) -> None:
        super()._bring_into_form()
        self._identity = _identity(self._file)

    def check(self) -> None:
        try:
            found = _identity(self._file)
        except OSError as error:
            reason = f"the file {self._path} is gone ({error.strerror}); put it back"
            raise Outage(reason) from None
        if found != self._identity:
            self._take_up_replacement()

    def tend(self) -> None:
        """Move what was committed from the log into the file, so that no commit has to do it."""
        with contextlib.suppress(StoreError), self.reading() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").all()

    def _take_up_replacement(self) -> None:
        """Another file stands in the place of the one that was opened."""
        self._drop_writing()
        self.engine.dispose()
        try:
            self._bring_into_form()
        except StoreError as error:
            raise Outage(error.reason) from None


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path,
        timeout=_BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_STATEMENTS,
    )
    register_functions(connection)
    return connection


def _use_wal(connection: Any, synchronous: str) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute(f"PRAGMA synchronous = {synchronous}")
    cursor.execute("PRAGMA temp_store = MEMORY")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {_MOST_IN_WAL}")
    cursor.close()


def _identity(path: str) -> tuple[int, int]:
    found = os.stat(path)  # noqa: PTH116 - asked at each commit; Path.stat takes three times as long
    return found.st_dev, found.st_ino
