"""A runtime as a document of state declares it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource
from redengine.api.writes import Write, Written
from redengine.exceptions import Conflict

if TYPE_CHECKING:
    from redengine.api.ownership import Ownership


class DeclaredRuntime(Resource):
    """One runtime, with no path of its own: `/apply` and the journal write it."""

    name = "DeclaredRuntime"
    path_names = ("name",)
    journalled = True

    def put(self, request: ApiRequest) -> ApiResponse:
        """Make it with `kind` and `size`, or change its size."""
        name, runtimes = request.path["name"], self.session.runtimes
        kind, size = request.data.get("kind"), request.data.get("size")
        if name not in runtimes:
            runtimes.create(name, kind, size, is_default=False)  # type: ignore[arg-type] # it complains itself
        elif kind != runtimes[name].kind:
            message = f"runtime '{name}' is a {runtimes[name].kind} one; remove it first"
            raise Conflict(message, runtime=name, kind=runtimes[name].kind)
        else:
            runtimes.resize(name, size)  # type: ignore[arg-type] # it complains itself
        return ApiResponse(self.touched("put", request))

    def delete(self, request: ApiRequest) -> ApiResponse:
        """Remove it; what runs in it is waited for."""
        self.session.runtimes.remove(request.path["name"], force=False, wait=False)
        return ApiResponse(status=204)

    def touched(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        del method
        name, runtimes = request.path["name"], self.session.runtimes
        if name not in runtimes:
            return None
        return {"kind": runtimes[name].kind, "size": runtimes[name].size}

    def inverse(self, written: Written) -> list[Write]:
        name = {"name": written.data["name"]}
        if written.before is None:
            return [Write(self.name, "delete", name)]
        return [Write(self.name, "put", {**written.before, **name})]

    def note(self, written: Written, ownership: Ownership) -> None:
        existed, exists = written.before is not None, written.after is not None
        ownership.note("runtime", written.data["name"], existed=existed, exists=exists)
