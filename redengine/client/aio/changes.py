"""The journal of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redengine.client import operations
from redengine.client.aio.listing import AsyncListing
from redengine.client.filters import Filter, Names, list_query
from redengine.client.views import Change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.client.aio.connection import AsyncConnection


class AsyncChanges:
    """What was modified over the API.

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
    ) -> AsyncListing[Change]:
        """The changes that match, newest first; arguments as for `client.jobs.list`."""
        query = list_query(filters, more, sort=sort, limit=limit, offset=offset, fields=fields)
        call = operations.LIST_CHANGES.call(query=query)
        return AsyncListing(self._connection, call, Change, key="id", limit=limit)

    async def get(self, change_id: int) -> Change:
        """One change.

        Raises:
            NotFound: there is none of that number.
        """
        answer = await self._connection.send(operations.GET_CHANGE.call(str(change_id)))
        return Change(answer.object())

    async def revert(self, change_id: int) -> Change:
        """Undo a change; the change that does so.

        Raises:
            NotFound: there is none of that number.
            Conflict: it cannot be undone.
        """
        answer = await self._connection.send(operations.REVERT_CHANGE.call(str(change_id)))
        return Change(answer.object()["change"])
