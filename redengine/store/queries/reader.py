"""Reader: what can be asked of a store."""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, func, select, text

from redengine.store import errors
from redengine.store.fields import CHANGE_FIELDS, JOB_FIELDS, LOG_FIELDS
from redengine.store.queries.histories import read_histories, read_moments
from redengine.store.queries.listing import JsonPage, Listing, Page
from redengine.store.records import KeyEntry
from redengine.store.retention import PRUNED, PrunedMark, made_at
from redengine.store.tables import api_keys, changes, jobs, logs, output, returns, state
from redengine.store.writing.encoding import decoder, to_datetime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Executable, Select, Table

    from redengine.query import Query
    from redengine.store.engines.database import Database
    from redengine.store.errors import Damaged
    from redengine.store.queries.histories import StoredHistory

MOST: Final = 1_000
LONGEST: Final = 10_000
"""A result, or parameters, of more characters are read anew each time."""


class EndedJobs:
    """Keeps some rows, so that those who ask for one again and again do not read it each time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, dict[str, Any]] = {}
        self._deletions = 0

    def find(self, job_id: str, read: Callable[[], dict[str, Any] | None]) -> dict[str, Any] | None:
        """The row of a job, read if it is not at hand.

        Args:
            job_id: the job.
            read: reads it; None if there is none.
        """
        row = self._rows.get(job_id)
        if row is not None:
            return row
        deletions = self._deletions
        row = read()
        if row is not None and row["ended_at"] is not None and _is_short(row):
            with self._lock:
                if deletions == self._deletions:  # else it may have been read before it was deleted
                    self._keep(job_id, row)
        return row

    def _keep(self, job_id: str, row: dict[str, Any]) -> None:
        if len(self._rows) >= MOST:
            del self._rows[next(iter(self._rows))]
        self._rows[job_id] = row

    def forget(self) -> None:
        """Rows were deleted."""
        with self._lock:
            self._deletions += 1
            self._rows = {}


def _is_short(row: dict[str, Any]) -> bool:
    return all(len(str(row[name] or "")) <= LONGEST for name in ("result", "parameters", "error"))


JOB_KINDS: Final[Mapping[str, str]] = {
    **JOB_FIELDS,
    "result": "json",
    "result_kind": "text",
    "abandoned": "boolean",
    "content_hash": "text",
    "run_at": "datetime",
    "options": "json",
}
OUTPUT_KINDS: Final = {"seq": "number", "at": "datetime", "stream": "text", "text": "text"}
KEY_KINDS: Final = {
    **dict.fromkeys(("name", "salt", "digest"), "text"),
    "scopes": "json",
    "tasks": "text",
    "created_at": "datetime",
    "created_by": "text",
    "expires_at": "datetime",
    "revoked_at": "datetime",
    **dict.fromkeys(("commands", "channels"), "text"),
}
_LASTING: Final = frozenset(("job_id", "task", "trigger", "submitted_at", "parameters"))
"""The fields of a job that never change once it is written."""
_PERIOD: Final = ("submitted_at", frozenset(("job_id", "task", "status")))
_LINES: Final = 1000
_TASKS_AT_ONCE: Final = 10_000
"""SQLite takes 32,766 values in one statement."""
_LATEST_DURATIONS: Final = (
    "WITH asked(task) AS (VALUES {names}) "
    "SELECT asked.task, jobs.duration FROM asked JOIN redengine_jobs AS jobs "
    "ON jobs.task = asked.task AND jobs.status = 'success' AND jobs.duration IS NOT NULL "
    "AND jobs.seq >= COALESCE((SELECT latest.seq FROM redengine_jobs AS latest "
    "WHERE latest.task = asked.task AND latest.status = 'success' "
    "AND latest.duration IS NOT NULL ORDER BY latest.seq DESC LIMIT 1 OFFSET {others}), 0)"
)
"""The inner select finds, by the index, the oldest job that still counts."""
_WHOLE_JOBS: Final = select(*(jobs.c[name] for name in JOB_KINDS))
_JOB_OF_ID: Final = _WHOLE_JOBS.where(jobs.c.job_id == bindparam("job_id"))
_OUTPUT_AFTER: Final = (
    select(*(output.c[name] for name in OUTPUT_KINDS))
    .where(output.c.job_id == bindparam("job_id"), output.c.seq > bindparam("after"))
    .order_by(output.c.seq)
    .limit(bindparam("most"))
)
_NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)


class Reader:
    """Reads a database; everything that was written before is seen.

    Args:
        database: what is read.
    Every method raises StoreError where the database cannot be read now.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._logs = Listing(database, logs, LOG_FIELDS, "id")
        self._jobs = Listing(database, jobs, JOB_FIELDS, "seq", _LASTING, _PERIOD)
        lasting = frozenset(CHANGE_FIELDS) - {"reverted_by"}
        self._changes = Listing(database, changes, CHANGE_FIELDS, "id", lasting)
        self._ended = EndedJobs()

    def _catch_up(self) -> None:
        """Commit what was written before."""

    # -- lists

    def logs(self, query: Query) -> Page:
        """Log records, newest first; their fields are `LOG_FIELDS`."""
        self._catch_up()
        return self._logs.page(query)

    def logs_json(self, query: Query) -> JsonPage:
        """Log records as `logs` gives them, as the bytes of a JSON array; quicker than that."""
        self._catch_up()
        return self._logs.json_page(query)

    def jobs(self, query: Query) -> Page:
        """Jobs in the order in which they were first written, the last one first.

        No step of the wall clock turns the order round. Their fields are `JOB_FIELDS`.
        """
        self._catch_up()
        return self._jobs.page(query)

    def changes(self, query: Query) -> Page:
        """The audit trail, newest first; its fields are `CHANGE_FIELDS`."""
        self._catch_up()
        return self._changes.page(query)

    # -- single things

    def job(self, job_id: str) -> dict[str, Any] | None:
        """One job, or None.

        Beside the fields of a list it has `result` (parsed), `result_kind`, `abandoned`,
        `content_hash`, `run_at` and `options`.
        """
        return self._ended.find(job_id, lambda: self._job_row(job_id))

    def _job_row(self, job_id: str) -> dict[str, Any] | None:
        found = self._dictionaries(jobs, _JOB_OF_ID, JOB_KINDS, job_id=job_id)
        return found[0] if found else None

    def jobs_in_state(self, *statuses: str) -> list[dict[str, Any]]:
        """All jobs of some statuses, oldest first, as `job` gives them.

        In the place of what is damaged stands a mark, see `damage`.
        """
        chosen = _WHOLE_JOBS.where(jobs.c.status.in_(statuses)).order_by(jobs.c.seq)
        return self._dictionaries(jobs, chosen, JOB_KINDS, errors.mark)

    def change(self, change_id: int) -> dict[str, Any] | None:
        """One entry of the audit trail, or None."""
        kinds = CHANGE_FIELDS
        chosen = select(*(changes.c[name] for name in kinds)).where(changes.c.id == change_id)
        found = self._dictionaries(changes, chosen, kinds)
        return found[0] if found else None

    def whole_changes(
        self, after: int = 0, limit: int = _LINES, **fields: Any
    ) -> list[dict[str, Any]]:
        """Journalled changes with what may not be shown, oldest first.

        Args:
            after: only those with a higher number.
            limit: no more than so many.
            **fields: columns that have to equal a value.
        """
        kinds = {**CHANGE_FIELDS, "sealed": "json"}
        chosen = (
            select(*(changes.c[name] for name in kinds))
            .where(changes.c.kind == "change", changes.c.id > after)
            .where(*(changes.c[name] == value for name, value in fields.items()))
            .order_by(changes.c.id)
            .limit(limit)
        )
        found = self._dictionaries(changes, chosen, kinds)
        return [item | (item.pop("sealed") or {}) for item in found]

    def output(self, job_id: str, after: int = 0, limit: int = _LINES) -> list[dict[str, Any]]:
        """The lines that a job has written, in their order: `seq`, `at`, `stream` and `text`.

        Args:
            job_id: the job.
            after: only lines with a higher `seq`.
            limit: no more than so many.
        """
        return self._dictionaries(
            output, _OUTPUT_AFTER, OUTPUT_KINDS, job_id=job_id, after=after, most=limit
        )

    def last_line(self, job_id: str) -> int:
        """The number of the last line that a job has written; 0 without one."""
        chosen = select(func.max(output.c.seq)).where(output.c.job_id == job_id)
        return int(self._rows(chosen)[0][0] or 0)

    def durations(self, tasks: Iterable[str], n: int = 20) -> dict[str, list[float]]:
        """How many seconds the latest successful jobs of each task took, `n` at most, unordered.

        Tasks without one are left out. One statement asks about all of them, up to 10,000, and an
        index gives the latest jobs of each: the length of the history does not matter.
        """
        found: defaultdict[str, list[float]] = defaultdict(list)
        names = list(dict.fromkeys(tasks))
        for first in range(0, len(names), _TASKS_AT_ONCE):
            asked = {f"t{place}": name for place, name in enumerate(names[first:][:_TASKS_AT_ONCE])}
            places = ", ".join(f"(:{place})" for place in asked)
            statement = text(_LATEST_DURATIONS.format(names=places, others=n - 1))
            for task, duration in self._rows(statement.bindparams(**asked)):
                found[task].append(duration)
        return dict(found)

    # -- what a session starts with

    def histories(self, now: datetime | None = None) -> dict[str, StoredHistory]:
        """What is remembered of each task, by its name.

        Args:
            now: what is later happened while the clock was ahead; never if not given.
        """
        self._catch_up()
        with self._database.reading() as connection:
            return read_histories(connection, now or _NEVER)

    def moments(
        self, task: str, action: str, since: datetime | None = None
    ) -> list[tuple[int, datetime]]:
        """Log id and instant of one action of a task, ascending; retried attempts passed over.

        Args:
            task: the task's name.
            action: the action.
            since: only from this instant on.
        """
        self._catch_up()
        with self._database.reading() as connection:
            return read_moments(connection, task, action, since)

    def last_order(self) -> int:
        """The highest id of a log record; 0 while there is none."""
        return int(self._rows(select(func.max(logs.c.id)))[0][0] or 0)

    def returns(self) -> dict[str, Any]:
        """The latest return value of each task; a description where it has no JSON form."""
        chosen = select(returns.c.task, returns.c.value)
        kinds = {"task": "text", "value": "json"}
        found = self._dictionaries(returns, chosen, kinds, errors.mark)
        return {row["task"]: row["value"] for row in found if not errors.is_marked(row["value"])}

    def state(self, key: str) -> Any:
        """The value under a key, or None."""
        chosen = select(state.c.key, state.c.value).where(state.c.key == key)
        found = self._dictionaries(state, chosen, {"key": "text", "value": "json"})
        return found[0]["value"] if found else None

    def api_keys(self) -> list[KeyEntry]:
        """All keys of the API, in the order of their names."""
        chosen = select(*(api_keys.c[name] for name in KEY_KINDS)).order_by(api_keys.c.name)
        found = self._dictionaries(api_keys, chosen, KEY_KINDS)
        return [KeyEntry(**{**row, "scopes": tuple(row["scopes"])}) for row in found]

    # -- what is not there any more

    @property
    def pruned_before(self) -> datetime | None:
        """When the newest job was submitted that was pruned; None while none was."""
        mark = PrunedMark.read(self.state(PRUNED))
        return to_datetime(mark.submitted_us) if mark.submitted_us >= 0 else None

    def was_pruned(self, job_id: str) -> bool:
        """Whether a job is not there because it was pruned, as far as that can be known.

        An id that a session has made tells its time: True where jobs of that time were pruned,
        also of one that was deleted by hand. Of a caller's own id its log records tell, as long
        as they are kept themselves; after that it is not known any more, and False.
        """
        mark = PrunedMark.read(self.state(PRUNED))
        if mark == PrunedMark() or self.job(job_id) is not None:
            return False
        made_ms = made_at(job_id)
        if made_ms >= 0:
            return made_ms <= mark.made_ms
        ((first,),) = self._rows(select(func.min(logs.c.timestamp)).where(logs.c.job_id == job_id))
        return first is not None and first <= mark.submitted_us

    def _dictionaries(
        self,
        table: Table,
        statement: Select[Any],
        kinds: Mapping[str, str],
        damaged: Callable[[str, str], Damaged] = errors.refuse,
        **values: Any,
    ) -> list[dict[str, Any]]:
        """The rows as dictionaries; `values` are those of the statement's parameters."""
        decode = decoder(tuple(kinds), kinds, damaged(self._database.url, table.name))
        return [decode(row) for row in self._rows(statement, values)]

    def _rows(
        self, statement: Executable, values: Mapping[str, Any] | None = None
    ) -> Sequence[Any]:
        self._catch_up()
        with self._database.reading() as connection:
            return connection.execute(statement, values).all()
