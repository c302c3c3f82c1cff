"""Conditions that are no task's yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redengine.api.openapi.models.conditions import ConditionView, FindingsView, LintBody
from redengine.api.openapi.operation import JSON, TEXT, Answer, Operation, Parameter, ok

if TYPE_CHECKING:
    from collections.abc import Mapping

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
                schema={"type": "string"},
                description="The condition, in the string language.",
                is_required=True,
            ),
            Parameter(
                name="timezone",
                schema={"type": "string"},
                description="The zone of its times; the session's if not given.",
            ),
        ),
    ),
}
