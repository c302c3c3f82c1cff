"""The Flask application: routes, the guard before every request, the envelope for every error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, request

from redengine.api.custom_routes.paths import NameConverter
from redengine.api.flask_binding.answers import Answer, answer
from redengine.api.flask_binding.error_answers import error_answer
from redengine.api.flask_binding.lean_flask import LeanFlask
from redengine.api.flask_binding.paths import KeepEncodedSlashes
from redengine.api.flask_binding.requests import (
    LARGEST_BODY_BYTES,
    REQUEST_ID,
    REQUEST_ID_HEADER,
    request_id_of,
)
from redengine.api.flask_binding.routes import ROUTES, VERSION_PREFIX
from redengine.api.flask_binding.views import RestApi, view_of
from redengine.api.messages import ApiResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask, Response

    from redengine.api.dispatcher import Dispatcher
    from redengine.api.flask_binding.custom import CustomRoutes
    from redengine.api.guard import Guard


def build_app(
    dispatcher: Dispatcher,
    guard: Guard,
    authenticate: Callable[[], Any] | None = None,
    config: Mapping[str, Any] | None = None,
    custom: CustomRoutes | None = None,
) -> Flask:
    """The application that answers to all paths.

    Args:
        dispatcher: what requests are handed to.
        guard: asked before each request.
        authenticate: asked after the guard; what it returns, but None, is the answer.
        config: Flask's own configuration.
        custom: routes of the user's own.
    """
    app = LeanFlask("redengine.api", static_folder=None, template_folder=None)
    app.custom_routes = custom
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY_BYTES
    app.config.update(config or {})
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    app.url_map.converters["name"] = NameConverter
    app.wsgi_app = KeepEncodedSlashes(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(_door(guard, authenticate))
    app.after_request(_add_request_id)
    _add_routes(app, dispatcher)
    app.register_error_handler(Exception, error_answer)
    return app


def _add_routes(app: Flask, dispatcher: Dispatcher) -> None:
    api = RestApi(app)
    for name, paths in ROUTES.items():
        rules = [path.replace("<", "<name:") for path in paths]
        versioned = [VERSION_PREFIX + rule for rule in rules]
        resource = dispatcher.resource(name)
        arguments = {"resource": resource, "dispatcher": dispatcher}
        api.add_resource(
            view_of(resource),
            *rules,
            *versioned,
            endpoint=name,
            resource_class_kwargs=arguments,
        )


def _door(guard: Guard, authenticate: Callable[[], Any] | None) -> Callable[[], Any]:
    def enter() -> Any:
        environ = request.environ
        environ[REQUEST_ID] = request_id_of(environ)
        guard.check(
            environ["REQUEST_METHOD"],
            environ.get("HTTP_HOST", ""),
            environ.get("HTTP_ORIGIN", ""),
            environ.get("HTTP_SEC_FETCH_SITE", ""),
        )
        if authenticate is None or _is_public():
            return None
        refusal = authenticate()
        if isinstance(refusal, ApiResponse):
            return answer(refusal, environ[REQUEST_ID])
        return refusal

    return enter


def _is_public() -> bool:
    """Whether the route may be called by anybody."""
    rule = request.url_rule
    view = current_app.view_functions.get(rule.endpoint) if rule is not None else None
    return getattr(view, "is_public", False)


def _add_request_id(response: Response) -> Response:
    if type(response) is not Answer:
        response.headers[REQUEST_ID_HEADER] = request.environ.get(REQUEST_ID, "")
    return response
