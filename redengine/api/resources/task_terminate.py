"""Ending the running jobs of a task."""

from __future__ import annotations

from typing import ClassVar

from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.principal import RUN
from redengine.api.resources.base import Resource
from redengine.exceptions import UnknownName


class TaskTerminateResource(Resource):
    """Asks the running jobs of a task to end; they do so by the runtime's ladder, soon after."""

    name = "TaskTerminate"
    path_names = ("name",)
    scopes: ClassVar = {"post": RUN}

    def needs(self, method: str, request: ApiRequest) -> tuple[str, ...]:
        """Ending a service takes more than ending a job."""
        return self.ruling(super().needs(method, request), request.path.get("name"))

    def post(self, request: ApiRequest) -> ApiResponse:
        for key in request.data:
            if key != "reason":
                raise UnknownName("field", key, ("reason",))
        task = self.session.tasks[request.path["name"]]
        task.terminate(str(request.data.get("reason") or "terminated over the API"))
        return ApiResponse(task.json())
