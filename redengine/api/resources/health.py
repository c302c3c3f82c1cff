"""Whether the session is well."""

from __future__ import annotations

from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource


class HealthResource(Resource):
    """The checks of the session; 503 when one of them fails."""

    name = "Health"

    def get(self, request: ApiRequest) -> ApiResponse:
        del request
        is_well, checks = self.session.health()
        return ApiResponse(dict(checks), 200 if is_well else 503)
