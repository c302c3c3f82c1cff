"""Calendars: which days are open, and what they are made of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from redengine.api.auth.principal import ADMIN
from redengine.api.changes.writing import Write, Written
from redengine.api.core.entity_tags import tag_of_values, tagged
from redengine.api.core.messages import ApiRequest, ApiResponse
from redengine.api.endpoints.resource import Resource
from redengine.calendars import CalendarDefinition
from redengine.conditions.days.calendar import days_between
from redengine.exceptions import Conflict, InvalidInput, shortened

if TYPE_CHECKING:
    from redengine.api.changes.writing import Ownership

_SHOWN: Final = timedelta(days=365)
_LONGEST: Final = timedelta(days=3660)


class CalendarsResource(Resource):
    """All calendars, in the order of their names."""

    name = "Calendars"

    def get(self, request: ApiRequest) -> ApiResponse:
        calendars = self.session.calendars
        found = [_shown(calendars, name, request) for name in sorted(calendars)]
        return ApiResponse(found, headers={"X-Total-Count": str(len(found))})


class CalendarResource(Resource):
    """A calendar by its name, with its closed days from `from` to `to`."""

    name = "Calendar"
    path_names = ("name",)
    query_keys = frozenset(("from", "to"))
    journalled = True
    has_tags = True
    has_dry_run = True

    def needs(self, method: str, request: ApiRequest) -> tuple[str, ...]:
        """What can stop the session takes what stopping it takes."""
        if method != "get" and self.session.calendars.ends_session(request.path.get("name", "")):
            return (ADMIN,)
        return super().needs(method, request)

    def get(self, request: ApiRequest) -> ApiResponse:
        name = request.path["name"]
        calendars = self.session.calendars
        body = _shown(calendars, name, request)
        first, last = self._span(request)
        body["closed"] = [
            {"date": day.isoformat(), "reason": reason}
            for day, reason in days_between(calendars[name], first, last)
        ]
        shown = tag_of_values(body).strip('"')
        return tagged(ApiResponse(body), f'{self._tag(name)[:-1]}-{shown}"', request)

    def put(self, request: ApiRequest) -> ApiResponse:
        """Make it, or put another one in its place."""
        name = request.path["name"]
        fields = dict(request.data)
        if fields.pop("name", name) != name:
            raise InvalidInput({"name": f"expected {name!r}: a calendar cannot be renamed"})
        if request.query:
            raise InvalidInput({request.query[0][0]: "is for reading"})
        calendars = self.session.calendars
        existed = name in calendars
        calendars.put(name, CalendarDefinition.of(fields))
        body = _shown(calendars, name, request)
        if existed:
            return ApiResponse(body)
        return ApiResponse(body, 201, {"Location": body["links"]["self"]})

    def delete(self, request: ApiRequest) -> ApiResponse:
        """Remove it; 409 while a condition names it."""
        del self.session.calendars[request.path["name"]]
        return ApiResponse(status=204)

    def tag(self, request: ApiRequest) -> str | None:
        name = request.path["name"]
        return self._tag(name) if name in self.session.calendars else None

    def _tag(self, name: str) -> str:
        """The tag of what the calendar is made of."""
        return tag_of_values(_definition(self.session.calendars.definition(name)))

    def _span(self, request: ApiRequest) -> tuple[date, date]:
        """The days that are asked for; a year from today if not said."""
        first = _day(request, "from") or self.session.calendars.today(request.path["name"])
        last = _day(request, "to") or min(first, date.max - _SHOWN) + _SHOWN
        if last < first or last - first > _LONGEST:
            reason = f"expected a day from {first} on, at most {_LONGEST.days} days later"
            raise InvalidInput({"to": f"{reason}, got {last}"})
        return first, last

    # -- how a write is undone

    def touched(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        del method
        name, calendars = request.path["name"], self.session.calendars
        return _definition(calendars.definition(name)) if name in calendars else None

    def inverse(self, written: Written) -> list[Write]:
        name = {"name": written.data["name"]}
        before = dict(written.before or {})
        if not before:
            return [Write(self.name, "delete", name)]
        if before.pop("function", None) is not None:
            message = f"calendar '{name['name']}' was a function, which only the script has"
            raise Conflict(message, reason="not_reversible")
        return [Write(self.name, "put", {**before, **name})]

    def note(self, written: Written, ownership: Ownership) -> None:
        existed, exists = written.before is not None, written.after is not None
        ownership.note("calendar", written.data["name"], existed=existed, exists=exists)


def _definition(definition: CalendarDefinition) -> dict[str, Any]:
    """What a calendar is made of, with the name of its function."""
    return {**definition.to_dict(), "function": definition.function_name}


def _shown(calendars: Any, name: str, request: ApiRequest) -> dict[str, Any]:
    """A calendar's object, but for its closed days."""
    ends = calendars[name].ends
    return {
        "name": name,
        **_definition(calendars.definition(name)),
        "ends": None if ends is None else ends.isoformat(),
        "used_by": calendars.used_by(name),
        "links": {"self": f"{request.prefix}/calendars/{quote(name, safe='')}"},
    }


def _day(request: ApiRequest, key: str) -> date | None:
    text = request.query_value(key)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        reason = f"expected a day such as 2026-12-24, got {shortened(text)}"
        raise InvalidInput({key: reason}) from None
