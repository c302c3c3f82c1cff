"""History: the jobs and log records of a session, those of earlier runs included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import Conflict, NotFound
from redengine.query import Clause, parse_query
from redengine.scheduler.jobs.recovery import restored_job
from redengine.store import JOB_FIELDS, LOG_FIELDS, DeleteEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redengine.query import Query
    from redengine.scheduler.core import Core
    from redengine.scheduler.jobs.job import Job
    from redengine.store import Page

MOST: Final = 10_000
_USUAL: Final = 1000
_NAMING: Final = frozenset(("task", "job_id"))
"""Fields that say which jobs are meant."""


class Jobs:
    """The jobs of a session: by id, or those that match a query.

    Iterating gives the active ones. Those of permanent tasks, such as the API's own, are services:
    they are listed where somebody asks for them, and found by their ids.
    """

    def __init__(self, core: Core) -> None:
        self._core = core

    def find(self, job_id: str) -> Job | None:
        """A job by its id, or None."""
        job = self._live(job_id)
        if job is not None:
            return job
        row = self._core.store.job(job_id)
        return None if row is None else restored_job(row, self._core)

    def _live(self, job_id: str) -> Job | None:
        """A job that has not ended, or of whose end the store has not heard yet."""
        return self._core.jobs.get(job_id) or self._core.recorder.ended_unstored(job_id)

    def __getitem__(self, job_id: str) -> Job:
        job = self.find(job_id)
        if job is None:
            raise NotFound("job", job_id)
        return job

    def __contains__(self, job_id: object) -> bool:
        if not isinstance(job_id, str):
            return False
        return self._live(job_id) is not None or self._core.store.job(job_id) is not None

    def __iter__(self) -> Iterator[Job]:
        return iter(self._core.active_jobs)

    def __len__(self) -> int:
        return len(self._core.active_jobs)

    @property
    def services(self) -> list[Job]:
        """The active jobs of permanent tasks."""
        jobs = list(self._core.jobs.values())
        return [job for job in jobs if job.task in self._core.services]

    def of(self, task: str, limit: int = _USUAL) -> list[Job]:
        """The jobs of one task, newest first."""
        query = parse_query(
            [("task", task), ("$limit", str(limit))],
            JOB_FIELDS,
            zone=self._core.config.timezone,
            default_limit=limit,
            max_limit=MOST,
        )
        rows = self._page(query).items
        return [self._live(row["job_id"]) or restored_job(row, self._core) for row in rows]

    def _page(self, query: Query) -> Page:
        with self._core.lock:
            self._core.recorder.show_active()
        return self._core.store.jobs(query)

    def query(self, query: Query, *, services: bool = False) -> Page:
        """The objects of the jobs that match, newest first; progress of running ones is live.

        Args:
            query: what they have to be.
            services: also those of permanent tasks, which are left out unless `query` says which
                task or job it is about.
        """
        query = query if services else self._without_services(query)
        page = self._page(query)
        for row in page.items:
            job = self._core.jobs.get(row.get("job_id", ""))
            if job is not None and "progress" in row:
                row["progress"] = job.progress
        return self._with_ends(page, query)

    def _without_services(self, query: Query) -> Query:
        named = {clause.field for clause in query.conditions if clause.operator == "eq"}
        names = tuple(sorted(self._core.services))
        if not names or not named.isdisjoint(_NAMING):
            return query
        others = Clause("task", "text", (), "not", names)
        return replace(query, conditions=(*query.conditions, others))

    def _with_ends(self, page: Page, query: Query) -> Page:
        """The page with the ends that are not stored yet; without those that it is not about."""
        matches, items = query.predicate(), []
        for row in page.items:
            job = self._core.recorder.ended_unstored(row.get("job_id", ""))
            if job is None:
                items.append(row)
                continue
            now = job.snapshot()
            if matches(now):
                items.append({name: now.get(name, value) for name, value in row.items()})
        return page._replace(items=items, total=page.total - len(page.items) + len(items))

    def delete(self, job_id: str) -> None:
        """Forget an ended job; see `Session.delete_job`."""
        self._core.refuse_fork()
        job = self[job_id]
        if not job.has_ended:
            message = f"job {job_id} is '{job.status}'; only an ended one can be deleted"
            raise Conflict(
                message, job_id=job_id, status=job.status, allowed_actions=job.allowed_actions
            )
        patience_s = self._core.config.store_timeout.total_seconds()
        self._core.store.write(DeleteEntry("job", job_id)).wait(patience_s)

    def is_expired(self, job_id: str) -> bool:
        """Whether a job was there and is forgotten; see `Session.is_expired`."""
        return job_id not in self._core.jobs and self._core.store.was_pruned(job_id)

    def wait_for_output(self, job_id: str, after: int, timeout: float) -> bool:
        """Wait for a line; see `Session.wait_for_output`."""
        core = self._core
        job = self[job_id]

        def has_news() -> bool:
            if job.has_ended or job.output_size > after:
                return True
            job.has_listener = True
            return False

        with core.lock:
            return core.listeners.wait_for(has_news, timeout)

    def __repr__(self) -> str:
        return f"Jobs({len(self)} active)"


def log_records(core: Core, filters: dict[str, Any]) -> list[dict[str, Any]]:
    """The log records that match; see `Session.logs`."""
    items: list[tuple[str, str]] = []
    for name, value in filters.items():
        items += _items("$limit" if name == "limit" else name, value)
    query = parse_query(
        items,
        LOG_FIELDS,
        zone=core.config.timezone,
        default_limit=_USUAL,
        max_limit=MOST,
    )
    return list(core.store.logs(query).items)


def _items(name: str, value: Any) -> list[tuple[str, str]]:
    """A keyword of `Session.logs` as query items."""
    if isinstance(value, tuple) and len(value) == 2:  # noqa: PLR2004 - a pair of bounds
        bounds = zip((f"{name}$min", f"{name}$max"), value, strict=True)
        return [(key, _text(bound)) for key, bound in bounds if bound is not None]
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [(name, _text(each)) for each in value]
    return [(name, _text(value))]


def _text(value: Any) -> str:
    if value is None:
        return "null"
    return str(value.isoformat() if hasattr(value, "isoformat") else value)
