"""One job: read, forgotten, and what can be done to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import quote

from redengine.api.auth.principal import ADMIN, DEBUG, RUN
from redengine.api.core import masking
from redengine.api.core.lists import DEFAULT_LIMIT, LARGEST_LIMIT, count_of, seconds_of
from redengine.api.core.messages import ApiRequest, ApiResponse, prefers_text
from redengine.api.endpoints.resource import Resource
from redengine.exceptions import (
    Conflict,
    JobError,
    NotFound,
    ResultNotKept,
    UnknownName,
    WaitTimeout,
)
from redengine.scheduler.jobs.results import encoded_result
from redengine.support import jsontext
from redengine.support.jsontext import json_trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.api.core.ports import SessionPort, TaskPort
    from redengine.api.core.submission_models import Submission
    from redengine.parameters import Parameters
    from redengine.scheduler.jobs.job import Job

_PARTS: Final = ("result", "output", "logs")
_WHILE_ACTIVE: Final = {
    "queued": ("wait", "cancel", "terminate", "pause"),
    "run": ("wait", "stack", "terminate", "pause"),
    "paused": ("wait", "terminate", "resume"),
}


def refuse_second_server(task: TaskPort) -> None:
    """Refuse a job of what serves the API: it runs as long as the session.

    Raises:
        Conflict: the task is one.
    """
    if getattr(task, "serves_api", False):
        message = f"task '{task.name}' serves the API as long as the session runs; it takes no jobs"
        raise Conflict(message, task=task.name, reason="service")


def submitted(session: SessionPort, wanted: Submission, request: ApiRequest) -> ApiResponse:
    """Start the job; 201 for a new one, 200 for one that the id already names."""
    task = session.tasks[wanted.task]
    refuse_second_server(task)
    if request.principal is not None and task.field("permanent_task"):
        request.principal.check((ADMIN,), f"a job of service '{task.name}'")
    job, is_new = session.accept_job(
        task,
        wanted.parameters,
        job_id=wanted.job_id,
        trigger="api",
        options=wanted.options(),
    )
    body = shown(job, request, session.parameters)
    headers = {"Location": job_path(job.id, request.prefix)}
    return ApiResponse(body, 201 if is_new else 200, headers)


def shown(job: Job, request: ApiRequest, parameters: Parameters) -> dict[str, Any]:
    """A job's object, with what may be done to it."""
    found = {**job.snapshot(), "allowed_actions": job.allowed_actions}
    return linked(found, request.prefix, parameters)


def told(job: Mapping[str, Any], _prefix: str, parameters: Parameters) -> dict[str, Any]:
    """A job's object, or the fields of it that were asked for, secrets masked."""
    given = job.get("parameters")
    return {**job, "parameters": masking.shown(given, parameters)} if given else dict(job)


def linked(job: Mapping[str, Any], prefix: str, parameters: Parameters) -> dict[str, Any]:
    """A job's object, secrets masked, with links that lead on."""
    job = told(job, prefix, parameters)
    path = job_path(job["job_id"], prefix)
    links = {"self": path}
    for part in (*_PARTS, *_WHILE_ACTIVE.get(job.get("status", ""), ())):
        links[part] = f"{path}/{part}"
    return {**job, "links": links}


def job_path(job_id: str, prefix: str) -> str:
    """Where a job is found."""
    plain = job_id.isascii() and job_id.replace("-", "").isalnum()
    return f"{prefix}/jobs/{job_id if plain else quote(job_id, safe='')}"


_AFTER, _WAIT, _LIMIT = "after", "wait", "$limit"


class JobOutputResource(Resource):
    """Lines of a job's output, with a cursor: `?after=` the `seq` that was read last.

    `?wait=` seconds waits for lines where there are none yet, and the job has not ended.
    """

    name = "JobOutput"
    path_names = ("job_id",)
    waits = True
    query_keys = frozenset((_AFTER, _WAIT, _LIMIT))

    def get(self, request: ApiRequest) -> ApiResponse:
        after = count_of(request, _AFTER, 0)
        limit = count_of(request, _LIMIT, DEFAULT_LIMIT, LARGEST_LIMIT)
        wait_s = seconds_of(request, _WAIT, 0.0)
        job = self.session.job(request.path["job_id"])
        if wait_s > 0:
            request.wait(partial(self.session.wait_for_output, job.id, after), wait_s)
        has_ended = job.wait(0)  # before reading: nothing is written after it
        lines = list(self.session.output(job.id, after, limit))
        cursor = lines[-1]["seq"] if lines else after
        is_all = has_ended and len(lines) < limit
        return ApiResponse({"job_id": job.id, "lines": lines, "after": cursor, "ended": is_all})


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


def _exact(job: Job) -> Any:
    """The value, of which JSON loses nothing; a job that has just ended may have any."""
    value = job.result(timeout=0)
    if json_trouble(value) is not None:
        raise ResultNotKept(job.id, jsontext.loads(encoded_result(value)[1] or "{}"))
    return value


def _result(job: Job) -> Any:
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
