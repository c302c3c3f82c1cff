"""Views: each resource as a Flask-RESTful one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import flask_restful
from flask.globals import request_ctx

from redengine.api.flask_binding.answers import answer
from redengine.api.flask_binding.error_answers import error_answer
from redengine.api.flask_binding.requests import (
    DISPATCHED,
    STILL_ADMITTED,
    api_request,
    take_pretty,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from redengine.api.dispatcher import Dispatcher
    from redengine.api.patience import Patience
    from redengine.api.resources import Resource


class RestApi(flask_restful.Api):  # type: ignore[misc]
    """Flask-RESTful with our own envelope in place of its error answers."""

    def handle_error(self, e: Exception) -> Response:
        return error_answer(e)


class View(flask_restful.Resource):  # type: ignore[misc]
    """Hands requests to one of our resources.

    Flask-RESTful's own dispatch negotiates the form of each answer; ours comes ready.
    """

    init_every_request = False

    def __init__(self, resource: Resource, dispatcher: Dispatcher, patience: Patience) -> None:
        self._resource = resource
        self._dispatcher = dispatcher
        self._patience = patience

    def dispatch_request(self, **path: str) -> Response:
        http = request_ctx.request
        method = "get" if http.method == "HEAD" else http.method.lower()
        try:
            asked = api_request(http, method, path, reads_text=self._resource.reads_text)
            is_pretty = take_pretty(asked)
            http.environ[DISPATCHED] = True
            if self._resource.waits:
                asked.wait = partial(self._wait, http.environ)
            response = self._dispatcher.dispatch(self._resource, method, asked)
            return answer(response, asked.request_id, is_pretty=is_pretty)
        except Exception as error:  # noqa: BLE001 - every error has an answer
            return error_answer(error)

    def _wait(
        self, environ: dict[str, Any], step: Callable[[float], bool], timeout_s: float
    ) -> bool:
        """Wait for something, as long as the caller is there and may know of it.

        Raises:
            Forbidden: the caller's key has been revoked, or has expired.
        """
        is_disconnected = environ.get("waitress.client_disconnected", _is_here)
        check = environ.get(STILL_ADMITTED, _is_admitted)

        def is_gone() -> bool:
            check()
            return bool(is_disconnected())

        has_come = self._patience.wait(step, timeout_s, is_gone)
        check()
        return has_come


def _is_admitted() -> None:
    """Where no key was asked for, none can be revoked."""


def _is_here() -> bool:
    """What is said of a caller of whom nothing is known."""
    return False


def view_of(resource: Resource) -> type[View]:
    """The Flask-RESTful resource that knows the methods of one of ours."""
    methods = {method.upper() for method in resource.methods()}
    return type(resource.name, (View,), {"methods": methods})
