"""How a session finds the API, which stands above it.

The API imports the scheduler, and never the other way round. `session.rest` and
`Session(rest=…)` are the one exception: they name the API's module as a text, and it is imported
when the first of them is used. A session without them knows nothing of HTTP.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from redengine.api.custom_routes import Rest

_HOME: Final = "redengine.api.rest"


def make_rest(session: object) -> Rest:
    """The custom routes of a session, empty at first."""
    home: Any = import_module(_HOME)
    return home.make_rest(session)  # type: ignore[no-any-return]


def serve(session: object, rest: object) -> None:
    """Make the session's FlaskAPI; `redengine.api.rest.serve` says of what."""
    import_module(_HOME).serve(session, rest)
