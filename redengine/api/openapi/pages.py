"""The pages that show the document: files of this package, which need no other host."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from redengine.exceptions import NotFound

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


def swagger_page(prefix: str) -> bytes:
    """The page of Swagger UI.

    Args:
        prefix: what stands before every path, such as "/api/v1".
    """
    return _page(
        "API",
        prefix,
        styles=("swagger-ui.css",),
        scripts=("swagger-ui-bundle.js", "key.js", "docs.js"),
    )


def redoc_page(prefix: str) -> bytes:
    """The page of ReDoc; `prefix` as above."""
    return _page("API reference", prefix, scripts=("redoc.standalone.js", "key.js", "redoc.js"))


def _page(
    title: str, prefix: str, *, styles: tuple[str, ...] = (), scripts: tuple[str, ...] = ()
) -> bytes:
    folder = f"{prefix}/docs/assets"
    links = "".join(f'<link rel="stylesheet" href="{folder}/{name}">\n' for name in styles)
    tags = "".join(f'<script src="{folder}/{name}"></script>\n' for name in scripts)
    return _PAGE.format(title=title, prefix=prefix, styles=links, scripts=tags).encode()
