"""Pruning: forgetting what is older, or more, than is to be kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from redengine.store.instants import to_microseconds
from redengine.store.memories import latest_records
from redengine.store.tables import changes, jobs, logs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

    from redengine.store.database import Database
    from redengine.store.retention import Retention

MOST_REFUSALS: Final = 10_000
"""So many refused requests are remembered: whoever may not write must not fill the store."""
BATCH: Final = 500
"""So many rows are deleted in one transaction; writers get their turn between two."""
ENDED: Final = ("success", "fail", "terminate", "crash", "inaction", "cancel")


def prune(
    database: Database,
    retention: Retention,
    now: datetime,
    turn: Callable[[], AbstractContextManager[None]],
) -> int:
    """Delete what may be forgotten; how many log records and jobs that was.

    Args:
        database: where to delete.
        retention: what is kept.
        now: what ages are reckoned from.
        turn: keeps batches of writes away, for the length of a block.

    Raises:
        StoreError: the database cannot be read now.
        Outage: it cannot be written now.
    """
    return _prune_logs(database, retention, now, turn) + _prune_jobs(database, retention, now, turn)


def _prune_logs(
    database: Database,
    retention: Retention,
    now: datetime,
    turn: Callable[[], AbstractContextManager[None]],
) -> int:
    with database.reading() as connection:
        last = _last_to_go(connection, logs.c.id, logs.c.timestamp, retention, now)
        if last is None:
            return 0
        kept = {number for _, _, number, _ in latest_records(connection)}
    removed = 0
    for rows in _batches(database, (logs.c.id,), last, []):
        numbers = [row.id for row in rows if row.id not in kept]
        with turn(), database.transaction() as cursor:
            database.remove(cursor, "log", numbers)
        removed += len(numbers)
    return removed


def _prune_jobs(
    database: Database,
    retention: Retention,
    now: datetime,
    turn: Callable[[], AbstractContextManager[None]],
) -> int:
    with database.reading() as connection:
        last = _last_to_go(connection, jobs.c.seq, jobs.c.submitted_at, retention, now)
        if last is None:
            return 0
        latest = func.max(jobs.c.occurrence)
        chosen = select(jobs.c.task, latest).group_by(jobs.c.task)
        kept = {(row[0], row[1]) for row in connection.execute(chosen)}
    removed = 0
    columns = (jobs.c.seq, jobs.c.job_id, jobs.c.task, jobs.c.occurrence)
    for rows in _batches(database, columns, last, [jobs.c.status.in_(ENDED)]):
        names = [
            row.job_id
            for row in rows
            if row.occurrence is None or (row.task, row.occurrence) not in kept
        ]
        with turn(), database.transaction() as cursor:
            database.remove(cursor, "job", names)
        removed += len(names)
    return removed


def prune_trail(
    database: Database,
    retention: Retention,
    now: datetime,
    turn: Callable[[], AbstractContextManager[None]],
) -> int:
    """Delete what may be forgotten of the audit trail; how many entries that was.

    Changes in a durable store stay: a session that starts anew applies them.

    Raises:
        StoreError: the database cannot be read now.
        Outage: it cannot be written now.
    """
    kinds = {
        "action": retention,
        "refusal": replace(
            retention, records=min(retention.records or MOST_REFUSALS, MOST_REFUSALS)
        ),
    }
    if not database.durable:
        kinds["change"] = retention
    return sum(_prune_kind(database, kind, kept, now, turn) for kind, kept in kinds.items())


def _prune_kind(
    database: Database,
    kind: str,
    retention: Retention,
    now: datetime,
    turn: Callable[[], AbstractContextManager[None]],
) -> int:
    where = changes.c.kind == kind
    with database.reading() as connection:
        last = _last_to_go(connection, changes.c.id, changes.c.created, retention, now, where)
    if last is None:
        return 0
    removed = 0
    for rows in _batches(database, (changes.c.id,), last, [where]):
        with turn(), database.transaction() as cursor:
            database.remove(cursor, "change", [row.id for row in rows])
        removed += len(rows)
    return removed


def _last_to_go(
    connection: Connection,
    order: ColumnElement[int],
    time: ColumnElement[int],
    retention: Retention,
    now: datetime,
    *where: ColumnElement[bool],
) -> int | None:
    """The place in the order up to which rows may be forgotten, or None."""
    limits: list[int | None] = []
    if retention.records is not None:
        newest = select(order).where(*where).order_by(order.desc())
        limits.append(connection.execute(newest.offset(retention.records).limit(1)).scalar())
    if retention.age is not None:
        oldest = to_microseconds(now - retention.age)
        old = select(func.max(order)).where(time < oldest, *where)
        limits.append(connection.execute(old).scalar())
    return max((limit for limit in limits if limit is not None), default=None)


def _batches(
    database: Database,
    columns: Sequence[ColumnElement[Any]],
    last: int,
    where: list[ColumnElement[bool]],
) -> Iterator[Sequence[Row[Any]]]:
    """Rows up to the place `last` of the first column, some at a time."""
    order = columns[0]
    after = -1
    while True:
        statement = select(*columns).where(order > after, order <= last, *where)
        with database.reading() as connection:
            rows = connection.execute(statement.order_by(order).limit(BATCH)).all()
        if not rows:
            return
        after = rows[-1][0]
        yield rows
