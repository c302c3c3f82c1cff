"""One job: read, forgotten, and what can be done to it."""

from __future__ import annotations

from typing import ClassVar, Final

from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.principal import DEBUG, RUN
from redengine.api.resources.base import Resource
from redengine.api.resources.job_views import shown
from redengine.api.resources.numbers import seconds_of
from redengine.api.resources.task_why import prefers_text
from redengine.exceptions import Conflict, NotFound, UnknownName

_WAIT_S: Final = 30.0
_TAKES_HOLD: Final = {
    "held": "at once: it does not begin before it is resumed",
    "suspended": "at once: its process stands still",
    "checkpoint": "when its code next passes current_job().checkpoint()",
}


class JobResource(Resource):
    """A job by its id."""

    name = "Job"
    path_names = ("job_id",)
    scopes: ClassVar = {"delete": RUN}

    def get(self, request: ApiRequest) -> ApiResponse:
        job = self.session.job(request.path["job_id"])
        return ApiResponse(shown(job, request, self.session.parameters))

    def delete(self, request: ApiRequest) -> ApiResponse:
        """Forget an ended job with its output; its log records stay."""
        self.session.delete_job(request.path["job_id"])
        return ApiResponse(status=204)


class JobAction(Resource):
    """What the actions on a job have in common."""

    path_names = ("job_id",)
    scopes: ClassVar = {"post": RUN}
    fields: ClassVar[tuple[str, ...]] = ()
    """The fields that the body may have."""

    def needs(self, method: str, request: ApiRequest) -> tuple[str, ...]:
        """Ending or holding the job of a service takes more than another one's."""
        return self.ruling(super().needs(method, request), self.task_of(request))

    def task_of(self, request: ApiRequest) -> object:
        """The name of the job's task; None where there is no such job."""
        try:
            return self.session.job(request.path["job_id"]).snapshot().get("task")
        except (KeyError, NotFound):
            return None

    def refuse_unknown(self, request: ApiRequest) -> None:
        """Complain of a field that nobody reads.

        Raises:
            UnknownName: there is one.
        """
        for key in request.data:
            if key not in self.fields:
                raise UnknownName("field", key, self.fields)


class JobCancelResource(JobAction):
    """Withdraws a job that waits in the queue."""

    name = "JobCancel"

    def post(self, request: ApiRequest) -> ApiResponse:
        self.refuse_unknown(request)
        job = self.session.job(request.path["job_id"])
        job.cancel()
        return ApiResponse(shown(job, request, self.session.parameters))


class JobTerminateResource(JobAction):
    """Asks a running job to end; one that waits is withdrawn."""

    name = "JobTerminate"
    fields = ("reason",)

    def post(self, request: ApiRequest) -> ApiResponse:
        self.refuse_unknown(request)
        job = self.session.job(request.path["job_id"])
        job.terminate(str(request.data.get("reason") or "terminated over the API"))
        return ApiResponse(shown(job, request, self.session.parameters))


class JobPauseResource(JobAction):
    """Holds a job: before it begins, where it stands, or at its next checkpoint."""

    name = "JobPause"

    def post(self, request: ApiRequest) -> ApiResponse:
        self.refuse_unknown(request)
        job = self.session.job(request.path["job_id"])
        kind = job.pause()
        pause = {"kind": kind, "takes_hold": _TAKES_HOLD.get(kind, "soon")}
        return ApiResponse({**shown(job, request, self.session.parameters), "pause": pause})


class JobResumeResource(JobAction):
    """Lets a paused job go on."""

    name = "JobResume"

    def post(self, request: ApiRequest) -> ApiResponse:
        self.refuse_unknown(request)
        job = self.session.job(request.path["job_id"])
        job.resume()
        return ApiResponse(shown(job, request, self.session.parameters))


class JobWaitResource(JobAction):
    """Waits for a job's end, `?timeout=` seconds at most; nobody has to ask again and again."""

    name = "JobWait"
    scopes: ClassVar = {}
    query_keys = frozenset(("timeout",))
    waits = True
    changes_nothing = True

    def needs(self, method: str, request: ApiRequest) -> tuple[str, ...]:
        """Waiting is a way to read."""
        del method
        return Resource.needs(self, "get", request)

    def post(self, request: ApiRequest) -> ApiResponse:
        self.refuse_unknown(request)
        timeout_s = seconds_of(request, "timeout", _WAIT_S)
        job = self.session.job(request.path["job_id"])
        has_ended = request.wait(job.wait, timeout_s)
        return ApiResponse({**shown(job, request, self.session.parameters), "ended": has_ended})


class JobStackResource(Resource):
    """The live stack of a job's code: of one that runs, or of an abandoned thread."""

    name = "JobStack"
    path_names = ("job_id",)
    scopes: ClassVar = {"get": DEBUG}

    def get(self, request: ApiRequest) -> ApiResponse:
        job = self.session.job(request.path["job_id"])
        stack = job.stack()
        if stack is None:
            message = f"job {job.id} is '{job.status}', and none of its code runs here"
            raise Conflict(message, job_id=job.id, status=job.status)
        if prefers_text(request.accept):
            return ApiResponse.text(stack)
        return ApiResponse({"job_id": job.id, "status": job.status, "stack": stack})
