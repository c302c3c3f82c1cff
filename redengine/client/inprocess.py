"""A session in the same process as an httpx transport: requests without a port.

The client knows no class of the scheduler: the application is found by what it looks like.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import httpx

from redengine.exceptions import InvalidInput

URL: Final = "http://localhost"

Application = Callable[..., Iterable[bytes]]


def application_of(source: Any) -> Application:
    """The WSGI application of a session, a FlaskAPI or a Flask application.

    Raises:
        InvalidInput: there is none.
    """
    candidates = [source, getattr(source, "app", None)]
    tasks = getattr(source, "tasks", None) or ()
    candidates += [getattr(each, "app", None) for each in tasks if each.kind != "WorkerAPI"]
    for each in candidates:
        if each is not None and callable(getattr(each, "wsgi_app", None)):
            application: Application = each
            return application
    kind = type(source).__name__
    reason = f"expected a session that has a FlaskAPI, or a FlaskAPI, got a {kind} without one"
    raise InvalidInput({"app": f"{reason}; make it with FlaskAPI(session=…)"})


class InProcess(httpx.BaseTransport):
    """Calls an application in the caller's thread.

    Args:
        application: the WSGI application.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        target = request.url.raw_path.decode("ascii")

        def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            # httpx gives the path as text; WSGI wants its bytes, and an encoded slash is told
            # from others by the address as it was sent.
            path = unquote_to_bytes(target.partition("?")[0]).decode("latin-1")
            environ |= {"REQUEST_URI": target, "PATH_INFO": path}
            return self._application(environ, start_response)

        return httpx.WSGITransport(app=application).handle_request(request)


class AsyncInProcess(httpx.AsyncBaseTransport):
    """Calls an application in a thread of its own, so that the event loop goes on.

    Args:
        application: the WSGI application.
    """

    def __init__(self, application: Application) -> None:
        self._transport = InProcess(application)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return await asyncio.to_thread(self._handle, request)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        response = self._transport.handle_request(request)
        return httpx.Response(
            response.status_code, headers=response.headers, content=response.read()
        )
