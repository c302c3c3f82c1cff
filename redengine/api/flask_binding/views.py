"""Views: each resource as a Flask-RESTful one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flask_restful
from flask.globals import request_ctx

from redengine.api.flask_binding.answers import answer
from redengine.api.flask_binding.error_answers import error_answer
from redengine.api.flask_binding.requests import DISPATCHED, api_request

if TYPE_CHECKING:
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
            http.environ[DISPATCHED] = True
            if self._resource.waits:
                is_gone = http.environ.get("waitress.client_disconnected", _is_here)
                asked.wait = partial(self._patience.wait, is_gone=is_gone)
            return answer(
                self._dispatcher.dispatch(self._resource, method, asked), asked.request_id
            )
        except Exception as error:  # noqa: BLE001 - every error has an answer
            return error_answer(error)


def _is_here() -> bool:
    """What is said of a caller of whom nothing is known."""
    return False


def view_of(resource: Resource) -> type[View]:
    """The Flask-RESTful resource that knows the methods of one of ours."""
    methods = {method.upper() for method in resource.methods()}
    return type(resource.name, (View,), {"methods": methods})
