"""The runtimes: as they are shown, made and changed, and what can be asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field

from redengine.api.core.lists import RUNTIME_FIELDS
from redengine.api.openapi.models.base import LEFT_OUT, Body, View
from redengine.api.openapi.operation import GONE, Operation, Parameter, ok
from redengine.api.openapi.operations.tasks import IF_MATCH

if TYPE_CHECKING:
    from collections.abc import Mapping


RuntimeName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        description="A name without a slash.",
        json_schema_extra={"format": "runtime-name"},
    ),
]
Size = Annotated[
    int,
    Field(
        ge=0,
        le=100_000,
        description="How many jobs run at once; 1,000 but for async. 0, for threads alone: they "
        "share the places of `thread`.",
    ),
]
AlsoSize = Annotated[int, Field(ge=0, le=100_000, description="Another name of `size`.")]


class RuntimeView(View):
    """A place in which jobs run."""

    runtime_id: str
    kind: str
    status: Literal["open", "draining"]
    size: int
    thread_pool_size: int
    shared: bool = Field(description="Whether it shares the places of `thread`.")
    running: int
    queued: int
    available: int
    abandoned: int
    is_default: bool
    is_builtin: bool
    tasks: list[str]
    links: dict[str, str]


class RuntimeBody(Body):
    """A runtime to be made."""

    runtime_id: RuntimeName
    kind: Literal["thread", "process", "async"] = "thread"
    size: Size = Field(LEFT_OUT)
    thread_pool_size: AlsoSize = Field(LEFT_OUT)
    is_default: bool = False


class RuntimeChange(Body):
    """What of a runtime is to be changed."""

    runtime_id: RuntimeName = Field(LEFT_OUT)
    size: Size = Field(LEFT_OUT)
    thread_pool_size: AlsoSize = Field(LEFT_OUT)
    is_default: bool = Field(LEFT_OUT)


class RemovedView(View):
    """What went with a runtime."""

    runtime_id: str
    default: str
    tasks: list[str]
    moved: list[str]
    ended: list[str]


Items = list[dict[str, Any]]


RUNTIMES: Final[Mapping[tuple[str, str], Operation]] = {
    ("Runtimes", "get"): Operation(
        summary="List runtimes",
        description="In the order in which they were made.",
        answers=ok(Items, headers=("X-Total-Count", "Link")),
        filters=RUNTIME_FIELDS,
        entry=RuntimeView,
        is_paged=False,
    ),
    ("Runtimes", "post"): Operation(
        summary="Make a runtime",
        answers=ok(RuntimeView, "It is made.", status=201, headers=("Location",)),
        body=RuntimeBody,
        examples={"two processes": {"runtime_id": "gpu", "kind": "process", "size": 2}},
        errors=(409,),
    ),
    ("Runtime", "get"): Operation(
        summary="Read a runtime", answers=ok(RuntimeView, headers=("ETag",)), errors=(404,)
    ),
    ("Runtime", "patch"): Operation(
        summary="Resize a runtime, or make it the default",
        description="Running jobs are left alone.",
        answers=ok(RuntimeView, headers=("ETag",)),
        parameters=(IF_MATCH,),
        body=RuntimeChange,
        is_body_required=False,
        examples={"resize": {"size": 4}, "default": {"is_default": True}},
        errors=(404, 409, 412),
    ),
    ("Runtime", "delete"): Operation(
        summary="Remove a runtime",
        description="Forced, it drains: its tasks and waiting jobs move, running ones are ended.",
        answers={**ok(RemovedView, "Tasks that named it run elsewhere now."), **GONE},
        parameters=(
            Parameter(
                name="force",
                schema={"type": "boolean"},
                description="Also when it is the default, or tasks or jobs need it.",
            ),
            IF_MATCH,
        ),
        errors=(404, 409, 412),
    ),
}
