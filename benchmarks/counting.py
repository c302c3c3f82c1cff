"""How many statements and commits a store asks of its database."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redengine.store import Store


@dataclass(slots=True)
class Counts:
    """What a store has asked of its database.

    Attributes:
        commits: transactions that were committed.
        statements: statements that write; one for many rows is one.
        rows: rows that were written.
        reads: statements that read.
    """

    commits: int = 0
    statements: int = 0
    rows: int = 0
    reads: int = 0


@contextmanager
def counted(store: Store) -> Iterator[Counts]:
    """Count for the length of the block what a store does; other threads' part included.

    What waits when the block begins and ends is written first, and is counted at its end.
    """
    store.flush()
    counts = Counts()
    database: Any = store._database  # noqa: SLF001 - a friend of the store's
    begin, commit = database.begin, database.commit

    def counting_begin(connection: Any) -> Any:
        return _CountingCursor(begin(connection), counts)

    def counting_commit(connection: Any, cursor: Any) -> None:
        inner = cursor.inner if isinstance(cursor, _CountingCursor) else cursor
        commit(connection, inner)
        counts.commits += 1

    def count_read(*_: object) -> None:
        counts.reads += 1

    database.begin, database.commit = counting_begin, counting_commit
    event.listen(database.engine, "before_cursor_execute", count_read)
    try:
        yield counts
        store.flush()
    finally:
        event.remove(database.engine, "before_cursor_execute", count_read)
        del database.begin, database.commit


class _CountingCursor:
    """Counts what goes through a driver's cursor."""

    def __init__(self, inner: Any, counts: Counts) -> None:
        self.inner = inner
        self._counts = counts

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> None:
        self._counts.statements += 1
        self._counts.rows += 1
        self.inner.execute(sql, parameters)

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]], /) -> None:
        rows = list(rows)
        self._counts.statements += 1
        self._counts.rows += len(rows)
        self.inner.executemany(sql, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)
