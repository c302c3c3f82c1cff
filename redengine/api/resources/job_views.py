"""How a job is shown: its object, with links to what can be done and asked next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from redengine.api import masking
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.principal import ADMIN
from redengine.exceptions import Conflict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.api.ports import JobPort, ParametersPort, SessionPort, TaskPort
    from redengine.api.resources.job_bodies import Submission

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


def shown(job: JobPort, request: ApiRequest, parameters: ParametersPort) -> dict[str, Any]:
    """A job's object, with what may be done to it."""
    found = {**job.snapshot(), "allowed_actions": job.allowed_actions}
    return linked(found, request.prefix, parameters)


def told(job: Mapping[str, Any], _prefix: str, parameters: ParametersPort) -> dict[str, Any]:
    """A job's object, or the fields of it that were asked for, secrets masked."""
    given = job.get("parameters")
    return {**job, "parameters": masking.shown(given, parameters)} if given else dict(job)


def linked(job: Mapping[str, Any], prefix: str, parameters: ParametersPort) -> dict[str, Any]:
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
