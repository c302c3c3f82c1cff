"""Tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.api.core.lists import DEPENDENCY_FIELDS, TASK_FIELDS
from redengine.api.openapi.models.tasks import (
    Explanation,
    ForecastView,
    Reason,
    TaskBody,
    TaskPatch,
    TaskView,
    TaskWritten,
    WhatIfView,
)
from redengine.api.openapi.operation import (
    DRY_RUN,
    GONE,
    JSON,
    TEXT,
    Answer,
    Operation,
    Parameter,
    ok,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_EXAMPLES: Final = {
    "a function": {"func": "fetch", "path": "jobs.py", "start_cond": "daily after 07:00"},
    "a command": {"command": ["ls", "-l"], "start_cond": "every 10 min"},
    "a snippet": {"class": "CodeTask", "code": "print(1)", "start_cond": "daily"},
}
IF_NONE_MATCH: Final = Parameter(
    name="If-None-Match",
    place="header",
    schema={"type": "string"},
    description="The ETag of what the caller has: if it is the same, the answer is 304.",
)
IF_MATCH: Final = Parameter(
    name="If-Match",
    place="header",
    schema={"type": "string"},
    description="The ETag of what the caller has seen: if it is another now, the answer is 412.",
)
UNCHANGED: Final = Answer(description="The caller has it already.", headers=("ETag",))
FORCE: Final = Parameter(
    name="force",
    schema={"type": "boolean"},
    description="Also when it is in use.",
)

TRIED: Final = Answer(
    description="With `dry_run`: what it would do to starts; nothing is changed.",
    models={JSON: WhatIfView},
)

TASKS: Final[Mapping[tuple[str, str], Operation]] = {
    ("Tasks", "get"): Operation(
        summary="List tasks",
        description="All of them, in the order in which they were made.",
        answers={
            **ok(list[dict[str, Any]], headers=("X-Total-Count", "Link", "ETag")),
            304: UNCHANGED,
        },
        parameters=(IF_NONE_MATCH,),
        filters=TASK_FIELDS,
        is_paged=False,
    ),
    ("Task", "get"): Operation(
        summary="Read a task",
        answers={**ok(TaskView, headers=("ETag",)), 304: UNCHANGED},
        parameters=(IF_NONE_MATCH,),
        errors=(404,),
    ),
    ("Task", "post"): Operation(
        summary="Make a task",
        description="It must not exist.",
        answers={
            **ok(TaskWritten, "It is made.", status=201, headers=("Location", "ETag")),
            200: TRIED,
        },
        body=TaskBody,
        examples=_EXAMPLES,
        parameters=(DRY_RUN, IF_MATCH),
        errors=(409, 412),
    ),
    ("Task", "put"): Operation(
        summary="Make or replace a task",
        answers={
            **ok(TaskWritten | WhatIfView, "It is replaced, or was tried.", headers=("ETag",)),
            **ok(TaskWritten, "It is made.", status=201, headers=("Location", "ETag")),
        },
        body=TaskBody,
        examples=_EXAMPLES,
        parameters=(DRY_RUN, IF_MATCH),
        errors=(409, 412),
    ),
    ("Task", "patch"): Operation(
        summary="Change a task",
        description=(
            "The fields that the body names, all of them or none. `force_run` starts it once "
            "whatever its condition says; `force_termination` ends its running jobs."
        ),
        answers=ok(TaskWritten | WhatIfView, "It is changed, or was tried.", headers=("ETag",)),
        body=TaskPatch,
        is_body_required=False,
        examples={
            "another condition": {"start_cond": "daily after 08:00"},
            "run it once": {"force_run": True},
        },
        parameters=(DRY_RUN, IF_MATCH),
        errors=(404, 409, 412),
    ),
    ("Task", "delete"): Operation(
        summary="Remove a task",
        answers={**GONE, 200: TRIED},
        parameters=(FORCE, DRY_RUN, IF_MATCH),
        errors=(404, 409, 412),
    ),
    ("TaskWhy", "get"): Operation(
        summary="Ask why a task does or does not start",
        description="`Accept: text/plain` gives it as text.",
        answers={
            200: Answer(description="The explanation.", models={JSON: Explanation, TEXT: str})
        },
        errors=(404,),
    ),
    ("TaskTerminate", "post"): Operation(
        summary="End the running jobs of a task",
        description="They are asked to end, and made to after a grace.",
        answers=ok(TaskView),
        body=Reason,
        is_body_required=False,
        errors=(404,),
    ),
    ("Dependencies", "get"): Operation(
        summary="List which task starts after which",
        answers={
            200: Answer(
                description="The links, or a diagram of them.",
                models={JSON: list[dict[str, Any]], TEXT: str},
                headers=("X-Total-Count", "Link"),
            )
        },
        parameters=(
            Parameter(
                name="format",
                schema={"enum": ["json", "mermaid", "dot"]},
                description="Mermaid and dot are diagrams in text.",
            ),
        ),
        filters=DEPENDENCY_FIELDS,
        is_paged=False,
    ),
    ("Forecast", "get"): Operation(
        summary="Predict starts",
        answers=ok(ForecastView),
        parameters=(
            Parameter(
                name="until",
                schema={"type": "string", "format": "forecast-end"},
                description="A time, or a duration from now such as '2 days'; a day if not given.",
            ),
            Parameter(
                name="task", schema={"type": "string"}, description="Only the starts of this task."
            ),
        ),
        errors=(404,),
    ),
}
