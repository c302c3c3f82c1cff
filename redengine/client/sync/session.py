# Generated from ../aio by tools/make_sync_client.py: change that, then `make client`.
"""The session and its switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redengine.client import operations
from redengine.client.views import SessionInfo

if TYPE_CHECKING:
    from redengine.client.operations import Operation
    from redengine.client.sync.connection import Connection


class Session:
    """The session on the other side.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def snapshot(self) -> SessionInfo:
        """Its state, configuration, parameters, task names, returns and versions."""
        return self._do(operations.GET_SESSION)

    def pause(self) -> SessionInfo:
        """Hold new starts; running jobs go on."""
        return self._do(operations.PAUSE_SESSION)

    def resume(self) -> SessionInfo:
        """Let tasks start again; what was missed has its chance."""
        return self._do(operations.RESUME_SESSION)

    def shut_down(self) -> SessionInfo:
        """Begin to stop it, and the API with it; the answer has its `state` alone."""
        return self._do(operations.SHUT_DOWN_SESSION)

    def restart(self) -> SessionInfo:
        """Begin to stop it and start it again; the answer has its `state` alone."""
        return self._do(operations.RESTART_SESSION)

    def _do(self, operation: Operation) -> SessionInfo:
        return SessionInfo((self._connection.send(operation.call())).object())
