"""LeanFlask: Flask, without two things that it works out anew for every request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, Request
from werkzeug.routing import MapAdapter

from redengine.api.custom_routes.paths import LeanRule
from redengine.api.encoding import parse_value
from redengine.api.flask_binding.binding import BUILT_IN
from redengine.api.flask_binding.custom import WithCustomRoutes
from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.api.flask_binding.custom import CustomRoutes
    from redengine.api.messages import ApiResponse


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
