# Generated from ../aio by tools/make_sync_client.py: change that, then `make client`.
"""The API keys of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redengine.client import operations
from redengine.client.views import KeyInfo, NewKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redengine.client.sync.connection import Connection


class Keys:
    """Who may call the API.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self) -> list[KeyInfo]:
        """The keys, without the keys themselves."""
        answer = self._connection.send(operations.LIST_KEYS.call())
        return [KeyInfo(each) for each in answer.array()]

    def create(self, name: str, *, scopes: Iterable[str] = ("read",)) -> NewKey:
        """Make a key; this answer alone has the key itself.

        Args:
            name: what to call it.
            scopes: what it allows.

        Raises:
            AlreadyExists: the name is taken.
            InvalidInput: there is no such scope.
        """
        body = {"name": name, "scopes": list(scopes)}
        return NewKey((self._connection.send(operations.CREATE_KEY.call(body=body))).object())

    def revoke(self, name: str) -> None:
        """Let a key open nothing any more.

        Raises:
            NotFound: there is none of that name.
        """
        self._connection.send(operations.REVOKE_KEY.call(name))
