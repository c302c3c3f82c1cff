"""What a session that starts wants to know of the tasks of earlier ones."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, or_, select

from redengine.conditions.context import DONE
from redengine.store import errors
from redengine.store.records import CRASH_REASON, RETRIED
from redengine.store.tables import jobs, logs, tasks
from redengine.store.writing.encoding import to_datetime, to_microseconds
from redengine.support import jsontext

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

log = logging.getLogger("redengine.store")

_NOT_DONE: Final = (CRASH_REASON, RETRIED, "store", "deadline")
"""The reasons of ends that say nothing of the work: the task is to be tried again in its period."""


@dataclass(slots=True, kw_only=True)
class StoredHistory:
    """What is remembered of one task.

    Attributes:
        created: when the task was first known.
        last_due: the nominal time of its latest job that its condition started, up to now.
        ahead: the nominal times of such jobs that lie in the future.
        misfires: missed fire times that have no job yet.
        skipped: the fire time of the latest skip on record, the last one of a row.
        failures: how often it has failed since it last succeeded or was terminated.
        latest: the log id and the instant of the latest record of each action, and of `DONE`.
    """

    created: datetime | None = None
    last_due: datetime | None = None
    ahead: list[datetime] = field(default_factory=list)
    misfires: list[datetime] = field(default_factory=list)
    skipped: datetime | None = None
    failures: int = 0
    latest: dict[str, tuple[int, datetime]] = field(default_factory=dict)


def read_histories(connection: Connection, now: datetime) -> dict[str, StoredHistory]:
    """The histories of all tasks by name.

    Args:
        connection: reads the database.
        now: what is later has happened while the clock was ahead.
    """
    histories: dict[str, StoredHistory] = {}
    for name, created, last_due, misfires in connection.execute(select(*tasks.c)):
        histories[name] = history = StoredHistory(
            created=to_datetime(created), last_due=to_datetime(last_due)
        )
        if misfires is not None:
            history.misfires = _without_job(connection, name, misfires)
    now_us = to_microseconds(now)
    past = select(jobs.c.task, func.max(jobs.c.occurrence)).where(jobs.c.occurrence <= now_us)
    for name, occurrence in connection.execute(past.group_by(jobs.c.task)):
        history = histories.setdefault(name, StoredHistory())
        due = to_datetime(occurrence)
        history.last_due = max(filter(None, (history.last_due, due)), default=None)
    ahead = select(jobs.c.task, jobs.c.occurrence).where(jobs.c.occurrence > now_us)
    for name, occurrence in connection.execute(ahead):
        histories.setdefault(name, StoredHistory()).ahead.append(_instant(occurrence))
    for name, action, number, at in latest_records(connection):
        moment = (number, _instant(at))
        histories.setdefault(name, StoredHistory()).latest[action] = moment
    for name, number, at in connection.execute(_latest_done()):
        histories.setdefault(name, StoredHistory()).latest[DONE] = (number, _instant(at))
    for name, number, skipped in connection.execute(_latest_skips()):
        histories.setdefault(name, StoredHistory()).skipped = _last_of(number, skipped)
    for name, history in histories.items():
        history.failures = _failures(connection, name, history)
    return histories


def _latest_done() -> Any:
    """The latest run of each task that ended by a worker's crash, or as inaction of its own."""
    newest = (
        select(func.max(logs.c.id))
        .where(logs.c.action.in_(("crash", "inaction")), logs.c.start.is_not(None))
        .where(or_(logs.c.reason.is_(None), logs.c.reason.not_in(_NOT_DONE)))
        .group_by(logs.c.task_name)
    )
    return select(logs.c.task_name, logs.c.id, logs.c.timestamp).where(logs.c.id.in_(newest))


def _latest_skips() -> Any:
    """The latest record of each task that stands for fire times that were skipped."""
    newest = (
        select(func.max(logs.c.id))
        .where(logs.c.action == "inaction", logs.c.skipped.is_not(None))
        .group_by(logs.c.task_name)
    )
    return select(logs.c.task_name, logs.c.id, logs.c.skipped).where(logs.c.id.in_(newest))


def _last_of(number: int, skipped: str) -> datetime | None:
    """The last fire time that a record of a skip stands for; None where its JSON is damaged."""
    try:
        return datetime.fromisoformat(jsontext.loads(skipped)["last"])
    except (ValueError, TypeError, KeyError):
        row = {"id": number, "skipped": skipped}
        log.error("%s", errors.told(logs.name, "skipped", row))  # noqa: TRY400 - the text says all
        return None


def _without_job(connection: Connection, task: str, misfires: str) -> list[datetime]:
    """Those of a task's missed fire times that still have no job."""
    try:
        times = [datetime.fromisoformat(each) for each in jsontext.loads(misfires)]
    except ValueError:
        row = {"name": task, "misfires": misfires}
        log.error("%s", errors.told(tasks.name, "misfires", row))  # noqa: TRY400 - the text says all
        return []
    wanted = jobs.c.occurrence.in_([to_microseconds(each) for each in times])
    made = select(jobs.c.occurrence).where(jobs.c.task == task, wanted)
    known = {to_datetime(occurrence) for (occurrence,) in connection.execute(made)}
    return [each for each in times if each not in known]


def latest_records(connection: Connection) -> list[tuple[str, str, int, int]]:
    """Task, action, log id and time of the latest record of each action, retries passed over."""
    columns = (logs.c.task_name, logs.c.action)
    newest = select(func.max(logs.c.id)).group_by(*columns)
    rows = connection.execute(
        select(*columns, logs.c.id, logs.c.timestamp, logs.c.reason).where(logs.c.id.in_(newest))
    ).all()
    found: list[tuple[str, str, int, int]] = []
    for task, action, number, at, reason in rows:
        if reason != RETRIED:
            found.append((task, action, number, at))
            continue
        statement = _records(task, action).order_by(logs.c.id.desc()).limit(1)
        found += [(task, action, row.id, row.timestamp) for row in connection.execute(statement)]
    return found


def read_moments(
    connection: Connection, task: str, action: str, since: datetime | None
) -> list[tuple[int, datetime]]:
    """Log id and instant of one action of a task, ascending, retries passed over."""
    statement = _records(task, action).order_by(logs.c.id)
    if since is not None:
        statement = statement.where(logs.c.timestamp >= to_microseconds(since))
    return [(number, _instant(at)) for number, at in connection.execute(statement)]


def _records(task: str, action: str) -> Any:
    return select(logs.c.id, logs.c.timestamp).where(
        logs.c.task_name == task, logs.c.action == action, _counts()
    )


def _counts() -> ColumnElement[bool]:
    return or_(logs.c.reason.is_(None), logs.c.reason != RETRIED)


def _failures(connection: Connection, task: str, history: StoredHistory) -> int:
    last_fail = history.latest.get("fail")
    ends = [
        history.latest[action][0] for action in ("success", "terminate") if action in history.latest
    ]
    since = max(ends, default=0)
    if last_fail is None or last_fail[0] < since:
        return 0
    statement = (
        select(func.count())
        .select_from(logs)
        .where(logs.c.task_name == task, logs.c.action == "fail", logs.c.id > since, _counts())
    )
    return int(connection.execute(statement).scalar_one())


def _instant(microseconds: int) -> datetime:
    at = to_datetime(microseconds)
    if at is None:
        raise TypeError(microseconds)
    return at
