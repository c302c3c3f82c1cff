"""Tasks: as they are shown, made and changed, and what can be asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field

from redengine.api.core.lists import DEPENDENCY_FIELDS, TASK_FIELDS
from redengine.api.openapi.models.base import (
    LEFT_OUT,
    Body,
    ConditionText,
    Duration,
    Instant,
    View,
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


Name = Annotated[str, Field(min_length=1, max_length=200)]
Status = Literal["run", "success", "fail", "terminate", "crash", "inaction"]


class BackoffView(View):
    """How long a retry waits: `base * factor ** (attempt - 1)` seconds, at most `maximum`."""

    base: float
    factor: float
    maximum: float
    jitter: float


class TaskView(View):
    """A task: everything needed to make it again, and its state."""

    name: Name
    class_: str = Field(alias="class", examples=["FuncTask"])
    description: str | None
    tags: list[str]
    start_cond: str | None = Field(description="When it starts; null: only by hand.")
    end_cond: str | None = Field(description="When a running job is ended.")
    execution: str = Field(description="Where its jobs run.")
    runtime: str
    priority: int
    timeout: float | Literal["never"] | None = Field(
        description="Seconds that one attempt may run; null for the session's timeout."
    )
    retries: int
    backoff: BackoffView
    max_instances: int
    timezone: str | None = Field(
        description="The zone of its conditions; null for the session's.",
        examples=["Europe/Helsinki"],
    )
    missed: Literal["once", "all", "skip"]
    jitter: float | None = Field(
        description="Seconds; starts are later than their nominal times by a random part of it."
    )
    grace: float | None = Field(
        description="Seconds; a nominal time that is later than this is skipped."
    )
    on_crash: Literal["fail", "retry"]
    limits: dict[str, int]
    rate: str | None
    disabled: bool
    disabled_reason: str | None = Field(description="Why it is disabled.")
    disabled_until: Instant | None = Field(description="When it is enabled by itself.")
    force_run: bool
    on_startup: bool
    on_shutdown: bool
    permanent_task: bool
    publish: str | None = Field(description="The channel to which what it returns is sent.")
    parameters: dict[str, Any]
    status: Status | None = Field(description="The word of its latest action.")
    is_running: bool
    last_run: Instant | None
    last_success: Instant | None
    last_fail: Instant | None
    last_terminate: Instant | None
    last_inaction: Instant | None
    last_crash: Instant | None
    next_run: Instant | None = Field(
        description="When it starts next, as far as time alone decides it; null where something"
        " else has to happen first: the end of a job, resuming the session, enabling the task."
    )
    jobs_running: int


class TaskWritten(TaskView):
    """A task as it now is."""

    warnings: list[str] = Field(description="What of its condition may not be meant.")


class Disabled(Body):
    """Why a task is disabled, and until when."""

    reason: str | None = None
    until: str | None = Field(
        None, description="A date or a time in ISO 8601; in the session's zone without an offset."
    )


class TaskSettings(Body):
    """What can be set of a task of any class."""

    description: str | None = None
    tags: list[Annotated[str, Field(min_length=1)]] = Field(LEFT_OUT)
    start_cond: ConditionText | None = None
    end_cond: ConditionText | None = None
    execution: str | None = Field(LEFT_OUT, json_schema_extra={"format": "runtime"})
    runtime: str | None = Field(
        None,
        description="Another spelling of `execution`.",
        json_schema_extra={"format": "runtime"},
    )
    priority: int = Field(LEFT_OUT)
    timeout: Duration | None = None
    retries: int = Field(LEFT_OUT, ge=0)
    backoff: Duration | dict[str, float] | None = None
    max_instances: int = Field(LEFT_OUT, ge=1)
    timezone: str | None = Field(
        None, examples=["Europe/Helsinki"], json_schema_extra={"format": "zone"}
    )
    missed: Literal["once", "all", "skip"] = Field(LEFT_OUT)
    jitter: Duration | None = None
    grace: Duration | None = None
    on_crash: Literal["fail", "retry"] = Field(LEFT_OUT)
    limits: dict[str, Annotated[int, Field(ge=1)]] | None = None
    rate: str | None = Field(LEFT_OUT, examples=["10/min"], json_schema_extra={"format": "rate"})
    disabled: bool | Disabled = Field(
        LEFT_OUT, description="A boolean; or an object that disables it, with `reason` and `until`."
    )
    disabled_reason: str | None = None
    disabled_until: str | None = Field(None, description="A date or a time in ISO 8601.")
    force_run: bool = Field(LEFT_OUT, description="Start once, whatever the condition says.")
    on_startup: bool = Field(LEFT_OUT)
    on_shutdown: bool = Field(LEFT_OUT)
    permanent_task: bool = Field(LEFT_OUT)
    permanent: bool = Field(LEFT_OUT, description="Another spelling of `permanent_task`.")
    publish: str | None = Field(None, json_schema_extra={"format": "channel-name"})
    parameters: dict[str, Any] | None = None


class TaskBody(TaskSettings):
    """A task to be made; see `TaskView` for what each field means."""

    name: Name = Field(LEFT_OUT)
    class_: Literal["FuncTask", "CommandTask", "CodeTask"] = Field(
        LEFT_OUT, alias="class", description="May be left out where func, command or code tells."
    )
    func: str = Field(LEFT_OUT, description="`module:function`, or a function's name with `path`.")
    func_name: str = Field(LEFT_OUT, description="Another spelling of `func`.")
    path: str = Field(LEFT_OUT, description="The file of the function.")
    command: str | list[str] = Field(LEFT_OUT)
    cwd: str = Field(LEFT_OUT)
    env: dict[str, str] = Field(LEFT_OUT)
    shell: bool = Field(LEFT_OUT)
    argform: str = Field(LEFT_OUT)
    options: list[str] | dict[str, Any] = Field(
        LEFT_OUT, description="The parameters that a command takes as options; or their schema."
    )
    code: str = Field(LEFT_OUT)


class TaskPatch(TaskBody):
    """What is to be changed of a task: the fields that are named, all of them or none."""

    force_termination: bool = Field(LEFT_OUT, description="Ask its running jobs to end.")


class Reason(Body):
    """Why."""

    reason: str | None = None


class ConditionView(View):
    """One statement of a condition, and its verdict."""

    text: str
    holds: bool | None
    evidence: str | None
    until: str | None = Field(description="When time alone could change the verdict.")
    children: list[ConditionView]


class Explanation(View):
    """Why a task does or does not start."""

    task: str
    holds: bool
    will_start: bool
    verdict: str
    blocks: list[Any]
    earliest: Instant | None
    change: str | None = Field(description="The smallest change that would let it start.")
    condition: ConditionView | None


class Start(View):
    """A predicted start."""

    task: str
    at: Instant
    due_at: Instant | None
    duration: float | None


class Unpredictable(View):
    """A task whose starts cannot be told."""

    task: str
    reason: str


class ForecastView(View):
    """Predicted starts."""

    since: Instant
    until: Instant
    starts: list[Start]
    unpredictable: list[Unpredictable]
    complete: bool = Field(
        description="False if the search was cut: too many starts, or too many looks at conditions."
    )
    searched_until: Instant = Field(
        description="Where the search ended: before `until` if it was cut."
    )


class AffectedStart(View):
    """A start that a change would add or remove."""

    task: str
    at: Instant


class MovedStart(View):
    """A start that would come at another time."""

    task: str
    at: Instant
    from_: Instant = Field(alias="from", description="When it would start without the change.")


class Collision(View):
    """A start that something would be in the way of."""

    task: str
    at: Instant
    reason: Literal["overlap", "limit"]
    message: str


class WhatIfView(View):
    """What a write would do to the starts of the next 7 days."""

    until: Instant
    added: list[AffectedStart]
    moved: list[MovedStart]
    removed: list[AffectedStart]
    colliding: list[Collision]
    cut: Instant | None = Field(description="Where the search ended, if before `until`.")
    unpredictable: list[Unpredictable]


class DependencyView(View):
    """A task that starts after another one."""

    parent: str = Field(description="The task that is waited for.")
    child: str = Field(description="The task that waits.")
    relation: Literal[
        "DependChannel",
        "Publish",
        "DependSuccess",
        "DependFailure",
        "DependFinish",
        "DependTerminate",
        "DependCrash",
    ]
    type: Literal["All", "Any"] | None = Field(
        description="Whether all or any of several are waited for; null for a single one."
    )


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
        entry=TaskView,
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
        entry=DependencyView,
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
