"""The API: resources that any transport can carry, and FlaskAPI, which carries them over HTTP."""

from redengine.api.auth.principal import Principal
from redengine.api.core.messages import ApiRequest, ApiResponse
from redengine.api.flask_api import FlaskAPI
from redengine.api.http import current_principal
from redengine.api.routes import Request
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
