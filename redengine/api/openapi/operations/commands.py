"""Commands, and the processes of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import Field

from redengine.api.core.lists import WORKER_FIELDS
from redengine.api.core.waiting import LONGEST_WAIT_S
from redengine.api.openapi.models.base import Instant, Json, View
from redengine.api.openapi.operation import JSON, Answer, Operation, Parameter, ok

if TYPE_CHECKING:
    from collections.abc import Mapping


class WorkerView(View):
    """A process of a session."""

    name: str
    pid: int
    host: str
    kind: Literal["main", "worker", "spawned"]
    session: str
    since: Instant


class CommandView(View):
    """A command."""

    name: str
    description: str = Field(description="The first line of its docstring if nothing else.")
    parameters: dict[str, Json] = Field(
        description="The body that it takes, as JSON Schema; empty where any value will do."
    )
    links: dict[str, str]


class CommandTakenView(View):
    """A call that is not waited for."""

    command_id: str = Field(description="Names the call, for its outcome.")


class CommandErrorView(View):
    """What a command has raised."""

    code: str = Field(description="The code that the call itself would have been answered with.")
    status: int = Field(description="The HTTP status, likewise.")
    message: str
    details: dict[str, Json]


class CommandCallView(View):
    """A call, and its outcome once it has ended."""

    command_id: str
    command: str
    status: Literal["queued", "running", "success", "fail", "cancel"]
    submitted_at: Instant
    started_at: Instant | None
    ended_at: Instant | None
    result: Json = Field(description="What the command has returned.")
    error: CommandErrorView | None
    links: dict[str, str]


_SECONDS: Final = {"type": "number", "minimum": 0, "maximum": LONGEST_WAIT_S}
_TIMEOUT: Final = Parameter(
    name="timeout",
    schema={"type": "number", "exclusiveMinimum": 0, "maximum": LONGEST_WAIT_S},
    description="How many seconds to wait for its end; 30 if not given.",
)
_WAIT: Final = Parameter(
    name="wait",
    schema={"type": "boolean"},
    description="`false` answers at once; the outcome is found at `Location`.",
)

COMMANDS: Final[Mapping[tuple[str, str], Operation]] = {
    ("Commands", "get"): Operation(
        summary="List commands",
        description="Those that the caller may call.",
        answers=ok(list[CommandView]),
    ),
    ("Command", "get"): Operation(summary="Read a command", answers=ok(CommandView), errors=(404,)),
    ("Command", "post"): Operation(
        summary="Call a command",
        description=(
            "The body is what the command is given, any JSON value. What it raises is answered "
            "with 500 and `COMMAND_FAILED`, without a traceback; the package's own errors keep "
            "their status. A call whose time is over is given up."
        ),
        answers={
            **ok(Json, "What it returns."),
            202: Answer(
                description="It is called, and not waited for.",
                models={JSON: CommandTakenView},
                headers=("Location",),
            ),
        },
        parameters=(_TIMEOUT, _WAIT),
        body=Any,
        is_body_required=False,
        examples={"an object": {"pool": "gpu", "size": 2}},
        errors=(404, 409, 504),
    ),
    ("CommandCall", "get"): Operation(
        summary="Read the outcome of a call",
        description="Of the latest 200 that were not waited for, or did not end in time.",
        answers=ok(CommandCallView),
        parameters=(
            Parameter(
                name="timeout",
                schema=_SECONDS,
                description="How many seconds to wait for its end; 0 if not given.",
            ),
        ),
        errors=(404,),
    ),
    ("Workers", "get"): Operation(
        summary="List the processes of the session",
        description=(
            "`name`, `pid`, `host`, `kind`, `session` and `since` of each: its own (`main`), those "
            "of its runtimes (`worker`), and what its running jobs have started (`spawned`)."
        ),
        answers=ok(list[dict[str, Any]], headers=("X-Total-Count", "Link")),
        entry=WorkerView,
        filters=WORKER_FIELDS,
        is_paged=False,
    ),
}
