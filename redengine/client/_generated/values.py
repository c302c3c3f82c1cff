# Generated from ../aio by tools/make_sync_client.py: change that, then `make client`.
"""Values by name: session parameters, configuration and return values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from redengine.client import operations
from redengine.client.brackets import Brackets, RemovingBrackets
from redengine.client.operations import tried
from redengine.client.views import WhatIf
from redengine.exceptions import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.client._generated.connection import Connection
    from redengine.client.operations import Operation


class Values(Brackets):
    """Values by name.

    Args:
        connection: the client's.
    """

    kind = "value"
    _read: Operation
    _write: Operation

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def snapshot(self) -> dict[str, Any]:
        """All names and values."""
        return (self._connection.send(self._read.call())).object()

    def value(self, name: str) -> Any:
        """The value of a name.

        Raises:
            NotFound: there is none of that name.
        """
        known = self.snapshot()
        if name not in known:
            raise NotFound(self.kind, name, known)
        return known[name]

    def set(self, name: str, value: Any) -> None:
        """Set one.

        Raises:
            InvalidInput: the name or the value does not fit.
        """
        self.update({name: value})

    def update(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Set several at once, all of them or none; all names and values as they then are.

        Raises:
            InvalidInput: a name or a value does not fit.
        """
        return (self._connection.send(self._write.call(body=dict(values)))).object()


class TriedValues(Values):
    """Values on which starts depend: a change of them can be tried."""

    @overload
    def update(
        self, values: Mapping[str, Any], *, dry_run: Literal[False] = False
    ) -> dict[str, Any]: ...
    @overload
    def update(self, values: Mapping[str, Any], *, dry_run: Literal[True]) -> WhatIf: ...
    def update(
        self, values: Mapping[str, Any], *, dry_run: bool = False
    ) -> dict[str, Any] | WhatIf:
        """Set several at once, all of them or none; all names and values as they then are.

        Args:
            values: names and values.
            dry_run: set nothing, and tell what that would do to starts.

        Raises:
            InvalidInput: a name or a value does not fit.
        """
        call = self._write.call(query=tried(dry_run=dry_run), body=dict(values))
        found = (self._connection.send(call)).object()
        return WhatIf(found) if dry_run else found


class Parameters(TriedValues, RemovingBrackets):
    """The session parameters; secrets are masked."""

    kind = "parameter"
    _read = operations.READ_PARAMETERS
    _write = operations.UPDATE_PARAMETERS

    def value(self, name: str) -> Any:
        """The value of a parameter.

        Raises:
            NotFound: there is none of that name.
        """
        call = operations.READ_PARAMETER.call(name)
        return (self._connection.send(call)).object()[name]

    def set(self, name: str, value: Any) -> None:
        """Set one."""
        call = operations.SET_PARAMETER.call(name, body={"value": value})
        self._connection.send(call)

    @overload
    def delete(self, name: str, *, dry_run: Literal[False] = False) -> None: ...
    @overload
    def delete(self, name: str, *, dry_run: Literal[True]) -> WhatIf: ...
    def delete(self, name: str, *, dry_run: bool = False) -> WhatIf | None:
        """Remove one.

        Args:
            name: its name.
            dry_run: remove nothing, and tell what that would do to starts.

        Raises:
            NotFound: there is none of that name.
        """
        call = operations.DELETE_PARAMETER.call(name, query=tried(dry_run=dry_run))
        answer = self._connection.send(call)
        return WhatIf(answer.object()) if dry_run else None


class Config(TriedValues):
    """The session's configuration."""

    kind = "config key"
    _read = operations.READ_CONFIG
    _write = operations.UPDATE_CONFIG


class Returns(Values):
    """The latest return value of each task."""

    kind = "return value"
    _read = operations.READ_RETURNS
    _write = operations.UPDATE_RETURNS
