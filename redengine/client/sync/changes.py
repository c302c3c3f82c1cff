# Generated from ../aio by tools/make_sync_client.py: change that, then `make client`.
"""The journal of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redengine.client import operations
from redengine.client.filters import Filter, Names, list_query
from redengine.client.sync.listing import Listing
from redengine.client.views import Change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.client.sync.connection import Connection


class Changes:
    """What was modified over the API.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: Connection) -> None:
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
    ) -> Listing[Change]:
        """The changes that match, newest first; arguments as for `client.jobs.list`."""
        query = list_query(filters, more, sort=sort, limit=limit, offset=offset, fields=fields)
        call = operations.LIST_CHANGES.call(query=query)
        return Listing(self._connection, call, Change, key="id", limit=limit)

    def get(self, change_id: int) -> Change:
        """One change.

        Raises:
            NotFound: there is none of that number.
        """
        answer = self._connection.send(operations.GET_CHANGE.call(str(change_id)))
        return Change(answer.object())

    def revert(self, change_id: int) -> Change:
        """Undo a change; the change that does so.

        Raises:
            NotFound: there is none of that number.
            Conflict: it cannot be undone.
        """
        answer = self._connection.send(operations.REVERT_CHANGE.call(str(change_id)))
        return Change(answer.object()["change"])
