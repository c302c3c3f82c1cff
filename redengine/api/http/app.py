"""The Flask application: routes, the middleware before them, the envelope for every error."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

import flask_restful
from flask import Flask, Request
from flask.globals import request_ctx
from werkzeug.routing import MapAdapter

from redengine.api.core.encoding import parse_value
from redengine.api.core.waiting import LongPollLimit
from redengine.api.http.accounting import auditor, count_requests
from redengine.api.http.answers import answer, error_answer
from redengine.api.http.custom_routes import WithCustomRoutes
from redengine.api.http.description import add_pages
from redengine.api.http.origins import BehindProxies, Proxies
from redengine.api.http.requests import (
    DISPATCHED,
    ENTRY,
    LARGEST_BODY_BYTES,
    REQUEST_ID,
    STILL_ADMITTED,
    api_request,
    take_pretty,
    visitor_of,
)
from redengine.api.http.routes import BUILT_IN
from redengine.api.live.door import Door, Porch
from redengine.api.routes.paths import SLASH_IN_VALUE, LeanRule, NameConverter
from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Response

    from redengine.api.core.dispatcher import Dispatcher
    from redengine.api.core.messages import ApiResponse
    from redengine.api.endpoints.resource import Resource
    from redengine.api.http.accounting import AccessLog
    from redengine.api.http.custom_routes import CustomRoutes
    from redengine.api.http.middleware import Middleware
    from redengine.api.http.routes import Binding
    from redengine.api.live.tickets import Tickets


class KeepEncodedSlashes:
    """WSGI middleware that keeps the parts of a path apart as they were sent.

    Args:
        application: what comes behind.
    """

    def __init__(self, application: Callable[..., Any]) -> None:
        self._application: WSGIApplication = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if "\0" in environ["PATH_INFO"]:
            environ["PATH_INFO"] = environ["PATH_INFO"].replace("\0", "\x7f")
        address = environ.get("REQUEST_URI", "")
        if "%2F" in address or "%2f" in address:
            environ["PATH_INFO"] = _decoded(address, environ.get("SCRIPT_NAME", ""))
        return self._application(environ, start_response)


def _decoded(address: str, script_name: str) -> str:
    """The path of a request's address as WSGI wants it: latin-1, without the mount point."""
    path = address if address.startswith("/") else urlsplit(address).path
    parts = path.partition("?")[0].encode("latin-1", "replace").split(b"/")
    mounted = parts[script_name.count("/") :] if script_name else parts
    decoded = [
        unquote_to_bytes(part).replace(b"\0", b"\x7f").replace(b"/", SLASH_IN_VALUE.encode())
        for part in mounted
    ]
    if script_name and decoded:
        decoded[0] = b""
    return b"/".join(decoded).decode("latin-1")


class JsonRequest(Request):
    """Flask's request, whose `json` reads the body whatever its Content-Type, as our paths do."""

    @property
    def json(self) -> Any:
        return parse_value(self.get_data())

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        try:
            return super().get_json(force, silent, cache)
        except RecursionError as error:
            return None if silent else self.on_json_loading_failed(ValueError(str(error)))

    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        if e is None:
            return super().on_json_loading_failed(e)
        raise InvalidInput({"body": f"expected JSON: {e}"})


class LeanFlask(Flask):
    """A Flask application that behaves like any other.

    It remembers which functions are not async, and it does not read host names where routes
    do not depend on them: the guard has looked at the `Host` header by the time it matters.
    """

    request_class = JsonRequest
    url_rule_class = LeanRule

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._known_as_sync: set[Callable[..., Any]] = set()
        self.hide: Callable[[ApiResponse], ApiResponse] | None = None
        """Takes the values of secrets out of an answer."""
        self.custom_routes: CustomRoutes | None = None
        """Routes that are looked at where Flask has none."""
        self.binding = BUILT_IN
        """Which paths it has, and how it tells of errors."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        if func in self._known_as_sync:
            return func
        wrapped = super().ensure_sync(func)
        if wrapped is func:
            self._known_as_sync.add(func)
        return wrapped

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        adapter = self._url_adapter(request)
        if adapter is None or not self.custom_routes:
            return adapter
        return WithCustomRoutes.around(adapter, self, self.custom_routes)

    def _url_adapter(self, request: Request | None) -> MapAdapter | None:
        urls = self.url_map
        if request is None or urls.host_matching or self.subdomain_matching:
            return super().create_url_adapter(request)
        if self.config["SERVER_NAME"] is not None or self.config["TRUSTED_HOSTS"] is not None:
            return super().create_url_adapter(request)
        return MapAdapter(
            urls,
            server_name=request.environ.get("HTTP_HOST", "localhost"),
            script_name=f"{request.root_path}/",
            subdomain=urls.default_subdomain,
            url_scheme=request.scheme,
            path_info=request.path,
            default_method=request.method,
            query_args=request.query_string.decode("latin-1"),
        )


class RestApi(flask_restful.Api):  # type: ignore[misc]
    """Flask-RESTful with our own envelope in place of its error answers."""

    def handle_error(self, e: Exception) -> Response:
        return error_answer(e)


class View(flask_restful.Resource):  # type: ignore[misc]
    """Hands requests to one of our resources.

    Flask-RESTful's own dispatch negotiates the form of each answer; ours comes ready.
    """

    init_every_request = False

    def __init__(
        self,
        resource: Resource,
        dispatcher: Dispatcher,
        poll_limit: LongPollLimit,
        tickets: Tickets,
    ) -> None:
        self._tickets = tickets
        self._resource = resource
        self._dispatcher = dispatcher
        self._poll_limit = poll_limit

    def dispatch_request(self, **path: str) -> Response:
        http = request_ctx.request
        method = "get" if http.method == "HEAD" else http.method.lower()
        try:
            asked = api_request(http, method, path, reads_text=self._resource.reads_text)
            is_pretty = take_pretty(asked)
            http.environ[DISPATCHED] = True
            if self._resource.is_live:
                asked.door = Door(http.environ, visitor_of(http.environ), self._tickets)
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

        has_come = self._poll_limit.wait(step, timeout_s, is_gone)
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


def build_app(
    dispatcher: Dispatcher,
    middleware: Middleware,
    config: Mapping[str, Any] | None = None,
    proxies: Proxies | None = None,
    poll_limit: LongPollLimit | None = None,
    custom: CustomRoutes | None = None,
    binding: Binding = BUILT_IN,
    access_log: AccessLog | None = None,
) -> Flask:
    """The application that answers to all paths.

    Args:
        dispatcher: what requests are handed to.
        middleware: what they pass before.
        config: Flask's own configuration.
        proxies: the reverse proxies that are believed; None: none.
        poll_limit: how many requests may wait; any number if not given.
        custom: routes of the user's own.
        binding: which paths it has, and how it tells of errors.
        access_log: takes a line for each request.
    """
    app = LeanFlask("redengine.api", static_folder=None, template_folder=None)
    app.custom_routes = custom
    app.binding = binding
    app.hide = dispatcher.hidden
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY_BYTES
    app.config.update(config or {})
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    app.url_map.converters["name"] = NameConverter
    app.wsgi_app = KeepEncodedSlashes(app.wsgi_app)  # type: ignore[method-assign]
    dispatcher.offer.limits["largest_body_bytes"] = app.config["MAX_CONTENT_LENGTH"]
    if proxies is not None:
        app.wsgi_app = BehindProxies(app.wsgi_app, proxies)  # type: ignore[method-assign]
    count_requests(app, dispatcher.metrics, access_log)
    app.after_request(auditor(dispatcher.audit))
    middleware.install(app)
    _add_routes(app, dispatcher, middleware, poll_limit or LongPollLimit())
    _add_sockets(app, Porch(dispatcher, middleware))
    if binding.has_pages:
        routes = (lambda: ()) if custom is None else (lambda: custom.routes)
        add_pages(app, middleware, routes, dispatcher.channels)
    app.register_error_handler(Exception, error_answer)
    return app


def _add_sockets(app: LeanFlask, porch: Porch) -> None:
    """Let an application answer to the paths of WebSockets."""

    def view_of(style: str) -> Callable[..., Response]:
        def view(**path: str) -> Response:
            environ = request_ctx.request.environ
            from redengine.api.live.upgrade import upgraded

            made = upgraded(environ, visitor_of(environ), environ.get(ENTRY), porch, path, style)
            return answer(made, environ[REQUEST_ID])

        view.is_socket = True  # type: ignore[attr-defined]
        return view

    for style, paths in app.binding.sockets.items():
        view = view_of(style)
        for path in paths:
            rule = path.replace("<", "<name:")
            for prefix in app.binding.prefixes:
                full = prefix + rule
                app.add_url_rule(full, f"Socket:{full}", view, methods=["GET"])


def _add_routes(
    app: LeanFlask, dispatcher: Dispatcher, middleware: Middleware, poll_limit: LongPollLimit
) -> None:
    api = RestApi(app)
    for name, paths in app.binding.routes.items():
        rules = [path.replace("<", "<name:") for path in paths]
        prefixed = [prefix + rule for prefix in app.binding.prefixes for rule in rules]
        resource = dispatcher.resource(name)
        arguments = {
            "resource": resource,
            "dispatcher": dispatcher,
            "poll_limit": poll_limit,
            "tickets": middleware.tickets,
        }
        api.add_resource(
            view_of(resource),
            *prefixed,
            endpoint=name,
            resource_class_kwargs=arguments,
        )
        middleware.add(name, resource)
