"""Reloaders of web frameworks, which run a program twice: to watch its files, and to serve."""

from __future__ import annotations

import os
import warnings
from typing import Final

_STARTED_BY: Final = "_REDENGINE_STARTED_BY"
"""The variable that tells child processes which process has started a session."""
_OF_A_RELOADER: Final = ("WERKZEUG_RUN_MAIN", "RUN_MAIN")
"""The variables that Werkzeug and Django set in the process that serves."""
_MESSAGE: Final = (
    "a session was started in this process and in its reloader's: with a store in memory every "
    "job runs in both. Start it where {variable} is set, or switch the reloader off"
)


def note_start(*, is_durable: bool) -> None:
    """Remember that this process has started a session, and warn where its parent has, too.

    Args:
        is_durable: whether the store outlives the process: one such refuses the second session.
    """
    variable = next((name for name in _OF_A_RELOADER if os.environ.get(name) == "true"), None)
    is_twice = os.environ.get(_STARTED_BY) == str(os.getppid())
    if variable is not None and is_twice and not is_durable:
        warnings.warn(_MESSAGE.format(variable=variable), RuntimeWarning, stacklevel=2)
    os.environ[_STARTED_BY] = str(os.getpid())
