"""Counting: how many requests were answered, and how fast, by route and never by path."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Final

from flask import request

from redengine.api.flask_binding.routes import ROUTES, VERSION_PREFIX

if TYPE_CHECKING:
    from flask import Flask, Response

    from redengine.api.ports import MetricsPort

UNKNOWN: Final = "unknown"
"""Stands for all paths that lead nowhere, and for methods that nothing here answers to."""
_BEGAN: Final = "redengine.began"
_METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


def count_requests(app: Flask, metrics: MetricsPort) -> None:
    """Count every request of the application, those that are refused at the door as well."""

    def begin() -> None:
        request.environ[_BEGAN] = perf_counter()

    def count(response: Response) -> Response:
        environ = request.environ
        method = environ["REQUEST_METHOD"]
        seconds = perf_counter() - environ.get(_BEGAN, perf_counter())
        metrics.note_request(
            _route(), method if method in _METHODS else UNKNOWN, response.status_code, seconds
        )
        return response

    app.before_request(begin)
    app.after_request(count)


def _route() -> str:
    """The template of the path: our canonical one, or the rule of a route of the user's own."""
    rule = request.url_rule
    if rule is None:
        return UNKNOWN
    paths = ROUTES.get(rule.endpoint)
    return rule.rule.removeprefix(VERSION_PREFIX) if paths is None else paths[0]
