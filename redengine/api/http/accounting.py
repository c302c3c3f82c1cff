"""Accounting: each request is counted, audited, and written into the access log."""

from __future__ import annotations

import logging
import sys
import threading
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flask import request

from redengine.api.core.encoding import to_json
from redengine.api.core.messages import ApiRequest
from redengine.api.errors import code_of
from redengine.api.http.requests import DISPATCHED, PRINCIPAL, REQUEST_ID, actor_of
from redengine.api.http.routes import ROUTES, prefix_in
from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response

    from redengine.api.auth.audit import Audit
    from redengine.api.auth.principal import Principal
    from redengine.scheduler.insight.metrics import Metrics

logger = logging.getLogger("redengine.api")

UNKNOWN: Final = "unknown"
"""Stands for all paths that lead nowhere, and for methods that nothing here answers to."""


class Access(NamedTuple):
    """One request and how it was answered; never a key, a query or a body.

    Attributes:
        request_id: finds it in the other log.
        actor: the name of the key or principal; None where nobody was recognised.
        address: where it came from.
        method: the method.
        route: the template of the path.
        status: the HTTP status.
        ms: milliseconds until the answer was ready.
    """

    request_id: str
    actor: str | None
    address: str
    method: str
    route: str
    status: int
    ms: float


class AccessLog:
    """Writes lines to stderr, or to the end of a file, which may be moved away at any time.

    Args:
        target: True for stderr, or the file.

    Raises:
        InvalidInput: it is neither, or the file's folder is not there.
    """

    def __init__(self, target: bool | str | Path) -> None:
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._has_failed = False
        if target is True:
            return
        if not isinstance(target, str | Path) or not str(target):
            reason = f"expected True or the path of a file, got {shortened(target)}"
            raise InvalidInput({"access_log": reason})
        self._path = Path(target).absolute()
        if not self._path.parent.is_dir() or self._path.is_dir():
            raise InvalidInput({"access_log": f"expected a file in a folder, got {str(target)!r}"})

    def write(self, access: Access) -> None:
        """Write one line; where that fails it is lost, and the request goes on."""
        told = {"time": datetime.now(UTC), **access._asdict(), "ms": round(access.ms, 3)}
        line = to_json(told) + b"\n"
        with self._lock:
            try:
                self._append(line)
            except (AttributeError, OSError, ValueError) as error:
                if not self._has_failed:
                    self._has_failed = True
                    logger.warning("the access log cannot be written: %s", error)

    def _append(self, line: bytes) -> None:
        if self._path is None:
            sys.stderr.write(line.decode())
            sys.stderr.flush()
            return
        with self._path.open("ab") as file:  # by its name: it may have been moved away
            file.write(line)


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


_BEGAN: Final = "redengine.began"
_METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


def count_requests(app: Flask, metrics: Metrics, log: AccessLog | None = None) -> None:
    """Count and log every request of the application, those that the middleware refuses as well."""

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
