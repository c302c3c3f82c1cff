"""Requests that wait for something."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from redengine.exceptions import TooManyWaiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST_WAIT_S: Final = 60.0
"""No request waits for longer, whatever it asks for."""
_LOOK_S: Final = 0.25
"""How often a request that waits looks whether its caller or the server has gone."""


class LongPollLimit:
    """Lets requests wait.

    Args:
        most: so many may wait at once; None: any number.
        is_stopping: whether the server is about to stop.
    """

    def __init__(
        self, most: int | None = None, is_stopping: Callable[[], bool] = lambda: False
    ) -> None:
        self.most = most
        self._is_stopping = is_stopping
        self._lock = threading.Lock()
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return self._waiting

    def wait(
        self,
        step: Callable[[float], bool],
        timeout_s: float,
        is_gone: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Wait for something; whether it has come.

        Args:
            step: waits for it for so many seconds, and says whether it is there.
            timeout_s: seconds; 0 does not wait, and needs no place among those who do.
            is_gone: whether the caller does not listen any more.

        Raises:
            TooManyWaiting: as many as may wait do so already.
        """
        if step(0.0):
            return True
        if timeout_s <= 0:
            return False
        with self._place():
            deadline = time.monotonic() + min(timeout_s, LONGEST_WAIT_S)
            while (left := deadline - time.monotonic()) > 0:
                if step(min(left, _LOOK_S)):
                    return True
                if self._is_stopping() or is_gone():
                    return False
        return step(0.0)

    @contextmanager
    def _place(self) -> Iterator[None]:
        with self._lock:
            if self.most is not None and self._waiting >= self.most:
                raise TooManyWaiting(self.most)
            self._waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1
