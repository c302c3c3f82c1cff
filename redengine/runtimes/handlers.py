"""The event loop on which coroutines of handlers run: of custom routes, and of commands."""

from __future__ import annotations

import asyncio
import inspect
import threading
from typing import TYPE_CHECKING, Any, Final

from redengine.runtimes.aio import LoopThread

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from concurrent.futures import Future

_STOP_S: Final = 0.2


class HandlerLoop:
    """One event loop in a thread of its own while it is open, made when first needed.

    So what handlers share, such as a pool of connections, lives on one loop. While it is closed,
    as with Flask's test client, each call gets a loop that ends with it.

    Args:
        name: the thread's name.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._is_open = False
        self._loop: LoopThread | None = None
        self._waited_for: set[Future[Any]] = set()

    def open(self) -> None:
        """Share one loop from now on."""
        with self._lock:
            self._is_open = True

    def close(self) -> None:
        """Cancel what still runs, and wait a little for its end."""
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
            concurrent.futures.CancelledError: it was cancelled, or the loop is closed.
            Exception: whatever it raises.
        """
        waiting = self._begin(awaitable)
        if waiting is None:
            return _run_alone(awaitable, self._name)
        try:
            return waiting.result()
        finally:
            with self._lock:
                self._waited_for.discard(waiting)
            _close_unbegun(awaitable)

    def begin(self, awaitable: Awaitable[Any]) -> Future[Any] | None:
        """Have it run, and do not wait; its result to come, None while the loop is closed."""
        begun = self._begin(awaitable)
        if begun is None:
            _close_unbegun(awaitable)
            return None
        begun.add_done_callback(self._forget)
        return begun

    def _forget(self, ended: Future[Any]) -> None:
        with self._lock:
            self._waited_for.discard(ended)

    def _begin(self, awaitable: Awaitable[Any]) -> Future[Any] | None:
        """The result to come; None while it is closed."""
        with self._lock:
            if not self._is_open:
                return None
            # Begun under the lock: `close` cancels all that has begun before it.
            self._loop = self._loop or LoopThread(self._name)
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


def _run_alone(awaitable: Awaitable[Any], name: str) -> Any:
    loop = LoopThread(name)
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
