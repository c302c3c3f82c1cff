"""LeanFlask: Flask, without two things that it works out anew for every request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.routing import MapAdapter

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Request


class LeanFlask(Flask):
    """A Flask application that behaves like any other.

    It remembers which functions are not async, and it does not read host names where routes
    do not depend on them: the guard has looked at the `Host` header by the time it matters.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._known_as_sync: set[Callable[..., Any]] = set()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        if func in self._known_as_sync:
            return func
        wrapped = super().ensure_sync(func)
        if wrapped is func:
            self._known_as_sync.add(func)
        return wrapped

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
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
