"""Return values."""

from __future__ import annotations

from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource


class ReturnsResource(Resource):
    """The latest return value of each task, by the task's name."""

    name = "Returns"
    journalled = True

    def get(self, request: ApiRequest) -> ApiResponse:
        del request
        return ApiResponse(self.session.returns.snapshot())

    def patch(self, request: ApiRequest) -> ApiResponse:
        """Put values in place of what tasks returned."""
        self.session.returns.update(request.data)
        return ApiResponse(self.session.returns.snapshot())
