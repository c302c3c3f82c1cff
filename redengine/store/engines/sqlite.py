"""SQLite: a database in memory, or in a file."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
import weakref
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import uuid4

from sqlalchemy import create_engine, event
from sqlalchemy.pool import NullPool, QueuePool, StaticPool

from redengine.exceptions import StoreError
from redengine.query import JsonOperand, compile_pattern, json_matcher
from redengine.store.engines.database import Database
from redengine.store.engines.sqlite_file import DatabaseHold, FileLock, SqliteFile
from redengine.store.errors import OF_PARENT, Outage
from redengine.support import jsontext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import URL, Connection, Engine

    from redengine.query import Clause
    from redengine.store.engines.database import Cursor, Holder
    from redengine.support.forks import ForkableLock

MATCHES_PATTERN: Final = "redengine_matches"
MATCHES_JSON: Final = "redengine_json_matches"


def register_functions(connection: sqlite3.Connection) -> None:
    """Make the functions known to a connection."""
    connection.create_function(MATCHES_PATTERN, 2, _matches_pattern, deterministic=True)
    connection.create_function(MATCHES_JSON, 2, _matches_json, deterministic=True)


def clause_as_json(clause: Clause) -> str:
    """A clause about a JSON field, as the function takes it."""
    values = [list(value) if isinstance(value, tuple) else value for value in clause.values]
    return jsontext.dumps([clause.path, clause.operator, values]).decode()


def _matches_pattern(pattern: str, text: str | None) -> bool:
    return text is not None and compile_pattern(pattern)(text)


def _matches_json(clause: str, text: str | None) -> bool:
    try:
        value = None if text is None else jsontext.loads(text)
    except ValueError:  # it is damaged, and the list tells
        return False
    return _matcher(clause)(value)


@lru_cache(maxsize=256)
def _matcher(clause: str) -> Callable[[object], bool]:
    path, operator, values = jsontext.loads(clause)
    operands = (value if isinstance(value, str) else JsonOperand(*value) for value in values)
    return json_matcher(tuple(path), operator, tuple(operands))


log = logging.getLogger("redengine.store")

_BUSY_TIMEOUT_S: Final = 1.0
_SYNCHRONOUS: Final = ("off", "normal", "full", "extra")
_MOST_IN_WAL: Final = 8_000
"""Pages in the log at which a commit itself moves them, where nobody has done it before."""
_PARENT_ENDS_S: Final = 2.0
"""So long a process that was forked waits for the end of its parent, as daemons do."""
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


def open_sqlite(url: URL, session: str | None) -> Database:
    """The database of an SQLite URL.

    `?synchronous=full` makes SQLite wait for the disk at each commit; without it, a power cut
    may lose the last commits, and a killed process loses none
    (https://sqlite.org/pragma.html#pragma_synchronous).

    Args:
        url: the URL.
        session: the session's name.

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
    return FileDatabase(shown, Path(str(url.database)).resolve(), synchronous, session)


class _SqliteDatabase(Database):
    """What both kinds have in common."""

    matches_in_sql: ClassVar[bool] = True
    advice: ClassVar[Mapping[str, str]] = _ADVICE

    def __init__(self, url: str, engine: Engine) -> None:
        super().__init__(url, engine)
        self._turn = threading.RLock()
        """Held by the one that writes, and by the one that looks after the file."""

    @property
    def locks(self) -> tuple[ForkableLock, ...]:
        return (self._turn,)

    def begin(self, connection: Any) -> Cursor:
        cursor = super().begin(connection)
        cursor.execute("BEGIN IMMEDIATE")
        return cursor

    def is_outage(self, error: Exception) -> bool:
        if isinstance(error, sqlite3.DatabaseError):
            return type(error) in {sqlite3.DatabaseError, sqlite3.OperationalError}
        return super().is_outage(error)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Cursor]:
        with self._turn, super().transaction() as cursor:
            yield cursor


class MemoryDatabase(_SqliteDatabase):
    """One connection that all share in turn: what it holds ends with the process."""

    durable: ClassVar[bool] = False
    linger_s: ClassVar[float] = 0.05

    def __init__(self, url: str) -> None:
        self._place = f"memory of {uuid4()}"
        connection = _connect("file::memory:")
        engine = create_engine(
            "sqlite://",
            creator=lambda: connection,
            poolclass=StaticPool,
            pool_reset_on_return=None,  # a transaction is ended by what began it
        )
        super().__init__(url, engine)
        # Nobody loses anything: what it held can be read no more. CPython 3.13 warns otherwise.
        weakref.finalize(self, connection.close).atexit = False

    def acquire(self) -> None:
        """Nobody else can reach it."""

    def release(self) -> None:
        """Nobody else can reach it."""

    @property
    def place(self) -> str:
        return self._place

    def close(self) -> None:
        """Stay readable."""

    def rest(self) -> None:
        """Keep the one connection: with it all would be gone."""

    def leave_to_parent(self) -> None:
        """The child has a copy of its own."""

    def _drop_writing(self) -> None:
        """Keep the one connection: with it all would be gone."""

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._turn, super().reading() as connection:
            yield connection


class FileDatabase(_SqliteDatabase):
    """A file in WAL mode: readers do not wait for the writer, nor it for them.

    Args:
        url: the store's URL, for errors.
        path: the file, with all symbolic links followed; it is made if it does not exist.
        synchronous: how hard a commit tries (https://sqlite.org/pragma.html#pragma_synchronous).
        session: the session's name, for others that want the file.
    """

    def __init__(self, url: str, path: Path, synchronous: str, session: str | None) -> None:
        self._path = path
        self._file = SqliteFile(path, url)
        self._lock = FileLock(path, url, session)
        self._hold = DatabaseHold(path, url)
        self._has_parents_connections = False
        self._uri = uri = f"{path.as_uri()}?mode=rw"
        engine = create_engine(
            "sqlite://",
            creator=lambda: _connect(uri),
            poolclass=QueuePool,
            pool_size=4,
            max_overflow=_READERS,
        )
        connections: set[sqlite3.Connection] = set()
        event.listen(engine, "connect", lambda raw, _record: connections.add(raw))
        event.listen(engine, "connect", lambda raw, _record: _use_wal(raw, synchronous))
        event.listen(engine, "close", lambda raw, _record: connections.discard(raw))
        super().__init__(url, engine)
        # A closed store that is read or written late opens connections that nobody else closes.
        weakref.finalize(self, _close_all, engine, connections).atexit = False

    @property
    def place(self) -> str:
        return str(self._path)

    def acquire(self) -> None:
        folder = self._path.parent
        if not folder.is_dir():
            raise StoreError(
                self.url, f"there is no folder {folder}; make it, or give another path"
            )
        if self._has_parents_connections:
            raise StoreError(self.url, OF_PARENT)
        if self._path.is_dir():
            raise StoreError(self.url, f"{self._path} is a folder; give the path of a file")
        if not os.access(self._path if self._path.exists() else folder, os.W_OK):
            raise StoreError(self.url, f"{self._path} may not be written; change its permissions")
        self._lock.acquire(patience_s=_PARENT_ENDS_S if self._is_parents else 0.0)
        try:
            self._file.open()
            self._hold.acquire()
        except BaseException:
            self._lock.release()
            raise

    def release(self) -> None:
        self._hold.release()
        self._lock.release()

    def _bring_into_form(self) -> None:
        super()._bring_into_form()
        self._file.note_log()

    def close(self) -> None:
        with self._turn:
            if self._file.has_name and not self._file.is_there:
                with contextlib.suppress(Outage):
                    self._save_log()
            super().close()

    def trouble(self) -> str | None:
        return self._file.trouble()

    def rest(self) -> None:
        """Let a fork find no connection, as SQLite's must not be carried into a child.

        Nothing of it holds there then, not even the locks (https://sqlite.org/howtocorrupt.html
        §2.6).
        """
        with self._turn:
            super().rest()

    def leave_to_parent(self) -> None:
        self._has_parents_connections = self._writing is not None or _is_used(self.engine.pool)
        super().leave_to_parent()
        self._file.forget_log()
        self._lock.leave_to_parent()
        self._hold.leave_to_parent()

    def check(self) -> None:
        super().check()
        try:
            is_successor = self._file.check()
        except Outage:
            if self._file.has_name or self._path.exists():
                with contextlib.suppress(Outage):
                    self._save_log()
            raise
        try:
            self._lock.keep()
            if is_successor:
                self._connect_again()
                self._file.open()
                self._hold.acquire()
                self._bring_into_form()
            elif self._file.has_lost_log:
                log.warning("store %s: its log was removed; saving what it held", self.url)
                self._save_log()
                self._connect_again()
        except StoreError as error:
            raise Outage(error.reason) from None

    def connect_to_write(self) -> Any:
        connection = super().connect_to_write()
        self._file.note_log()
        return connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """As elsewhere, of the file that was opened and of no other."""
        if self._has_parents_connections:
            raise StoreError(self.url, OF_PARENT)
        if not self._file.is_there or self._file.has_lost_log:
            self._find_for_reading()
        with super().reading() as connection:
            yield connection

    def holder(self) -> Holder | None:
        return self._lock.holder()

    @contextlib.contextmanager
    def looking(self) -> Iterator[Connection]:
        if not self._path.is_file():
            raise StoreError(self.url, f"there is no file {self._path}; look at the path")
        looker = create_engine("sqlite://", creator=lambda: _connect(self._uri), poolclass=NullPool)
        with self._words_of_errors(), looker.connect() as connection:
            yield connection

    def _find_for_reading(self) -> None:
        with self._turn:
            try:
                self.check()
            except Outage as outage:
                raise StoreError(self.url, outage.reason) from None

    def tend(self) -> None:
        """Move what was committed from the log into the file, so that no commit has to do it."""
        with contextlib.suppress(StoreError), self.reading() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").all()

    def _save_log(self) -> None:
        """Move all that was committed into the file that was opened, wherever it is now.

        The log stands beside the file's old place: a session that opens another file there
        would take it for that file's.

        Raises:
            Outage: not all of it could be moved.
        """
        try:
            connection = self.engine.raw_connection() if self._writing is None else self._writing
            cursor = connection.cursor()
            is_busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            cursor.close()
        except sqlite3.Error as error:
            raise Outage(self.explain(error)) from error
        if is_busy:
            raise Outage("its log was removed, and cannot be saved while it is read")

    def _connect_again(self) -> None:
        self._drop_writing()
        self.engine.dispose()

    def _drop_writing(self) -> None:
        super()._drop_writing()
        self._file.forget_log()


def _close_all(engine: Engine, connections: set[sqlite3.Connection]) -> None:
    """Close the connections that are idle, and those that something forgot."""
    engine.dispose()
    for connection in tuple(connections):
        connection.close()


def _is_used(pool: Any) -> bool:
    """Whether a pool has open connections."""
    return bool(pool.checkedin() + pool.checkedout())


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri,
        uri=True,
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
