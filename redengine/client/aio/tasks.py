"""The tasks of a session."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal, overload

from redengine.client import operations
from redengine.client.aio.connection import AsyncListing
from redengine.client.aio.jobs import AsyncJob
from redengine.client.filters import Filter, Names, list_query
from redengine.client.operations import submission, task_object, tried
from redengine.client.views import Explanation, TaskFields, WhatIf

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from redengine.client.aio.connection import AsyncConnection
    from redengine.client.operations import Operation
    from redengine.client.settings import Duration


class AsyncTask(TaskFields):
    """A task as it was when it was read, and what can be done to it.

    It does not change: methods give the task as it then is.
    """

    __slots__ = ("_connection",)
    _connection: AsyncConnection

    def __init__(self, connection: AsyncConnection, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self._attach("_connection", connection)

    async def get(self) -> AsyncTask:
        """The task as it now is.

        Raises:
            NotFound: there is none of that name.
        """
        answer = await self._connection.send(operations.GET_TASK.call(self.name))
        return AsyncTask(self._connection, answer.object())

    async def run(self, **parameters: Any) -> AsyncJob:
        """Submit a job with these parameters; see `submit`."""
        return await self.submit(parameters)

    async def submit(
        self,
        parameters: Mapping[str, Any] | None = None,
        *,
        job_id: str | None = None,
        priority: int | None = None,
        runtime: str | None = None,
        timeout: Duration | None = None,
        retries: int | None = None,
        deadline: datetime | str | None = None,
        run_at: datetime | str | None = None,
    ) -> AsyncJob:
        """Submit a job; arguments as for `client.jobs.submit`.

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
        answer = await self._connection.send(operations.RUN_TASK.call(self.name, body=body))
        return AsyncJob(self._connection, answer.object())

    def jobs(
        self,
        filters: Mapping[str, Filter] | None = None,
        /,
        *,
        sort: Names = (),
        limit: int | None = None,
        offset: int = 0,
        fields: Names = (),
        **more: Filter,
    ) -> AsyncListing[AsyncJob]:
        """Its jobs, newest first; arguments as for `client.jobs.list`."""
        query = list_query(filters, more, sort=sort, limit=limit, offset=offset, fields=fields)
        call = operations.LIST_TASK_JOBS.call(self.name, query=query)
        make = partial(AsyncJob, self._connection)
        return AsyncListing(self._connection, call, make, key="job_id", limit=limit)

    async def why(self) -> Explanation:
        """Why it does or does not start; `print` shows it in lines."""
        answer = await self._connection.send(operations.EXPLAIN_TASK.call(self.name))
        return Explanation(answer.object())

    @overload
    async def update(self, *, dry_run: Literal[False] = False, **changes: Any) -> AsyncTask: ...
    @overload
    async def update(self, *, dry_run: Literal[True], **changes: Any) -> WhatIf: ...
    async def update(self, *, dry_run: bool = False, **changes: Any) -> AsyncTask | WhatIf:
        """Change options, all of those that are named or none.

        Args:
            dry_run: change nothing, and tell what the change would do to starts.
            **changes: options and their new values; `force_run=True` starts it once, whatever
                its condition says.

        Raises:
            InvalidInput: an option does not exist, or a value does not fit.
        """
        query = tried(dry_run=dry_run)
        call = operations.UPDATE_TASK.call(self.name, query=query, body=task_object(changes))
        found = (await self._connection.send(call)).object()
        return WhatIf(found) if dry_run else AsyncTask(self._connection, found)

    async def enable(self) -> AsyncTask:
        """Let it start by itself again."""
        return await self.update(disabled=False)

    async def disable(
        self, reason: str | None = None, *, until: datetime | str | None = None
    ) -> AsyncTask:
        """Keep it from starting by itself.

        Args:
            reason: why, for those who look at it.
            until: when it is enabled by itself; for good if not given.
        """
        said = {"reason": reason, "until": until}
        return await self.update(disabled=said if any(said.values()) else True)

    async def terminate(self, reason: str | None = None) -> AsyncTask:
        """Ask its running jobs to end.

        Args:
            reason: recorded with them.
        """
        body = {"reason": reason} if reason else None
        answer = await self._connection.send(operations.TERMINATE_TASK.call(self.name, body=body))
        return AsyncTask(self._connection, answer.object())

    @overload
    async def delete(self, *, force: bool = False, dry_run: Literal[False] = False) -> None: ...
    @overload
    async def delete(self, *, force: bool = False, dry_run: Literal[True]) -> WhatIf: ...
    async def delete(self, *, force: bool = False, dry_run: bool = False) -> WhatIf | None:
        """Remove it.

        Args:
            force: also when it has active jobs, which are terminated.
            dry_run: remove nothing, and tell what that would do to starts.

        Raises:
            Conflict: it has active jobs.
        """
        query = [*([("force", "true")] if force else []), *tried(dry_run=dry_run)]
        answer = await self._connection.send(operations.DELETE_TASK.call(self.name, query=query))
        return WhatIf(answer.object()) if dry_run else None


class AsyncTasks:
    """The session's tasks: `client.tasks["fetch"]` is one of them, without a request.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    def __getitem__(self, name: str) -> AsyncTask:
        return AsyncTask(self._connection, {"name": name})

    async def get(self, name: str) -> AsyncTask:
        """A task as it now is.

        Raises:
            NotFound: there is none of that name.
        """
        return await self[name].get()

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
    ) -> AsyncListing[AsyncTask]:
        """The tasks that match, in the order in which they were made.

        Arguments are as for `client.jobs.list`.

        Example:
            >>> await client.tasks.list(priority=(1, 5), name=where(regex="scraper")).to_list()
        """
        query = list_query(filters, more, sort=sort, limit=limit, offset=offset, fields=fields)
        call = operations.LIST_TASKS.call(query=query)
        make = partial(AsyncTask, self._connection)
        return AsyncListing(self._connection, call, make, key="name", limit=limit)

    @overload
    async def create(
        self, name: str, *, dry_run: Literal[False] = False, **options: Any
    ) -> AsyncTask: ...
    @overload
    async def create(self, name: str, *, dry_run: Literal[True], **options: Any) -> WhatIf: ...
    async def create(
        self, name: str, *, dry_run: bool = False, **options: Any
    ) -> AsyncTask | WhatIf:
        """Make a task.

        Args:
            name: its name.
            dry_run: make nothing, and tell what the task would do to starts.
            **options: what it does (`func` and `path`, `command` or `code`), when
                (`start_cond`), and any task option; `kind` is its class where what it does
                does not tell.

        Raises:
            AlreadyExists: the name is taken.
            InvalidInput: an option does not exist, or a value does not fit.

        Example:
            >>> await client.tasks.create("hello", code="print('hello')", start_cond="daily")
        """
        return await self._make(operations.CREATE_TASK, name, options, dry_run=dry_run)

    @overload
    async def replace(
        self, name: str, *, dry_run: Literal[False] = False, **options: Any
    ) -> AsyncTask: ...
    @overload
    async def replace(self, name: str, *, dry_run: Literal[True], **options: Any) -> WhatIf: ...
    async def replace(
        self, name: str, *, dry_run: bool = False, **options: Any
    ) -> AsyncTask | WhatIf:
        """Make a task, in place of the one that has the name; arguments as for `create`.

        Raises:
            InvalidInput: an option does not exist, or a value does not fit.
        """
        return await self._make(operations.REPLACE_TASK, name, options, dry_run=dry_run)

    async def _make(
        self, operation: Operation, name: str, options: Mapping[str, Any], *, dry_run: bool
    ) -> AsyncTask | WhatIf:
        call = operation.call(name, query=tried(dry_run=dry_run), body=task_object(options))
        found = (await self._connection.send(call)).object()
        return WhatIf(found) if dry_run else AsyncTask(self._connection, found)
