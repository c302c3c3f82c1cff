"""The listening socket of the API."""

from __future__ import annotations

import errno
import os
import socket
from typing import Any, Final

from redengine.exceptions import InvalidInput, PortInUse

BACKLOG: Final = 1024


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the address.

    Args:
        host: an address, or a name; of a name with several addresses the first IPv4 one.
        port: the port; 0 for any that is free.

    Raises:
        PortInUse: another program listens there.
        InvalidInput: the host cannot be found, or may not be listened on.
    """
    family, address = _resolved(host, port)
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        _make_exclusive(listener)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(host, port) from None
        field = "port" if error.errno == errno.EACCES else "host"
        reason = f"cannot listen on {host} port {port}: {error.strerror or error}"
        raise InvalidInput({field: reason}) from None
    return listener


def _resolved(host: str, port: int) -> tuple[int, tuple[Any, ...]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise InvalidInput({"host": f"cannot find {host!r}: {error}"}) from None
    found.sort(key=lambda each: each[0] != socket.AF_INET)
    family, _, _, _, address = found[0]
    return family, address


def _make_exclusive(listener: socket.socket) -> None:
    """Let a restart take the port at once, and nobody share it (which Windows would allow)."""
    if os.name == "nt":
        option = getattr(socket, "SO_EXCLUSIVEADDRUSE")  # noqa: B009 - exists on Windows alone
        listener.setsockopt(socket.SOL_SOCKET, option, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if listener.family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
