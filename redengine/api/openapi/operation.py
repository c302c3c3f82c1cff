"""What the description says of routes of the user's own: all that their signatures tell."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from redengine.api.core.lists import LARGEST_LIMIT
from redengine.query.parse import LARGEST_OFFSET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from redengine.api.routes import Route
    from redengine.api.routes.arguments import RouteArgument

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
        headers: the names of headers that it has, of those in `HEADERS`.
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
        entry: what an entry of a list is where `$fields` does not say which fields to answer with.
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
    entry: Any = None
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


DRY_RUN: Final = Parameter(
    name="dry_run",
    schema={"type": "boolean"},
    description=(
        "Change nothing, and answer 200 with the starts of the next 7 days that would be added, "
        "moved and removed, and those that would collide."
    ),
)


GONE: Final[Mapping[int, Answer]] = {204: Answer(description="It is removed.")}


HEADERS: Final[dict[str, dict[str, Any]]] = {
    "X-Request-Id": {
        "description": "Finds the request in the log; taken from the request, or made.",
        "schema": {"type": "string"},
    },
    "X-Total-Count": {
        "description": "How many match in all.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "X-Event-Position": {
        "description": "Where to follow from, so that nothing is lost after what was read.",
        "schema": {"type": "string"},
    },
    "Link": {
        "description": "Leads to the other pages (RFC 8288).",
        "schema": {"type": "string"},
    },
    "Location": {"description": "Where it is found.", "schema": {"type": "string"}},
    "ETag": {
        "description": "Names this state; send it as If-None-Match.",
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "Seconds to wait before another try.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "Allow": {"description": "The methods that are known here.", "schema": {"type": "string"}},
    "WWW-Authenticate": {
        "description": "How to say who asks.",
        "schema": {"type": "string"},
    },
}
REQUEST_ID: Final = Parameter(
    name="X-Request-Id",
    place="header",
    schema={"type": "string"},
    description="Finds the request in the log; one is made if none is given that may stand there.",
)


_NUMBER: Final = {"type": "number", "exclusiveMinimum": -(2**63), "exclusiveMaximum": 2**63}
_DURATION: Final = {"type": "string", "pattern": "^([0-9]{1,6} ?(d|h|min|s|ms)|never)$"}
_SCHEMAS: Final[Mapping[str, dict[str, Any]]] = {
    "number": _NUMBER,
    "limit": {"anyOf": [_NUMBER, _DURATION]},
    "boolean": {"type": "boolean"},
    "datetime": {"type": "string", "format": "date-time"},
    "text": {"type": "string"},
    "json": {"type": "string"},
}
_ORDERED: Final = frozenset(("number", "limit", "datetime", "text"))


def filter_parameters(fields: Mapping[str, str], *, is_paged: bool) -> Iterator[Parameter]:
    """All that may stand in the query of a list.

    Args:
        fields: the fields of its items, and the kind of each.
        is_paged: whether the list is cut into pages where `$limit` does not say.
    """
    for name, kind in fields.items():
        yield from _of_field(name, kind)
    yield from _controls(fields, is_paged=is_paged)


def _of_field(field: str, kind: str) -> Iterator[Parameter]:
    schema = _SCHEMAS[kind]
    yield _filter(field, schema, f"`{field}` is this, or any of these.")
    yield _filter(f"{field}$not", schema, f"`{field}` is none of these.")
    if kind in _ORDERED:
        yield _filter(f"{field}$min", schema, f"`{field}` is at least this.")
        yield _filter(f"{field}$max", schema, f"`{field}` is at most this.")
    if kind == "text":
        pattern = {"type": "string", "format": "re2"}
        yield _filter(f"{field}$regex", pattern, f"`{field}` matches this from its start (RE2).")


def _filter(name: str, schema: Mapping[str, Any], description: str) -> Parameter:
    return Parameter(name=name, schema=schema, description=description, is_list=True)


def _controls(fields: Mapping[str, str], *, is_paged: bool) -> Iterator[Parameter]:
    known = "|".join(fields)
    yield Parameter(
        name="$sort",
        schema={"type": "string", "pattern": f"^-?({known})(,-?({known}))*$"},
        description="Fields to sort by; a minus sign turns the order round.",
    )
    most = LARGEST_LIMIT if is_paged else LARGEST_OFFSET
    yield Parameter(
        name="$limit",
        schema={"type": "integer", "minimum": 0, "maximum": most},
        description="How many to answer with at most.",
    )
    yield Parameter(
        name="$offset",
        schema={"type": "integer", "minimum": 0, "maximum": LARGEST_OFFSET},
        description="How many to pass over.",
    )
    yield Parameter(
        name="$fields",
        schema={"type": "string", "pattern": f"^({known})(,({known}))*$"},
        description="The fields to answer with.",
    )


HEADING: Final = "Custom routes"
_PLACE: Final = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
_OF_CONVERTERS: Final = {
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "uuid": {"type": "string", "format": "uuid"},
}


def custom_operations(
    routes: Iterable[Route],
) -> Iterator[tuple[str, str, Operation, str, str]]:
    """Path, method, operation, heading and id of each method of each route."""
    for number, route in enumerate(routes, 1):
        path = _PLACE.sub(r"{\1}", route.path)
        for method in route.methods:
            word = method.lower()
            yield path, word, _operation(route, method), HEADING, f"{word}Custom{number}"


def _operation(route: Route, method: str) -> Operation:
    summary, _, rest = route.doc.partition("\n")
    body = route.body if method != "GET" else None
    return Operation(
        summary=summary or route.name,
        description=rest.strip(),
        answers={200: Answer(description="The answer.", models=_models(route))},
        parameters=(
            *(_parameter(each, "path") for each in route.arguments_from("path")),
            *(_parameter(each, "query") for each in route.arguments_from("query")),
        ),
        body=None if body is None else _type_of(body.annotation),
        is_body_required=body is not None and body.is_required,
        errors=(404,),
        is_public=route.public,
    )


def _parameter(argument: RouteArgument, place: str) -> Parameter:
    schema = argument.schema() or _OF_CONVERTERS.get(argument.converter, {"type": "string"})
    return Parameter(
        name=argument.name,
        place=place,
        schema=schema,
        description=f"The {argument.name}.",
        is_required=argument.is_required,
    )


def _type_of(annotation: Any) -> Any:
    """What a schema can be made of; anything where the code does not say."""
    is_type = isinstance(annotation, type) or hasattr(annotation, "__origin__")
    return annotation if is_type and annotation is not inspect.Signature.empty else Any


def _models(route: Route) -> dict[str, Any]:
    """What the answer is, by media type."""
    if route.streams:
        return {"application/x-ndjson": Any, "text/event-stream": str}
    return {JSON: _returned(route)}


def _returned(route: Route) -> Any:
    returned = _type_of(route.returns)
    try:
        from pydantic import TypeAdapter

        TypeAdapter(returned).json_schema()
    except Exception:  # noqa: BLE001 - a type of the user's own may be anything
        return Any
    return returned
