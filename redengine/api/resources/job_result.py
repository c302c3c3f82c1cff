"""What a job returned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine import jsontext
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource
from redengine.exceptions import JobError, NotFound, ResultNotKept, WaitTimeout
from redengine.jsonable import json_trouble
from redengine.scheduler.returns import encoded_result

if TYPE_CHECKING:
    from redengine.api.ports import JobPort


class NoResult(NotFound):
    """The job's result cannot be had.

    Args:
        job_id: the job's id.
        reason: unknown_job, not_finished, failed, no_result or expired.
        message: the same for people.
        **facts: what else is known.
    """

    def __init__(self, job_id: str, reason: str, message: str, **facts: object) -> None:
        super().__init__("result", job_id)
        self.reason = reason
        self.facts = facts
        self.args = (message,)

    def details(self) -> dict[str, object]:
        return {"reason": self.reason, "job_id": self.name, **self.facts}


class JobResultResource(Resource):
    """The return value of a job that succeeded."""

    name = "JobResult"
    path_names = ("job_id",)

    def get(self, request: ApiRequest) -> ApiResponse:
        job_id = request.path["job_id"]
        try:
            job = self.session.job(job_id)
        except NotFound as error:
            if self.session.is_expired(job_id):
                message = f"job {job_id} ended long ago, and is forgotten"
                raise NoResult(job_id, "expired", message) from None
            raise NoResult(job_id, "unknown_job", str(error)) from None
        value = _result(job)
        return ApiResponse({"job_id": job.id, "status": job.status, "result": value})


def _exact(job: JobPort) -> Any:
    """The value, of which JSON loses nothing; a job that has just ended may have any."""
    value = job.result(timeout=0)
    if json_trouble(value) is not None:
        raise ResultNotKept(job.id, jsontext.loads(encoded_result(value)[1] or "{}"))
    return value


def _result(job: JobPort) -> Any:
    try:
        return _exact(job)
    except WaitTimeout:
        status = job.status
        message = f"job {job.id} has not finished; its status is {status}"
        raise NoResult(job.id, "not_finished", message, status=status) from None
    except ResultNotKept as error:
        described = error.description
        raise NoResult(
            job.id, "no_result", str(error), status=job.status, described=described
        ) from None
    except JobError as error:
        snapshot = job.snapshot()
        facts = {key: snapshot.get(key) for key in ("status", "error")}
        raise NoResult(job.id, "failed", str(error), code=error.code, **facts) from None
    except NotFound as error:
        raise NoResult(job.id, "no_result", str(error), status=job.status) from None
