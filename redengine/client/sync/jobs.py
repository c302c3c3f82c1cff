# Generated from ../aio by tools/make_sync_client.py: change that, then `make client`.
"""The jobs of a session."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from redengine.client import operations
from redengine.client.filters import Filter, Names, list_query
from redengine.client.submissions import document_with_id, submission
from redengine.client.sync.job import Job
from redengine.client.sync.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from redengine.client.settings import Duration
    from redengine.client.sync.connection import Connection


class Jobs:
    """The session's jobs: `client.jobs["an-id"]` is one of them, without a request.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __getitem__(self, job_id: str) -> Job:
        return Job(self._connection, {"job_id": job_id})

    def get(self, job_id: str) -> Job:
        """A job as it now is.

        Raises:
            NotFound: there is none of that id.
        """
        return self[job_id].get()

    def list(
        self,
        filters: Mapping[str, Filter] | None = None,
        /,
        *,
        sort: Names = (),
        limit: int | None = None,
        offset: int = 0,
        fields: Names = (),
        **more: Filter,
    ) -> Listing[Job]:
        """The jobs that match, newest first.

        Args:
            filters: what fields have to be, by their names; dots lead into JSON fields.
            sort: fields to sort by; a minus sign turns the order round.
            limit: how many to give; all if not said.
            offset: how many to pass over.
            fields: the fields to give; all if not said.
            **more: what fields have to be: a value, a list of values, a pair (least, most),
                or `where(…)`.

        Example:
            >>> for job in client.jobs.list(status=["fail", "crash"], limit=10):
            ...     print(job.id, job.error)
        """
        query = list_query(filters, more, sort=sort, limit=limit, offset=offset, fields=fields)
        call = operations.LIST_JOBS.call(query=query)
        make = partial(Job, self._connection)
        return Listing(self._connection, call, make, key="job_id", limit=limit)

    def submit(
        self,
        task: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        job_id: str | None = None,
        priority: int | None = None,
        runtime: str | None = None,
        timeout: Duration | None = None,
        retries: int | None = None,
        deadline: datetime | str | None = None,
        run_at: datetime | str | None = None,
    ) -> Job:
        """Submit a job of a task; it is stored when this returns.

        The job has an id from the start, so the request is safely sent again when its answer
        is lost: the same id is the same job.

        Args:
            task: the task's name.
            parameters: values for the task's arguments.
            job_id: an id of one's own; a new UUIDv7 if not given.
            priority: its place in the queue.
            runtime: the name of the runtime to run in.
            timeout: how long an attempt may run.
            retries: how often it is tried again.
            deadline: when it has to have ended.
            run_at: when it may begin.

        Raises:
            InvalidInput: a parameter or an option does not fit.
            NotFound: there is no such task.
            AlreadyExists: the id names a job of another task, or with other parameters.
        """
        body = submission(
            parameters,
            job_id=job_id,
            priority=priority,
            runtime=runtime,
            timeout=timeout,
            retries=retries,
            deadline=deadline,
            run_at=run_at,
        )
        return self._submitted({"task": task, **body})

    def submit_document(self, document: Mapping[str, Any]) -> Job:
        """Submit a job document of a worker API; it gets an id if it has none.

        Args:
            document: `operation` names the task, `payload["data"]` are the parameters.

        Raises:
            InvalidInput: the document does not fit.
            NotFound: there is no such task.
        """
        return self._submitted(document_with_id(document))

    def _submitted(self, body: Mapping[str, Any]) -> Job:
        answer = self._connection.send(operations.SUBMIT_JOB.call(body=body))
        return Job(self._connection, answer.object())
