"""The audit trail of writes over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.api.lists import page_response, query_of
from redengine.api.masking import shown
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource
from redengine.exceptions import InvalidInput, NotFound
from redengine.store import CHANGE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.api.ports import ParametersPort

_TELLING: Final = ("data", "before", "after")
"""The fields that hold values which were given."""


class ChangesResource(Resource):
    """All write requests: changes, actions and refusals, newest first."""

    name = "Changes"
    query_keys = None

    def get(self, request: ApiRequest) -> ApiResponse:
        parameters = self.session.parameters
        query = query_of(request, CHANGE_FIELDS, self.session.zone)
        _refuse_guessing(request, parameters)
        page = self.session.changes.query(query)
        items = [masked(item, parameters) for item in page.items]
        return page_response(items, page.total, query, request)


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
    told = {name: shown(change[name], parameters) for name in _TELLING if change.get(name)}
    data = change.get("data")
    if change.get("resource") == "Parameter" and isinstance(data, dict) and "value" in data:
        name = str(data.get("name"))
        told["data"] = {**data, "value": shown({name: data["value"]}, parameters)[name]}
    return {**change, **told}


def _refuse_guessing(request: ApiRequest, parameters: ParametersPort) -> None:
    """Complain of a filter by the value of a secret: its matches would tell the value."""
    for key, _ in request.query:
        field, *path = key.partition("$")[0].split(".")
        if field in _TELLING and any(parameters.is_secret(part) for part in path):
            raise InvalidInput({key: "a secret cannot be filtered by"})
