"""The session and its switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redengine.client import operations
from redengine.client.views import SessionInfo

if TYPE_CHECKING:
    from redengine.client.aio.connection import AsyncConnection
    from redengine.client.operations import Operation


class AsyncSession:
    """The session on the other side.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def snapshot(self) -> SessionInfo:
        """Its state, configuration, parameters, task names, returns and versions."""
        return await self._do(operations.GET_SESSION)

    async def pause(self) -> SessionInfo:
        """Hold new starts; running jobs go on."""
        return await self._do(operations.PAUSE_SESSION)

    async def resume(self) -> SessionInfo:
        """Let tasks start again; what was missed has its chance."""
        return await self._do(operations.RESUME_SESSION)

    async def shut_down(self) -> SessionInfo:
        """Begin to stop it, and the API with it; the answer has its `state` alone."""
        return await self._do(operations.SHUT_DOWN_SESSION)

    async def restart(self) -> SessionInfo:
        """Begin to stop it and start it again; the answer has its `state` alone."""
        return await self._do(operations.RESTART_SESSION)

    async def _do(self, operation: Operation) -> SessionInfo:
        return SessionInfo((await self._connection.send(operation.call())).object())
