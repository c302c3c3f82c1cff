"""Retention: how much history is kept, and how what is older or more is deleted."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from redengine.store.queries.histories import latest_records
from redengine.store.records import StateEntry
from redengine.store.tables import changes, jobs, logs, state
from redengine.store.writing.encoding import to_microseconds
from redengine.support import jsontext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime, timedelta

    from sqlalchemy import ColumnElement, Connection, Row

    from redengine.store.engines.database import Cursor, Database

    Turn = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What may be forgotten: ended jobs with their output, log records, and the audit trail.

    The latest record of each action of each task stays, as does each task's latest occurrence:
    what a task did last is never forgotten.

    Attributes:
        jobs: how many jobs are kept; None for all.
        logs: how many log records are kept; None for all.
        age: how long both are kept; None for ever.
    """

    jobs: int | None = None
    logs: int | None = None
    age: timedelta | None = None

    @property
    def keeps_all(self) -> bool:
        """Whether nothing is ever forgotten."""
        return self.jobs is None and self.logs is None and self.age is None

    @property
    def slack(self) -> int:
        """How many entries over what is kept are not worth pruning yet."""
        return (
            min((bound for bound in (self.jobs, self.logs) if bound is not None), default=0) // 10
        )


PRUNED: Final = "store.pruned"
"""The key under which the mark stands; it is committed with the deletions."""
_VERSION: Final = 7


class PrunedMark(NamedTuple):
    """The newest of all jobs that were pruned.

    Attributes:
        submitted_us: when it was submitted, in microseconds since 1970.
        made_ms: the newest time in an id of such a job, in milliseconds since 1970.
    """

    submitted_us: int = -1
    made_ms: int = -1

    @classmethod
    def read(cls, value: Mapping[str, Any] | None) -> PrunedMark:
        """The mark that stands in the store; one before all jobs where there is none."""
        return cls(**value) if value else cls()

    def with_job(self, job_id: str, submitted_us: int) -> PrunedMark:
        """The mark after one more job was pruned.

        A time in an id that lies ahead was not put there by a session, and tells nothing.
        """
        made_ms = made_at(job_id)
        if made_ms > time.time() * 1000:
            made_ms = -1
        return PrunedMark(max(self.submitted_us, submitted_us), max(self.made_ms, made_ms))

    def to_entry(self) -> StateEntry:
        """As it is stored."""
        return StateEntry(PRUNED, self._asdict())


def made_at(job_id: str) -> int:
    """The milliseconds since 1970 in a UUIDv7 (RFC 9562 §5.7); -1 in any other id."""
    with suppress(ValueError):
        number = UUID(job_id)
        if number.version == _VERSION and str(number) == job_id:
            return number.int >> 80
    return -1


MOST_REFUSALS: Final = 10_000
"""So many refused requests are remembered: whoever may not write must not fill the store."""
BATCH: Final = 500
"""So many rows are deleted in one transaction; writers get their turn between two."""
ENDED: Final = ("success", "fail", "terminate", "crash", "inaction", "cancel")


class Pruned(NamedTuple):
    """How many rows a pruning has looked at: those that it deleted, and those that have to stay."""

    removed: int = 0
    spared: int = 0


def prune(database: Database, retention: Retention, now: datetime, turn: Turn) -> Pruned:
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
    log_records = _prune_logs(database, retention, now, turn)
    ended_jobs = _prune_jobs(database, retention, now, turn)
    return Pruned(log_records.removed + ended_jobs.removed, log_records.spared + ended_jobs.spared)


def _prune_logs(database: Database, retention: Retention, now: datetime, turn: Turn) -> Pruned:
    with database.reading() as connection:
        place = (logs.c.id, logs.c.timestamp)
        last = _last_to_go(connection, place, retention.logs, retention, now)
        if last is None:
            return Pruned()
        kept = {number for _, _, number, _ in latest_records(connection)}

    def delete(cursor: Cursor, rows: Sequence[Row[Any]]) -> int:
        numbers = [row.id for row in rows if row.id not in kept]
        database.remove(cursor, "log", numbers)
        return len(numbers)

    return _in_batches(database, turn, (logs.c.id,), (logs.c.id <= last,), delete)


def _prune_jobs(database: Database, retention: Retention, now: datetime, turn: Turn) -> Pruned:
    with database.reading() as connection:
        place = (jobs.c.seq, jobs.c.submitted_at)
        last = _last_to_go(connection, place, retention.jobs, retention, now)
        if last is None:
            return Pruned()
        latest = func.max(jobs.c.occurrence)
        chosen = select(jobs.c.task, latest).group_by(jobs.c.task)
        kept = {(row[0], row[1]) for row in connection.execute(chosen)}
        mark = _mark(connection)

    def delete(cursor: Cursor, rows: Sequence[Row[Any]]) -> int:
        nonlocal mark
        gone = [
            row for row in rows if row.occurrence is None or (row.task, row.occurrence) not in kept
        ]
        database.remove(cursor, "job", [row.job_id for row in gone])
        for row in gone:
            mark = mark.with_job(row.job_id, row.submitted_at)
        writing = database.statements.writing[StateEntry]
        cursor.execute(writing.sql, writing.encode(mark.to_entry()))
        return len(gone)

    columns = (jobs.c.seq, jobs.c.job_id, jobs.c.task, jobs.c.occurrence, jobs.c.submitted_at)
    where = (jobs.c.seq <= last, jobs.c.status.in_(ENDED))
    return _in_batches(database, turn, columns, where, delete)


def _mark(connection: Connection) -> PrunedMark:
    text = connection.execute(select(state.c.value).where(state.c.key == PRUNED)).scalar()
    return PrunedMark.read(None if text is None else jsontext.loads(text))


def prune_trail(database: Database, retention: Retention, now: datetime, turn: Turn) -> int:
    """Delete what may be forgotten of the audit trail; how many entries that was.

    Changes in a durable store stay: the next session applies them.

    Raises:
        StoreError: the database cannot be read now.
        Outage: it cannot be written now.
    """
    numbers = {
        "action": retention.logs,
        "refusal": min(retention.logs or MOST_REFUSALS, MOST_REFUSALS),
    }
    if not database.durable:
        numbers["change"] = retention.logs
    return sum(
        _prune_kind(database, kind, number, retention, now, turn)
        for kind, number in numbers.items()
    )


def _prune_kind(
    database: Database,
    kind: str,
    number: int | None,
    retention: Retention,
    now: datetime,
    turn: Turn,
) -> int:
    where = changes.c.kind == kind
    with database.reading() as connection:
        place = (changes.c.id, changes.c.created)
        last = _last_to_go(connection, place, number, retention, now, where)
    if last is None:
        return 0

    def delete(cursor: Cursor, rows: Sequence[Row[Any]]) -> int:
        database.remove(cursor, "change", [row.id for row in rows])
        return len(rows)

    return _in_batches(
        database, turn, (changes.c.id,), (where, changes.c.id <= last), delete
    ).removed


def _last_to_go(
    connection: Connection,
    place: tuple[ColumnElement[int], ColumnElement[int]],
    number: int | None,
    retention: Retention,
    now: datetime,
    *where: ColumnElement[bool],
) -> int | None:
    """The place in the order up to which rows may be forgotten, or None.

    Args:
        connection: to read with.
        place: the columns of the order and of the time.
        number: how many rows are kept; None for all.
        retention: how long they are kept.
        now: what ages are reckoned from.
        where: which rows it is about.
    """
    order, time = place
    limits: list[int | None] = []
    if number is not None:
        newest = select(order).where(*where).order_by(order.desc())
        limits.append(connection.execute(newest.offset(number).limit(1)).scalar())
    if retention.age is not None:
        oldest = to_microseconds(now - retention.age)
        old = select(func.max(order)).where(time < oldest, *where)
        limits.append(connection.execute(old).scalar())
    return max((limit for limit in limits if limit is not None), default=None)


def _in_batches(
    database: Database,
    turn: Turn,
    columns: Sequence[ColumnElement[Any]],
    where: Sequence[ColumnElement[bool]],
    delete: Callable[[Cursor, Sequence[Row[Any]]], int],
) -> Pruned:
    """Delete rows, some in each transaction; how many those were, and how many stay.

    They are looked for when nobody else writes: what is to go has not changed when it goes.
    """
    order = columns[0]
    looked_at, removed, after = 0, 0, -1
    while True:
        chosen = select(*columns).where(order > after, *where).order_by(order).limit(BATCH)
        with turn():
            with database.reading() as connection:
                rows = connection.execute(chosen).all()
            if not rows:
                return Pruned(removed, looked_at - removed)
            with database.transaction() as cursor:
                number = delete(cursor, rows)
        looked_at, removed = looked_at + len(rows), removed + number
        if len(rows) < BATCH:
            return Pruned(removed, looked_at - removed)
        after = rows[-1][0]
