"""Whether the session is well, serves, and takes work."""

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


class LivenessResource(Resource):
    """That the process answers; nothing else is looked at, so nothing can hold it up."""

    name = "Liveness"
    public = True

    def get(self, request: ApiRequest) -> ApiResponse:
        del request
        return ApiResponse({"status": "alive"})


class ReadinessResource(Resource):
    """Whether jobs are taken now; 503 with the reasons when they are not."""

    name = "Readiness"
    public = True

    def get(self, request: ApiRequest) -> ApiResponse:
        del request
        is_ready, facts = self.session.readiness()
        headers = {} if is_ready else {"Retry-After": "1"}
        return ApiResponse(dict(facts), 200 if is_ready else 503, headers)
