"""`/openapi.json`, `/docs` and `/redoc`: what the API offers, for programs and people.

`redengine.api.openapi` takes long to import, and is imported when one of them is first asked for.
"""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from flask import request

from redengine.api.encoding import to_json
from redengine.api.entity_tags import tag_of, tagged
from redengine.api.flask_binding.answers import answer
from redengine.api.flask_binding.door import Place
from redengine.api.flask_binding.requests import REQUEST_ID, prefix_of
from redengine.api.flask_binding.routes import PAGES, PREFIXES, ROUTES
from redengine.api.messages import ApiRequest, ApiResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flask import Flask, Response

    from redengine.api.custom_routes import Route
    from redengine.api.flask_binding.door import Door
    from redengine.api.openapi import Operation

    Described = tuple[str, str, Operation, str, str]

_HTML: Final = "text/html; charset=utf-8"
SECURITY: Final = {
    "ApiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "Bearer": {"type": "http", "scheme": "bearer"},
}
"""How a caller says who it is."""
_PLACE: Final = re.compile(r"<(?:\w+:)?(\w+)>")


class Description:
    """Makes the document when it is first asked for, and keeps it.

    Args:
        door: tells whether callers are asked for a key now, and where anybody may pass.
        custom: the routes of the user's own.
    """

    def __init__(self, door: Door, custom: Callable[[], Sequence[Route]]) -> None:
        self._door = door
        self._custom = custom
        self._lock = threading.Lock()
        self._made_of: tuple[bool, Sequence[Route]] | None = None
        self._content = b""

    def content(self) -> bytes:
        """The document as JSON."""
        from redengine.api.openapi import build_document

        is_asking, routes = made_of = self._door.asks_for_keys, self._custom()
        with self._lock:
            if made_of != self._made_of:
                operations = self._operations(routes)
                document = build_document("redengine", operations, SECURITY if is_asking else {})
                self._content, self._made_of = to_json(document), made_of
            return self._content

    def _operations(self, routes: Sequence[Route]) -> Iterator[Described]:
        """All of them, each public where the door lets anybody pass."""
        from redengine.api.openapi.custom import custom_operations

        ours = ((each, True) for each in described_operations())
        custom = ((each, False) for each in custom_operations(routes))
        for (path, method, operation, heading, name), is_resource in chain(ours, custom):
            place = Place(operation.is_public, is_resource=is_resource)
            is_public = self._door.is_open(place, path, method.upper())
            yield path, method, replace(operation, is_public=is_public), heading, name


def described_operations() -> Iterator[Described]:
    """Path, method, operation, heading and id of each method of each resource."""
    from redengine.api.openapi.operations import GROUPS

    for heading, operations in GROUPS.items():
        for (resource, method), operation in operations.items():
            path = _PLACE.sub(r"{\1}", ROUTES[resource][0])
            yield path, method, operation, heading, f"{method}{resource}"


def add_pages(app: Flask, door: Door, custom: Callable[[], Sequence[Route]]) -> None:
    """Let an application answer to the paths of the description.

    Args:
        app: the application.
        door: see `Description`.
        custom: the routes of the user's own.
    """
    description = Description(door, custom)

    def document() -> ApiResponse:
        content = description.content()
        asked = ApiRequest(if_none_match=request.headers.get("If-None-Match", ""))
        return tagged(ApiResponse(content), tag_of(content), asked)

    views: dict[str, Callable[..., ApiResponse]] = {
        "OpenApi": document,
        "Docs": _swagger,
        "Redoc": _redoc,
        "DocsAsset": _asset,
    }
    for name, path in PAGES.items():
        for rule in (path, *(prefix + path for prefix in PREFIXES)):
            app.add_url_rule(rule, f"{name}:{rule}", _view(views[name]), methods=["GET"])


def _view(make: Callable[..., ApiResponse]) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        return answer(make(**path), request.environ[REQUEST_ID])

    return view


def _swagger() -> ApiResponse:
    from redengine.api.openapi.pages import swagger_page

    return _html(swagger_page(prefix_of(request.environ)))


def _redoc() -> ApiResponse:
    from redengine.api.openapi.pages import redoc_page

    return _html(redoc_page(prefix_of(request.environ)))


def _html(content: bytes) -> ApiResponse:
    from redengine.api.openapi.pages import POLICY

    headers = {"Content-Security-Policy": POLICY}
    return ApiResponse(content, headers=headers, content_type=_HTML)


def _asset(file: str) -> ApiResponse:
    from redengine.api.openapi.pages import asset

    content, kind = asset(file)
    return ApiResponse(content, headers={"Cache-Control": "max-age=86400"}, content_type=kind)
