"""Conditions, their findings and what they say."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from redengine.api.openapi.models.base import Instant, View


class LintBody(View):
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
    plain: str = Field(description="In a sentence.")
    timezone: str
    waits_for: list[str] = Field(description="The statements that time does not decide.")
    next: list[Instant] = Field(description="The next ten starts of a new task.")
    searched_until: Instant = Field(description="Up to when all starts are told.")
    complete: bool = Field(description="Whether the search came to its end in time.")
    findings: list[FindingView]
