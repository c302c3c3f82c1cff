"""Names in paths: a task called "a/b" is found at /tasks/a%2Fb.

A WSGI server hands over the path decoded, in which that slash looks like any other. So where the
address as it was sent has an encoded slash, the path is decoded again, part by part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

from redengine.api.custom_routes.paths import SLASH_IN_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class KeepEncodedSlashes:
    """WSGI middleware that keeps the parts of a path apart as they were sent.

    Args:
        application: what comes behind.
    """

    def __init__(self, application: Callable[..., Any]) -> None:
        self._application: WSGIApplication = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if "\0" in environ["PATH_INFO"]:
            environ["PATH_INFO"] = environ["PATH_INFO"].replace("\0", "\x7f")
        address = environ.get("REQUEST_URI", "")
        if "%2F" in address or "%2f" in address:
            environ["PATH_INFO"] = _decoded(address, environ.get("SCRIPT_NAME", ""))
        return self._application(environ, start_response)


def _decoded(address: str, script_name: str) -> str:
    """The path of a request's address as WSGI wants it: latin-1, without the mount point."""
    path = address if address.startswith("/") else urlsplit(address).path
    parts = path.partition("?")[0].encode("latin-1", "replace").split(b"/")
    mounted = parts[script_name.count("/") :] if script_name else parts
    decoded = [
        unquote_to_bytes(part).replace(b"\0", b"\x7f").replace(b"/", SLASH_IN_VALUE.encode())
        for part in mounted
    ]
    if script_name and decoded:
        decoded[0] = b""
    return b"/".join(decoded).decode("latin-1")
