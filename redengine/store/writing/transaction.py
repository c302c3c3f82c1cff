"""Writing what many commits hold in one transaction."""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from redengine.exceptions import Conflict, StoreError, shortened
from redengine.store.errors import Outage
from redengine.store.records import DeleteEntry, JobEntry
from redengine.store.writing.encoding import without_surrogates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from redengine.exceptions import RedengineError
    from redengine.store.engines.database import Cursor, Database
    from redengine.store.records import Entry
    from redengine.store.writing.statements import Statements
    from redengine.store.writing.writer import Commit

log = logging.getLogger("redengine.store")


def write_batch(database: Database, commits: Sequence[Commit]) -> None:
    """Commit the entries of all commits, and settle these.

    A commit whose entries cannot be written in any case is refused, with its `error` set; the
    others are written nevertheless. They are sought by halves, each of which is a transaction.

    Raises:
        Outage: the database cannot be used now; the commits that are not settled were not written.
    """
    commits = [commit for commit in commits if not _was_kept(database, commit)]
    if not commits:
        return
    try:
        _write_together(database, commits)
    except Outage:
        raise
    except Exception as error:  # noqa: BLE001 - an entry may hold anything
        if len(commits) > 1:
            half = len(commits) // 2
            write_batch(database, commits[:half])
            write_batch(database, commits[half:])
        else:
            _write_alone(database, commits[0], error)


def _was_kept(database: Database, commit: Commit) -> bool:
    """Settle a commit whose entries were committed although the answer was lost."""
    if commit.batch is not None:
        commit.done = database.has_committed(commit.batch)
        commit.batch = None
    return commit.done


def _write_together(
    database: Database,
    commits: Sequence[Commit],
    cleaned: Callable[[tuple[Any, ...]], tuple[Any, ...]] | None = None,
) -> None:
    """Commit all entries in one transaction, or none."""
    try:
        with database.transaction() as cursor:
            _write(cursor, database.statements, commits, cleaned)
    except Outage as outage:
        for commit in commits:
            commit.batch = outage.batch
        raise
    for commit in commits:
        commit.done = True


def _write_alone(database: Database, commit: Commit, error: Exception) -> None:
    """Refuse a commit, unless its trouble is text that has no UTF-8 form."""
    if isinstance(error, UnicodeEncodeError):
        try:
            _write_together(database, [commit], without_surrogates)
        except Outage:
            raise
        except Exception as another:  # noqa: BLE001 - see above
            error = another
        else:
            return
    commit.error = _refusal(database, commit, error)
    commit.done = True


def _refusal(database: Database, commit: Commit, error: Exception) -> RedengineError:
    clashing = [
        entry
        for entry in commit.entries
        if isinstance(entry, JobEntry) and entry.occurrence is not None
    ]
    if clashing and database.clashes(error):
        job = clashing[0]
        return Conflict(
            f"task '{job.task}' has a job for {job.occurrence} already; job {job.job_id} must not "
            "start",
            task=job.task,
            job_id=job.job_id,
        )
    refusal = StoreError(database.url, f"cannot keep {shortened(commit.entries)}: {error}")
    log.error("%s", refusal)
    return refusal


def _write(
    cursor: Cursor,
    statements: Statements,
    commits: Sequence[Commit],
    cleaned: Callable[[tuple[Any, ...]], tuple[Any, ...]] | None = None,
) -> None:
    """Write all entries: those of one kind together, deletions in their place between."""
    groups = Groups(statements, cleaned)
    for commit in commits:
        for entry in commit.entries:
            if type(entry) is DeleteEntry:
                groups.write(cursor)
                for sql in statements.deleting[entry.what]:
                    cursor.execute(sql, (entry.key,))
            else:
                groups.add(entry)
    groups.write(cursor)


class Groups:
    """Entries by their kind; of those that replace one another, only the last is kept.

    Args:
        statements: how entries are written.
        cleaned: what is done to each row before it is written.
    """

    __slots__ = ("_added", "_cleaned", "_keys", "_replaced", "_writing")

    def __init__(
        self,
        statements: Statements,
        cleaned: Callable[[tuple[Any, ...]], tuple[Any, ...]] | None,
    ) -> None:
        self._cleaned = cleaned
        self._writing = statements.writing
        self._keys = {kind: writing.key for kind, writing in statements.writing.items()}
        self._added: defaultdict[type, list[Entry]] = defaultdict(list)
        self._replaced: defaultdict[type, dict[object, Entry]] = defaultdict(dict)

    def add(self, entry: Entry) -> None:
        """Take an entry in."""
        kind = type(entry)
        key = self._keys[kind]
        if key is None:
            self._added[kind].append(entry)
        else:
            self._replaced[kind][entry[key]] = entry

    def write(self, cursor: Cursor) -> None:
        """Write all that was taken in, and forget it."""
        for kind, entries in self._added.items():
            self._write_kind(cursor, kind, entries)
        for kind, latest in self._replaced.items():
            self._write_kind(cursor, kind, latest.values())
        self._added.clear()
        self._replaced.clear()

    def _write_kind(self, cursor: Cursor, kind: type, entries: Iterable[Entry]) -> None:
        writing = self._writing[kind]
        encode, cleaned = writing.encode, self._cleaned
        rows = [encode(entry) for entry in entries]
        cursor.executemany(writing.sql, rows if cleaned is None else [cleaned(row) for row in rows])
