"""Conditions that are no task's yet: their findings, and what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from redengine.api.openapi.models.base import Body, Instant, View
from redengine.api.openapi.operation import JSON, TEXT, Answer, Operation, Parameter, ok

if TYPE_CHECKING:
    from collections.abc import Mapping


class LintBody(Body):
    """A condition to be looked at."""

    text: str = Field(description="In the string language.")
    task: str | None = Field(None, description="The task that would have it; it may not exist.")


class FindingView(View):
    """Something about a condition that is wrong, or may be."""

    code: str
    severity: Literal["error", "warning", "info"]
    start: int = Field(description="The place in the text of its first character.")
    end: int = Field(description="The place after its last character.")
    message: str
    fix: str | None = Field(description="A condition that can stand in that place.")


class FindingsView(View):
    """What the linter has found, errors first."""

    findings: list[FindingView]


class ConditionView(View):
    """A condition, explained."""

    text: str = Field(description="As the language writes it.")
    task: str | None = Field(description="The task that would have it, where one was named.")
    plain: str = Field(description="In a sentence.")
    timezone: str
    waits_for: list[str] = Field(description="The statements that time does not decide.")
    next: list[Instant] = Field(description="The next ten starts of a new task.")
    searched_until: Instant = Field(description="Up to when all starts are told.")
    complete: bool = Field(description="Whether the search came to its end in time.")
    findings: list[FindingView]


CONDITIONS: Final[Mapping[tuple[str, str], Operation]] = {
    ("ConditionLint", "post"): Operation(
        summary="Lint a condition",
        description="Changes nothing; a text that cannot be read is a finding too.",
        answers=ok(FindingsView),
        body=LintBody,
        examples={"a misreading": {"text": "hourly between 09:00 and 17:00"}},
    ),
    ("ConditionExplain", "get"): Operation(
        summary="Explain a condition",
        description="`Accept: text/plain` gives it as text.",
        answers={
            200: Answer(description="The explanation.", models={JSON: ConditionView, TEXT: str})
        },
        parameters=(
            Parameter(
                name="text",
                schema={"type": "string", "format": "condition"},
                description="The condition, in the string language.",
                is_required=True,
            ),
            Parameter(
                name="timezone",
                schema={"type": "string", "format": "zone"},
                description="The zone of its times; the task's if not given, else the session's.",
            ),
            Parameter(
                name="task",
                schema={"type": "string"},
                description=(
                    "The name of the task that would have it, by which an `H` of cron has its "
                    "value; it may not exist."
                ),
            ),
        ),
    ),
}
