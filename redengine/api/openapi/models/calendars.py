"""Calendars."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from redengine.api.openapi.models.base import LEFT_OUT, Body, View

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
