"""Undoing a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from redengine.api.flags import flag
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.principal import ADMIN
from redengine.api.resources.base import Resource
from redengine.api.resources.changes import masked, number_of
from redengine.api.reverting import undo
from redengine.exceptions import InvalidInput, UnknownName, shortened

if TYPE_CHECKING:
    from redengine.api.writing import Batch


class ChangeRevertResource(Resource):
    """Undoes a change, by a new one that names it; `?force=true` overrides what came later."""

    name = "ChangeRevert"
    path_names = ("id",)
    query_keys = frozenset(("force",))
    scopes: ClassVar = {"post": ADMIN}
    is_made_of_others = True

    def post(self, request: ApiRequest) -> ApiResponse:
        change_id = number_of(request)
        force = _is_forced(request)

        def make(batch: Batch) -> ApiResponse:
            undo(self.session, self.writer, batch, change_id, force=force)
            return ApiResponse()

        self.writer.together(request, make)
        undoing = self.session.changes.get(change_id)["reverted_by"]
        change = masked(self.session.changes.get(undoing), self.session.parameters)
        return ApiResponse({"reverted": change_id, "change": change})


def _is_forced(request: ApiRequest) -> bool:
    """Whether the query, or the body, says so."""
    for key in request.data:
        if key != "force":
            raise UnknownName("field", key, ("force",))
    given = request.data.get("force", False)
    if not isinstance(given, bool):
        raise InvalidInput({"force": f"expected true or false, got {shortened(given)}"})
    return given or flag(request, "force")
