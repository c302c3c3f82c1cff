"""The session, its log, its journal and its health."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import Field

from redengine.api.openapi.models.base import ErrorView, Instant, View
from redengine.api.openapi.models.jobs import LogView
from redengine.api.openapi.operation import JSON, Answer, Operation, ok
from redengine.api.openapi.operations.runtimes import RuntimeView  # noqa: TC001 - pydantic reads it
from redengine.store import CHANGE_FIELDS, LOG_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping


State = Literal["initialised", "starting", "running", "paused", "stopping", "stopped"]


class SessionView(View):
    """The session."""

    name: str
    state: State
    started_at: Instant | None
    uptime: float | None
    config: dict[str, Any]
    parameters: dict[str, Any]
    tasks: list[str]
    returns: dict[str, Any]
    jobs_active: int
    store: str
    versions: dict[str, str]
    links: dict[str, str]


class StateView(View):
    """The state of a session that is about to change it."""

    state: State


class SkippedTimes(View):
    """The fire times that a record of a skip stands for."""

    first: Instant
    last: Instant
    count: int


class LogRecord(View):
    """What happened to a job, or a start that was not made."""

    id: int
    timestamp: Instant
    created: Instant
    action: Literal["run", "success", "fail", "terminate", "crash", "inaction"]
    task_name: str
    job_id: str | None
    start: Instant | None
    end: Instant | None
    duration: float | None
    message: str | None
    exc_text: str | None
    reason: str | None
    skipped: SkippedTimes | None


class ChangeView(View):
    """An entry of the audit trail."""

    id: int
    created: Instant
    kind: Literal["change", "action", "refusal"]
    resource: str
    name: str | None
    method: str
    data: Any
    before: Any
    after: Any
    actor: str | None
    address: str | None
    status: int | None
    result: str | None
    request_id: str | None
    reverts: int | None
    reverted_by: int | None


class StoresView(View):
    """What is stored."""

    accessible: bool
    flow_count: int
    job_count: int | None = Field(description="Null while the store cannot be read.")


class HealthView(View):
    """Whether all is well, and what was looked at."""

    status: Literal["healthy", "unhealthy"]
    timestamp: Instant
    version: str
    auth_required: bool = Field(description="Whether a caller without a key is refused.")
    monitoring: dict[str, bool] = Field(description="`enabled`: whether requests are counted.")
    stores: StoresView
    state: State
    checks: dict[str, Any] = Field(description="Each with `ok`, and the evidence.")


class LivenessView(View):
    """That the process answers."""

    status: Literal["alive"]


class ReadinessView(View):
    """Whether jobs are taken, and the reasons why not."""

    status: Literal["ready", "unready"]
    state: State
    reasons: list[str]


class CapabilitiesView(View):
    """What can be submitted, and where it would run."""

    tasks: list[dict[str, Any]] = Field(description="Each with the schema of its `parameters`.")
    runtimes: list[RuntimeView]
    job_options: list[str]
    limits: dict[str, Any] = Field(description="How much is taken at most.")
    features: list[str]
    databases: list[dict[str, Any]] = Field(description="Which kinds are usable, and in use.")
    operations: dict[str, list[str]] = Field(description="The methods of each resource.")
    store: str
    durable: bool
    versions: dict[str, str]


PAGE: Final = ("X-Total-Count", "Link")
METRICS: Final = "text/plain"
_ITEMS: Final = list[dict[str, Any]]

SESSION: Final[Mapping[tuple[str, str], Operation]] = {
    ("Session", "get"): Operation(summary="Read the session", answers=ok(SessionView)),
    ("SessionPause", "post"): Operation(
        summary="Hold new starts",
        description="Running jobs go on.",
        answers=ok(SessionView),
        errors=(409,),
    ),
    ("SessionResume", "post"): Operation(
        summary="Let tasks start again",
        description="What was missed has its chance.",
        answers=ok(SessionView),
        errors=(409,),
    ),
    ("SessionShutdown", "post"): Operation(
        summary="Stop the session, and the API with it",
        answers=ok(StateView, "It begins to stop.", status=202),
        errors=(409,),
    ),
    ("SessionRestart", "post"): Operation(
        summary="Stop the session and start it again",
        answers=ok(StateView, "It begins to stop.", status=202),
        errors=(409,),
    ),
    ("Health", "get"): Operation(
        summary="Ask whether all is well",
        answers={
            **ok(HealthView, "All is well."),
            503: Answer(
                description="Something is not well: the checks tell what.",
                models={JSON: HealthView | ErrorView},
                headers=("Retry-After",),
            ),
        },
    ),
    ("Liveness", "get"): Operation(
        summary="Ask whether the process answers",
        answers=ok(LivenessView, "It does."),
        is_public=True,
    ),
    ("Readiness", "get"): Operation(
        summary="Ask whether jobs are taken",
        answers={
            **ok(ReadinessView, "They are."),
            503: Answer(
                description="They are not: the reasons tell why.",
                models={JSON: ReadinessView | ErrorView},
                headers=("Retry-After",),
            ),
        },
        is_public=True,
    ),
    ("Metrics", "get"): Operation(
        summary="Read what is counted",
        description="In the text format of Prometheus.",
        answers={200: Answer(description="All metrics.", models={METRICS: str})},
    ),
    ("Capabilities", "get"): Operation(
        summary="Ask what can be submitted",
        description="Read from what is registered: tasks, runtimes, limits, features, versions.",
        answers=ok(CapabilitiesView),
    ),
    ("Logs", "get"): Operation(
        summary="List log records",
        description="What happened to jobs, newest first.",
        answers=ok(_ITEMS, headers=PAGE),
        filters=LOG_FIELDS,
        entry=LogView,
    ),
    ("Changes", "get"): Operation(
        summary="List changes made over the API",
        description="Newest first.",
        answers=ok(_ITEMS, headers=PAGE),
        filters=CHANGE_FIELDS,
        entry=ChangeView,
    ),
    ("Change", "get"): Operation(summary="Read a change", answers=ok(ChangeView), errors=(404,)),
}
