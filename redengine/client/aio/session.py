"""The session: its runtimes, keys, changes and dependencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redengine.client import operations
from redengine.client.aio.connection import AsyncListing
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

    from redengine.client.aio.connection import AsyncConnection
    from redengine.client.operations import Operation


class AsyncChanges:
    """What was modified over the API.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: AsyncConnection) -> None:
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
    ) -> AsyncListing[Change]:
        """The changes that match, newest first; arguments as for `client.jobs.list`."""
        query = list_query(filters, more, sort=sort, limit=limit, offset=offset, fields=fields)
        call = operations.LIST_CHANGES.call(query=query)
        return AsyncListing(self._connection, call, Change, key="id", limit=limit)

    async def get(self, change_id: int) -> Change:
        """One change.

        Raises:
            NotFound: there is none of that number.
        """
        answer = await self._connection.send(operations.GET_CHANGE.call(str(change_id)))
        return Change(answer.object())

    async def revert(self, change_id: int) -> Change:
        """Undo a change; the change that does so.

        Raises:
            NotFound: there is none of that number.
            Conflict: it cannot be undone.
        """
        answer = await self._connection.send(operations.REVERT_CHANGE.call(str(change_id)))
        return Change(answer.object()["change"])


class AsyncConditions:
    """Conditions that need not be a task's.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lint(self, text: str, *, task: str | None = None) -> list[Finding]:
        """What of a condition is wrong, or hardly meant.

        Args:
            text: the condition, in the string language.
            task: the name of the task that would have it, which may not exist yet.
        """
        body = {"text": text} if task is None else {"text": text, "task": task}
        answer = await self._connection.send(operations.LINT_CONDITION.call(body=body))
        return [Finding(each) for each in answer.object()["findings"]]

    async def explain(
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
        answer = await self._connection.send(operations.EXPLAIN_CONDITION.call(query=query))
        return ConditionExplanation(answer.object())


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

    async def get(self, name: str) -> KeyInfo:
        """One key, without the key itself.

        Raises:
            NotFound: there is none of that name.
        """
        return KeyInfo((await self._connection.send(operations.GET_KEY.call(name))).object())

    async def create(
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
        return NewKey((await self._connection.send(operations.CREATE_KEY.call(body=body))).object())

    async def revoke(self, name: str) -> None:
        """Let a key open nothing any more.

        Raises:
            NotFound: there is none of that name.
        """
        await self._connection.send(operations.REVOKE_KEY.call(name))


class AsyncRuntimes:
    """The places in which jobs run.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: AsyncConnection) -> None:
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
    ) -> AsyncListing[RuntimeInfo]:
        """The runtimes that match; arguments as for `client.jobs.list`."""
        query = list_query(filters, more, sort=sort, limit=limit, offset=offset, fields=fields)
        call = operations.LIST_RUNTIMES.call(query=query)
        return AsyncListing(self._connection, call, RuntimeInfo, key="runtime_id", limit=limit)

    async def get(self, name: str) -> RuntimeInfo:
        """One runtime.

        Raises:
            NotFound: there is none of that name.
        """
        return RuntimeInfo(
            (await self._connection.send(operations.GET_RUNTIME.call(name))).object()
        )

    async def create(self, name: str, *, kind: str = "thread", size: int = 1) -> RuntimeInfo:
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
        answer = await self._connection.send(operations.CREATE_RUNTIME.call(body=body))
        return RuntimeInfo(answer.object())

    async def resize(self, name: str, size: int) -> RuntimeInfo:
        """Change how many jobs run in it at once; those that run are left alone.

        Raises:
            NotFound: there is none of that name.
            InvalidInput: the size does not fit.
        """
        return await self._update(name, size=size)

    async def make_default(self, name: str) -> RuntimeInfo:
        """Let tasks that do not say otherwise run there.

        Raises:
            NotFound: there is none of that name.
        """
        return await self._update(name, is_default=True)

    async def delete(self, name: str, *, force: bool = False) -> None:
        """Take a runtime away.

        Args:
            name: its name.
            force: also when something needs it: waiting jobs move, running ones are ended.

        Raises:
            NotFound: there is none of that name.
            Conflict: it is needed.
        """
        query = [("force", "true")] if force else []
        await self._connection.send(operations.DELETE_RUNTIME.call(name, query=query))

    async def _update(self, name: str, **changes: object) -> RuntimeInfo:
        answer = await self._connection.send(operations.UPDATE_RUNTIME.call(name, body=changes))
        return RuntimeInfo(answer.object())


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
