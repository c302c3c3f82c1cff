# Generated from ../aio by tools/make_sync_client.py: change that, then `make client`.
"""The session: its runtimes, keys, changes and dependencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redengine.client import operations
from redengine.client._generated.connection import Listing
from redengine.client.filters import Filter, Names, list_query
from redengine.client.views import (
    Change,
    ConditionExplanation,
    Dependency,
    Finding,
    KeyInfo,
    NewKey,
    RuntimeInfo,
    SessionInfo,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from redengine.client._generated.connection import Connection
    from redengine.client.operations import Operation


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


class Conditions:
    """Conditions that need not be a task's.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lint(self, text: str, *, task: str | None = None) -> list[Finding]:
        """What of a condition is wrong, or hardly meant.

        Args:
            text: the condition, in the string language.
            task: the name of the task that would have it, which may not exist yet.
        """
        body = {"text": text} if task is None else {"text": text, "task": task}
        answer = self._connection.send(operations.LINT_CONDITION.call(body=body))
        return [Finding(each) for each in answer.object()["findings"]]

    def explain(
        self, text: str, *, timezone: str | None = None, task: str | None = None
    ) -> ConditionExplanation:
        """A condition in plain words, with the next starts of a new task.

        Args:
            text: the condition, in the string language.
            timezone: the zone of its wall-clock times; the task's if not given, else the session's.
            task: the name of the task that would have it, by which an `H` of cron has its value; it
                may not exist yet.

        Raises:
            ConditionSyntaxError: the text cannot be read.
            InvalidInput: there is no such zone.
        """
        given = {"text": text, "timezone": timezone, "task": task}
        query = [(key, value) for key, value in given.items() if value is not None]
        answer = self._connection.send(operations.EXPLAIN_CONDITION.call(query=query))
        return ConditionExplanation(answer.object())


class Dependencies:
    """The links between tasks.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(
        self, filters: Mapping[str, Filter] | None = None, /, **more: Filter
    ) -> list[Dependency]:
        """The links that match; filters as for `client.jobs.list`."""
        query = list_query(filters, more)
        answer = self._connection.send(operations.LIST_DEPENDENCIES.call(query=query))
        return [Dependency(each) for each in answer.array()]

    def mermaid(self, filters: Mapping[str, Filter] | None = None, /, **more: Filter) -> str:
        """The links as a Mermaid flowchart."""
        return self._drawn("mermaid", filters, more)

    def dot(self, filters: Mapping[str, Filter] | None = None, /, **more: Filter) -> str:
        """The links as a Graphviz digraph."""
        return self._drawn("dot", filters, more)

    def _drawn(
        self, form: str, filters: Mapping[str, Filter] | None, more: Mapping[str, Filter]
    ) -> str:
        query = [*list_query(filters, more), ("format", form)]
        call = operations.LIST_DEPENDENCIES.call(query=query, accept="text/plain")
        return (self._connection.send(call)).text()


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
        commands: str | None = None,
        channels: str | None = None,
        expires_at: datetime | str | None = None,
    ) -> NewKey:
        """Make a key; this answer alone has the key itself.

        Args:
            name: what to call it.
            scopes: what it allows: read, run, write, debug, admin.
            tasks: a pattern of the names of the tasks that it is for; all if not given.
            commands: the same of commands; none if not given, and `tasks` is.
            channels: the same of channels.
            expires_at: when it ends to be valid; never if not given.

        Raises:
            AlreadyExists: the name is taken.
            InvalidInput: there is no such scope, or another value does not fit.
        """
        asked = {
            "tasks": tasks,
            "commands": commands,
            "channels": channels,
            "expires_at": expires_at,
        }
        given = {field: value for field, value in asked.items() if value is not None}
        body = {"name": name, "scopes": list(scopes), **given}
        return NewKey((self._connection.send(operations.CREATE_KEY.call(body=body))).object())

    def revoke(self, name: str) -> None:
        """Let a key open nothing any more.

        Raises:
            NotFound: there is none of that name.
        """
        self._connection.send(operations.REVOKE_KEY.call(name))


class Runtimes:
    """The places in which jobs run.

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
    ) -> Listing[RuntimeInfo]:
        """The runtimes that match; arguments as for `client.jobs.list`."""
        query = list_query(filters, more, sort=sort, limit=limit, offset=offset, fields=fields)
        call = operations.LIST_RUNTIMES.call(query=query)
        return Listing(self._connection, call, RuntimeInfo, key="runtime_id", limit=limit)

    def get(self, name: str) -> RuntimeInfo:
        """One runtime.

        Raises:
            NotFound: there is none of that name.
        """
        return RuntimeInfo((self._connection.send(operations.GET_RUNTIME.call(name))).object())

    def create(self, name: str, *, kind: str = "thread", size: int = 1) -> RuntimeInfo:
        """Make a runtime.

        Args:
            name: its name.
            kind: thread, process or async.
            size: how many jobs run in it at once.

        Raises:
            AlreadyExists: the name is taken.
            InvalidInput: there is no such kind, or the size does not fit.
        """
        body = {"runtime_id": name, "kind": kind, "size": size}
        answer = self._connection.send(operations.CREATE_RUNTIME.call(body=body))
        return RuntimeInfo(answer.object())

    def resize(self, name: str, size: int) -> RuntimeInfo:
        """Change how many jobs run in it at once; those that run are left alone.

        Raises:
            NotFound: there is none of that name.
            InvalidInput: the size does not fit.
        """
        return self._update(name, size=size)

    def make_default(self, name: str) -> RuntimeInfo:
        """Let tasks that do not say otherwise run there.

        Raises:
            NotFound: there is none of that name.
        """
        return self._update(name, is_default=True)

    def delete(self, name: str, *, force: bool = False) -> None:
        """Take a runtime away.

        Args:
            name: its name.
            force: also when something needs it: waiting jobs move, running ones are ended.

        Raises:
            NotFound: there is none of that name.
            Conflict: it is needed.
        """
        query = [("force", "true")] if force else []
        self._connection.send(operations.DELETE_RUNTIME.call(name, query=query))

    def _update(self, name: str, **changes: object) -> RuntimeInfo:
        answer = self._connection.send(operations.UPDATE_RUNTIME.call(name, body=changes))
        return RuntimeInfo(answer.object())


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
