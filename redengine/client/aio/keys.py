"""The API keys of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redengine.client import operations
from redengine.client.views import KeyInfo, NewKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redengine.client.aio.connection import AsyncConnection


class AsyncKeys:
    """Who may call the API.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list(self) -> list[KeyInfo]:
        """The keys, without the keys themselves."""
        answer = await self._connection.send(operations.LIST_KEYS.call())
        return [KeyInfo(each) for each in answer.array()]

    async def create(self, name: str, *, scopes: Iterable[str] = ("read",)) -> NewKey:
        """Make a key; this answer alone has the key itself.

        Args:
            name: what to call it.
            scopes: what it allows.

        Raises:
            AlreadyExists: the name is taken.
            InvalidInput: there is no such scope.
        """
        body = {"name": name, "scopes": list(scopes)}
        return NewKey((await self._connection.send(operations.CREATE_KEY.call(body=body))).object())

    async def revoke(self, name: str) -> None:
        """Let a key open nothing any more.

        Raises:
            NotFound: there is none of that name.
        """
        await self._connection.send(operations.REVOKE_KEY.call(name))
