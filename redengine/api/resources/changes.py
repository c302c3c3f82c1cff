"""The audit trail of writes over the API."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from redengine.api.lists import page_response, query_of
from redengine.api.masking import shown_write
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource
from redengine.exceptions import InvalidInput, NotFound
from redengine.query import Query
from redengine.store import CHANGE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redengine.api.ports import ParametersPort

_TELLING: Final = ("data", "before", "after")
"""The fields that hold values which were given."""
_PAGE: Final = 1_000


class ChangesResource(Resource):
    """All write requests: changes, actions and refusals, newest first."""

    name = "Changes"
    query_keys = None

    def get(self, request: ApiRequest) -> ApiResponse:
        parameters = self.session.parameters
        query = query_of(request, CHANGE_FIELDS, self.session.zone)
        _refuse_guessing(request, parameters)
        if _tells(query):
            found, total = self._as_shown(query)
        else:
            page = self.session.changes.query(query)
            found, total = [masked(item, parameters) for item in page.items], page.total
        return page_response(found, total, query, request)

    def _as_shown(self, query: Query) -> tuple[Sequence[Mapping[str, Any]], int]:
        """The page of a query about values that may be masked: it is asked of what is shown."""
        telling = [each for each in query.conditions if each.field in _TELLING]
        others = tuple(each for each in query.conditions if each.field not in _TELLING)
        rest = Query(conditions=others, limit=_PAGE)
        asked = replace(query, conditions=tuple(telling))
        matches, found = asked.predicate(), []
        while items := self.session.changes.query(rest).items:
            shown = (masked(item, self.session.parameters) for item in items)
            found += [item for item in shown if matches(item)]
            rest = replace(rest, offset=rest.offset + _PAGE)
        return asked.apply(found)


def _tells(query: Query) -> bool:
    """Whether what a query finds, or its order, tells of values that may be masked."""
    fields = {*(each.field for each in query.conditions), *(field for field, _ in query.sort)}
    return not fields.isdisjoint(_TELLING)


class ChangeResource(Resource):
    """One write request."""

    name = "Change"
    path_names = ("id",)

    def get(self, request: ApiRequest) -> ApiResponse:
        change = self.session.changes.get(number_of(request))
        return ApiResponse(masked(change, self.session.parameters))


def number_of(request: ApiRequest) -> int:
    """The number of the change that the path names.

    Raises:
        NotFound: it is none.
    """
    text = request.path["id"]
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(2**62)):
        raise NotFound("change", text)
    return int(text)


def masked(change: Mapping[str, Any], parameters: ParametersPort) -> dict[str, Any]:
    """A change as it may be shown: a parameter that became secret later is masked as well."""
    resource = str(change.get("resource"))
    told = {
        name: shown_write(resource, change[name], parameters)
        for name in _TELLING
        if change.get(name)
    }
    return {**change, **told}


def _refuse_guessing(request: ApiRequest, parameters: ParametersPort) -> None:
    """Complain of a filter by the value of a secret: its matches would tell the value."""
    for key, _ in request.query:
        field, *path = key.partition("$")[0].split(".")
        if field in _TELLING and any(parameters.is_secret(part) for part in path):
            raise InvalidInput({key: "a secret cannot be filtered by"})
