"""The session, its log and its journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.api.openapi.models.base import ErrorView
from redengine.api.openapi.models.session import (
    CapabilitiesView,
    ChangeView,
    HealthView,
    LivenessView,
    ReadinessView,
    SessionView,
    StateView,
)
from redengine.api.openapi.operation import JSON, Answer, Operation, ok
from redengine.store import CHANGE_FIELDS, LOG_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    ),
    ("Changes", "get"): Operation(
        summary="List changes made over the API",
        description="Newest first.",
        answers=ok(_ITEMS, headers=PAGE),
        filters=CHANGE_FIELDS,
    ),
    ("Change", "get"): Operation(summary="Read a change", answers=ok(ChangeView), errors=(404,)),
}
