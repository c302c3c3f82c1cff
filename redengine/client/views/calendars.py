"""Calendars as the API shows them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from redengine.client.views.base import Field, View, views_of, words


def _day(value: str) -> dt.date:
    return dt.date.fromisoformat(value)


def _some_day(value: str | None) -> dt.date | None:
    return None if value is None else _day(value)


class ClosedDay(View):
    """A day that is closed.

    Attributes:
        date: the day.
        reason: the holiday's name, or the weekday.
    """

    __slots__ = ()
    shown = ("date", "reason")

    date = Field(_day)
    reason = Field[str]()


class CalendarInfo(View):
    """A calendar: which days are open.

    Attributes:
        name: its name.
        country: the country whose holidays are closed.
        subdivision: a part of the country.
        categories: which of its holidays; the public ones if there are none.
        dates: closed days: a list, or an object with their names.
        ics: the text of an iCalendar file.
        weekend: the closed weekdays; None: as the country has it.
        timezone: the zone that tells which day it is; None: that of the condition.
        function: the script's function that says which days are open, by its name.
        ends: the last day of which more than the weekend is known; None: there is none.
        used_by: the tasks whose conditions name it.
        closed: its closed days, where one calendar was asked for.
    """

    __slots__ = ()
    remedy = "`client.calendars.get(name)` has the closed days"
    shown = ("name",)

    name = Field[str]()
    country = Field[str | None]()
    subdivision = Field[str | None]()
    categories = Field(words)
    dates = Field[Any]()
    ics = Field[str | None]()
    weekend = Field[Any]()
    timezone = Field[str | None]()
    function = Field[str | None]()
    ends = Field(_some_day)
    used_by = Field(words)
    closed = Field(views_of(ClosedDay))
