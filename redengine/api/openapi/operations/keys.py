"""The keys of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field

from redengine.api.openapi.models.base import LEFT_OUT, Body, Instant, View
from redengine.api.openapi.operation import GONE, Operation, ok

if TYPE_CHECKING:
    from collections.abc import Mapping

Scope = Literal["read", "run", "write", "debug", "admin"]


class KeyView(View):
    """A key, without what would let anybody in."""

    name: str
    scopes: list[Scope]
    tasks: str | None = Field(description="The pattern of the tasks that it may see.")
    commands: str | None = Field(description="The same of commands.")
    channels: str | None = Field(description="The same of channels.")
    source: str
    created_at: Instant | None
    created_by: str | None
    expires_at: Instant | None
    revoked_at: Instant | None


class NewKeyView(KeyView):
    """A key that was just made."""

    key: str = Field(description="The key itself: it is shown this once.")


class KeyBody(Body):
    """A key to be made."""

    name: Annotated[str, Field(min_length=1, json_schema_extra={"format": "key-name"})]
    scopes: Annotated[list[Scope], Field(min_length=1)]
    tasks: str | None = Field(LEFT_OUT, json_schema_extra={"format": "task-pattern"})
    commands: str | None = Field(LEFT_OUT, json_schema_extra={"format": "task-pattern"})
    channels: str | None = Field(LEFT_OUT, json_schema_extra={"format": "task-pattern"})
    expires_at: Any = Field(
        LEFT_OUT,
        description="A time, or a duration from now.",
        json_schema_extra={"type": ["string", "null"], "format": "expiry"},
    )


KEYS: Final[Mapping[tuple[str, str], Operation]] = {
    ("Keys", "get"): Operation(summary="List keys", answers=ok(list[KeyView])),
    ("Keys", "post"): Operation(
        summary="Make a key",
        description="The answer, and nothing ever after, has the key itself.",
        answers=ok(NewKeyView, "It is made.", status=201, headers=("Location",)),
        body=KeyBody,
        examples={"a reader": {"name": "dashboard", "scopes": ["read"]}},
        errors=(409,),
    ),
    ("Key", "get"): Operation(summary="Read a key", answers=ok(KeyView), errors=(404,)),
    ("Key", "delete"): Operation(
        summary="Revoke a key",
        description="It is refused from now on, and stays in the list.",
        answers=GONE,
        errors=(404, 409),
    ),
}
