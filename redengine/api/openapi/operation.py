"""What the description says of one method of one resource."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON: Final = "application/json"
TEXT: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One value in the query, the path or a header.

    Attributes:
        name: how it is written.
        schema: its JSON Schema.
        description: what it does, in a sentence.
        place: "query", "path" or "header".
        is_list: whether it may be repeated.
        is_required: whether it has to be there.
    """

    name: str
    schema: Mapping[str, Any]
    description: str
    place: str = "query"
    is_list: bool = False
    is_required: bool = False

    def described(self) -> dict[str, Any]:
        """The parameter object."""
        schema = dict(self.schema)
        shown: dict[str, Any] = {
            "name": self.name,
            "in": self.place,
            "description": self.description,
            "required": self.is_required or self.place == "path",
            "schema": {"type": "array", "items": schema} if self.is_list else schema,
        }
        if self.is_list:
            shown |= {"style": "form", "explode": True}
        return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of an operation.

    Attributes:
        description: when it is given.
        models: what the body is, by media type: a type that pydantic knows; None for no body.
        headers: the names of headers that it has, of those in `headers.HEADERS`.
    """

    description: str
    models: Mapping[str, Any] | None = None
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one resource.

    Attributes:
        summary: what it does, in a few words.
        description: what else there is to know, as Markdown.
        answers: those that tell of success, by status.
        parameters: what may stand in the query and in headers.
        filters: the fields by which a list can be filtered, and the kind of each; None: no list.
        is_paged: whether the list is cut into pages where `$limit` does not say.
        body: what the body is: a type that pydantic knows; None for no body.
        is_body_required: whether there has to be a body.
        examples: bodies, by a title.
        errors: the statuses of errors beside those that any request may have.
        is_public: whether it needs no key.
    """

    summary: str
    answers: Mapping[int, Answer]
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    filters: Mapping[str, str] | None = None
    is_paged: bool = True
    body: Any = None
    is_body_required: bool = True
    examples: Mapping[str, Any] = field(default_factory=dict)
    errors: tuple[int, ...] = ()
    is_public: bool = False


def ok(
    model: Any,
    description: str = "As asked for.",
    *,
    status: int = 200,
    headers: tuple[str, ...] = (),
) -> dict[int, Answer]:
    """The one answer of an operation that succeeds with a JSON body."""
    return {status: Answer(description=description, models={JSON: model}, headers=headers)}


GONE: Final[Mapping[int, Answer]] = {204: Answer(description="It is removed.")}
