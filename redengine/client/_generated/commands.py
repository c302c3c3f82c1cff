# Generated from ../aio by tools/make_sync_client.py: change that, then `make client`.
"""Commands: functions of the session that are called by name; and its processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine.client import operations
from redengine.client.views import CommandInfo, CommandOutcome
from redengine.durations import parse_duration

if TYPE_CHECKING:
    from redengine.client._generated.connection import Connection
    from redengine.client.settings import Duration


class Commands:
    """The commands of the session.

    Args:
        connection: the client's.

    Example:
        >>> client.commands["ping"]()
        {'code': 0}
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __getitem__(self, name: str) -> Command:
        """A command by its name; nothing is asked of the API yet."""
        return Command(self._connection, name)

    def list(self) -> list[CommandInfo]:
        """The commands that the caller may call, in the order in which they were made."""
        answer = self._connection.send(operations.LIST_COMMANDS.call())
        return [CommandInfo(each) for each in answer.array()]


class Command:
    """One command: call it as a function.

    Args:
        connection: the client's.
        name: its name.
    """

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self.name = name

    def __call__(self, body: Any = None, /, *, timeout: Duration = 30) -> Any:
        """What the command returns.

        Args:
            body: what it is given; None for nothing.
            timeout: how long to wait for it, 60 seconds at most; then it is given up.

        Raises:
            NotFound: there is no such command.
            InvalidInput: it does not take this body.
            CommandFailed: its code raised.
            WaitTimeout: it has not ended in time; `facts["command_id"]` names the call.
        """
        seconds = parse_duration(timeout, field="timeout").total_seconds()
        query = [("timeout", f"{seconds:g}")]
        call = operations.CALL_COMMAND.call(self.name, query=query, body=body, patience_s=seconds)
        return (self._connection.send(call)).value()

    def get(self) -> CommandInfo:
        """What it does, and what it takes.

        Raises:
            NotFound: there is no such command.
        """
        call = operations.GET_COMMAND.call(self.name)
        return CommandInfo((self._connection.send(call)).object())

    def submit(self, body: Any = None, /) -> str:
        """Call it without waiting; the id of the call, for `outcome`.

        Raises:
            NotFound: there is no such command.
            InvalidInput: it does not take this body.
        """
        call = operations.CALL_COMMAND.call(self.name, query=[("wait", "false")], body=body)
        return str((self._connection.send(call)).object()["command_id"])

    def outcome(self, command_id: str, *, timeout: Duration = 0) -> CommandOutcome:
        """A call that was not waited for, or did not end in time; as it now is.

        Args:
            command_id: the id of the call.
            timeout: how long to wait for its end, 60 seconds at most.

        Raises:
            NotFound: there is no such call, or it is not kept any more.
        """
        seconds = parse_duration(timeout, field="timeout").total_seconds()
        query = [("timeout", f"{seconds:g}")]
        operation = operations.GET_COMMAND_CALL
        call = operation.call(self.name, command_id, query=query, patience_s=seconds)
        return CommandOutcome((self._connection.send(call)).object())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"
