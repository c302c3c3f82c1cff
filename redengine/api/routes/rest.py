"""Rest: the custom routes of a session, which its FlaskAPI serves."""

from __future__ import annotations

import dataclasses
import logging
import threading
import weakref
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from redengine.api.routes.arguments import Route, read_arguments
from redengine.api.routes.paths import ROUTE_METHODS, read_path
from redengine.exceptions import AlreadyExists, InvalidInput, UnknownName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from redengine.api.routes.paths import PathTemplate

F = TypeVar("F", bound="Callable[..., Any]")


class RouteDecorators:
    """Decorators that make a function answer at a path; the function stays as it is."""

    __slots__ = ()

    @abstractmethod
    def add_route(
        self,
        path: str,
        handler: Callable[..., Any],
        methods: Iterable[str] = ("GET",),
        *,
        public: bool = False,
        replace: bool = False,
    ) -> Any:
        """Let a function answer at a path, before the session starts or while it runs.

        Args:
            path: such as "/items/<int:item_id>".
            handler: the function; its arguments are filled by their names.
            methods: some of GET, POST, PUT, PATCH and DELETE.
            public: whether it is answered without asking who calls.
            replace: take the place of a route that has the path and method.

        Returns:
            The `Route`: all that is known of it.

        Raises:
            InvalidInput: the path cannot be read, or an argument of the handler not filled.
            AlreadyExists: the path is built in, or another route has it.
        """

    def route(
        self,
        path: str,
        methods: Iterable[str] = ("GET",),
        *,
        public: bool = False,
        replace: bool = False,
    ) -> Callable[[F], F]:
        """A decorator that lets a function answer to several methods; see `add_route`."""

        def take(handler: F) -> F:
            self.add_route(path, handler, methods, public=public, replace=replace)
            return handler

        return take

    def get(self, path: str, *, public: bool = False, replace: bool = False) -> Callable[[F], F]:
        """A decorator that lets a function answer to GET; see `add_route`."""
        return self.route(path, ("GET",), public=public, replace=replace)

    def post(self, path: str, *, public: bool = False, replace: bool = False) -> Callable[[F], F]:
        """A decorator that lets a function answer to POST; see `add_route`."""
        return self.route(path, ("POST",), public=public, replace=replace)

    def put(self, path: str, *, public: bool = False, replace: bool = False) -> Callable[[F], F]:
        """A decorator that lets a function answer to PUT; see `add_route`."""
        return self.route(path, ("PUT",), public=public, replace=replace)

    def patch(self, path: str, *, public: bool = False, replace: bool = False) -> Callable[[F], F]:
        """A decorator that lets a function answer to PATCH; see `add_route`."""
        return self.route(path, ("PATCH",), public=public, replace=replace)


logger = logging.getLogger("redengine.api")


class Server(Protocol):
    """Something that serves the routes: a FlaskAPI."""

    @property
    def is_serving_routes(self) -> bool:
        """Whether it serves them when the session runs."""

    def path_at(self, path: str) -> str | None:
        """The path of its own that answers at `path`, such as "/tasks/<name>"; or None."""


class Rest(RouteDecorators):
    """The custom routes of a session.

    They may be added before the session starts and while it runs, whether there is a FlaskAPI
    already or not: each that the session has serves all of them.

    Args:
        session: the session, for handlers that ask for it.
        built_in: tells the built-in path that answers at a path, or None.

    Example:
        >>> @app.rest.get("/items/<int:item_id>")
        ... def item(item_id: int, session):
        ...     return {"id": item_id, "last": session.returns["fetch"]}
    """

    def __init__(self, session: Any, built_in: Callable[[str], str | None]) -> None:
        self.session = session
        self._built_in = built_in
        self._routes: tuple[Route, ...] = ()
        self._servers: weakref.WeakSet[Server] = weakref.WeakSet()
        self._lock = threading.Lock()

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes, in the order in which they were added; never changed in place."""
        return self._routes

    def add_route(
        self,
        path: str,
        handler: Callable[..., Any],
        methods: Iterable[str] = ("GET",),
        *,
        public: bool = False,
        replace: bool = False,
    ) -> Route:
        template = read_path(path)
        known = _known_methods(methods)
        arguments, returns = read_arguments(handler, template, known)
        route = Route(
            template=template,
            methods=known,
            handler=handler,
            arguments=arguments,
            returns=returns,
            public=public,
        )
        with self._lock:
            for server in self._servers:
                _refuse_taken(template, server.path_at)
            _refuse_taken(template, self._built_in)
            self._routes = (*self._without(route, replace=replace), route)
        return route

    def delete(self, path: str, *, public: bool = False, replace: bool = False) -> Callable[[F], F]:
        """A decorator that lets a function answer to DELETE; see `add_route`."""
        return self.route(path, ("DELETE",), public=public, replace=replace)

    def attach(self, server: Server) -> None:
        """Let a FlaskAPI serve the routes.

        Raises:
            AlreadyExists: it has the path of a route.
        """
        with self._lock:
            for route in self._routes:
                _refuse_taken(route.template, server.path_at)
            self._servers.add(server)

    def warn_unserved(self) -> None:
        """Tell in the log of routes that nobody serves: called when the session starts."""
        if self._routes and not any(each.is_serving_routes for each in self._servers):
            logger.warning(
                "%s and %d more: nobody serves the routes of this session; "
                "make a FlaskAPI(), or give the session rest=5000",
                self._routes[0],
                len(self._routes) - 1,
                extra={"action": "route"},
            )

    def _without(self, new: Route, *, replace: bool) -> Iterator[Route]:
        """The routes but for what the new one takes the place of."""
        for old in self._routes:
            both = [method for method in old.methods if method in new.methods]
            if old.template.shape != new.template.shape or not both:
                yield old
            elif not replace:
                hint = "use replace=True, or another path"
                raise AlreadyExists("route", f"{both[0]} {old.path}", hint)
            elif len(both) < len(old.methods):
                left = tuple(method for method in old.methods if method not in both)
                yield dataclasses.replace(old, methods=left)

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def __len__(self) -> int:
        return len(self._routes)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"Rest({', '.join(map(str, self._routes))})"


def _known_methods(methods: Iterable[str]) -> tuple[str, ...]:
    given = [methods] if isinstance(methods, str) else list(methods)
    for method in given:
        if not isinstance(method, str) or method.upper() not in ROUTE_METHODS:
            raise UnknownName("method of a route", str(method), ROUTE_METHODS)
    if not given:
        raise InvalidInput({"methods": f"expected some of {', '.join(ROUTE_METHODS)}, got none"})
    return tuple(dict.fromkeys(method.upper() for method in given))


def _refuse_taken(template: PathTemplate, path_at: Callable[[str], str | None]) -> None:
    """Refuse a path that something else answers at, so that the route never would."""
    taken = path_at(template.sample())
    if taken is not None:
        hint = f"give the route '{template.text}' another path"
        raise AlreadyExists("path", taken, hint)
