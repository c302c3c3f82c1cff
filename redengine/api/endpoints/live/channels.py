"""Channels: made, shown, changed and deleted."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from redengine.api.changes.writing import Write, Written
from redengine.api.core.entity_tags import tag_of_values, tagged
from redengine.api.core.messages import ApiRequest, ApiResponse
from redengine.api.endpoints.resource import Resource
from redengine.channels import VERBS
from redengine.exceptions import Conflict, Forbidden, InvalidInput, NotFound, shortened

if TYPE_CHECKING:
    from redengine.api.auth.principal import Principal
    from redengine.api.changes.writing import Ownership
    from redengine.api.core.ports import SessionPort
    from redengine.channels import Channel

_CHANGES: Final = ("history", "lookup", "ttl", "readonly", "api")


def visible_channels(session: SessionPort, principal: Principal | None) -> list[Channel]:
    """The channels that somebody may see, in the order in which they were made."""
    channels = session.channels
    names = [name for name in channels if principal is None or principal.sees_channel(name)]
    return [found for name in names if (found := channels.get(name)) is not None]


def visible_channel(session: SessionPort, principal: Principal | None, name: str) -> Channel:
    """A channel that somebody may see.

    Raises:
        NotFound: there is none, as far as they may know.
    """
    channel: Channel | None = session.channels.get(name)
    if channel is None or not (principal is None or principal.sees_channel(name)):
        known = [each.name for each in visible_channels(session, principal)]
        raise NotFound("channel", name, known)
    return channel


def shown(channel: Channel, prefix: str) -> dict[str, Any]:
    """A channel's object with the links that lead on from it."""
    path = f"{prefix}/channels/{quote(channel.name, safe='')}"
    offered = (verb for verb in VERBS if verb != "lookup" and channel.options.allows(verb))
    links = {"self": path, **{verb: f"{path}/{verb}" for verb in offered}}
    return {**channel.snapshot(), "links": links}


class ChannelsResource(Resource):
    """All channels that the caller may see, in the order of their names."""

    name = "Channels"
    journalled = True

    def get(self, request: ApiRequest) -> ApiResponse:
        found = visible_channels(self.session, request.principal)
        body = [shown(each, request.prefix) for each in sorted(found, key=attrgetter("name"))]
        return ApiResponse(body, headers={"X-Total-Count": str(len(body))})

    def post(self, request: ApiRequest) -> ApiResponse:
        """Make one."""
        options = dict(request.data)
        name = options.pop("name", None)
        if name is None:
            raise InvalidInput({"name": "is missing: what the channel is called"})
        principal = request.principal
        if principal is not None and not principal.sees_channel(str(name)):
            reason = f"the key is for other channels, and {shortened(name)} is none of them"
            raise Forbidden(reason, channels=principal.channels)
        channel = self.session.channels.create(name, options)
        body = shown(channel, request.prefix)
        return ApiResponse(body, 201, {"Location": body["links"]["self"]})

    # -- how a write is undone

    def touched(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        del method
        return definition_of(self.session, request.data.get("name"))

    def inverse(self, written: Written) -> list[Write]:
        return [Write("Channel", "delete", {"name": written.data["name"]})]

    def parts(self, written: Written) -> frozenset[str]:
        return parts_of(written)

    def note(self, written: Written, ownership: Ownership) -> None:
        name = str(written.data["name"])
        ownership.note("channel", name, existed=written.before is not None, exists=True)


class ChannelResource(Resource):
    """A channel by its name."""

    name = "Channel"
    path_names = ("name",)
    journalled = True
    has_tags = True

    def get(self, request: ApiRequest) -> ApiResponse:
        channel = visible_channel(self.session, request.principal, request.path["name"])
        body = shown(channel, request.prefix)
        return tagged(ApiResponse(body), tag_of_values(body), request)

    def patch(self, request: ApiRequest) -> ApiResponse:
        """Change what the body names, all of it or nothing."""
        name = request.path["name"]
        channel = visible_channel(self.session, request.principal, name)
        changes = dict(request.data)
        if changes.pop("name", name) != name:
            raise InvalidInput({"name": f"expected {name!r}: a channel cannot be renamed"})
        channel.update(**changes)
        return ApiResponse(shown(channel, request.prefix))

    def delete(self, request: ApiRequest) -> ApiResponse:
        """Delete it; those who follow it are told."""
        channel = visible_channel(self.session, request.principal, request.path["name"])
        del self.session.channels[channel.name]
        return ApiResponse(status=204)

    def tag(self, request: ApiRequest) -> str | None:
        """The tag of its options, not of its records."""
        found = definition_of(self.session, request.path["name"])
        return None if found is None else tag_of_values(found)

    # -- how a write is undone

    def touched(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        del method
        return definition_of(self.session, request.path["name"])

    def inverse(self, written: Written) -> list[Write]:
        name, before = written.data["name"], dict(written.before or {})
        if written.after is None:
            return [Write("Channels", "post", {"name": name, **before})]
        if not before:
            raise Conflict(f"channel '{name}' was not there before", reason="gone")
        changed = {key: before[key] for key in _CHANGES if before[key] != written.after[key]}
        return [Write(self.name, "patch", {"name": name, **changed})]

    def parts(self, written: Written) -> frozenset[str]:
        return parts_of(written)

    def note(self, written: Written, ownership: Ownership) -> None:
        existed, exists = written.before is not None, written.after is not None
        ownership.note("channel", written.data["name"], existed=existed, exists=exists)


def parts_of(written: Written) -> frozenset[str]:
    """What a write has touched: fields of one channel."""
    name = written.data["name"]
    fields = {*(written.before or {}), *(written.after or {})}
    return frozenset(f"{name}.{field}" for field in fields)


def definition_of(session: SessionPort, name: object) -> dict[str, Any] | None:
    """What makes a channel again; None where there is none of that name."""
    channel = session.channels.get(name) if isinstance(name, str) else None
    return None if channel is None else channel.options.to_dict()
