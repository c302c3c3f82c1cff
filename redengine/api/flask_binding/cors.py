"""Cross-origin requests: what flask-cors says of them, where a page of a browser asks.

A request without `Origin` costs one look. So flask-cors is called for the others only, and not
installed on the application, where it would look at every answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from flask_cors.core import get_cors_options, set_cors_headers

from redengine.api.flask_binding.answers import Answer
from redengine.api.origins import ANY, LOOPBACK
from redengine.exceptions import Forbidden, shortened

if TYPE_CHECKING:
    from flask import Flask, Response

EXPOSED: Final = (
    "ETag",
    "Link",
    "Location",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "X-Request-Id",
    "X-Total-Count",
)
"""Headers of answers that pages may read."""
_REMEMBERED_S: Final = 600
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class Cors:
    """Answers browsers that ask on behalf of a page.

    Args:
        app: the application.
        origins: whose pages are served; None: those of this machine.
    """

    def __init__(self, app: Flask, origins: frozenset[str] | None) -> None:
        self._takes_all = origins is not None and ANY in origins
        self._pattern = _pattern_of(origins)
        self._options: Any = get_cors_options(
            app,
            {
                "origins": [ANY] if self._takes_all else [self._pattern],
                "methods": list(_METHODS),
                "expose_headers": list(EXPOSED),
                "supports_credentials": bool(origins) and not self._takes_all,
                "max_age": _REMEMBERED_S,
                "send_wildcard": self._takes_all,
                "vary_header": True,
            },
        )

    def preflight(self, origin: str) -> Answer:
        """The answer to a browser that asks whether a page may.

        Raises:
            Forbidden: it may not.
        """
        if not self._takes_all and self._pattern.match(origin) is None:
            reason = f"pages of {shortened(origin)} may not call the API; see cors_origins"
            raise Forbidden(reason, origin=origin)
        bare = Answer([], 204)
        del bare.headers["Content-Type"]
        return bare

    def finish(self, response: Response) -> Response:
        """Add what a browser wants to read before it hands the answer to the page."""
        finished: Response = set_cors_headers(response, self._options)
        return finished


def _pattern_of(origins: frozenset[str] | None) -> re.Pattern[str]:
    if origins is None:
        return re.compile(rf"(?:{LOOPBACK})\Z", re.IGNORECASE)
    exact = "|".join(map(re.escape, sorted(origins))) or "(?!)"
    return re.compile(rf"(?:{exact})\Z", re.IGNORECASE)
