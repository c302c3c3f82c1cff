"""The journal of changes made over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine.api.lists import page_response, query_of
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource
from redengine.exceptions import NotFound
from redengine.parameters import MASK
from redengine.store import CHANGE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.api.ports import ParametersPort


class ChangesResource(Resource):
    """All changes, newest first."""

    name = "Changes"
    query_keys = None

    def get(self, request: ApiRequest) -> ApiResponse:
        query = query_of(request, CHANGE_FIELDS, self.session.zone)
        page = self.session.changes.query(query)
        items = [masked(item, self.session.parameters) for item in page.items]
        return page_response(items, page.total, query, request)


class ChangeResource(Resource):
    """One change."""

    name = "Change"
    path_names = ("id",)

    def get(self, request: ApiRequest) -> ApiResponse:
        text = request.path["id"]
        if not (text.isascii() and text.isdigit()) or len(text) > len(str(2**62)):
            raise NotFound("change", text)
        change = self.session.changes.get(int(text))
        return ApiResponse(masked(change, self.session.parameters))


def masked(change: Mapping[str, Any], parameters: ParametersPort) -> dict[str, Any]:
    """A change as it may be shown: a parameter that became secret later is masked as well."""
    data = change.get("data")
    if not isinstance(data, dict):
        return dict(change)
    if change.get("resource") == "Parameters":
        shown = {key: MASK if parameters.is_secret(key) else data[key] for key in data}
    elif change.get("resource") == "Parameter" and parameters.is_secret(str(data.get("name"))):
        shown = {key: MASK if key == "value" else data[key] for key in data}
    else:
        return dict(change)
    return {**change, "data": shown}
