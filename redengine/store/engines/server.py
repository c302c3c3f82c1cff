"""A database behind a server: one session has it, and it may vanish and come back.

The right to write is a lock that the server gives to one connection and takes back when that
ends. It is taken on the very connection that writes: nothing can be written without it, even
where the connection was lost and another session came in between.

A connection may be lost while a commit is under way. So each batch commits its own name along
with it: the next connection reads whether the batch is there, and nothing is written twice.
"""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import bindparam, event, select
from sqlalchemy.exc import SQLAlchemyError

from redengine.exceptions import StoreError
from redengine.store.engines.database import Database, Holder
from redengine.store.errors import Outage
from redengine.store.records import StateEntry
from redengine.store.tables import state
from redengine.store.writing.encoding import encode_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Engine

    from redengine.store.engines.database import Cursor, SilenceLimit

HOLDER: Final = "store.holder"
"""The key under which the session that has the database names itself."""
LATEST: Final = "store.batch"
"""The key under which the name of the latest batch stands; it is committed with the batch."""

NO_ANSWER: Final = "the server does not answer: timed out"
PATIENCE_S: Final = 1
"""So long the lock of a session that just ended may take to be free."""
POOL: Final = {"pool_size": 5, "max_overflow": 5, "pool_timeout": 5, "pool_pre_ping": True}
"""One connection writes, the others read; each is tried before it is used again."""


class ServerDatabase(Database):
    """What PostgreSQL and MariaDB have in common.

    Args:
        url: the store's URL, for errors.
        engine: its connections; each statement of theirs is committed by itself.
        session: the session's name, for others that want the database.
    """

    may_be_silent: ClassVar[bool] = True

    def __init__(
        self, url: str, engine: Engine, session: str | None, silence_limit: SilenceLimit
    ) -> None:
        super().__init__(url, engine)
        self.silence_limit = silence_limit
        self._session = session
        self._holder = Holder(session=session)
        self._has_signed = self._is_closed = False
        self._backend: int | None = None
        """The server's number of the latest connection that wrote."""
        self._numbers = count(1)
        self._in_doubt: str | None = None
        self._found: set[str] = set()
        self._replace_state = self.statements.writing[StateEntry].sql
        chosen = select(state.c.value).where(state.c.key == bindparam("key"))
        self._read_state = str(chosen.compile(dialect=engine.dialect))

    # -- what differs

    @abstractmethod
    def prepare(self, cursor: Any) -> None:
        """Make a new connection fit to write with.

        Raises:
            StoreError: the database cannot be used at all.
        """

    @abstractmethod
    def try_lock(self, cursor: Any) -> bool:
        """Wait a little for the lock; whether this connection has it."""

    @abstractmethod
    def unlock(self, cursor: Any) -> None:
        """Give the lock back."""

    @abstractmethod
    def backend(self, cursor: Any) -> int:
        """The server's number of this connection."""

    @abstractmethod
    def owner(self, cursor: Any) -> int | None:
        """The server's number of the connection that has the lock."""

    @abstractmethod
    def end(self, cursor: Any, backend: int) -> None:
        """Let the server end a connection."""

    # -- the right to write

    def acquire(self) -> None:
        self._holder = Holder(session=self._session)
        self._has_signed = self._is_closed = False
        self._backend = self._in_doubt = None
        try:
            self._writing = self._locked()
        except StoreError:
            raise
        except (TypeError, ValueError) as error:
            reason = f"look at what stands behind the '?': {error}"
            raise StoreError(self.url, reason) from None
        except Exception as error:
            if not self.is_driver_error(error):
                raise
            raise StoreError(self.url, self.explain(error)) from None

    def release(self) -> None:
        if self._writing is not None:
            with suppress(Exception), self._cursor() as cursor:  # it ends with the connection
                self.unlock(cursor)

    def close(self) -> None:
        """Give the right back while there is a connection, then close that."""
        self._is_closed = True
        self.release()
        super().close()

    def holder(self) -> Holder | None:
        with self._words_of_errors(), self.silence_limit.call():
            connection = self.engine.raw_connection()
            try:
                cursor: Any = connection.cursor()
                self.prepare(cursor)
                if self.owner(cursor) is None:
                    return None
                return self._stated_holder(cursor) or Holder.unknown()
            finally:
                connection.invalidate()
                connection.close()

    def _locked(self) -> Any:
        """A new connection that has the lock."""
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            self.prepare(cursor)
            self._lock(cursor)
            self._backend = self.backend(cursor)
            cursor.close()
            connection.commit()
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        return connection

    def _lock(self, cursor: Any) -> None:
        """Take the lock; a connection of this session that the server has not missed yet ends.

        Raises:
            StoreError: another session has it.
        """
        if self.try_lock(cursor):
            return
        with suppress(self.engine.dialect.loaded_dbapi.Error):
            if self._is_held_by_ghost(cursor) and self._backend is not None:
                self.end(cursor, self._backend)
                if self.try_lock(cursor):
                    return
        owner = self._stated_holder(cursor) or Holder.unknown()
        raise StoreError(
            self.url,
            f"another session uses it: {owner}; stop that one, or give this one another database",
        )

    def _is_held_by_ghost(self, cursor: Any) -> bool:
        holder = self._stated_holder(cursor)
        is_known = holder is not None and holder.token == self._holder.token
        return is_known and self.owner(cursor) == self._backend

    # -- its marks

    def _bring_into_form(self) -> None:
        super()._bring_into_form()
        try:
            with self._cursor() as cursor:
                self._take_up(cursor)
        except self.engine.dialect.loaded_dbapi.Error as error:
            raise StoreError(self.url, self.explain(error)) from None

    def _take_up(self, cursor: Any) -> None:
        """Sign the database, or find it as it was left."""
        holder = self._stated_holder(cursor) if self._has_signed else None
        if holder is not None and holder.token != self._holder.token:
            raise StoreError(
                self.url,
                f"another session has used it meanwhile: {holder}; this one must not go on: "
                "start it again",
            )
        if self._in_doubt is not None:
            if self._stated(cursor, LATEST) == _as_stated(self._in_doubt):
                self._found.add(self._in_doubt)
            self._in_doubt = None
        cursor.execute(self._replace_state, (HOLDER, self._holder.to_json()))
        self._has_signed = True

    def _stated_holder(self, cursor: Any) -> Holder | None:
        try:
            text = self._stated(cursor, HOLDER)
            return None if text is None else Holder.read(text)
        except Exception:  # noqa: BLE001 - the table may not be there yet, or hold anything
            return None

    def _stated(self, cursor: Any, key: str) -> str | None:
        cursor.execute(self._read_state, (key,))
        row = cursor.fetchone()
        return None if row is None else row[0]

    def _cursor(self) -> AbstractContextManager[Any]:
        return _Closing(self._writing)

    # -- transactions

    def connect_to_write(self) -> Any:
        self._writing = self._locked()
        self._bring_into_form()
        return self._writing

    def commit(self, connection: Any, cursor: Cursor) -> None:
        batch = f"{self._holder.token}:{next(self._numbers)}"
        cursor.execute(self._replace_state, (LATEST, _as_stated(batch)))
        try:
            self.commit_now(connection, cursor)
        except Exception as error:
            if not self.is_outage(error):
                raise
            self._in_doubt = batch
            raise Outage(self.explain(error), batch) from error

    def commit_now(self, connection: Any, cursor: Cursor) -> None:
        """Commit."""
        super().commit(connection, cursor)

    def remove(self, cursor: Cursor, what: str, keys: Sequence[Any]) -> None:
        """As elsewhere, by one statement a table: each has a way to the server."""
        for sql in self.statements.deleting[what] if keys else ():
            start, mark = sql.split(" = ")
            cursor.execute(f"{start} IN ({', '.join([mark] * len(keys))})", keys)

    def has_committed(self, batch: str) -> bool:
        try:
            if self._writing is None:
                self._writing = self.connect_to_write()
        except Exception as error:
            self._drop_writing()
            raise self._outage_of(error) from error
        return batch in self._found

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """As elsewhere; after `close` no connection is left over."""
        try:
            with super().reading() as connection:
                yield connection
        finally:
            if self._is_closed:
                self.engine.dispose()

    def _changing(self) -> AbstractContextManager[Connection]:
        return self.engine.execution_options(isolation_level="READ COMMITTED").begin()

    def is_driver_error(self, error: BaseException) -> bool:
        return isinstance(error, SQLAlchemyError) or super().is_driver_error(error)


class _Closing(AbstractContextManager[Any]):
    """A cursor for the length of a block; what was written with it is committed."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._cursor = connection.cursor()

    def __enter__(self) -> Any:
        return self._cursor

    def __exit__(self, kind: object, *_: object) -> None:
        with suppress(Exception):
            self._cursor.close()
        if kind is None:
            self._connection.commit()


def bound_connecting(engine: Engine, silence_limit: SilenceLimit) -> None:
    """Let a new connection take no longer than a call may, and than one has left."""

    @event.listens_for(engine, "do_connect")
    def bound(dialect: Any, _record: object, _args: object, options: dict[str, Any]) -> None:
        left_s = silence_limit.left_s()
        if left_s <= 0:
            raise dialect.loaded_dbapi.OperationalError(NO_ANSWER)
        most_s = max(1, int(min(left_s, silence_limit.call_s)))
        options["connect_timeout"] = min(int(options["connect_timeout"]), most_s)


def _as_stated(batch: str) -> str:
    return str(encode_state(StateEntry(LATEST, batch))[1])
