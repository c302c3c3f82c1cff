"""Database: the connections of a store, whatever the engine behind them."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from abc import ABC, abstractmethod
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol
from uuid import uuid4

from redengine.exceptions import StoreError
from redengine.store.errors import OF_PARENT, Outage
from redengine.store.writing.statements import statements_for
from redengine.support import jsontext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine

    from redengine.store.writing.statements import Statements
    from redengine.support.forks import ForkableLock


class Cursor(Protocol):
    """The part of a database driver's cursor (PEP 249) that writing needs."""

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Any:
        """Run a statement."""

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]], /) -> Any:
        """Run a statement for each row."""

    def close(self) -> None:
        """Give it back."""


_SIGNATURE: Final = re.compile(r"process (\d+) on (\S+)(?: \(session '(.*)'\))?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A session that has a database.

    Attributes:
        session: its name.
        process: its process.
        host: the machine of that.
        token: tells it from all others.
    """

    session: str | None
    process: int | None = field(default_factory=os.getpid)
    host: str | None = field(default_factory=socket.gethostname)
    token: str = field(default_factory=lambda: uuid4().hex)

    @classmethod
    def read(cls, text: str) -> Holder:
        """The holder that `to_json` wrote."""
        return cls(**jsontext.loads(text))

    @classmethod
    def of_signature(cls, text: str) -> Holder:
        """The holder whose text a lock's file has; one that is not known where it has another."""
        found = _SIGNATURE.fullmatch(text.strip())
        if found is None:
            return cls.unknown()
        return cls(session=found[3], process=int(found[1]), host=found[2])

    @classmethod
    def unknown(cls) -> Holder:
        """A holder of which nothing can be read."""
        return cls(session=None, process=None, host=None)

    def facts(self) -> dict[str, Any]:
        """Its `session`, `process` and `host`, each None where it is not known."""
        return {"session": self.session, "process": self.process, "host": self.host}

    def to_json(self) -> str:
        """As it is stored."""
        return jsontext.dumps({**self.facts(), "token": self.token}).decode()

    def __str__(self) -> str:
        if self.process is None:
            return "its process is not known"
        name = f" (session '{self.session}')" if self.session else ""
        return f"process {self.process} on {self.host}{name}"


SILENCE_S: Final = 20.0
"""So long a server may be silent in the midst of a commit, or of a list that is read bit by bit."""
LEISURE_S: Final = 600.0
"""So long where much is to be done at once: new tables, pruning."""
CALL_S: Final = 5.0
"""So long a call waits in all, where nothing else was said."""


class SilenceLimit:
    """The limits of the current thread, for the connections that it uses.

    Attributes:
        call_s: how many seconds a call that somebody waits for may take.
    """

    def __init__(self) -> None:
        self.call_s = CALL_S
        self._local = threading.local()

    def begin(self) -> None:
        """Let the time of a call run from now on, until the next `call` ends."""
        self._local.deadline = time.monotonic() + self.call_s

    @contextmanager
    def call(self, limit_s: float | None = None) -> Iterator[None]:
        """Bound all waits of a block together, by the time of a call that has begun already.

        Args:
            limit_s: another time than that of a call.
        """
        local: Any = self._local
        if limit_s is not None:
            local.deadline = time.monotonic() + limit_s
        elif getattr(local, "deadline", None) is None:
            self.begin()
        try:
            yield
        finally:
            local.deadline = None

    def go_on(self) -> None:
        """Let the rest of a call take as long as it takes, as long as the server says something."""
        self._local.deadline = None

    @contextmanager
    def at_leisure(self) -> Iterator[None]:
        """Let each wait of a block be long."""
        local: Any = self._local
        local.silence_s = LEISURE_S
        local.deadline = None
        try:
            yield
        finally:
            local.silence_s = SILENCE_S

    def left_s(self) -> float:
        """How many seconds the server may be silent now; 0 where the time is over."""
        local: Any = self._local
        deadline = getattr(local, "deadline", None)
        if deadline is not None:
            return float(max(0.0, deadline - time.monotonic()))
        return float(getattr(local, "silence_s", SILENCE_S))


READ_AT_ONCE: Final = 500
"""So many rows are held in memory where many are read one after another."""


class Database(ABC):
    """The connections of a store: one to write with, others to read with.

    Attributes:
        url: the URL without the password.
        engine: where connections come from.
        statements: what is written, in the engine's SQL.
        durable: whether what is committed outlives the process.
        matches_in_sql: whether patterns and JSON can be matched by the database itself.
        linger_s: how long writes that nobody waits for may gather.
        advice: what can be done, by a part of the driver's message.
    """

    durable: ClassVar[bool] = True
    matches_in_sql: ClassVar[bool] = False
    linger_s: ClassVar[float] = 0.005
    advice: ClassVar[Mapping[str, str]] = {}
    may_be_silent: ClassVar[bool] = False
    """Whether a commit may take long for no reason that is seen here."""

    def __init__(self, url: str, engine: Engine) -> None:
        self.url = url
        self.engine = engine
        self.statements: Statements = statements_for(engine.dialect)
        self.silence_limit = SilenceLimit()
        self._writing: Any = None
        self._prepare: Callable[[Connection], object] = lambda _connection: None
        self._is_parents = False
        """Whether a process opened it from which this one was forked."""
        self._left: list[Any] = []
        """Connections of that process: to close one here would end it there."""

    def open(self, prepare: Callable[[Connection], object]) -> None:
        """Take the right to the database, and bring its tables into the form of this version.

        Args:
            prepare: brings the tables into form; asked again where the database was replaced.

        Raises:
            StoreError: it cannot be opened, and what to do.
        """
        self._prepare = prepare
        self.acquire()
        self._is_parents = False
        try:
            self._bring_into_form()
        except BaseException:
            self.close()
            raise

    def _bring_into_form(self) -> None:
        try:
            with self.silence_limit.at_leisure(), self._changing() as connection:
                self._prepare(connection)
        except StoreError:
            raise
        except Exception as error:
            if not self.is_driver_error(error):
                raise
            raise StoreError(self.url, self.explain(error)) from None

    def _changing(self) -> AbstractContextManager[Connection]:
        """A connection with a transaction in which tables can be made."""
        return self.engine.begin()

    @abstractmethod
    def acquire(self) -> None:
        """Take the right to be the only session that writes.

        Raises:
            StoreError: another session has it.
        """

    @abstractmethod
    def release(self) -> None:
        """Give that right back."""

    def holder(self) -> Holder | None:
        """The session that has that right now; None while nobody has it.

        Raises:
            StoreError: the database cannot be asked.
        """
        return None

    @property
    def place(self) -> str:
        """What tells it from all other databases, however its URL is written."""
        return self.url

    def trouble(self) -> str | None:
        """Why it cannot be used now, where that can be told without asking it; None otherwise."""
        return None

    def check(self) -> None:
        """Look whether the database is still the one that was opened, and by this process.

        Raises:
            Outage: it is not there now.
        """
        if self._is_parents:
            raise Outage(OF_PARENT)

    @property
    def locks(self) -> tuple[ForkableLock, ...]:
        """What guards it, and has to be free in a forked child."""
        return ()

    def rest(self) -> None:
        """Close all connections that nobody uses at this moment; the next use opens new ones."""
        self._drop_writing()
        self.engine.dispose()

    def leave_to_parent(self) -> None:
        """In a forked child: leave the connections, and the right to write, to the parent."""
        self._is_parents = True
        self._left += [self._writing, self.engine.pool]
        self._writing = None
        self.engine.dispose(close=False)

    def close(self) -> None:
        """Close all connections and give the right back; reading opens new ones."""
        self._drop_writing()
        self.engine.dispose()
        self.release()

    def abandon(self) -> None:
        """Give back what is not in use: a commit that does not come to an end has the rest."""
        self.engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """A transaction on the one connection that writes; rolled back where the block raises.

        Raises:
            Outage: the database cannot be used now.
        """
        self.check()
        try:
            if self._writing is None:
                self._writing = self.connect_to_write()
            cursor = self.begin(self._writing)
        except Exception as error:
            self._drop_writing()
            raise self._outage_of(error) from error
        try:
            yield cursor
            self.commit(self._writing, cursor)
        except Exception as error:
            is_outage = self.is_outage(error)
            self._undo(cursor, is_outage=is_outage)
            if is_outage:
                raise self._outage_of(error) from error
            raise
        except BaseException:
            self._undo(cursor, is_outage=True)
            raise
        finally:
            with suppress(Exception):  # the connection it belongs to may be gone
                cursor.close()

    def connect_to_write(self) -> Any:
        """The connection that writes, new."""
        return self.engine.raw_connection()

    def begin(self, connection: Any) -> Cursor:
        """Begin a transaction, where the driver does not by itself; what to write it with."""
        cursor: Cursor = connection.cursor()
        return cursor

    def commit(self, connection: Any, cursor: Cursor) -> None:
        """Commit a transaction."""
        del cursor
        connection.commit()

    def roll_back(self, connection: Any, cursor: Cursor) -> None:
        """Undo a transaction."""
        del cursor
        connection.rollback()

    def has_committed(self, batch: str) -> bool:
        """Whether a batch was committed whose `Outage` left that open.

        Raises:
            Outage: the database cannot be asked now.
        """
        del batch
        return False

    def remove(self, cursor: Cursor, what: str, keys: Sequence[Any]) -> None:
        """Delete things of one kind by their keys, as `DeleteEntry` names the kinds."""
        for sql in self.statements.deleting[what]:
            cursor.executemany(sql, [(key,) for key in keys])

    def tend(self) -> None:
        """Do what needs no hurry, after much was written; on the writer's thread."""

    def _outage_of(self, error: Exception) -> Outage:
        if isinstance(error, StoreError):
            return Outage(error.reason)
        return error if isinstance(error, Outage) else Outage(self.explain(error))

    def _undo(self, cursor: Cursor, *, is_outage: bool) -> None:
        try:
            self.roll_back(self._writing, cursor)
        except Exception:  # noqa: BLE001 - whatever it is, the connection is of no use any more
            is_outage = True
        with suppress(Exception):  # an open statement would keep SQLite's file open
            cursor.close()
        if is_outage:
            self._drop_writing()

    def _drop_writing(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.invalidate()
            writing.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with.

        Raises:
            StoreError: the database cannot be read now.
        """
        with (
            self._words_of_errors(),
            self.silence_limit.call(),
            self.engine.connect() as connection,
        ):
            yield connection

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """A connection to look at a database that another session may have.

        It stays as it is; one that is not there is not made.

        Raises:
            StoreError: it is not there, or cannot be read now.
        """
        with self._words_of_errors(), self.silence_limit.at_leisure(), self.engine.connect() as it:
            yield it

    @contextmanager
    def _words_of_errors(self) -> Iterator[None]:
        """Let errors of the driver say what is wrong and what can be done."""
        try:
            yield
        except Exception as error:
            if not self.is_driver_error(error):
                raise
            raise StoreError(self.url, self.explain(error)) from error

    @contextmanager
    def reading_on(self) -> Iterator[Connection]:
        """A connection to read many rows with, of which few are in memory at a time.

        Raises:
            StoreError: the database cannot be read now.
        """
        with self.reading() as connection:
            self.silence_limit.go_on()
            yield connection.execution_options(stream_results=True, max_row_buffer=READ_AT_ONCE)

    def is_driver_error(self, error: BaseException) -> bool:
        """Whether the error came from the database or its driver."""
        from sqlalchemy.exc import DBAPIError

        return isinstance(error, DBAPIError | self.engine.dialect.loaded_dbapi.Error | OSError)

    def is_outage(self, error: Exception) -> bool:
        """Whether the same may succeed later."""
        dbapi = self.engine.dialect.loaded_dbapi
        return isinstance(error, Outage | dbapi.OperationalError | dbapi.InternalError)

    def clashes(self, error: Exception) -> bool:
        """Whether the error says that something unique is there already."""
        return isinstance(error, self.engine.dialect.loaded_dbapi.IntegrityError)

    def explain(self, error: BaseException) -> str:
        """What is wrong and what can be done, for a person."""
        reason = self.told(getattr(error, "orig", None) or error)
        advice = next((advice for part, advice in self.advice.items() if part in reason), None)
        return f"{reason}; {advice}" if advice else reason

    def told(self, error: BaseException) -> str:
        """The driver's own words."""
        return str(error).strip()
