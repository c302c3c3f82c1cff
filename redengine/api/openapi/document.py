"""The OpenAPI document, made of the routes, the resources and what is said of their methods."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from redengine._version import __version__
from redengine.api.errors import phrase_of
from redengine.api.openapi.models.base import ErrorView
from redengine.api.openapi.operation import HEADERS, JSON, REQUEST_ID, Parameter, filter_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from redengine.api.openapi.operation import Answer, Operation

_REFERENCE: Final = "#/components/schemas/{model}"


class Schemas:
    """Makes schemas, and keeps what they refer to."""

    def __init__(self) -> None:
        self.components: dict[str, Any] = {}

    def of(self, kind: Any) -> dict[str, Any]:
        """The schema of a type, or a reference to it."""
        made = TypeAdapter(kind).json_schema(ref_template=_REFERENCE)
        schema: dict[str, Any] = _without_empty_defaults(made)
        self.components |= schema.pop("$defs", {})
        if schema.get("type") == "object" and isinstance(kind, type):
            self.components[kind.__name__] = schema
            return {"$ref": _REFERENCE.format(model=kind.__name__)}
        return schema


def _without_empty_defaults(schema: Any) -> Any:
    """What may be left out and has no default of its own says nothing of one."""
    if isinstance(schema, dict):
        return {
            key: _without_empty_defaults(value)
            for key, value in schema.items()
            if not (key == "default" and value is None)
        }
    if isinstance(schema, list):
        return [_without_empty_defaults(each) for each in schema]
    return schema


VERSION: Final = "3.1.0"
_ALWAYS: Final = (400, 401, 403, 405, 413, 429, 500, 503)
"""Any request may be answered with one of these."""
_ERROR_HEADERS: Final = {405: "Allow", 429: "Retry-After", 503: "Retry-After"}
_PLACES: Final = re.compile(r"{(\w+)}")
_PATH_VALUE: Final = {"type": "string", "minLength": 1}


class Document:
    """Builds the document path by path.

    Args:
        title: the session's name.
        security: the names of the ways in which a caller says who it is, and their objects.
    """

    def __init__(self, title: str, security: Mapping[str, Any]) -> None:
        self._title = title
        self._security = security
        self._schemas = Schemas()
        self._paths: dict[str, dict[str, Any]] = {}
        self._error = self._schemas.of(ErrorView)

    def add(
        self, path: str, method: str, operation: Operation, *, tag: str, operation_id: str
    ) -> None:
        """Describe a method of a path.

        Args:
            path: with `{names}` for its values.
            method: in small letters.
            operation: what is said of it.
            tag: the heading under which it is shown.
            operation_id: names it for programs.
        """
        described: dict[str, Any] = {
            "tags": [tag],
            "operationId": operation_id,
            "summary": operation.summary,
            "parameters": [each.described() for each in self._parameters(path, operation)],
            "responses": self._responses(operation, method),
        }
        if operation.description:
            described["description"] = operation.description
        if operation.body is not None:
            described["requestBody"] = self._body(operation)
        if operation.is_public:
            described["security"] = []
        self._paths.setdefault(path, {})[method] = described

    def _parameters(self, path: str, operation: Operation) -> Iterable[Parameter]:
        said = {each.name for each in operation.parameters if each.place == "path"}
        for name in _PLACES.findall(path):
            if name not in said:
                yield Parameter(
                    name=name, place="path", schema=_PATH_VALUE, description=f"The {name}."
                )
        yield from operation.parameters
        if operation.filters is not None:
            yield from filter_parameters(operation.filters, is_paged=operation.is_paged)
        yield REQUEST_ID

    def _body(self, operation: Operation) -> dict[str, Any]:
        content: dict[str, Any] = {"schema": self._schemas.of(operation.body)}
        if operation.examples:
            content["examples"] = {
                title: {"value": value} for title, value in operation.examples.items()
            }
        return {"required": operation.is_body_required, "content": {JSON: content}}

    def _responses(self, operation: Operation, method: str) -> dict[str, Any]:
        answers = {
            str(status): self._answer(answer, operation, is_read=method == "get")
            for status, answer in operation.answers.items()
        }
        for status in sorted({*_ALWAYS, *operation.errors}):
            if str(status) not in answers:
                answers[str(status)] = self._error_answer(status)
        return answers

    def _answer(self, answer: Answer, operation: Operation, *, is_read: bool) -> dict[str, Any]:
        names = ("X-Request-Id", *answer.headers, *(("X-Event-Position",) if is_read else ()))
        shown: dict[str, Any] = {
            "description": answer.description,
            "headers": {name: HEADERS[name] for name in names},
        }
        if answer.models is not None:
            shown["content"] = {
                media: {"schema": self._schemas.of(model)} for media, model in answer.models.items()
            }
            if operation.entry is not None and JSON in answer.models:
                # With `$fields` any part of it may be missing, so it describes no answer by itself.
                listed = shown["content"][JSON]["schema"]
                listed["items"] |= {"x-entry": self._schemas.of(operation.entry)}
        return shown

    def _error_answer(self, status: int) -> dict[str, Any]:
        names = ("X-Request-Id", *filter(None, [_ERROR_HEADERS.get(status)]))
        return {
            "description": f"{phrase_of(status)}.",
            "headers": {name: HEADERS[name] for name in names},
            "content": {JSON: {"schema": self._error}},
        }

    def finished(self) -> dict[str, Any]:
        """The whole document."""
        document: dict[str, Any] = {
            "openapi": VERSION,
            "info": {
                "title": self._title,
                "version": __version__,
                "description": "The control API of a running session.",
                "license": {"name": "MIT", "identifier": "MIT"},
            },
            "servers": [{"url": "/"}, {"url": "/api/v1"}, {"url": "/api"}],
            "paths": self._paths,
            "components": {"schemas": dict(sorted(self._schemas.components.items()))},
        }
        if self._security:
            document["components"]["securitySchemes"] = dict(self._security)
            document["security"] = [{name: []} for name in self._security]
        return document


def build_document(
    title: str,
    operations: Iterable[tuple[str, str, Operation, str, str]],
    security: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The document of some operations.

    Args:
        title: the session's name.
        operations: path, method, operation, tag and operation id of each.
        security: see `Document`.
    """
    document = Document(title, security or {})
    for path, method, operation, tag, operation_id in operations:
        document.add(path, method, operation, tag=tag, operation_id=operation_id)
    return document.finished()
