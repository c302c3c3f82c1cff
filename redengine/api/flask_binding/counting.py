"""Counting: how many requests were answered, and how fast, by route and never by path."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from flask import request

from redengine.api.access_log import UNKNOWN, Access
from redengine.api.flask_binding.requests import PRINCIPAL, REQUEST_ID
from redengine.api.flask_binding.routes import ROUTES, prefix_in

if TYPE_CHECKING:
    from flask import Flask, Response

    from redengine.api.access_log import AccessLog
    from redengine.api.ports import MetricsPort
    from redengine.api.principal import Principal

_BEGAN: Final = "redengine.began"
_METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


def count_requests(app: Flask, metrics: MetricsPort, log: AccessLog | None = None) -> None:
    """Count and log every request of the application, those that the door refuses as well."""

    def begin() -> None:
        request.environ[_BEGAN] = perf_counter()

    def count(response: Response) -> Response:
        environ = request.environ
        method = environ["REQUEST_METHOD"]
        seconds = perf_counter() - environ.get(_BEGAN, perf_counter())
        method = method if method in _METHODS else UNKNOWN
        metrics.note_request(_route(), method, response.status_code, seconds)
        if log is not None:
            log.write(_access(environ, method, response.status_code, seconds * 1_000))
        return response

    app.before_request(begin)
    app.after_request(count)


def _access(environ: dict[str, Any], method: str, status: int, ms: float) -> Access:
    principal: Principal | None = environ.get(PRINCIPAL)
    return Access(
        environ.get(REQUEST_ID, ""),
        None if principal is None else principal.name,
        environ.get("REMOTE_ADDR", ""),
        method,
        _route(),
        status,
        ms,
    )


def _route() -> str:
    """The template of the path: our canonical one, or the rule of a route of the user's own."""
    rule = request.url_rule
    if rule is None:
        return UNKNOWN
    paths = ROUTES.get(rule.endpoint)
    return rule.rule.removeprefix(prefix_in(rule.rule)) if paths is None else paths[0]
