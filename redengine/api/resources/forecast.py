"""Predicted starts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource
from redengine.durations import parse_duration
from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from datetime import tzinfo

DEFAULT_SPAN: Final = timedelta(days=1)
LONGEST_SPAN: Final = timedelta(days=366)


class ForecastResource(Resource):
    """The starts of all tasks, or of `?task=`, until a time or for a while; a day if not said."""

    name = "Forecast"
    query_keys = frozenset(("until", "task"))

    def get(self, request: ApiRequest) -> ApiResponse:
        until = end_of_forecast(request.query_value("until"), self.session.zone)
        task = request.query_value("task")
        if task is not None:
            task = self.session.tasks[task].name
        return ApiResponse(self.session.forecast(until, task=task).to_dict())


def end_of_forecast(text: str | None, zone: tzinfo, now: datetime | None = None) -> datetime:
    """The instant that `?until=` names: a date, a datetime, or a duration from now.

    Args:
        text: what was given.
        zone: the zone of a datetime without offset.
        now: where durations start.

    Raises:
        InvalidInput: it is neither, is past, or is more than a year ahead.
    """
    now = now or datetime.now(UTC)
    until = now + DEFAULT_SPAN if text is None else _instant(text, zone, now)
    if until <= now:
        raise InvalidInput({"until": f"expected a time to come, got {shortened(text)}"})
    if until > now + LONGEST_SPAN:
        raise InvalidInput({"until": f"expected at most 366 days ahead, got {shortened(text)}"})
    return until


def _instant(text: str, zone: tzinfo, now: datetime) -> datetime:
    try:
        instant = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text)
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=zone)
        return instant.astimezone(UTC)
    except OverflowError:
        reason = f"is no time of the calendar: {shortened(text)}"
        raise InvalidInput({"until": reason}) from None
    except ValueError:
        return _after(text, now)


def _after(text: str, now: datetime) -> datetime:
    try:
        return now + parse_duration(text, field="until")
    except OverflowError:
        raise InvalidInput({"until": f"is too far ahead: {shortened(text)}"}) from None
