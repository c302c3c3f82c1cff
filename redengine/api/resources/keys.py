"""The keys of the API: listed, made, revoked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from redengine.api.key_sources import checked_name, expiry_of
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.principal import ADMIN, Principal
from redengine.api.resources.base import Resource
from redengine.exceptions import Forbidden, InvalidInput, UnknownName, shortened

if TYPE_CHECKING:
    from redengine.api.keys import KeyRing

_FIELDS = ("name", "scopes", "tasks", "expires_at")
_ALL = dict.fromkeys(("get", "post", "delete"), ADMIN)


class KeyRingResource(Resource):
    """What the resources of keys have in common."""

    scopes: ClassVar = _ALL
    ring: KeyRing | None = None
    """The keys; None where the caller may see a part of the session only."""

    @property
    def keys(self) -> KeyRing:
        """The keys.

        Raises:
            Forbidden: the caller may not know of them.
        """
        if self.ring is None:
            raise Forbidden("keys are managed by somebody who may see all tasks")
        return self.ring


class KeysResource(KeyRingResource):
    """All keys, without what would let anybody in; and the place to make one."""

    name = "Keys"

    def get(self, request: ApiRequest) -> ApiResponse:
        del request
        return ApiResponse([key.snapshot() for key in self.keys.all()])

    def post(self, request: ApiRequest) -> ApiResponse:
        """Make a key; the answer, and nothing ever after, has the key itself."""
        wanted, expires_at = self._wanted(request)
        key, text = self.keys.create(wanted, expires_at, request.actor)
        location = f"{request.prefix}/keys/{quote(key.name, safe='')}"
        return ApiResponse({**key.snapshot(), "key": text}, 201, {"Location": location})

    def _wanted(self, request: ApiRequest) -> tuple[Principal, datetime | None]:
        data = request.data
        for field in data:
            if field not in _FIELDS:
                raise UnknownName("field", field, _FIELDS)
        if not data.get("scopes"):
            raise InvalidInput({"scopes": f"expected a list of scopes, {_got(data, 'scopes')}"})
        now = datetime.now(UTC)
        expires_at = expiry_of(data.get("expires_at"), self.session.zone, now)
        if expires_at is not None and expires_at <= now:
            given = shortened(data["expires_at"])
            raise InvalidInput({"expires_at": f"expected a time to come, got {given}"})
        name = checked_name(data.get("name"))
        return Principal(name=name, scopes=data["scopes"], tasks=data.get("tasks")), expires_at


def _got(data: Any, field: str) -> str:
    return f"got {shortened(data[field])}" if field in data else "got nothing"


class KeyResource(KeyRingResource):
    """A key by its name."""

    name = "Key"
    path_names = ("name",)

    def get(self, request: ApiRequest) -> ApiResponse:
        return ApiResponse(self.keys.get(request.path["name"]).snapshot())

    def delete(self, request: ApiRequest) -> ApiResponse:
        """Revoke it: it is refused from now on, and stays in the list."""
        self.keys.revoke(request.path["name"])
        return ApiResponse(status=204)
