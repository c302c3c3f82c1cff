"""Return values."""

from __future__ import annotations

from typing import Any

from redengine.api.entity_tags import tag_of_values, tagged
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource
from redengine.api.writes import Write, Written, refuse_lost
from redengine.exceptions import Conflict


class ReturnsResource(Resource):
    """The latest return value of each task, by the task's name."""

    name = "Returns"
    journalled = True
    has_tags = True

    def get(self, request: ApiRequest) -> ApiResponse:
        values = self.session.returns.snapshot()
        return tagged(ApiResponse(values), tag_of_values(values), request)

    def patch(self, request: ApiRequest) -> ApiResponse:
        """Put values in place of what tasks returned."""
        refuse_lost(request)
        self.session.returns.update(request.data)
        return ApiResponse(self.session.returns.snapshot())

    def tag(self, request: ApiRequest) -> str:
        del request
        return tag_of_values(self.session.returns.snapshot())

    def touched(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        del method
        known = self.session.returns.snapshot()
        return {task: known[task] for task in request.data if task in known}

    def inverse(self, written: Written) -> list[Write]:
        before, after = written.before or {}, written.after or {}
        added = [task for task in after if task not in before]
        if added:
            message = f"task '{added[0]}' had not returned anything, and that cannot be said again"
            raise Conflict(message, reason="not_reversible", tasks=added)
        return [Write(self.name, "patch", dict(before))]
