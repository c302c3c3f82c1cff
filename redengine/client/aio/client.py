"""The client itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from redengine.client import operations
from redengine.client.aio.calendars import AsyncCalendars
from redengine.client.aio.channels import AsyncChannels
from redengine.client.aio.commands import AsyncCommands
from redengine.client.aio.connection import AsyncConnection, AsyncListing
from redengine.client.aio.events import AsyncEvents
from redengine.client.aio.jobs import AsyncJobs
from redengine.client.aio.session import (
    AsyncChanges,
    AsyncConditions,
    AsyncDependencies,
    AsyncKeys,
    AsyncRuntimes,
    AsyncSession,
)
from redengine.client.aio.tasks import AsyncTasks
from redengine.client.aio.values import AsyncConfig, AsyncParameters, AsyncReturns
from redengine.client.filters import Filter, Names, list_query
from redengine.client.inprocess import URL, AsyncInProcess, application_of
from redengine.client.operations import REPEATABLE, Call, document_call, to_json
from redengine.client.settings import Duration, Settings, duration_text
from redengine.client.views import Capabilities, Forecast, Health, LogRecord, WorkerInfo
from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import httpx

    from redengine.client.streams import Topics


class AsyncClient:
    """Drives a session over its HTTP API.

    Several requests may be under way at a time, over a pool of connections; `close` it after
    use, or make it with `async with`.
    Requests that change nothing when they are sent twice are sent again, after short waits,
    when the connection breaks or the server is too busy; so are submissions of jobs, because
    every job has an id.

    Args:
        url: where the API is; the variable REDENGINE_URL of the environment or of a file
            `.env` in the working directory if not given, else http://127.0.0.1:5000.
        api_key: the key that the API asks for; else REDENGINE_API_KEY.
        timeout: how long an answer may take, such as 10 or "10 s"; None waits for ever.
        headers: further headers of every request.
        retries: how often a request is sent again.
        app: a session with a `FlaskAPI`, or a `FlaskAPI`, in this process, to be called without
            a port; it need not have been started.
        transport: carries the requests in place of httpx's own, for tests.

    Raises:
        InvalidInput: an argument does not fit.

    Example:
        >>> async with AsyncClient("http://127.0.0.1:5000") as client:
        ...     job = await client.tasks["fetch"].run(day="2026-01-01")
        ...     print(await job.result(timeout=60))
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        api_key: str | None = None,
        timeout: Duration | None = 10.0,
        headers: Mapping[str, str] | None = None,
        retries: int = 3,
        app: Any = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        if app is not None:
            if url is not None or transport is not None:
                raise InvalidInput({"app": "say either where the API is, or which session it is"})
            url, transport = URL, AsyncInProcess(application_of(app))
        settings = Settings.read(
            url=url, api_key=api_key, timeout=timeout, headers=headers, retries=retries
        )
        self._connection = AsyncConnection(settings, transport)
        self.tasks = AsyncTasks(self._connection)
        self.jobs = AsyncJobs(self._connection)
        self.parameters = AsyncParameters(self._connection)
        self.calendars = AsyncCalendars(self._connection)
        self.commands = AsyncCommands(self._connection)
        self.config = AsyncConfig(self._connection)
        self.returns = AsyncReturns(self._connection)
        self.session = AsyncSession(self._connection)
        self.dependencies = AsyncDependencies(self._connection)
        self.conditions = AsyncConditions(self._connection)
        self.changes = AsyncChanges(self._connection)
        self.runtimes = AsyncRuntimes(self._connection)
        self.keys = AsyncKeys(self._connection)
        self.channels = AsyncChannels(self._connection)

    @property
    def url(self) -> str:
        """Where the API is, without user and password."""
        return self._connection.settings.url

    def logs(
        self,
        filters: Mapping[str, Filter] | None = None,
        /,
        *,
        sort: Names = (),
        limit: int | None = None,
        offset: int = 0,
        fields: Names = (),
        **more: Filter,
    ) -> AsyncListing[LogRecord]:
        """The log records that match, newest first; arguments as for `jobs.list`.

        Example:
            >>> async for record in client.logs(action="fail", timestamp=("2026-01-01", None)):
            ...     print(record.timestamp, record.task_name, record.message)
        """
        query = list_query(filters, more, sort=sort, limit=limit, offset=offset, fields=fields)
        call = operations.LIST_LOGS.call(query=query)
        return AsyncListing(self._connection, call, LogRecord, key="id", limit=limit)

    async def workers(
        self, filters: Mapping[str, Filter] | None = None, /, **more: Filter
    ) -> list[WorkerInfo]:
        """The processes of the session that match; arguments as for `jobs.list`.

        Example:
            >>> await client.workers(name="process-1")
        """
        query = list_query(filters, more, sort=(), limit=None, offset=0, fields=())
        answer = await self._connection.send(operations.LIST_WORKERS.call(query=query))
        return [WorkerInfo(each) for each in answer.array()]

    def events(self, topics: Topics | None = None, *, after: str | None = None) -> AsyncEvents:
        """What happens in the session, as it happens, resumed by position after a break.

        Events that are missing are told by one event of the type `gap`: `event.is_gap`.

        Args:
            topics: what to follow, such as "jobs", or ["task:fetch", "channel:prices"]; all that
                the key may see if not given.
            after: a position, such as that of a listing; what happens from now on if not given.

        Raises:
            InvalidInput: an argument does not fit.

        Example:
            >>> async for event in client.events("jobs"):
            ...     print(event.type, event.job_id)
        """
        return AsyncEvents(self._connection, topics, after)

    async def position(self) -> str:
        """Where the stream of events stands now."""
        answer = await self._connection.send(operations.POSITION)
        return str(answer.object()["position"])

    async def forecast(
        self, until: date | Duration | None = None, *, task: str | None = None
    ) -> Forecast:
        """The starts to be expected.

        Args:
            until: a time, or a duration from now; a day if not given.
            task: the one task to foretell; all if not given.

        Raises:
            InvalidInput: the time is past, or more than a year ahead.
            NotFound: there is no such task.
        """
        query = []
        if until is not None:
            query.append(("until", duration_text(until)))
        if task is not None:
            query.append(("task", task))
        answer = await self._connection.send(operations.FORECAST.call(query=query))
        return Forecast(answer.object())

    async def health(self) -> Health:
        """Whether the session is well, and what was looked at; no error if it is not."""
        return Health((await self._connection.send(operations.READ_HEALTH.call())).object())

    async def is_live(self) -> bool:
        """Whether the process does its work at all."""
        return (await self._connection.send(operations.READ_LIVE.call())).is_success

    async def is_ready(self) -> bool:
        """Whether the session takes jobs."""
        return (await self._connection.send(operations.READ_READY.call())).is_success

    async def metrics(self) -> str:
        """The metrics in the text format of Prometheus."""
        call = operations.READ_METRICS.call(accept="text/plain")
        return (await self._connection.send(call)).text()

    async def capabilities(self) -> Capabilities:
        """What can be submitted, where it would run, and the limits."""
        answer = await self._connection.send(operations.READ_CAPABILITIES.call())
        return Capabilities(answer.object())

    async def export(self, **options: Filter) -> Any:
        """The session's definition as the API exports it: JSON values, or text.

        Args:
            **options: what the API takes, such as `format`.
        """
        query = list_query(None, options)
        call = operations.EXPORT.call(query=query, accept="*/*")
        return (await self._connection.send(call)).document()

    async def plan(
        self, document: str | Mapping[str, Any], *, prune: bool = False
    ) -> dict[str, Any]:
        """What applying a document would change, and when tasks would start then.

        Args:
            document: what the session is to be: YAML or JSON as text, or an object.
            prune: also what would be removed, of what was made over the API.

        Raises:
            InvalidInput: the document does not fit.
        """
        call = document_call(operations.PLAN, document, prune=prune)
        return (await self._connection.send(call)).object()

    async def apply(
        self, document: str | Mapping[str, Any], *, prune: bool = False, expect: str | None = None
    ) -> dict[str, Any]:
        """Make the session what a document says, all of it or nothing; the plan that was made.

        Args:
            document: as for `plan`.
            prune: also remove what was made over the API and is not in the document.
            expect: the digest of the plan that one has seen; only that one is applied.

        Raises:
            InvalidInput: the document does not fit.
            Conflict: a change was refused; nothing was changed.
        """
        call = document_call(operations.APPLY, document, prune=prune, expect=expect)
        return (await self._connection.send(call)).object()

    async def openapi(self) -> dict[str, Any]:
        """The API's description in OpenAPI."""
        return (await self._connection.send(operations.READ_OPENAPI.call())).object()

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Filter] | None = None,
        body: Any = None,
    ) -> Any:
        """The answer of any path, such as a route of one's own: JSON values, or text.

        Args:
            method: the HTTP method.
            path: the path, encoded, from the API's URL on.
            query: the query.
            body: what to send as JSON.

        Raises:
            RedengineError: the answer is an error.
        """
        method = method.upper()
        call = Call(
            method=method,
            path=f"/{path.lstrip('/')}",
            query=list_query(query, {}),
            content=None if body is None else to_json(body),
            accept="application/json, */*;q=0.5",
            repeatable=method in REPEATABLE,
        )
        return (await self._connection.send(call)).document()

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"
