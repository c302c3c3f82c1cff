"""The state as a document, and what applying one would change."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from redengine.api.openapi.models.base import LEFT_OUT, Body, Instant, View
from redengine.api.openapi.models.calendars import CalendarBody  # noqa: TC001 - pydantic reads it
from redengine.api.openapi.operations.session import ChangeView  # noqa: TC001 - pydantic reads it


class RuntimeBody(Body):
    """A runtime of the user's own."""

    kind: Literal["thread", "process", "async"] = "thread"
    size: int = Field(0, ge=0)


class DocumentBody(Body):
    """What a session is told to be."""

    version: Literal[1]
    runtimes: dict[str, RuntimeBody] = Field(LEFT_OUT)
    calendars: dict[str, CalendarBody] = Field(LEFT_OUT)
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

    resource: Literal["runtime", "calendar", "config", "parameter", "task"]
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
