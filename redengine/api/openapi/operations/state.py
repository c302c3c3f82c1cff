"""The state as a document, what applying one would change, and the journal's way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import Field

from redengine.api.openapi.models.base import LEFT_OUT, Body, Instant, View
from redengine.api.openapi.operation import JSON, Answer, Operation, Parameter, ok
from redengine.api.openapi.operations.calendars import CalendarBody  # noqa: TC001 - pydantic reads it
from redengine.api.openapi.operations.session import ChangeView  # noqa: TC001 - pydantic reads it
from redengine.api.openapi.operations.tasks import FORCE

if TYPE_CHECKING:
    from collections.abc import Mapping


class RuntimeBody(Body):
    """A runtime of the user's own."""

    kind: Literal["thread", "process", "async"] = "thread"
    size: int = Field(0, ge=0)


class DocumentBody(Body):
    """What a session is told to be."""

    version: Literal[1]
    runtimes: dict[str, RuntimeBody] = Field(LEFT_OUT)
    calendars: dict[str, CalendarBody] = Field(LEFT_OUT)
    channels: dict[str, dict[str, Any]] = Field(
        LEFT_OUT, description="By name; each has options under the names of a channel's object."
    )
    config: dict[str, Any] = Field(LEFT_OUT)
    parameters: dict[str, Any] = Field(LEFT_OUT)
    tasks: dict[str, dict[str, Any]] = Field(
        LEFT_OUT, description="By name; each has options under the names of a task's object."
    )
    secrets: list[str] = Field(LEFT_OUT, description="What was left out, and stays as it is.")
    left_out: list[str] = Field(LEFT_OUT, description="What a document cannot say.")


class StartsView(View):
    """The next starts of a task."""

    before: list[Instant]
    after: list[Instant]


class StepView(View):
    """One change."""

    resource: Literal["runtime", "calendar", "channel", "config", "parameter", "task"]
    name: str
    fields: dict[str, Any]


class AffectedView(View):
    """A task that is not changed, and starts otherwise."""

    resource: str
    name: str
    starts: StartsView


class WarningView(View):
    """What may not be meant."""

    resource: str
    name: str
    message: str


class PlanView(View):
    """What applying a document would change."""

    digest: str = Field(description="The same for the same changes from the same state.")
    summary: str
    prune: bool
    create: list[StepView]
    change: list[StepView]
    delete: list[StepView]
    unchanged: int
    affected: list[AffectedView]
    warnings: list[WarningView]


class AppliedView(PlanView):
    """The plan that was carried out."""

    applied: Literal[True]


class RevertedView(View):
    """A change that was undone, and the one that undid it."""

    reverted: int
    change: ChangeView


_PRUNE: Final = Parameter(
    name="prune",
    schema={"type": "boolean"},
    description="Remove what was made over the API and is not in the document.",
)
_EXAMPLE: Final = {
    "a task": {
        "version": 1,
        "tasks": {"backup": {"command": "backup.sh", "start_cond": "daily at 03:00"}},
    }
}

STATE: Final[Mapping[tuple[str, str], Operation]] = {
    ("Export", "get"): Operation(
        summary="Read the state as a document",
        description="As YAML, or as JSON with `?format=json` or `Accept: application/json`.",
        answers={
            200: Answer(
                description="The document.",
                models={"application/yaml": Any, JSON: DocumentBody},
            )
        },
        parameters=(
            Parameter(name="format", schema={"enum": ["yaml", "json"]}, description="The form."),
            Parameter(
                name="all",
                schema={"type": "boolean"},
                description="All tasks and keys, also those of the script and the defaults.",
            ),
        ),
    ),
    ("Plan", "post"): Operation(
        summary="Tell what applying a document would change",
        description="With its effect on the next starts; changes nothing.",
        answers=ok(PlanView),
        parameters=(_PRUNE,),
        body=DocumentBody,
        examples=_EXAMPLE,
    ),
    ("Apply", "post"): Operation(
        summary="Make the session what a document says",
        description="All of it or nothing.",
        answers=ok(AppliedView),
        parameters=(
            _PRUNE,
            Parameter(
                name="expect",
                schema={"type": "string"},
                description="The digest of a plan: apply it only if the plan is still the same.",
            ),
        ),
        body=DocumentBody,
        examples=_EXAMPLE,
        errors=(409, 412),
    ),
    ("ChangeRevert", "post"): Operation(
        summary="Undo a change",
        description="By a new one that names it; 409 tells why it cannot be done.",
        answers=ok(RevertedView),
        parameters=(FORCE,),
        errors=(404, 409),
    ),
}
