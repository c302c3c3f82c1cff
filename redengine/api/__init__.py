"""The API: resources that any transport can carry, and FlaskAPI, which carries them over HTTP."""

from redengine.api.custom_routes import Request
from redengine.api.flask_api import FlaskAPI
from redengine.api.flask_binding import current_principal
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.principal import Principal
from redengine.api.task import APITask
from redengine.api.worker_api import WorkerAPI

__all__ = [
    "APITask",
    "ApiRequest",
    "ApiResponse",
    "FlaskAPI",
    "Principal",
    "Request",
    "WorkerAPI",
    "current_principal",
]
