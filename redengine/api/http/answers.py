"""The envelope for every error that comes up while a request is answered."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from redengine.api import errors
from redengine.api.core.encoding import indented, to_json
from redengine.api.core.messages import JSON, error_response
from redengine.api.http.requests import LARGEST_BODY_BYTES, REQUEST_ID, REQUEST_ID_HEADER
from redengine.api.http.routes import BUILT_IN, no_such_path
from redengine.api.routes.paths import SLASH_IN_VALUE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import WSGIEnvironment

    from werkzeug.datastructures import Headers

    from redengine.api.core.messages import ApiResponse
    from redengine.api.http.routes import Binding

_WITHOUT_BODY = frozenset((101, 204, 304))
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


def error_answer(error: Exception) -> Response:
    """The answer that tells of an error, whoever raised it."""
    request_id = request.environ.get(REQUEST_ID, "")
    ours = _in_our_words(error) if isinstance(error, HTTPException) else error
    if isinstance(ours, HTTPException):
        return _http_error_answer(ours, request_id)
    told = error_response(ours, request_id)
    told.body = _as_bound(ours, told.body)
    hide = getattr(current_app, "hide", None)
    return answer(told if hide is None else hide(told), request_id)


def _as_bound(error: Exception, envelope: dict[str, Any]) -> dict[str, Any]:
    """The envelope as the application's clients know it."""
    binding = getattr(current_app, "binding", BUILT_IN)
    return envelope if binding.envelope is None else binding.envelope(error, envelope)


def _in_our_words(error: HTTPException) -> Exception:
    """One of our errors for what routing and reading say; anything else as it is."""
    if error.response is not None:
        return error
    if isinstance(error, NotFound) and request.url_rule is None:
        custom = getattr(current_app, "custom_routes", None)
        path = request.path.replace(SLASH_IN_VALUE, "%2F")
        binding: Binding = current_app.binding  # type: ignore[attr-defined]
        further = custom.paths if custom else ()
        return no_such_path(path, further, binding.routes, binding.prefixes)
    if isinstance(error, MethodNotAllowed) and error.valid_methods is not None:
        allowed = sorted(set(error.valid_methods) - {"OPTIONS"})
        return errors.MethodNotAllowed(request.method, allowed)
    if isinstance(error, RequestEntityTooLarge):
        return errors.PayloadTooLarge(request.max_content_length or LARGEST_BODY_BYTES)
    return error


def _http_error_answer(error: HTTPException, request_id: str) -> Response:
    """What `abort` was called with: a response stays as it is, a status gets the envelope."""
    made: Response = error.get_response()  # type: ignore[assignment]
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if error.response is None and status >= HTTPStatus.BAD_REQUEST:
        message = error.description or HTTPStatus(status).phrase
        envelope = errors.envelope(errors.code_of(status), message, {}, request_id)
        envelope |= errors.denial(error, status, message)
        made.data = to_json(_as_bound(error, envelope)) + b"\n"
        made.content_type = "application/json"
    return made
