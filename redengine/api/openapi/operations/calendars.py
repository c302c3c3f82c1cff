"""Calendars: as they are shown and made, and what can be asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from redengine.api.openapi.models.base import LEFT_OUT, Body, View
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


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class CalendarBody(Body):
    """What a calendar is made of; its sources are joined."""

    name: str = Field(LEFT_OUT, description="That of the path.")
    country: str | None = Field(None, description="An ISO 3166 code, whose holidays are closed.")
    subdivision: str | None = Field(None, description="A part of the country.")
    state: str | None = Field(None, description="Another name of `subdivision`.")
    categories: list[str] | str | None = Field(
        None, description="Which of the country's holidays; the public ones if not given."
    )
    dates: list[str] | dict[str, str] | None = Field(
        None, description="Closed days, also with their names.", examples=[["2026-12-24"]]
    )
    ics: str | None = Field(
        None, description="The text of an iCalendar file, whose all-day events are closed days."
    )
    weekend: list[Weekday] | str | None = Field(
        None, description="The closed weekdays; those of the country if not given."
    )
    timezone: str | None = Field(None, description="The IANA zone that tells which day it is.")


class ClosedDay(View):
    """A day that is closed."""

    date: str = Field(json_schema_extra={"format": "date"})
    reason: str = Field(description="The holiday's name, or the weekday.")


class CalendarView(View):
    """A calendar."""

    name: str
    country: str | None
    subdivision: str | None
    categories: list[str]
    dates: list[str] | dict[str, str]
    ics: str | None
    weekend: list[Weekday] | None
    timezone: str | None
    function: str | None = Field(description="The script's function that says which days are open.")
    ends: str | None = Field(
        description="The last day of which more than the weekend is known; null: there is none.",
        json_schema_extra={"format": "date"},
    )
    used_by: list[str] = Field(description="The tasks whose conditions name it.")
    links: dict[str, str]


class CalendarDays(CalendarView):
    """A calendar with its closed days."""

    closed: list[ClosedDay] = Field(description="From `from` to `to`, both included.")


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
