"""The Flask application: routes, the door before them, the envelope for every error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine.api.custom_routes.paths import NameConverter
from redengine.api.flask_binding.auditing import auditor
from redengine.api.flask_binding.binding import BUILT_IN
from redengine.api.flask_binding.counting import count_requests
from redengine.api.flask_binding.description import add_pages
from redengine.api.flask_binding.error_answers import error_answer
from redengine.api.flask_binding.lean_flask import LeanFlask
from redengine.api.flask_binding.paths import KeepEncodedSlashes
from redengine.api.flask_binding.proxies import BehindProxies, Proxies
from redengine.api.flask_binding.requests import LARGEST_BODY_BYTES
from redengine.api.flask_binding.views import RestApi, view_of
from redengine.api.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from redengine.api.access_log import AccessLog
    from redengine.api.dispatcher import Dispatcher
    from redengine.api.flask_binding.binding import Binding
    from redengine.api.flask_binding.custom import CustomRoutes
    from redengine.api.flask_binding.door import Door


def build_app(
    dispatcher: Dispatcher,
    door: Door,
    config: Mapping[str, Any] | None = None,
    proxies: Proxies | None = None,
    patience: Patience | None = None,
    custom: CustomRoutes | None = None,
    binding: Binding = BUILT_IN,
    access_log: AccessLog | None = None,
) -> Flask:
    """The application that answers to all paths.

    Args:
        dispatcher: what requests are handed to.
        door: what they pass before.
        config: Flask's own configuration.
        proxies: the reverse proxies that are believed; None: none.
        patience: how many requests may wait; any number if not given.
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
    door.install(app)
    _add_routes(app, dispatcher, door, patience or Patience())
    if binding.has_pages:
        add_pages(app, door, lambda: () if custom is None else custom.routes)
    app.register_error_handler(Exception, error_answer)
    return app


def _add_routes(app: LeanFlask, dispatcher: Dispatcher, door: Door, patience: Patience) -> None:
    api = RestApi(app)
    for name, paths in app.binding.routes.items():
        rules = [path.replace("<", "<name:") for path in paths]
        prefixed = [prefix + rule for prefix in app.binding.prefixes for rule in rules]
        resource = dispatcher.resource(name)
        arguments = {"resource": resource, "dispatcher": dispatcher, "patience": patience}
        api.add_resource(
            view_of(resource),
            *prefixed,
            endpoint=name,
            resource_class_kwargs=arguments,
        )
        door.add(name, resource)
