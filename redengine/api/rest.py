"""What a session asks of the API, of which it knows nothing until it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from redengine.api.flask_api import FlaskAPI
from redengine.api.http.custom_routes import built_in_path
from redengine.api.routes import Rest
from redengine.exceptions import InvalidInput, shortened

_EXPECTED: Final = 'expected a port, True, "host:port", or a dict of arguments for FlaskAPI'


def make_rest(session: Any) -> Rest:
    """The custom routes of a session, empty at first."""
    return Rest(session, built_in_path)


def serve(session: Any, rest: object) -> None:
    """Make the FlaskAPI that `Session(rest=…)` asks for.

    Args:
        session: the session.
        rest: a port; True for the usual one; "host:port"; or FlaskAPI's arguments.

    Raises:
        InvalidInput: it is none of these, or an argument does not fit.
        UnsafeAddress: others could reach the address.
    """
    FlaskAPI(**_arguments(rest), session=session)


def _arguments(rest: object) -> dict[str, Any]:
    if rest is True:
        return {}
    if isinstance(rest, int) and not isinstance(rest, bool):
        return {"port": rest}
    if isinstance(rest, str):
        return _address(rest)
    if isinstance(rest, Mapping) and all(isinstance(key, str) for key in rest):
        if "session" in rest:
            raise InvalidInput({"rest": "has a session of its own; it is the session's already"})
        return dict(rest)
    raise InvalidInput({"rest": f"{_EXPECTED}, got {shortened(rest)}"})


def _address(text: str) -> dict[str, Any]:
    """Host and port of "127.0.0.1:8000", "[::1]:8000", ":8000" or "8000"."""
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit()) or (":" in host and not host.startswith("[")):
        raise InvalidInput({"rest": f"{_EXPECTED}, got {shortened(text)}"})
    host = host.strip("[]")
    return {"port": int(port), **({"host": host} if host else {})}
