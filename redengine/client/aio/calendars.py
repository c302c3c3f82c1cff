"""Calendars: which days are open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from redengine.client import operations
from redengine.client.views import CalendarInfo

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from redengine.client.aio.connection import AsyncConnection


class AsyncCalendars:
    """The calendars that conditions name.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(
        self, name: str, *, since: date | str | None = None, until: date | str | None = None
    ) -> CalendarInfo:
        """One calendar with its closed days.

        Args:
            name: its name.
            since: the first day; today if not given.
            until: the last day, which is included; a year later if not given.

        Raises:
            NotFound: there is none of that name.
            InvalidInput: a day does not fit.
        """
        query = [(key, str(day)) for key, day in (("from", since), ("to", until)) if day]
        call = operations.GET_CALENDAR.call(name, query=query)
        return CalendarInfo((await self._connection.send(call)).object())

    async def set(
        self,
        name: str,
        *,
        country: str | None = None,
        subdivision: str | None = None,
        categories: Iterable[str] = (),
        dates: Iterable[date | str] | Mapping[str, str] | None = None,
        ics: str | None = None,
        weekend: Iterable[str] | None = None,
        timezone: str | None = None,
    ) -> CalendarInfo:
        """Make a calendar, or put another in its place.

        Args:
            name: its name.
            country: an ISO 3166 code, whose holidays are closed.
            subdivision: a part of the country.
            categories: which of its holidays; the public ones if none are given.
            dates: closed days, also with their names.
            ics: the text of an iCalendar file.
            weekend: the closed weekdays; those of the country if not given.
            timezone: the IANA zone that tells which day it is.

        Raises:
            InvalidInput: a value does not fit.
        """
        body: dict[str, Any] = {
            "country": country,
            "subdivision": subdivision,
            "categories": [*categories] or None,
            "dates": _plain_dates(dates),
            "ics": ics,
            "weekend": None if weekend is None else [*weekend],
            "timezone": timezone,
        }
        given = {key: value for key, value in body.items() if value is not None}
        call = operations.SET_CALENDAR.call(name, body=given)
        return CalendarInfo((await self._connection.send(call)).object())

    async def delete(self, name: str) -> None:
        """Remove a calendar.

        Raises:
            NotFound: there is none of that name.
            Conflict: a condition names it.
        """
        await self._connection.send(operations.DELETE_CALENDAR.call(name))

    async def list(self) -> list[CalendarInfo]:
        """All calendars, in the order of their names."""
        answer = await self._connection.send(operations.LIST_CALENDARS.call())
        return [CalendarInfo(each) for each in answer.array()]


def _plain_dates(
    dates: Iterable[date | str] | Mapping[str, str] | None,
) -> list[str] | dict[str, str] | None:
    if dates is None:
        return None
    if isinstance(dates, Mapping):
        return {str(day): name for day, name in dates.items()}
    return [str(day) for day in dates]
