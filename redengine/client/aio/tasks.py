"""The tasks of a session."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from redengine.client import operations
from redengine.client.aio.listing import AsyncListing
from redengine.client.aio.task import AsyncTask
from redengine.client.filters import Filter, Names, list_query
from redengine.client.submissions import task_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.client.aio.connection import AsyncConnection


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

    async def create(self, name: str, **options: Any) -> AsyncTask:
        """Make a task.

        Args:
            name: its name.
            **options: what it does (`func` and `path`, `command` or `code`), when
                (`start_cond`), and any task option; `kind` is its class where what it does
                does not tell.

        Raises:
            AlreadyExists: the name is taken.
            InvalidInput: an option does not exist, or a value does not fit.

        Example:
            >>> await client.tasks.create("hello", code="print('hello')", start_cond="daily")
        """
        call = operations.CREATE_TASK.call(name, body=task_object(options))
        return AsyncTask(self._connection, (await self._connection.send(call)).object())

    async def replace(self, name: str, **options: Any) -> AsyncTask:
        """Make a task, in place of the one that has the name; arguments as for `create`.

        Raises:
            InvalidInput: an option does not exist, or a value does not fit.
        """
        call = operations.REPLACE_TASK.call(name, body=task_object(options))
        return AsyncTask(self._connection, (await self._connection.send(call)).object())
