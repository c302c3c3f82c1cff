"""The session's configuration."""

from __future__ import annotations

from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource


class ConfigResource(Resource):
    """All configuration keys and their values."""

    name = "Config"
    journalled = True

    def get(self, request: ApiRequest) -> ApiResponse:
        del request
        return ApiResponse(self.session.config.snapshot())

    def patch(self, request: ApiRequest) -> ApiResponse:
        """Set the keys that the body names, all of them or none."""
        self.session.config.update(request.data)
        return ApiResponse(self.session.config.snapshot())
