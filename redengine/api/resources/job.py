"""One job: read, cancelled, terminated."""

from __future__ import annotations

from typing import ClassVar

from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.principal import RUN
from redengine.api.resources.base import Resource
from redengine.api.resources.job_bodies import shown
from redengine.exceptions import UnknownName


class JobResource(Resource):
    """A job by its id."""

    name = "Job"
    path_names = ("job_id",)

    def get(self, request: ApiRequest) -> ApiResponse:
        job = self.session.job(request.path["job_id"])
        return ApiResponse(shown(job.snapshot(), request))


class JobCancelResource(Resource):
    """Withdraws a job that waits in the queue."""

    name = "JobCancel"
    path_names = ("job_id",)
    scopes: ClassVar = {"post": RUN}

    def post(self, request: ApiRequest) -> ApiResponse:
        job = self.session.job(request.path["job_id"])
        job.cancel()
        return ApiResponse(shown(job.snapshot(), request))


class JobTerminateResource(Resource):
    """Asks a running job to end."""

    name = "JobTerminate"
    path_names = ("job_id",)
    scopes: ClassVar = {"post": RUN}

    def post(self, request: ApiRequest) -> ApiResponse:
        for key in request.data:
            if key != "reason":
                raise UnknownName("field", key, ("reason",))
        job = self.session.job(request.path["job_id"])
        job.terminate(str(request.data.get("reason") or "terminated over the API"))
        return ApiResponse(shown(job.snapshot(), request))
