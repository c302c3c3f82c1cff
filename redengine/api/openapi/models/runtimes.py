"""Runtimes: as they are shown, made and changed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from redengine.api.openapi.models.base import LEFT_OUT, Body, View

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
