# Generated from ../aio by tools/make_sync_client.py: change that, then `make client`.
"""The API keys of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redengine.client import operations
from redengine.client.views import KeyInfo, NewKey

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

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

    def get(self, name: str) -> KeyInfo:
        """One key, without the key itself.

        Raises:
            NotFound: there is none of that name.
        """
        return KeyInfo((self._connection.send(operations.GET_KEY.call(name))).object())

    def create(
        self,
        name: str,
        *,
        scopes: Iterable[str] = ("read",),
        tasks: str | None = None,
        expires_at: datetime | str | None = None,
    ) -> NewKey:
        """Make a key; this answer alone has the key itself.

        Args:
            name: what to call it.
            scopes: what it allows: read, run, write, debug, admin.
            tasks: a pattern of the names of the tasks that it is for; all if not given.
            expires_at: when it ends to be valid; never if not given.

        Raises:
            AlreadyExists: the name is taken.
            InvalidInput: there is no such scope, or another value does not fit.
        """
        asked = {"tasks": tasks, "expires_at": expires_at}
        given = {field: value for field, value in asked.items() if value is not None}
        body = {"name": name, "scopes": list(scopes), **given}
        return NewKey((self._connection.send(operations.CREATE_KEY.call(body=body))).object())

    def revoke(self, name: str) -> None:
        """Let a key open nothing any more.

        Raises:
            NotFound: there is none of that name.
        """
        self._connection.send(operations.REVOKE_KEY.call(name))
