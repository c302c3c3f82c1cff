"""Our answers as Flask's, at little cost: this stands between every request and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Response

from redengine.api.encoding import indented
from redengine.api.flask_binding.requests import REQUEST_ID_HEADER
from redengine.api.messages import JSON

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import WSGIEnvironment

    from werkzeug.datastructures import Headers

    from redengine.api.messages import ApiResponse

_WITHOUT_BODY = frozenset((204, 304))
_ALWAYS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
_FOR_DATA: Final = (
    *_ALWAYS,
    ("X-Frame-Options", "DENY"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
)
"""Headers of answers that are no pages (OWASP REST Security Cheat Sheet)."""
_NOT_KEPT: Final = ("Cache-Control", "no-store")
_ASKED_FOR_AGAIN: Final = ("Cache-Control", "private, no-cache")
"""What has an entity tag may be kept by who asked, who asks each time whether it still holds."""


_NAMES: Final = frozenset(name for name, _ in _FOR_DATA)


class Answer(Response):
    """A response whose headers are complete when it is made, but for those that all have."""

    def get_wsgi_headers(self, environ: object) -> Headers:
        del environ
        return self.headers

    def get_wsgi_response(
        self, environ: WSGIEnvironment
    ) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        content, status, headers = super().get_wsgi_response(environ)
        given = {name for name, _ in headers}
        if given.isdisjoint(_NAMES):
            headers += _FOR_DATA
        else:  # somebody's own hook has set one
            headers += [pair for pair in _FOR_DATA if pair[0] not in given]
        return content, status, headers


def answer(
    response: ApiResponse, request_id: str, *, is_pretty: bool = False, is_custom: bool = False
) -> Answer:
    """The answer that Flask sends.

    Args:
        response: what a resource has answered.
        request_id: finds the request in the log.
        is_pretty: whether JSON is indented, for people to read.
        is_custom: whether it is the answer of a user's own route, which stays as it is; any other
            answer in JSON ends with the end of a line.
    """
    given = response.headers
    headers = [(REQUEST_ID_HEADER, request_id), *given.items()]
    if "Cache-Control" not in given:
        headers.append(_ASKED_FOR_AGAIN if "ETag" in given else _NOT_KEPT)
    if response.status in _WITHOUT_BODY:
        bare = Answer([], response.status, headers)
        del bare.headers["Content-Type"]
        return bare
    content = response.content()
    is_line = response.content_type == JSON and not is_custom
    # One piece: a second one would hold a thread until the caller has read most of the first.
    text = _line(content, is_pretty=is_pretty) if is_line else content
    headers.append(("Content-Type", response.content_type))
    headers.append(("Content-Length", str(len(text))))
    return Answer([text], response.status, headers)


def _line(content: bytes, *, is_pretty: bool) -> bytes:
    """JSON with the end of a line behind it."""
    return (indented(content) if is_pretty else content) + b"\n"


def add_security_headers(response: Response) -> None:
    """Give the answer of somebody else's view what it has not got; a page keeps its freedom."""
    is_page = response.mimetype == "text/html"
    for name, value in _ALWAYS if is_page else _FOR_DATA:
        response.headers.setdefault(name, value)
    if is_page:
        response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    else:
        response.headers.setdefault(*_ASKED_FOR_AGAIN if "ETag" in response.headers else _NOT_KEPT)
