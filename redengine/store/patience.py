"""Patience: how long a server may be silent before its connection counts as lost.

A frozen server, or a network that swallows everything, answers nothing and breaks no connection: a
call would wait for ever. So each wait for an answer has a limit of its own.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

SILENCE_S: Final = 20.0
"""So long a server may be silent in the midst of a commit, or of a list that is read bit by bit."""
LEISURE_S: Final = 600.0
"""So long where much is to be done at once: new tables, pruning."""
CALL_S: Final = 5.0
"""So long a call waits in all, where nothing else was said."""


class Patience:
    """The limits of the current thread, for the connections that it uses.

    Attributes:
        call_s: how many seconds a call that somebody waits for may take.
    """

    def __init__(self) -> None:
        self.call_s = CALL_S
        self._local = threading.local()

    def begin(self) -> None:
        """Let the time of a call run from now on, until the next `call` ends."""
        self._local.deadline = time.monotonic() + self.call_s

    @contextmanager
    def call(self, limit_s: float | None = None) -> Iterator[None]:
        """Bound all waits of a block together, by the time of a call that has begun already.

        Args:
            limit_s: another time than that of a call.
        """
        local: Any = self._local
        if limit_s is not None:
            local.deadline = time.monotonic() + limit_s
        elif getattr(local, "deadline", None) is None:
            self.begin()
        try:
            yield
        finally:
            local.deadline = None

    def go_on(self) -> None:
        """Let the rest of a call take as long as it takes, as long as the server says something."""
        self._local.deadline = None

    @contextmanager
    def at_leisure(self) -> Iterator[None]:
        """Let each wait of a block be long."""
        local: Any = self._local
        local.silence_s = LEISURE_S
        local.deadline = None
        try:
            yield
        finally:
            local.silence_s = SILENCE_S

    def left_s(self) -> float:
        """How many seconds the server may be silent now; 0 where the time is over."""
        local: Any = self._local
        deadline = getattr(local, "deadline", None)
        if deadline is not None:
            return float(max(0.0, deadline - time.monotonic()))
        return float(getattr(local, "silence_s", SILENCE_S))
