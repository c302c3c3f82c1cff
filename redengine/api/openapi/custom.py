"""What the description says of routes of the user's own: all that their signatures tell."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any, Final

from redengine.api.openapi.operation import JSON, Answer, Operation, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redengine.api.custom_routes import Route
    from redengine.api.custom_routes.arguments import RouteArgument

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
        answers={200: Answer(description="The answer.", models={JSON: _returned(route)})},
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


def _returned(route: Route) -> Any:
    returned = _type_of(route.returns)
    try:
        from pydantic import TypeAdapter

        TypeAdapter(returned).json_schema()
    except Exception:  # noqa: BLE001 - a type of the user's own may be anything
        return Any
    return returned
