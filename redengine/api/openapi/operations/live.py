"""The event stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from redengine.api.core.waiting import LONGEST_WAIT_S
from redengine.api.live.resources import MOST_TOPICS
from redengine.api.openapi.models.base import Instant, View
from redengine.api.openapi.operation import JSON, Answer, Operation, Parameter, ok

if TYPE_CHECKING:
    from collections.abc import Mapping


class PolledEvents(View):
    """What has happened behind a position."""

    events: list[dict[str, Any]]
    position: str


_TOPIC: Final = {"type": "string", "format": "topic", "examples": ["jobs", "task:fetch"]}
Topic = Annotated[str, WithJsonSchema(_TOPIC)]


class TicketWish(BaseModel):
    """What a ticket is for."""

    model_config = ConfigDict(extra="forbid")

    topics: Annotated[list[Topic], Field(max_length=MOST_TOPICS)] | None = None


class TicketView(View):
    """A ticket, and until when it has to be used first."""

    ticket: str
    expires_at: Instant


_TEXT: Final = {"type": "string"}

LIVE: Final[Mapping[tuple[str, str], Operation]] = {
    ("Events", "get"): Operation(
        summary="Follow what happens",
        description=(
            "As Server-Sent Events without an end; with `mode=poll` as one list, as soon as there "
            "is something. 410 where a position cannot be followed."
        ),
        answers={
            200: Answer(
                description="What happens, as it happens; or a list.",
                models={"text/event-stream": str, JSON: PolledEvents},
            )
        },
        parameters=(
            Parameter(
                name="topics",
                schema=_TEXT,
                description="What to follow, between commas or repeated; all if not given.",
                is_list=True,
            ),
            Parameter(
                name="after",
                schema=_TEXT,
                description="A position; what is kept behind it comes first.",
            ),
            Parameter(
                name="mode",
                schema={"type": "string", "enum": ["stream", "poll"]},
                description="`poll` for one list.",
            ),
            Parameter(
                name="timeout",
                schema={"type": "number", "minimum": 0, "maximum": LONGEST_WAIT_S},
                description="With `mode=poll`: how long to wait; 30 if not given.",
            ),
            Parameter(
                name="limit",
                schema={"type": "integer", "minimum": 1, "maximum": 1_000},
                description="With `mode=poll`: how many events at most.",
            ),
            Parameter(name="ticket", schema=_TEXT, description="In place of a key."),
            Parameter(
                name="Last-Event-ID",
                place="header",
                schema=_TEXT,
                description="In place of `after`, from a browser that comes back.",
            ),
        ),
        errors=(404, 410, 501),
    ),
    ("EventTickets", "post"): Operation(
        summary="Get a ticket for a stream",
        description=(
            "For clients that cannot send headers: used as `?ticket=` within 30 seconds, and then "
            "for the same stream as long as it lives and 60 seconds more."
        ),
        answers=ok(TicketView, "It is given out.", status=201),
        body=TicketWish,
        is_body_required=False,
        errors=(404, 501),
    ),
}
