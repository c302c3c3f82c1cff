"""PostgreSQL, by psycopg 3."""

from __future__ import annotations

import contextlib
import re
import time
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import create_engine, event

from redengine.exceptions import StoreError
from redengine.store.engines.database import READ_AT_ONCE, SilenceLimit
from redengine.store.engines.server import (
    NO_ANSWER,
    PATIENCE_S,
    POOL,
    ServerDatabase,
    bound_connecting,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from sqlalchemy import URL, Connection

    from redengine.store.engines.database import Cursor

_ANY_ENCODING: Final = 0
"""The number of no type: the server finds out which it is."""
_ESCAPE: Final = re.compile("\1.")
_TEXTS: Final = ("text", "varchar")


def teach_text(connection: Any) -> None:
    """Let a connection of psycopg write and read all text."""
    connection.adapters.register_dumper(str, TextDumper)
    for name in _TEXTS:
        connection.adapters.register_loader(name, TextLoader)


class TextDumper:
    """Writes text, as psycopg asks for it (`psycopg.abc.Dumper`)."""

    format = 0
    oid = _ANY_ENCODING

    def __init__(self, kind: type, context: Any = None) -> None:
        del kind, context

    def dump(self, text: str) -> bytes:
        """A text as it is sent.

        Raises:
            UnicodeEncodeError: it has no UTF-8 form.
        """
        data = text.encode()
        if b"\0" in data or b"\1" in data:
            data = data.replace(b"\1", b"\1\2").replace(b"\0", b"\1\1")
        return data

    def quote(self, text: str) -> bytes:
        """A text as a literal."""
        return b"'" + self.dump(text).replace(b"'", b"''") + b"'"

    def get_key(self, _text: str, _wanted: Any) -> type:
        """Which dumper there is for it: this one."""
        return str

    def upgrade(self, _text: str, _wanted: Any) -> TextDumper:
        """A better dumper: there is none."""
        return self


class TextLoader:
    """Reads text, as psycopg asks for it (`psycopg.abc.Loader`)."""

    format = 0

    def __init__(self, oid: int, context: Any = None) -> None:
        del oid, context

    def load(self, data: Any) -> str:
        """What was sent, as text."""
        text = str(data, "utf-8")
        return text if "\1" not in text else _ESCAPE.sub(_unescaped, text)


def _unescaped(escape: re.Match[str]) -> str:
    return "\0" if escape[0] == "\1\1" else "\1"


_CONNECTING: Final = {
    "application_name": "redengine",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""What libpq is told where the URL does not say otherwise; a dead network is noticed in a minute
(https://www.postgresql.org/docs/current/libpq-connect.html)."""
_REFUSALS: Final = ("22", "23", "54")
"""Classes of errors that the data are at fault for: they would fail again
(https://www.postgresql.org/docs/current/errcodes-appendix.html)."""
_LOCK_NOT_AVAILABLE: Final = "55P03"
_ADVICE: Final = {
    "resolve host": "look at the host in the URL",
    "translate host name": "look at the host in the URL",
    "Connection refused": "start the server, or look at the host and the port in the URL",
    "timed out": "look whether it stands still, and whether it can be reached from here",
    "timeout expired": "look whether the server can be reached from here",
    "password authentication failed": "look at the user and the password in the URL",
    "no password supplied": "put the password into the URL",
    "no pg_hba.conf entry": "let the server take this user from this host (pg_hba.conf)",
    'FATAL:  role "': "look at the user in the URL",
    'FATAL:  database "': "create the database, or name another one in the URL",
    "permission denied for schema": "let the user make tables: GRANT USAGE, CREATE ON SCHEMA",
    "the database system is": "the server is starting or stopping; it is tried again",
    "too many clients": "raise max_connections, or close other connections",
    "connection slots": "raise max_connections, or close other connections",
    "invalid connection option": "look at what stands behind the '?'",
    "read-only transaction": "connect to the primary server",
    "No space left": "free some space on the server's disk",
    "could not extend file": "free some space on the server's disk",
}


def open_postgresql(url: URL, shown: str, session: str | None) -> PostgresqlDatabase:
    """The database of a PostgreSQL URL; what stands behind the '?' is for libpq.

    Args:
        url: the URL.
        shown: the URL without what is secret.
        session: the session's name.

    Raises:
        ImportError: the driver is not there.
    """
    given = {name: value for name, value in _CONNECTING.items() if name not in url.query}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={**given, "client_encoding": "utf8"},
        isolation_level="AUTOCOMMIT",
        paramstyle="format",
        use_native_hstore=False,
        **POOL,
    )
    silence_limit = SilenceLimit()
    bound_connecting(engine, silence_limit)
    patient = _patient_class(silence_limit)
    event.listen(
        engine, "do_connect", lambda _dialect, _record, args, kw: patient.connect(*args, **kw)
    )
    event.listen(engine, "connect", lambda raw, _record: teach_text(raw))
    return PostgresqlDatabase(shown, engine, session, silence_limit)


def _patient_class(silence_limit: SilenceLimit) -> Any:
    """Psycopg's connection, whose waits for the server have a limit.

    Everything but connecting waits in `Connection.wait`, which asks the generator at least ten
    times a second whether to go on.
    """
    import psycopg

    class PatientConnection(psycopg.Connection[Any]):
        def wait(self, gen: Any, *args: Any, **options: Any) -> Any:
            return super().wait(self._bounded(gen), *args, **options)

        def _bounded(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
            heard_at = time.monotonic()
            left_s = silence_limit.left_s()
            try:
                wanted = next(gen)
                while True:
                    ready = yield wanted
                    now = time.monotonic()
                    if ready:
                        heard_at, left_s = now, silence_limit.left_s()
                    elif now - heard_at >= left_s:
                        self.pgconn.finish()
                        raise psycopg.OperationalError(NO_ANSWER)
                    wanted = gen.send(ready)
            except StopIteration as end:
                return end.value

    return PatientConnection


class PostgresqlDatabase(ServerDatabase):
    """A schema of a PostgreSQL database: the first of the connection's search path.

    A batch goes to the server in one piece (libpq's pipeline mode), and its answer comes as one.
    """

    advice: ClassVar[Mapping[str, str]] = _ADVICE

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._key = 0

    def prepare(self, cursor: Any) -> None:
        if not self.engine.dialect.loaded_dbapi.Pipeline.is_supported():
            raise StoreError(
                self.url, "needs libpq 14 or newer; run: pip install 'psycopg[binary]'"
            )
        cursor.execute("SELECT current_schema(), current_setting('server_encoding')")
        schema, encoding = cursor.fetchone()
        if schema is None:
            raise StoreError(self.url, "has no schema to keep tables in; create one, or set a path")
        if encoding != "UTF8":
            raise StoreError(
                self.url,
                f"keeps text as {encoding}, which has not all characters; "
                "make a database with ENCODING 'UTF8'",
            )
        digest = blake2b(f"redengine {schema}".encode(), digest_size=8).digest()
        self._key = int.from_bytes(digest, signed=True)

    def try_lock(self, cursor: Any) -> bool:
        cursor.execute(f"SET lock_timeout TO '{PATIENCE_S}s'")
        try:
            cursor.execute("SELECT pg_advisory_lock(%s::bigint)", (self._key,))
        except self.engine.dialect.loaded_dbapi.OperationalError as error:
            if getattr(error, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
                return False
            raise
        finally:
            with contextlib.suppress(self.engine.dialect.loaded_dbapi.Error):
                cursor.execute("SET lock_timeout TO DEFAULT")
        return True

    def unlock(self, cursor: Any) -> None:
        cursor.execute("SELECT pg_advisory_unlock(%s::bigint)", (self._key,))

    def backend(self, cursor: Any) -> int:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])

    def owner(self, cursor: Any) -> int | None:
        cursor.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND (classid::bigint << 32) | objid::bigint = %s::bigint",
            (self._key,),
        )
        row = cursor.fetchone()
        return None if row is None else int(row[0])

    def end(self, cursor: Any, backend: int) -> None:
        cursor.execute("SELECT pg_terminate_backend(%s::integer)", (backend,))

    def begin(self, connection: Any) -> Cursor:
        cursor = PipelinedCursor(connection.driver_connection)
        try:
            cursor.execute("BEGIN")
        except BaseException:
            cursor.abandon()
            raise
        return cursor

    def commit_now(self, connection: Any, cursor: Any) -> None:
        del connection
        cursor.execute("COMMIT")
        cursor.receive("COMMIT")

    def roll_back(self, connection: Any, cursor: Any) -> None:
        cursor.abandon()
        super().roll_back(connection, cursor)

    @contextlib.contextmanager
    def reading_on(self) -> Iterator[Connection]:
        """As elsewhere; the server's cursor needs a transaction."""
        with self.reading() as connection:
            self.silence_limit.go_on()
            connection.execution_options(isolation_level="READ COMMITTED")
            yield connection.execution_options(stream_results=True, max_row_buffer=READ_AT_ONCE)

    def is_outage(self, error: Exception) -> bool:
        dbapi = self.engine.dialect.loaded_dbapi
        if not isinstance(error, dbapi.Error):
            return super().is_outage(error)
        state = getattr(error, "sqlstate", None)
        if state is None:
            return isinstance(error, dbapi.OperationalError | dbapi.InterfaceError)
        return not state.startswith(_REFUSALS)

    def told(self, error: BaseException) -> str:
        return " ".join(line.strip() for line in str(error).splitlines() if line.strip())


class PipelinedCursor:
    """Sends statements without waiting for their answers.

    Args:
        connection: psycopg's.
    """

    def __init__(self, connection: Any) -> None:
        self._pipeline = contextlib.ExitStack()
        self._pipeline.enter_context(connection.pipeline())
        self._cursor = connection.cursor()

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> None:
        """Send a statement."""
        self._cursor.execute(sql, parameters)

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]], /) -> None:
        """Send a statement for each row; psycopg waits between such groups, not for one row."""
        if len(rows) == 1:
            self._cursor.execute(sql, rows[0])
        elif rows:
            self._cursor.executemany(sql, rows)

    def receive(self, answer: str) -> None:
        """Wait for all answers, and look at the last one.

        Raises:
            RuntimeError: it is another one than expected.
        """
        self._pipeline.close()
        if self._cursor.statusmessage != answer:
            raise RuntimeError(f"expected {answer}, got {self._cursor.statusmessage}")

    def abandon(self) -> None:
        """Send nothing more, and care for no answer."""
        with contextlib.suppress(Exception):
            self._pipeline.close()

    def close(self) -> None:
        """Give it back."""
        self._cursor.close()
