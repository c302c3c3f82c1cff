"""The Flask application that carries requests over HTTP to the resources and back."""

from redengine.api.http.app import build_app
from redengine.api.http.custom_routes import CustomRoutes, path_at
from redengine.api.http.middleware import Middleware
from redengine.api.http.origins import Proxies
from redengine.api.http.requests import LARGEST_BODY_BYTES, current_principal
from redengine.api.http.routes import BUILT_IN, Binding

__all__ = [
    "BUILT_IN",
    "LARGEST_BODY_BYTES",
    "Binding",
    "CustomRoutes",
    "Middleware",
    "Proxies",
    "build_app",
    "current_principal",
    "path_at",
]
