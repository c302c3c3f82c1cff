"""The session's configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.api.entity_tags import tag_of_values, tagged
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.principal import ADMIN
from redengine.api.resources.base import Resource
from redengine.api.writes import Write, Written

if TYPE_CHECKING:
    from redengine.api.ownership import Ownership


RULING_KEYS: Final = frozenset(["shut_cond"])
"""Keys that can stop the session."""


class ConfigResource(Resource):
    """All configuration keys and their values."""

    name = "Config"
    journalled = True
    has_tags = True

    def needs(self, method: str, request: ApiRequest) -> tuple[str, ...]:
        """What can stop the session takes what stopping it takes."""
        if method != "get" and RULING_KEYS & set(request.data):
            return (ADMIN,)
        return super().needs(method, request)

    def get(self, request: ApiRequest) -> ApiResponse:
        values = self.session.config.snapshot()
        return tagged(ApiResponse(values), tag_of_values(values), request)

    def patch(self, request: ApiRequest) -> ApiResponse:
        """Set the keys that the body names, all of them or none."""
        self.session.config.update(request.data)
        return ApiResponse(self.session.config.snapshot())

    def tag(self, request: ApiRequest) -> str:
        del request
        return tag_of_values(self.session.config.snapshot())

    def touched(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        """The keys that are named; all of them where one is named in another spelling."""
        del method
        known = self.session.config.snapshot()
        if any(key not in known for key in request.data):
            return known
        return {key: known[key] for key in request.data}

    def parts(self, written: Written) -> frozenset[str]:
        return frozenset(_changed(written)) | (written.data.keys() & (written.after or {}).keys())

    def inverse(self, written: Written) -> list[Write]:
        return [Write(self.name, "patch", _changed(written))]

    def note(self, written: Written, ownership: Ownership) -> None:
        for key in self.parts(written):
            ownership.note("config", key, existed=True, exists=True)


def _changed(written: Written) -> dict[str, Any]:
    """The earlier values of the keys that have another one now."""
    before, after = written.before or {}, written.after or {}
    return {key: value for key, value in before.items() if value != after.get(key)}
