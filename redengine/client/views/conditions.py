"""Conditions as the API explains them, and what it finds in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redengine.client.views.base import Field, View, instant, some_instant, views_of, words

if TYPE_CHECKING:
    from datetime import datetime


class Finding(View):
    """Something about a condition that is wrong, or may be.

    Attributes:
        code: which kind of finding it is; the reference has them all.
        severity: "error", "warning" or "info".
        start: the place in the text of its first character.
        end: the place after its last one.
        message: what is the matter, in a sentence.
        fix: a condition that can stand in that place; None if none is known.
    """

    __slots__ = ()
    shown = ("code", "message")

    code = Field[str]()
    severity = Field[str]()
    start = Field[int]()
    end = Field[int]()
    message = Field[str]()
    fix = Field[str | None]()


def _instants(value: object) -> list[datetime]:
    return [some_instant(each) for each in value] if isinstance(value, list) else []


class ConditionExplanation(View):
    """A condition in plain words, with its next starts.

    Attributes:
        text: the condition as the language writes it.
        task: the task that would have it; None where none was named.
        plain: what it says, in a sentence.
        timezone: the zone of its times.
        waits_for: the statements that time does not decide.
        next: the next ten starts of a new task, if these hold.
        searched_until: up to when all starts are told.
        complete: whether the search came to its end in time.
        findings: what may not be meant.
    """

    __slots__ = ()
    shown = ("text",)

    text = Field[str]()
    task = Field[str | None]()
    plain = Field[str]()
    timezone = Field[str]()
    waits_for = Field(words)
    next = Field(_instants)
    searched_until = Field(instant)
    complete = Field[bool]()
    findings = Field(views_of(Finding))
