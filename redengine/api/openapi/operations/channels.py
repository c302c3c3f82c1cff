"""Channels: as they are shown and made, and what can be asked of them and sent to them."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - pydantic reads it
from typing import Annotated, Any, Final, Literal

from pydantic import Field, WithJsonSchema

from redengine.api.openapi.models.base import LEFT_OUT, Body, Duration, Instant, Json, View
from redengine.api.openapi.operation import GONE, Answer, Operation, Parameter, ok
from redengine.api.openapi.operations.tasks import IF_MATCH, IF_NONE_MATCH, UNCHANGED

Verb = Literal["last", "next", "state", "send", "lookup"]
_Keyby = Annotated[
    list[str] | dict[str, list[str]] | None,
    Field(
        description="The attributes that make a key, dotted for those of objects; or several by "
        "name.",
        examples=[["sym"]],
    ),
]


class ChannelChanges(Body):
    """What of a channel can be changed."""

    history: int = Field(
        LEFT_OUT, ge=1, le=1_000_000, description="Records kept for followers; 1,000."
    )
    lookup: int = Field(LEFT_OUT, ge=0, le=10_000_000, description="Records found by id; 10,000.")
    ttl: Duration | None = Field(LEFT_OUT, description="How old a record gets.")
    readonly: bool = Field(LEFT_OUT, description="Whether the API sends nothing to it.")
    api: bool | list[Verb] = Field(LEFT_OUT, description="What the API does with it.")


class ChannelBody(ChannelChanges):
    """A channel to be made."""

    name: str = Field(json_schema_extra={"format": "channel-name"})
    schema_: dict[str, Json] | None = Field(
        None, alias="schema", description="A JSON Schema of objects; any object if not given."
    )
    keyby: list[str] | str | dict[str, list[str] | str] | None = Field(
        None, description="The attributes that make a key, dotted for those of objects."
    )


class ChannelView(View):
    """A channel."""

    name: str
    schema_: dict[str, Json] | None = Field(alias="schema")
    keyby: _Keyby
    history: int
    lookup: int
    ttl: float | None = Field(description="Seconds.")
    readonly: bool
    api: bool | list[Verb]
    position: str = Field(description="That of the latest record.")
    records: int = Field(description="How many have been sent.")
    subscribers: int
    drops: int = Field(description="How many gaps its followers were told.")
    links: dict[str, str]


class RecordView(View):
    """A record: the sender's data, and what the channel puts on it."""

    id: str
    timestamp: Instant
    seq: int


_ANY_RECORD: Final = {"type": "object"}
_BY: Final = Parameter(
    name="by",
    schema={"type": "string"},
    description="The name of the key, where the channel has several.",
)
_QUERY: Final = Parameter(
    name="query",
    schema={"type": "string", "format": "channel-query"},
    description='`{"filters": [{"attr": "x", "by": {"value": 10, "where": "<"}}]}`, of which all '
    "have to hold; `by` has one of `value`, `when` and `attr`.",
)
_NEXT: Final = (
    Parameter(
        name="after",
        schema={"type": "string", "format": "position"},
        description="A position: everything behind it at once. Without it the next record from "
        "now on.",
    ),
    Parameter(
        name="timeout",
        schema={"type": "number", "minimum": 0, "maximum": 60},
        description="Seconds to wait for the first record; 30.",
    ),
    Parameter(
        name="limit",
        schema={"type": "integer", "minimum": 1, "maximum": 1_000},
        description="How many to answer with at most; 100.",
    ),
)
_POSITION: Final = ("X-Event-Position",)
_NONE_YET: Final = {204: Answer(description="Nothing came in the time.", headers=_POSITION)}


_SENT: Final = Annotated[
    Any,
    WithJsonSchema(
        {"anyOf": [_ANY_RECORD, {"type": "array", "items": _ANY_RECORD, "minItems": 1}]}
    ),
]
_LOOKUP: Final = Operation(
    summary="Look a record up by its id",
    description="404 where it is unknown, or kept no longer.",
    answers=ok(list[RecordView]),
    errors=(404,),
)
CHANNELS: Final[Mapping[tuple[str, str], Operation]] = {
    ("Channels", "get"): Operation(
        summary="List channels", answers=ok(list[ChannelView], headers=("X-Total-Count",))
    ),
    ("Channels", "post"): Operation(
        summary="Make a channel",
        answers=ok(ChannelView, "It is made.", status=201, headers=("Location",)),
        body=ChannelBody,
        examples={"prices": {"name": "prices", "keyby": ["sym"], "history": 1_000}},
        errors=(409,),
    ),
    ("Channel", "get"): Operation(
        summary="Read a channel",
        answers={**ok(ChannelView, headers=("ETag",)), 304: UNCHANGED},
        parameters=(IF_NONE_MATCH,),
        errors=(404,),
    ),
    ("Channel", "patch"): Operation(
        summary="Change a channel",
        answers=ok(ChannelView, headers=("ETag",)),
        parameters=(IF_MATCH,),
        body=ChannelChanges,
        examples={"less": {"history": 100, "ttl": "10 min"}},
        errors=(404, 412),
    ),
    ("Channel", "delete"): Operation(
        summary="Delete a channel",
        description="Its records are gone, and those who follow it are told.",
        answers=GONE,
        parameters=(IF_MATCH,),
        errors=(404, 412),
    ),
    ("ChannelNames", "get"): Operation(
        summary="Name the channels that can be read",
        description="`/next`, `/state`, `/send` and `/lookup` name those that can be asked so.",
        answers=ok(list[str]),
    ),
    ("ChannelLast", "get"): Operation(
        summary="Read the latest record",
        description="An array of one, or of none.",
        answers=ok(list[RecordView]),
        errors=(404,),
    ),
    ("ChannelLastKey", "get"): Operation(
        summary="Read the latest record of a key",
        description="Parts of the key are joined by commas, each percent-encoded.",
        answers=ok(list[RecordView]),
        parameters=(_BY,),
        errors=(404,),
    ),
    ("ChannelNext", "get"): Operation(
        summary="Wait for records",
        description="410 where records behind `after` are kept no longer; `details.oldest` "
        "is where to go on.",
        answers={**ok(list[RecordView], headers=_POSITION), **_NONE_YET},
        parameters=_NEXT,
        errors=(404, 410),
    ),
    ("ChannelNextKey", "get"): Operation(
        summary="Wait for records of a key",
        answers={**ok(list[RecordView], headers=_POSITION), **_NONE_YET},
        parameters=(*_NEXT, _BY),
        errors=(404, 410),
    ),
    ("ChannelState", "get"): Operation(
        summary="Read the latest record of each key",
        answers=ok(list[RecordView]),
        parameters=(_QUERY, _BY),
        errors=(404,),
    ),
    ("ChannelStateKey", "get"): Operation(
        summary="Read the state of a key",
        description="An array of one, or of none.",
        answers=ok(list[RecordView]),
        parameters=(_BY,),
        errors=(404,),
    ),
    ("ChannelSend", "post"): Operation(
        summary="Send records",
        description="One or a list, all of them or none.",
        answers=ok(list[RecordView], "The records as everybody sees them.", headers=_POSITION),
        body=_SENT,
        examples={"one": {"sym": "A", "x": 35}},
        errors=(404, 409),
    ),
    ("ChannelLookup", "get"): _LOOKUP,
    ("ChannelLookup", "post"): _LOOKUP,
    ("RecordLookup", "get"): Operation(
        summary="Look a record up in all channels", answers=ok(list[RecordView]), errors=(404,)
    ),
    ("RecordLookup", "post"): Operation(
        summary="Look a record up in all channels", answers=ok(list[RecordView]), errors=(404,)
    ),
}
