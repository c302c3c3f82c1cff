"""The envelope for every error that comes up while a request is answered."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from redengine.api import errors
from redengine.api.custom_routes.paths import SLASH_IN_VALUE
from redengine.api.encoding import to_json
from redengine.api.flask_binding.answers import answer
from redengine.api.flask_binding.binding import BUILT_IN
from redengine.api.flask_binding.requests import LARGEST_BODY_BYTES, REQUEST_ID
from redengine.api.flask_binding.routes import no_such_path

if TYPE_CHECKING:
    from flask import Response

    from redengine.api.flask_binding.binding import Binding


def error_answer(error: Exception) -> Response:
    """The answer that tells of an error, whoever raised it."""
    request_id = request.environ.get(REQUEST_ID, "")
    ours = _in_our_words(error) if isinstance(error, HTTPException) else error
    if isinstance(ours, HTTPException):
        return _http_error_answer(ours, request_id)
    told = errors.error_response(ours, request_id)
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
