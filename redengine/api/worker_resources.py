"""Jobs in the words of a worker API: what WorkerAPI answers, made of what FlaskAPI answers.

Its clients know five statuses, `success` and `data` around every answer, and errors of one field.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from redengine.api.core.encoding import NotJson
from redengine.api.core.messages import ApiRequest, ApiResponse
from redengine.api.core.submissions import UnknownOperation, document_of, named_as_given
from redengine.api.endpoints.job import JobResource, JobResultResource, NoResult, submitted
from redengine.api.endpoints.jobs import JobsResource
from redengine.api.endpoints.resource import Resource
from redengine.api.endpoints.session import HealthResource
from redengine.exceptions import InvalidInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

BAD_REQUEST: Final = "BAD_REQUEST"
_WAITS: Final = "Pending"
_RUNS: Final = "Running"
_FAILED: Final = "Failed"
_WORDS: Final = {"queued": _WAITS, "claimed": "Assigned", "run": _RUNS, "success": "Completed"}


def worker_status(job: Mapping[str, Any]) -> str:
    """The word of a worker API for a job's status.

    A job between two attempts is `queued` here and runs there; one that was held before it began
    is `paused` here and waits there.
    """
    status = job.get("status", "")
    if status in {"queued", "paused"}:
        has_begun = job.get("started_at") is not None or (job.get("attempt") or 1) > 1
        return _RUNS if has_begun else _WAITS
    return _WORDS.get(status, _FAILED)


def status_object(job: Mapping[str, Any]) -> dict[str, Any]:
    """A job as a worker API shows it."""
    status = worker_status(job)
    error = job.get("error") or job.get("reason") or job.get("status")
    return {
        "job_id": job.get("job_id"),
        "status": status,
        "submitted_at": job.get("submitted_at"),
        "started_at": job.get("started_at"),
        "completed_at": job.get("ended_at"),
        "error": error if status == _FAILED else None,
    }


def _done(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> ApiResponse:
    """An answer as a worker API gives it."""
    is_success = status < HTTPStatus.BAD_REQUEST
    return ApiResponse({"success": is_success, "data": data}, status, dict(headers or {}))


class WorkerJobsResource(JobsResource):
    """The jobs of a worker, those of services such as its API left out; a place to submit one."""

    def get(self, request: ApiRequest) -> ApiResponse:
        if request.query_value("$fields") is not None:
            raise InvalidInput({"$fields": "is not for status objects, which are whole"})
        tasks = self.session.tasks.values()
        others = [("task$not", task.name) for task in tasks if task.field("permanent_task")]
        found = super().get(replace(request, query=[*request.query, *others]))
        jobs = [status_object(job) for job in found.body]
        return _done({"jobs": jobs, "total": int(found.headers["X-Total-Count"])})

    def post(self, request: ApiRequest) -> ApiResponse:
        """Submit a job by its document; the same document again is the same job."""
        wanted = document_of(request.data)
        try:
            with named_as_given(request.data):
                found = submitted(self.session, wanted, request)
        except UnknownOperation as error:
            raise InvalidInput({"operation": str(error)}) from None
        job_id = found.body["job_id"]
        told = {
            "job_id": job_id,
            "status": "submitted",
            "message": f"Job {job_id} submitted successfully",
        }
        return _done(told, 201, found.headers)


class WorkerJobResource(Resource):
    """The status of a job; a worker API neither changes nor forgets one."""

    name = JobResource.name
    path_names = JobResource.path_names

    def get(self, request: ApiRequest) -> ApiResponse:
        return _done(status_object(self.session.job(request.path["job_id"]).snapshot()))


class WorkerResultResource(JobResultResource):
    """The bare return value of a job that succeeded."""

    def get(self, request: ApiRequest) -> ApiResponse:
        return _done(super().get(request).body["result"])


class WorkerCapabilitiesResource(Resource):
    """The operations that a worker takes, and what it says of itself."""

    name = "Capabilities"

    def get(self, request: ApiRequest) -> ApiResponse:
        del request
        found = self.session.capabilities()
        told = {
            "worker_id": self.session.snapshot()["name"],
            "operations": [task["name"] for task in found["tasks"]],
            "features": [],
            "max_concurrent_jobs": _environment(found),
        }
        return _done(told | self.offer.worker)


def _environment(capabilities: Mapping[str, Any]) -> int:
    """How many jobs run at once in the runtimes that the operations use."""
    used = {task["runtime"] for task in capabilities["tasks"]}
    runtimes = {each["runtime_id"]: each for each in capabilities["runtimes"]}
    if any(runtimes[name].get("shared") for name in used if name in runtimes):
        used.add("thread")  # the session's pool, which the shared runtimes have no places beside
    own = [each for name, each in runtimes.items() if name in used and not each.get("shared")]
    return sum(each["size"] for each in own)


class WorkerHealthResource(HealthResource):
    """Whether the session is well; 503 when it is not."""

    def get(self, request: ApiRequest) -> ApiResponse:
        is_well = super().get(request).status == HTTPStatus.OK
        told = {"status": "healthy" if is_well else "unhealthy", "timestamp": datetime.now(UTC)}
        return _done(told, 200 if is_well else 503)


WORKER_RESOURCES: Final[Mapping[str, type[Resource]]] = {
    each.name: each
    for each in (
        WorkerJobsResource,
        WorkerJobResource,
        WorkerResultResource,
        WorkerCapabilitiesResource,
        WorkerHealthResource,
    )
}
"""By the names of what they are made of, under which they are also audited."""


def worker_envelope(error: Exception, envelope: dict[str, Any]) -> dict[str, Any]:
    """The error body for clients of a worker API.

    Args:
        error: the error.
        envelope: the body that FlaskAPI would send.
    """
    told = {key: value for key, value in envelope.items() if key != "request_id"}
    if isinstance(error, NotJson):
        told["error"] = BAD_REQUEST
    if isinstance(error, InvalidInput):
        field, reason = next(iter(error.fields.items()), ("body", str(error)))
        told["details"] = {"field": field, "reason": reason, "fields": error.fields}
    elif isinstance(error, NotFound) and _is_of_no_job(error):
        told |= {"message": f"Job {error.name} not found", "details": {"reason": "unknown_job"}}
    if not told.get("details"):
        told.pop("details", None)
    return told


def _is_of_no_job(error: NotFound) -> bool:
    """Whether there is no such job, rather than no result of it."""
    if isinstance(error, NoResult):
        return error.reason in {"unknown_job", "expired"}
    return error.kind == "job"
