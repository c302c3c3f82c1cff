"""What the models have in common."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

LEFT_OUT: Any = None
"""The default of a field that may be left out, and may not be null."""

Json = Any
"""Any JSON value."""

Instant = Annotated[
    str,
    Field(
        description="ISO 8601 with offset.",
        json_schema_extra={"format": "date-time"},
        examples=["2026-01-31T07:00:00Z"],
    ),
]
Duration = Annotated[
    float | str,
    Field(
        description="Seconds, or a text such as '10 min'.",
        json_schema_extra={"x-format": "duration"},
        examples=["10 min"],
    ),
]
ConditionText = Annotated[
    str,
    Field(
        description="A condition, as its string; see the reference of conditions.",
        json_schema_extra={"format": "condition"},
        examples=["daily after 07:00"],
    ),
]


class View(BaseModel):
    """Something that is shown; it may have more fields in a later version."""

    model_config = ConfigDict(extra="allow")


class Body(BaseModel):
    """Something that is sent; a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class DenialView(View):
    """Why a caller is not let in, in one word and in a sentence."""

    error: Literal["authentication_required", "invalid_api_key", "insufficient_scope", "forbidden"]
    message: str


class ErrorView(View):
    """Every answer that tells of an error."""

    error: str = Field(description="A stable code.", examples=["NOT_FOUND"])
    message: str = Field(
        description="What, why and what next, for people.",
        examples=["no task 'fecth'; did you mean 'fetch'?"],
    )
    details: dict[str, Json] = Field(description="The same for programs.")
    request_id: str = Field(description="What to look for in the log.")
    detail: DenialView | None = Field(None, description="In 401 and 403 only.")
