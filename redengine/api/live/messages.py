"""The messages of a WebSocket: what callers say, as pydantic checks it, and what they are told."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
)

from redengine.api.core.encoding import parse_value
from redengine.api.errors import BadMessage, UnknownAction
from redengine.exceptions import InvalidInput, shortened

MessageId = StrictStr | StrictInt | StrictFloat | None
LONGEST_NAME: Final = 1_000
Name = Annotated[str, Field(strict=True, min_length=1, max_length=LONGEST_NAME)]


# -- what callers say


class Message(BaseModel):
    """What all messages of callers have."""

    model_config = ConfigDict(extra="forbid")

    id: MessageId = None


class Target(Message):
    """What is followed: one of these."""

    channel: Name | None = None
    topic: Name | None = None
    job_id: Name | None = None
    flow_id: Name | None = None

    @property
    def chosen(self) -> tuple[str, str]:
        """Which of them is given, and what it says.

        Raises:
            InvalidInput: none is, or several are.
        """
        names = ("channel", "topic", "job_id", "flow_id")
        given = [(name, value) for name in names if (value := getattr(self, name)) is not None]
        if len(given) != 1:
            named = " and ".join(name for name, _ in given) or "none"
            reason = f"expected one of {', '.join(names)}, got {named}"
            raise InvalidInput({given[1][0] if given else "channel": reason})
        return given[0]


class Subscribe(Target):
    """Follow something."""

    action: Literal["subscribe"]
    key: Any = None
    after: Name | None = None
    mode: Literal["all", "latest"] = "all"
    overflow: Literal["drop_oldest", "close"] = "drop_oldest"


class Unsubscribe(Target):
    """Follow it no longer."""

    action: Literal["unsubscribe"]
    sub: Name | None = None


class Send(Message):
    """Send a record, or a list of them, to a channel."""

    action: Literal["send"]
    channel: Name
    data: dict[str, Any] | list[Any]


class Command(Message):
    """Call a command."""

    action: Literal["command"]
    command: Name
    body: Any = None
    timeout: Annotated[float, Field(strict=True, ge=0, le=60)] | None = None


class Ping(Message):
    """Ask whether the server is there."""

    action: Literal["ping"]


class Auth(Message):
    """Say who one is."""

    action: Literal["auth"]
    api_key: Name


MESSAGES: Final[dict[str, type[Message]]] = {
    "subscribe": Subscribe,
    "unsubscribe": Unsubscribe,
    "send": Send,
    "command": Command,
    "ping": Ping,
    "auth": Auth,
}
ACTIONS: Final = tuple(MESSAGES)
"""What may be asked for."""


def parsed(text: bytes) -> dict[str, Any]:
    """The JSON object in a frame.

    Raises:
        BadMessage: there is none in it.
    """
    form = 'expected a JSON object such as {"action": "subscribe", "channel": "prices"}'
    try:
        found = parse_value(text)
    except InvalidInput as error:
        raise BadMessage(f"{form}: {'; '.join(error.fields.values())}") from None
    if not isinstance(found, dict):
        raise BadMessage(f"{form}, got {shortened(found)}")
    return found


def message_of(said: dict[str, Any]) -> tuple[Message, bool]:
    """The message in a JSON object; and whether it was written with `type`.

    Raises:
        BadMessage: it does not say what is wanted.
        UnknownAction: what is wanted does not exist.
        InvalidInput: a field does not fit.
    """
    fields = dict(said)
    has_type = "type" in fields and "action" not in fields
    if has_type:
        fields["action"] = fields.pop("type")
    if "action" not in fields:
        raise BadMessage(f'expected "action", one of {", ".join(ACTIONS)}')
    action = fields["action"]
    kind = MESSAGES.get(action) if isinstance(action, str) else None
    if kind is None:
        raise UnknownAction(action, ACTIONS)
    try:
        return kind.model_validate(fields), has_type
    except ValidationError as error:
        raise InvalidInput(_reasons(error)) from None


def _reasons(error: ValidationError) -> dict[str, str]:
    """What does not fit, by field; without what was given, which may be a key."""
    return {
        ".".join(str(part) for part in each["loc"][:1]) or "message": each["msg"].lower()
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    }


# -- what they are told


class Told(BaseModel):
    """What the server says."""

    model_config = ConfigDict(extra="forbid")


class Reply(Told):
    """The answer to one message."""

    id: str | int | float | None


class Subscribed(Reply):
    """What was asked for is followed; its frames have this `sub`."""

    type: Literal["subscribed"]
    sub: str
    position: str
    recovered: bool


class Unsubscribed(Reply):
    """It is followed no longer; where `reason` is given, as it is gone."""

    type: Literal["unsubscribed"]
    sub: str
    reason: str | None = None


class Ack(Reply):
    """It has been done."""

    type: Literal["ack"]
    records: list[dict[str, Any]] | None = None
    result: Any = None


class Pong(Reply):
    """The server is there."""

    type: Literal["pong"]


class Error(Reply):
    """It was refused, and nothing was changed."""

    type: Literal["error"]
    code: str
    message: str
    temporary: bool
    retry_after: float | None
    details: dict[str, Any]


class Happened(BaseModel):
    """An event; what else it has follows from its type."""

    model_config = ConfigDict(extra="allow")

    type: str
    position: str
    seq: int
    timestamp: str
    sub: str


class Gap(Told):
    """What has been missed, once."""

    type: Literal["gap"]
    position: str
    seq: int
    timestamp: str
    topic: str
    from_: Annotated[str, Field(alias="from")]
    to: str
    reason: Literal["overflow", "evicted", "restart", "deleted"]
    sub: str


class Data(Told):
    """Records of a channel; `seq` is that of the last one."""

    channel: str
    data: list[dict[str, Any]]
    sub: str
    seq: int


class Heartbeat(Told):
    """Each second, to who asked for it."""

    channel: Literal["heartbeat"]
    data: list[Literal["PING"]]
    sub: str


class Streamed(BaseModel):
    """An event of a stream, or of a long poll; what else it has follows from its type."""

    model_config = ConfigDict(extra="allow")

    type: str
    position: str
    seq: int
    timestamp: str
