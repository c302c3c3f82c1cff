"""The Flask application that carries requests over HTTP to the resources and back."""

from redengine.api.flask_binding.app import build_app
from redengine.api.flask_binding.custom import CustomRoutes
from redengine.api.flask_binding.requests import LARGEST_BODY_BYTES
from redengine.api.flask_binding.taken_paths import path_at

__all__ = ["LARGEST_BODY_BYTES", "CustomRoutes", "build_app", "path_at"]
