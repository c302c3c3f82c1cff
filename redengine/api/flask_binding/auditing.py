"""Auditing of what reaches no resource: writes that were turned away at the door, and others'."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import request

from redengine.api.errors import code_of
from redengine.api.flask_binding.requests import DISPATCHED, REQUEST_ID, actor_of
from redengine.api.messages import ApiRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from redengine.api.audit import Audit

_READING: Final = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))


def auditor(audit: Audit) -> Callable[[Response], Response]:
    """What Flask calls after each request."""

    def note(response: Response) -> Response:
        if request.method not in _READING and DISPATCHED not in request.environ:
            _record(audit, response.status_code)
        return response

    return note


def _record(audit: Audit, status: int) -> None:
    environ = request.environ
    rule = request.url_rule
    path: dict[str, Any] = request.view_args or {}
    name = next((str(each) for each in path.values()), None if rule else request.path)
    asked = ApiRequest(
        path={} if name is None else {"name": name},
        request_id=environ.get(REQUEST_ID, ""),
        actor=actor_of(environ),
        address=environ.get("REMOTE_ADDR", ""),
    )
    resource = str(rule.endpoint) if rule else "Path"
    method = request.method.lower()
    if status >= HTTPStatus.BAD_REQUEST:
        audit.refusal(resource, name, method, asked, status, code_of(status), {})
    else:
        audit.action(resource, method, asked, status, {})
