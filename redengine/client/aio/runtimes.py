"""The runtimes of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redengine.client import operations
from redengine.client.aio.listing import AsyncListing
from redengine.client.filters import Filter, Names, list_query
from redengine.client.views import RuntimeInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.client.aio.connection import AsyncConnection


class AsyncRuntimes:
    """The places in which jobs run.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

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
    ) -> AsyncListing[RuntimeInfo]:
        """The runtimes that match; arguments as for `client.jobs.list`."""
        query = list_query(filters, more, sort=sort, limit=limit, offset=offset, fields=fields)
        call = operations.LIST_RUNTIMES.call(query=query)
        return AsyncListing(self._connection, call, RuntimeInfo, key="runtime_id", limit=limit)

    async def get(self, name: str) -> RuntimeInfo:
        """One runtime.

        Raises:
            NotFound: there is none of that name.
        """
        return RuntimeInfo(
            (await self._connection.send(operations.GET_RUNTIME.call(name))).object()
        )

    async def create(self, name: str, *, kind: str = "thread", size: int = 1) -> RuntimeInfo:
        """Make a runtime.

        Args:
            name: its name.
            kind: thread, process or async.
            size: how many jobs run in it at once.

        Raises:
            AlreadyExists: the name is taken.
            InvalidInput: there is no such kind, or the size does not fit.
        """
        body = {"runtime_id": name, "kind": kind, "size": size}
        answer = await self._connection.send(operations.CREATE_RUNTIME.call(body=body))
        return RuntimeInfo(answer.object())

    async def resize(self, name: str, size: int) -> RuntimeInfo:
        """Change how many jobs run in it at once; those that run are left alone.

        Raises:
            NotFound: there is none of that name.
            InvalidInput: the size does not fit.
        """
        return await self._update(name, size=size)

    async def make_default(self, name: str) -> RuntimeInfo:
        """Let tasks that do not say otherwise run there.

        Raises:
            NotFound: there is none of that name.
        """
        return await self._update(name, is_default=True)

    async def delete(self, name: str, *, force: bool = False) -> None:
        """Take a runtime away.

        Args:
            name: its name.
            force: also when something needs it: waiting jobs move, running ones are ended.

        Raises:
            NotFound: there is none of that name.
            Conflict: it is needed.
        """
        query = [("force", "true")] if force else []
        await self._connection.send(operations.DELETE_RUNTIME.call(name, query=query))

    async def _update(self, name: str, **changes: object) -> RuntimeInfo:
        answer = await self._connection.send(operations.UPDATE_RUNTIME.call(name, body=changes))
        return RuntimeInfo(answer.object())
