# Generated from ../aio by tools/make_sync_client.py: change that, then `make client`.
"""The tasks of a session."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from redengine.client import operations
from redengine.client.filters import Filter, Names, list_query
from redengine.client.submissions import task_object
from redengine.client.sync.listing import Listing
from redengine.client.sync.task import Task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.client.sync.connection import Connection


class Tasks:
    """The session's tasks: `client.tasks["fetch"]` is one of them, without a request.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __getitem__(self, name: str) -> Task:
        return Task(self._connection, {"name": name})

    def get(self, name: str) -> Task:
        """A task as it now is.

        Raises:
            NotFound: there is none of that name.
        """
        return self[name].get()

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
    ) -> Listing[Task]:
        """The tasks that match, in the order in which they were made.

        Arguments are as for `client.jobs.list`.

        Example:
            >>> client.tasks.list(priority=(1, 5), name=where(regex="scraper")).to_list()
        """
        query = list_query(filters, more, sort=sort, limit=limit, offset=offset, fields=fields)
        call = operations.LIST_TASKS.call(query=query)
        make = partial(Task, self._connection)
        return Listing(self._connection, call, make, key="name", limit=limit)

    def create(self, name: str, **options: Any) -> Task:
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
            >>> client.tasks.create("hello", code="print('hello')", start_cond="daily")
        """
        call = operations.CREATE_TASK.call(name, body=task_object(options))
        return Task(self._connection, (self._connection.send(call)).object())

    def replace(self, name: str, **options: Any) -> Task:
        """Make a task, in place of the one that has the name; arguments as for `create`.

        Raises:
            InvalidInput: an option does not exist, or a value does not fit.
        """
        call = operations.REPLACE_TASK.call(name, body=task_object(options))
        return Task(self._connection, (self._connection.send(call)).object())
