"""The Flask application that carries requests over HTTP to the resources and back."""

from redengine.api.flask_binding.app import build_app
from redengine.api.flask_binding.door import Door
from redengine.api.flask_binding.proxies import Proxies
from redengine.api.flask_binding.requests import LARGEST_BODY_BYTES, current_principal

__all__ = ["LARGEST_BODY_BYTES", "Door", "Proxies", "build_app", "current_principal"]
