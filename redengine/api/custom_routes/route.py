"""Route: a path of the user's own, and the function that answers there."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.api.custom_routes.arguments import RouteArgument
    from redengine.api.custom_routes.paths import PathTemplate

ROUTE_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
"""The methods a route may have; HEAD comes with GET, and OPTIONS with each."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """A path, the methods it knows, and the function that answers: all that can be known of it.

    Attributes:
        template: the path, read.
        methods: some of `ROUTE_METHODS`.
        handler: the function, as it was given.
        arguments: what it takes, and from where, in its own order.
        returns: the annotation of what it returns; `inspect.Signature.empty` without one.
        public: whether it is answered without asking who calls.
    """

    template: PathTemplate
    methods: tuple[str, ...]
    handler: Callable[..., Any]
    arguments: tuple[RouteArgument, ...]
    returns: Any
    public: bool

    @property
    def path(self) -> str:
        """The path as it was written, without a slash at the end."""
        return self.template.text

    @property
    def name(self) -> str:
        """The handler's name."""
        return str(getattr(self.handler, "__name__", type(self.handler).__name__))

    @property
    def doc(self) -> str:
        """The handler's docstring, without indentation; empty if it has none."""
        return inspect.getdoc(self.handler) or ""

    @property
    def is_async(self) -> bool:
        """Whether the handler is an `async def`."""
        return inspect.iscoroutinefunction(inspect.unwrap(self.handler))

    @property
    def body(self) -> RouteArgument | None:
        """The argument that takes the body, if there is one."""
        return next(iter(self.arguments_from("body")), None)

    def arguments_from(self, source: str) -> tuple[RouteArgument, ...]:
        """The arguments that come from one place: path, query, body, request or session."""
        return tuple(each for each in self.arguments if each.source == source)

    def __str__(self) -> str:
        return f"{' '.join(self.methods)} {self.path}"

    def __repr__(self) -> str:
        public = ", public" if self.public else ""
        return f"<Route {self}: {self.name}{public}>"
