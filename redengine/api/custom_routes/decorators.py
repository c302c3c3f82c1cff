"""The decorators with which routes are added: the same on a session and on its FlaskAPI."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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
