"""Undoing a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource
from redengine.api.resources.changes import masked, number_of
from redengine.api.resources.task import flag
from redengine.api.reverting import undo

if TYPE_CHECKING:
    from redengine.api.writing import Batch


class ChangeRevertResource(Resource):
    """Undoes a change, by a new one that names it; `?force=true` overrides what came later."""

    name = "ChangeRevert"
    path_names = ("id",)
    query_keys = frozenset(("force",))
    is_made_of_others = True

    def post(self, request: ApiRequest) -> ApiResponse:
        change_id = number_of(request)
        force = flag(request, "force")

        def make(batch: Batch) -> ApiResponse:
            undo(self.session, self.writer, batch, change_id, force=force)
            return ApiResponse()

        self.writer.together(request, make)
        undoing = self.session.changes.get(change_id)["reverted_by"]
        change = masked(self.session.changes.get(undoing), self.session.parameters)
        return ApiResponse({"reverted": change_id, "change": change})
