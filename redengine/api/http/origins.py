"""What browsers and reverse proxies say of a request's origin."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from flask_cors.core import get_cors_options, set_cors_headers

from redengine.api.auth.guard import ANY, LOOPBACK
from redengine.api.http.answers import Answer
from redengine.exceptions import Forbidden, InvalidInput, shortened

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask, Response

    Network = ipaddress.IPv4Network | ipaddress.IPv6Network

EXPOSED: Final = (
    "ETag",
    "Link",
    "Location",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "X-Event-Position",
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


_FOR: Final = "HTTP_X_FORWARDED_FOR"
_REAL: Final = "HTTP_X_REAL_IP"
_PROTO: Final = "HTTP_X_FORWARDED_PROTO"
_HOST: Final = "HTTP_X_FORWARDED_HOST"
MOST_PROXIES: Final = 20


class Proxies:
    """Which proxies are trusted.

    Args:
        trusted: how many stand between callers and the API; or their addresses or networks.

    Raises:
        InvalidInput: it is neither.
    """

    def __init__(self, trusted: int | Iterable[str]) -> None:
        self._count = 0
        self._networks: tuple[Network, ...] = ()
        if isinstance(trusted, int):
            if isinstance(trusted, bool) or not 1 <= trusted <= MOST_PROXIES:
                raise _invalid(trusted)
            self._count = trusted
        else:
            if isinstance(trusted, str) or not isinstance(trusted, Iterable):
                raise _invalid(trusted)
            self._networks = tuple(map(_network, trusted))

    def caller(self, peer: str, forwarded: str) -> str | None:
        """The address of who asks; None where it cannot be told from what trusted proxies say.

        Args:
            peer: the address at the other end of the connection.
            forwarded: `X-Forwarded-For`.
        """
        if not self.trusts(peer):
            return None
        hops = [hop.strip() for hop in forwarded.split(",")] if forwarded else []
        if self._count:
            given = hops[-self._count] if len(hops) >= self._count else ""
            return _address_in(given)
        for hop in reversed(hops):
            address = _address_in(hop)
            if address is None or not self._is_trusted(address):
                return address
        return None

    def trusts(self, peer: str) -> bool:
        """Whether what comes from an address is believed."""
        return bool(self._count) or self._is_trusted(peer)

    def _is_trusted(self, text: str) -> bool:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        return any(address in network for network in self._networks)


class BehindProxies:
    """WSGI middleware that tells the application of the caller, instead of the proxy.

    Args:
        application: what comes behind.
        proxies: which proxies are trusted.
    """

    def __init__(self, application: Callable[..., Any], proxies: Proxies) -> None:
        self._application: WSGIApplication = application
        self._proxies = proxies

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        forwarded = environ.pop(_FOR, "")
        real = environ.pop(_REAL, "")
        proto = environ.pop(_PROTO, "").rpartition(",")[2].strip().lower()
        host = environ.pop(_HOST, "").rpartition(",")[2].strip()
        peer = environ.get("REMOTE_ADDR", "")
        if self._proxies.trusts(peer):
            told = self._proxies.caller(peer, forwarded) if forwarded else _address_in(real)
            environ["REMOTE_ADDR"] = told or peer
            if proto in {"http", "https"}:
                environ["wsgi.url_scheme"] = proto
            if host:
                environ["HTTP_HOST"] = host
        return self._application(environ, start_response)


def _address_in(text: str) -> str | None:
    """The address in a part of `X-Forwarded-For`, which may have a port."""
    bare = text.removeprefix("[").partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return None


def _network(text: object) -> Network:
    try:
        if isinstance(text, str):
            return ipaddress.ip_network(text, strict=False)
    except ValueError:
        pass
    raise _invalid(text)


def _invalid(given: object) -> InvalidInput:
    reason = "expected how many there are, such as 1, or a list of addresses or networks"
    return InvalidInput({"trusted_proxies": f"{reason}, got {shortened(given)}"})
