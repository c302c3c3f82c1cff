"""Calendars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redengine.api.openapi.models.calendars import CalendarBody, CalendarDays, CalendarView
from redengine.api.openapi.operation import DRY_RUN, GONE, Operation, Parameter, ok
from redengine.api.openapi.operations.tasks import (
    IF_MATCH,
    IF_NONE_MATCH,
    TRIED,
    UNCHANGED,
    WhatIfView,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_DAY: Final = {"type": "string", "format": "date"}

CALENDARS: Final[Mapping[tuple[str, str], Operation]] = {
    ("Calendars", "get"): Operation(
        summary="List calendars",
        answers=ok(list[CalendarView], headers=("X-Total-Count",)),
    ),
    ("Calendar", "get"): Operation(
        summary="Read a calendar",
        description="With its closed days, for a year from today if not said otherwise.",
        answers={**ok(CalendarDays, headers=("ETag",)), 304: UNCHANGED},
        parameters=(
            Parameter(name="from", schema=_DAY, description="The first day; today if not given."),
            Parameter(name="to", schema=_DAY, description="The last day; at most 3,660 later."),
            IF_NONE_MATCH,
        ),
        errors=(404,),
    ),
    ("Calendar", "put"): Operation(
        summary="Make a calendar, or put another in its place",
        description="Every task that names it is looked at again at once.",
        answers={
            **ok(WhatIfView | CalendarView, "It is another one now.", headers=("ETag",)),
            **ok(CalendarView, "It is made.", status=201, headers=("ETag", "Location")),
        },
        parameters=(DRY_RUN, IF_MATCH),
        body=CalendarBody,
        examples={
            "holidays": {"country": "FI", "timezone": "Europe/Helsinki"},
            "days": {"dates": {"2026-12-24": "Christmas Eve"}, "weekend": ["sun"]},
        },
        errors=(412,),
    ),
    ("Calendar", "delete"): Operation(
        summary="Remove a calendar",
        description="Not while a condition names it.",
        answers={**GONE, 200: TRIED},
        parameters=(DRY_RUN, IF_MATCH),
        errors=(404, 409, 412),
    ),
}
