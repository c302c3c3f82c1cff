"""What a paused job waits at."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Future

LOCK = threading.RLock()
"""Guards the rare events of all job contexts, which keeps a context small.

Re-entrant: a signal handler may ask a job to stop in the middle of such an event.
"""


class Gate:
    """Holds a job until it opens: threads block, coroutines await."""

    __slots__ = ("_event", "_futures", "waiting")

    def __init__(self) -> None:
        self.waiting = 0
        self._event = threading.Event()
        self._futures: list[tuple[AbstractEventLoop, Future[None]]] = []

    def wait(self) -> None:
        """Block until the gate opens."""
        with LOCK:
            self.waiting += 1
        self._event.wait()

    def future(self, loop: AbstractEventLoop) -> Future[None]:
        """A future of the loop that is done when the gate opens."""
        future = loop.create_future()
        with LOCK:
            self.waiting += 1
            if self._event.is_set():
                future.set_result(None)
            else:
                self._futures.append((loop, future))
        return future

    def open(self) -> None:
        """Let everybody pass."""
        with LOCK:
            self._event.set()
            futures, self._futures = self._futures, []
        for loop, future in futures:
            loop.call_soon_threadsafe(_settle, future)


def _settle(future: Future[None]) -> None:
    if not future.done():
        future.set_result(None)
