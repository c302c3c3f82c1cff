"""Jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.api.core.lists import LARGEST_LIMIT
from redengine.api.core.submission_models import JobDocument, Submission, TaskSubmission
from redengine.api.core.waiting import LONGEST_WAIT_S
from redengine.api.openapi.models.jobs import (
    AwaitedJob,
    JobView,
    JobWithActions,
    LogView,
    OutputView,
    PausedJob,
    ResultView,
    StackView,
)
from redengine.api.openapi.operation import GONE, JSON, TEXT, Answer, Operation, Parameter, ok
from redengine.api.openapi.operations.tasks import Reason
from redengine.store import JOB_FIELDS, LOG_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

_PAGE: Final = ("X-Total-Count", "Link")
_ITEMS: Final = list[dict[str, Any]]
_SUBMITTED: Final[Mapping[int, Answer]] = {
    **ok(JobWithActions, "The id names a job with this content already.", headers=("Location",)),
    **ok(JobWithActions, "It is stored, and will run.", status=201, headers=("Location",)),
}
_JOB_FILTERS: Final = {name: kind for name, kind in JOB_FIELDS.items() if name != "task"}
_LOG_FILTERS: Final = {name: kind for name, kind in LOG_FIELDS.items() if name != "job_id"}


def _seconds(name: str, description: str) -> Parameter:
    schema = {"type": "number", "minimum": 0, "maximum": LONGEST_WAIT_S}
    return Parameter(name=name, schema=schema, description=description)


_SERVICES: Final = Parameter(
    name="services",
    schema={"type": "boolean"},
    description="Also jobs of permanent tasks, which are services; `task=…` finds them as well.",
)

JOBS: Final[Mapping[tuple[str, str], Operation]] = {
    ("Jobs", "get"): Operation(
        summary="List jobs",
        description="Newest first.",
        answers=ok(_ITEMS, headers=_PAGE),
        parameters=(_SERVICES,),
        filters=JOB_FIELDS,
        entry=JobView,
    ),
    ("Jobs", "post"): Operation(
        summary="Submit a job",
        description="In our own words, or as the job document of a worker API.",
        answers=_SUBMITTED,
        body=Submission | JobDocument,
        examples={
            "a job": {"task": "fetch", "parameters": {"day": "2026-01-31"}},
            "a job document": {
                "version": "1",
                "operation": "fetch",
                "payload": {"type": "json", "data": {"day": "2026-01-31"}},
            },
        },
        errors=(404, 409),
    ),
    ("TaskJobs", "get"): Operation(
        summary="List the jobs of a task",
        description="Newest first.",
        answers=ok(_ITEMS, headers=_PAGE),
        filters=_JOB_FILTERS,
        entry=JobView,
        errors=(404,),
    ),
    ("TaskJobs", "post"): Operation(
        summary="Submit a job of a task",
        answers=_SUBMITTED,
        body=TaskSubmission,
        is_body_required=False,
        errors=(404, 409),
    ),
    ("Job", "get"): Operation(summary="Read a job", answers=ok(JobWithActions), errors=(404,)),
    ("Job", "delete"): Operation(
        summary="Forget an ended job",
        description="With its output; its log records stay.",
        answers=GONE,
        errors=(404, 409),
    ),
    ("JobWait", "post"): Operation(
        summary="Wait for a job's end",
        description="Answers when it has ended, or when the time is over: `ended` tells which.",
        answers=ok(AwaitedJob),
        parameters=(_seconds("timeout", "How long to wait; 30 if not given."),),
        errors=(404,),
    ),
    ("JobPause", "post"): Operation(
        summary="Hold a job",
        answers=ok(PausedJob),
        errors=(404, 409),
    ),
    ("JobResume", "post"): Operation(
        summary="Let a paused job go on",
        answers=ok(JobWithActions),
        errors=(404, 409),
    ),
    ("JobStack", "get"): Operation(
        summary="Read the live stack of a job's code",
        description="Of one that runs, or of an abandoned thread.",
        answers={200: Answer(description="The stack.", models={JSON: StackView, TEXT: str})},
        errors=(404, 409),
    ),
    ("JobResult", "get"): Operation(
        summary="Read what a job returned",
        description=(
            "404 where there is nothing to read, with `details.reason`: `unknown_job`, "
            "`not_finished`, `failed`, `no_result` or `expired`."
        ),
        answers=ok(ResultView),
        errors=(404,),
    ),
    ("JobOutput", "get"): Operation(
        summary="Read what a job printed and logged",
        answers=ok(OutputView),
        parameters=(
            Parameter(
                name="after",
                schema={"type": "integer", "minimum": 0, "maximum": 2**53},
                description="Only lines after the one of this number.",
            ),
            Parameter(
                name="$limit",
                schema={"type": "integer", "minimum": 0, "maximum": LARGEST_LIMIT},
                description="How many lines at most.",
            ),
            _seconds("wait", "How long to wait for lines where there are none yet."),
        ),
        errors=(404,),
    ),
    ("JobLogs", "get"): Operation(
        summary="List the log records of a job",
        description="Newest first.",
        answers=ok(_ITEMS, headers=_PAGE),
        filters=_LOG_FILTERS,
        entry=LogView,
        errors=(404,),
    ),
    ("JobCancel", "post"): Operation(
        summary="Withdraw a job that waits",
        answers=ok(JobWithActions),
        errors=(404, 409),
    ),
    ("JobTerminate", "post"): Operation(
        summary="End a job",
        description="It is asked to end, and made to after a grace.",
        answers=ok(JobWithActions),
        body=Reason,
        is_body_required=False,
        errors=(404, 409),
    ),
}
