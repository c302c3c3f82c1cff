"""Custom routes in Flask: found after Flask's own, and added while it serves.

Flask refuses new rules once it has answered a request, and matches in a map that must not change
then. So custom routes stand in a map of their own, which is made anew when they change and taken
over in one step. It is asked for paths that Flask does not know, and for no others.
"""

from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, MapAdapter

from redengine.api.custom_routes.paths import LeanRule, new_map, steps_aside
from redengine.api.flask_binding.custom_view import view_of_route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from redengine.api.custom_routes import Rest, Route
    from redengine.api.handler_loop import HandlerLoop

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
