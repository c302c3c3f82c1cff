"""What can be asked of the session."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource
from redengine.api.resources.runtimes import shown
from redengine.query.parsing import MOST_ITEMS


class CapabilitiesResource(Resource):
    """Tasks with the schemas of their parameters, runtimes, limits, features and versions.

    All of it is read from what is registered: nothing is claimed.
    """

    name = "Capabilities"

    def get(self, request: ApiRequest) -> ApiResponse:
        found = self.session.capabilities()
        return ApiResponse(
            {
                **found,
                "tasks": [_task(task, request) for task in found["tasks"]],
                "runtimes": [shown(runtime, request) for runtime in found["runtimes"]],
                "limits": {
                    **found["limits"],
                    **self.offer.limits,
                    "most_query_keys": MOST_ITEMS,
                },
                "operations": self.offer.operations,
            }
        )


def _task(task: dict[str, Any], request: ApiRequest) -> dict[str, Any]:
    path = f"{request.prefix}/tasks/{quote(task['name'], safe='')}"
    return {**task, "links": {"self": path, "jobs": f"{path}/jobs"}}
