"""Requests that wait for something, and the event loop on which coroutine handlers run."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import TooManyWaiting
from redengine.runtimes.aio import LoopThread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from concurrent.futures import Future

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


_STOP_S: Final = 0.2


class HandlerLoop:
    """One event loop in a thread of its own while the server runs, made when first needed.

    So what handlers share, such as a pool of connections, lives on one loop. Outside the
    server, as with Flask's test client, each call gets a loop that ends with it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_open = False
        self._loop: LoopThread | None = None
        self._waited_for: set[Future[Any]] = set()

    def open(self) -> None:
        """The server starts."""
        with self._lock:
            self._is_open = True

    def close(self) -> None:
        """The server has stopped: cancel what still runs, and wait a little for its end."""
        with self._lock:
            self._is_open = False
            loop, self._loop = self._loop, None
            waited_for = list(self._waited_for)
        for each in waited_for:  # so that no thread waits for a coroutine that goes on
            each.cancel()
        if loop is not None:
            loop.stop()
            loop.join(_STOP_S)

    def run(self, awaitable: Awaitable[Any]) -> Any:
        """Wait for the result; context variables are those of the caller.

        Raises:
            concurrent.futures.CancelledError: it was cancelled, or the server stops.
            Exception: whatever it raises.
        """
        waiting = self._begin(awaitable)
        if waiting is None:
            return _run_alone(awaitable)
        try:
            return waiting.result()
        finally:
            with self._lock:
                self._waited_for.discard(waiting)
            _close_unbegun(awaitable)

    def _begin(self, awaitable: Awaitable[Any]) -> Future[Any] | None:
        """The result to come; None where no server runs."""
        with self._lock:
            if not self._is_open:
                return None
            # Begun under the lock: `close` cancels all that has begun before it.
            self._loop = self._loop or LoopThread("redengine-handlers")
            waiting = _begun(awaitable, self._loop)
            self._waited_for.add(waiting)
            return waiting


def _begun(awaitable: Awaitable[Any], loop: LoopThread) -> Future[Any]:
    return asyncio.run_coroutine_threadsafe(_awaited(awaitable), loop.loop)


async def _awaited(awaitable: Awaitable[Any]) -> Any:
    try:
        return await awaitable
    except (SystemExit, KeyboardInterrupt) as error:  # asyncio would end the loop with them
        raise RuntimeError(f"the handler raised {error!r}") from error


def _run_alone(awaitable: Awaitable[Any]) -> Any:
    loop = LoopThread("redengine-handler")
    try:
        return _begun(awaitable, loop).result()
    finally:
        loop.stop()
        loop.join()


def _close_unbegun(awaitable: Awaitable[Any]) -> None:
    """Let go of a coroutine that was cancelled before it began, which Python would warn of."""
    is_unbegun = (
        inspect.iscoroutine(awaitable)
        and inspect.getcoroutinestate(awaitable) == inspect.CORO_CREATED
    )
    if is_unbegun:
        awaitable.close()  # type: ignore[attr-defined]
