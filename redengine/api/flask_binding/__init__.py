"""The Flask application that carries requests over HTTP to the resources and back."""

from redengine.api.flask_binding.app import build_app
from redengine.api.flask_binding.binding import BUILT_IN, Binding
from redengine.api.flask_binding.custom import CustomRoutes
from redengine.api.flask_binding.door import Door
from redengine.api.flask_binding.proxies import Proxies
from redengine.api.flask_binding.requests import LARGEST_BODY_BYTES, current_principal
from redengine.api.flask_binding.taken_paths import path_at

__all__ = [
    "BUILT_IN",
    "LARGEST_BODY_BYTES",
    "Binding",
    "CustomRoutes",
    "Door",
    "Proxies",
    "build_app",
    "current_principal",
    "path_at",
]
