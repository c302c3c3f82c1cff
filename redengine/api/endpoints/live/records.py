"""Records of channels: the latest, the next, the state, by id; and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from redengine.api.auth.principal import READ, RUN
from redengine.api.core.encoding import parse_value
from redengine.api.core.lists import POSITION, count_of, seconds_of
from redengine.api.core.messages import ApiRequest, ApiResponse
from redengine.api.endpoints.live.channels import visible_channel, visible_channels
from redengine.api.endpoints.resource import Resource
from redengine.channels import VERBS, KeyText
from redengine.exceptions import Forbidden, InvalidInput, NotFound

if TYPE_CHECKING:
    from redengine.channels import Channel, Record

_WAIT_S: Final = 30.0
_LIMIT: Final = 100


class OfChannel(Resource):
    """Base of what is asked of one channel."""

    verb: ClassVar[str]
    """Which of the channel's verbs it is."""

    path_names: ClassVar[tuple[str, ...]] = ("name",)

    def channel(self, request: ApiRequest) -> Channel:
        """The channel that a request names.

        Raises:
            NotFound: there is none, as far as the caller may know.
            Forbidden: it is not for this.
        """
        channel = visible_channel(self.session, request.principal, request.path["name"])
        refuse_verb(channel, self.verb)
        return channel

    def key(self, request: ApiRequest) -> KeyText | None:
        """The key in a request's path, its parts as they were encoded; None for none."""
        if "key" not in self.path_names:
            return None
        as_sent = request.url_path.rstrip("/").rpartition("/")[2]
        return KeyText(as_sent or request.path["key"])


def refuse_verb(channel: Channel, verb: str) -> None:
    """Refuse what a channel is not for over the API.

    Raises:
        Forbidden: it is not for this.
    """
    name, options = channel.name, channel.options
    if verb == "send" and options.readonly:
        message = f"channel '{name}' is readonly: the API sends nothing to it"
        raise Forbidden(message, reason="read_only", channel=name)
    if not options.allows(verb):
        offered = [each for each in VERBS if options.allows(each)]
        told = f"only for {', '.join(offered)}" if offered else "not for the API"
        message = f"channel '{name}' is {told}, as its 'api' says"
        raise Forbidden(message, reason="not_offered", channel=name, api=offered)


class ChannelNamesResource(Resource):
    """The names of the channels that the caller may ask for what the path says."""

    name = "ChannelNames"

    def get(self, request: ApiRequest) -> ApiResponse:
        asked = request.url_path.rstrip("/").rpartition("/")[2]
        verb = asked if asked in VERBS else VERBS[0]
        found = visible_channels(self.session, request.principal)
        return ApiResponse([each.name for each in found if each.options.allows(verb)])


class ChannelLastResource(OfChannel):
    """The latest record: an array of one, or of none."""

    name = "ChannelLast"
    verb = "last"

    def get(self, request: ApiRequest) -> ApiResponse:
        channel, key = self.channel(request), self.key(request)
        record = channel.last(key, request.query_value("by"))
        return ApiResponse([] if record is None else [record])


class ChannelLastKeyResource(ChannelLastResource):
    """The latest record of a key."""

    name = "ChannelLastKey"
    path_names = ("name", "key")
    query_keys = frozenset(("by",))


class ChannelStateResource(OfChannel):
    """The latest record of each key, those that a query takes."""

    name = "ChannelState"
    verb = "state"
    query_keys = frozenset(("query", "by"))

    def get(self, request: ApiRequest) -> ApiResponse:
        channel = self.channel(request)
        query, by = request.query_value("query"), request.query_value("by")
        return ApiResponse(channel.state(query, by))


class ChannelStateKeyResource(OfChannel):
    """The latest record of a key: an array of one, or of none."""

    name = "ChannelStateKey"
    verb = "state"
    path_names = ("name", "key")
    query_keys = frozenset(("by",))

    def get(self, request: ApiRequest) -> ApiResponse:
        channel, by = self.channel(request), request.query_value("by")
        if not channel.keys:
            channel.state()  # which says why there is none
        record = channel.last(self.key(request), by)
        return ApiResponse([] if record is None else [record])


class ChannelNextResource(OfChannel):
    """The records behind a position, as soon as there are some."""

    name = "ChannelNext"
    verb = "next"
    query_keys = frozenset(("after", "timeout", "limit"))
    waits = True

    def get(self, request: ApiRequest) -> ApiResponse:
        channel, key = self.channel(request), self.key(request)
        timeout_s = seconds_of(request, "timeout", _WAIT_S)
        limit = count_of(request, "limit", _LIMIT)
        by = request.query_value("by")
        stream = channel.listen(request.query_value("after"), limit, key=key, by=by)
        came: list[Record | None] = []

        def step(seconds: float) -> bool:
            record = stream.next(seconds)
            came[:] = [record]
            return record is not None or stream.is_ended

        request.wait(step, timeout_s)
        found = channel.collected(stream, came[0], limit)
        if not found:
            return ApiResponse(status=204, headers={POSITION: stream.position})
        return ApiResponse(found, headers={POSITION: found[-1].position})


class ChannelNextKeyResource(ChannelNextResource):
    """The records of a key behind a position, as soon as there are some."""

    name = "ChannelNextKey"
    path_names = ("name", "key")
    query_keys = ChannelNextResource.query_keys | {"by"}


class ChannelSendResource(OfChannel):
    """Takes a record or a list of them: all of it or nothing."""

    name = "ChannelSend"
    verb = "send"
    scopes: ClassVar = {"post": RUN}
    reads_text = True
    changes_nothing = True  # records are data, of which no journal is kept

    def post(self, request: ApiRequest) -> ApiResponse:
        """Send; the answer has the records as everybody sees them."""
        channel = self.channel(request)
        if request.content:
            given = parse_value(request.content)
        elif "records" in request.data:
            given = request.data["records"]
        else:
            raise InvalidInput({"body": "expected a record or a list of records"})
        sent = channel.send(given)
        return ApiResponse(sent, headers={POSITION: sent[-1].position})


class ChannelLookupResource(OfChannel):
    """The record of an id: an array of one."""

    name = "ChannelLookup"
    verb = "lookup"
    path_names = ("name", "id")
    scopes: ClassVar = {"post": READ}
    changes_nothing = True

    def get(self, request: ApiRequest) -> ApiResponse:
        return ApiResponse([self.channel(request).lookup(request.path["id"])])

    def post(self, request: ApiRequest) -> ApiResponse:
        """The same."""
        return self.get(request)


class RecordLookupResource(Resource):
    """The record of an id, in whatever channel it is: an array of one."""

    name = "RecordLookup"
    path_names = ("id",)
    scopes: ClassVar = {"post": READ}
    changes_nothing = True

    def get(self, request: ApiRequest) -> ApiResponse:
        record_id = request.path["id"]
        for channel in visible_channels(self.session, request.principal):
            if channel.options.allows("lookup") and channel.options.lookup:
                try:
                    return ApiResponse([channel.lookup(record_id)])
                except NotFound:
                    continue
        raise NotFound("record", record_id)

    def post(self, request: ApiRequest) -> ApiResponse:
        """The same."""
        return self.get(request)
