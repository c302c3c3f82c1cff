"""The pages that show the document: files of this package, which need no other host."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, Final

from flask import request

from redengine.api.core.encoding import to_json
from redengine.api.core.entity_tags import tag_of, tagged
from redengine.api.core.messages import ApiRequest, ApiResponse
from redengine.api.http.answers import answer
from redengine.api.http.middleware import Place
from redengine.api.http.requests import REQUEST_ID, prefix_of
from redengine.api.http.routes import PAGES, PREFIXES, ROUTES
from redengine.exceptions import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flask import Flask, Response

    from redengine.api.http.middleware import Middleware
    from redengine.api.openapi import Operation
    from redengine.api.routes import Route
    from redengine.channels import ChannelOptions

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
        middleware: tells whether callers are asked for a key now, and where anybody may pass.
        custom: the routes of the user's own.
        channels: the names and options of the channels.
    """

    def __init__(
        self,
        middleware: Middleware,
        custom: Callable[[], Sequence[Route]],
        channels: Callable[[], dict[str, ChannelOptions]],
    ) -> None:
        self._middleware = middleware
        self._custom = custom
        self._channels = channels
        self._lock = threading.Lock()
        self._made_of: tuple[object, ...] | None = None
        self._content = b""

    def content(self) -> bytes:
        """The document as JSON."""
        from redengine.api.openapi import build_document
        from redengine.api.openapi.channels import add_channels

        is_asking, routes = self._middleware.asks_for_keys, self._custom()
        channels = self._channels()
        made_of = (is_asking, routes, channels)
        with self._lock:
            if made_of != self._made_of:
                operations = self._operations(routes)
                document = build_document("redengine", operations, SECURITY if is_asking else {})
                add_channels(document, ((name, each.to_dict()) for name, each in channels.items()))
                self._content, self._made_of = to_json(document), made_of
            return self._content

    def _operations(self, routes: Sequence[Route]) -> Iterator[Described]:
        """All of them, each public where the middleware lets anybody pass."""
        from redengine.api.openapi.operation import custom_operations

        ours = ((each, True) for each in described_operations())
        custom = ((each, False) for each in custom_operations(routes))
        for (path, method, operation, heading, name), is_resource in chain(ours, custom):
            place = Place(operation.is_public, is_resource=is_resource)
            is_public = self._middleware.is_open(place, path, method.upper())
            yield path, method, replace(operation, is_public=is_public), heading, name


def described_operations() -> Iterator[Described]:
    """Path, method, operation, heading and id of each method of each resource."""
    from redengine.api.openapi.operations import GROUPS

    for heading, operations in GROUPS.items():
        for (resource, method), operation in operations.items():
            path = _PLACE.sub(r"{\1}", ROUTES[resource][0])
            yield path, method, operation, heading, f"{method}{resource}"


def add_pages(
    app: Flask,
    middleware: Middleware,
    custom: Callable[[], Sequence[Route]],
    channels: Callable[[], dict[str, ChannelOptions]],
) -> None:
    """Let an application answer to the paths of the description.

    Args:
        app: the application.
        middleware: see `Description`.
        custom: the routes of the user's own.
        channels: the names and options of the channels.
    """
    description = Description(middleware, custom, channels)

    def document() -> ApiResponse:
        content = description.content()
        asked = ApiRequest(if_none_match=request.headers.get("If-None-Match", ""))
        return tagged(ApiResponse(content), tag_of(content), asked)

    def messages() -> ApiResponse:
        content = _asyncapi(is_asking=middleware.asks_for_keys)
        asked = ApiRequest(if_none_match=request.headers.get("If-None-Match", ""))
        return tagged(ApiResponse(content), tag_of(content), asked)

    views: dict[str, Callable[..., ApiResponse]] = {
        "OpenApi": document,
        "AsyncApi": messages,
        "Docs": _page(
            "API", ("swagger-ui-bundle.js", "key.js", "docs.js"), styles=("swagger-ui.css",)
        ),
        "Redoc": _page("API reference", ("redoc.standalone.js", "key.js", "redoc.js")),
        "DocsAsset": _asset,
    }
    for name, path in PAGES.items():
        for rule in (path, *(prefix + path for prefix in PREFIXES)):
            app.add_url_rule(rule, f"{name}:{rule}", _view(views[name]), methods=["GET"])


@cache
def _asyncapi(*, is_asking: bool) -> bytes:
    """The description of what stays open, as JSON."""
    from redengine.api.openapi.asyncapi import build_asyncapi

    return to_json(build_asyncapi(is_asking=is_asking))


def _view(make: Callable[..., ApiResponse]) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        return answer(make(**path), request.environ[REQUEST_ID])

    return view


def _asset(file: str) -> ApiResponse:
    content, kind = asset(file)
    return ApiResponse(content, headers={"Cache-Control": "max-age=86400"}, content_type=kind)


ASSETS: Final = {
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
    "redoc.standalone.js": "text/javascript; charset=utf-8",
    "key.js": "text/javascript; charset=utf-8",
    "docs.js": "text/javascript; charset=utf-8",
    "redoc.js": "text/javascript; charset=utf-8",
}
"""The files that may be asked for, and what they are."""

POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "worker-src blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
"""The `Content-Security-Policy` of the pages: nothing is fetched from anywhere else."""

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
{styles}</head>
<body data-document="{prefix}/openapi.json">
<div id="docs"></div>
{scripts}</body>
</html>
"""


@cache
def asset(name: str) -> tuple[bytes, str]:
    """A file, and what it is.

    Raises:
        NotFound: there is none of that name.
    """
    if name not in ASSETS:
        raise NotFound("file", name, ASSETS)
    return files("redengine.api.openapi").joinpath("static", name).read_bytes(), ASSETS[name]


def _page(
    title: str, scripts: tuple[str, ...], styles: tuple[str, ...] = ()
) -> Callable[[], ApiResponse]:
    """What answers with a page that these files of the package draw."""

    def page() -> ApiResponse:
        prefix = prefix_of(request.environ)
        folder = f"{prefix}/docs/assets"
        links = "".join(f'<link rel="stylesheet" href="{folder}/{name}">\n' for name in styles)
        tags = "".join(f'<script src="{folder}/{name}"></script>\n' for name in scripts)
        text = _PAGE.format(title=title, prefix=prefix, styles=links, scripts=tags)
        headers = {"Content-Security-Policy": POLICY}
        return ApiResponse(text.encode(), headers=headers, content_type=_HTML)

    return page
