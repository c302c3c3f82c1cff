"""What the session counts."""

from __future__ import annotations

from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource


class MetricsResource(Resource):
    """Counts, durations and loads in the text format of Prometheus."""

    name = "Metrics"

    def get(self, request: ApiRequest) -> ApiResponse:
        del request
        metrics = self.session.metrics
        return ApiResponse(metrics.text(), content_type=metrics.content_type)
