"""Custom routes in Flask: found after Flask's own, and added while it serves.

Flask refuses new rules once it has answered a request, and matches in a map that must not change
then. So custom routes stand in a map of their own, which is made again when they change and taken
over in one step. It is asked for paths that Flask does not know, and for no others.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import inspect
import itertools
import logging
import threading
from collections.abc import AsyncGenerator, Generator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, Self

from flask import current_app
from flask.globals import request_ctx
from werkzeug.exceptions import MethodNotAllowed, NotFound, ServiceUnavailable
from werkzeug.routing import Map, MapAdapter, RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from redengine.api.core.messages import error_response
from redengine.api.http.answers import Answer, answer
from redengine.api.http.requests import REQUEST_ID, REQUEST_ID_HEADER, query_of, visitor_of
from redengine.api.http.routes import PREFIXES, ROUTES
from redengine.api.live.door import hand_over
from redengine.api.live.route_stream import RouteStream, Telling, form_for
from redengine.api.routes import Incoming, filled, response_of
from redengine.api.routes.calling import json_of
from redengine.api.routes.paths import LeanRule, new_map, steps_aside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask, Request

    from redengine.api.live.hub import Hub
    from redengine.api.live.route_stream import Stream
    from redengine.api.routes import Rest, Route
    from redengine.runtimes.handlers import HandlerLoop


def path_at(urls: Map, path: str) -> str | None:
    """The path of a map that answers at `path` to any method, such as "/tasks/<name>"; or None."""
    adapter = urls.bind("localhost")
    try:
        rule, _ = adapter.match(path, "GET", return_rule=True)
    except MethodNotAllowed as error:
        method = next(iter(error.valid_methods or ("GET",)))
        rule, _ = adapter.match(path, method, return_rule=True)
    except (NotFound, RequestRedirect):
        return None
    return rule.rule


def built_in_path(path: str) -> str | None:
    """The built-in path that answers at `path`, or None."""
    return path_at(_built_in(), path)


@functools.cache
def _built_in() -> Map:
    paths = [path for paths in ROUTES.values() for path in paths]
    every = [prefix + path for prefix in ("", *PREFIXES) for path in paths]
    return Map(
        [LeanRule(path, endpoint=path) for path in every], strict_slashes=False, merge_slashes=False
    )


logger = logging.getLogger("redengine.api")

_READING: Final = frozenset(("GET", "HEAD"))
_NAMES: Final = ("__module__", "__name__", "__qualname__", "__doc__")


class CustomView(Protocol):
    """A view function that tells of its route.

    Attributes:
        is_public: whether it is answered without asking who calls.
        route: the route.
    """

    is_public: bool
    route: Route

    def __call__(self, **path: Any) -> Any:
        """The answer to the request in progress."""


def view_of_route(route: Route, session: Any, loop: HandlerLoop) -> CustomView:
    """The view function of a route.

    What the handler raises is left to Flask, so that error handlers of the application work.
    """

    def view(**path: Any) -> Any:
        request = request_ctx.request
        try:
            value = route.handler(**filled(route, _incoming(request, path, session)))
            if inspect.isawaitable(value):
                value = loop.run(value)
        except concurrent.futures.CancelledError:
            reason = "the handler was cancelled, as the API stops"
            raise ServiceUnavailable(reason) from None
        except (SystemExit, asyncio.CancelledError) as error:
            # Flask would let these through to the server's thread, and the caller would wait.
            raise RuntimeError(f"the handler raised {error!r}") from error
        if isinstance(value, Generator | AsyncGenerator):
            made = _streamed(value, request, loop)
        else:
            made = _answer(value, request.environ.get(REQUEST_ID, ""))
        if request.method not in _READING:
            _log(route, request)
        return made

    functools.update_wrapper(view, route.handler, _NAMES, ())
    del view.__wrapped__  # type: ignore[attr-defined] # Flask would take an async handler's place
    made: Any = view
    made.is_public, made.route = route.public, route
    return made  # type: ignore[no-any-return]


def _incoming(request: Request, path: dict[str, Any], session: Any) -> Incoming:
    text: str = request.environ.get("QUERY_STRING", "")
    return Incoming(
        path=path,
        query=query_of(text) if text else (),
        content=request.get_data,
        request=request,
        session=session,
    )


def _answer(value: Any, request_id: str) -> Any:
    """What Flask sends: a response as it is, and anything else as JSON."""
    inner = value[0] if type(value) is tuple and value else value
    if isinstance(inner, AnyResponse):
        return current_app.make_response(value)
    return answer(response_of(value), request_id, is_custom=True)


def _streamed(stream: Stream, request: Request, loop: HandlerLoop) -> Any:
    """The answer that begins with a head, and goes on as the handler yields."""
    environ = request.environ
    request_id = environ.get(REQUEST_ID, "")
    hide = getattr(current_app, "hide", None)

    def explain(error: Exception) -> bytes:
        told = error_response(error, request_id)
        return (told if hide is None else hide(told)).content()

    telling = Telling(
        form=form_for(environ.get("HTTP_ACCEPT", "")), encode=json_of, explain=explain
    )
    headers = [
        (REQUEST_ID_HEADER, request_id),
        ("Content-Type", telling.form.content_type),
        ("Cache-Control", "no-store"),
        ("X-Accel-Buffering", "no"),
    ]
    if request.method == "HEAD":
        return Answer([], 200, headers)
    request.get_data()  # the body is gone once the connection is handed over
    visitor = visitor_of(environ)

    def make(hub: Hub, head: bytes, _rest: bytes) -> RouteStream:
        return RouteStream(hub, visitor, head, stream, telling, loop)

    is_handed_over = hand_over(environ, HTTPStatus.OK, make)
    return Answer([] if is_handed_over else telling.parts(stream), 200, headers)


def _log(route: Route, request: Request) -> None:
    """Tell of a write; what was written may be secret."""
    logger.info(
        "%s %s by %s, request %s",
        request.method,
        route.path,
        request.remote_addr,
        request.environ.get(REQUEST_ID, ""),
        extra={"action": "write", "resource": route.path},
    )


_NEVER: Final[tuple[Route, ...]] = ()


class _CustomRule(LeanRule):
    """A rule to whose OPTIONS Flask answers."""

    provide_automatic_options = True


class _Table(NamedTuple):
    """The routes at one moment, and what finds them."""

    routes: tuple[Route, ...]
    urls: Map
    endpoints: Mapping[Route, str]


class CustomRoutes:
    """The custom routes of a session in one Flask application.

    Args:
        rest: the routes.
        loop: where handlers run that are coroutines.
    """

    def __init__(self, rest: Rest, loop: HandlerLoop) -> None:
        self._rest = rest
        self._loop = loop
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._table = _Table(_NEVER, new_map(), {})
        self._retired: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self._rest.routes)

    @property
    def routes(self) -> tuple[Route, ...]:
        """All of them as they are now."""
        return self._rest.routes

    @property
    def paths(self) -> list[str]:
        """The paths of the routes, for suggestions."""
        return [route.path for route in self._rest.routes]

    def urls(self, app: Flask) -> Map:
        """The map of the routes as they are now; their views stand in `app.view_functions`."""
        routes = self._rest.routes
        if self._table.routes is not routes:
            with self._lock:
                if self._table.routes is not self._rest.routes:
                    self._take_over(app, self._rest.routes)
        return self._table.urls

    def _take_over(self, app: Flask, routes: tuple[Route, ...]) -> None:
        """Put views in place before the map that leads to them."""
        old = self._table
        endpoints = {
            route: old.endpoints.get(route) or f"custom-{next(self._numbers)}" for route in routes
        }
        for route in routes:
            if route not in old.endpoints:
                view = view_of_route(route, self._rest.session, self._loop)
                app.view_functions[endpoints[route]] = view
        urls = new_map(
            _CustomRule(route.path, endpoint=endpoints[route], methods=[*route.methods, "OPTIONS"])
            for route in routes
        )
        urls.update()
        self._table = _Table(routes, urls, endpoints)
        # A request may have been led to a view just before: the views of the last change stay.
        for endpoint in self._retired:
            app.view_functions.pop(endpoint, None)
        left = old.endpoints.keys() - endpoints.keys()
        self._retired = tuple(old.endpoints[route] for route in left)


class WithCustomRoutes(MapAdapter):
    """Finds Flask's own routes, and custom ones where Flask has none."""

    _app: Flask
    _custom: CustomRoutes

    @classmethod
    def around(cls, adapter: MapAdapter, app: Flask, custom: CustomRoutes) -> Self:
        """The same as `adapter`, with custom routes behind it."""
        made = cls.__new__(cls)
        made.__dict__.update(adapter.__dict__)
        made._app, made._custom = app, custom  # noqa: SLF001 - in place of a constructor
        return made

    def match(self, path_info: str | None = None, method: str | None = None, **options: Any) -> Any:  # type: ignore[override] # the rest is passed on
        try:
            return super().match(path_info, method, **options)
        except NotFound:
            path = self.path_info if path_info is None else path_info
            if steps_aside(path):
                raise
        urls = self._custom.urls(self._app)
        behind = urls.bind("", self.script_name, default_method=self.default_method)
        return behind.match(path, method, **options)
