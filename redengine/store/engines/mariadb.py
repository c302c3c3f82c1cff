"""MariaDB, by PyMySQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import create_engine, event

from redengine.exceptions import StoreError
from redengine.store.engines.database import SilenceLimit
from redengine.store.engines.server import PATIENCE_S, POOL, ServerDatabase, bound_connecting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import URL

    from redengine.store.engines.database import Cursor

_CONNECTING: Final = {"connect_timeout": 10, "read_timeout": 600, "write_timeout": 600}
"""Seconds at most, where the URL does not say otherwise; `Patience` has shorter limits."""
_LEAST_S: Final = 0.001
"""A socket's time-out of 0 would mean that it does not wait at all."""
_SETTINGS: Final = {
    "sql_mode": "'TRADITIONAL'",  # what does not fit is an error, not a warning
    "wait_timeout": "31536000",  # an idle session keeps its lock
    "max_sort_length": "65536",  # bytes of a text that take part in its order
}
_REFUSALS: Final = frozenset((1048, 1062, 1118, 1153, 1264, 1265, 1292, 1300, 1301, 1366, 1406))
"""Errors that the data are at fault for, whatever class PyMySQL gives them: they would come again
(https://mariadb.com/kb/en/mariadb-error-codes/)."""
_LOCK: Final = "CONCAT('redengine.', MD5(DATABASE()))"
_LARGEST_STATEMENT: Final = 1_000_000
_ADVICE: Final = {
    "Name or service not known": "look at the host in the URL",
    "nodename nor servname": "look at the host in the URL",
    "getaddrinfo failed": "look at the host in the URL",
    "name resolution": "look at the host in the URL",
    "Connection refused": "start the server, or look at the host and the port in the URL",
    "timed out": "look whether the server can be reached from here",
    "Unknown database": "create the database, or name another one in the URL",
    "to database '": "let the user have the database: GRANT ALL ON",
    "Access denied for user": "look at the user and the password in the URL",
    "command denied to user": "let the user make and change tables: GRANT ALL ON",
    "Too many connections": "raise max_connections, or close other connections",
    "is not a MariaDB variant": "use a MariaDB server",
    "Unknown collation": "use MariaDB 10.4 or newer",
    "No space left": "free some space on the server's disk",
    "is full": "free some space on the server's disk",
    "--read-only": "connect to the primary server",
}


def open_mariadb(url: URL, shown: str, session: str | None) -> MariadbDatabase:
    """The database of a MariaDB URL; what stands behind the '?' is for PyMySQL.

    Args:
        url: the URL.
        shown: the URL without what is secret.
        session: the session's name.

    Raises:
        ImportError: the driver is not there.
        StoreError: the URL names no database.
    """
    if not url.database:
        raise StoreError(shown, "names no database; write 'mariadb://user@host/name'")
    given = {name: value for name, value in _CONNECTING.items() if name not in url.query}
    settings = ", ".join(f"SESSION {name} = {value}" for name, value in _SETTINGS.items())
    engine = create_engine(
        url.set(drivername="mariadb+pymysql"),
        connect_args={**given, "charset": "utf8mb4", "init_command": f"SET {settings}"},
        isolation_level="AUTOCOMMIT",
        paramstyle="format",
        **POOL,
    )
    silence_limit = SilenceLimit()
    bound_connecting(engine, silence_limit)
    patient = _patient_class(silence_limit)
    event.listen(engine, "do_connect", lambda _dialect, _record, args, kw: patient(*args, **kw))
    return MariadbDatabase(shown, engine, session, silence_limit)


def _patient_class(silence_limit: SilenceLimit) -> Any:
    """PyMySQL's connection, whose waits for the server have a limit.

    It reads its time-outs each time it begins to send or to receive.
    """
    from pymysql.connections import Connection

    def limit(name: str) -> Any:
        def get(self: Any) -> float:
            return float(min(vars(self)[name], max(silence_limit.left_s(), _LEAST_S)))

        def put(self: Any, most_s: float) -> None:
            vars(self)[name] = most_s

        return property(get, put)

    class PatientConnection(Connection):
        _read_timeout = limit("most_reading_s")
        _write_timeout = limit("most_writing_s")

        def connect(self, sock: Any = None) -> None:
            """Wait no longer for the server's greeting than for the network."""
            limits = vars(self)
            usual_s = limits["most_reading_s"]
            limits["most_reading_s"] = min(usual_s, self.connect_timeout)
            try:
                super().connect(sock)
            finally:
                limits["most_reading_s"] = usual_s

    return PatientConnection


class MariadbDatabase(ServerDatabase):
    """A database of a MariaDB server."""

    advice: ClassVar[Mapping[str, str]] = _ADVICE

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._largest = _LARGEST_STATEMENT

    def prepare(self, cursor: Any) -> None:
        cursor.execute("SELECT @@max_allowed_packet")
        self._largest = int(cursor.fetchone()[0])
        cursor.execute("SET autocommit = 0")

    def try_lock(self, cursor: Any) -> bool:
        cursor.execute(f"SELECT GET_LOCK({_LOCK}, {PATIENCE_S})")
        return bool(cursor.fetchone()[0])

    def unlock(self, cursor: Any) -> None:
        cursor.execute(f"SELECT RELEASE_LOCK({_LOCK})")

    def backend(self, cursor: Any) -> int:
        cursor.execute("SELECT CONNECTION_ID()")
        return int(cursor.fetchone()[0])

    def owner(self, cursor: Any) -> int | None:
        cursor.execute(f"SELECT IS_USED_LOCK({_LOCK})")
        number = cursor.fetchone()[0]
        return None if number is None else int(number)

    def end(self, cursor: Any, backend: int) -> None:
        cursor.execute("KILL %s", (backend,))

    def begin(self, connection: Any) -> Cursor:
        return BoundedCursor(connection.cursor(), self._largest)

    def is_outage(self, error: Exception) -> bool:
        dbapi = self.engine.dialect.loaded_dbapi
        if not isinstance(error, dbapi.Error):
            return super().is_outage(error)
        if isinstance(error, dbapi.DataError | dbapi.IntegrityError | dbapi.NotSupportedError):
            return False
        number = error.args[0] if error.args else None
        return isinstance(number, int) and number not in _REFUSALS

    def told(self, error: BaseException) -> str:
        """Without the number that stands before it."""
        return str(error.args[-1] if error.args else "") or str(error)


class BoundedCursor:
    """Sends no statement that the server would break the connection for.

    Args:
        cursor: PyMySQL's.
        largest: the bytes that a statement may have (`max_allowed_packet`).
    """

    def __init__(self, cursor: Any, largest: int) -> None:
        self._cursor = cursor
        self._largest = largest
        cursor.max_stmt_length = min(_LARGEST_STATEMENT, largest // 2)

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> None:
        """Send a statement."""
        self._refuse_too_large(sql, parameters)
        self._cursor.execute(sql, parameters)

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]], /) -> None:
        """Send a statement for many rows, where it adds some: PyMySQL puts them together."""
        for row in rows:
            self._refuse_too_large(sql, row)
        self._cursor.executemany(sql, rows)

    def _refuse_too_large(self, sql: str, parameters: Sequence[Any]) -> None:
        """Look at the text of a row.

        Raises:
            UnicodeEncodeError: it has no UTF-8 form, which PyMySQL would not mind.
            ValueError: it is longer than the server takes.
        """
        texts = [len(value.encode()) for value in parameters if type(value) is str]
        if 2 * sum(texts) + len(sql) < self._largest // 2:
            return  # however much of it must be escaped
        size = len(self._cursor.mogrify(sql, parameters).encode())
        if size >= self._largest:
            raise ValueError(
                f"it takes {size:,} bytes, and the server takes {self._largest:,}; "
                "raise its max_allowed_packet"
            )

    def close(self) -> None:
        """Give it back."""
        self._cursor.close()
