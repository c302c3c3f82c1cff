"""Which task starts after which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redengine.client import operations
from redengine.client.filters import Filter, list_query
from redengine.client.views import Dependency

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.client.aio.connection import AsyncConnection


class AsyncDependencies:
    """The links between tasks.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list(
        self, filters: Mapping[str, Filter] | None = None, /, **more: Filter
    ) -> list[Dependency]:
        """The links that match; filters as for `client.jobs.list`."""
        query = list_query(filters, more)
        answer = await self._connection.send(operations.LIST_DEPENDENCIES.call(query=query))
        return [Dependency(each) for each in answer.array()]

    async def mermaid(self, filters: Mapping[str, Filter] | None = None, /, **more: Filter) -> str:
        """The links as a Mermaid flowchart."""
        return await self._drawn("mermaid", filters, more)

    async def dot(self, filters: Mapping[str, Filter] | None = None, /, **more: Filter) -> str:
        """The links as a Graphviz digraph."""
        return await self._drawn("dot", filters, more)

    async def _drawn(
        self, form: str, filters: Mapping[str, Filter] | None, more: Mapping[str, Filter]
    ) -> str:
        query = [*list_query(filters, more), ("format", form)]
        call = operations.LIST_DEPENDENCIES.call(query=query, accept="text/plain")
        return (await self._connection.send(call)).text()
