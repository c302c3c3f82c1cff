"""Guard: keeps web pages that a browser shows from reaching an API on this machine.

A page may send a form to a loopback port without asking, and DNS rebinding lets a page read the
answer. So the `Host` of every request must be a name under which the API is known, and a write
must not come from a foreign page. Programs such as curl send none of the other headers.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import warnings
from collections.abc import Iterable
from typing import Final

from redengine.exceptions import Forbidden, InvalidInput, shortened

LOOPBACK: Final = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?"
"""Pages of this machine, as a regular expression."""
ANY: Final = "*"
"""Pages of anybody."""
_ORIGIN: Final = re.compile(
    r"[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?", re.ASCII
)


def checked_origins(origins: Iterable[str] | None) -> frozenset[str] | None:
    """The origins in small letters; None for the pages of this machine, `ANY` for everybody's.

    Raises:
        InvalidInput: one is no origin, or stands for many.
    """
    if origins is None:
        return None
    if isinstance(origins, str) and origins != ANY:
        reason = f"expected '*' or a list such as ['https://app.example'], got {shortened(origins)}"
        raise InvalidInput({"cors_origins": reason})
    given = tuple(origins)
    if ANY in given:
        warnings.warn(
            "cors_origins='*' lets the pages of anybody call the API and read its answers, if they "
            "know a key; name the origins instead, such as ['https://app.example']",
            stacklevel=4,
        )
        return frozenset((ANY,))
    return frozenset(map(_checked, given))


def _checked(origin: object) -> str:
    if isinstance(origin, str) and "*" in origin:
        raise InvalidInput(
            {
                "cors_origins": f"{shortened(origin)} would let pages of strangers call the API "
                "with the credentials of whoever looks at them: name each origin exactly, such "
                "as 'https://app.example'"
            }
        )
    if not isinstance(origin, str) or _ORIGIN.fullmatch(origin.lower()) is None:
        reason = f"expected origins such as 'https://app.example:8443', got {shortened(origin)}"
        raise InvalidInput({"cors_origins": reason})
    return origin.lower()


_LOOPBACK_NAMES: Final = frozenset(("localhost", "127.0.0.1", "::1"))
_SAFE_METHODS: Final = frozenset(("GET", "HEAD", "OPTIONS"))
_REMEMBERED: Final = 100
_HIGHEST_PORT: Final = 65_535
_AUTHORITY: Final = re.compile(
    r"(?:(?P<name>[A-Za-z0-9._~-]+)|\[(?P<six>[0-9A-Fa-f:.]+)\])(?::(?P<port>[0-9]{1,5}))?",
    re.ASCII,
)
"""A whole authority (RFC 3986, section 3.2) without user: nothing may stand behind the port."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host.lower() == "localhost":
        return True
    address = _address(host)
    return address is not None and address.is_loopback


class Addresses:
    """The addresses from which requests are taken.

    Args:
        allowed: addresses and networks, such as "10.0.0.0/8".

    Raises:
        InvalidInput: they are no list of such, or an empty one.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        reason = f"expected a list such as ['10.0.0.0/8', '127.0.0.1'], got {shortened(allowed)}"
        if isinstance(allowed, str) or not isinstance(allowed, Iterable):
            raise InvalidInput({"allow_ips": reason})
        networks = list(allowed)
        if not networks:
            raise InvalidInput({"allow_ips": f"{reason}; None takes requests from everywhere"})
        try:
            self._networks = tuple(ipaddress.ip_network(each, strict=False) for each in networks)
        except (TypeError, ValueError) as error:
            raise InvalidInput({"allow_ips": f"{reason}: {error}"}) from None

    def check(self, address: str) -> None:
        """Let a request pass that comes from one of them.

        Raises:
            Forbidden: it does not.
        """
        found = _address(address.partition("%")[0])
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        if found is None or not any(found in network for network in self._networks):
            raise Forbidden(f"requests from {shortened(address)} are not taken here")


class Guard:
    """Decides by the headers of a request whether it may pass.

    Args:
        host: the address that the API listens on.
        allowed_hosts: further names under which it is known, such as a proxy's.
        origins: origins whose pages may write.
    """

    def __init__(
        self, host: str, allowed_hosts: Iterable[str] = (), origins: Iterable[str] = ()
    ) -> None:
        self._names = {name.lower().strip("[]") for name in (*_LOOPBACK_NAMES, host)}
        self._names |= {name.lower().strip("[]") for name in allowed_hosts}
        self._takes_addresses = not is_loopback(host)
        if self._takes_addresses:
            self._names.add(socket.gethostname().lower())
        self._origins = {origin.lower() for origin in origins}
        self._takes_all_origins = ANY in self._origins
        self._passed: set[str] = set()

    def check(self, method: str, host: str, origin: str, fetch_site: str) -> None:
        """Let the request pass, or not.

        Args:
            method: the HTTP method.
            host: the `Host` header.
            origin: the `Origin` header; empty if there is none.
            fetch_site: the `Sec-Fetch-Site` header; empty if there is none.

        Raises:
            Forbidden: it does not pass.
        """
        if host not in self._passed:
            self._check_host(host)
        if method in _SAFE_METHODS or not (origin or fetch_site):
            return
        if origin and (self._takes_all_origins or origin.lower() in self._origins):
            return
        if fetch_site == "cross-site":
            raise Forbidden("a page of another site may not write here", fetch_site=fetch_site)
        if origin and not self._is_known(_name_of(origin.partition("://")[2])):
            reason = f"a page of {shortened(origin)} may not write here"
            raise Forbidden(reason, origin=origin)

    def _check_host(self, host: str) -> None:
        if not self._is_known(_name_of(host)):
            reason = f"the API is not known as {shortened(host)}; name it in allowed_hosts"
            raise Forbidden(reason, host=host)
        if len(self._passed) < _REMEMBERED:
            self._passed.add(host)

    def _is_known(self, name: str) -> bool:
        if name in self._names:
            return True
        # An address in digits cannot be rebound: a page there is no stranger's.
        return self._takes_addresses and _address(name) is not None


def _name_of(host: str) -> str:
    """The name in a `Host` header or authority, without port; empty if it is none."""
    found = _AUTHORITY.fullmatch(host)
    if found is None or int(found["port"] or 0) > _HIGHEST_PORT:
        return ""
    return str(found["name"] or found["six"]).lower()


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
