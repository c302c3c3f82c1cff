"""The view of a custom route: from Flask's request to the handler, and from it to the answer."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import inspect
import logging
from typing import TYPE_CHECKING, Any, Final, Protocol

from flask import current_app
from flask.globals import request_ctx
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response as AnyResponse

from redengine.api.custom_routes import Incoming, filled, response_of
from redengine.api.flask_binding.answers import answer
from redengine.api.flask_binding.requests import REQUEST_ID, query_of

if TYPE_CHECKING:
    from flask import Request

    from redengine.api.custom_routes import Route
    from redengine.api.handler_loop import HandlerLoop

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
