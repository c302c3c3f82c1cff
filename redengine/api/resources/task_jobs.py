"""The jobs of one task."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from redengine.api.principal import RUN
from redengine.api.resources.base import Resource
from redengine.api.resources.job_bodies import named_as_given, task_submission_of
from redengine.api.resources.job_views import submitted
from redengine.api.resources.jobs import jobs_page
from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from redengine.api.messages import ApiRequest, ApiResponse


class TaskJobsResource(Resource):
    """The jobs of a task, newest first; and the place to submit one."""

    name = "TaskJobs"
    path_names = ("name",)
    query_keys = None
    scopes: ClassVar = {"post": RUN}
    submits = True

    def get(self, request: ApiRequest) -> ApiResponse:
        task = self.session.tasks[request.path["name"]]
        if any(key.partition("$")[0] == "task" for key, _ in request.query):
            raise InvalidInput({"task": "the path says which task; use /jobs to ask for others"})
        own = replace(request, query=[*request.query, ("task", task.name)])
        return jobs_page(self.session, own, request)

    def post(self, request: ApiRequest) -> ApiResponse:
        """Submit a job."""
        task = self.session.tasks[request.path["name"]]
        wanted = task_submission_of(request.data, task.name)
        with named_as_given(request.data):
            return submitted(self.session, wanted, request)
